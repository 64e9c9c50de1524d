"""A read-through, write-through cache before DynamoDB. (DAX: how it works; DAX and DynamoDB consistency models)"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from typing import Any

from skymock.cloud.clock import Clock
from skymock.services.dax.batch_read import BatchRead
from skymock.services.dax.canonical import as_read, frozen, place_of
from skymock.services.dax.expiring_cache import ExpiringCache
from skymock.services.dax.projecting import PROJECTION_PARAMETERS, Item, Projected, projection_of

TTL_SECONDS = 300.0  # record-ttl-millis and query-ttl-millis are 300000 by default

Answer = dict[str, Any]


class ReadThroughCache:
    """DynamoDB's client with DAX before it: the same methods, and reads that are answered from memory.

    client: boto3's DynamoDB client. clock: the cloud's, by which entries grow old.
    item_ttl: seconds that an item is good for; 0 is for ever. query_ttl: the same of a Query's or Scan's page; 0 keeps
    none. The two caches know nothing of each other: a write through here changes the item cache only.

    Answers from the cache have no ConsumedCapacity, as they consume nothing. Strongly consistent reads and
    TransactGetItems go to the table and are not cached.
    """

    def __init__(
        self, client: Any, clock: Clock, item_ttl: float = TTL_SECONDS, query_ttl: float = TTL_SECONDS
    ) -> None:
        self.item_cache = ExpiringCache(clock, item_ttl or None)
        self.query_cache = ExpiringCache(clock, query_ttl)
        self._keeps_queries = query_ttl > 0
        self._client = client
        self._key_names: dict[str, list[str]] = {}

    @property
    def exceptions(self) -> Any:
        return self._client.exceptions

    # Reads

    def get_item(self, **parameters: Any) -> Answer:
        """Read an item; whole, whatever part of it is asked for, so that all parts are in the cache then."""
        projection = projection_of(parameters)
        if (
            parameters.get("ConsistentRead")
            or projection is None
            or not parameters.keys() >= {"TableName", "Key"}
        ):
            return self._passed("get_item", parameters)
        place = place_of(parameters["TableName"], parameters["Key"])
        entry = self.item_cache.get(place)
        if entry is not None:
            return _item_answer({}, entry.content, projection)
        whole = {name: value for name, value in parameters.items() if name not in PROJECTION_PARAMETERS}
        answer = self._client.get_item(**whole)
        item = answer.pop("Item", None)
        self.item_cache.put(place, copy.deepcopy(item))
        return _item_answer(answer, item, projection)

    def batch_get_item(self, **parameters: Any) -> Answer:
        """Read items as so many `get_item`s would; what is not in the cache is read in one batch."""
        batch = BatchRead(self.item_cache, parameters.get("RequestItems", {}))
        answer: Answer = {"Responses": {}, "UnprocessedKeys": {}}
        if batch.missing or not parameters.get("RequestItems"):
            answer = self._client.batch_get_item(**{**parameters, "RequestItems": batch.missing})
        return batch.complete(answer)

    def query(self, **parameters: Any) -> Answer:
        return self._page("query", parameters)

    def scan(self, **parameters: Any) -> Answer:
        return self._page("scan", parameters)

    def transact_get_items(self, **parameters: Any) -> Answer:
        return self._passed("transact_get_items", parameters)

    def _page(self, method: str, parameters: Mapping[str, Any]) -> Answer:
        if parameters.get("ConsistentRead") or not self._keeps_queries:
            return self._passed(method, parameters)
        asked = {name: value for name, value in parameters.items() if name != "ReturnConsumedCapacity"}
        key = (method, frozen(asked))
        entry = self.query_cache.get(key)
        if entry is not None:
            return copy.deepcopy(entry.content)
        answer = self._passed(method, parameters)
        kept = {
            name: value
            for name, value in answer.items()
            if name not in {"ConsumedCapacity", "ResponseMetadata"}
        }
        self.query_cache.put(key, copy.deepcopy(kept))
        return answer

    # Writes: to the table first, then to the item cache. What DynamoDB refuses changes nothing here.

    def put_item(self, **parameters: Any) -> Answer:
        answer = self._passed("put_item", parameters)
        self._keep_put(parameters["TableName"], parameters["Item"])
        return answer

    def update_item(self, **parameters: Any) -> Answer:
        """Update an item, and keep what it has become.

        Where other return values than ALL_NEW are asked for, the next read fetches it instead.
        """
        wanted = parameters.get("ReturnValues", "NONE")
        if wanted not in {"NONE", "ALL_NEW"}:
            answer = self._passed("update_item", parameters)
            self.item_cache.drop(place_of(parameters["TableName"], parameters["Key"]))
            return answer
        answer = self._passed("update_item", {**parameters, "ReturnValues": "ALL_NEW"})
        place = place_of(parameters["TableName"], parameters["Key"])
        self.item_cache.put(place, copy.deepcopy(answer.get("Attributes")))
        if wanted == "NONE":
            answer.pop("Attributes", None)
        return answer

    def delete_item(self, **parameters: Any) -> Answer:
        answer = self._passed("delete_item", parameters)
        self.item_cache.put(place_of(parameters["TableName"], parameters["Key"]), None)
        return answer

    def batch_write_item(self, **parameters: Any) -> Answer:
        """Write a batch, and keep what was processed of it."""
        answer = self._passed("batch_write_item", parameters)
        for table_name, requests in parameters["RequestItems"].items():
            unprocessed = {frozen(request) for request in answer["UnprocessedItems"].get(table_name, ())}
            for request in requests:
                if frozen(request) not in unprocessed:
                    self._keep_written(table_name, request)
        return answer

    def transact_write_items(self, **parameters: Any) -> Answer:
        """Write a transaction, then fetch what was written by TransactGetItems, which costs two reads an item."""
        answer = self._passed("transact_write_items", parameters)
        written = [place for action in parameters["TransactItems"] if (place := self._written_by(action))]
        if written:
            gets = [{"Get": {"TableName": table_name, "Key": key}} for table_name, key in written]
            responses = self._client.transact_get_items(TransactItems=gets)["Responses"]
            for (table_name, key), response in zip(written, responses, strict=True):
                self.item_cache.put(place_of(table_name, key), response.get("Item"))
        return answer

    def _passed(self, method: str, parameters: Mapping[str, Any]) -> Answer:
        send: Callable[..., Answer] = getattr(self._client, method)
        return send(**parameters)

    def _keep_written(self, table_name: str, request: Mapping[str, Any]) -> None:
        if "PutRequest" in request:
            self._keep_put(table_name, request["PutRequest"]["Item"])
        else:
            self.item_cache.put(place_of(table_name, request["DeleteRequest"]["Key"]), None)

    def _keep_put(self, table_name: str, item: Mapping[str, Any]) -> None:
        kept = {name: as_read(value) for name, value in item.items()}
        self.item_cache.put(place_of(table_name, self._key_of(table_name, kept)), kept)

    def _written_by(self, action: Mapping[str, Any]) -> tuple[str, Item] | None:
        ((kind, request),) = action.items()
        if kind == "ConditionCheck":
            return None
        table_name = request["TableName"]
        return table_name, request["Key"] if kind != "Put" else self._key_of(table_name, request["Item"])

    def _key_of(self, table_name: str, item: Mapping[str, Any]) -> Item:
        names = self._key_names.get(table_name)
        if names is None:
            schema = self._client.describe_table(TableName=table_name)["Table"]["KeySchema"]
            names = self._key_names[table_name] = [element["AttributeName"] for element in schema]
        return {name: item[name] for name in names}


def _item_answer(answer: Answer, item: Item | None, projection: Projected) -> Answer:
    if item is not None:
        answer["Item"] = copy.deepcopy(projection.of(item))
    return answer
