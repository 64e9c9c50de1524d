"""Amazon SNS's operations."""

from __future__ import annotations

from skymock.services.sns.operations.permissions import PermissionOperations
from skymock.services.sns.operations.publishing import PublishOperations
from skymock.services.sns.operations.push import PushOperations
from skymock.services.sns.operations.sms import SmsOperations
from skymock.services.sns.operations.subscriptions import SubscriptionOperations
from skymock.services.sns.operations.topics import TopicOperations


class Sns(
    TopicOperations,
    SubscriptionOperations,
    PublishOperations,
    PermissionOperations,
    SmsOperations,
    PushOperations,
):
    """Amazon Simple Notification Service: standard and FIFO topics, delivered on the cloud's clock."""

    name = "sns"
