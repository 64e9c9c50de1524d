"""INSERT, UPDATE and DELETE. (paritysuite/dynamodb-conformance, executeStatement, setFunctions; recorded from AWS)"""

import pytest

NO_KEY = "Where clause does not contain a mandatory equality on all key attributes"
FAILED = ("ConditionalCheckFailedException", "The conditional request failed")
KEY = "pk = 'a' AND sk = '1'"


def test_insert_puts_an_item(run, orders, stored):
    answer = run("INSERT INTO orders VALUE {'pk': ?, 'sk': '1', 'l': [1, null], 's': <<'x'>>}", {"S": "a"})
    assert answer["Items"] == []
    assert stored("a") == {"l": {"L": [{"N": "1"}, {"NULL": True}]}, "s": {"SS": ["x"]}}


def test_insert_does_not_replace(put, refusal, stored):
    put("a", n={"N": "1"})
    assert refusal("INSERT INTO orders VALUE {'pk': 'a', 'sk': '1'}") == (
        "DuplicateItemException",
        "Duplicate primary key exists in table",
    )
    assert stored("a") == {"n": {"N": "1"}}


NESTING = "Nesting Levels have exceeded supported limits under root"
DIGITS = "Attempting to store more than 38 significant digits in a Number"


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (
            "{'x': 1e126}",
            "Number overflow. Attempting to store a number with magnitude larger than supported range "
            "under root.x",
        ),
        (f"[1, {'1' * 39}]", f"{DIGITS} under root[1]"),
        ("[" * 32 + "1" + "]" * 32, NESTING + "[0]" * 32),
        ("{'a':" * 32 + "1" + "}" * 32, NESTING + ".a" * 32),
        ("{'k': 1, 'k': 2}", "Duplicate keys in tuple. Key: k under root"),
        ("{1: 2}", "Tuple keys must be of type String. Actual type: N under root"),
        (
            "<<1, 'a'>>",
            "Unsupported data type in Bag. DynamoDB only supports either numbers or strings in bags",
        ),
        (
            "<<2, 2.0>>",
            "One or more parameter values were invalid: Input collection [2, 2.0] contains duplicates! under root",
        ),
        ("`2020T`", "Ion Literals are not supported: 2020T under key root"),
        ("set_add(<<'a'>>, <<'b'>>)", "Unsupported data type: set_add under key root at 1:54:7"),
        ("other", "Unsupported data type: VariableReference under key root at 1:54:5"),
    ],
)
def test_insert_refuses_what_is_no_value(orders, refusal, value, message):
    statement = f"INSERT INTO orders VALUE {{'pk': 'a', 'sk': '1', 'v': {value}}}"
    assert refusal(statement) == ("ValidationException", message)


def test_a_parameter_cannot_stand_inside_a_value(orders, refusal):
    assert refusal("INSERT INTO orders VALUE {'pk': 'a', 'sk': '1', 'm': {'k': ?}}", {"S": "v"}) == (
        "ValidationException",
        "Unsupported data type: Parameter under key root.k at 1:60:1",
    )


def test_insert_needs_the_whole_key(orders, refusal):
    assert refusal("INSERT INTO orders VALUE {'pk': 'a'}") == (
        "ValidationException",
        "One or more parameter values were invalid: Missing the key sk in the item",
    )


def test_insert_takes_an_item_only_as_a_struct(orders, refusal):
    assert refusal("INSERT INTO orders VALUE ?", {"M": {}}) == (
        "ValidationException",
        "Unsupported format in item expression. Please use struct format {...} to express item values for insert "
        "statement.",
    )


# UPDATE


