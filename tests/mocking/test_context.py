"""`mock_serverless` as a context manager and through start and stop; nested, and from threads."""

import asyncio
import dataclasses
import gc
import os
import sys
import threading
import weakref

import boto3
import pytest
from botocore.httpsession import URLLib3Session

from skymock import Cloud, current_cloud, mock_serverless


def users():
    return sorted(user["UserName"] for user in boto3.client("iam").list_users()["Users"])


def create_user(name):
    boto3.client("iam").create_user(UserName=name)


def test_with_gives_the_cloud():
    with mock_serverless() as cloud:
        assert isinstance(cloud, Cloud)
        assert current_cloud() is cloud


def test_async_with_gives_the_cloud():
    async def ask():
        async with mock_serverless() as cloud:
            await asyncio.sleep(0)
            return current_cloud() is cloud

    assert asyncio.run(ask())


def test_start_and_stop():
    mock = mock_serverless()
    cloud = mock.start()
    assert current_cloud() is cloud
    mock.stop()

    with pytest.raises(RuntimeError, match="no mock_serverless is on"):
        current_cloud()


def test_stop_without_start_is_refused():
    with pytest.raises(RuntimeError, match="the mock is not started"):
        mock_serverless().stop()


def test_an_unknown_option_is_refused():
    with pytest.raises(TypeError, match="unexpected keyword argument 'freeze'"):
        mock_serverless(freeze=True)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"account_id": "123"}, "an account id is a text of 12 digits, not '123'"),
        ({"account_id": 123456789012}, "an account id is a text of 12 digits, not 123456789012"),
        ({"delivery": "later"}, """delivery is "immediate" or "manual", not 'later'"""),
        (
            {"transitions": "slow"},
            """transitions are "instant", "realistic" or a number of describes, not 'slow'""",
        ),
    ],
)
def test_an_option_of_no_meaning_is_refused(options, message):
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the whole message is compared below
        mock_serverless(**options).start()

    assert str(caught.value) == message


def test_two_mocks_after_each_other_share_nothing():
    with mock_serverless():
        create_user("alice")
    with mock_serverless():
        assert users() == []


def test_the_inner_cloud_is_seen_until_it_ends():
    with mock_serverless():
        create_user("outer")
        with mock_serverless():
            create_user("inner")
            assert users() == ["inner"]
        assert users() == ["outer"]


def test_an_option_shares_the_outer_cloud():
    with mock_serverless() as outer:
        create_user("outer")
        with mock_serverless(share_outer=True) as inner:
            assert inner is outer
            assert users() == ["outer"]
        assert users() == ["outer"]


def test_sharing_without_an_outer_cloud_makes_one():
    with mock_serverless(share_outer=True):
        assert users() == []


def test_the_same_mock_can_be_used_again_and_nested():
    mock = mock_serverless()
    with mock as outer, mock as inner:
        assert outer is not inner
    with mock as again:
        assert again not in (outer, inner)


def test_clients_made_before_the_mock_are_caught():
    client = boto3.client(
        "sts", region_name="us-east-1", aws_access_key_id="AKIAREAL", aws_secret_access_key="x"
    )
    with mock_serverless():
        assert client.get_caller_identity()["Account"] == "123456789012"


def test_clients_that_found_no_credentials_before_the_mock_are_caught(monkeypatch, tmp_path):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    client = boto3.Session().client("sts", region_name="us-east-1")

    with mock_serverless():
        assert client.get_caller_identity()["Account"] == "123456789012"


