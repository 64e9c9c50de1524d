"""`@mock_serverless` on everything that it decorates."""

import asyncio
import inspect
import unittest

import boto3
import pytest

from skymock import current_cloud, mock_serverless


def account():
    return boto3.client("sts").get_caller_identity()["Account"]


@mock_serverless
def test_it_decorates_a_function_without_parentheses():
    assert account() == "123456789012"


@mock_serverless()
def test_it_decorates_a_function_with_parentheses():
    assert account() == "123456789012"


@mock_serverless(account_id="210987654321", region="eu-west-1")
def test_it_takes_options():
    assert account() == "210987654321"
    assert boto3.client("sts").meta.region_name == "eu-west-1"


@pytest.fixture
def name():
    return "orders"


@mock_serverless
def test_fixtures_are_still_injected(name):
    assert name == "orders"


@mock_serverless
@pytest.mark.parametrize("number", [1, 2])
def test_parameters_are_still_injected(number, name):
    assert number in (1, 2)


def test_signature_name_and_docstring_survive():
    def original(first, *, second=2) -> int:
        """What it does."""

    decorated = mock_serverless(original)

    assert inspect.signature(decorated) == inspect.signature(original)
    assert decorated.__name__ == "original"
    assert decorated.__doc__ == "What it does."


def test_a_decorated_function_gives_back_what_it_returns():
    assert mock_serverless(lambda value: value + 1)(1) == 2


def test_each_call_has_a_cloud_of_its_own():
    clouds = []
    decorated = mock_serverless(lambda: clouds.append(current_cloud()))
    decorated()
    decorated()

    assert clouds[0] is not clouds[1]


def test_a_coroutine_function_runs_in_the_cloud():
    @mock_serverless
    async def wait_and_ask():
        await asyncio.sleep(0)
        return account()

    assert inspect.iscoroutinefunction(wait_and_ask)
    assert asyncio.run(wait_and_ask()) == "123456789012"


def test_an_async_generator_runs_in_the_cloud():
    @mock_serverless
    async def ask_twice():
        yield account()
        yield account()

    async def collect():
        return [each async for each in ask_twice()]

    assert asyncio.run(collect()) == ["123456789012"] * 2


@pytest.fixture
@mock_serverless(account_id="111122223333")
def user():
    iam = boto3.client("iam")
    iam.create_user(UserName="reader")
    yield "reader"
    assert iam.get_user(UserName="reader")


def test_a_generator_fixture_keeps_its_cloud_until_it_ends(user):
    assert account() == "111122223333"
    assert boto3.client("iam").get_user(UserName=user)["User"]["UserName"] == "reader"


@mock_serverless
class TestPytestClass:
    def setup_method(self, method):
        self.iam = boto3.client("iam")
        self.iam.create_user(UserName="alice")
        self.method_name = method.__name__

    def test_setup_method_ran_in_the_cloud(self):
        assert [user["UserName"] for user in self.iam.list_users()["Users"]] == ["alice"]
        assert self.method_name == "test_setup_method_ran_in_the_cloud"

    def test_each_test_has_a_cloud_of_its_own(self):
        self.iam.create_user(UserName="bob")
        assert len(self.iam.list_users()["Users"]) == 2

    def test_each_test_has_a_cloud_of_its_own_indeed(self):
        self.iam.create_user(UserName="bob")
        assert len(self.iam.list_users()["Users"]) == 2

    def teardown_method(self):
        assert self.iam.get_user(UserName="alice")


@mock_serverless
class TestPytestClassWithoutSetup:
    @pytest.fixture
    def user(self):
        return boto3.client("iam").create_user(UserName="carol")["User"]

    def test_its_fixtures_run_in_the_cloud(self, user):
        assert boto3.client("iam").get_user(UserName="carol")["User"]["UserId"] == user["UserId"]


@mock_serverless
class TestUnittestCase(unittest.TestCase):
    def setUp(self):
        self.iam = boto3.client("iam")
        self.iam.create_user(UserName="alice")

    def test_setup_ran_in_the_cloud(self):
        self.assertEqual(len(self.iam.list_users()["Users"]), 1)

    def test_each_test_has_a_cloud_of_its_own(self):
        self.iam.create_user(UserName="bob")
        self.assertEqual(len(self.iam.list_users()["Users"]), 2)

    def tearDown(self):
        self.iam.get_user(UserName="alice")


class TestInheritedCase(TestUnittestCase):
    def test_a_subclass_is_in_the_cloud_too(self):
        self.assertEqual(account(), "123456789012")


@mock_serverless
class TestAsyncCase(unittest.IsolatedAsyncioTestCase):
    async def asyncSetUp(self):
        boto3.client("iam").create_user(UserName="alice")

    async def test_async_setup_ran_in_the_cloud(self):
        self.assertEqual(len(boto3.client("iam").list_users()["Users"]), 1)


def test_a_unittest_run_outside_of_pytest_is_in_the_cloud_too():
    suite = unittest.defaultTestLoader.loadTestsFromTestCase(TestUnittestCase)
    result = unittest.TestResult()
    suite.run(result)

    assert (result.testsRun, result.errors, result.failures) == (2, [], [])
