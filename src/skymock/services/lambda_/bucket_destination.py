"""A bucket as an on-failure destination: each record becomes an object, under a name that Lambda makes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from skymock.cloud.authorisation import authorise
from skymock.cloud.principals import Principal
from skymock.cloud.targets import Arn, Target, TargetAnswer
from skymock.errors import NotSupported
from skymock.services.lambda_.bus_destination import BusDestination

if TYPE_CHECKING:
    from skymock.cloud.cloud import Cloud


class BucketDestination:
    """A bucket; folder: what its objects' keys begin with, "aws/lambda/async/orders".

    (Lambda Developer Guide: Capturing records of Lambda asynchronous invocations; Retain discarded records for a
    DynamoDB event source in Lambda)
    """

    def __init__(self, cloud: Cloud, arn: str, folder: str, region: str) -> None:
        self.arn = arn
        self._cloud = cloud
        self._bucket = Arn.parse(arn).resource
        self._folder = folder
        self._region = region

    def authorise(self, sender: Principal, source_arn: str | None = None) -> None:
        """Both s3:ListBucket and s3:PutObject are needed. Raises NoSuchBucket, AccessDenied."""
        self._call("HeadBucket", sender)
        s3 = self._cloud.service("s3", sender.account_id, self._region)
        authorise(s3, "PutObject", {"Bucket": self._bucket, "Key": f"{self._folder}/*"}, sender)

    def deliver(
        self,
        event: bytes,
        sender: Principal,
        source_arn: str | None = None,
        attributes: Mapping[str, Mapping[str, str]] | None = None,
    ) -> None:
        """Put a record, which is JSON text. Raises NoSuchBucket, AccessDenied."""
        now = self._cloud.clock.now()
        key = f"{self._folder}/{now:%Y/%m/%d}/{now:%Y-%m-%dT%H.%M.%S}-{self._cloud.ids.uuid()}"
        self._call("PutObject", sender, Key=key, Body=event)

    def request(self, event: bytes, sender: Principal, source_arn: str | None = None) -> TargetAnswer:
        raise NotSupported(f"s3: {self.arn} gives no answer")

    def _call(self, operation: str, sender: Principal, **parameters: object) -> None:
        self._cloud.call(
            "s3",
            operation,
            {"Bucket": self._bucket, **parameters},
            account_id=sender.account_id,
            region=self._region,
            principal=sender,
        )


def is_bucket(arn: str) -> bool:
    return arn.split(":")[2:3] == ["s3"]


def destination_target(cloud: Cloud, arn: str, folder: str, region: str) -> Target:
    """What a destination's ARN names. Raises what `Cloud.target` raises."""
    if is_bucket(arn):
        return BucketDestination(cloud, arn, folder, region)
    if arn.split(":")[2:3] == ["events"]:
        return BusDestination(cloud, arn, region)
    return cloud.target(arn)
