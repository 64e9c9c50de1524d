"""Amazon SQS's operations."""

from __future__ import annotations

from skymock.services.sqs.operations.messages import MessageOperations
from skymock.services.sqs.operations.queues import QueueOperations


class Sqs(MessageOperations, QueueOperations):
    """Amazon Simple Queue Service: standard and FIFO queues on the cloud's clock."""

    name = "sqs"
