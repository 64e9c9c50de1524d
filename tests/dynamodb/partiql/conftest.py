"""Running PartiQL statements against a table `orders` with the keys `pk` and `sk`, both strings."""

import pytest
from botocore.exceptions import ClientError

from ..tables import create_table


@pytest.fixture
def orders(dynamodb):
    """An on-demand table with the partition key `pk` and the sort key `sk`."""
    create_table(dynamodb, sort="sk:S")
    return "orders"


@pytest.fixture
def run(dynamodb):
    """Run one statement; its values may be given as parameters."""

    def execute(statement, *parameters, **options):
        if parameters:
            options["Parameters"] = list(parameters)
        return dynamodb.execute_statement(Statement=statement, **options)

    return execute


@pytest.fixture
def refusal(run):
    """The code and message that a statement is refused with."""

    def refused(statement, *parameters, **options):
        with pytest.raises(ClientError) as caught:
            run(statement, *parameters, **options)
        error = caught.value.response["Error"]
        return error["Code"], error["Message"]

    return refused


@pytest.fixture
def put(dynamodb, orders):
    """Put an item whose attributes are given as on the wire."""

    def put_item(pk, sk="1", **attributes):
        key = {"pk": {"S": pk}, "sk": {"S": sk}}
        dynamodb.put_item(TableName=orders, Item={**key, **attributes})

    return put_item


@pytest.fixture
def stored(dynamodb, orders):
    """The item of a key without its key, or None."""

    def get_item(pk, sk="1"):
        item = dynamodb.get_item(TableName=orders, Key={"pk": {"S": pk}, "sk": {"S": sk}}).get("Item")
        return None if item is None else {name: item[name] for name in item if name not in {"pk", "sk"}}

    return get_item