def test_clients_of_other_threads_see_the_cloud():
    answers = []
    with mock_serverless() as cloud:
        create_user("alice")
        threads = [threading.Thread(target=lambda: answers.append(users())) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert answers == [["alice"]] * 4
    assert len(cloud.timeline.calls("iam", "ListUsers")) == 4


def test_mocks_that_end_in_another_order_than_they_began_leave_nothing():
    before = dict(os.environ)
    send = URLLib3Session.send
    first, second = mock_serverless(region="eu-west-1"), mock_serverless(region="eu-west-2")
    first.start()
    second.start()
    first.stop()
    assert os.environ["AWS_DEFAULT_REGION"] == "eu-west-2"
    second.stop()

    assert dict(os.environ) == before
    assert URLLib3Session.send is send


def test_mocks_in_many_threads_leave_everything_as_it_was():
    before, send = dict(os.environ), URLLib3Session.send

    def work():
        for _ in range(20):
            with mock_serverless():
                boto3.client("sts", region_name="us-east-1").get_caller_identity()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert dict(os.environ) == before
    assert URLLib3Session.send is send


LIBRARIES = ("boto3", "botocore", "urllib3", "http.client", "urllib.request", "socket", "time", "datetime")


def attributes():
    """What every module and class of the libraries that a mock touches has under each of its names."""
    found = {}
    for name, module in list(sys.modules.items()):
        if name.startswith(LIBRARIES):
            classes = [value for value in vars(module).values() if isinstance(value, type)]
            for owner in (module, *classes):
                found |= {(name, repr(owner), key): value for key, value in vars(owner).items()}
    return found


@pytest.mark.parametrize("freeze_time", [None, "2026-01-01"])
def test_all_that_was_patched_is_as_it_was(freeze_time):
    def use():
        with mock_serverless(freeze_time=freeze_time):
            users()
            return attributes()

    use()
    before = attributes()
    inside = use()
    after = attributes()

    assert [key for key in before if after.get(key) is not before[key]] == []
    assert any(inside[key] is not before[key] for key in before)


def test_clients_made_before_in_another_thread_are_caught():
    made, begun, answers = threading.Event(), threading.Event(), []

    def work():
        client = boto3.client("sts", region_name="us-east-1")
        made.set()
        begun.wait(10)
        answers.append(client.get_caller_identity()["Account"])

    thread = threading.Thread(target=work)
    thread.start()
    made.wait(10)
    with mock_serverless():
        begun.set()
        thread.join()

    assert answers == ["123456789012"]


def test_the_environment_is_as_it_was(monkeypatch):
    monkeypatch.setenv("AWS_PROFILE", "mine")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAMINE")
    before = dict(os.environ)

    with mock_serverless(region="ap-southeast-2"):
        assert os.environ["AWS_ACCESS_KEY_ID"] == "testing"
        assert os.environ["AWS_DEFAULT_REGION"] == "ap-southeast-2"
        assert "AWS_PROFILE" not in os.environ

    assert dict(os.environ) == before


def test_the_environments_region_is_kept(monkeypatch):
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")

    with mock_serverless() as cloud:
        assert cloud.region == "eu-central-1"
        assert boto3.client("sts").meta.region_name == "eu-central-1"


def test_the_default_session_is_the_mocks_own_and_back_afterwards():
    boto3.setup_default_session(region_name="sa-east-1")
    before = boto3.DEFAULT_SESSION
    try:
        with mock_serverless(region="eu-west-3"):
            assert boto3.client("sts").meta.region_name == "eu-west-3"
            assert boto3._get_default_session().get_credentials().access_key == "testing"
        assert boto3.DEFAULT_SESSION is before
    finally:
        boto3.DEFAULT_SESSION = None


def test_no_thread_is_left():
    before = threading.active_count()
    with mock_serverless():
        users()

    assert threading.active_count() == before


def test_memory_is_freed():
    with mock_serverless() as cloud:
        create_user("alice")
        reference = weakref.ref(cloud)
    del cloud
    gc.collect()

    assert reference() is None


def test_everything_is_as_it_was_after_an_error():
    before, send = dict(os.environ), URLLib3Session.send
    with pytest.raises(ZeroDivisionError), mock_serverless():
        _ = 1 / 0

    assert dict(os.environ) == before
    assert URLLib3Session.send is send


@dataclasses.dataclass(frozen=True)
class Refused(Exception):
    """An exception that takes no attributes."""


def test_everything_is_as_it_was_after_an_error_that_cannot_be_changed():
    send = URLLib3Session.send
    with pytest.raises(Refused), mock_serverless():
        raise Refused
    with pytest.raises(Refused):
        mock_serverless(raise_refused)()

    assert URLLib3Session.send is send


def raise_refused():
    raise Refused


def test_made_up_credentials_of_twelve_digits_name_their_account():
    with mock_serverless():
        other = boto3.client("sts", aws_access_key_id="999988887777", aws_secret_access_key="x")
        assert other.get_caller_identity()["Account"] == "999988887777"


def test_accounts_are_separate_worlds():
    with mock_serverless():
        create_user("alice")
        other = boto3.client("iam", aws_access_key_id="999988887777", aws_secret_access_key="x")
        assert other.list_users()["Users"] == []


def test_the_same_calls_give_the_same_ids():
    def user_id():
        with mock_serverless():
            return boto3.client("iam").create_user(UserName="alice")["User"]["UserId"]

    assert user_id() == user_id()
