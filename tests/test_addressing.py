from itertools import product

import botocore.session
import pytest
from botocore.endpoint_provider import EndpointProvider
from botocore.exceptions import EndpointProviderError
from hypothesis import given, settings
from hypothesis import strategies as st

from skymock.addressing import Address, address_of, credential_scope
from skymock.addressing.address import partition_of
from skymock.wire import Headers, Request

SERVICES = (
    *("dynamodb", "dynamodbstreams", "dax", "lambda", "apigateway", "apigatewayv2"),
    *("apigatewaymanagementapi", "cognito-idp", "cognito-identity", "iam", "sts", "s3", "kinesis"),
    *("cloudfront", "sqs", "sns", "logs", "events", "application-autoscaling"),
)
GLOBAL_SERVICES = {"iam", "cloudfront"}
REGIONS = (
    *("us-east-1", "us-west-2", "eu-central-1", "ap-southeast-5", "mx-central-1"),
    *("cn-north-1", "cn-northwest-1", "us-gov-west-1", "us-gov-east-1"),
    *("us-iso-east-1", "us-isob-east-1", "us-isof-south-1", "eu-isoe-west-1", "eusc-de-east-1"),
)
ACCOUNT = "123456789012"

_LOADER = botocore.session.get_session().get_component("data_loader")
_PARTITIONS = _LOADER.load_data("partitions")


@pytest.fixture(scope="module")
def providers():
    return {name: _provider(name) for name in SERVICES}


def _provider(service):
    return EndpointProvider(_LOADER.load_service_model(service, "endpoint-rule-set-1"), _PARTITIONS)


def signed(region, service, key="AKIDEXAMPLE"):
    scope = f"{key}/20300101/{region}/{service}/aws4_request"
    return Headers({"Authorization": f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0"})


def address_of_url(url, region="us-east-1", service="any"):
    request = Request("POST", url)
    path = "/v2/apis" if service == "apigatewayv2" else "/@connections/abc=" if "execute-api" in url else "/"
    return address_of(request.host, path, signed(region, service))


@pytest.mark.parametrize("service", SERVICES)
def test_every_endpoint_botocore_resolves_is_understood(providers, service):
    understood = 0
    for region, dual_stack, fips in product(REGIONS, (False, True), (False, True)):
        try:
            endpoint = providers[service].resolve_endpoint(
                Region=region, UseDualStack=dual_stack, UseFIPS=fips
            )
        except EndpointProviderError:
            continue  # this partition has no such endpoint
        address = address_of_url(endpoint.url, region, service)

        assert address is not None, endpoint.url
        assert address.service == service, endpoint.url
        assert address.partition == partition_of(region), endpoint.url
        if service not in GLOBAL_SERVICES:
            assert address.region == region, endpoint.url
        understood += 1
    assert understood > 20


@pytest.mark.parametrize(
    ("service", "parameters"),
    [
        ("dynamodb", {}),
        ("dynamodb", {"ResourceArn": f"arn:aws:dynamodb:us-east-1:{ACCOUNT}:table/t"}),
        ("dynamodb", {"IsSearchOperation": True}),
        ("dynamodbstreams", {}),
        ("dynamodbstreams", {"StreamArn": f"arn:aws:dynamodb:us-east-1:{ACCOUNT}:table/t/stream/l"}),
        ("kinesis", {"OperationType": "data"}),
        ("kinesis", {"OperationType": "control"}),
        ("kinesis", {"OperationType": "data", "StreamARN": f"arn:aws:kinesis:us-east-1:{ACCOUNT}:stream/s"}),
    ],
)
@pytest.mark.parametrize("dual_stack", [False, True])
def test_account_based_endpoints_name_the_account(providers, service, parameters, dual_stack):
    endpoint = providers[service].resolve_endpoint(
        Region="us-east-1",
        UseDualStack=dual_stack,
        UseFIPS=False,
        AccountId=ACCOUNT,
        AccountIdEndpointMode="required",
        **parameters,
    )

    assert ACCOUNT in endpoint.url
    assert address_of_url(endpoint.url) == Address(service, "us-east-1", ACCOUNT)


@pytest.mark.parametrize(
    "bucket", ["plain", "with.dots", "s3.us-west-2", "us-west-2", "s3-website-us-east-1"]
)
@pytest.mark.parametrize(
    ("region", "fips"),
    [
        ("us-east-1", False),
        ("us-east-1", True),
        ("eu-west-1", False),
        ("cn-north-1", False),
        ("us-gov-west-1", True),
    ],
)
@pytest.mark.parametrize("dual_stack", [False, True])
def test_the_bucket_in_a_virtual_hosted_name_is_found(providers, bucket, region, dual_stack, fips):
    endpoint = providers["s3"].resolve_endpoint(
        Bucket=bucket, Region=region, UseDualStack=dual_stack, UseFIPS=fips, Accelerate=False
    )
    in_path = endpoint.url.endswith(f"/{bucket}")

    address = address_of_url(endpoint.url, region, "s3")

    expected = Address("s3", region, None, partition_of(region), None if in_path else bucket)
    assert address == expected


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("queue.amazonaws.com", Address("sqs", "eu-west-3")),
        ("us-west-2.queue.amazonaws.com", Address("sqs", "us-west-2")),
        ("cn-north-1.queue.amazonaws.com.cn", Address("sqs", "cn-north-1", partition="aws-cn")),
        ("s3.amazonaws.com", Address("s3", "eu-west-3")),
        ("s3-us-west-2.amazonaws.com", Address("s3", "us-west-2")),
        ("b.s3-eu-west-1.amazonaws.com", Address("s3", "eu-west-1", id="b")),
        ("s3-external-1.amazonaws.com", Address("s3", "eu-west-3")),
        (
            "s3-fips-us-gov-west-1.amazonaws.com",
            Address("s3", "us-gov-west-1", partition="aws-us-gov"),
        ),
        ("iam.us-gov.amazonaws.com", Address("iam", "us-gov-west-1", partition="aws-us-gov")),
        ("stream-logs.us-east-1.amazonaws.com", Address("logs", "us-east-1")),
        ("search-dynamodb.us-east-1.amazonaws.com", Address("dynamodb", "us-east-1")),
        ("abc.endpoint.events.amazonaws.com", Address("events", "eu-west-3", id="abc")),
        ("vpce-1a-2b.dynamodb.us-east-1.vpce.amazonaws.com", Address("dynamodb", "us-east-1")),
    ],
)
def test_old_and_odd_forms_of_endpoints(host, expected):
    region = "us-gov-west-1" if "us-gov" in host else "eu-west-3"
    assert address_of(host, headers=signed(region, "any")) == expected


