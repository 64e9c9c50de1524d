"""The token bucket: never more than it allows, never less."""

from hypothesis import given
from hypothesis import strategies as st

from skymock.cloud.token_bucket import BURST_SECONDS, TokenBucket
from skymock.services.dynamodb.capacity import read_units, write_units

RATES = st.integers(1, 1000)
# Waits in seconds and units that are asked for after them, in proportion to the bucket.
LOADS = st.lists(st.tuples(st.floats(0, 1000), st.floats(0.0, 1.0)), max_size=50)


@given(RATES, LOADS)
def test_consumption_never_exceeds_rate_and_burst_in_any_span(rate, load):
    bucket, now, granted = TokenBucket(rate, 0.0), 0.0, [(0.0, 0.0)]
    for wait, share in load:
        now += wait
        units = share * rate * BURST_SECONDS
        if bucket.holds(units, now):
            bucket.take(units)
            granted.append((now, units))

    for start in range(len(granted)):
        consumed = sum(units for _, units in granted[start:])
        span = granted[-1][0] - granted[start][0]
        assert consumed <= rate * (BURST_SECONDS + span) * (1 + 1e-9) + 1e-6


@given(RATES, LOADS)
def test_what_fits_is_never_refused(rate, load):
    bucket, now, kept = TokenBucket(rate, 0.0), 0.0, float(rate * BURST_SECONDS)
    for wait, share in load:
        now += wait
        kept = min(kept + wait * rate, rate * BURST_SECONDS)
        units = max(share * kept - 1e-6, 0.0)  # the clock's seconds are not exact
        assert bucket.holds(units, now)
        bucket.take(units)
        kept -= units


@given(st.integers(0, 400 * 1024))
def test_units_are_rounded_up_and_never_nothing(size):
    assert (write_units(size) - 1) * 1024 < max(size, 1) <= write_units(size) * 1024
    assert (read_units(size, True) - 1) * 4096 < max(size, 1) <= read_units(size, True) * 4096
    assert read_units(size, False) * 2 == read_units(size, True)
