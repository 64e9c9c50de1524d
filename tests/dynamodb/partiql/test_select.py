"""SELECT: by key, by index, in order, page by page. (PartiQL select statements; answers recorded from AWS)"""

import pytest

from ..tables import create_table, global_index

OVERLAP = "Overlapping conditions with range keys are not supported in where clause"
KEY_TYPE = "Key attribute's data type should match its data type in table's schema: Key"
INVALID = "One or more parameter values were invalid: "


@pytest.fixture
def three(put):
    """Items 1, 2 and 3 under one partition key, and one under another."""
    for sk in "123":
        put("a", sk, n={"N": sk})
    put("b", "1", n={"N": "9"})


@pytest.fixture
def sort_keys(run, three):
    def selected(rest):
        return [item["sk"]["S"] for item in run(f"SELECT sk FROM orders {rest}")["Items"]]

    return selected


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ("pk = 'a' AND sk = '2'", ["2"]),
        ("'a' = pk AND '2' < sk", ["3"]),
        ("pk = 'a' AND sk BETWEEN '2' AND '3'", ["2", "3"]),
        ("pk = 'a' AND begins_with(sk, '2')", ["2"]),
        ("pk = 'a' AND sk > '1' AND sk < '3'", ["2"]),
        ("pk = 'a' AND sk = '1' AND sk > '0'", ["1"]),
        ("pk = 'a' AND sk = '1' AND sk > '1'", []),
        ("pk = 'a' AND (sk = '1' OR sk = '3')", ["1", "3"]),
        ("pk = 'a' AND sk IN ['3', '1']", ["1", "3"]),
        ("pk = 'a' AND (sk < '2' OR sk > '2' OR sk = '2')", ["1", "2", "3"]),
        ("pk = 'a' AND NOT sk = '1'", ["2", "3"]),
        ("pk = 'a' AND sk <> '1'", ["2", "3"]),
        ("pk = 'a' AND n >= 2", ["2", "3"]),
        ("pk IN ['b', 'a'] AND sk = '1'", ["1", "1"]),
        ("pk = 'a' AND pk = 'b'", []),
        ("pk = 'b' OR pk = 'a' AND sk > '2'", ["3", "1"]),
    ],
)
def test_where_finds_items_by_their_keys(sort_keys, where, expected):
    assert sort_keys(f"WHERE {where}") == expected


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ("n = 9", ["1"]),
        ("pk > 'a'", ["1"]),
        ("pk > 1", []),
        ("pk = 'a' OR sk = '1'", ["1", "1", "2", "3"]),
        ("pk = 'a' AND NOT sk = '1' OR pk = 'a' AND sk = '2'", ["2", "3"]),
        ("NOT pk = 'a'", ["1"]),
        ("pk IN [n, 'b']", ["1"]),
    ],
)
def test_where_without_a_partition_key_scans(sort_keys, where, expected):
    assert sorted(sort_keys(f"WHERE {where}")) == expected


def test_without_where_all_items_are_read(sort_keys):
    assert len(sort_keys("")) == 4


@pytest.mark.parametrize(
    ("where", "message"),
    [
        ("pk IN ['a', 'a']", OVERLAP),
        ("pk = 'a' OR pk = 'a'", OVERLAP),
        ("pk = 'a' AND (sk > '0' OR sk < '5')", OVERLAP),
        ("pk = 'a' AND (sk = '1' OR n = 2)", OVERLAP),
        ("(pk = 'a' AND n = 1) OR (pk = 'a' AND n = 2)", OVERLAP),
        ("pk = 'a' AND n <> 1 OR pk = 'a' AND sk = '2'", OVERLAP),
        ("pk = 1 OR pk = 'a'", f"{KEY_TYPE} pk"),
        ("pk = 'a' AND sk IN ['1', 2]", f"{KEY_TYPE} sk"),
        (
            f"pk IN [{', '.join(map(repr, map(str, range(51))))}]",
            "Too many decomposed read operations for a given query.",
        ),
        (
            f"pk IN [{', '.join(map(repr, map(str, range(26))))}] AND sk IN ['1', '2']",
            "Too many decomposed read operations for a given query.",
        ),
    ],
)
def test_keys_that_cannot_be_read_together_are_refused(orders, refusal, where, message):
    assert refusal(f"SELECT sk FROM orders WHERE {where}") == ("ValidationException", message)


def test_order_by_turns_the_sort_key_round(sort_keys):
    assert sort_keys("WHERE pk = 'a' ORDER BY sk DESC") == ["3", "2", "1"]


def test_order_by_turns_reads_of_one_partition_round(sort_keys):
    assert sort_keys("WHERE pk = 'a' AND sk IN ['1', '3'] ORDER BY sk DESC") == ["3", "1"]