@pytest.mark.parametrize(
    ("host", "path", "expected"),
    [
        (
            "a1b2.execute-api.us-east-1.amazonaws.com",
            "/prod/x",
            Address("execute-api", "us-east-1", id="a1b2"),
        ),
        (
            "a1b2-vpce-0c1d.execute-api.us-east-1.amazonaws.com",
            "/prod",
            Address("execute-api", "us-east-1", id="a1b2"),
        ),
        (
            "a1b2.execute-api.cn-north-1.amazonaws.com.cn",
            "/",
            Address("execute-api", "cn-north-1", partition="aws-cn", id="a1b2"),
        ),
        (
            "a1b2.execute-api.us-east-1.amazonaws.com",
            "/prod/%40connections/x%3D",
            Address("apigatewaymanagementapi", "us-east-1", id="a1b2"),
        ),
        ("u1.lambda-url.eu-west-1.on.aws", "/", Address("lambda-url", "eu-west-1", id="u1")),
        (
            "cognito-idp.us-east-1.amazonaws.com",
            "/us-east-1_aB3/.well-known/jwks.json",
            Address("cognito-idp-pool", "us-east-1", id="us-east-1_aB3"),
        ),
        (
            "issuer-cognito-idp.us-east-1.amazonaws.com",
            "/us-east-1_aB3/.well-known/openid-configuration",
            Address("cognito-idp-pool", "us-east-1", id="us-east-1_aB3"),
        ),
        (
            "my-app.auth.eu-west-1.amazoncognito.com",
            "/oauth2/token",
            Address("cognito-auth", "eu-west-1", id="my-app"),
        ),
        (
            "my-app.auth-fips.us-gov-west-1.amazoncognito.com",
            "/login",
            Address("cognito-auth", "us-gov-west-1", partition="aws-us-gov", id="my-app"),
        ),
        ("d111111abcdef8.cloudfront.net", "/", Address("cloudfront-edge", id="d111111abcdef8")),
        (
            "site.example.s3-website-us-east-1.amazonaws.com",
            "/",
            Address("s3-website", "us-east-1", id="site.example"),
        ),
        ("site.s3-website.eu-central-1.amazonaws.com", "/", Address("s3-website", "eu-central-1", id="site")),
        (
            "mine.a1b2c3.dax-clusters.us-east-1.amazonaws.com",
            "/",
            Address("dax-cluster", "us-east-1", id="mine"),
        ),
        ("169.254.100.1:9001", "/2026-01-15/metadata", Address("lambda-environment")),
        ("169.254.169.254", "/latest/api/token", Address("imds")),
        ("169.254.170.2", "/v2/credentials/x", Address("imds")),
        ("[fd00:ec2::254]:80", "/latest/api/token", Address("imds")),
    ],
)
def test_hosts_of_things_that_an_api_made(host, path, expected):
    assert address_of(host, path) == expected


