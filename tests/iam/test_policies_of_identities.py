"""Policies of roles and users: embedded and attached ones. Both kinds of identity behave alike."""

import json

import pytest

from skymock import NotSupported

READ = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}]}
AWS_MANAGED = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"


class Identity:
    """A role or a user, and IAM's operations on it."""

    def __init__(self, iam, kind, name):
        self.iam = iam
        self.kind = kind
        self.named = {f"{kind.capitalize()}Name": name}
        self.name = name

    def __getattr__(self, operation):
        """`put_policy` is PutRolePolicy or PutUserPolicy."""
        verb, _, rest = operation.rpartition("_")
        return getattr(self.iam, f"{verb}_{self.kind}_{rest}")

    def put(self, name="inline", document=READ):
        self.put_policy(**self.named, PolicyName=name, PolicyDocument=json.dumps(document))

    def attach(self, arn):
        self.attach_policy(**self.named, PolicyArn=arn)

    def attached(self, **parameters):
        return self.list_attached_policies(**self.named, **parameters)["AttachedPolicies"]

    def delete(self):
        getattr(self.iam, f"delete_{self.kind}")(**self.named)


@pytest.fixture(params=["role", "user"])
def identity(iam, request):
    return Identity(iam, request.param, request.getfixturevalue(request.param))


def test_an_embedded_policy_is_shown_as_it_was_put(identity):
    identity.put()

    answer = identity.get_policy(**identity.named, PolicyName="inline")
    del answer["ResponseMetadata"]
    assert answer == {**identity.named, "PolicyName": "inline", "PolicyDocument": READ}


def test_percent_signs_in_a_document_survive(identity):
    resource = "arn:aws:apigateway:us-east-1::/tags/arn%3Aaws%3Aapigateway"
    statement = {"Effect": "Allow", "Action": ["apigateway:PUT"], "Resource": [resource]}
    identity.put(document={"Version": "2012-10-17", "Statement": [statement]})

    document = identity.get_policy(**identity.named, PolicyName="inline")["PolicyDocument"]
    assert document["Statement"] == [statement]


def test_a_policy_of_the_same_name_is_replaced(identity):
    identity.put(document=READ | {"Id": "old"})
    identity.put(document=READ | {"Id": "new"})
    assert identity.get_policy(**identity.named, PolicyName="inline")["PolicyDocument"]["Id"] == "new"


def test_embedded_policies_are_listed_by_name(identity):
    identity.put("b")
    identity.put("a")
    identity.delete_policy(**identity.named, PolicyName="b")
    identity.put("c")
    assert identity.list_policies(**identity.named)["PolicyNames"] == ["a", "c"]


def test_managed_policies_are_attached_and_detached(identity, policy):
    identity.attach(AWS_MANAGED)
    identity.attach(policy)
    assert identity.attached() == [
        {"PolicyName": "AWSLambdaBasicExecutionRole", "PolicyArn": AWS_MANAGED},
        {"PolicyName": "everything", "PolicyArn": policy},
    ]
    assert [attached["PolicyName"] for attached in identity.attached(PathPrefix="/service-role/")] == [
        "AWSLambdaBasicExecutionRole"
    ]

    identity.detach_policy(**identity.named, PolicyArn=AWS_MANAGED)
    assert identity.attached() == [{"PolicyName": "everything", "PolicyArn": policy}]


def test_attaching_again_changes_nothing(iam, identity, policy):
    identity.attach(policy)
    identity.attach(policy)
    assert iam.get_policy(PolicyArn=policy)["Policy"]["AttachmentCount"] == 1


def test_an_identity_is_deleted_when_nothing_hangs_on_it(identity, policy, refused):
    identity.attach(policy)
    identity.put()
    delete = getattr(identity.iam, f"delete_{identity.kind}")
    message = "Cannot delete entity, must detach all policies first."
    assert refused(delete, **identity.named) == ("DeleteConflict", message, 409)

    identity.detach_policy(**identity.named, PolicyArn=policy)
    message = "Cannot delete entity, must delete policies first."
    assert refused(delete, **identity.named) == ("DeleteConflict", message, 409)

    identity.delete_policy(**identity.named, PolicyName="inline")
    identity.delete()


def test_an_embedded_policy_that_is_not_there_is_refused(identity, refused):
    error = ("NoSuchEntity", f"The {identity.kind} policy with name none cannot be found.", 404)
    assert refused(identity.get_policy, **identity.named, PolicyName="none") == error
    assert refused(identity.delete_policy, **identity.named, PolicyName="none") == error


def test_a_malformed_document_is_refused(identity, refused):
    error = ("MalformedPolicyDocument", "Syntax errors in policy.", 400)
    assert refused(identity.put_policy, **identity.named, PolicyName="p", PolicyDocument="{}") == error


@pytest.mark.parametrize(("kind", "limit"), [("role", 10240), ("user", 2048)])
def test_embedded_policies_have_a_size_together(iam, role, user, refused, kind, limit):
    identity = Identity(iam, kind, {"role": role, "user": user}[kind])
    long = json.dumps(READ | {"Id": "x" * (limit // 2)})
    identity.put_policy(**identity.named, PolicyName="one", PolicyDocument=long + " " * 1000)
    error = (
        "LimitExceeded",
        f"Maximum policy size of {limit} bytes exceeded for {kind} {identity.name}",
        409,
    )
    assert refused(identity.put_policy, **identity.named, PolicyName="two", PolicyDocument=long) == error
    assert identity.list_policies(**identity.named)["PolicyNames"] == ["one"]


def test_a_policy_that_does_not_exist_is_not_attached(identity, refused):
    for arn in ("arn:aws:iam::123456789012:policy/none", "arn:aws:iam::aws:policy/none"):
        error = ("NoSuchEntity", f"Policy {arn} does not exist or is not attachable.", 404)
        assert refused(identity.attach_policy, **identity.named, PolicyArn=arn) == error


def test_a_policy_that_is_not_attached_is_not_detached(identity, policy, refused):
    error = ("NoSuchEntity", f"Policy {policy} was not found.", 404)
    assert refused(identity.detach_policy, **identity.named, PolicyArn=policy) == error


def test_ten_policies_can_be_attached(iam, identity, refused):
    arns = [
        iam.create_policy(PolicyName=f"p{number}", PolicyDocument=json.dumps(READ))["Policy"]["Arn"]
        for number in range(11)
    ]
    for arn in arns[:10]:
        identity.attach(arn)
    quota = f"PoliciesPer{identity.kind.capitalize()}"
    error = ("LimitExceeded", f"Cannot exceed quota for {quota}: 10", 409)
    assert refused(identity.attach_policy, **identity.named, PolicyArn=arns[10]) == error


def test_an_aws_managed_policy_that_skymock_lacks_is_named(iam, role):
    with pytest.raises(NotSupported, match="arn:aws:iam::aws:policy/AmazonRDSFullAccess"):
        iam.attach_role_policy(RoleName=role, PolicyArn="arn:aws:iam::aws:policy/AmazonRDSFullAccess")
