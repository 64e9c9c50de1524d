"""S3 as real clients speak to it: chunked bodies, checksums, presigned URLs, answers with oddities."""

from __future__ import annotations

import base64
import re
import zlib
from collections.abc import Callable, Iterator
from typing import Any

import botocore.session
import pytest
from botocore.client import BaseClient
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore_wire import aws_response, wire_request

from skymock.errors import AwsError
from skymock.protocol import Codec, codec_for
from skymock.protocol.checksums import BadDigest
from skymock.protocol.request_body import IncompleteBody, MalformedTrailerError
from skymock.wire import Request, Response

BODY = b"body" * 10
BODY_CRC32 = base64.b64encode(zlib.crc32(BODY).to_bytes(4, "big")).decode()

Call = Callable[[BaseClient], Any]


@pytest.fixture(scope="module")
def session() -> botocore.session.Session:
    session = botocore.session.Session()
    session.set_credentials("testing", "testing")
    return session


@pytest.fixture(scope="module")
def codec(session: botocore.session.Session) -> Codec:
    return codec_for(session.get_service_model("s3"))


def client_of(session: botocore.session.Session, scheme: str = "https") -> BaseClient:
    return session.create_client(
        "s3",
        region_name="eu-west-1",
        endpoint_url=f"{scheme}://s3.eu-west-1.amazonaws.com",
        config=Config(s3={"addressing_style": "path"}, retries={"total_max_attempts": 1}),
    )


@pytest.fixture(scope="module")
def https(session: botocore.session.Session) -> BaseClient:
    return client_of(session)


@pytest.fixture(scope="module")
def http(session: botocore.session.Session) -> BaseClient:
    return client_of(session, "http")


@pytest.fixture
def answering(
    https: BaseClient, http: BaseClient
) -> Iterator[Callable[[Callable[[Request], Response]], None]]:
    """Sets what answers the clients' requests."""
    handlers = []

    def set_answer(answer: Callable[[Request], Response]) -> None:
        def before_send(request: Any, **kwargs: Any) -> Any:
            return aws_response(answer(wire_request(request)))

        handlers.append(before_send)
        for client in (https, http):
            client.meta.events.register("before-send.s3", before_send)

    yield set_answer
    for handler in handlers:
        for client in (https, http):
            client.meta.events.unregister("before-send.s3", handler)


@pytest.fixture
def sent(answering: Any) -> Callable[[Call, BaseClient], Request]:
    """The request that a call sends."""

    def capture(call: Call, client: BaseClient) -> Request:
        requests = []

        def answer(request: Request) -> Response:
            requests.append(request)
            return Response(200)

        answering(answer)
        call(client)
        return requests[0]

    return capture


def put(client: BaseClient) -> Any:
    return client.put_object(Bucket="bucket", Key="a key/ü", Body=BODY, ContentEncoding="gzip")


def test_a_chunked_body_is_undone_and_its_trailer_is_a_member(
    codec: Codec, https: BaseClient, sent: Any
) -> None:
    request = sent(put, https)
    assert "aws-chunked" in request.headers["Content-Encoding"]

    operation, uri = codec.identify(request)
    parameters = codec.parse(operation, request, uri)

    assert parameters == {
        "Bucket": "bucket",
        "Key": "a key/ü",
        "Body": BODY,
        "ContentEncoding": "gzip",
        "ContentLength": 40,
        "ChecksumAlgorithm": "CRC32",
        "ChecksumCRC32": BODY_CRC32,
    }


def test_a_checksum_in_a_header_is_a_member(codec: Codec, http: BaseClient, sent: Any) -> None:
    request = sent(put, http)

    parameters = codec.parse("PutObject", request, codec.identify(request)[1])

    assert (parameters["ChecksumCRC32"], parameters["Body"]) == (BODY_CRC32, BODY)


