"""The evaluator: whom policies allow what."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skymock.cloud.clock import Clock
from skymock.cloud.policies import (
    CallKeys,
    access_denied_message,
    granted,
    identity_policy,
    is_allowed,
    refusal,
    resource_policy,
    trust_policy,
)
from skymock.cloud.principals import Principal, root_of, service_principal

TABLE = "arn:aws:dynamodb:us-east-1:111111111111:table/orders"


def statement(effect="Allow", action="*", resource="*", **further):
    return {"Effect": effect, "Action": action, "Resource": resource, **further}


def policy(*statements, version="2012-10-17"):
    return identity_policy(json.dumps({"Version": version, "Statement": list(statements)}))


def of_resource(*statements):
    return resource_policy(json.dumps({"Version": "2012-10-17", "Statement": list(statements)}))


def user(*policies, account_id="111111111111", **further):
    arn = f"arn:aws:iam::{account_id}:user/alice"
    return Principal("user", account_id, arn, "AIDAALICE", lambda: policies, **further)


def session(*policies, account_id="111111111111", **further):
    return Principal(
        "assumed-role",
        account_id,
        f"arn:aws:sts::{account_id}:assumed-role/reader/tests",
        "AROAREADER:tests",
        lambda: policies,
        role_arn=f"arn:aws:iam::{account_id}:role/team/reader",
        **further,
    )


def test_nothing_is_allowed_without_a_policy():
    assert not is_allowed([], "dynamodb:GetItem", TABLE, {})


def test_a_deny_wins_over_any_allow():
    policies = [policy(statement()), policy(statement("Deny", "dynamodb:Delete*"))]
    assert is_allowed(policies, "dynamodb:GetItem", TABLE, {})
    assert not is_allowed(policies, "dynamodb:DeleteItem", TABLE, {})


@pytest.mark.parametrize(
    ("pattern", "action", "matches"),
    [
        ("*", "dynamodb:GetItem", True),
        ("dynamodb:*", "dynamodb:GetItem", True),
        ("dynamodb:GetItem", "dynamodb:GetItem", True),
        ("DynamoDB:getitem", "dynamodb:GetItem", True),
        ("dynamodb:Get*", "dynamodb:GetItem", True),
        ("dynamodb:*Item", "dynamodb:GetItem", True),
        ("dynamodb:?etItem", "dynamodb:GetItem", True),
        ("dynamodb:GetItem?", "dynamodb:GetItem", False),
        ("dynamodb:Get", "dynamodb:GetItem", False),
        ("s3:*", "dynamodb:GetItem", False),
        (["s3:*", "dynamodb:Query", "dynamodb:GetItem"], "dynamodb:GetItem", True),
    ],
)
def test_an_action_is_named_in_any_case_and_with_wildcards(pattern, action, matches):
    assert is_allowed([policy(statement(action=pattern))], action, TABLE, {}) is matches


@pytest.mark.parametrize(
    ("pattern", "resource", "matches"),
    [
        ("*", "*", True),
        ("*", TABLE, True),
        (TABLE, TABLE, True),
        (TABLE, TABLE + "/index/by_date", False),
        (TABLE + "/*", TABLE + "/index/by_date", True),
        (TABLE.replace("orders", "Orders"), TABLE, False),
        (TABLE.replace("orders", "order?"), TABLE, True),
        ("arn:aws:dynamodb:*:*:table/*", TABLE, True),
        ("arn:aws:dynamodb:*:*:table/*", "*", False),
        ("arn:aws:dynamodb:us-*-1:111111111111:table/orders", TABLE, True),
        ("arn:aws:dynamodb:us-*-2:111111111111:table/orders", TABLE, False),
        ("arn:aws:dynamodb:us-east-?:111111111111:table/orders", TABLE, True),
        ("arn:aws:dynamodb:*", TABLE, True),
        ("arn:aws:logs:*:*:*", "arn:aws:logs:eu-west-1:111111111111:log-group:a:log-stream:b", True),
        ("arn:aws:s3:::photos/*", "arn:aws:s3:::photos/2024/cat.jpg", True),
        ("arn:aws:s3:::photos/*.jpg", "arn:aws:s3:::photos/2024/cat.jpg", True),
        ("arn:aws:s3:::photos", "arn:aws:s3:::photos/cat.jpg", False),
        ("arn:aws:s3:::a*c/x", "arn:aws:s3:::a:c/x", True),
        # A wildcard inside of a segment does not leave it: this is not region "east" of account "x".
        ("arn:aws:dynamodb:e*t:x:table/orders", "arn:aws:dynamodb:east:x:t:x:table/orders", False),
    ],
)
def test_a_resource_is_named_by_its_arn_with_wildcards(pattern, resource, matches):
    assert is_allowed([policy(statement(resource=pattern))], "a:B", resource, {}) is matches


def test_not_action_speaks_of_all_other_actions():
    policies = [policy({"Effect": "Allow", "NotAction": ["iam:*", "sts:AssumeRole"], "Resource": "*"})]
    assert is_allowed(policies, "dynamodb:GetItem", TABLE, {})
    assert not is_allowed(policies, "iam:CreateUser", "*", {})
    assert not is_allowed(policies, "sts:AssumeRole", "*", {})


def test_not_resource_speaks_of_all_other_resources():
    policies = [policy(statement(), {"Effect": "Deny", "Action": "*", "NotResource": [TABLE, TABLE + "/*"]})]
    assert is_allowed(policies, "dynamodb:GetItem", TABLE, {})
    assert not is_allowed(policies, "dynamodb:GetItem", TABLE + "s", {})


def test_a_single_statement_needs_no_list():
    document = {"Version": "2012-10-17", "Statement": statement(action="s3:GetObject")}
    assert is_allowed([identity_policy(json.dumps(document))], "s3:GetObject", "arn:aws:s3:::a/b", {})


@pytest.mark.parametrize(
    ("resource", "keys", "matches"),
    [
        ("arn:aws:s3:::home/${aws:username}/*", {"aws:username": "alice"}, True),
        ("arn:aws:s3:::home/${AWS:UserName}/*", {"aws:username": "alice"}, True),
        ("arn:aws:s3:::home/${aws:username}/*", {"aws:username": "bob"}, False),
        ("arn:aws:s3:::home/${aws:username}/*", {"aws:username": "*"}, False),
        ("arn:aws:s3:::home/${aws:username}/*", {}, False),
        ("arn:aws:s3:::home/${aws:username, 'alice'}/*", {}, True),
        ("arn:aws:s3:::home/${aws:username, 'alice'}/*", {"aws:username": "bob"}, False),
        ("arn:aws:s3:::home/alice/${*}", {}, False),
    ],
)
def test_a_variable_stands_for_a_key_of_the_request(resource, keys, matches):
    policies = [policy(statement(resource=resource))]
    assert is_allowed(policies, "s3:GetObject", "arn:aws:s3:::home/alice/a.txt", keys) is matches


def test_an_escaped_wildcard_is_the_character_itself():
    policies = [policy(statement(resource="arn:aws:s3:::odd/${*}${?}${$}"))]
    assert is_allowed(policies, "s3:GetObject", "arn:aws:s3:::odd/*?$", {})
    assert not is_allowed(policies, "s3:GetObject", "arn:aws:s3:::odd/abc", {})


def test_the_old_version_knows_no_variables():
    old = policy(statement(resource="arn:aws:s3:::home/${aws:username}"), version="2008-10-17")
    assert not is_allowed([old], "s3:GetObject", "arn:aws:s3:::home/alice", {"aws:username": "alice"})
    assert is_allowed([old], "s3:GetObject", "arn:aws:s3:::home/${aws:username}", {})


NOBODY_ALLOWS = "because no {} policy allows the dynamodb:GetItem action"

ALLOW = policy(statement())
DENY = policy(statement("Deny"))
OTHER = policy(statement(action="s3:*"))


@pytest.mark.parametrize(
    ("principal", "reason"),
    [
        (user(ALLOW), None),
        (user(), NOBODY_ALLOWS.format("identity-based")),
        (user(OTHER), NOBODY_ALLOWS.format("identity-based")),
        (user(ALLOW, DENY), "with an explicit deny in an identity-based policy"),
        (session(ALLOW), None),
        (session(ALLOW, session_policies=[ALLOW]), None),
        (session(ALLOW, session_policies=[OTHER, ALLOW]), None),
        (session(ALLOW, session_policies=[OTHER]), NOBODY_ALLOWS.format("session")),
        (session(ALLOW, session_policies=[]), NOBODY_ALLOWS.format("session")),
        (session(OTHER, session_policies=[ALLOW]), NOBODY_ALLOWS.format("identity-based")),
        (session(ALLOW, session_policies=[ALLOW, DENY]), "with an explicit deny in a session policy"),
        (root_of("111111111111"), None),
    ],
)
def test_a_refusal_names_the_kind_of_policy(principal, reason):
    assert refusal(principal, "dynamodb:GetItem", TABLE, {}) == reason


def allowing(principal):
    return of_resource(statement(Principal=principal))


def denying(principal):
    return of_resource(statement(Principal="*"), statement("Deny", Principal=principal))


ALICE = "arn:aws:iam::111111111111:user/alice"
READER = "arn:aws:iam::111111111111:role/team/reader"
READER_SESSION = "arn:aws:sts::111111111111:assumed-role/reader/tests"


@pytest.mark.parametrize(
    ("principal", "own", "reason"),
    [
        # In its own account a resource may let in whom it names.
        (user(), allowing({"AWS": ALICE}), None),
        (user(), allowing("*"), None),
        (user(), allowing({"AWS": "*"}), None),
        (user(), allowing({"AWS": ["arn:aws:iam::111111111111:user/bob"]}), NOBODY_ALLOWS.format("identity-based")),
        # The account is no one in particular: its own policies have to allow it.
        (user(), allowing({"AWS": "111111111111"}), NOBODY_ALLOWS.format("identity-based")),
        (user(), allowing({"AWS": "arn:aws:iam::111111111111:root"}), NOBODY_ALLOWS.format("identity-based")),
        (user(ALLOW), allowing({"AWS": "111111111111"}), None),
        # What a role is given, its session's policies limit; what the session itself is given, they do not.
        (session(), allowing({"AWS": READER}), None),
        (session(session_policies=[OTHER]), allowing({"AWS": READER}), NOBODY_ALLOWS.format("session")),
        (session(session_policies=[OTHER]), allowing({"AWS": READER_SESSION}), None),
        (user(DENY), allowing({"AWS": ALICE}), "with an explicit deny in an identity-based policy"),
        (user(ALLOW), denying({"AWS": ALICE}), "with an explicit deny in a resource-based policy"),
        (user(ALLOW), denying({"AWS": "111111111111"}), "with an explicit deny in a resource-based policy"),
        (session(ALLOW), denying({"AWS": READER}), "with an explicit deny in a resource-based policy"),
        (user(ALLOW), denying({"AWS": "222222222222"}), None),
        (service_principal("sns.amazonaws.com", "111111111111"), allowing({"Service": "sns.amazonaws.com"}), None),
        (
            service_principal("sns.amazonaws.com", "111111111111"),
            allowing({"AWS": "111111111111"}),
            NOBODY_ALLOWS.format("resource-based"),
        ),
    ],
)  # fmt: skip
def test_a_resource_policy_counts_in_its_own_account(principal, own, reason):
    found = refusal(
        principal, "dynamodb:GetItem", TABLE, {}, resource_policy=own, resource_account_id="111111111111"
    )
    assert found == reason


@pytest.mark.parametrize(
    ("principal", "own", "reason"),
    [
        (user(ALLOW, account_id="222222222222"), None, NOBODY_ALLOWS.format("resource-based")),
        (user(ALLOW, account_id="222222222222"), allowing({"AWS": "222222222222"}), None),
        (
            user(account_id="222222222222"),
            allowing({"AWS": "arn:aws:iam::222222222222:user/alice"}),
            NOBODY_ALLOWS.format("identity-based"),
        ),
        (user(ALLOW, account_id="222222222222"), allowing({"AWS": ALICE}), NOBODY_ALLOWS.format("resource-based")),
    ],
)  # fmt: skip
def test_across_accounts_both_sides_have_to_allow_it(principal, own, reason):
    found = refusal(
        principal, "dynamodb:GetItem", TABLE, {}, resource_policy=own, resource_account_id="111111111111"
    )
    assert found == reason


def test_not_principal_denies_all_others():
    own = of_resource(
        statement(Principal="*"), {"Effect": "Deny", "NotPrincipal": {"AWS": ALICE}, "Action": "*", "Resource": "*"}
    )  # fmt: skip
    assert granted(own, user(), "dynamodb:GetItem", TABLE, {})
    assert granted(own, session(), "dynamodb:GetItem", TABLE, {}) is None


@pytest.mark.parametrize(
    ("element", "principal", "trusts"),
    [
        ({"Service": "lambda.amazonaws.com"}, service_principal("lambda.amazonaws.com", "111111111111"), True),
        ({"Service": "lambda.amazonaws.com"}, service_principal("sns.amazonaws.com", "111111111111"), False),
        ({"Service": "lambda.amazonaws.com"}, root_of("111111111111"), False),
        ({"AWS": "arn:aws:iam::111111111111:root"}, root_of("111111111111"), True),
        ({"AWS": "111111111111"}, user(), True),
        ({"AWS": "222222222222"}, user(), False),
        ({"AWS": [ALICE, "222222222222"], "Service": "a.amazonaws.com"}, user(), True),
        ({"Federated": "accounts.google.com"}, Principal("federated", "1", "accounts.google.com", "g"), True),
        ({"AWS": "111111111111"}, Principal("anonymous", "111111111111", "anonymous", "anonymous"), False),
    ],
)  # fmt: skip
def test_a_trust_policy_names_principals(element, principal, trusts):
    trust = trust_policy(
        json.dumps({"Statement": [{"Effect": "Allow", "Principal": element, "Action": "sts:AssumeRole"}]})
    )
    assert bool(granted(trust, principal, "sts:AssumeRole", READER, {})) is trusts


def test_the_message_of_a_denial_is_awss():
    reason = refusal(user(), "dynamodb:GetItem", TABLE, {})
    assert access_denied_message(user(), "dynamodb:GetItem", TABLE, reason) == (
        "User: arn:aws:iam::111111111111:user/alice is not authorized to perform: dynamodb:GetItem on resource: "
        "arn:aws:dynamodb:us-east-1:111111111111:table/orders because no identity-based policy allows the "
        "dynamodb:GetItem action"
    )


@pytest.mark.parametrize(
    ("principal", "key", "value"),
    [
        (user(), "aws:username", "alice"),
        (session(), "aws:username", None),
        (user(), "aws:userid", "AIDAALICE"),
        (user(), "aws:principalarn", ALICE),
        (session(), "aws:principalarn", READER),
        (user(), "aws:principalaccount", "111111111111"),
        (user(), "aws:principaltype", "User"),
        (session(), "aws:principaltype", "AssumedRole"),
        (user(tags=lambda: {"Team": "red"}), "aws:principaltag/team", "red"),
        (user(), "aws:principaltag/team", None),
        (user(), "aws:requestedregion", "eu-west-1"),
        (user(), "aws:resourceaccount", "111111111111"),
        (user(), "aws:securetransport", "true"),
        (user(), "aws:sourceip", "127.0.0.1"),
        (user(), "aws:currenttime", "2024-03-01T12:00:00Z"),
        (user(), "aws:epochtime", "1709294400"),
        (user(), "aws:tokenissuetime", None),
        (session(issued_at_seconds=1709290800), "aws:tokenissuetime", "2024-03-01T11:00:00Z"),
        (user(), "aws:multifactorauthpresent", None),
        (session(issued_at_seconds=1709290800), "aws:multifactorauthpresent", "false"),
        (service_principal("sns.amazonaws.com", "333333333333"), "aws:principalisawsservice", "true"),
        (service_principal("sns.amazonaws.com", "333333333333"), "aws:sourceaccount", "333333333333"),
        (service_principal("sns.amazonaws.com", "333333333333"), "aws:principalarn", None),
        (user(), "aws:sourceaccount", None),
        (user(), "dynamodb:leadingkeys", ["a", "b"]),
        (user(), "aws:unheardof", None),
    ],
)
def test_a_call_has_condition_keys(principal, key, value):
    clock = Clock()
    with clock.standing_at(1709294400):
        keys = CallKeys(principal, "eu-west-1", TABLE, clock, lambda: {"dynamodb:LeadingKeys": ["a", "b"]})
        assert keys.get(key) == value


def test_a_call_may_have_no_keys_of_the_services_own():
    assert CallKeys(user(), "eu-west-1", TABLE, Clock()).get("dynamodb:leadingkeys") is None


names = st.text("abcAB:*?/${}", max_size=8)


@given(st.lists(names, max_size=4), names)
def test_a_resource_without_special_characters_names_itself_alone(others, name):
    plain = name.translate({ord(character): "x" for character in "*?${}"})
    texts = [f"arn:aws:s3:::{text}" for text in [*others, plain]]
    own = policy(statement(resource=texts[-1]))
    for text in texts:
        assert is_allowed([own], "s3:GetObject", text, {}) is (text == texts[-1])


@given(st.text(max_size=12))
def test_any_text_is_matched_by_its_escaped_form(text):
    escaped = "".join(f"${{{character}}}" if character in "*?$" else character for character in text)
    own = policy(statement(resource=f"arn:aws:s3:::{escaped}"))
    assert is_allowed([own], "s3:GetObject", f"arn:aws:s3:::{text}", {})
    assert not is_allowed([own], "s3:GetObject", f"arn:aws:s3:::{text}!", {})


effects = st.sampled_from(["Allow", "Deny"])
actions = st.sampled_from(["s3:GetObject", "s3:*", "s3:Put*", "*"])


@given(st.lists(st.tuples(effects, actions), max_size=6), st.randoms())
def test_the_order_of_statements_and_policies_makes_no_difference(pairs, chance):
    policies = [policy(statement(effect, action)) for effect, action in pairs]
    shuffled = list(policies)
    chance.shuffle(shuffled)
    decided = is_allowed(policies, "s3:GetObject", TABLE, {})
    assert is_allowed(shuffled, "s3:GetObject", TABLE, {}) is decided
    if pairs:
        together = policy(*(statement(effect, action) for effect, action in pairs))
        assert is_allowed([together], "s3:GetObject", TABLE, {}) is decided


@given(st.lists(st.tuples(effects, actions), max_size=6))
def test_a_further_deny_never_allows(pairs):
    policies = [policy(statement(effect, action)) for effect, action in pairs]
    assert not is_allowed([*policies, policy(statement("Deny", "s3:Get*"))], "s3:GetObject", TABLE, {})