@pytest.mark.parametrize(
    ("host", "service"),
    [
        ("ec2.us-east-1.amazonaws.com", "ec2"),
        ("ec2.us-east-1.api.aws", "ec2"),
        ("monitoring.us-east-1.amazonaws.com", "cloudwatch"),
        ("sync-states.us-east-1.amazonaws.com", "sync-states"),
        ("runtime.sagemaker.us-east-1.amazonaws.com", "sagemaker-runtime"),
        ("123456789012.s3-control.us-east-1.amazonaws.com", "s3control"),
        ("xyz.appsync-api.us-east-1.amazonaws.com", "appsync-api"),
    ],
)
def test_services_outside_skymock_are_named(host, service):
    assert address_of(host).service == service


@pytest.mark.parametrize(
    ("host", "feature", "identifier"),
    [
        ("ap-123456789012.s3-accesspoint.us-east-1.amazonaws.com", "accesspoint", "ap-123456789012"),
        ("alias.accesspoint.s3-global.amazonaws.com", "multi-region-accesspoint", "alias"),
        ("ap-123456789012.s3-object-lambda.us-east-1.amazonaws.com", "object-lambda", "ap-123456789012"),
        ("b.op-01ac.s3-outposts.us-east-1.amazonaws.com", "outposts", "b.op-01ac"),
        ("b.s3-accelerate.amazonaws.com", "accelerate", "b"),
        ("b.s3-accelerate.dualstack.amazonaws.com", "accelerate", "b"),
        ("b--use1-az4--x-s3.s3express-use1-az4.us-east-1.amazonaws.com", "express", "b--use1-az4--x-s3"),
        ("s3express-control.us-east-1.amazonaws.com", "express-control", None),
    ],
)
def test_special_s3_hosts_are_marked(host, feature, identifier):
    assert address_of(host) == Address("s3", "us-east-1", id=identifier, feature=feature)


@pytest.mark.parametrize(
    "host",
    ["example.com", "localhost", "", "amazonaws.com", ".", "amazonaws.com.evil.example", "xamazonaws.com"],
)
def test_other_hosts_are_not_awss(host):
    assert address_of(host) is None


ENDPOINTS = frozenset({"localhost:4566"})


