"""Layers: packages that functions share."""

import io
import json
import zipfile

import boto3
import pytest

from .conftest import refusal, zipped

LAYER = "arn:aws:lambda:us-east-1:123456789012:layer:tools"
EMPTY = "def handler(event, context):\n    pass\n"
USES_TOOL = "import tool\n\ndef handler(event, context):\n    return tool.NAME\n"


def tool(name, path="python/tool.py"):
    return zipped({path: f"NAME = {name!r}\n"})


def zip_that_claims(size):
    """A zip of one file whose directory says that the file has that size."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("data", "x")
        archive.filelist[0].file_size = size
    return packed.getvalue()


@pytest.fixture
def publish(awslambda):
    """`publish(zip, name)`: a version of a layer; returns what AWS answers."""

    def call(content, name="tools", **parameters):
        return awslambda.publish_layer_version(LayerName=name, Content={"ZipFile": content}, **parameters)

    return call


def test_a_function_imports_what_its_layer_has(publish, create_function, invoke):
    layer = publish(tool("hammer"))
    create_function("f", USES_TOOL, Layers=[layer["LayerVersionArn"]])

    assert invoke("f") == "hammer"


def test_a_function_imports_site_packages_of_its_runtime(publish, create_function, invoke):
    layer = publish(tool("saw", "python/lib/python3.12/site-packages/tool.py"))
    create_function("f", USES_TOOL, Layers=[layer["LayerVersionArn"]])

    assert invoke("f") == "saw"


def test_the_last_layer_goes_before_the_others(publish, create_function, invoke):
    layers = [publish(tool(name), name)["LayerVersionArn"] for name in ("hammer", "saw")]
    create_function("f", USES_TOOL, Layers=layers)

    assert invoke("f") == "saw"


def test_the_functions_own_modules_go_before_its_layers(publish, create_function, invoke):
    layer = publish(tool("hammer"))
    create_function("f", USES_TOOL, {"tool.py": "NAME = 'own'"}, Layers=[layer["LayerVersionArn"]])

    assert invoke("f") == "own"


def test_a_handler_may_lie_in_a_layer(publish, create_function, invoke):
    layer = publish(
        zipped({"python/entry.py": "def handler(event, context):\n    return 'from the layer'\n"})
    )
    create_function("f", EMPTY, Handler="entry.handler", Layers=[layer["LayerVersionArn"]])

    assert invoke("f") == "from the layer"


# (recorded: test_layer_lifecycle)
def test_an_update_gives_a_function_its_layers(publish, create_function, awslambda, invoke):
    layer = publish(tool("hammer"))
    create_function("f", USES_TOOL)

    arn = layer["LayerVersionArn"]
    updated = awslambda.update_function_configuration(FunctionName="f", Layers=[arn])

    assert updated["Layers"] == [{"Arn": arn, "CodeSize": layer["Content"]["CodeSize"]}]
    assert invoke("f") == "hammer"


def test_layers_stay_until_others_are_given(publish, create_function, awslambda, invoke):
    first, second = (publish(tool(name))["LayerVersionArn"] for name in ("old", "new"))
    create_function("f", USES_TOOL, Layers=[first])

    awslambda.update_function_configuration(FunctionName="f", Timeout=4)
    before = invoke("f")
    awslambda.update_function_configuration(FunctionName="f", Layers=[second])

    assert (before, invoke("f")) == ("old", "new")


def test_a_function_without_layers_shows_none(publish, create_function, awslambda):
    layer = publish(tool("hammer"))
    create_function("f", EMPTY, Layers=[layer["LayerVersionArn"]])

    assert "Layers" not in awslambda.update_function_configuration(FunctionName="f", Layers=[])


def test_a_version_keeps_the_layers_that_it_was_published_with(publish, create_function, awslambda, invoke):
    first, second = (publish(tool(name))["LayerVersionArn"] for name in ("old", "new"))
    create_function("f", USES_TOOL, Layers=[first], Publish=True)

    awslambda.update_function_configuration(FunctionName="f", Layers=[second])

    assert (invoke("f:1"), invoke("f")) == ("old", "new")


# (recorded: test_layer_lifecycle)
def test_a_function_keeps_a_layer_that_is_deleted(publish, create_function, awslambda, invoke):
    arn = publish(tool("hammer"))["LayerVersionArn"]
    create_function("f", USES_TOOL, Layers=[arn])

    awslambda.delete_layer_version(LayerName="tools", VersionNumber=1)

    assert awslambda.get_function_configuration(FunctionName="f")["Layers"][0]["Arn"] == arn
    assert invoke("f") == "hammer"


# (recorded: test_layer_lifecycle)
@pytest.mark.serverless(freeze_time="2026-01-05T12:00:00Z")
def test_a_published_version_is_described_as_aws_does(publish):
    content = tool("hammer")

    answer = publish(
        content,
        Description="for all",
        LicenseInfo="MIT",
        CompatibleRuntimes=["python3.12"],
        CompatibleArchitectures=["x86_64"],
    )

    assert answer.pop("ResponseMetadata")["HTTPStatusCode"] == 201
    assert answer["Content"].pop("Location").startswith("https://awslambda-us-east-1-layers.s3.")
    assert len(answer["Content"].pop("CodeSha256")) == 44
    assert answer == {
        "Content": {"CodeSize": len(content)},
        "LayerArn": LAYER,
        "LayerVersionArn": f"{LAYER}:1",
        "Description": "for all",
        "CreatedDate": "2026-01-05T12:00:00.000+0000",
        "Version": 1,
        "CompatibleRuntimes": ["python3.12"],
        "CompatibleArchitectures": ["x86_64"],
        "LicenseInfo": "MIT",
    }


# (recorded: test_layer_exceptions)
def test_a_version_that_says_nothing_shows_empty_lists(publish):
    answer = publish(tool("hammer"))

    assert (answer["CompatibleRuntimes"], answer["CompatibleArchitectures"]) == ([], [])
    assert (answer["Description"], "LicenseInfo" in answer) == ("", False)


@pytest.mark.parametrize("name", ["tools", LAYER])
def test_a_version_is_found_by_the_layers_name_or_arn(publish, awslambda, name):
    published = publish(tool("hammer"))

    found = awslambda.get_layer_version(LayerName=name, VersionNumber=1)

    assert {**found, "ResponseMetadata": None} == {**published, "ResponseMetadata": None}


def test_a_version_is_found_by_its_arn(publish, awslambda):
    published = publish(tool("hammer"))

    found = awslambda.get_layer_version_by_arn(Arn=f"{LAYER}:1")

    assert {**found, "ResponseMetadata": None} == {**published, "ResponseMetadata": None}


# (recorded: test_layer_lifecycle)
def test_numbers_are_not_used_again(publish, awslambda):
    for number in (1, 2):
        publish(tool("hammer"))
        awslambda.delete_layer_version(LayerName="tools", VersionNumber=number)

    assert awslambda.list_layer_versions(LayerName="tools")["LayerVersions"] == []
    assert publish(tool("hammer"))["Version"] == 3


def test_versions_are_listed_from_the_last_one_on(publish, awslambda):
    for _ in range(11):
        publish(tool("hammer"))

    pages = awslambda.get_paginator("list_layer_versions").paginate(
        LayerName="tools", PaginationConfig={"PageSize": 4}
    )

    listed = [[version["Version"] for version in page["LayerVersions"]] for page in pages]
    assert listed == [[11, 10, 9, 8], [7, 6, 5, 4], [3, 2, 1]]


def test_listed_versions_do_not_show_their_content(publish, awslambda):
    publish(tool("hammer"))

    listed = awslambda.list_layer_versions(LayerName="tools")["LayerVersions"][0]

    assert (listed["LayerVersionArn"], "Content" in listed, "LayerArn" in listed) == (
        f"{LAYER}:1",
        False,
        False,
    )


def test_layers_are_listed_by_name_with_their_last_version(publish, awslambda):
    for name in ("tools", "tools", "shared"):
        publish(tool("hammer"), name)

    layers = awslambda.list_layers()["Layers"]

    assert [(layer["LayerName"], layer["LatestMatchingVersion"]["Version"]) for layer in layers] == [
        ("shared", 1),
        ("tools", 2),
    ]
    assert layers[1]["LayerArn"] == LAYER


@pytest.mark.parametrize(
    ("parameters", "versions"),
    [
        ({"CompatibleRuntime": "python3.12"}, [2, 1]),
        ({"CompatibleRuntime": "python3.13"}, [3, 1]),
        ({"CompatibleArchitecture": "arm64"}, [2]),
        ({"CompatibleRuntime": "python3.13", "CompatibleArchitecture": "arm64"}, []),
    ],
)
def test_versions_are_listed_by_what_they_are_for(publish, awslambda, parameters, versions):
    publish(tool("a"), CompatibleRuntimes=["python3.12", "python3.13"])
    publish(tool("b"), CompatibleRuntimes=["python3.12"], CompatibleArchitectures=["arm64"])
    publish(tool("c"), CompatibleRuntimes=["python3.13"], CompatibleArchitectures=["x86_64"])

    listed = awslambda.list_layer_versions(LayerName="tools", **parameters)["LayerVersions"]
    latest = [
        layer["LatestMatchingVersion"]["Version"] for layer in awslambda.list_layers(**parameters)["Layers"]
    ]

    assert [version["Version"] for version in listed] == versions
    assert latest == versions[:1]


INVALID = "InvalidParameterValueException"
NOT_FOUND = "ResourceNotFoundException"
NO_RESOURCE = "The resource you requested does not exist."


# (recorded: test_layer_exceptions)
@pytest.mark.parametrize(
    ("operation", "parameters", "code", "message"),
    [
        ("get_layer_version", {"LayerName": "missing", "VersionNumber": 1}, NOT_FOUND, NO_RESOURCE),
        ("get_layer_version", {"LayerName": "tools", "VersionNumber": 2}, NOT_FOUND, NO_RESOURCE),
        (
            "get_layer_version",
            {"LayerName": "tools", "VersionNumber": 0},
            INVALID,
            "Layer Version Cannot be less than 1",
        ),
        (
            "get_layer_version",
            {"LayerName": "tools", "VersionNumber": -1},
            INVALID,
            "Layer Version Cannot be less than 1",
        ),
        (
            "delete_layer_version",
            {"LayerName": "tools", "VersionNumber": 0},
            INVALID,
            "Layer Version Cannot be less than 1",
        ),
        ("get_layer_version_by_arn", {"Arn": f"{LAYER}:2"}, NOT_FOUND, NO_RESOURCE),
        (
            "get_layer_version_by_arn",
            {"Arn": LAYER},
            "ValidationException",
            f"1 validation error detected: Value '{LAYER}' at 'arn' failed to satisfy constraint: Member must satisfy "
            "regular expression pattern: ((arn:(aws[a-zA-Z-]*)?:lambda:(eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-"
            "\\d{1}:\\d{12}:layer:[a-zA-Z0-9-_]+:[0-9]+)|(arn:[a-zA-Z0-9-]+:lambda:::awslayer:[a-zA-Z0-9-_]+))",
        ),
        (
            "list_layers",
            {"CompatibleArchitecture": "archdoesnotexist"},
            "ValidationException",
            "1 validation error detected: Value 'archdoesnotexist' at 'compatibleArchitecture' failed to satisfy "
            "constraint: Member must satisfy enum value set: [x86_64, arm64]",
        ),
        (
            "publish_layer_version",
            {"LayerName": "tools", "Content": {"ZipFile": b"no zip"}},
            INVALID,
            "Could not unzip uploaded file. Please check your file, then try to upload again.",
        ),
        (
            "publish_layer_version",
            {"LayerName": "tools", "Content": {"ZipFile": zip_that_claims(262_144_000)}},
            INVALID,
            "Unzipped size must be smaller than 262144000 bytes",
        ),
    ],
)
def test_layers_are_refused_in_aws_words(publish, awslambda, operation, parameters, code, message):
    publish(tool("hammer"))

    assert refusal(getattr(awslambda, operation), **parameters)[::2] == (code, message)
    assert len(awslambda.list_layer_versions(LayerName="tools")["LayerVersions"]) == 1


# (recorded: test_layer_exceptions)
def test_all_that_a_layer_is_not_for_is_told_at_once(publish):
    given = {
        "CompatibleRuntimes": ["invalidruntime", "invalidruntime2", "nodejs20.x"],
        "CompatibleArchitectures": ["invalidarch", "x86_64"],
    }

    code, _, message = refusal(publish, content=tool("hammer"), **given)

    first, _, second = message.partition("; ")
    assert code == "ValidationException"
    assert first.startswith(
        "2 validation errors detected: Value '[invalidruntime, invalidruntime2, nodejs20.x]' at 'compatibleRuntimes' "
        "failed to satisfy constraint: Member must satisfy enum value set: ["
    )
    assert second == (
        "Value '[invalidarch, x86_64]' at 'compatibleArchitectures' failed to satisfy constraint: Member must satisfy "
        "constraint: [Member must satisfy enum value set: [x86_64, arm64], Member must not be null]"
    )


# (recorded: test_layer_exceptions)
@pytest.mark.parametrize(("name", "number"), [("missing", 1), ("tools", 2), ("tools", 1)])
def test_a_version_that_there_is_not_is_deleted_already(publish, awslambda, name, number):
    publish(tool("hammer"))
    awslambda.delete_layer_version(LayerName="tools", VersionNumber=1)

    answer = awslambda.delete_layer_version(LayerName=name, VersionNumber=number)

    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 204


SAME_LAYER = (
    "Two different versions of the same layer are not allowed to be referenced in the same function. "
    f"{LAYER}:1 and {LAYER}:{{}} are versions of the same layer."
)


# (recorded: test_layer_function_exceptions, test_layer_function_quota_exception)
@pytest.mark.parametrize(
    ("layers", "code", "message"),
    [
        ([f"{LAYER}:1", f"{LAYER}:2"], INVALID, SAME_LAYER.format(2)),
        ([f"{LAYER}:1", f"{LAYER}:2", f"{LAYER}:3"], INVALID, SAME_LAYER.format(2)),
        ([f"{LAYER}:1", f"{LAYER}:1"], INVALID, SAME_LAYER.format(1)),
        ([f"{LAYER}:9"], INVALID, f"Layer version {LAYER}:9 does not exist."),
        ([f"{LAYER}s:1"], INVALID, f"Layer version {LAYER}s:1 does not exist."),
        (
            [f"{LAYER}:1".replace("us-east-1", "eu-west-1")],
            INVALID,
            "Layers are not in the same region as the function. Layers are expected to be in region us-east-1.",
        ),
        ([f"{LAYER}:{number}" for number in range(1, 7)], INVALID, "Cannot reference more than 5 layers."),
        (
            [LAYER],
            "ValidationException",
            f"1 validation error detected: Value '[{LAYER}]' at 'layers' failed to satisfy constraint: Member must "
            "satisfy constraint: [Member must have length less than or equal to 2048, Member must have length greater "
            "than or equal to 1, Member must satisfy regular expression pattern: ((arn:(aws[a-zA-Z-]*)?:lambda:(eusc-)?"
            "[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:\\d{12}:layer:[a-zA-Z0-9-_]+:[0-9]+)|(arn:[a-zA-Z0-9-]+:"
            "lambda:::awslayer:[a-zA-Z0-9-_]+)), Member must not be null]",
        ),
    ],
)
def test_a_function_is_refused_layers_in_aws_words(
    publish, create_function, awslambda, layers, code, message
):
    for _ in range(3):
        publish(tool("hammer"))
    create_function("f", EMPTY)

    update = {"FunctionName": "f", "Layers": layers}

    assert refusal(awslambda.update_function_configuration, **update)[::2] == (code, message)
    assert refusal(create_function, name="g", source=EMPTY, Layers=layers)[::2] == (code, message)


def test_code_and_layers_together_may_not_be_larger_than_aws_allows(publish, create_function, awslambda):
    layers = [publish(zip_that_claims(131_072_000), name)["LayerVersionArn"] for name in ("a", "b", "c")]

    assert refusal(create_function, name="f", source=EMPTY, Layers=layers[:2])[::2] == (
        INVALID,
        "Function code combined with layers exceeds the maximum allowed size of 262144000 bytes. The actual size is "
        f"{262_144_000 + len(EMPTY)} bytes.",
    )
    assert refusal(create_function, name="f", source=EMPTY, Layers=layers)[::2] == (
        INVALID,
        "Layers consume more than the available size of 262144000 bytes",
    )
    create_function("f", EMPTY, Layers=layers[:1])
    too_large = {"FunctionName": "f", "ZipFile": zip_that_claims(131_072_001)}
    assert refusal(awslambda.update_function_code, **too_large)[2].endswith(
        "The actual size is 262144001 bytes."
    )


def allow(awslambda, principal="111111111111", statement_id="theirs", **parameters):
    return awslambda.add_layer_version_permission(
        LayerName="tools",
        VersionNumber=1,
        StatementId=statement_id,
        Action="lambda:GetLayerVersion",
        Principal=principal,
        **parameters,
    )


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({"principal": "*"}, {"Principal": "*"}),
        ({"principal": "111111111111"}, {"Principal": {"AWS": "arn:aws:iam::111111111111:root"}}),
        (
            {"principal": "*", "OrganizationId": "o-abcdefghij"},
            {"Principal": "*", "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-abcdefghij"}}},
        ),
    ],
)
def test_a_permission_becomes_a_statement_of_the_versions_policy(publish, awslambda, parameters, expected):
    publish(tool("hammer"))

    added = allow(awslambda, **parameters)

    policy = awslambda.get_layer_version_policy(LayerName="tools", VersionNumber=1)
    statement = json.loads(added["Statement"])
    assert statement == {
        "Sid": "theirs",
        "Effect": "Allow",
        "Action": "lambda:GetLayerVersion",
        "Resource": f"{LAYER}:1",
        **expected,
    }
    assert json.loads(policy["Policy"])["Statement"] == [statement]
    assert policy["RevisionId"] == added["RevisionId"]


@pytest.mark.parametrize(
    ("operation", "parameters", "code", "message"),
    [
        ("get", {}, NOT_FOUND, "No policy is associated with the given resource."),
        ("get", {"VersionNumber": 2}, NOT_FOUND, f"Layer version {LAYER}:2 does not exist."),
        ("remove", {"StatementId": "theirs"}, NOT_FOUND, "No policy is associated with the given resource."),
        (
            "remove",
            {"StatementId": "theirs", "RevisionId": "another"},
            "PreconditionFailedException",
            "The Revision Id provided does not match the latest Revision Id. Call the GetLayerPolicy API to retrieve "
            "the latest Revision Id",
        ),
    ],
)
def test_policies_of_versions_are_refused_in_aws_words(
    publish, awslambda, operation, parameters, code, message
):
    publish(tool("hammer"))
    calls = {"get": awslambda.get_layer_version_policy, "remove": awslambda.remove_layer_version_permission}
    given = {"LayerName": "tools", "VersionNumber": 1, **parameters}

    assert refusal(calls[operation], **given)[::2] == (code, message)


def test_a_statement_id_is_taken_once_and_free_when_it_is_removed(publish, awslambda):
    publish(tool("hammer"))
    allow(awslambda)

    taken = refusal(allow, awslambda=awslambda)
    awslambda.remove_layer_version_permission(LayerName="tools", VersionNumber=1, StatementId="theirs")

    assert taken[0] == "ResourceConflictException"
    assert taken[2].startswith("The statement id (theirs) provided already exists.")
    assert allow(awslambda)["Statement"]


@pytest.fixture
def theirs(cloud):
    """A client of another account, and a role there."""
    keys = {"aws_access_key_id": "111111111111", "aws_secret_access_key": "x"}
    iam = boto3.client("iam", **keys)
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
        ],
    }
    role = iam.create_role(RoleName="r", AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
    return boto3.client("lambda", **keys), role


def test_another_account_uses_a_layer_once_it_is_let(publish, awslambda, theirs):
    client, role = theirs
    publish(tool("hammer"))
    parameters = {
        "FunctionName": "f",
        "Role": role,
        "Runtime": "python3.12",
        "Handler": "app.handler",
        "Code": {"ZipFile": zipped({"app.py": USES_TOOL})},
        "Layers": [f"{LAYER}:1"],
    }

    refused = refusal(client.create_function, **parameters)
    allow(awslambda)
    client.create_function(**parameters)

    assert refused[:2] == ("AccessDeniedException", 403)
    assert "lambda:GetLayerVersion" in refused[2]
    assert json.load(client.invoke(FunctionName="f")["Payload"]) == "hammer"


def test_another_account_sees_a_layer_once_it_is_let(publish, awslambda, theirs):
    client, _ = theirs
    publish(tool("hammer"))

    refused = refusal(client.get_layer_version_by_arn, Arn=f"{LAYER}:1")
    allow(awslambda)

    assert refused[:2] == ("AccessDeniedException", 403)
    assert client.get_layer_version_by_arn(Arn=f"{LAYER}:1")["Version"] == 1