def test_order_by_the_partition_key_orders_partitions(run, three):
    found = run("SELECT pk FROM orders WHERE pk IN ['a', 'b'] AND sk = '1' ORDER BY pk DESC")
    assert found["Items"] == [{"pk": {"S": "b"}}, {"pk": {"S": "a"}}]


@pytest.mark.parametrize(
    ("rest", "message"),
    [
        ("ORDER BY sk", "Must have WHERE clause in the statement when using ORDER BY clause."),
        (
            "WHERE n = 1 ORDER BY sk",
            "Must have at least one non-optional hash key condition in WHERE clause when using ORDER BY clause.",
        ),
        (
            "WHERE pk = 'a' ORDER BY n",
            "Variable reference n in ORDER BY clause must be part of the primary key",
        ),
        (
            "WHERE pk IN ['a', 'b'] ORDER BY sk",
            "Must have hash key in ORDER BY clause when more than one hash key condition specified in WHERE clause.",
        ),
    ],
)
def test_order_by_needs_the_key(orders, refusal, rest, message):
    assert refusal(f"SELECT * FROM orders {rest}") == ("ValidationException", message)


def test_columns_are_values_at_paths(put, run):
    put("a", m={"M": {"k": {"L": [{"S": "c"}]}}})
    found = run("SELECT pk, m.k[0], nope FROM orders WHERE pk = 'a'")
    assert found["Items"] == [{"pk": {"S": "a"}, "k[0]": {"S": "c"}}]


def test_a_page_ends_at_the_limit_and_goes_on_from_its_token(run, three):
    statement = "SELECT sk FROM orders WHERE pk IN ['a', 'b']"
    pages, token = [], {}
    while True:
        page = run(statement, Limit=3, **token)
        pages.append([item["sk"]["S"] for item in page["Items"]])
        if "NextToken" not in page:
            break
        token = {"NextToken": page["NextToken"]}
    assert pages == [["1", "2", "3"], ["1"]]


def test_a_cut_page_tells_the_last_key(run, three):
    assert run("SELECT * FROM orders WHERE pk = 'a'", Limit=2)["LastEvaluatedKey"] == {
        "pk": {"S": "a"},
        "sk": {"S": "2"},
    }


def test_a_scan_goes_on_from_its_token(run, three):
    statement = "SELECT * FROM orders"
    first = run(statement, Limit=2)
    second = run(statement, NextToken=first["NextToken"])
    assert len(first["Items"]) + len(second["Items"]) == 4


@pytest.mark.parametrize("token", ["garbage", "AAAA", "bm90IGEga2V5IGF0IGFsbCwgdGhpcw=="])
def test_a_token_that_is_none_is_refused(orders, refusal, token):
    assert refusal("SELECT * FROM orders", NextToken=token) == ("ValidationException", "Invalid NextToken")


def test_a_token_of_another_statement_is_refused(run, three, refusal):
    token = run("SELECT * FROM orders", Limit=1)["NextToken"]
    assert refusal("SELECT pk FROM orders", NextToken=token) == (
        "ValidationException",
        "NextToken does not match request",
    )


@pytest.mark.parametrize(("consistent", "units"), [(False, 0.5), (True, 1.0)])
def test_a_consistent_read_costs_twice(run, three, consistent, units):
    found = run(
        "SELECT * FROM orders WHERE pk = 'b'", ConsistentRead=consistent, ReturnConsumedCapacity="TOTAL"
    )
    assert found["ConsumedCapacity"] == {"TableName": "orders", "CapacityUnits": units}


def test_each_partition_is_a_read_of_its_own(run, three):
    found = run("SELECT * FROM orders WHERE pk IN ['a', 'b']", ReturnConsumedCapacity="TOTAL")
    assert found["ConsumedCapacity"]["CapacityUnits"] == 1.0


def test_the_number_of_parameters_must_match(orders, refusal):
    assert refusal("SELECT * FROM orders WHERE pk = ?", {"S": "a"}, {"S": "b"}) == (
        "ValidationException",
        "Number of parameters in request and statement don't match.",
    )


def test_a_wrong_parameter_is_reported_before_the_statement(orders, refusal):
    assert refusal("UPDATE orders SET WHERE", {"SS": ["a", "a"]}) == (
        "ValidationException",
        "One or more parameter values were invalid: Input collection [a, a] contains duplicates.",
    )


def test_a_table_that_is_not_there_is_not_found(dynamodb, refusal):
    assert refusal("SELECT * FROM nowhere") == ("ResourceNotFoundException", "Requested resource not found")


def test_exists_is_for_transactions_only(orders, refusal):
    assert refusal("EXISTS(SELECT * FROM orders WHERE pk = 'a' AND sk = '1' AND n = 1)") == (
        "ValidationException",
        "EXISTS can only be used in ExecuteTransaction write requests.",
    )


