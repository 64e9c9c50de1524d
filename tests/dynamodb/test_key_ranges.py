"""Hot keys: each partition key has its cap, whatever the others do."""

from hypothesis import given
from hypothesis import strategies as st

from skymock.services.dynamodb.key_ranges import MOST_KEYS, KeyRanges

CAP = 1000
# Which key, how many units, and how long before it nothing happened.
REQUESTS = st.lists(
    st.tuples(
        st.sampled_from("abc"), st.sampled_from([1, 100, 400, 1500]), st.sampled_from([0, 0.1, 0.5, 3])
    ),
    max_size=40,
)


@given(REQUESTS)
def test_a_key_has_what_it_would_have_alone(requests):
    together, alone, now = KeyRanges(CAP), {key: KeyRanges(CAP) for key in "abc"}, 0.0
    for key, units, wait in requests:
        now += wait
        held = together.holds(key, units, now)
        assert held == alone[key].holds(key, units, now)
        if held:
            together.take(key, units)
            alone[key].take(key, units)


@given(REQUESTS)
def test_a_key_is_never_asked_for_more_than_a_second_of_its_cap_and_the_time_that_passes(requests):
    ranges, now, taken = KeyRanges(CAP), 0.0, []
    for key, units, wait in requests:
        now += wait
        if units <= CAP and ranges.holds(key, units, now):
            ranges.take(key, units)
            taken.append((key, units, now))

    for key in "abc":
        own = [(units, at) for other, units, at in taken if other == key]
        for start in range(len(own)):
            used = sum(units for units, _ in own[start:])
            assert used <= CAP * (1 + own[-1][1] - own[start][1]) + 1e-6


def test_many_keys_are_forgotten_but_a_hot_one_is_not():
    ranges = KeyRanges(CAP)
    ranges.holds("hot", 990, 0.0)
    ranges.take("hot", 990)
    for number in range(MOST_KEYS * 3):
        ranges.holds(number, 1, 0.0)
        ranges.take(number, 1)

    assert len(ranges) <= MOST_KEYS + 1
    assert not ranges.holds("hot", 20, 0.0)


def test_nothing_is_remembered_once_all_is_paid():
    ranges = KeyRanges(CAP)
    for number in range(2 * CAP):
        ranges.holds(number, 1, 0.0)
        ranges.take(number, 1)

    ranges.holds("a", 1, 3.0)
    assert len(ranges) == 0
