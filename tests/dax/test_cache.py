"""The cache by itself: held against a plain model, and from several threads."""

import threading

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skymock.services.dax.cache import Cache, Entry

keys = st.sampled_from("abcde")
steps = st.lists(
    st.one_of(
        st.tuples(st.just("put"), keys, st.integers(0, 50)),
        st.tuples(st.just("get"), keys, st.just(0)),
        st.tuples(st.just("drop"), keys, st.just(0)),
        st.tuples(st.just("wait"), st.just(""), st.integers(1, 10)),
    ),
    max_size=40,
)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(steps, st.integers(1, 4), st.integers(0, 20))
def test_it_keeps_the_latest_used_of_what_is_not_too_old(steps, most, ttl):
    cache = Cache(max_entries=most)
    model = {}  # in the order of their last use, with when they were written
    now = 0
    for step, key, number in steps:
        if step == "put":
            cache.put(key, Entry(b"x" * number, now))
            model.pop(key, None)
            model[key] = (now, number)
            while len(model) > most:
                del model[next(iter(model))]
        elif step == "get":
            known = model.get(key)
            is_good = known is not None and (ttl == 0 or now < known[0] + ttl)
            assert (cache.get(key, now, ttl) is not None) == is_good
            if is_good:
                model[key] = model.pop(key)
        elif step == "drop":
            cache.drop(key)
            model.pop(key, None)
        else:
            now += number
        assert len(cache) == len(model)
        assert cache.size == sum(100 + number for _, number in model.values())


def test_threads_leave_it_whole():
    cache = Cache(max_entries=50)

    def work(number):
        for count in range(500):
            cache.put((number, count % 70), Entry(b"x", 0))
            cache.get((number - 1, count % 70), 0, 0)
            cache.drop((number, count % 7))

    threads = [threading.Thread(target=work, args=[number]) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(cache) <= 50
    assert cache.size == 101 * len(cache)
