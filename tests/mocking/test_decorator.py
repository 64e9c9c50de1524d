"""`@mock_serverless` on everything that it decorates."""

import asyncio
import contextlib
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


def is_on():
    try:
        return current_cloud() is not None
    except RuntimeError:
        return False


def test_an_async_generator_is_sent_thrown_and_closed_to_inside_its_cloud():
    seen = []

    @mock_serverless
    async def echo():
        sent = "first"
        try:
            while True:
                try:
                    sent = yield sent
                except ValueError:
                    seen.append(("thrown", is_on()))
        finally:
            seen.append(("closed", is_on()))

    async def drive():
        generator = echo()
        answers = [await generator.asend(None), await generator.asend("second")]
        answers.append(await generator.athrow(ValueError))
        await generator.aclose()
        return answers

    assert asyncio.run(drive()) == ["first", "second", "second"]
    assert seen == [("thrown", True), ("closed", True)]
    assert not is_on()


def test_an_async_context_manager_cleans_up_in_the_cloud():
    seen = []

    @contextlib.asynccontextmanager
    @mock_serverless
    async def world():
        try:
            yield
        finally:
            seen.append(is_on())

    async def fail():
        async with world():
            raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        asyncio.run(fail())
    assert seen == [True]


def test_a_fixture_is_decorated_below_its_mark():
    with pytest.raises(TypeError, match=r"put @pytest\.fixture above @mock_serverless"):

        @mock_serverless
        @pytest.fixture
        def user():
            """Pytest would call it without the mock."""


@pytest.mark.parametrize("thing", ["eu-west-1", 1, {"region": "eu-west-1"}])
def test_what_is_no_function_or_class_is_refused(thing):
    with pytest.raises(TypeError, match="mock_serverless decorates functions and classes"):
        mock_serverless(thing)


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
class SetUp:
    def setup_method(self):
        boto3.client("iam").create_user(UserName="alice")

    def teardown_method(self, method):
        assert boto3.client("iam").get_user(UserName="alice")


class TestSubclassThatExtendsSetup(SetUp):
    def setup_method(self):
        super().setup_method()
        boto3.client("iam").create_user(UserName="bob")

    def teardown_method(self, method):
        super().teardown_method(method)
        assert boto3.client("iam").get_user(UserName="bob")

    def test_both_ran_in_one_cloud(self):
        assert len(boto3.client("iam").list_users()["Users"]) == 2


class TestSubclassThatReplacesSetup(SetUp):
    def setup_method(self):
        boto3.client("iam").create_user(UserName="alice", Path="/mine/")

    def test_its_own_ran_in_the_cloud(self):
        assert boto3.client("iam").get_user(UserName="alice")["User"]["Path"] == "/mine/"


class TestSubclassThatReplacesTeardown(SetUp):
    def teardown_method(self):
        assert is_on()

    def test_the_inherited_setup_ran_in_the_cloud(self):
        assert boto3.client("iam").get_user(UserName="alice")


@mock_serverless(region="eu-west-1")
class TestSubclassThatIsDecoratedToo(SetUp):
    def test_the_nearest_options_win(self):
        assert current_cloud().region == "eu-west-1"
        assert boto3.client("iam").get_user(UserName="alice")


@mock_serverless
class TestSetupOfTheClass:
    @classmethod
    def setup_method(cls, method):
        assert is_on()

    @staticmethod
    def teardown_method():
        assert is_on()

    def test_other_kinds_of_methods_set_up_too(self):
        assert is_on()


def test_a_test_class_leaves_no_cloud():
    for each in (
        TestSubclassThatExtendsSetup,
        TestSubclassThatReplacesTeardown,
        TestSubclassThatIsDecoratedToo,
    ):
        test = each()
        test.setup_method()
        assert is_on()
        test.teardown_method(*[None] * (each is not TestSubclassThatReplacesTeardown))
        assert not is_on()


def test_subclasses_are_still_told_that_they_are_ones():
    named = []

    @mock_serverless
    class Base:
        def __init_subclass__(cls, name):
            named.append(name)

    class Sub(Base, name="sub"):
        """Gives its name to the base."""

    assert named == ["sub"]


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
