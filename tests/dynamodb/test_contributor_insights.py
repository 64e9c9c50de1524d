"""Contributor insights: their states, and the keys that they count."""

import datetime as dt

import boto3
import pytest
from botocore.config import Config

from .tables import create_table, global_index

frozen = pytest.mark.serverless(freeze_time="2026-03-01T12:00:00Z")
realistic = pytest.mark.serverless(freeze_time="2026-03-01T12:00:00Z", transitions="realistic")

START = dt.datetime(2026, 3, 1, 12, tzinfo=dt.timezone.utc)
MILLISECONDS = int(START.timestamp() * 1000)


def enable(dynamodb, index=None, mode=None, action="ENABLE"):
    options = {"IndexName": index, "ContributorInsightsMode": mode}
    options = {name: value for name, value in options.items() if value is not None}
    answer = dynamodb.update_contributor_insights(
        TableName="orders", ContributorInsightsAction=action, **options
    )
    answer.pop("ResponseMetadata")
    return answer


def describe(dynamodb, **index):
    answer = dynamodb.describe_contributor_insights(TableName="orders", **index)
    answer.pop("ResponseMetadata")
    return answer


def listed(dynamodb, **options):
    summaries = dynamodb.list_contributor_insights(**options)["ContributorInsightsSummaries"]
    return [(summary["TableName"], summary.get("IndexName")) for summary in summaries]


def insights(cloud, index=None):
    return cloud.service("dynamodb").contributor_insights("orders", index)


def put(dynamodb, pk, sk, **attributes):
    dynamodb.put_item(TableName="orders", Item={"pk": {"S": pk}, "sk": {"N": str(sk)}, **attributes})


@pytest.fixture
def orders(dynamodb):
    """A table with a sort key and a global index, whose keys are both counted."""
    create_table(
        dynamodb,
        sort="sk:N",
        attributes={"city": "S"},
        GlobalSecondaryIndexes=[global_index("by-city", "city", "sk")],
    )
    enable(dynamodb)
    enable(dynamodb, "by-city")


def test_reads_count_once_and_writes_three_times(cloud, dynamodb, orders):
    put(dynamodb, "a", 1)
    key = {"pk": {"S": "a"}, "sk": {"N": "1"}}
    dynamodb.get_item(TableName="orders", Key=key, ConsistentRead=True)
    dynamodb.get_item(TableName="orders", Key=key)

    assert insights(cloud).most_accessed() == [(("a",), 4.5)]


def test_keys_are_counted_by_partition_and_by_item(cloud, dynamodb, orders):
    put(dynamodb, "a", 1)
    put(dynamodb, "a", 2)
    put(dynamodb, "b", 1)

    assert insights(cloud).most_accessed() == [(("a",), 6), (("b",), 3)]
    assert insights(cloud).most_accessed(with_sort_keys=True) == [
        (("a", "1"), 3),
        (("a", "2"), 3),
        (("b", "1"), 3),
    ]


def test_each_item_of_a_page_is_counted(cloud, dynamodb, orders):
    for sk in (1, 2):
        put(dynamodb, "a", sk)
    put(dynamodb, "b", 1)
    enable(dynamodb, action="DISABLE")
    enable(dynamodb)

    dynamodb.query(
        TableName="orders",
        KeyConditionExpression="pk = :a",
        ExpressionAttributeValues={":a": {"S": "a"}},
        ConsistentRead=True,
    )
    by_query = insights(cloud).most_accessed(with_sort_keys=True)
    dynamodb.scan(TableName="orders", ConsistentRead=True)

    assert by_query == [(("a", "1"), 0.5), (("a", "2"), 0.5)]
    assert [(key, round(units, 2)) for key, units in insights(cloud).most_accessed()] == [
        (("a",), 1.67),
        (("b",), 0.33),
    ]


