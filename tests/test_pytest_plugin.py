"""The plugin, as a suite that uses it meets it."""

import os

import pytest


@pytest.fixture(autouse=True)
def _plain_run(pytester, monkeypatch):
    pytester.makeini("[pytest]\nfilterwarnings = error\n")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)


def run(pytester, *arguments):
    return pytester.runpytest_inprocess("-p", "no:randomly", "-p", "no:cacheprovider", *arguments)


def test_the_fixture_gives_a_cloud_that_is_on(pytester):
    pytester.makepyfile(
        """
        import boto3

        def test_it(cloud):
            assert boto3.client("sts").get_caller_identity()["Account"] == cloud.account_id
        """
    )

    run(pytester).assert_outcomes(passed=1)


def test_the_marker_gives_it_options_and_the_nearest_wins(pytester):
    pytester.makepyfile(
        """
        import pytest

        pytestmark = pytest.mark.serverless(region="eu-west-1", account_id="111111111111")

        @pytest.mark.serverless(region="eu-west-2")
        def test_it(cloud):
            assert (cloud.region, cloud.account_id) == ("eu-west-2", "111111111111")
        """
    )

    run(pytester, "--strict-markers").assert_outcomes(passed=1)


def test_the_marker_alone_turns_the_cloud_on_before_other_fixtures(pytester):
    pytester.makepyfile(
        """
        import boto3, pytest
        from skymock import current_cloud

        @pytest.fixture
        def user():
            return boto3.client("iam").create_user(UserName="alice")

        @pytest.mark.serverless(region="eu-west-1")
        def test_marked(user):
            assert current_cloud().region == "eu-west-1"
            assert boto3.client("iam").get_user(UserName="alice")

        def test_unmarked():
            with pytest.raises(RuntimeError):
                current_cloud()
        """
    )

    run(pytester).assert_outcomes(passed=2)


def test_options_of_the_marker_without_a_name_are_refused(pytester):
    pytester.makepyfile("import pytest\n@pytest.mark.serverless('eu-west-1')\ndef test_it(cloud): pass\n")

    result = run(pytester)

    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*test_it: the marker serverless takes its options by name*"])


def test_no_test_of_the_run_finds_a_real_profile(pytester, monkeypatch, tmp_path):
    (tmp_path / ".aws").mkdir()
    keys = "[production]\naws_access_key_id = AKIAREAL\naws_secret_access_key = real\n"
    (tmp_path / ".aws" / "credentials").write_text(keys)
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.delenv(name, raising=False)
    pytester.makepyfile(
        """
        import boto3, botocore.exceptions, pytest

        def test_it():
            with pytest.raises(botocore.exceptions.ProfileNotFound):
                boto3.Session(profile_name="production").client("sts")
        """
    )

    run(pytester).assert_outcomes(passed=1)
    assert "AWS_CONFIG_FILE" not in os.environ


def test_no_test_of_the_run_has_real_credentials(pytester, monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAREAL")
    monkeypatch.setenv("AWS_PROFILE", "production")
    pytester.makepyfile(
        """
        import boto3

        client = boto3.client("sts")

        def test_it():
            assert client._request_signer._credentials.access_key == "testing"
        """
    )

    run(pytester).assert_outcomes(passed=1)
    assert os.environ["AWS_ACCESS_KEY_ID"] == "AKIAREAL"
    assert os.environ["AWS_PROFILE"] == "production"


def test_an_ini_option_leaves_the_credentials_alone(pytester, monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAREAL")
    pytester.makeini("[pytest]\nskymock_dummy_credentials = false\n")
    pytester.makepyfile(
        """
        import os

        def test_it():
            assert os.environ["AWS_ACCESS_KEY_ID"] == "AKIAREAL"
        """
    )

    run(pytester).assert_outcomes(passed=1)


TIMELINE = ["*- skymock timeline -*", "*sts GetCallerIdentity*"]


@pytest.mark.parametrize(
    "test",
    [
        "def test_it(cloud):\n    ask()",
        "@mock_serverless\ndef test_it():\n    ask()",
        "def test_it():\n    with mock_serverless():\n        ask()",
        "@mock_serverless\nclass TestIt:\n    def test_it(self):\n        ask()",
        "@mock_serverless\nclass TestIt(unittest.TestCase):\n    def test_it(self):\n        ask()",
        "@pytest.fixture\n@mock_serverless\ndef mocked():\n    yield\n\ndef test_it(mocked):\n    ask()",
    ],
    ids=["fixture", "decorator", "with", "class", "TestCase", "generator fixture"],
)
def test_a_failing_test_shows_its_timeline(pytester, test):
    head = "import unittest, boto3, pytest\nfrom skymock import mock_serverless\n"
    ask = 'def ask():\n    boto3.client("sts").get_caller_identity()\n    raise ValueError("no")\n'
    pytester.makepyfile(f"{head}\n{ask}\n{test}\n")

    result = run(pytester)

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(TIMELINE)


def test_a_test_that_pytest_is_told_to_fail_shows_its_timeline(pytester):
    pytester.makepyfile(
        """
        import boto3, pytest
        from skymock import mock_serverless

        @mock_serverless
        def test_it():
            boto3.client("sts").get_caller_identity()
            pytest.fail("no")
        """
    )

    result = run(pytester)

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(TIMELINE)


def test_a_passing_test_shows_none(pytester):
    pytester.makepyfile(
        """
        import boto3

        def test_it(cloud):
            boto3.client("sts").get_caller_identity()
        """
    )

    result = run(pytester, "-rA")

    result.assert_outcomes(passed=1)
    result.stdout.no_fnmatch_line("*skymock timeline*")


def test_a_suite_that_does_not_use_it_does_not_import_skymock(pytester):
    pytester.makepyfile(
        """
        import sys

        def test_it():
            assert "skymock.cloud" not in sys.modules
            assert "botocore" not in sys.modules
        """
    )

    pytester.runpytest_subprocess("-p", "no:randomly", "-p", "no:cacheprovider").assert_outcomes(passed=1)
