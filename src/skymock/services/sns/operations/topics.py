"""Topics and their attributes."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from skymock.cloud.service import Output, Stored, operation
from skymock.services.sns.documents import is_same
from skymock.services.sns.errors import (
    NotFoundException,
    ResourceNotFoundException,
    TagLimitExceededException,
    invalid,
)
from skymock.services.sns.message import DEFAULT_MAX_BYTES
from skymock.services.sns.operations.base import SnsService, page
from skymock.services.sns.topic import Topic
from skymock.services.sns.topic_settings import settings_of_new_topic

Wire = Mapping[str, Any]

_NAME = re.compile(r"[A-Za-z0-9_-]{1,256}")
_FIFO_NAME = re.compile(r"(?=.{6,256}$)[A-Za-z0-9_-]+\.fifo")
MAX_TAGS = 50
MAX_DATA_PROTECTION_CHARACTERS = 30_720

# (Amazon SNS Developer Guide: Large message payloads)
MOST_SUBSCRIPTIONS_OF_LARGE_MESSAGES = 100
LARGE_MESSAGE_PROTOCOLS = frozenset({"sqs", "lambda", "firehose"})


class TopicOperations(SnsService):
    @operation
    def create_topic(
        self,
        name: str,
        attributes: Mapping[str, str] | None = None,
        tags: Sequence[Wire] | None = None,
        data_protection_policy: Stored[str | None] = None,
    ) -> Output:
        """Make a topic, or give the ARN of the one that is there with these attributes. (SNS API: CreateTopic)

        attributes: texts, as AWS takes them ({"DisplayName": "Orders"}). Returns `TopicArn`.
        Raises InvalidParameterException, TagLimitExceededException.
        """
        attributes = attributes or {}
        is_fifo = attributes.get("FifoTopic") == "true"
        _check_name(name, is_fifo)
        settings = settings_of_new_topic(self.arn(name), self.account_id, is_fifo, attributes)
        given_tags = _read_tags(tags or ())
        known = self.topics.get(name)
        if known is not None:
            _check_same(known, attributes, given_tags)
            return {"TopicArn": known.arn}
        _check_tag_limit(given_tags)
        protection = _checked_data_protection(data_protection_policy or "") or None
        topic = Topic(self.cloud, self.outbox, self.arn(name), settings, given_tags, protection)
        self.topics[name] = topic
        return {"TopicArn": topic.arn}

    @operation
    def delete_topic(self, topic_arn: str) -> Output:
        """Delete a topic with its subscriptions; nothing where there is none. (SNS API: DeleteTopic)"""
        try:
            topic = self.topic(topic_arn)
        except NotFoundException:
            return {}
        topic.is_deleted = True
        owner: SnsService = self.cloud.service("sns", topic_arn.split(":")[4], self.region)
        del owner.topics[topic.name]
        return {}

    @operation
    def list_topics(self, next_token: str | None = None) -> Output:
        """The account's topics, a hundred a page. (SNS API: ListTopics) Raises InvalidParameterException."""
        return page("Topics", [{"TopicArn": topic.arn} for topic in self.topics.values()], next_token)

    @operation
    def get_topic_attributes(self, topic_arn: str) -> Output:
        """All attributes of a topic. (SNS API: GetTopicAttributes)

        Raises InvalidParameterException, NotFoundException.
        """
        return {"Attributes": self.topic(topic_arn).shown_attributes()}

    @operation
    def set_topic_attributes(
        self, topic_arn: str, attribute_name: str, attribute_value: str | None = None
    ) -> Output:
        """Change an attribute of a topic; whether it is FIFO stays. (SNS API: SetTopicAttributes)

        Raises InvalidParameterException, NotFoundException.
        """
        topic = self.topic(topic_arn)
        if attribute_name == "FifoTopic":
            raise invalid("AttributeName")
        if attribute_name == "MaximumMessageSize":
            _check_room_for_large(topic, attribute_value or "")
        topic.settings.set(attribute_name, attribute_value or "")
        return {}

    @operation
    def tag_resource(self, resource_arn: str, tags: Sequence[Wire]) -> Output:
        """Add tags to a topic. (SNS API: TagResource)

        Raises InvalidParameterException, ResourceNotFoundException, TagLimitExceededException.
        """
        topic = self._tagged(resource_arn)
        merged = topic.tags | _read_tags(tags)
        _check_tag_limit(merged)
        topic.tags = merged
        return {}

    @operation
    def untag_resource(self, resource_arn: str, tag_keys: Sequence[str]) -> Output:
        """Remove tags of a topic. (SNS API: UntagResource) Raises ResourceNotFoundException."""
        topic = self._tagged(resource_arn)
        for key in tag_keys:
            topic.tags.pop(key, None)
        return {}

    @operation
    def list_tags_for_resource(self, resource_arn: str) -> Output:
        """A topic's tags. (SNS API: ListTagsForResource) Raises ResourceNotFoundException."""
        tags = self._tagged(resource_arn).tags
        return {"Tags": [{"Key": key, "Value": value} for key, value in tags.items()]}

    def _tagged(self, arn: str) -> Topic:
        try:
            return self.topic(arn, "ResourceArn")
        except NotFoundException:
            raise ResourceNotFoundException("Resource does not exist") from None

    @operation
    def put_data_protection_policy(self, resource_arn: str, data_protection_policy: Stored[str]) -> Output:
        """Set a topic's data protection policy, which nothing obeys. (SNS API: PutDataProtectionPolicy)

        Raises InvalidParameterException, NotFoundException.
        """
        topic = self.topic(resource_arn, "ResourceArn")
        topic.data_protection = _checked_data_protection(data_protection_policy) or None
        return {}

    @operation
    def get_data_protection_policy(self, resource_arn: str) -> Output:
        """A topic's data protection policy, empty where it has none. (SNS API: GetDataProtectionPolicy)"""
        return {"DataProtectionPolicy": self.topic(resource_arn, "ResourceArn").data_protection or ""}


