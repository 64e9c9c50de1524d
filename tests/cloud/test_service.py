"""`@operation` and what it promises for every service."""

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from skymock import Cloud, NotSupported, mock_serverless
from skymock.cloud.service import (
    Newer,
    Operation,
    Service,
    ServiceApi,
    Stored,
    operation,
    parameter_name,
)


def api_of(**methods):
    """A service of STS's model with some methods of its own."""
    return ServiceApi(type("Sts", (Service,), {"name": "sts", **methods}))


def test_a_method_is_the_whole_registration():
    @operation
    def get_caller_identity(self):
        return {}

    assert api_of(get_caller_identity=get_caller_identity).operation_names == ["GetCallerIdentity"]


def test_a_method_that_the_model_lacks_fails_when_its_service_loads():
    @operation
    def get_nothing(self):
        return {}

    with pytest.raises(TypeError, match=r"Sts\.get_nothing: the model of sts has no such operation"):
        api_of(get_nothing=get_nothing)


def test_a_parameter_that_the_model_lacks_fails():
    @operation
    def get_access_key_info(self, access_key_id, colour=None):
        return {}

    with pytest.raises(TypeError, match="GetAccessKeyInfo has no member for the parameter 'colour'"):
        api_of(get_access_key_info=get_access_key_info).operation("GetAccessKeyInfo")


def test_a_newer_parameter_may_be_one_that_the_model_lacks():
    @operation
    def get_access_key_info(self, access_key_id, colour: Newer[str] = ""):
        return {}

    compiled = api_of(get_access_key_info=get_access_key_info).operation("GetAccessKeyInfo")

    assert compiled.bind({"AccessKeyId": "AKIA", "Colour": "red"}) == {"access_key_id": "AKIA"}


def test_a_newer_parameter_is_taken_where_the_model_has_it():
    @operation
    def get_session_token(self, duration_seconds: Newer[int] = 3600):
        return {}

    compiled = api_of(get_session_token=get_session_token).operation("GetSessionToken")

    assert compiled.bind({"DurationSeconds": 900}) == {"duration_seconds": 900}


def test_a_parameter_that_the_model_leaves_optional_needs_a_default():
    @operation
    def get_session_token(self, duration_seconds):
        return {}

    with pytest.raises(TypeError, match="DurationSeconds is optional in the model"):
        api_of(get_session_token=get_session_token).operation("GetSessionToken")


def test_a_stored_parameter_is_known_as_such():
    @operation
    def get_session_token(self, duration_seconds: Stored[int] = 3600, serial_number: str = ""):
        return {}

    compiled = api_of(get_session_token=get_session_token).operation("GetSessionToken")

    assert compiled.stored == {"DurationSeconds"}
    assert "TokenCode" in compiled.lacking


@pytest.fixture
def compiled() -> Operation:
    @operation
    def get_session_token(self, duration_seconds=3600):
        return {}

    return api_of(get_session_token=get_session_token).operation("GetSessionToken")


def test_a_request_member_without_a_parameter_is_not_supported_by_name(compiled):
    with pytest.raises(NotSupported, match="sts: GetSessionToken with SerialNumber is not supported yet"):
        compiled.bind({"SerialNumber": "x"})


def test_a_member_that_is_null_counts_as_absent(compiled):
    assert compiled.bind({"SerialNumber": None, "DurationSeconds": 900}) == {"duration_seconds": 900}


def test_a_member_that_the_model_does_not_know_is_ignored(compiled):
    assert compiled.bind({"Colour": "red", "DurationSeconds": 900}) == {"duration_seconds": 900}


@pytest.mark.parametrize(
    ("member", "parameter"),
    [
        ("TableName", "table_name"),
        ("SSESpecification", "sse_specification"),
        ("KMSMasterKeyId", "kms_master_key_id"),
        ("from", "from_"),
        ("x-amz-meta", "x_amz_meta"),
    ],
)
def test_parameters_are_named_after_members(member, parameter):
    assert parameter_name(member) == parameter


def test_an_unknown_service_is_not_supported_by_name(cloud):
    with pytest.raises(NotSupported, match="the service ec2 is not supported yet"):
        boto3.client("ec2").describe_instances()


def test_an_unknown_operation_is_not_supported_by_name(cloud):
    with pytest.raises(NotSupported, match="sts: AssumeRoot is not supported yet"):
        boto3.client("sts").assume_root(TargetPrincipal="123456789012", TaskPolicyArn={"arn": "x" * 20})


def test_what_is_not_supported_is_not_retried(cloud):
    with pytest.raises(NotSupported):
        boto3.client("ec2").describe_instances()

    assert len(cloud.timeline) == 0


def test_the_models_constraints_are_checked_where_botocore_checks_none(cloud):
    unchecked = boto3.client("dynamodb", config=Config(parameter_validation=False))

    with pytest.raises(ClientError) as failure:
        unchecked.list_tables(Limit=0)

    assert failure.value.response["Error"] == {
        "Code": "ValidationException",
        "Message": "1 validation error detected: Value '0' at 'limit' failed to satisfy constraint: "
        "Member must have value greater than or equal to 1",
    }


def test_all_failures_are_gathered(cloud):
    unchecked = boto3.client("dynamodb", config=Config(parameter_validation=False))

    with pytest.raises(ClientError, match="2 validation errors detected: "):
        unchecked.create_table(
            TableName="orders",
            KeySchema=[{"AttributeName": "pk", "KeyType": "FIRST"}],
            AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "TEXT"}],
            BillingMode="PAY_PER_REQUEST",
        )


def test_a_bug_reaches_the_test_with_its_own_traceback(cloud, monkeypatch):
    def broken():
        raise LookupError("a bug in here")

    monkeypatch.setattr(cloud.ids, "uuid", broken)

    with pytest.raises(LookupError, match="a bug in here") as failure:
        boto3.client("sts").get_caller_identity()
    assert failure.traceback[-1].name == "broken"


def test_services_call_each_other_without_a_wire():
    cloud = Cloud()

    answer = cloud.call("sts", "GetCallerIdentity", {}, account_id="111122223333")

    assert answer["Account"] == "111122223333"
    assert [call.operation for call in cloud.timeline.calls()] == ["GetCallerIdentity"]


def test_regions_are_separate_worlds():
    with mock_serverless():
        keys = {"KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}]}
        attributes = [{"AttributeName": "pk", "AttributeType": "S"}]
        boto3.client("dynamodb", "eu-west-1").create_table(
            TableName="orders", AttributeDefinitions=attributes, BillingMode="PAY_PER_REQUEST", **keys
        )

        assert boto3.client("dynamodb", "eu-west-1").list_tables()["TableNames"] == ["orders"]
        assert boto3.client("dynamodb", "eu-west-2").list_tables()["TableNames"] == []
