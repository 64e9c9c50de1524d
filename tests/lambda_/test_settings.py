"""Settings of functions: how they are shown, changed, taken back and published; limits of code."""

import json

import boto3
import pytest

from .conftest import refusal, zipped

EMPTY = "def handler(event, context):\n    pass\n"
QUEUE = "arn:aws:sqs:us-east-1:123456789012:dead-letters"
NONE = {"ApplyOn": "None", "OptimizationStatus": "Off"}
INVALID = "InvalidParameterValueException"
MOUNT = [
    {
        "Arn": "arn:aws:elasticfilesystem:us-east-1:123456789012:access-point/fsap-01234567890abcdef",
        "LocalMountPath": "/mnt/a",
    }
]
KEY = "arn:aws:kms:us-east-1:123456789012:key/11111111-2222-3333-4444-555555555555"


def update(awslambda, **parameters):
    awslambda.update_function_configuration(FunctionName="f", **parameters)
    return awslambda.get_function_configuration(FunctionName="f")


@pytest.mark.parametrize(
    ("member", "given", "shown"),
    [
        ("Architectures", ["arm64"], ["arm64"]),
        ("EphemeralStorage", {"Size": 1024}, {"Size": 1024}),
        ("TracingConfig", {"Mode": "Active"}, {"Mode": "Active"}),
        ("DeadLetterConfig", {"TargetArn": QUEUE}, {"TargetArn": QUEUE}),
        ("KMSKeyArn", KEY, KEY),
        ("FileSystemConfigs", MOUNT, MOUNT),
        (
            "SnapStart",
            {"ApplyOn": "PublishedVersions"},
            {"ApplyOn": "PublishedVersions", "OptimizationStatus": "Off"},
        ),
    ],
)
def test_a_setting_is_shown_by_all_that_shows_the_function(create_function, awslambda, member, given, shown):
    created = create_function("f", EMPTY, **{member: given})

    described = awslambda.get_function(FunctionName="f")["Configuration"]
    listed = awslambda.list_functions()["Functions"][0]
    assert (created[member], described[member], listed[member]) == (shown, shown, shown)


@pytest.mark.parametrize(
    ("member", "before", "given", "after"),
    [
        ("EphemeralStorage", {"Size": 1024}, {"Size": 2048}, {"Size": 2048}),
        ("TracingConfig", {"Mode": "Active"}, {"Mode": "PassThrough"}, {"Mode": "PassThrough"}),
        ("DeadLetterConfig", {"TargetArn": QUEUE}, {"TargetArn": ""}, None),
        ("DeadLetterConfig", {"TargetArn": QUEUE}, {}, None),
        ("KMSKeyArn", KEY, "", None),
        ("FileSystemConfigs", MOUNT, [], None),
        ("SnapStart", {"ApplyOn": "PublishedVersions"}, {"ApplyOn": "None"}, NONE),
    ],
)
def test_an_update_changes_a_setting_or_takes_it_back(
    create_function, awslambda, member, before, given, after
):
    create_function("f", EMPTY, **{member: before})

    described = update(awslambda, **{member: given})

    assert described.get(member) == after


def test_settings_that_are_left_out_stay(create_function, awslambda):
    create_function("f", EMPTY, KMSKeyArn=KEY, EphemeralStorage={"Size": 1024})

    described = update(awslambda, Timeout=4)

    assert (described["KMSKeyArn"], described["EphemeralStorage"]) == (KEY, {"Size": 1024})


def test_an_update_of_the_code_can_change_the_architecture(create_function, awslambda):
    create_function("f", EMPTY)

    updated = awslambda.update_function_code(
        FunctionName="f", ZipFile=zipped({"app.py": EMPTY}), Architectures=["arm64"]
    )

    assert updated["Architectures"] == ["arm64"]


# (recorded: test_vpc_config)
def test_a_vpc_is_shown_and_leaves_an_empty_one_behind(create_function, awslambda):
    given = {"SubnetIds": ["subnet-1"], "SecurityGroupIds": ["sg-1"]}

    created = create_function("f", EMPTY, VpcConfig=given)["VpcConfig"]
    removed = update(awslambda, VpcConfig={"SubnetIds": [], "SecurityGroupIds": []})["VpcConfig"]

    assert created.pop("VpcId").startswith("vpc-")
    assert created == {**given, "Ipv6AllowedForDualStack": False}
    assert removed == {"SubnetIds": [], "SecurityGroupIds": [], "VpcId": "", "Ipv6AllowedForDualStack": False}


