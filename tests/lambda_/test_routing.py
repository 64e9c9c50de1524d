"""Pure parts of versions and aliases: which version an alias draws, and how lists are cut into pages."""

from collections import Counter
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from skymock.services.lambda_.alias import Alias
from skymock.services.lambda_.operations.pages import page_of, version_rank

STEPS = 64


@given(st.integers(0, STEPS))
def test_an_alias_draws_by_its_weights(share):
    weight = float(Fraction(share, STEPS))
    alias = Alias("arn", "live", "1", "", {"2": weight}, revision_id="")

    drawn = Counter(alias.choose(lambda step=step: step / STEPS) for step in range(STEPS))

    assert (drawn["2"], drawn["1"]) == (share, STEPS - share)


def test_an_alias_without_weights_draws_nothing():
    alias = Alias("arn", "live", "1", "", {}, revision_id="")

    assert alias.choose(lambda: 1 / 0) == "1"


versions = st.sets(st.integers(1, 300)).map(lambda numbers: ["$LATEST", *map(str, sorted(numbers))])


@given(versions, st.integers(1, 20), st.data())
def test_pages_show_all_that_stays_once_and_in_order(everything, size, data):
    left = list(everything)
    shown, marker = [], None
    while True:
        page, marker = page_of(left, marker, size, version_rank)
        shown += page
        if marker is None:
            break
        gone = data.draw(st.sampled_from(left))
        left = [number for number in left if number != gone]

    assert shown == sorted(set(shown), key=version_rank)
    assert set(left) <= set(shown) <= set(everything)
