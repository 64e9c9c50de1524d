"""Whatever regions write, in whatever order and with whatever delays: they end with the same items."""

from hypothesis import given, settings
from hypothesis import strategies as st

from skymock import Cloud

REGIONS = ("us-east-1", "eu-west-1", "ap-southeast-2")
DEFINITION = {
    "TableName": "orders",
    "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
    "BillingMode": "PAY_PER_REQUEST",
}
WRITES = st.tuples(st.sampled_from(REGIONS), st.sampled_from("ab"), st.none() | st.integers(0, 9))
STEPS = st.lists(
    st.tuples(WRITES, st.sampled_from([0, 0.5, 1, 3]), st.sampled_from([0, 0.5, 2])), max_size=12
)


def write(cloud, region, key, number):
    item = {"pk": {"S": key}}
    if number is None:
        cloud.call("dynamodb", "DeleteItem", {"TableName": "orders", "Key": item}, region=region)
    else:
        item["n"] = {"N": str(number)}
        cloud.call("dynamodb", "PutItem", {"TableName": "orders", "Item": item}, region=region)


def items(cloud, region):
    table = cloud.service("dynamodb", region=region).tables.named("orders")
    return {stored.item["pk"]["S"]: int(stored.item["n"]["N"]) for stored in table.items}


@given(STEPS)
@settings(max_examples=15, deadline=None)
def test_all_regions_end_with_the_last_write_of_each_item(steps):
    cloud = Cloud(region=REGIONS[0])
    cloud.call("dynamodb", "CreateTable", DEFINITION)
    for region in REGIONS[1:]:
        updates = [{"Create": {"RegionName": region}}]
        cloud.call("dynamodb", "UpdateTable", {"TableName": "orders", "ReplicaUpdates": updates})
    expected = {}
    for (region, key, number), delay, wait in steps:
        cloud.replication_delay_seconds = delay
        # What deletes nothing is no write that could be the last.
        if number is not None or key in items(cloud, region):
            write(cloud, region, key, number)
            expected = {**expected, key: number}
        if wait:
            cloud.clock.advance(seconds=wait)
    cloud.clock.advance(seconds=10)

    expected = {key: number for key, number in expected.items() if number is not None}
    assert [items(cloud, region) for region in REGIONS] == [expected] * 3