@pytest.mark.parametrize(
    ("path", "headers", "expected"),
    [
        ("/", signed("eu-west-1", "lambda"), Address("lambda", "eu-west-1")),
        ("/v2/apis", signed("eu-west-1", "apigateway"), Address("apigatewayv2", "eu-west-1")),
        ("/restapis", signed("eu-west-1", "apigateway"), Address("apigateway", "eu-west-1")),
        ("/", signed("cn-north-1", "sts"), Address("sts", "cn-north-1", partition="aws-cn")),
        ("/", signed("eu-west-1", "monitoring"), Address("cloudwatch", "eu-west-1")),
        ("/", Headers({"X-Amz-Target": "AWSCognitoIdentityService.GetId"}), Address("cognito-identity")),
        (
            "/",
            Headers({"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}),
            Address("sts"),
        ),
        (
            "/eu-west-1_aB3/.well-known/jwks.json",
            Headers(),
            Address("cognito-idp-pool", "eu-west-1", id="eu-west-1_aB3"),
        ),
        ("/bucket/key", Headers(), Address("s3")),
    ],
)
def test_at_a_custom_endpoint_the_request_says_what_it_is_for(path, headers, expected):
    assert address_of("localhost:4566", path, headers, endpoints=ENDPOINTS) == expected


def test_the_target_tells_streams_from_tables_at_a_custom_endpoint():
    headers = signed("us-east-1", "dynamodb")
    headers["X-Amz-Target"] = "DynamoDBStreams_20120810.ListStreams"

    address = address_of("localhost:4566", "/", headers, endpoints=ENDPOINTS)

    assert address == Address("dynamodbstreams", "us-east-1")


def test_a_bucket_may_stand_before_a_custom_endpoint():
    address = address_of("b.c.localhost:4566", "/key", signed("us-east-1", "s3"), endpoints=ENDPOINTS)

    assert address == Address("s3", "us-east-1", id="b.c")


@pytest.mark.parametrize(
    "host",
    [
        "sqs.us-east-1.amazonaws.com:443",
        "SQS.us-east-1.AmazonAWS.com",
        "sqs.us-east-1.amazonaws.com.",
        "user:secret@sqs.us-east-1.amazonaws.com:443",
    ],
)
def test_a_host_is_known_however_it_is_written(host):
    assert address_of(host) == Address("sqs", "us-east-1")


def test_a_region_unknown_to_botocore_is_taken_as_it_is():
    assert address_of("sqs.xx-nowhere-9.amazonaws.com") == Address("sqs", "xx-nowhere-9")


def test_a_custom_endpoint_hides_no_aws_host():
    address = address_of("sqs.us-east-1.amazonaws.com", endpoints=ENDPOINTS)

    assert address == Address("sqs", "us-east-1")


def test_the_region_of_a_presigned_url_comes_from_its_query():
    query = (
        "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKID%2F20300101%2Feu-north-1%2Fs3%2Faws4_request"
    )

    assert address_of("b.s3.amazonaws.com", "/key", query=query) == Address("s3", "eu-north-1", id="b")


@pytest.mark.parametrize(
    ("authorization", "expected"),
    [
        (
            "AWS4-HMAC-SHA256 Credential=AKID/20300101/us-east-1/s3/aws4_request, SignedHeaders=host",
            ("AKID", "us-east-1", "s3"),
        ),
        (
            "AWS4-ECDSA-P256-SHA256 Credential=AKID/20300101/events/aws4_request,SignedHeaders=host",
            ("AKID", None, "events"),
        ),
        (
            "AWS4-HMAC-SHA256 Credential=a/b/20300101/us-east-1/s3/aws4_request, SignedHeaders=host",
            ("a/b", "us-east-1", "s3"),
        ),
        ("AWS AKID:c2lnbmF0dXJl", ("AKID", None, "s3")),
        ("Bearer token", None),
        ("AWS4-HMAC-SHA256 Credential=nonsense, SignedHeaders=host", None),
    ],
)
def test_credential_scopes(authorization, expected):
    assert credential_scope(Headers({"Authorization": authorization})) == expected


def test_the_scope_of_a_presigned_url_of_signature_version_2():
    assert credential_scope(Headers(), "AWSAccessKeyId=AKID&Signature=x&Expires=1") == ("AKID", None, "s3")


@settings(deadline=None)  # the first unknown name reads botocore's models
@given(
    st.one_of(
        st.text(),
        st.lists(
            st.sampled_from(
                ["s3", "dualstack", "vpce", "us-east-1", "x", "", "s3-", "123456789012", "global"]
            )
        )
        .map(".".join)
        .flatmap(
            lambda name: st.sampled_from([f"{name}.amazonaws.com", f"{name}.api.aws", f"{name}.on.aws"])
        ),
    ),
    st.text(),
    st.text(),
)
def test_any_host_gives_an_address_or_none(host, path, authorization):
    address = address_of(host, path, Headers({"authorization": authorization}), endpoints=ENDPOINTS)

    assert address is None or isinstance(address, Address)