@pytest.mark.parametrize("algorithm", ["CRC32", "SHA1", "SHA256"])
def test_a_body_that_is_not_its_checksum_is_refused(
    codec: Codec, https: BaseClient, sent: Any, algorithm: str
) -> None:
    request = sent(
        lambda s3: s3.put_object(Bucket="b", Key="k", Body=b"body", ChecksumAlgorithm=algorithm), https
    )
    request.body = request.body.replace(b"body", b"bodY")

    with pytest.raises(BadDigest) as refused:
        codec.parse("PutObject", request, {"Bucket": "b", "Key": "k"})

    assert str(refused.value) == f"The {algorithm} you specified did not match the calculated checksum."


@pytest.mark.parametrize("kept", [0, 1, 10, -3])
def test_a_chunked_body_cut_short_is_refused(codec: Codec, https: BaseClient, sent: Any, kept: int) -> None:
    request = sent(put, https)
    request.body = request.body[:kept]

    with pytest.raises(IncompleteBody) as refused:
        codec.parse("PutObject", request, {"Bucket": "b", "Key": "k"})

    assert str(refused.value) == "The request body terminated unexpectedly"


def test_a_chunked_body_without_its_trailer_is_refused(codec: Codec, https: BaseClient, sent: Any) -> None:
    request = sent(put, https)
    request.body = request.body.replace(b"x-amz-checksum-crc32", b"x-amz-checksum-other")

    with pytest.raises(MalformedTrailerError) as refused:
        codec.parse("PutObject", request, {"Bucket": "b", "Key": "k"})

    assert str(refused.value) == (
        "The request contained trailing data that was not well-formed or did not conform to our published "
        "schema."
    )


def test_a_chunked_body_of_another_length_than_stated_is_refused(
    codec: Codec, https: BaseClient, sent: Any
) -> None:
    request = sent(put, https)
    request.headers["X-Amz-Decoded-Content-Length"] = "41"

    with pytest.raises(IncompleteBody):
        codec.parse("PutObject", request, {"Bucket": "b", "Key": "k"})


def test_the_signatures_of_signed_chunks_are_passed_over(codec: Codec) -> None:
    headers = {
        "x-amz-content-sha256": "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
        "x-amz-decoded-content-length": "7",
    }
    body = (
        b"4;chunk-signature=ad80\r\nbody\r\n3;chunk-signature=ad81\r\nend\r\n0;chunk-signature=ad82\r\n\r\n"
    )
    request = Request("PUT", "https://s3.amazonaws.com/b/k", headers, body)

    assert codec.parse("PutObject", request, {"Bucket": "b", "Key": "k"})["Body"] == b"bodyend"


CALLS: list[tuple[str, Call]] = [
    ("PutObject", lambda s3: s3.put_object(Bucket="b", Key="k")),
    ("CopyObject", lambda s3: s3.copy_object(Bucket="b", Key="k", CopySource="other/k")),
    ("UploadPart", lambda s3: s3.upload_part(Bucket="b", Key="k", PartNumber=1, UploadId="u", Body=b"")),
    (
        "UploadPartCopy",
        lambda s3: s3.upload_part_copy(Bucket="b", Key="k", PartNumber=1, UploadId="u", CopySource="o/k"),
    ),
    ("GetObject", lambda s3: s3.get_object(Bucket="b", Key="k")),
    ("ListObjectsV2", lambda s3: s3.list_objects_v2(Bucket="b")),
    ("ListObjects", lambda s3: s3.list_objects(Bucket="b")),
    ("DeleteObjects", lambda s3: s3.delete_objects(Bucket="b", Delete={"Objects": [{"Key": "<&>"}]})),
    ("DeleteObject", lambda s3: s3.delete_object(Bucket="b", Key="k")),
    ("AbortMultipartUpload", lambda s3: s3.abort_multipart_upload(Bucket="b", Key="k", UploadId="u")),
    ("ListBuckets", lambda s3: s3.list_buckets()),
    ("CreateBucket", lambda s3: s3.create_bucket(Bucket="bucket")),
]


@pytest.mark.parametrize(("operation", "call"), CALLS, ids=[name for name, _ in CALLS])
def test_a_clients_request_is_identified_and_read(
    codec: Codec, https: BaseClient, sent: Any, operation: str, call: Call
) -> None:
    request = sent(call, https)

    identified, uri = codec.identify(request)

    assert identified == operation
    assert codec.parse(identified, request, uri).keys() >= uri.keys()


