"""Where items are kept: the same as a plain dict that is sorted when it is read."""

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from skymock.services.dynamodb.expressions import Bounds
from skymock.services.dynamodb.storage import PlainStore, SortedStore, StoredItem

PARTITIONS = st.sampled_from(["a", "b", "ä", "c"])
SORT_KEYS = st.integers(0, 30)
CHANGES = st.lists(st.tuples(PARTITIONS, SORT_KEYS, st.one_of(st.none(), st.integers(0, 400))), max_size=60)
BOUNDS = st.builds(
    Bounds,
    low=st.one_of(st.none(), SORT_KEYS),
    high=st.one_of(st.none(), SORT_KEYS),
    low_open=st.booleans(),
    high_open=st.booleans(),
)


def stored(size):
    return StoredItem({}, size)


def after(changes, store):
    """The store and the model after changes; a size of None removes."""
    model = {}
    for partition, sort, size in changes:
        place = (partition, sort)
        if size is not None:
            model[place] = stored(size)
            store.put(place, model[place])
        elif place in model:
            del model[place]
            store.remove(place)
    return model


def within(bounds, key):
    above = bounds.low is None or (key > bounds.low if bounds.low_open else key >= bounds.low)
    below = bounds.high is None or (key < bounds.high if bounds.high_open else key <= bounds.high)
    return above and below


@given(CHANGES, PARTITIONS, BOUNDS, st.booleans())
def test_a_query_gives_the_items_within_bounds_in_order(changes, partition, bounds, backwards):
    store = SortedStore()
    model = after(changes, store)

    keys = sorted(sort for place, sort in model if place == partition and within(bounds, sort))
    expected = [model[partition, sort] for sort in (reversed(keys) if backwards else keys)]
    assert list(store.query(partition, bounds, backwards)) == expected


@given(CHANGES)
def test_a_store_counts_and_weighs_what_it_holds(changes):
    store = SortedStore()
    model = after(changes, store)

    assert store.count == len(model)
    assert store.size == sum(item.size for item in model.values())
    assert {id(item) for item in store} == {id(item) for item in model.values()}
    for partition in "ab":
        expected = sum(item.size for place, item in model.items() if place[0] == partition)
        assert store.collection_size(partition) == expected


@given(CHANGES, CHANGES, st.integers(1, 5))
def test_segments_of_a_scan_are_disjoint_and_whole_also_after_changes(before, later, total_segments):
    store = SortedStore()
    after(before, store)
    list(store.scan(None, 0, 1))  # from here on the order is kept
    for partition, sort, _ in before:
        if store.get((partition, sort)) is not None:
            store.remove((partition, sort))
    model = after(later, store)

    segments = [list(store.scan(None, segment, total_segments)) for segment in range(total_segments)]

    found = [item for segment in segments for item in segment]
    assert len(found) == len(model)
    assert {id(item) for item in found} == {id(item) for item in model.values()}


@given(CHANGES, st.data())
def test_a_scan_goes_on_after_any_place(changes, data):
    store = SortedStore()
    places = {id(item): place for place, item in after(changes, store).items()}
    everything = list(store.scan(None, 0, 1))
    if not everything:
        return

    position = data.draw(st.integers(0, len(everything) - 1))
    rest = list(store.scan(places[id(everything[position])], 0, 1))
    assert rest == everything[position + 1 :]


@given(st.lists(st.tuples(PARTITIONS, st.one_of(st.none(), st.integers(0, 400))), max_size=30))
def test_a_table_without_sort_key_holds_one_item_for_each_key(changes):
    store = PlainStore()
    list(store.scan(None, 0, 1))
    model = after([(partition, None, size) for partition, size in changes], store)

    assert {id(item) for item in store.scan(None, 0, 1)} == {id(item) for item in model.values()}
    assert store.size == sum(item.size for item in model.values())
    for partition in "abc":
        size = store.collection_size(partition)
        assert size == sum(item.size for place, item in model.items() if place[0] == partition)


@settings(max_examples=10)
@given(st.integers(), BOUNDS, st.booleans())
def test_a_long_partition_is_ordered_like_a_short_one(seed, bounds, backwards):
    keys = [number / 50 for number in range(1500)]
    Random(seed).shuffle(keys)
    store = SortedStore()
    model = {key: stored(1) for key in keys}
    for key, item in model.items():
        store.put(("a", key), item)
    for key in keys[:100]:
        store.remove(("a", key))
        del model[key]

    expected = [model[key] for key in sorted(model, reverse=backwards) if within(bounds, key)]
    assert list(store.query("a", bounds, backwards)) == expected
