"""The copy that lags is the store as it was, whatever is written and read meanwhile."""

from hypothesis import given, settings
from hypothesis import strategies as st

from skymock.services.dynamodb.lagging import past_of, plain_store, sorted_store
from skymock.services.dynamodb.storage import EVERYTHING, StoredItem

LAG = 2
# What is done: put or remove under a key, read, or let time pass.
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["put", "remove", "read", "wait"]), st.sampled_from("ab"), st.sampled_from("12")
    ),
    max_size=40,
)


class Now:
    """A clock that a test sets."""

    def __init__(self):
        self.seconds = 0.0

    def time(self):
        return self.seconds


def contents(store):
    return sorted(item.item["v"]["N"] for item in store.scan(None, 0, 1))


@settings(deadline=None)
@given(st.booleans(), STEPS)
def test_it_is_what_the_store_was_a_while_ago(has_sort_keys, steps):
    clock = Now()
    store = (sorted_store if has_sort_keys else plain_store)(LAG, clock)
    past, versions = past_of(store), [(0.0, {})]
    for number, (step, partition, sort) in enumerate(steps):
        place = (partition, sort if has_sort_keys else None)
        current = versions[-1][1]
        if step == "wait":
            clock.seconds += 0.75
        elif step == "put":
            store.put(place, StoredItem({"v": {"N": str(number)}}, 10))
            versions.append((clock.seconds, {**current, place: str(number)}))
        elif step == "remove" and place in current:
            store.remove(place)
            versions.append((clock.seconds, {key: v for key, v in current.items() if key != place}))
        elif step == "read":
            seen = [state for at, state in versions if at <= clock.seconds - LAG][-1:] or [{}]
            assert contents(past) == sorted(seen[0].values())
            assert contents(store) == sorted(current.values())
            found = past.get(place)
            assert (None if found is None else found.item["v"]["N"]) == seen[0].get(place)
            in_partition = [item.item["v"]["N"] for item in past.query(partition, EVERYTHING, False)]
            assert in_partition == [v for key, v in sorted(seen[0].items()) if key[0] == partition]


def test_where_nothing_lags_the_store_itself_is_read():
    store = sorted_store(0, Now())
    assert past_of(store) is store
