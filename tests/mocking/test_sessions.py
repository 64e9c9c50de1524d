"""Sessions under the mock are cheap, and are sessions like any other."""

import contextvars

import boto3
import botocore.session
import pytest
from botocore.loaders import JSONFileLoader

from skymock import mock_serverless


@pytest.fixture
def files_read(monkeypatch):
    """The service models that botocore reads from disk."""
    read = []
    load = JSONFileLoader._load_file

    def note(loader, path, open_method):
        found = load(loader, path, open_method)
        if found is not None:
            read.append(path)
        return found

    monkeypatch.setattr(JSONFileLoader, "_load_file", note)
    return read


def test_new_sessions_share_parsed_models(files_read):
    with mock_serverless():
        boto3.Session().client("sqs")
        files_read.clear()
        boto3.Session().client("sqs")

    assert files_read == []


def test_models_are_shared_from_mock_to_mock(files_read):
    with mock_serverless():
        boto3.client("sqs")
    files_read.clear()
    with mock_serverless():
        boto3.client("sqs")

    assert files_read == []


def test_an_option_makes_every_session_read_its_own(files_read):
    with mock_serverless(shared_models=False):
        boto3.Session().client("sqs")
        files_read.clear()
        boto3.Session().client("sqs")

    assert any("sqs" in path for path in files_read)


def test_sessions_read_their_own_again_after_the_mock(files_read):
    with mock_serverless():
        boto3.Session().client("sqs", region_name="us-east-1")
    files_read.clear()
    boto3.Session().client("sqs", region_name="us-east-1")

    assert any("sqs" in path for path in files_read)


def test_handlers_on_the_default_session_do_not_outlive_their_mock():
    heard = []
    with mock_serverless():
        boto3.client("sts")
        boto3.DEFAULT_SESSION.events.register("before-call.sts", lambda **kwargs: heard.append(1))
        boto3.client("sts").get_caller_identity()
    assert heard == [1]

    with mock_serverless():
        boto3.client("sts").get_caller_identity()
    assert heard == [1]


def test_settings_of_the_default_session_do_not_outlive_their_mock():
    with mock_serverless():
        boto3.client("sts")
        boto3.DEFAULT_SESSION._session.set_config_variable("region", "eu-south-1")
        boto3.DEFAULT_SESSION._session.user_agent_extra = "mine"
        assert boto3.client("sts").meta.region_name == "eu-south-1"

    with mock_serverless():
        assert boto3.client("sts").meta.region_name == "us-east-1"
        assert boto3.DEFAULT_SESSION._session.user_agent_extra != "mine"


def test_the_default_session_takes_the_environments_credentials(monkeypatch):
    with mock_serverless():
        boto3.client("sts")
    with mock_serverless():
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "999988887777")
        assert boto3.client("sts").get_caller_identity()["Account"] == "999988887777"


def test_a_default_session_of_the_users_own_is_used():
    with mock_serverless():
        boto3.setup_default_session(
            region_name="sa-east-1", aws_access_key_id="111122223333", aws_secret_access_key="x"
        )
        assert boto3.client("sts").meta.region_name == "sa-east-1"
        assert boto3.client("sts").get_caller_identity()["Account"] == "111122223333"


def test_nested_mocks_have_default_sessions_of_their_own():
    with mock_serverless():
        boto3.client("sts")
        outer = boto3.DEFAULT_SESSION
        with mock_serverless():
            boto3.client("sts")
            assert boto3.DEFAULT_SESSION is not outer
        assert boto3.DEFAULT_SESSION is outer


def test_a_mock_of_another_thread_may_begin_while_the_default_session_is_made():
    other, begun = mock_serverless(), []
    with mock_serverless(), pytest.MonkeyPatch.context() as patch:
        setup = boto3.setup_default_session

        def setup_and_begin():
            setup()
            if not begun:
                begun.append(contextvars.copy_context().run(other.start))

        patch.setattr(boto3, "setup_default_session", setup_and_begin)
        assert boto3.client("sts").get_caller_identity()
        other.stop()


def test_a_configuration_file_that_changes_is_read_again(monkeypatch, tmp_path):
    config = tmp_path / "config"
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    modes = []
    for mode in ("standard", "legacy"):
        config.write_text(f"[default]\nretry_mode = {mode}\n# {mode}\n")
        with mock_serverless():
            modes.append(boto3.client("sts").meta.config.retries["mode"])

    assert modes == ["standard", "legacy"]


def test_models_from_a_folder_of_the_users_own_are_found(monkeypatch, tmp_path):
    folder = tmp_path / "greeter" / "2020-01-01"
    folder.mkdir(parents=True)
    (folder / "service-2.json").write_text('{"metadata": {}, "operations": {}, "shapes": {}}')
    with mock_serverless():
        botocore.session.Session().get_available_services()
        monkeypatch.setenv("AWS_DATA_PATH", str(tmp_path))
        assert "greeter" in botocore.session.Session().get_available_services()