def _check_name(name: str, is_fifo: bool) -> None:
    pattern = _FIFO_NAME if is_fifo else _NAME
    if pattern.fullmatch(name) is None:
        raise invalid("Topic Name")


def _check_same(topic: Topic, attributes: Mapping[str, str], tags: Mapping[str, str]) -> None:
    shown = {"FifoTopic": "false", **topic.shown_attributes()}
    if any(not is_same(shown.get(name), value) for name, value in attributes.items()):
        raise invalid("Attributes Reason: Topic already exists with different attributes")
    if tags and tags != topic.tags:
        raise invalid("Tags Reason: Topic already exists with different tags")


def _read_tags(tags: Sequence[Wire]) -> dict[str, str]:
    """(recorded: test_tags)"""
    read = {tag["Key"]: tag["Value"] for tag in tags}
    if len(read) < len(tags):
        raise invalid("Duplicated keys are not allowed.")
    return read


def _check_tag_limit(tags: Mapping[str, str]) -> None:
    if len(tags) > MAX_TAGS:
        raise TagLimitExceededException("Could not complete request: tag quota of per resource exceeded")


def _checked_data_protection(text: str) -> str:
    """Only that it is JSON, and not too long."""
    if not text:
        return text
    try:
        json.loads(text)
    except ValueError:
        raise invalid("DataProtectionPolicy Reason: failed to parse JSON") from None
    if len(text) > MAX_DATA_PROTECTION_CHARACTERS:
        raise invalid("DataProtectionPolicy")
    return text


def _check_room_for_large(topic: Topic, size: str) -> None:
    """Large messages go to few subscribers, of some kinds. The words are ours."""
    if not size.isdecimal() or int(size) <= DEFAULT_MAX_BYTES:
        return
    subscriptions = topic.subscriptions.values()
    protocols = {subscription.protocol for subscription in subscriptions}
    if len(subscriptions) > MOST_SUBSCRIPTIONS_OF_LARGE_MESSAGES or protocols - LARGE_MESSAGE_PROTOCOLS:
        raise invalid(
            "MaximumMessageSize Reason: A topic with a MaximumMessageSize above 256 KiB must have 100 or fewer "
            "subscriptions, and each subscription must be an Amazon SQS, Amazon Data Firehose, or Lambda subscription"
        )
