"""SQS as it was spoken to before JSON, and still is by older clients. (SQS API: Making Query API requests)

botocore's model of today has lost the names of that time; here they are put back.
"""

from __future__ import annotations

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
    description = service._service_description
    shapes = {name: _renamed(name, shape) for name, shape in description["shapes"].items()}
    metadata = {**description["metadata"], "xmlNamespace": _NAMESPACE}
    return ServiceModel({**description, "metadata": metadata, "shapes": shapes}, service.service_name)


def _renamed(name: str, shape: dict[str, Any]) -> dict[str, Any]:
    if shape["type"] == "list":
        return {
            **shape,
            "member": _called(shape["member"], _LIST_ELEMENTS.get(name, name.removesuffix("List"))),
        }
    if name in _MAP_ENTRIES:
        _, key, value = _MAP_ENTRIES[name]
        return {**shape, "key": _called(shape["key"], key), "value": _called(shape["value"], value)}
    if shape["type"] != "structure":
        return shape
    members = {
        member: _called(reference, _MAP_ENTRIES[reference["shape"]][0])
        if reference["shape"] in _MAP_ENTRIES
        else reference
        for member, reference in shape["members"].items()
    }
    if not shape.get("exception"):
        return {**shape, "members": members}
    error = {"code": _CODES.get(name, name), "httpStatusCode": _STATUSES.get(name, 400)}
    return {"error": error, **shape, "members": members}


def _called(reference: dict[str, Any], name: str) -> dict[str, Any]:
    return {**reference, "locationName": name}