def test_batches_and_transactions_are_counted(cloud, dynamodb, orders):
    item = {"pk": {"S": "a"}, "sk": {"N": "1"}}
    dynamodb.batch_write_item(RequestItems={"orders": [{"PutRequest": {"Item": item}}]})
    dynamodb.batch_get_item(RequestItems={"orders": {"Keys": [item], "ConsistentRead": True}})
    dynamodb.transact_get_items(TransactItems=[{"Get": {"TableName": "orders", "Key": item}}])
    dynamodb.transact_write_items(TransactItems=[{"Delete": {"TableName": "orders", "Key": item}}])

    assert insights(cloud).most_accessed() == [(("a",), 3 + 1 + 2 + 6)]


def test_an_index_counts_its_own_keys(cloud, dynamodb, orders):
    put(dynamodb, "a", 1, city={"S": "Rome"})
    put(dynamodb, "b", 2)
    dynamodb.query(
        TableName="orders",
        IndexName="by-city",
        KeyConditionExpression="city = :c",
        ExpressionAttributeValues={":c": {"S": "Rome"}},
    )

    assert insights(cloud, "by-city").most_accessed() == [(("Rome",), 3.5)]
    assert insights(cloud, "by-city").most_accessed(with_sort_keys=True) == [(("Rome", "1"), 3.5)]
    assert insights(cloud).most_accessed() == [(("a",), 3), (("b",), 3)]


def test_throttled_keys_are_counted(cloud, dynamodb):
    create_table(dynamodb, sort="sk:N", throughput=(1, 1))
    enable(dynamodb, mode="THROTTLED_KEYS")
    client = boto3.client("dynamodb", config=Config(retries={"total_max_attempts": 1}))
    throughput = cloud.service("dynamodb").tables.named("orders").throughput
    for meter in (throughput.read, throughput.write):
        meter.take(300, None, cloud.clock.time())
    key = {"pk": {"S": "a"}, "sk": {"N": "1"}}

    exceeded = client.exceptions.ProvisionedThroughputExceededException
    with pytest.raises(exceeded):
        client.put_item(TableName="orders", Item=key)
    with pytest.raises(exceeded):
        client.query(
            TableName="orders",
            KeyConditionExpression="pk = :a",
            ExpressionAttributeValues={":a": {"S": "a"}},
            ConsistentRead=True,
        )
    with pytest.raises(client.exceptions.TransactionCanceledException):
        client.transact_get_items(TransactItems=[{"Get": {"TableName": "orders", "Key": key}}])

    assert insights(cloud).most_throttled() == [(("a",), 3)]
    assert insights(cloud).most_throttled(with_sort_keys=True) == [(("a", "1"), 2)]
    assert insights(cloud).most_accessed() == []


def test_nothing_is_counted_before_they_are_enabled(cloud, dynamodb, table):
    dynamodb.put_item(TableName="orders", Item={"pk": {"S": "a"}})

    assert insights(cloud).most_accessed() == []


def test_what_was_counted_stays_until_they_are_enabled_again(cloud, dynamodb, orders):
    put(dynamodb, "a", 1)
    enable(dynamodb, action="DISABLE")
    put(dynamodb, "a", 2)

    disabled = insights(cloud).most_accessed()
    enable(dynamodb)
    assert (disabled, insights(cloud).most_accessed()) == ([(("a",), 3)], [])


@frozen
def test_rules_are_named_after_what_they_count(dynamodb, orders):
    assert describe(dynamodb) == {
        "TableName": "orders",
        "ContributorInsightsStatus": "ENABLED",
        "ContributorInsightsMode": "ACCESSED_AND_THROTTLED_KEYS",
        "LastUpdateDateTime": START,
        "ContributorInsightsRuleList": [
            f"DynamoDBContributorInsights-{kind}-orders-{MILLISECONDS}"
            for kind in ("PKC", "PKT", "SKC", "SKT")
        ],
    }
    assert describe(dynamodb, IndexName="by-city")["ContributorInsightsRuleList"][0] == (
        f"DynamoDBContributorInsights-PKC-orders-by-city-{MILLISECONDS}"
    )