@pytest.mark.parametrize(
    ("actions", "expected"),
    [
        ("SET n = 2", {"n": {"N": "2"}, "s": {"SS": ["a", "b"]}}),
        ("SET n = n-1", {"n": {"N": "4"}, "s": {"SS": ["a", "b"]}}),
        ("SET n = n - - 2 SET m = 1", {"n": {"N": "7"}, "s": {"SS": ["a", "b"]}, "m": {"N": "1"}}),
        ("SET n = 1, m = n", {"n": {"N": "1"}, "s": {"SS": ["a", "b"]}, "m": {"N": "5"}}),
        ("REMOVE n SET m = ['x']", {"s": {"SS": ["a", "b"]}, "m": {"L": [{"S": "x"}]}}),
        ("SET l = list_append([1], [2]) REMOVE n REMOVE s", {"l": {"L": [{"N": "1"}, {"N": "2"}]}}),
        ("SET s = set_add(s, <<'c', 'a'>>)", {"n": {"N": "5"}, "s": {"SS": ["a", "b", "c"]}}),
        ("SET t = SET_ADD(t, <<1>>) REMOVE s", {"n": {"N": "5"}, "t": {"NS": ["1"]}}),
        ("SET s = set_delete(s, <<'a'>>)", {"n": {"N": "5"}, "s": {"SS": ["b"]}}),
        ("SET s = set_delete(s, <<'a', 'b'>>)", {"n": {"N": "5"}}),
        ("SET t = set_delete(t, <<'a'>>)", {"n": {"N": "5"}, "s": {"SS": ["a", "b"]}}),
    ],
)
def test_update_changes_attributes(put, run, stored, actions, expected):
    put("a", n={"N": "5"}, s={"SS": ["a", "b"]})
    assert run(f"UPDATE orders {actions} WHERE {KEY}")["Items"] == []
    assert stored("a") == expected


def test_update_may_begin_with_from(put, run, stored):
    put("a", n={"N": "5"})
    run("FROM orders WHERE pk = ? AND sk = '1' SET n = ? REMOVE m", {"S": "a"}, {"N": "6"})
    assert stored("a") == {"n": {"N": "6"}}


def test_update_makes_no_item(orders, refusal, stored):
    assert refusal(f"UPDATE orders SET n = 1 WHERE {KEY}") == FAILED
    assert stored("a") is None


def test_update_of_a_missing_item_fails_whatever_is_asked(orders, refusal):
    assert refusal(f"UPDATE orders SET n = 1 WHERE {KEY} AND attribute_not_exists(pk)") == FAILED


@pytest.mark.parametrize("statement", ["UPDATE orders SET n = 1", "DELETE FROM orders"])
def test_what_where_asks_besides_the_key_is_a_condition(put, refusal, stored, statement):
    put("a", n={"N": "5"})
    assert refusal(f"{statement} WHERE ({KEY}) AND n = 6") == FAILED
    assert stored("a") == {"n": {"N": "5"}}


def test_a_failed_condition_shows_the_item_when_asked(put, dynamodb):
    put("a", n={"N": "5"})
    with pytest.raises(dynamodb.exceptions.ConditionalCheckFailedException) as caught:
        dynamodb.execute_statement(
            Statement=f"UPDATE orders SET n = 1 WHERE {KEY} AND n = 6",
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
        )
    assert caught.value.response["Item"]["n"] == {"N": "5"}


INCORRECT_TYPE = "An operand in the update expression has an incorrect data type"


@pytest.mark.parametrize(
    ("actions", "message"),
    [
        (
            "SET t = set_add(s, <<'x'>>)",
            "The first argument to SET_ADD must equal the assignment value at 1:23:7",
        ),
        ("SET s = set_add(s, 'x')", "The second argument to SET_ADD must be a value with type SET at 1:31:1"),
        (
            'SET "s" = set_delete("s", [1])',
            "The second argument to SET_DELETE must be a value with type SET at 1:36:3",
        ),
        ("SET s = set_add(s)", "SET_ADD must have exactly two arguments at 1:23:7"),
        ("SET s = set_add(s, <<1>>)", INCORRECT_TYPE),
        ("SET n = set_add(n, <<1>>)", INCORRECT_TYPE),
        (
            "SET n = 'a' + 1",
            "Incorrect operand type for operator or function; operator or function: +, operand type: S",
        ),
        ("SET nope[0] = 1", "The document path provided in the update expression is invalid for update"),
        ("SET n = frobnicate(n)", "Unrecognized function: frobnicate at 1:23:10"),
        ("SET n = n * 2", "Unsupported operator in Update Expression. Operator: * at 1:25:1"),
        ("SET n = n IS NULL", "IS operator is not supported in update expressions"),
        (
            "SET sk = '2'",
            "One or more parameter values were invalid: Cannot update attribute sk. "
            "This attribute is part of the key",
        ),
        (
            "SET n = 1 SET n = 2",
            "Two document paths overlap with each other; must remove or rewrite one of these paths; "
            "path one: [n], path two: [n]",
        ),
    ],
)
def test_update_refuses_what_it_cannot_do(put, refusal, actions, message):
    put("a", n={"N": "5"}, s={"SS": ["a"]})
    assert refusal(f"UPDATE orders {actions} WHERE {KEY}") == ("ValidationException", message)