def test_a_model_that_a_client_has_rewritten_serves_as_well(
    session: botocore.session.Session, https: BaseClient, sent: Any
) -> None:
    request = sent(lambda s3: s3.get_object_acl(Bucket="bucket", Key="k"), https)

    assert codec_for(https.meta.service_model).identify(request) == (
        "GetObjectAcl",
        {"Bucket": "bucket", "Key": "k"},
    )


@pytest.mark.parametrize("method", ["get_object", "put_object", "head_object"])
def test_a_presigned_url_is_identified_and_read(codec: Codec, https: BaseClient, method: str) -> None:
    url = https.generate_presigned_url(method, Params={"Bucket": "bucket", "Key": "a/k"}, ExpiresIn=60)
    request = Request(method.partition("_")[0].upper(), url, {}, b"body" if method == "put_object" else b"")

    operation, uri = codec.identify(request)

    assert operation == "".join(map(str.capitalize, method.split("_")))
    assert codec.parse(operation, request, uri).items() >= {"Bucket": "bucket", "Key": "a/k"}.items()


def test_a_buckets_location_is_read_by_a_client(codec: Codec, https: BaseClient, answering: Any) -> None:
    answering(lambda request: codec.serialise("GetBucketLocation", {"LocationConstraint": "eu-west-1"}, "id"))

    assert https.get_bucket_location(Bucket="bucket")["LocationConstraint"] == "eu-west-1"


def test_a_bucket_in_us_east_1_has_no_location(codec: Codec, https: BaseClient, answering: Any) -> None:
    answering(lambda request: codec.serialise("GetBucketLocation", {}, "id"))

    assert https.get_bucket_location(Bucket="bucket")["LocationConstraint"] is None


class NoSuchBucket(AwsError):
    pass


class NoSuchKey(AwsError):
    status = 404


class PreconditionFailed(AwsError):
    status = 412


def test_an_error_carries_members_that_no_model_names(
    codec: Codec, https: BaseClient, answering: Any
) -> None:
    error = NoSuchBucket("The specified bucket does not exist", BucketName="a&b")
    answering(lambda request: codec.serialise_error(error, "request-id", "ListObjectsV2"))

    with pytest.raises(https.exceptions.NoSuchBucket) as raised:
        https.list_objects_v2(Bucket="bucket")

    assert raised.value.response["Error"] == {
        "Code": "NoSuchBucket",
        "Message": "The specified bucket does not exist",
        "BucketName": "a&b",
    }
    assert raised.value.response["ResponseMetadata"]["HTTPStatusCode"] == 404
    assert re.fullmatch("[A-Za-z0-9+/=]{76}", raised.value.response["ResponseMetadata"]["HostId"])


@pytest.mark.parametrize(("error", "code"), [(NoSuchKey(), "404"), (PreconditionFailed(), "412")])
def test_an_error_of_a_head_request_has_its_status_alone(
    codec: Codec, https: BaseClient, answering: Any, error: AwsError, code: str
) -> None:
    answering(lambda request: codec.serialise_error(error, "request-id", "HeadObject"))

    with pytest.raises(ClientError) as raised:
        https.head_object(Bucket="bucket", Key="k")

    assert raised.value.response["Error"]["Code"] == code


class NotModified(AwsError):
    code, status = "304", 304


def test_what_is_not_modified_has_no_body(codec: Codec) -> None:
    response = codec.serialise_error(NotModified("Not Modified"), "request-id", "GetObject")

    assert (response.status, response.body) == (304, b"")


def test_a_listing_has_the_root_element_of_s3(codec: Codec) -> None:
    response = codec.serialise("ListObjectsV2", {"Name": "bucket"}, "id")

    assert response.read() == (
        b'<?xml version="1.0" encoding="UTF-8"?>\n'
        b'<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>bucket</Name></ListBucketResult>'
    )
