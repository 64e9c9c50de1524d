"""The policies of tables and streams: kept in AWS's form, and held to."""

import json

import boto3
import pytest

from .tables import create_table, global_index

TABLE = "arn:aws:dynamodb:us-east-1:123456789012:table/orders"
STREAM = {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}
NOT_FOUND = "Resource-based policy not found for the provided ResourceArn: "
ALICE = "arn:aws:iam::123456789012:user/alice"
INVALID = "One or more parameter values were invalid: "
ITEM = {"pk": {"S": "a"}}


def statement(effect="Allow", action="dynamodb:GetItem", principal=ALICE, resource=TABLE, **elements):
    shown = {"Effect": effect, "Principal": {"AWS": principal}, "Action": action, "Resource": resource}
    return {**shown, **elements}


def document(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)}, separators=(",", ":"))


def put(dynamodb, *statements, arn=TABLE, **parameters):
    answer = dynamodb.put_resource_policy(ResourceArn=arn, Policy=document(*statements), **parameters)
    return answer["RevisionId"]


@pytest.fixture
def client_of_alice(cloud):
    """`client_of_alice(service)`: a client of a user without policies of her own."""
    iam = boto3.client("iam")
    iam.create_user(UserName="alice")
    key = iam.create_access_key(UserName="alice")["AccessKey"]
    session = boto3.Session(key["AccessKeyId"], key["SecretAccessKey"], region_name="us-east-1")
    return session.client


@pytest.fixture
def alice(client_of_alice):
    return client_of_alice("dynamodb")


@pytest.fixture
def stranger(cloud):
    """A DynamoDB client of another account."""
    return boto3.client(
        "dynamodb", aws_access_key_id="111111111111", aws_secret_access_key="x", aws_session_token="x"
    )


def test_a_policy_is_shown_without_whitespace_and_in_order(dynamodb, table):
    sent = {
        "Statement": {
            "Resource": [TABLE],
            "Action": ["dynamodb:GetItem"],
            "Principal": {"AWS": ["123456789012", "arn:aws:iam::123456789012:root"]},
            "Effect": "allow",
            "Sid": "Read",
        },
        "Version": "2012-10-17",
    }
    answer = dynamodb.put_resource_policy(ResourceArn=TABLE, Policy=json.dumps(sent, indent=2))

    shown = dynamodb.get_resource_policy(ResourceArn=TABLE)
    assert shown["RevisionId"] == answer["RevisionId"]
    assert shown["Policy"] == (
        '{"Version":"2012-10-17","Statement":[{"Sid":"Read","Effect":"Allow",'
        '"Principal":{"AWS":"arn:aws:iam::123456789012:root"},"Action":"dynamodb:GetItem",'
        f'"Resource":"{TABLE}"}}]}}'
    )


@pytest.mark.serverless(freeze_time="2026-03-01")
def test_the_same_policy_again_keeps_its_revision(dynamodb, table):
    first = put(dynamodb, statement())
    again = put(dynamodb, statement(action=["dynamodb:GetItem"]))
    other = put(dynamodb, statement(action="dynamodb:PutItem"))

    assert (first, again) == ("1772323200000", first)
    assert int(other) > int(first)


def test_a_policy_lets_a_user_in(dynamodb, table, alice, refused):
    before = refused(alice.get_item, TableName=table, Key=ITEM)[0]
    put(dynamodb, statement())

    assert before == "AccessDeniedException"
    assert "Item" not in alice.get_item(TableName=table, Key=ITEM)


def test_a_policy_of_a_table_speaks_of_its_indexes(dynamodb, alice):
    create_table(dynamodb, attributes={"x": "S"}, GlobalSecondaryIndexes=[global_index("by-x", "x")])
    put(dynamodb, statement(action="dynamodb:Scan", resource=f"{TABLE}/index/*"))

    assert alice.scan(TableName="orders", IndexName="by-x")["Count"] == 0


def test_a_policy_denies_what_a_users_own_allows(dynamodb, table, alice, refused):
    allowing = json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [{"Effect": "Allow", "Action": "dynamodb:*", "Resource": "*"}],
        }
    )
    boto3.client("iam").put_user_policy(UserName="alice", PolicyName="all", PolicyDocument=allowing)
    put(dynamodb, statement("Deny"))

    assert refused(alice.get_item, TableName=table, Key=ITEM) == (
        "AccessDeniedException",
        f"User: {ALICE} is not authorized to perform: dynamodb:GetItem on resource: {TABLE} "
        "with an explicit deny in a resource-based policy",
        400,
    )


def test_a_deleted_policy_lets_nobody_in(dynamodb, table, alice, refused):
    put(dynamodb, statement())
    dynamodb.delete_resource_policy(ResourceArn=TABLE)

    assert refused(alice.get_item, TableName=table, Key=ITEM)[0] == "AccessDeniedException"


