"""Subscription filters."""

from __future__ import annotations

from skymock.cloud.service import Output, operation
from skymock.cloud.targets import Arn
from skymock.errors import NotSupported
from skymock.services.logs.destination import Destination, FunctionDestination, StreamDestination
from skymock.services.logs.errors import (
    InvalidParameterException,
    LimitExceededException,
    ResourceNotFoundException,
)
from skymock.services.logs.operations.base import LogsService, checked_pattern, page
from skymock.services.logs.subscription import SubscriptionFilter

MAX_FILTERS = 2  # CloudWatch Logs quotas: subscription filters per log group
_DESTINATIONS = ("lambda", "kinesis", "firehose", "logs")


class SubscriptionOperations(LogsService):
    @operation
    def put_subscription_filter(
        self,
        log_group_name: str,
        filter_name: str,
        filter_pattern: str,
        destination_arn: str,
        role_arn: str | None = None,
        distribution: str = "ByLogStream",
    ) -> Output:
        """Send what is written to a group and matches to a function or stream. (API: PutSubscriptionFilter)

        A stream needs a role, and gets a control message first. Deliveries as destinations come with their services.
        Raises ResourceNotFoundException, InvalidParameterException, LimitExceededException.
        """
        group = self.group(log_group_name)
        pattern = checked_pattern(filter_pattern)
        destination = self._destination(destination_arn, f"{group.arn}:*", role_arn, distribution)
        subscriptions = self.settings(group).subscriptions
        replaced = subscriptions.get(filter_name)
        if replaced is None and len(subscriptions) >= MAX_FILTERS:
            raise LimitExceededException("Resource limit exceeded.")
        destination.check()
        if replaced is not None:
            group.followers.remove(replaced.written)
        subscription = SubscriptionFilter(
            self.cloud,
            group,
            filter_name,
            filter_pattern,
            pattern,
            destination_arn,
            destination,
            role_arn,
            distribution,
            replaced.created_at if replaced is not None else group.now(),
            self.account_id,
        )
        subscriptions[filter_name] = subscription
        group.followers.append(subscription.written)
        return {}

    def _destination(self, arn: str, source_arn: str, role_arn: str | None, distribution: str) -> Destination:
        try:
            service = Arn.parse(arn).service
        except ValueError:
            raise InvalidParameterException(
                "PutSubscriptionFilter operation cannot work with destinationArn for vendor unknown"
            ) from None
        if service not in _DESTINATIONS:
            raise InvalidParameterException(
                f"PutSubscriptionFilter operation cannot work with destinationArn for vendor {service}"
            )
        if service == "lambda":
            return FunctionDestination(self.cloud, arn, self.account_id, source_arn)
        if service == "kinesis":
            return StreamDestination(self.cloud, arn, self.account_id, self.region, role_arn, distribution)
        raise NotSupported(f"logs: subscription filters to {service} are not supported yet")

    @operation
    def describe_subscription_filters(
        self,
        log_group_name: str,
        filter_name_prefix: str | None = None,
        next_token: str | None = None,
        limit: int | None = None,
    ) -> Output:
        """List the subscription filters of a group. (CloudWatch Logs API: DescribeSubscriptionFilters)

        Raises ResourceNotFoundException.
        """
        subscriptions = self.settings(self.group(log_group_name)).subscriptions
        found = [
            subscriptions[name] for name in sorted(subscriptions) if name.startswith(filter_name_prefix or "")
        ]
        return page(
            "subscriptionFilters",
            found,
            SubscriptionFilter.document,
            lambda subscription: subscription.name,
            limit,
            next_token,
        )

    @operation
    def delete_subscription_filter(self, log_group_name: str, filter_name: str) -> Output:
        """Send nothing more by a filter. (CloudWatch Logs API: DeleteSubscriptionFilter)

        Raises ResourceNotFoundException.
        """
        group = self.group(log_group_name)
        subscription = self.settings(group).subscriptions.pop(filter_name, None)
        if subscription is None:
            raise ResourceNotFoundException("The specified subscription filter does not exist.")
        group.followers.remove(subscription.written)
        return {}
