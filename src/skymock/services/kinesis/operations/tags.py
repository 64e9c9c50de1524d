"""Tags of streams and consumers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from skymock.cloud.service import Output, operation
from skymock.services.kinesis.consumer import Consumer
from skymock.services.kinesis.errors import InvalidArgumentException
from skymock.services.kinesis.operations.base import KinesisService
from skymock.services.kinesis.stream import Stream

MOST_TAGS = 50
MOST_TAGS_LISTED = 50


class TagOperations(KinesisService):
    @operation
    def add_tags_to_stream(
        self,
        tags: Mapping[str, str],
        stream_name: str | None = None,
        stream_arn: str | None = None,
    ) -> Output:
        """Add or change tags of a stream. (Kinesis API: AddTagsToStream)

        Raises ResourceNotFoundException, InvalidArgumentException.
        """
        stream = self.stream(stream_name, stream_arn)
        stream.tags = checked_tags(stream, tags)
        return {}

    @operation
    def remove_tags_from_stream(
        self,
        tag_keys: Sequence[str],
        stream_name: str | None = None,
        stream_arn: str | None = None,
    ) -> Output:
        """Remove tags of a stream. (Kinesis API: RemoveTagsFromStream) Raises ResourceNotFoundException."""
        _remove(self.stream(stream_name, stream_arn), tag_keys)
        return {}

    @operation
    def list_tags_for_stream(
        self,
        stream_name: str | None = None,
        exclusive_start_tag_key: str = "",
        limit: int = MOST_TAGS_LISTED,
        stream_arn: str | None = None,
    ) -> Output:
        """The tags of a stream by key. (Kinesis API: ListTagsForStream) Raises ResourceNotFoundException."""
        tags = self.stream(stream_name, stream_arn).tags
        keys = [key for key in sorted(tags) if key > exclusive_start_tag_key]
        shown = [{"Key": key, "Value": tags[key]} for key in keys[:limit]]
        return {"Tags": shown, "HasMoreTags": len(keys) > limit}

    @operation
    def tag_resource(self, tags: Mapping[str, str], resource_arn: str) -> Output:
        """Add or change tags of a stream or consumer. (Kinesis API: TagResource)

        Raises ResourceNotFoundException, InvalidArgumentException.
        """
        resource = self.resource(resource_arn)
        resource.tags = checked_tags(resource, tags)
        return {}

    @operation
    def untag_resource(self, tag_keys: Sequence[str], resource_arn: str) -> Output:
        """Remove tags of a stream or consumer. (Kinesis API: UntagResource) Raises ResourceNotFoundException."""
        _remove(self.resource(resource_arn), tag_keys)
        return {}

    @operation
    def list_tags_for_resource(self, resource_arn: str) -> Output:
        """The tags of a stream or consumer. (Kinesis API: ListTagsForResource)

        Raises ResourceNotFoundException.
        """
        tags = self.resource(resource_arn).tags
        return {"Tags": [{"Key": key, "Value": value} for key, value in sorted(tags.items())]}


def checked_tags(resource: Stream | Consumer, tags: Mapping[str, str]) -> dict[str, str]:
    """A resource's tags with further ones. Raises InvalidArgumentException."""
    changed = {**resource.tags, **tags}
    if len(changed) > MOST_TAGS:
        place, kind = (
            (f"consumer {resource.name}", "consumer")
            if isinstance(resource, Consumer)
            else (f"stream {resource.name} under account {resource.account_id}", "stream")
        )
        raise InvalidArgumentException(
            f"Failed to add tags to {place} because a given {kind} cannot have more than {MOST_TAGS} tags "
            "associated with it."
        )
    return changed


def _remove(resource: Stream | Consumer, keys: Sequence[str]) -> None:
    resource.tags = {key: value for key, value in resource.tags.items() if key not in keys}
