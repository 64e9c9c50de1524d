"""Which permissions a statement needs. (IAM security policies with PartiQL for DynamoDB)"""

import pytest

TABLE = "arn:aws:dynamodb:us-east-1:123456789012:table/orders"


@pytest.mark.parametrize(
    ("statement", "needed"),
    [
        ("SELECT * FROM orders", [("dynamodb:PartiQLSelect", TABLE)]),
        ('SELECT * FROM "orders"."by-city"', [("dynamodb:PartiQLSelect", f"{TABLE}/index/by-city")]),
        (f'SELECT * FROM "{TABLE}"', [("dynamodb:PartiQLSelect", TABLE)]),
        ("INSERT INTO orders VALUE {'pk': 'a'}", [("dynamodb:PartiQLInsert", TABLE)]),
        ("UPDATE orders SET a = 1 WHERE pk = 'a'", [("dynamodb:PartiQLUpdate", TABLE)]),
        ("DELETE FROM orders WHERE pk = 'a'", [("dynamodb:PartiQLDelete", TABLE)]),
        ("EXISTS(SELECT * FROM orders WHERE pk = 'a')", [("dynamodb:PartiQLSelect", TABLE)]),
        ("no statement at all", []),
    ],
)
def test_a_statement_needs_permission_for_its_table(cloud, statement, needed):
    parameters = {"Statement": statement}
    assert list(cloud.service("dynamodb").permissions("ExecuteStatement", parameters)) == needed


@pytest.mark.parametrize(
    ("operation", "member"),
    [("BatchExecuteStatement", "Statements"), ("ExecuteTransaction", "TransactStatements")],
)
def test_several_statements_need_permission_for_each(cloud, operation, member):
    statements = [{"Statement": "DELETE FROM orders"}, {"Statement": "UPDATE orders SET a = 1"}]
    assert list(cloud.service("dynamodb").permissions(operation, {member: statements})) == [
        ("dynamodb:PartiQLDelete", TABLE),
        ("dynamodb:PartiQLUpdate", TABLE),
    ]


@pytest.mark.parametrize(
    ("statement", "full_scan"),
    [
        ("SELECT * FROM orders", "true"),
        ("SELECT * FROM orders WHERE n = 1", "true"),
        ("SELECT * FROM orders WHERE pk = 'a' OR n = 1", "true"),
        ("SELECT * FROM orders WHERE pk IN ['a', 'b'] AND n = 1", "false"),
        ("DELETE FROM orders WHERE pk = 'a'", None),
        ("SELECT * FROM nowhere", None),
        ("no statement at all", None),
    ],
)
def test_policies_can_tell_a_full_scan(cloud, orders, statement, full_scan):
    keys = cloud.service("dynamodb").condition_keys("ExecuteStatement", {"Statement": statement})
    assert keys.get("dynamodb:FullTableScan") == full_scan