def test_a_mode_is_changed_by_enabling_again(dynamodb, table):
    enable(dynamodb)

    narrowed = enable(dynamodb, mode="THROTTLED_KEYS")
    (rule,) = describe(dynamodb)["ContributorInsightsRuleList"]
    widened = enable(dynamodb)

    assert (narrowed["ContributorInsightsStatus"], narrowed["ContributorInsightsMode"]) == (
        "ENABLING",
        "THROTTLED_KEYS",
    )
    assert "-PKT-" in rule
    assert widened["ContributorInsightsMode"] == "ACCESSED_AND_THROTTLED_KEYS"


@realistic
def test_they_are_enabling_before_they_are_enabled(cloud, dynamodb):
    create_table(dynamodb)
    cloud.clock.advance(seconds=30)

    seen = [enable(dynamodb)]
    for action in ("ENABLE", "DISABLE"):
        seen.append(describe(dynamodb))
        cloud.clock.advance(seconds=2)
        seen.append(enable(dynamodb, action=action))
    cloud.clock.advance(seconds=2)
    seen.append(describe(dynamodb))

    states = [answer["ContributorInsightsStatus"] for answer in seen]
    assert states == ["ENABLING", "ENABLING", "ENABLED", "ENABLED", "DISABLING", "DISABLED"]
    assert "ContributorInsightsRuleList" not in seen[-1]


def test_a_table_that_never_had_them_says_so(dynamodb, table):
    never = {"TableName": "orders", "ContributorInsightsStatus": "DISABLED"}

    assert describe(dynamodb) == never
    assert enable(dynamodb, action="DISABLE") == never


def test_what_is_enabled_is_listed(dynamodb, orders):
    create_table(dynamodb, "users")

    assert listed(dynamodb) == [("orders", None), ("orders", "by-city")]
    assert listed(dynamodb, TableName="users") == []
    enable(dynamodb, action="DISABLE")
    assert listed(dynamodb, TableName="orders") == [("orders", "by-city")]


def test_the_list_has_pages(dynamodb, orders):
    first = dynamodb.list_contributor_insights(MaxResults=1)
    second = dynamodb.list_contributor_insights(MaxResults=1, NextToken=first["NextToken"])

    assert "IndexName" not in first["ContributorInsightsSummaries"][0]
    assert second["ContributorInsightsSummaries"][0]["IndexName"] == "by-city"
    assert "NextToken" not in second


def test_an_index_takes_its_own_with_it(dynamodb, orders, refused):
    dynamodb.update_table(
        TableName="orders", GlobalSecondaryIndexUpdates=[{"Delete": {"IndexName": "by-city"}}]
    )

    assert listed(dynamodb) == [("orders", None)]
    assert refused(dynamodb.describe_contributor_insights, TableName="orders", IndexName="by-city") == (
        "ResourceNotFoundException",
        "Requested resource not found: Index: by-city not found for table: orders",
        400,
    )


def test_what_is_not_there_is_not_counted(dynamodb, table, refused):
    missing = ("ResourceNotFoundException", "Requested resource not found: Table: nothing not found", 400)
    index = "Requested resource not found: Index: by-city not found for table: orders"

    assert refused(dynamodb.describe_contributor_insights, TableName="nothing") == missing
    assert refused(dynamodb.list_contributor_insights, TableName="nothing") == missing
    assert refused(
        dynamodb.update_contributor_insights,
        TableName="orders",
        IndexName="by-city",
        ContributorInsightsAction="ENABLE",
    ) == ("ResourceNotFoundException", index, 400)


@realistic
def test_a_table_that_is_creating_is_not_counted_yet(dynamodb, refused):
    create_table(dynamodb)

    answer = refused(
        dynamodb.update_contributor_insights, TableName="orders", ContributorInsightsAction="ENABLE"
    )

    text = (
        "Table or Index is not in a valid state to update Key Access Insights: "
        "TableStatus must be ACTIVE to enable ContributorInsights."
    )
    assert answer == ("ValidationException", text, 400)
