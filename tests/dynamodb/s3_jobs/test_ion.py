"""The Ion text that items are written as, and read from."""

from base64 import b64encode
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skymock.services.dynamodb.ion import IonError, IonReader, written_item, written_value
from skymock.services.dynamodb.numbers import normalised
from skymock.services.dynamodb.values import checked_value


def read(text):
    (struct,) = IonReader(f"{{v:{text}}}").structs()
    return struct["v"]


@pytest.mark.parametrize(
    ("number", "text"),
    [
        ("0", "0."),
        ("103", "103."),
        ("-103", "-103."),
        ("600", "6d2"),
        ("-2000", "-2d3"),
        ("1.5", "1.5"),
        ("10.5", "10.5"),
        ("0.000001", "0.000001"),
        ("0.0000001", "1d-7"),
        ("-0.00000012", "-1.2d-7"),
    ],
)
def test_numbers_are_decimals_as_amazons_writer_puts_them(number, text):
    assert written_value({"N": number}) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"S": 'a "b" \\ \n \x01 é 漢'}, '"a \\"b\\" \\\\ \\n \\u0001 é 漢"'),
        ({"B": "aGk="}, "{{aGk=}}"),
        ({"B": ""}, "{{}}"),
        ({"BOOL": True}, "true"),
        ({"NULL": True}, "null"),
        ({"SS": ["a", "b"]}, '$dynamodb_SS::["a","b"]'),
        ({"NS": ["1", "600"]}, "$dynamodb_NS::[1.,6d2]"),
        ({"BS": ["aGk="]}, "$dynamodb_BS::[{{aGk=}}]"),
        ({"L": [{"S": "a"}, {"L": []}]}, '["a",[]]'),
        ({"M": {"a": {"M": {}}}}, "{a:{}}"),
    ],
)
def test_each_type_has_its_text(value, text):
    assert written_value(value) == text
    assert checked_value(read(text)) == value


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("plain_1", "plain_1"),
        ("$dollar", "$dollar"),
        ("$10", "'$10'"),
        ("a.b", "'a.b'"),
        ("1st", "'1st'"),
        ("", "''"),
        ("true", "'true'"),
        ("null", "'null'"),
        ("it's", "'it\\'s'"),
        ('a"b\\', "'a\"b\\\\'"),
        ("é", "'é'"),
    ],
)
def test_names_are_quoted_where_they_have_to_be(name, text):
    assert written_item({name: {"BOOL": True}}) == f"{{{text}:true}}"
    assert list(IonReader(f"{{{text}:true}}").structs()) == [{name: {"BOOL": True}}]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1_000.5", {"N": "1000.5"}),
        ("1.5D-2", {"N": "1.5E-2"}),
        (r'"\x41é\U0001F600\ud83d\ude00\0\a\v\?\'\/"', {"S": "Aé😀😀\0\a\v?'/"}),
        ('"a\\\nb"', {"S": "ab"}),
        ("{{ aG\nk= }}", {"B": "aGk="}),
        ("[ 1. , 2. , ]", {"L": [{"N": "1."}, {"N": "2."}]}),
        ('{"quoted" : true}', {"M": {"quoted": {"BOOL": True}}}),
        ('$dynamodb_SS :: [ "a" ]', {"SS": ["a"]}),
    ],
)
def test_other_ways_to_write_the_same_are_read(text, value):
    assert read(text) == value


@pytest.mark.parametrize(
    "text",
    [
        "1", "1e0", "2026-01-01T", "nan", "+inf", "symbol", "'symbol'", "(a b)", '{{"clob"}}', "null.string",
        "other::true", '$dynamodb_SS::[1.]', '$dynamodb_NS::"a"', '"open', r'"\q"', "[1. 2.]", "{a:1.", "{a 1.}", "",
        "1.5.", "[" * 300 + "]" * 300,
    ],
)  # fmt: skip
def test_what_forms_no_item_is_refused(text):
    with pytest.raises(IonError):
        read(text)


def test_an_error_names_the_line():
    with pytest.raises(IonError, match="Expected a value of one of DynamoDB's types at line 2"):
        list(IonReader("{Item:{}}\n{Item:{a:word}}").structs())


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
numbers = st.decimals(allow_nan=False, allow_infinity=False, places=None).filter(
    lambda number: number == 0 or (-130 <= number.adjusted() <= 125 and len(number.as_tuple().digits) <= 38)
)


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(texts, texts.map(lambda text: {"S": text}), max_size=4))
def test_any_names_and_texts_come_back(item):
    assert list(IonReader(written_item(item)).structs()) == [item]


@settings(max_examples=100, deadline=None)
@given(numbers)
def test_any_number_comes_back(number):
    text = normalised(str(number))

    assert normalised(read(written_value({"N": text}))["N"]) == text


@settings(max_examples=50, deadline=None)
@given(st.dictionaries(texts, texts, max_size=3), numbers, st.binary(max_size=8))
def test_amazons_own_library_reads_what_is_written(fields, number, data):
    simpleion = pytest.importorskip("amazon.ion.simpleion", reason="amazon.ion is not installed")
    number_text = normalised(str(number))
    written = written_item(
        {
            "M": {"M": {name: {"S": text} for name, text in fields.items()}},
            "N": {"N": number_text},
            "B": {"B": b64encode(data).decode()},
            "SS": {"SS": ["a", "b"]},
            "NULL": {"NULL": True},
        }
    )

    found = simpleion.loads(f"$ion_1_0 {written}")

    assert dict(found["M"]) == fields
    assert (found["N"], bytes(found["B"])) == (Decimal(number_text), data)
    assert [annotation.text for annotation in found["SS"].ion_annotations] == ["$dynamodb_SS"]
    assert not found["NULL"]
