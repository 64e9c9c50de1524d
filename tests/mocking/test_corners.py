"""Corners of test suites in which a mock must hold as well."""

import gc
import io
import json
import subprocess
import sys
import threading
import unittest
import weakref
import zipfile
from concurrent.futures import ThreadPoolExecutor

import boto3
import pytest
import requests

from skymock import current_cloud, mock_serverless


def is_on():
    try:
        return current_cloud() is not None
    except RuntimeError:
        return False


@mock_serverless
class TestKindsOfMethods:
    def setup_method(self):
        boto3.client("iam").create_user(UserName="alice")

    @staticmethod
    def test_a_static_method_is_in_the_cloud():
        assert boto3.client("iam").get_user(UserName="alice")

    @classmethod
    def test_a_class_method_is_in_the_cloud(cls):
        assert boto3.client("iam").get_user(UserName="alice")


class TestInherited(TestKindsOfMethods):
    def test_a_subclass_is_in_the_cloud_too(self):
        assert boto3.client("iam").get_user(UserName="alice")


def test_a_setup_that_fails_leaves_no_cloud():
    @mock_serverless
    class Failing:
        def setup_method(self):
            raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        Failing().setup_method()

    assert not is_on()


def test_unittests_outcomes_are_as_without_a_mock():
    @mock_serverless
    class Case(unittest.TestCase):
        @classmethod
        def setUpClass(cls):
            cls.client = boto3.client("sts", region_name="us-east-1")

        def test_with_subtests(self):
            for number in range(2):
                with self.subTest(number=number):
                    self.client.get_caller_identity()

        def test_with_cleanup(self):
            self.addCleanup(self.client.get_caller_identity)

        @unittest.skip("not today")
        def test_skipped(self):
            raise AssertionError

        @unittest.expectedFailure
        def test_expected_to_fail(self):
            self.client.assume_role(RoleArn="arn:aws:iam::123456789012:role/none", RoleSessionName="test")

        def test_failing(self):
            raise AssertionError

    result = unittest.TestResult()
    unittest.defaultTestLoader.loadTestsFromTestCase(Case).run(result)

    assert (len(result.failures), len(result.errors)) == (1, 0)
    assert (len(result.skipped), len(result.expectedFailures)) == (1, 1)


def test_a_generator_that_is_closed_early_ends_its_cloud():
    @mock_serverless
    def numbers():
        yield 1
        yield 2

    running = numbers()
    next(running)
    assert is_on()
    running.close()
    assert not is_on()


def test_an_interrupt_ends_the_cloud():
    with pytest.raises(KeyboardInterrupt), mock_serverless():
        raise KeyboardInterrupt

    assert not is_on()


def test_a_client_may_be_shared_by_a_pool_of_threads():
    with mock_serverless(), ThreadPoolExecutor(8) as pool:
        client = boto3.client("iam")
        list(pool.map(lambda number: client.create_user(UserName=f"user-{number}"), range(50)))

        assert len(client.list_users()["Users"]) == 50


def test_boto3_may_be_imported_first_inside_the_mock():
    code = """
from skymock import mock_serverless
import sys
assert "boto3" not in sys.modules
with mock_serverless():
    import boto3
    print(boto3.client("sts").get_caller_identity()["Account"])
assert boto3.DEFAULT_SESSION is None
"""
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert ran.stdout == "123456789012\n", ran.stderr


def packed(code):
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as files:
        files.writestr("app.py", code)
    return archive.getvalue()


def use_many_services(cloud):
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    code = "import boto3\nclient = boto3.client('sts')\ndef handler(event, context):\n    return 1"
    role = boto3.client("iam").create_role(RoleName="worker", AssumeRolePolicyDocument=document)["Role"]
    awslambda = boto3.client("lambda")
    awslambda.create_function(
        FunctionName="hello",
        Runtime="python3.12",
        Handler="app.handler",
        Role=role["Arn"],
        Code={"ZipFile": packed(code)},
    )
    assert awslambda.invoke(FunctionName="hello")["Payload"].read() == b"1"
    pool = boto3.client("cognito-idp").create_user_pool(PoolName="people")["UserPool"]["Id"]
    keys = f"https://cognito-idp.us-east-1.amazonaws.com/{pool}/.well-known/jwks.json"
    assert requests.get(keys, timeout=5).ok
    boto3.client("apigatewayv2").create_api(Name="shop", ProtocolType="HTTP")
    boto3.client("dynamodb").create_table(
        TableName="orders",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
    )
    boto3.client("dynamodb").put_item(TableName="orders", Item={"pk": {"S": "1"}})


def test_a_cloud_that_was_used_is_freed_with_its_files_and_threads(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    threads = threading.active_count()
    with mock_serverless() as cloud:
        use_many_services(cloud)
        assert list(tmp_path.iterdir())
        reference = weakref.ref(cloud)
    del cloud
    gc.collect()

    assert reference() is None
    assert list(tmp_path.iterdir()) == []
    assert threading.active_count() == threads
    assert "app" not in sys.modules
