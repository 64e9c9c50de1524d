"""Pages of Query and Scan, kept by all that was asked. Writes never change them."""

from __future__ import annotations

from skymock.services.dax.data.call import Call, ask_for_whole_attributes, with_capacity
from skymock.services.dax.wire import replies
from skymock.services.dax.wire.requests import Option, PageRequest

# What does not make it another page.
_NOT_IN_KEY = frozenset(
    {Option.RETURN_CONSUMED_CAPACITY, Option.NAMES, Option.VALUES, Option.CONSISTENT_READ}
)


def query(call: Call, request: PageRequest) -> bytes:
    """A page of a Query."""
    return _page(call, request, "QueryCache")


def scan(call: Call, request: PageRequest) -> bytes:
    """A page of a Scan, which is kept among the queries' and counted apart."""
    return _page(call, request, "ScanCache")


def _page(call: Call, request: PageRequest, metric: str) -> bytes:
    if request.options.get(Option.CONSISTENT_READ):
        return _read(call, request)
    ttl_seconds = call.cluster.parameter_group.query_ttl_seconds
    key = _key(request)
    entry = call.node.pages.get(key, call.now(), ttl_seconds) if ttl_seconds else None
    if entry is not None and entry.content is not None:
        call.event.outcome = "hit"
        call.count(f"{metric}Hits")
        return entry.content
    call.event.outcome = "miss"
    call.count(f"{metric}Misses")
    return _read(call, request, kept_as=key if ttl_seconds else None)


def _key(request: PageRequest) -> tuple[object, ...]:
    options = ((option, value) for option, value in request.options.items() if option not in _NOT_IN_KEY)
    return request.operation, request.table_name, request.key_condition, frozenset(options)


def _read(call: Call, request: PageRequest, kept_as: tuple[object, ...] | None = None) -> bytes:
    schema = call.schema(request.table_name)
    paths = call.paths(request.options.get(Option.PROJECTION), request)
    parameters = call.parameters(request)
    if paths is not None:
        ask_for_whole_attributes(parameters)
    answer = call.dynamodb(request.operation, parameters, [request.table_name])
    of_index = "IndexName" in parameters
    # What is answered from memory consumes nothing, and says so by saying nothing.
    without_capacity = replies.page(answer, schema, paths, of_index=of_index)
    if kept_as is not None:
        call.cluster.store_page(call.node, kept_as, without_capacity)
    if not with_capacity(request.options):
        return without_capacity
    return replies.page(answer, schema, paths, of_index=of_index, with_capacity=True)
