"""Objects: stored, read, copied, deleted."""

import datetime as dt
import io

import pytest
import requests
from botocore.exceptions import ClientError

from .conftest import text_of

FROZEN = pytest.mark.serverless(freeze_time="2026-01-05T12:00:00Z")
ETAG = '"5d41402abc4b2a76b9719d911017c592"'  # of "hello"


@FROZEN
def test_an_object_is_read_as_it_was_stored(s3, bucket):
    put = s3.put_object(
        Bucket=bucket,
        Key="a b/ü.txt",
        Body=b"hello",
        ContentType="text/plain",
        CacheControl="no-cache",
        Metadata={"colour": "red"},
    )

    answer = s3.get_object(Bucket=bucket, Key="a b/ü.txt")

    assert put["ETag"] == answer["ETag"] == ETAG
    assert text_of(answer) == "hello"
    assert (answer["ContentLength"], answer["ContentType"], answer["CacheControl"]) == (
        5,
        "text/plain",
        "no-cache",
    )
    assert answer["Metadata"] == {"colour": "red"}
    assert answer["LastModified"] == dt.datetime(2026, 1, 5, 12, 0, tzinfo=dt.timezone.utc)


def test_an_objects_head_is_all_but_its_bytes(s3, put, bucket):
    put("a", body=b"hello")

    head = s3.head_object(Bucket=bucket, Key="a")

    assert (head["ContentLength"], head["ETag"], head["ContentType"]) == (5, ETAG, "binary/octet-stream")


def test_large_files_go_up_and_down_in_parts(s3, bucket):
    content = bytes(range(256)) * 40_000
    s3.upload_fileobj(io.BytesIO(content), bucket, "large")

    found = io.BytesIO()
    s3.download_fileobj(bucket, "large", found)

    assert found.getvalue() == content
    assert s3.head_object(Bucket=bucket, Key="large")["ETag"].endswith('-2"')


@pytest.mark.parametrize(
    ("asked", "text", "content_range"),
    [
        ("bytes=1-3", "ell", "bytes 1-3/5"),
        ("bytes=3-", "lo", "bytes 3-4/5"),
        ("bytes=-2", "lo", "bytes 3-4/5"),
        ("bytes=2-99", "llo", "bytes 2-4/5"),
        ("bytes=-99", "hello", "bytes 0-4/5"),
    ],
)
def test_a_range_of_bytes_is_read(s3, put, bucket, asked, text, content_range):
    put("a", body=b"hello")

    answer = s3.get_object(Bucket=bucket, Key="a", Range=asked)

    assert (text_of(answer), answer["ContentRange"]) == (text, content_range)
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 206


def test_a_range_beyond_the_end_is_refused(s3, put, bucket, refused):
    put("a", body=b"hello")

    assert refused(s3.get_object, Bucket=bucket, Key="a", Range="bytes=5-") == (
        "InvalidRange",
        "The requested range is not satisfiable",
        416,
    )


@FROZEN
@pytest.mark.parametrize(
    ("condition", "code"),
    [
        ({"IfMatch": ETAG}, None),
        ({"IfMatch": '"other"'}, "PreconditionFailed"),
        ({"IfNoneMatch": '"other"'}, None),
        ({"IfNoneMatch": ETAG}, "304"),
        ({"IfModifiedSince": dt.datetime(2026, 1, 5, 11, tzinfo=dt.timezone.utc)}, None),
        ({"IfModifiedSince": dt.datetime(2026, 1, 5, 12, tzinfo=dt.timezone.utc)}, "304"),
        ({"IfUnmodifiedSince": dt.datetime(2026, 1, 5, 11, tzinfo=dt.timezone.utc)}, "PreconditionFailed"),
    ],
)
def test_a_read_may_have_conditions(s3, put, bucket, condition, code):
    put("a", body=b"hello")
    found = None

    try:
        s3.get_object(Bucket=bucket, Key="a", **condition)
    except ClientError as error:
        found = error.response["Error"]["Code"]

    assert found == code


def test_a_write_may_want_that_there_is_nothing_yet(s3, put, bucket, refused):
    s3.put_object(Bucket=bucket, Key="a", Body=b"hello", IfNoneMatch="*")

    code, _, status = refused(s3.put_object, Bucket=bucket, Key="a", Body=b"other", IfNoneMatch="*")

    assert (code, status) == ("PreconditionFailed", 412)
    assert text_of(s3.get_object(Bucket=bucket, Key="a")) == "hello"


def test_a_write_may_want_a_certain_object(s3, put, bucket, refused):
    put("a", body=b"hello")
    s3.put_object(Bucket=bucket, Key="a", Body=b"second", IfMatch=ETAG)

    assert (
        refused(s3.put_object, Bucket=bucket, Key="a", Body=b"third", IfMatch=ETAG)[0] == "PreconditionFailed"
    )


@pytest.mark.parametrize(
    ("method", "answer"),
    [
        ("get_object", ("NoSuchKey", "The specified key does not exist.", 404)),
        ("head_object", ("404", "Not Found", 404)),
    ],
)
def test_an_unknown_key_is_not_found(s3, bucket, refused, method, answer):
    assert refused(getattr(s3, method), Bucket=bucket, Key="none") == answer


def test_a_deleted_object_is_gone(s3, put, bucket, refused):
    put("a")
    s3.delete_object(Bucket=bucket, Key="a")
    s3.delete_object(Bucket=bucket, Key="a")

    assert refused(s3.get_object, Bucket=bucket, Key="a")[0] == "NoSuchKey"