# (recorded: test_lambda_image_and_image_config_crud)
def test_an_images_configuration_is_shown_and_taken_back(cloud, create_function, awslambda):
    cloud.functions.image("shop:latest", lambda event, context: None)
    created = create_function(
        "f",
        EMPTY,
        Code={"ImageUri": "shop:latest"},
        PackageType="Image",
        ImageConfig={"EntryPoint": ["sh"], "Command": ["-c", "echo test"], "WorkingDirectory": "/app1"},
    )

    changed = update(awslambda, ImageConfig={"Command": ["-c", "echo test1"], "WorkingDirectory": "/app1"})
    removed = update(awslambda, ImageConfig={})

    assert created["ImageConfigResponse"]["ImageConfig"]["EntryPoint"] == ["sh"]
    assert changed["ImageConfigResponse"] == {
        "ImageConfig": {"Command": ["-c", "echo test1"], "WorkingDirectory": "/app1"}
    }
    assert "ImageConfigResponse" not in removed


@pytest.mark.serverless(transitions="realistic", freeze_time="2026-01-05T12:00:00Z")
def test_a_version_with_snap_start_is_pending_while_its_snapshot_is_taken(cloud, create_function, awslambda):
    create_function("f", EMPTY, SnapStart={"ApplyOn": "PublishedVersions"})
    cloud.clock.advance(seconds=5)

    published = awslambda.publish_version(FunctionName="f")
    awslambda.get_waiter("published_version_active").wait(FunctionName="f", Qualifier="1")

    assert published["State"] == "Pending"
    version = awslambda.get_function_configuration(FunctionName="f", Qualifier="1")
    assert version["SnapStart"] == {"ApplyOn": "PublishedVersions", "OptimizationStatus": "On"}


@pytest.mark.parametrize(
    ("parameters", "code", "message"),
    [
        (
            {"Runtime": "python3.11", "SnapStart": {"ApplyOn": "PublishedVersions"}},
            INVALID,
            "python3.11 is not supported for SnapStart enabled functions.",
        ),
        (
            {"Runtime": "nodejs22.x", "SnapStart": {"ApplyOn": "PublishedVersions"}},
            INVALID,
            "nodejs22.x is not supported for SnapStart enabled functions.",
        ),
        (
            {"EphemeralStorage": {"Size": 10241}},
            "ValidationException",
            "1 validation error detected: Value '10241' at 'ephemeralStorage.size' failed to satisfy constraint: "
            "Member must have value less than or equal to 10240",
        ),
    ],
)
def test_settings_are_refused(create_function, parameters, code, message):
    assert refusal(create_function, name="f", source=EMPTY, **parameters)[::2] == (code, message)


def test_a_package_of_more_than_50_mb_must_come_from_s3(create_function):
    too_large = bytes(52_625_409)

    assert refusal(create_function, name="f", source=EMPTY, Code={"ZipFile": too_large}) == (
        "RequestEntityTooLargeException",
        413,
        "Request must be smaller than 70167211 bytes for the CreateFunction operation",
    )


@pytest.fixture
def forty_gigabytes(cloud, tmp_path):
    """A function of 40 GB; its file takes no room."""
    with open(tmp_path / "app.py", "w") as file:
        file.write(EMPTY)
    with open(tmp_path / "data", "wb") as file:
        file.truncate(40 * 1024**3)
    return cloud.functions.create("f", tmp_path)


def test_an_account_has_room_for_75_gigabytes_of_code(forty_gigabytes, awslambda):
    full = ("CodeStorageExceededException", 400, "Code storage limit exceeded.")

    assert refusal(awslambda.publish_version, FunctionName="f") == full
    assert awslambda.list_versions_by_function(FunctionName="f")["Versions"][0]["CodeSize"] > 40 * 1024**3


def test_a_full_account_takes_no_other_function(forty_gigabytes, cloud, create_function, tmp_path):
    cloud.functions.create("g", lambda event, context: None)
    cloud.functions.use("g", tmp_path)

    refused = refusal(create_function, name="h", source=EMPTY)

    assert refused[0] == "CodeStorageExceededException"
    assert "h" not in cloud.functions


def test_a_changed_role_must_be_one_that_lambda_can_assume(create_function, awslambda):
    create_function("f", EMPTY)
    trust = {"Version": "2012-10-17", "Statement": []}
    trust["Statement"].append(
        {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
    )
    iam = boto3.client("iam")
    role = iam.create_role(RoleName="theirs", AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]

    assert refusal(awslambda.update_function_configuration, FunctionName="f", Role=role)[2] == (
        "The role defined for the function cannot be assumed by Lambda."
    )