def test_another_account_reaches_a_table_by_its_arn_where_the_policy_allows_it(dynamodb, table, stranger):
    dynamodb.put_item(TableName=table, Item=ITEM)
    put(dynamodb, statement(principal="111111111111"))

    assert stranger.get_item(TableName=TABLE, Key=ITEM)["Item"] == ITEM


def test_tables_of_one_name_in_two_accounts_have_items_of_their_own_in_a_transaction(
    dynamodb, table, stranger
):
    dynamodb.put_item(TableName=table, Item=ITEM)
    create_table(stranger)
    put(dynamodb, statement(principal="111111111111"))
    reads = [{"Get": {"TableName": name, "Key": ITEM}} for name in (TABLE, "orders")]

    assert stranger.transact_get_items(TransactItems=reads)["Responses"] == [{"Item": ITEM}, {}]


def test_another_account_is_refused_what_no_policy_allows(dynamodb, table, stranger, refused):
    put(dynamodb, statement(principal="111111111111"))

    code, message, _ = refused(stranger.put_item, TableName=TABLE, Item=ITEM)
    assert (code, message) == (
        "AccessDeniedException",
        "User: arn:aws:iam::111111111111:root is not authorized to perform: dynamodb:PutItem on resource: "
        f"{TABLE} because no resource-based policy allows the dynamodb:PutItem action",
    )


def test_a_user_of_another_account_needs_both_sides_to_allow_it(dynamodb, table, refused):
    elsewhere = {"aws_access_key_id": "111111111111", "aws_secret_access_key": "x", "aws_session_token": "x"}
    iam = boto3.client("iam", **elsewhere)
    iam.create_user(UserName="bob")
    key = iam.create_access_key(UserName="bob")["AccessKey"]
    bob = boto3.Session(key["AccessKeyId"], key["SecretAccessKey"], region_name="us-east-1").client(
        "dynamodb"
    )
    put(dynamodb, statement(principal="arn:aws:iam::111111111111:user/bob"))

    before = refused(bob.get_item, TableName=TABLE, Key=ITEM)[1]
    allowing = {"Effect": "Allow", "Action": "dynamodb:GetItem", "Resource": TABLE}
    iam.put_user_policy(UserName="bob", PolicyName="read", PolicyDocument=document(allowing))
    assert before.endswith("because no identity-based policy allows the dynamodb:GetItem action")
    assert "Item" not in bob.get_item(TableName=TABLE, Key=ITEM)


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        (
            {"Id": "p", "Statement": [statement(principal="123456789012")]},
            {
                "Version": "2008-10-17",
                "Id": "p",
                "Statement": [statement(principal="arn:aws:iam::123456789012:root")],
            },
        ),
        (
            {
                "Version": "2012-10-17",
                "Statement": [{**statement(), "Principal": {"Service": ["lambda.amazonaws.com"]}}],
            },
            {
                "Version": "2012-10-17",
                "Statement": [{**statement(), "Principal": {"Service": "lambda.amazonaws.com"}}],
            },
        ),
    ],
)
def test_policies_are_shown_in_their_canonical_form(dynamodb, table, sent, shown):
    dynamodb.put_resource_policy(ResourceArn=TABLE, Policy=json.dumps(sent))

    assert json.loads(dynamodb.get_resource_policy(ResourceArn=TABLE)["Policy"]) == shown


def test_create_table_takes_a_policy(dynamodb):
    create_table(dynamodb, ResourcePolicy=document(statement()))

    assert dynamodb.get_resource_policy(ResourceArn=TABLE)["Policy"] == document(statement())


def test_a_stream_has_a_policy_of_its_own(dynamodb, client_of_alice, refused):
    arn = create_table(dynamodb, StreamSpecification=STREAM)["LatestStreamArn"]
    put(dynamodb, statement(action="dynamodb:DescribeStream", resource=arn), arn=arn)

    described = client_of_alice("dynamodbstreams").describe_stream(StreamArn=arn)
    assert described["StreamDescription"]["StreamArn"] == arn
    assert refused(dynamodb.get_resource_policy, ResourceArn=TABLE)[0] == "PolicyNotFoundException"


def test_a_policy_goes_with_its_table(dynamodb, table, refused):
    put(dynamodb, statement())
    dynamodb.delete_table(TableName=table)
    create_table(dynamodb)

    assert refused(dynamodb.get_resource_policy, ResourceArn=TABLE) == (
        "PolicyNotFoundException",
        NOT_FOUND + TABLE,
        400,
    )


def test_deleting_a_policy_gives_its_revision_and_does_so_again(dynamodb, table):
    never = dynamodb.delete_resource_policy(ResourceArn=TABLE)
    revision = put(dynamodb, statement())
    answers = [dynamodb.delete_resource_policy(ResourceArn=TABLE) for _ in range(2)]

    assert "RevisionId" not in never
    assert answers[0]["RevisionId"] == revision
    assert int(answers[1]["RevisionId"]) > int(revision)


