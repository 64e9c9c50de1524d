"""A cluster's front door for data: who calls, planted faults, permission, the operation, and the record of it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from skymock.cloud.authorisation import authorise
from skymock.cloud.principals import Principal
from skymock.cloud.timeline import Event, current_event, reset_current_event, set_current_event
from skymock.errors import AwsError
from skymock.services.dax.cluster import LATENCY_SECONDS, Cluster
from skymock.services.dax.data.batches import batch_get_item, batch_write_item
from skymock.services.dax.data.call import Call, Handler
from skymock.services.dax.data.items import delete_item, get_item, put_item, update_item
from skymock.services.dax.data.pages import query, scan
from skymock.services.dax.data.transactions import transact_get_items, transact_write_items
from skymock.services.dax.node import Node
from skymock.services.dax.wire.failures import failure
from skymock.services.dax.wire.parameters import parameters_of
from skymock.services.dax.wire.reader import EndOfInput, Malformed
from skymock.services.dax.wire.requests import Request, TransactWriteItems

if TYPE_CHECKING:
    from skymock.cloud.service import Service

# The handler of each operation, and the CloudWatch metric that counts its requests.
_OPERATIONS: dict[str, tuple[Handler, str]] = {
    "GetItem": (get_item, "GetItemRequestCount"),
    "PutItem": (put_item, "PutItemRequestCount"),
    "UpdateItem": (update_item, "UpdateItemRequestCount"),
    "DeleteItem": (delete_item, "DeleteItemRequestCount"),
    "Query": (query, "QueryRequestCount"),
    "Scan": (scan, "ScanRequestCount"),
    "BatchGetItem": (batch_get_item, "BatchGetItemRequestCount"),
    "BatchWriteItem": (batch_write_item, "BatchWriteItemRequestCount"),
    "TransactGetItems": (transact_get_items, "TransactGetItemsCount"),
    "TransactWriteItems": (transact_write_items, "TransactWriteItemsCount"),
}


class DataPlane:
    """Performs requests at a cluster's nodes. service: the account's DAX, which knows the permissions."""

    def __init__(self, service: Service, cluster: Cluster) -> None:
        self._service = service
        self._cluster = cluster
        self._cloud = service.cloud

    def answer(self, node: Node, principal: Principal, request: Request) -> bytes:
        """The reply to a request for data, also where it is refused.

        Raises ReadTimedOut (a planted fault), NotSupported, and skymock's own bugs; Malformed for bytes that are
        no request.
        """
        scheduler = self._cloud.scheduler
        outermost = current_event() is None
        if outermost and scheduler.has_due:
            scheduler.run_due()
        try:
            return self._recorded(node, principal, request)
        finally:
            if outermost and scheduler.has_due:
                scheduler.run_due()

    def _recorded(self, node: Node, principal: Principal, request: Request) -> bytes:
        cluster = self._cluster
        event = Event(
            "call",
            "dax",
            request.operation,
            self._cloud.clock.time(),
            current_event(),
            None,
            cluster.account_id,
            cluster.region,
            principal,
        )
        event.let_go(partial(_asked_for, cluster), request)
        event.latency_seconds = LATENCY_SECONDS + node.latency_seconds
        self._cloud.timeline.add(event)
        token = set_current_event(event)
        try:
            return self._performed(Call(node, cluster, event), principal, request)
        except AwsError as error:
            event.error = error
            event.request_id = self._cloud.ids.uuid()  # which clients are told with errors alone
            self._count_error(node, error)
            return failure(error, event.request_id, lambda place: self._key_names(request, place))
        except BaseException as error:
            event.error = error
            raise
        finally:
            reset_current_event(token)

    def _performed(self, call: Call, principal: Principal, request: Request) -> bytes:
        handle, metric = _OPERATIONS[request.operation]
        node = call.node
        node.metrics["TotalRequestCount"] += 1
        node.metrics[metric] += 1
        node.check_load()
        if node.latency_seconds:
            self._cloud.clock.advance(seconds=node.latency_seconds)
        if self._cloud.faults.planted:
            call.event.lasting = self._cloud.faults.strike("dax", request.operation, [self._cluster.arn])
            call.event.take_time()
        if principal.policies is not None:
            named = {"ClusterName": self._cluster.name}
            if isinstance(request, TransactWriteItems):
                named["Kinds"] = " ".join(write.kind for write in request.writes)
            authorise(self._service, request.operation, named, principal)
        return handle(call, request)

    def _count_error(self, node: Node, error: AwsError) -> None:
        server = (error.status or 400) >= 500
        node.metrics["FaultRequestCount" if server else "ErrorRequestCount"] += 1
        node.metrics["FailedRequestCount"] += 1

    def _key_names(self, request: Request, place: int) -> tuple[str, ...]:
        assert isinstance(request, TransactWriteItems)
        return self._cluster.schemas.of(request.writes[place].table_name).names


def _asked_for(cluster: Cluster, request: Request) -> dict[str, Any]:
    """A request's parameters as the timeline shows them, made out when somebody looks."""
    try:
        return parameters_of(request, cluster.schemas.known)
    except (AwsError, Malformed, EndOfInput):  # its table was never there, or it is no request after all
        return {"TableName": table_name} if (table_name := getattr(request, "table_name", None)) else {}