# Indexes


@pytest.fixture
def indexed(dynamodb):
    """A table with a global index on `city` that holds `kept`, one of two partition keys, and a local index."""
    create_table(
        dynamodb,
        "places",
        sort="sk:S",
        attributes={"city": "S", "area": "S", "rank": "N"},
        GlobalSecondaryIndexes=[
            global_index("by-city", "city", "rank", projection="INCLUDE", include=["kept"]),
            global_index("by-two", ["city", "area"]),
        ],
        LocalSecondaryIndexes=[
            {
                "IndexName": "by-rank",
                "KeySchema": [
                    {"AttributeName": "pk", "KeyType": "HASH"},
                    {"AttributeName": "rank", "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "KEYS_ONLY"},
            }
        ],
    )
    for number in range(1, 4):
        dynamodb.put_item(
            TableName="places",
            Item={
                "pk": {"S": "p"},
                "sk": {"S": str(number)},
                "city": {"S": "york"},
                "rank": {"N": str(10 - number)},
                "kept": {"S": "k"},
                "other": {"S": "o"},
            },
        )


def test_an_index_is_read_in_its_own_order(indexed, run):
    found = run('SELECT sk FROM "places"."by-city" WHERE city = \'york\' AND rank < 9')
    assert [item["sk"]["S"] for item in found["Items"]] == ["3", "2"]


def test_an_index_is_scanned_without_its_partition_key(indexed, run):
    assert len(run("SELECT * FROM \"places\".\"by-city\" WHERE pk = 'p' AND kept = 'k'")["Items"]) == 3


def test_an_index_goes_on_from_its_token(indexed, run):
    statement = 'SELECT sk FROM "places"."by-city" WHERE city = \'york\' ORDER BY rank DESC'
    first = run(statement, Limit=2)
    second = run(statement, NextToken=first["NextToken"])
    assert [item["sk"]["S"] for item in first["Items"] + second["Items"]] == ["1", "2", "3"]


def test_a_local_index_reaches_what_it_does_not_hold(indexed, run):
    found = run('SELECT other FROM "places"."by-rank" WHERE pk = \'p\' AND rank = 9', ConsistentRead=True)
    assert found["Items"] == [{"other": {"S": "o"}}]


@pytest.mark.parametrize(
    ("statement", "options", "message"),
    [
        ('SELECT * FROM "places"."nowhere"', {}, "The table does not have the specified index"),
        (
            'SELECT * FROM "places"."by-city"',
            {"ConsistentRead": True},
            "Strongly consistent read is not supported on Global Secondary Indexes",
        ),
        (
            'SELECT other, sk, more FROM "places"."by-city"',
            {},
            f"{INVALID}Global secondary index by-city does not project [other, more]",
        ),
        (
            "SELECT pk FROM \"places\".\"by-city\" WHERE city = 'y' AND NOT (other = '1' OR kept = '2')",
            {},
            f"{INVALID}Secondary index by-city does not project one or more filter attributes: [other]",
        ),
        (
            "SELECT pk FROM \"places\".\"by-rank\" WHERE pk = 'p' AND other = 'o'",
            {},
            f"{INVALID}Secondary index by-rank does not project one or more filter attributes: [other]",
        ),
        (
            'SELECT * FROM "places"."by-two" WHERE city = 5',
            {},
            "PartiQL statements cannot be executed on tables with multi-attribute HASH keys or multi-attribute "
            "RANGE keys.",
        ),
    ],
)
def test_an_index_is_refused_where_it_cannot_serve(indexed, refusal, statement, options, message):
    assert refusal(statement, **options) == ("ValidationException", message)


@pytest.mark.parametrize(
    "where",
    [
        "(city = 'a' AND kept = '1') OR (city = 'b' AND other = '1')",
        "city > 'a' AND other = '1'",
        "city = 'a' AND (city = 'b' OR other = '1')",
    ],
)
def test_a_filter_on_what_an_index_lacks_is_not_always_refused(indexed, run, where):
    assert run(f'SELECT pk FROM "places"."by-city" WHERE {where}')["Items"] == []


def test_a_page_ends_at_1_mb_of_all_partitions_that_in_names(run, put):
    for pk in "abcd":
        put(pk, note={"S": "x" * 390_000})
    statement = "SELECT pk FROM orders WHERE pk IN ('a', 'b', 'c', 'd')"

    first = run(statement)
    second = run(statement, NextToken=first["NextToken"])

    assert [item["pk"]["S"] for item in first["Items"]] == ["a", "b", "c"]
    assert [item["pk"]["S"] for item in second["Items"]] == ["d"]
    assert "NextToken" not in second