def test_update_leaves_no_item_too_deep(put, refusal):
    put("a", m={"M": {}})
    value = {"S": "x"}
    for _ in range(31):
        value = {"M": {"a": value}}
    assert refusal(f"UPDATE orders SET m.deep = ? WHERE {KEY}", value) == (
        "ValidationException",
        "Nesting Levels have exceeded supported limits",
    )


@pytest.mark.parametrize(
    ("where", "message"),
    [
        ("", NO_KEY),
        ("WHERE pk = 'a'", NO_KEY),
        ("WHERE n = 1", NO_KEY),
        ("WHERE pk IN ['a'] AND sk = '1'", NO_KEY),
        (f"WHERE ({KEY}) OR n = 1", NO_KEY),
        (
            f"WHERE {KEY} AND pk = 'b'",
            "Multiple conditions on same key pk. Only single item Update/Insert/Delete are supported",
        ),
        ("WHERE pk = 'a' AND sk = 1", "The provided key element does not match the schema"),
    ],
)
def test_a_write_is_about_one_item(orders, refusal, where, message):
    assert refusal(f"DELETE FROM orders {where}") == ("ValidationException", message)


def test_delete_removes_an_item(put, run, stored):
    put("a")
    assert run(f"DELETE FROM orders WHERE {KEY} AND pk = 'a'")["Items"] == []
    assert stored("a") is None


def test_delete_of_a_missing_item_is_no_failure(orders, run):
    assert run(f"DELETE FROM orders WHERE {KEY} AND n = 1")["Items"] == []


# RETURNING


def test_delete_returns_what_was_there(put, run):
    put("a", n={"N": "1"})
    deleted = {"pk": {"S": "a"}, "sk": {"S": "1"}, "n": {"N": "1"}}
    statement = f"DELETE FROM orders WHERE {KEY} RETURNING ALL OLD *"
    assert [run(statement)["Items"], run(statement)["Items"]] == [[deleted], []]


@pytest.mark.parametrize(
    ("actions", "returning", "expected"),
    [
        ("SET m.a = 'new'", "MODIFIED NEW", [{"m": {"M": {"a": {"S": "new"}}}}]),
        ("SET m.a = 'new'", "MODIFIED OLD", [{"m": {"M": {"a": {"S": "old"}}}}]),
        ("SET x = 1", "MODIFIED OLD", []),
        ("REMOVE m", "MODIFIED NEW", []),
        ("SET l[2] = 'y', l[0] = 'x'", "MODIFIED NEW", [{"l": {"L": [{"S": "x"}, {"S": "y"}]}}]),
        ("SET l[9] = 'y'", "MODIFIED NEW", []),
        ("REMOVE l[1]", "MODIFIED NEW", [{"l": {"L": [{"S": "3"}]}}]),
    ],
)
def test_update_returns_what_it_modified(put, run, actions, returning, expected):
    put("a", m={"M": {"a": {"S": "old"}, "b": {"S": "kept"}}}, l={"L": [{"S": "1"}, {"S": "2"}, {"S": "3"}]})
    assert run(f"UPDATE orders {actions} WHERE {KEY} RETURNING {returning} *")["Items"] == expected


@pytest.mark.parametrize(("image", "number"), [("OLD", "1"), ("NEW", "2")])
def test_update_returns_the_whole_item(put, run, image, number):
    put("a", n={"N": "1"})
    returned = run(f"UPDATE orders SET n = 2 WHERE {KEY} RETURNING ALL {image} *")["Items"]
    assert returned == [{"pk": {"S": "a"}, "sk": {"S": "1"}, "n": {"N": number}}]


def test_a_write_costs_what_it_writes(run, orders):
    answer = run("INSERT INTO orders VALUE {'pk': 'a', 'sk': '1'}", ReturnConsumedCapacity="TOTAL")
    assert answer["ConsumedCapacity"] == {"TableName": "orders", "CapacityUnits": 1.0}