def test_a_policy_is_replaced_by_its_revision(dynamodb, table):
    first = put(dynamodb, statement(), ExpectedRevisionId="NO_POLICY")
    second = put(dynamodb, statement(action="dynamodb:Scan"), ExpectedRevisionId=first)

    assert dynamodb.delete_resource_policy(ResourceArn=TABLE, ExpectedRevisionId=second)


@pytest.mark.parametrize(
    ("exists", "expected", "message"),
    [
        (
            False,
            "7",
            "Requested update for policy with revision id 7, but table orders has no associated policy.",
        ),
        (
            True,
            "7",
            "Requested update for policy with revision id 7, but the policy associated to target table orders has "
            "revision id {}.",
        ),
        (
            True,
            "NO_POLICY",
            "Requested policy update expecting none to be present for table orders, but a policy exists with "
            "revision id {}.",
        ),
    ],
)
def test_another_revision_than_expected_is_told(dynamodb, table, refused, exists, expected, message):
    revision = put(dynamodb, statement()) if exists else ""

    answer = refused(
        dynamodb.put_resource_policy,
        ResourceArn=TABLE,
        Policy=document(statement("Deny")),
        ExpectedRevisionId=expected,
    )
    assert answer == ("PolicyNotFoundException", NOT_FOUND + message.format(revision), 400)


def test_who_locks_himself_out_must_say_so(dynamodb, table, refused):
    lockout = statement("Deny", "dynamodb:PutResourcePolicy", principal="*")

    answer = refused(dynamodb.put_resource_policy, ResourceArn=TABLE, Policy=document(lockout))
    confirmed = put(dynamodb, lockout, ConfirmRemoveSelfResourceAccess=True)
    assert confirmed
    assert answer == (
        "AccessDeniedException",
        "The new resource policy will not allow you to update the resource policy in the future.",
        400,
    )


@pytest.mark.parametrize(
    ("policy", "message"),
    [
        ("{", f"{INVALID}Invalid policy document: This policy contains invalid Json"),
        ("[]", f"{INVALID}Invalid policy document: This policy contains invalid Json"),
        (
            '{"Version": "2012-10-17", "Statement": []}',
            f"{INVALID}Invalid policy document: Could not parse the policy: Statement is empty!",
        ),
        (
            document({"Effect": "Allow", "Principal": {"AWS": ALICE}, "Action": "dynamodb:GetItem"}),
            f"{INVALID}Invalid policy document: Missing required field Resource",
        ),
        (
            '{"Version": "2012-10-17", "Statement": ["x"]}',
            f"{INVALID}Invalid policy document: Syntax errors in policy.",
        ),
        (document(statement()) + " " * 20480, f"{INVALID}Maximum policy size of 20480 bytes exceeded"),
        (
            document(statement(principal="*")),
            "Resource-based policy grants unbounded access in one or more elements. Please revise the policy to "
            "ensure least-privilege form of access",
        ),
    ],
)
def test_documents_that_are_no_policies_are_refused(dynamodb, table, refused, policy, message):
    answer = refused(dynamodb.put_resource_policy, ResourceArn=TABLE, Policy=policy)
    assert answer == ("ValidationException", message, 400)


@pytest.mark.parametrize(
    ("arn", "code", "message"),
    [
        ("orders", "ValidationException", f"{INVALID}ARNs must start with 'arn:': orders"),
        (
            "arn:aws:s3:::orders",
            "ValidationException",
            f"{INVALID}Provided Arn is not a DynamoDB resource arn: arn:aws:s3:::orders",
        ),
        (
            "arn:aws:dynamodb:us-east-1:111111111111:table/orders",
            "ValidationException",
            "This action is only supported by accounts that match the resource owner’s account.",  # noqa: RUF001
        ),
        (
            "arn:aws:dynamodb:eu-west-1:123456789012:table/orders",
            "ValidationException",
            f"{INVALID}Invalid resource Arn: arn:aws:dynamodb:eu-west-1:123456789012:table/orders",
        ),
        (
            f"{TABLE}/index/by-x",
            "ValidationException",
            f"{INVALID}Invalid resource arn provided, only table or stream is accepted. "
            f"Provided resource arn: {TABLE}/index/by-x",
        ),
        (f"{TABLE}s", "ResourceNotFoundException", "Requested resource not found: Table: orderss not found"),
        (
            f"{TABLE}/stream/2000-01-01T00:00:00.000",
            "ResourceNotFoundException",
            "Requested resource not found: Stream: 2000-01-01T00:00:00.000 not found for Table: orders",
        ),
    ],
)
def test_policies_need_a_table_or_stream_of_the_account(dynamodb, table, refused, arn, code, message):
    assert refused(dynamodb.get_resource_policy, ResourceArn=arn) == (code, message, 400)
