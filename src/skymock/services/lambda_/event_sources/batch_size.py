"""How much goes into one event, whatever a mapping's batch size is.

(Lambda Developer Guide: How Lambda processes records from stream and queue-based event sources, batching behavior)
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

MOST_EVENT_BYTES = 6 * 1024 * 1024

# What an event has beside its records. A tumbling window's state is not counted.
_FRAME_BYTES = len(b'{"Records":[]}')


def most_that_fit(sizes: Iterable[int], most: int) -> int:
    """How many of the first records, no more than `most`, go into one event; one does in any case.

    sizes: of the records as JSON, in bytes.
    """
    count, total = 0, _FRAME_BYTES
    for size in islice(sizes, most):
        total += size + 1
        if total > MOST_EVENT_BYTES and count:
            break
        count += 1
    return count
