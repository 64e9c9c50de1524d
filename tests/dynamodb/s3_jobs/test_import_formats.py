"""CSV and Ion as imports read them."""

import boto3
import pytest

from skymock.services.dynamodb.import_formats import Unreadable, item_reader


@pytest.fixture
def imported(s3, dynamodb, import_table):
    """A function that imports one object of a text; gives the description and the items by their first attribute."""

    def imported(text, **options):
        s3.put_object(Bucket="shop", Key="data", Body=text.encode())
        described = import_table(**options)
        return described, dynamodb.scan(TableName="again")["Items"]

    return imported


def csv(**options):
    return {"InputFormat": "CSV", **({"InputFormatOptions": {"Csv": options}} if options else {})}


def test_the_first_row_of_csv_names_the_columns_which_are_strings(imported):
    described, items = imported("pk,year,note\na,1973,\n", **csv())

    assert items == [{"pk": {"S": "a"}, "year": {"S": "1973"}, "note": {"S": ""}}]
    assert (described["ImportStatus"], "InputFormatOptions" in described) == ("COMPLETED", False)


def test_columns_of_csv_that_are_keys_have_the_types_of_their_keys(imported):
    index = {
        "IndexName": "by-digest",
        "KeySchema": [{"AttributeName": "digest", "KeyType": "HASH"}],
        "Projection": {"ProjectionType": "ALL"},
    }

    _, items = imported(
        "id,digest,year\n7,aGk=,1973\n",
        **csv(),
        key="id",
        attributes={"id": "N", "digest": "B"},
        table={"GlobalSecondaryIndexes": [index]},
    )

    assert items == [{"id": {"N": "7"}, "digest": {"B": b"hi"}, "year": {"S": "1973"}}]


def test_blank_rows_of_csv_are_nothing(imported):
    described, _ = imported("pk,n\n\na,1\n\n", **csv())

    assert (described["ProcessedItemCount"], described["ErrorCount"]) == (1, 0)


def test_a_header_and_a_delimiter_may_be_given(imported):
    described, items = imported("a;1\n", **csv(Delimiter=";", HeaderList=["pk", "n"]))

    assert items == [{"pk": {"S": "a"}, "n": {"S": "1"}}]
    assert described["InputFormatOptions"] == {"Csv": {"Delimiter": ";", "HeaderList": ["pk", "n"]}}


def test_quoted_cells_hold_delimiters_quotes_and_line_ends(imported):
    _, items = imported('pk,note\r\na,"x, ""y""\nz"\r\n', **csv())

    assert items == [{"pk": {"S": "a"}, "note": {"S": 'x, "y"\nz'}}]


def test_a_csv_row_without_its_key_is_left_out(imported):
    described, items = imported("pk,n\n,1\nb,2\n", **csv())

    assert (described["ErrorCount"], described["ImportedItemCount"]) == (1, 1)
    assert items == [{"pk": {"S": "b"}, "n": {"S": "2"}}]


@pytest.mark.parametrize("row", ["b", "b,2,3", '"b'])
def test_a_csv_row_that_does_not_fit_the_header_ends_its_object(imported, row):
    described, items = imported(f"pk,n\na,1\n{row}\nc,3\n", **csv())

    assert described["ErrorCount"] == 1
    assert items == [{"pk": {"S": "a"}, "n": {"S": "1"}}]


ION = """$ion_1_0 {
    Item:{
        Authors:$dynamodb_SS::["Author1","Author2"],
        ISBN:"333-3333333333",
        Id:103.,
        InPublication:false,
        PageCount:6d2,
        Price:2d3
    }
}
"""


def test_ion_is_read_as_it_is_documented(imported):
    _, items = imported(ION, InputFormat="ION", key="ISBN")

    assert items == [
        {
            "Authors": {"SS": ["Author1", "Author2"]},
            "ISBN": {"S": "333-3333333333"},
            "Id": {"N": "103"},
            "InPublication": {"BOOL": False},
            "PageCount": {"N": "600"},
            "Price": {"N": "2000"},
        }
    ]


def test_a_list_of_items_is_ion_too():
    text = '$ion_1_0\n[\n  {Item:{pk:"a"}},\n  {Item:{pk:"b"}}\n]'

    assert list(item_reader("ION", None, {})(text)) == [{"pk": {"S": "a"}}, {"pk": {"S": "b"}}]


@pytest.mark.parametrize("text", ["{Other:{}}", '{Item:"a"}', '"Item"', "{Item:{pk:"])
def test_ion_without_an_item_is_unreadable(text):
    with pytest.raises(Unreadable):
        list(item_reader("ION", None, {})(text))


def test_ion_that_is_no_item_ends_its_object(imported):
    described, items = imported(
        '$ion_1_0 {Item:{pk:"a"}}\n$ion_1_0 {Item:{pk:2026T}}\n$ion_1_0 {Item:{pk:"c"}}\n', InputFormat="ION"
    )

    assert (described["ErrorCount"], described["ProcessedItemCount"]) == (1, 2)
    assert items == [{"pk": {"S": "a"}}]


def test_the_errors_of_an_object_are_logged_with_its_place(imported):
    described, _ = imported("pk,n\na,1\nb\n", **csv())

    import_id = described["ImportArn"].rpartition("/")[2]
    (event,) = boto3.client("logs").get_log_events(
        logGroupName="/aws-dynamodb/imports", logStreamName=f"{import_id}/error"
    )["events"]
    assert '"itemIndex":1' in event["message"]
    assert "The row has 1 columns, the header 2" in event["message"]
