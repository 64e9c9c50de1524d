"""What WHERE can ask. (paritysuite/dynamodb-conformance, whereFunctions and comparison; answers recorded from AWS)"""

import pytest

ITEM = {
    "n": {"N": "1"},
    "s": {"S": "str"},
    "flag": {"S": "right"},
    "yes": {"BOOL": True},
    "nul": {"NULL": True},
    "ss": {"SS": ["a", "b"]},
    "l": {"L": [{"S": "a"}]},
    "m": {"M": {"sub": {"S": "x"}}},
}


@pytest.fixture
def holds(put, run):
    """Whether a condition is true of the one item."""
    put("a", **ITEM)

    def check(condition, *parameters):
        found = run(f"SELECT sk FROM orders WHERE pk = 'a' AND sk = '1' AND {condition}", *parameters)
        return len(found["Items"]) == 1

    return check


@pytest.mark.parametrize(
    "condition",
    [
        "n > 0",
        "n BETWEEN - 2 AND +5 AND n IN [- 1, 1]",
        "n = - - 1",
        "n IN (1, 2)",
        "n NOT IN [2]",
        "s NOT BETWEEN 'a' AND 'b'",
        "begins_with(s, 'st')",
        "NOT begins_with(s, 'x')",
        "contains(ss, 'a')",
        "size(s) = 3",
        "attribute_type(ss, 'SS')",
        "ATTRIBUTE_EXISTS(m.sub) AND attribute_not_exists (nope)",
        '(attribute_exists(nope) OR attribute_exists("ss"))',
        "attribute_exists(l[0])",
        "m['sub'] = 'x'",
        "nul IS NULL",
        "s IS NOT NULL",
        "nope IS MISSING",
        "s IS NOT MISSING",
        "yes IS BOOL",
        "s IS STRING",
        "m IS STRUCT",
        "ss = <<'b', 'a'>>",
        "l = ['a']",
        "m = {'sub': 'x'}",
        "m <> {'sub': 'y'}",
        "attribute_exists(nope) = false",
        "true = attribute_exists(n)",
        "attribute_exists(n) <> 1",
        "(n BETWEEN 0 AND 5) = true",
        "(n = 5 OR flag = 'x') = false",
        "attribute_exists(nope) IN [true, false]",
        "attribute_exists(n) = attribute_exists(flag)",
        "attribute_exists(n) = yes",
    ],
)
def test_a_true_condition_selects_the_item(holds, condition):
    assert holds(condition)


@pytest.mark.parametrize(
    "condition",
    [
        "n > 1",
        "size(s) = 4",
        "s IS NULL",
        "nul IS NOT NULL",
        "s IS BOOL",
        "attribute_type(ss, 'S')",
        "attribute_exists(m.nope)",
        "l = ['b']",
        "attribute_exists(n) = 1",
        "NOT attribute_exists(n) = true",
        "(attribute_exists(n) = true) = false",
        "attribute_exists(n) = flag",
    ],
)
def test_a_false_condition_selects_nothing(holds, condition):
    assert not holds(condition)


def test_parameters_stand_for_values_in_their_order(holds):
    assert holds("n IN [?, 2] AND s = ?", {"N": "1"}, {"S": "str"})


@pytest.mark.parametrize(
    ("condition", "message"),
    [
        (
            "attribute_exists('ss')",
            "Operator or function requires a document path; operator or function: attribute_exists",
        ),
        (
            "attribute_exists()",
            "Incorrect number of operands for operator or function; "
            "operator or function: attribute_exists, number of operands: 0",
        ),
        (
            "attribute_exists(ss, n)",
            "Incorrect number of operands for operator or function; "
            "operator or function: attribute_exists, number of operands: 2",
        ),
        (
            "attribute_type(l, 1)",
            "Incorrect operand type for operator or function; "
            "operator or function: attribute_type, operand type: N",
        ),
        (
            "n < true",
            "Incorrect operand type for operator or function; operator or function: <, operand type: BOOL",
        ),
        (
            "attribute_exists(n) > false",
            "Incorrect operand type for operator or function; operator or function: >, operand type: BOOL",
        ),
        ("EXISTS(ss)", "Unrecognized function: exists at 1:55:6"),
        ("set_add(ss, <<'x'>>) = ss", "Unrecognized function: set_add at 1:55:7"),
        ("nope(ss)", "Unrecognized function: nope at 1:55:4"),
        ("n", "WHERE clause must contain an expression that resolves to a boolean"),
        ("size(n)", "WHERE clause must contain an expression that resolves to a boolean"),
        ("n = missing", "MISSING must be compared using IS operator"),
        (
            "n IN []",
            "IN operator must have a left hand argument of type Variable Reference and right hand argument of "
            "type Seq with at least one member",
        ),
        (
            "s IS TIMESTAMP",
            "Unsupported data type for IS operator: TIMESTAMP. Supported data types are "
            "[MISSING, NULL, BOOLEAN, BLOB, STRING, NUMERIC, STRUCT, TUPLE, LIST]",
        ),
        (
            f"flag IN [{', '.join(['1'] * 101)}]",
            "The IN operator is provided with too many operands; number of operands: 101",
        ),
        (
            "ss = <<'a', 'a'>>",
            "One or more parameter values were invalid: Input collection [a, a] contains duplicates.",
        ),
        ("ss = <<>>", "Empty bags are not supported"),
        (
            "n = 1e126",
            "Number overflow. Attempting to store a number with magnitude larger than supported range under root",
        ),
    ],
)
def test_a_condition_that_makes_no_sense_is_refused(orders, refusal, condition, message):
    statement = f"SELECT sk FROM orders WHERE pk = 'a' AND sk = '1' AND {condition}"
    assert refusal(statement) == ("ValidationException", message)
