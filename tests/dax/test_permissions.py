"""Who may do what: callers need `dax:` actions on the cluster, the cluster's role needs DynamoDB's."""

import json

import boto3
import pytest
from botocore.exceptions import ClientError

KEY = {"pk": {"S": "a"}}
CLUSTER = "arn:aws:dax:us-east-1:123456789012:cache/orders"


def document(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(*actions, resource="*", **more):
    return {"Effect": "Allow", "Action": list(actions), "Resource": resource, **more}


@pytest.fixture
def as_user(cloud, create_cluster, connect):
    """A client of a new cluster, with the credentials of an IAM user who may do what is stated."""

    def make(*statements):
        iam = boto3.client("iam")
        iam.create_user(UserName="reader")
        iam.put_user_policy(UserName="reader", PolicyName="p", PolicyDocument=document(*statements))
        key = iam.create_access_key(UserName="reader")["AccessKey"]
        return connect(
            create_cluster()["ClusterDiscoveryEndpoint"]["URL"],
            aws_access_key_id=key["AccessKeyId"],
            aws_secret_access_key=key["SecretAccessKey"],
        )

    return make


def refused(call, **parameters):
    with pytest.raises(ClientError) as caught:
        call(**parameters)
    return caught.value.response["Error"]["Code"], caught.value.response["Error"]["Message"]


def test_a_user_needs_no_permission_of_dynamodbs(as_user, table):
    dax = as_user(allow("dax:GetItem", resource=CLUSTER))

    assert dax.get_item(TableName=table, Key=KEY).get("Item") is None


def test_an_action_that_is_not_allowed_is_refused(as_user, table):
    dax = as_user(allow("dax:GetItem", resource=CLUSTER), allow("dynamodb:*"))

    assert refused(dax.put_item, TableName=table, Item=KEY) == (
        "AccessDeniedException",
        f"User: arn:aws:iam::123456789012:user/reader is not authorized to perform: dax:PutItem on resource: {CLUSTER} "
        "because no identity-based policy allows the dax:PutItem action",
    )


def test_a_transaction_needs_the_action_of_each_of_its_items(as_user, table):
    enclosed = {"ForAnyValue:StringEquals": {"dax:EnclosingOperation": ["TransactWriteItems"]}}
    dax = as_user(allow("dax:PutItem", resource=CLUSTER, Condition=enclosed))

    dax.transact_write_items(TransactItems=[{"Put": {"TableName": table, "Item": KEY}}])
    delete = {"Delete": {"TableName": table, "Key": {"pk": {"S": "b"}}}}
    assert refused(dax.transact_write_items, TransactItems=[delete])[0] == "AccessDeniedException"
    assert refused(dax.put_item, TableName=table, Item=KEY)[0] == "AccessDeniedException"


def test_the_control_plane_needs_its_own_actions(as_user, clusters):
    as_user(allow("dax:DescribeClusters"))
    key = boto3.client("iam").create_access_key(UserName="reader")["AccessKey"]
    reader = boto3.client(
        "dax", aws_access_key_id=key["AccessKeyId"], aws_secret_access_key=key["SecretAccessKey"]
    )

    assert len(reader.describe_clusters()["Clusters"]) == 1
    code, message = refused(reader.delete_cluster, ClusterName="orders")
    assert code == "AccessDeniedException"
    assert "is not authorized to perform: dax:DeleteCluster on resource: *" in message


def test_temporary_credentials_need_their_token(cloud, create_cluster, client_class, connect, table):
    iam = boto3.client("iam")
    trust = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}
    role = iam.create_role(RoleName="reader", AssumeRolePolicyDocument=document(trust))["Role"]
    iam.put_role_policy(RoleName="reader", PolicyName="p", PolicyDocument=document(allow("dax:*")))
    credentials = boto3.client("sts").assume_role(RoleArn=role["Arn"], RoleSessionName="s1")["Credentials"]
    url = create_cluster()["ClusterDiscoveryEndpoint"]["URL"]
    keys = {
        "aws_access_key_id": credentials["AccessKeyId"],
        "aws_secret_access_key": credentials["SecretAccessKey"],
    }

    dax = connect(url, aws_session_token=credentials["SessionToken"], **keys)
    assert dax.get_item(TableName=table, Key=KEY).get("Item") is None
    with pytest.raises(ClientError, match="The security token included in the request is invalid"):
        client_class(endpoint_url=url, aws_session_token="other", **keys)


@pytest.fixture
def service_role(cloud):
    """Make the cluster's role, with a policy."""

    def make(*statements, service="dax.amazonaws.com"):
        trust = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
        iam = boto3.client("iam")
        role = iam.create_role(RoleName="dax", AssumeRolePolicyDocument=document(trust))["Role"]
        iam.put_role_policy(RoleName="dax", PolicyName="p", PolicyDocument=document(*statements))
        return role["Arn"]

    return make


def test_a_cluster_may_do_what_its_role_may(service_role, create_cluster, connect, table):
    role = service_role(allow("dynamodb:DescribeTable", "dynamodb:GetItem"))
    dax = connect(create_cluster(IamRoleArn=role)["ClusterDiscoveryEndpoint"]["URL"])

    assert dax.get_item(TableName=table, Key=KEY).get("Item") is None
    code, message = refused(dax.put_item, TableName=table, Item=KEY)
    assert code == "AccessDeniedException"
    assert message.startswith(
        "User: arn:aws:sts::123456789012:assumed-role/dax/orders is not authorized to perform: dynamodb:PutItem"
    )


def test_a_role_that_does_not_trust_dax_makes_no_cluster(service_role, create_cluster, clusters):
    role = service_role(allow("*"), service="ec2.amazonaws.com")

    with pytest.raises(clusters.exceptions.InvalidParameterValueException) as caught:
        create_cluster(IamRoleArn=role)
    assert caught.value.response["Error"]["Message"] == f"No permission to assume role: {role}"
    assert clusters.describe_clusters()["Clusters"] == []
