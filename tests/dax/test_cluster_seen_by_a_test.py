"""What `cloud.dax.cluster(...)` tells a test, and what a test does with it."""

import pytest
from botocore.exceptions import ClientError

pytestmark = pytest.mark.serverless(freeze_time="2026-03-01T12:00:00Z")

KEY = {"pk": {"S": "a"}}


def put(client, pk="a", **attributes):
    item = {"pk": {"S": pk}, **{name: {"S": value} for name, value in attributes.items()}}
    return client.put_item(TableName="orders", Item=item)


def get(client, pk="a", **options):
    return client.get_item(TableName="orders", Key={"pk": {"S": pk}}, **options).get("Item")


def test_hits_and_misses_are_counted_under_cloudwatchs_names(table, dax, cluster):
    put(dax)
    get(dax)
    get(dax, "b")
    get(dax, "b", ConsistentRead=True)
    dax.scan(TableName="orders")
    dax.scan(TableName="orders")
    with pytest.raises(ClientError):
        dax.scan(TableName="none")

    counted = {name: count for name, count in cluster.metrics.items() if "Size" not in name}
    assert counted == {
        "ItemCacheHits": 1,
        "ItemCacheMisses": 1,
        "ScanCacheHits": 1,
        "ScanCacheMisses": 1,
        "PutItemRequestCount": 1,
        "GetItemRequestCount": 3,
        "ScanRequestCount": 2,
        "TotalRequestCount": 6,
    }
    assert cluster.metrics["QueryCacheHits"] == 0


def test_errors_are_counted(table, dax, cluster):
    with pytest.raises(ClientError):
        dax.put_item(TableName="orders", Item=KEY, ConditionExpression="attribute_exists(pk)")

    assert (cluster.metrics["ErrorRequestCount"], cluster.metrics["FaultRequestCount"]) == (1, 0)


def test_it_shows_what_is_cached_without_using_it(cloud, table, dax, cluster):
    put(dax, v="x")
    dax.scan(TableName="orders")

    assert cluster.cached_items("orders") == [{**KEY, "v": {"S": "x"}}]
    assert cluster.cached_pages() == 1
    assert cluster.metrics["ItemCacheHits"] == 0
    cloud.clock.advance(minutes=5)
    assert (cluster.cached_items("orders"), cluster.cached_pages()) == ([], 0)


def test_a_flush_forgets_everything(table, dax, cluster, calls):
    put(dax)
    cluster.flush()
    get(dax)

    assert calls("GetItem") == 1


def test_the_least_recently_used_item_goes_first(table, dax, cluster):
    cluster.limit_caches(entries=2)
    for name in "ab":
        put(dax, name)
    get(dax, "a")
    put(dax, "c")

    assert sorted(item["pk"]["S"] for item in cluster.cached_items("orders")) == ["a", "c"]
    assert cluster.evictions == 1
    assert cluster.metrics["EvictedSize"] > 0


def test_a_cache_may_be_limited_by_its_size(table, dax, cluster):
    cluster.limit_caches(size_bytes=2500)
    for name in "abc":
        put(dax, name, v="x" * 1000)

    assert len(cluster.cached_items("orders")) == 2
    assert cluster.metrics["EstimatedDbSize"] <= 2500


def test_the_timeline_shows_hits_and_what_misses_have_caused(cloud, table, dax):
    cloud.timeline.clear()
    get(dax)
    get(dax)

    miss, hit = cloud.timeline.calls("dax", "GetItem")
    (read,) = cloud.timeline.calls("dynamodb", "GetItem")
    assert (miss.outcome, hit.outcome) == ("miss", "hit")
    assert read.cause is miss
    assert dict(hit.parameters) == {"TableName": "orders", "Key": KEY}
    assert str(hit) == "dax GetItem orders → hit"


def test_a_hit_takes_a_tenth_of_what_the_table_takes(cloud, table, dax, dynamodb):
    get(dax)
    get(dax)
    get(dynamodb)

    miss, hit = cloud.timeline.calls("dax", "GetItem")
    through, direct = cloud.timeline.calls("dynamodb", "GetItem")
    assert hit.latency_seconds * 10 <= direct.latency_seconds < 0.01
    assert miss.latency_seconds > through.latency_seconds == direct.latency_seconds


def test_a_cluster_that_is_not_there_is_named_with_those_that_are(cloud, cluster):
    with pytest.raises(KeyError, match="no DAX cluster 'other' in us-east-1; there are: orders"):
        cloud.dax.cluster("other")
    with pytest.raises(KeyError, match=r"no node 'orders-z'; orders has \['orders-a'\]"):
        cluster.node("orders-z")
