"""How long the states last that a resource leaves by itself."""

import pytest

from skymock import mock_serverless
from skymock.cloud.transitions import Change


def left(states):
    """A change that goes through two states and notes when it leaves them."""
    second = Change(20, lambda: states.append("second"))
    return Change(10, lambda: states.append("first"), then=second)


def test_changes_are_over_at_once_by_default(cloud):
    states = []
    transition = cloud.transitions.begin(left(states))

    assert states == ["first", "second"]
    assert transition.is_over


@pytest.mark.serverless(freeze_time="2026-03-01", transitions="realistic")
def test_realistic_changes_take_their_time_one_after_the_other(cloud):
    states = []
    cloud.transitions.begin(left(states))

    seen = []
    for seconds in (9, 1, 19, 1):
        cloud.clock.advance(seconds=seconds)
        seen.append(list(states))
    assert seen == [[], ["first"], ["first"], ["first", "second"]]


@pytest.mark.serverless(transitions=2)
def test_a_number_of_describes_shows_each_state_that_often(cloud):
    states, seen = [], []
    transition = cloud.transitions.begin(left(states))

    for _ in range(7):
        transition.described()
        seen.append(len(states))
    assert seen == [0, 0, 1, 1, 2, 2, 2]


@pytest.mark.serverless(freeze_time="2026-03-01", transitions="realistic")
def test_describing_ends_no_realistic_change(cloud):
    states = []
    cloud.transitions.begin(left(states)).described()

    assert states == []


@pytest.mark.serverless(transitions=0)
def test_no_describes_are_instant(cloud):
    assert cloud.transitions.begin(left([])).is_over


@pytest.mark.parametrize("pace", ["slow", -1, 1.5])
def test_other_paces_are_refused(pace):
    with pytest.raises(ValueError, match="or a number of describes, not"):
        mock_serverless(transitions=pace).start()
