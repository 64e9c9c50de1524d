"""Scaling a stream to so many shards of equal width, by splits and merges. (Kinesis API: UpdateShardCount)"""

from __future__ import annotations

from skymock.cloud.shard_records import ALL_HASHES
from skymock.services.kinesis.stream import Stream

# Bounds that are nearer to each other are the same: a half of a third is not a sixth to the last digit.
_NEAR = 1 << 64


def scale_uniformly(stream: Stream, count: int) -> None:
    """Split shards where a new one is to begin, then merge those that lie in the same one."""
    bounds = _bounds(stream, count)
    for bound in bounds:
        shard = next(shard for shard in stream.open_shards if bound in shard.hashes)
        if shard.hashes.start != bound:
            stream.split(shard, bound)
    for start, stop in zip([0, *bounds], [*bounds, ALL_HASHES.stop], strict=True):
        _merge_all(stream, range(start, stop))


def _bounds(stream: Stream, count: int) -> list[int]:
    """Where the second and all further shards are to begin; where one begins already if that is near."""
    starts = [shard.hashes.start for shard in stream.open_shards]
    ideal = [ALL_HASHES.stop * number // count for number in range(1, count)]
    nearest = [min(starts, key=lambda start: abs(start - bound)) for bound in ideal]
    return [near if abs(near - bound) < _NEAR else bound for near, bound in zip(nearest, ideal, strict=True)]


def _merge_all(stream: Stream, hashes: range) -> None:
    while True:
        inside = [shard for shard in stream.open_shards if shard.hashes.start in hashes]
        if len(inside) == 1:
            return
        stream.merge(inside[0], inside[1])
