"""Codecs are shared by threads, and each compiles an operation when it first comes."""

import json
import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import botocore.session
import pytest

from skymock.protocol import codec_for
from skymock.wire import Request

THREADS = 8


@pytest.fixture(autouse=True)
def _threads_take_turns_often():
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(usual)


def together(work):
    barrier = Barrier(THREADS)

    def start_together(_):
        barrier.wait()
        return work()

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(start_together, range(THREADS)))


def codecs(service, count, **options):
    model = botocore.session.Session().get_service_model(service)
    return [codec_for(model, **options) for _ in range(count)]


WRITE = {
    "TransactItems": [
        {"Put": {"TableName": "t", "Item": {"pk": {"S": "a"}}, "ConditionExpression": "attribute_exists(a)"}},
        {"Delete": {"TableName": "t", "Key": {"pk": {"S": "a"}}}},
        {"Update": {"TableName": "t", "Key": {"pk": {"S": "a"}}, "UpdateExpression": "REMOVE a"}},
    ],
    "ReturnConsumedCapacity": "TOTAL",
}


def test_a_first_request_of_many_threads_is_read_whole_by_all():
    request = Request("POST", "https://dynamodb.us-east-1.amazonaws.com/", {}, json.dumps(WRITE).encode())
    for codec in codecs("dynamodb", 30, wire_shapes=frozenset({"AttributeValue"})):
        assert (
            together(lambda codec=codec: codec.parse("TransactWriteItems", request, {})) == [WRITE] * THREADS
        )


def test_a_first_answer_of_many_threads_is_written_whole_by_all():
    output = {
        "Records": [{"SequenceNumber": "1", "Data": b"a", "PartitionKey": "k"}],
        "MillisBehindLatest": 0,
    }
    for codec in codecs("kinesis", 30):
        answers = together(lambda codec=codec: codec.serialise("GetRecords", output, "id").body)
        assert set(answers) == {
            b'{"Records":[{"SequenceNumber":"1","Data":"YQ==","PartitionKey":"k"}],"MillisBehindLatest":0}'
        }
