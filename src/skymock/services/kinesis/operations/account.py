"""Limits and settings of the account."""

from __future__ import annotations

from skymock.cloud.service import Output, operation
from skymock.services.kinesis.errors import LimitExceededException
from skymock.services.kinesis.operations.base import KinesisService
from skymock.services.kinesis.stream import ON_DEMAND

# Quotas and limits: the shards of an account, by region.
_LARGE_REGIONS = ("us-east-1", "us-west-2", "eu-west-1")
LARGE_REGION_SHARDS, OTHER_REGION_SHARDS = 20_000, 1_000
ON_DEMAND_STREAMS = 50


class AccountState(KinesisService):
    @property
    def shard_limit(self) -> int:
        return LARGE_REGION_SHARDS if self.region in _LARGE_REGIONS else OTHER_REGION_SHARDS

    @property
    def open_shard_count(self) -> int:
        return sum(len(stream.open_shards) for stream in self.streams.values())

    def check_shard_limit(self, additional: int) -> None:
        """Raises LimitExceededException. (kinesalite, test/createStream.js)"""
        present = self.open_shard_count
        if present + additional > self.shard_limit:
            raise LimitExceededException(
                f"This request would exceed the shard limit for the account {self.account_id} in {self.region}. "
                f"Current shard count for the account: {present}. Limit: {self.shard_limit}. Number of additional "
                f"shards that would have resulted from this request: {additional}. Refer to the AWS Service Limits "
                "page (http://docs.aws.amazon.com/general/latest/gr/aws_service_limits.html) for current limits and "
                "how to request higher limits."
            )


class AccountOperations(AccountState):
    @operation
    def describe_limits(self) -> Output:
        """The limits of shards and on-demand streams, and how many there are. (Kinesis API: DescribeLimits)"""
        on_demand = sum(stream.mode == ON_DEMAND for stream in self.streams.values())
        return {
            "ShardLimit": self.shard_limit,
            "OpenShardCount": self.open_shard_count,
            "OnDemandStreamCount": on_demand,
            "OnDemandStreamCountLimit": ON_DEMAND_STREAMS,
        }

    @operation(newer=True)
    def describe_account_settings(self) -> Output:
        """The account's commitment to a minimum throughput: none. (Kinesis API: DescribeAccountSettings)"""
        return {"MinimumThroughputBillingCommitment": {"Status": "DISABLED"}}
