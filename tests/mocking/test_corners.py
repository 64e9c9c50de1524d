"""Corners of test suites in which a mock must hold as well."""

import asyncio
import gc
import io
import json
import os
import subprocess
import sys
import threading
import unittest
import weakref
import zipfile
from concurrent.futures import ThreadPoolExecutor

import boto3
import freezegun
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
        Failing().setup_method(None)

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

    assert (result.testsRun, len(result.failures), len(result.errors)) == (5, 1, 0)
    assert (len(result.skipped), len(result.expectedFailures)) == (1, 1)


def test_coroutines_that_run_together_leave_nothing():
    @mock_serverless
    async def create(number):
        await asyncio.sleep(0.001)
        boto3.client("iam").create_user(UserName=f"user-{number}")
        await asyncio.sleep(0.001)
        return number

    async def all_of_them():
        return await asyncio.gather(*(create(number) for number in range(5)))

    before = dict(os.environ)
    assert asyncio.run(all_of_them()) == [0, 1, 2, 3, 4]
    assert dict(os.environ) == before
    assert not is_on()


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


def test_nested_frozen_mocks_have_a_time_each():
    with mock_serverless(freeze_time="2026-01-01") as outer:
        with mock_serverless(freeze_time="2027-01-01") as inner:
            inner.clock.advance(hours=1)
            assert inner.clock.now().isoformat() == "2027-01-01T01:00:00+00:00"
        assert outer.clock.now().isoformat() == "2026-01-01T00:00:00+00:00"


@freezegun.freeze_time("2020-02-02")
@mock_serverless
def test_freezegun_may_stand_outside():
    assert current_cloud().clock.now().year == 2020


@mock_serverless
@freezegun.freeze_time("2020-02-02")
def test_freezegun_may_stand_inside():
    assert current_cloud().clock.now().year == 2020
    assert boto3.client("sts").get_caller_identity()


def test_a_client_may_be_shared_by_a_pool_of_threads():
    with mock_serverless(), ThreadPoolExecutor(8) as pool:
        client = boto3.client("iam")
        list(pool.map(lambda number: client.create_user(UserName=f"user-{number}"), range(50)))

        assert len(client.list_users()["Users"]) == 50


def test_a_developers_profiles_reach_the_cloud_and_nothing_else(tmp_path, monkeypatch):
    folder = tmp_path / ".aws"
    folder.mkdir()
    (folder / "config").write_text("[profile base]\nregion = eu-west-3\n")
    (folder / "credentials").write_text(
        "[base]\naws_access_key_id = AKIAREAL\naws_secret_access_key = real\n"
    )
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("AWS_PROFILE", "base")

    with mock_serverless():
        profile = boto3.Session(profile_name="base").client("sts")
        assert profile.get_caller_identity()["Account"] == "123456789012"


@pytest.mark.parametrize("variable", ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_STS"])
def test_a_developers_endpoints_are_not_asked(monkeypatch, variable):
    monkeypatch.setenv(variable, "http://localhost:9")

    with mock_serverless():
        assert boto3.client("sts").get_caller_identity()["Account"] == "123456789012"


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
