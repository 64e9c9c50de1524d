"""SQS as it was spoken to before JSON, and still is by older clients. (SQS API: Making Query API requests)

botocore's model of today has lost the names of that time; here they are put back.
"""

from __future__ import annotations

import copy
from typing import Any

from botocore.model import ServiceModel

from skymock.protocol.query import QueryCodec
from skymock.wire import Request

_NAMESPACE = "http://queue.amazonaws.com/doc/2012-11-05/"

# Codes that are not the shapes' names, and statuses other than 400. (botocore 1.29's model of SQS)
_CODES = {
    "BatchEntryIdsNotDistinct": "AWS.SimpleQueueService.BatchEntryIdsNotDistinct",
    "BatchRequestTooLong": "AWS.SimpleQueueService.BatchRequestTooLong",
    "EmptyBatchRequest": "AWS.SimpleQueueService.EmptyBatchRequest",
    "InvalidBatchEntryId": "AWS.SimpleQueueService.InvalidBatchEntryId",
    "MessageNotInflight": "AWS.SimpleQueueService.MessageNotInflight",
    "PurgeQueueInProgress": "AWS.SimpleQueueService.PurgeQueueInProgress",
    "QueueDeletedRecently": "AWS.SimpleQueueService.QueueDeletedRecently",
    "QueueDoesNotExist": "AWS.SimpleQueueService.NonExistentQueue",
    "QueueNameExists": "QueueAlreadyExists",
    "TooManyEntriesInBatchRequest": "AWS.SimpleQueueService.TooManyEntriesInBatchRequest",
    "UnsupportedOperation": "AWS.SimpleQueueService.UnsupportedOperation",
}
_STATUSES = {
    "OverLimit": 403,
    "PurgeQueueInProgress": 403,
    "ReceiptHandleIsInvalid": 404,
    "ResourceNotFoundException": 404,
}

# A list's elements go by the list's name without "List", but for these.
_LIST_ELEMENTS = {
    "BinaryList": "BinaryListValue",
    "MessageSystemAttributeList": "MessageSystemAttributeName",
    "StringList": "StringListValue",
}

# (an entry, its key, its value)
_MAP_ENTRIES = {
    "MessageBodyAttributeMap": ("MessageAttribute", "Name", "Value"),
    "MessageBodySystemAttributeMap": ("MessageSystemAttribute", "Name", "Value"),
    "MessageSystemAttributeMap": ("Attribute", "Name", "Value"),
    "QueueAttributeMap": ("Attribute", "Name", "Value"),
    "TagMap": ("Tag", "Key", "Value"),
}


class SqsQueryCodec(QueryCodec):
    """Takes SQS's model as `speaking_query` gives it."""

    def parse(self, operation: str, request: Request, uri: dict[str, str]) -> dict[str, Any]:
        parameters = super().parse(operation, request, uri)
        shape = self._service.operation_model(operation).input_shape
        # A queue may be named by the URL that the form is sent to.
        if "QueueUrl" in shape.members and "QueueUrl" not in parameters and request.path.count("/") > 1:
            parameters["QueueUrl"] = request.url.partition("?")[0]
        return parameters


def speaking_query(service: ServiceModel) -> ServiceModel:
    """SQS's model with the names and error codes of the query protocol."""
    # The model has no public way to its description.
    description = copy.deepcopy(service._service_description)
    shapes = description["shapes"]
    for name, shape in shapes.items():
        if shape["type"] == "list":
            shape["member"]["locationName"] = _LIST_ELEMENTS.get(name, name.removesuffix("List"))
        elif name in _MAP_ENTRIES:
            _, shape["key"]["locationName"], shape["value"]["locationName"] = _MAP_ENTRIES[name]
        elif shape.get("exception"):
            shape.setdefault(
                "error", {"code": _CODES.get(name, name), "httpStatusCode": _STATUSES.get(name, 400)}
            )
        for member in shape.get("members", {}).values():
            if member["shape"] in _MAP_ENTRIES:
                member["locationName"] = _MAP_ENTRIES[member["shape"]][0]
    description["metadata"]["xmlNamespace"] = _NAMESPACE
    return ServiceModel(description, service.service_name)