def test_many_objects_are_deleted_at_once(s3, put, bucket):
    put("a", "b", "c")

    answer = s3.delete_objects(
        Bucket=bucket, Delete={"Objects": [{"Key": "a"}, {"Key": "c"}, {"Key": "none"}]}
    )

    assert [entry["Key"] for entry in answer["Deleted"]] == ["a", "c", "none"]
    assert [entry["Key"] for entry in s3.list_objects_v2(Bucket=bucket)["Contents"]] == ["b"]


def test_a_copy_has_what_is_said_of_its_source(s3, bucket):
    s3.put_object(Bucket=bucket, Key="a ü", Body=b"hello", ContentType="text/plain", Metadata={"n": "1"})

    s3.copy_object(Bucket=bucket, Key="b", CopySource={"Bucket": bucket, "Key": "a ü"})
    s3.copy_object(
        Bucket=bucket, Key="c", CopySource={"Bucket": bucket, "Key": "a ü"}, MetadataDirective="REPLACE"
    )

    same, other = (s3.get_object(Bucket=bucket, Key=key) for key in "bc")
    assert (text_of(same), same["ContentType"], same["Metadata"]) == ("hello", "text/plain", {"n": "1"})
    assert (text_of(other), other["ContentType"], other["Metadata"]) == ("hello", "binary/octet-stream", {})


def test_a_copy_to_itself_has_to_change_something(s3, put, bucket, refused):
    put("a")

    code, _, status = refused(s3.copy_object, Bucket=bucket, Key="a", CopySource=f"{bucket}/a")

    assert (code, status) == ("InvalidRequest", 400)


def test_a_presigned_url_is_read_with_requests(s3, put, bucket):
    put("a", body=b"hello")
    url = s3.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": "a"})

    assert requests.get(url, timeout=5).text == "hello"


def test_a_deleted_version_leaves_a_marker(s3, versions, put, bucket, refused):
    put("a", body=b"first")
    first = s3.put_object(Bucket=bucket, Key="a", Body=b"second")["VersionId"]
    marker = s3.delete_object(Bucket=bucket, Key="a")

    assert marker["DeleteMarker"] is True
    assert refused(s3.get_object, Bucket=bucket, Key="a")[0] == "NoSuchKey"
    assert text_of(s3.get_object(Bucket=bucket, Key="a", VersionId=first)) == "second"
    assert (
        refused(s3.get_object, Bucket=bucket, Key="a", VersionId=marker["VersionId"])[0] == "MethodNotAllowed"
    )
    s3.delete_object(Bucket=bucket, Key="a", VersionId=marker["VersionId"])
    assert text_of(s3.get_object(Bucket=bucket, Key="a")) == "second"


def test_an_unknown_version_is_not_found(s3, versions, put, bucket, refused):
    put("a")

    assert refused(s3.get_object, Bucket=bucket, Key="a", VersionId="none") == (
        "NoSuchVersion",
        "The specified version does not exist.",
        404,
    )


@pytest.fixture
def upload(s3, bucket):
    """An upload of two parts, and their tags."""
    upload_id = s3.create_multipart_upload(Bucket=bucket, Key="a")["UploadId"]
    place = {"Bucket": bucket, "Key": "a", "UploadId": upload_id}
    tags = [
        s3.upload_part(**place, PartNumber=number, Body=body)["ETag"]
        for number, body in ((1, b"x" * 5 * 1024 * 1024), (2, b"end"))
    ]
    return place, tags


def test_the_parts_make_the_object(s3, bucket, upload):
    place, tags = upload
    parts = [{"PartNumber": number, "ETag": tag} for number, tag in enumerate(tags, 1)]

    s3.complete_multipart_upload(**place, MultipartUpload={"Parts": parts})

    assert text_of(s3.get_object(Bucket=bucket, Key="a")) == "x" * 5 * 1024 * 1024 + "end"


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ([], "InvalidRequest"),
        ([(2, 1), (1, 0)], "InvalidPartOrder"),
        ([(1, 1)], "InvalidPart"),
        ([(3, 0)], "InvalidPart"),
    ],
)
def test_wrong_parts_make_nothing(s3, bucket, upload, refused, parts, code):
    place, tags = upload
    named = [{"PartNumber": number, "ETag": tags[tag]} for number, tag in parts]

    found, _, status = refused(s3.complete_multipart_upload, **place, MultipartUpload={"Parts": named})

    assert (found, status) == (code, 400)
    assert refused(s3.get_object, Bucket=bucket, Key="a")[0] == "NoSuchKey"


def test_a_part_that_is_not_the_last_has_five_megabytes(s3, bucket, refused):
    upload_id = s3.create_multipart_upload(Bucket=bucket, Key="a")["UploadId"]
    place = {"Bucket": bucket, "Key": "a", "UploadId": upload_id}
    tags = [s3.upload_part(**place, PartNumber=number, Body=b"x")["ETag"] for number in (1, 2)]
    parts = [{"PartNumber": number, "ETag": tag} for number, tag in enumerate(tags, 1)]

    assert refused(s3.complete_multipart_upload, **place, MultipartUpload={"Parts": parts}) == (
        "EntityTooSmall",
        "Your proposed upload is smaller than the minimum allowed size",
        400,
    )


def test_an_aborted_upload_is_gone(s3, bucket, upload, refused):
    place, _ = upload
    s3.abort_multipart_upload(**place)

    assert refused(s3.list_parts, **place)[0] == "NoSuchUpload"
