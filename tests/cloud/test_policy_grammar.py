"""Which documents are policies, and what IAM says of those that are not."""

import json

import pytest

from skymock.cloud.policies import (
    MalformedPolicyDocumentException,
    identity_policy,
    managed_policy,
    resource_policy,
    trust_policy,
)

SYNTAX = "Syntax errors in policy."
ALLOW = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
TRUST = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}


def document(*statements, **elements):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)} | elements)


def without(statement, *elements):
    return {element: value for element, value in statement.items() if element not in elements}


def message_of(read, text):
    with pytest.raises(MalformedPolicyDocumentException) as caught:
        read(text)
    return caught.value.message


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", SYNTAX),
        ("not a policy", SYNTAX),
        ("[]", SYNTAX),
        ('"text"', SYNTAX),
        ("{}", SYNTAX),
        (document(), SYNTAX),
        (document(ALLOW, Sid="x"), SYNTAX),
        (document("Allow"), SYNTAX),
        (document(ALLOW | {"Actions": "s3:*"}), SYNTAX),
        (document(ALLOW | {"NotAction": "s3:*"}), SYNTAX),
        (document(ALLOW | {"NotResource": "*"}), SYNTAX),
        (document(ALLOW | {"Action": 5}), SYNTAX),
        (document(ALLOW | {"Resource": [["*"]]}), SYNTAX),
        (document(ALLOW | {"Effect": "allow"}), SYNTAX),
        (document(without(ALLOW, "Effect")), SYNTAX),
        (document(ALLOW | {"Sid": 5}), SYNTAX),
        (document(ALLOW | {"Condition": {"StringEquals": []}}), SYNTAX),
        (document(ALLOW, Version="2020-01-01"), "The policy must contain a valid version string"),
        (document(ALLOW | {"Principal": "*"}), "Policy document should not specify a principal."),
        (document(ALLOW | {"NotPrincipal": {"AWS": "*"}}), "Policy document should not specify a principal."),
        (document(without(ALLOW, "Action")), "Policy statement must contain actions."),
        (document(ALLOW | {"Action": []}), "Policy statement must contain actions."),
        (document(without(ALLOW, "Resource")), "Policy statement must contain resources."),
        (document(ALLOW | {"Resource": []}), "Policy statement must contain resources."),
        (
            document(ALLOW | {"Action": "GetObject"}),
            "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.",
        ),
        (document(ALLOW | {"Action": "s 3:GetObject"}), "Vendor s 3 is not valid"),
        (document(ALLOW | {"Resource": "bucket"}), 'Resource bucket must be in ARN format or "*".'),
        (
            document(ALLOW | {"Resource": "arn:amazon:s3:::b"}),
            'Partition "amazon" is not valid for resource "arn:amazon:s3:::b".',
        ),
        (document(ALLOW | {"Resource": "arn:aws:s3"}), "The policy failed legacy parsing"),
        (
            document(ALLOW | {"Sid": "one"}, ALLOW | {"Sid": "one"}),
            "Statement IDs (SID) in a single policy must be unique.",
        ),
        (
            document(ALLOW | {"Sid": "not one"}),
            "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression "
            "[0-9A-Za-z]*",
        ),
    ],
)
def test_an_identitys_policy_is_malformed(text, message):
    assert message_of(identity_policy, text) == message


@pytest.mark.parametrize(
    "text",
    [
        document(ALLOW),
        document(ALLOW, Version="2008-10-17"),
        json.dumps({"Statement": ALLOW}),
        document(ALLOW, Id="mine"),
        document(ALLOW | {"Sid": ""}, ALLOW | {"Sid": ""}),
        document(ALLOW | {"Action": "*"}),
        document(ALLOW | {"Resource": ["arn:aws:s3:::b", "arn:aws:dynamodb:*", "arn:aws-cn:s3:::b"]}),
        document(ALLOW | {"Condition": {"StringEquals": {"aws:username": "alice"}}}),
        document({"Effect": "Deny", "NotAction": "s3:*", "NotResource": "arn:aws:s3:::b"}),
    ],
)
def test_an_identitys_policy_is_well_formed(text):
    assert identity_policy(text).statements


@pytest.mark.parametrize("version", [None, "2008-10-17"])
def test_a_managed_policy_is_of_the_current_version(version):
    text = document(ALLOW, Version=version) if version else json.dumps({"Statement": [ALLOW]})
    message = "Policy document must be version 2012-10-17 or greater."
    assert message_of(managed_policy, text) == message


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("not a policy", "This policy contains invalid Json"),
        (document(without(TRUST, "Effect")), "Missing required field Effect"),
        (document(without(TRUST, "Principal")), "Missing required field Principal"),
        (document(TRUST | {"Principal": {}}), "Missing required field Principal cannot be empty!"),
        (document(TRUST | {"Principal": {"AWS": []}}), "Missing required field Principal cannot be empty!"),
        (document(TRUST | {"Principal": "lambda.amazonaws.com"}), SYNTAX),
        (document(TRUST | {"Principal": {"Lambda": "x"}}), SYNTAX),
        (document(TRUST | {"Principal": {"AWS": 5}}), SYNTAX),
        (document(TRUST | {"Effect": "Maybe"}), SYNTAX),
        (document(without(TRUST, "Action")), "Missing required field Action"),
        (document(TRUST | {"Resource": "*"}), "Has prohibited field Resource"),
        (document(TRUST | {"NotResource": "*"}), "AssumeRole policy must not contain resources."),
        (document(TRUST | {"Action": "*"}), "AssumeRole policy may only specify STS AssumeRole actions."),
        (document(TRUST | {"Action": "s3:*"}), "AssumeRole policy may only specify STS AssumeRole actions."),
        (
            document(without(TRUST, "Principal") | {"NotPrincipal": {"AWS": "*"}}),
            "Allow with NotPrincipal is not allowed.",
        ),
        (
            document(without(TRUST, "Principal") | {"NotPrincipal": {"AWS": "*"}, "Effect": "Deny"}),
            "AssumeRole policy must not contain NotPrincipal field.",
        ),
    ],
)
def test_a_trust_policy_is_malformed(text, message):
    assert message_of(trust_policy, text) == message


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        (ALLOW, "Missing required field Principal"),
        (without(ALLOW, "Action") | {"Principal": "*"}, "Missing required field Action"),
        (without(ALLOW, "Resource") | {"Principal": "*"}, "Missing required field Resource"),
        (without(ALLOW, "Effect") | {"Principal": "*"}, "Missing required field Effect"),
    ],
)
def test_a_resources_policy_is_malformed(statement, message):
    assert message_of(resource_policy, document(statement)) == message


def test_a_policy_is_read_once():
    assert identity_policy(document(ALLOW)) is identity_policy(document(ALLOW))
