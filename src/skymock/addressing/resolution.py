"""From a request's host, path and signature to its address."""

from __future__ import annotations

from collections.abc import Callable, Set
from functools import lru_cache

from skymock.addressing.address import GLOBAL_REGION, Address, partition_of
from skymock.addressing.catalogue import service_of_signing_name
from skymock.addressing.hosts import address_of_host
from skymock.addressing.scope import credential_scope
from skymock.wire import Headers

_NO_HEADERS = Headers()

_SERVICE_BY_TARGET_PREFIX = {
    "DynamoDB_20120810": "dynamodb",
    "DynamoDBStreams_20120810": "dynamodbstreams",
    "AmazonDAXV3": "dax",
    "AWSCognitoIdentityProviderService": "cognito-idp",
    "AWSCognitoIdentityService": "cognito-identity",
    "Kinesis_20131202": "kinesis",
    "AmazonSQS": "sqs",
    "Logs_20140328": "logs",
    "AWSEvents": "events",
    "AnyScaleFrontendService": "application-autoscaling",
}

# Signing names of the services skymock knows; apigateway and execute-api are told apart further by path.
_SERVICE_BY_SIGNING_NAME = {
    name: name
    for name in (
        *("dynamodb", "dax", "lambda", "apigateway", "execute-api", "cognito-idp", "cognito-identity"),
        *("iam", "sts", "s3", "kinesis", "cloudfront", "sqs", "sns", "logs", "events"),
        "application-autoscaling",
    )
} | {"s3express": "s3", "s3-object-lambda": "s3", "s3-outposts": "s3"}

# Hosts that belong to no region and need none.
_REGIONLESS = frozenset({"imds", "cloudfront-edge", "lambda-environment"})


def address_of(
    host: str,
    path: str = "/",
    headers: Headers = _NO_HEADERS,
    *,
    query: str = "",
    endpoints: Set[str] = frozenset(),
) -> Address | None:
    """What a URL means; None when its host is not AWS's.

    host: as in the URL, a port with it or not. path, query: as sent, still percent-encoded.
    endpoints: hosts (with their port, if any) that the user gave as `endpoint_url` for AWS: there, what the
    call is for comes from its target header, its signature or its path.
    """
    if endpoints:
        label = _label_at(host, endpoints)
        if label is not None:
            return _address_at_custom_endpoint(label, path, headers, query)
    address = address_of_host(host)
    if address is None:
        address = address_of_host(_bare(host))
        if address is None:
            return None
    refine = _REFINEMENTS.get(address.service)
    if refine is not None:
        address = refine(address, path)
    if address.region is None and address.service not in _REGIONLESS:
        scope = credential_scope(headers, query)
        return _in_region(address, (scope and scope.region) or GLOBAL_REGION[address.partition])
    return address


def _bare(host: str) -> str:
    """Lower case, without user, port, the brackets of IPv6 and the root's dot."""
    host = host.rpartition("@")[2]
    if host.startswith("["):
        return host[1:].partition("]")[0].lower()
    if host.count(":") == 1:
        host = host.partition(":")[0]
    return host.removesuffix(".").lower()


@lru_cache(maxsize=1024)
def _in_region(address: Address, region: str) -> Address:
    partition = partition_of(region) if address.partition == "aws" else address.partition
    return Address(address.service, region, address.account_id, partition, address.id, address.feature)


def _label_at(host: str, endpoints: Set[str]) -> str | None:
    """What stands before one of the endpoints in a host: "" for itself, a bucket in S3's form."""
    if host in endpoints:
        return ""
    for endpoint in endpoints:
        if host.endswith("." + endpoint):
            return host[: -len(endpoint) - 1]
    return None


def _address_at_custom_endpoint(label: str, path: str, headers: Headers, query: str) -> Address:
    scope = credential_scope(headers, query)
    region = scope.region if scope else None
    service = (
        _service_of_target(headers)
        or _service_of_signature(scope.service if scope else None)
        or _service_of_unsigned(path, headers)
    )
    identifier = label or None if service == "s3" else None
    address = Address(service, region, None, partition_of(region or ""), identifier)
    refine = _REFINEMENTS.get(service)
    return refine(address, path) if refine else address


def _service_of_target(headers: Headers) -> str | None:
    target = headers.get("x-amz-target")
    return _SERVICE_BY_TARGET_PREFIX.get(target.partition(".")[0]) if target else None


def _service_of_signature(signing_name: str | None) -> str | None:
    if signing_name is None:
        return None
    known = _SERVICE_BY_SIGNING_NAME.get(signing_name)
    return known or service_of_signing_name(signing_name) or signing_name


def _service_of_unsigned(path: str, headers: Headers) -> str:
    """Of calls that go unsigned and have no target, STS's are forms; the rest is for S3's public objects."""
    if _pool_id(path) is not None:
        return "cognito-idp"
    if (headers.get("content-type") or "").startswith("application/x-www-form-urlencoded"):
        return "sts"
    return "s3"


def _apigateway_version(address: Address, path: str) -> Address:
    return _as_service(address, "apigatewayv2") if path.startswith("/v2/") else address


def _api_or_its_connections(address: Address, path: str) -> Address:
    # Under the stage, or at the root behind a custom domain name. (API Gateway: Use @connections commands)
    for segment in path.split("/", 3)[1:3]:
        if segment in {"@connections", "%40connections"}:
            return _as_service(address, "apigatewaymanagementapi")
    return address


def _pool_or_api(address: Address, path: str) -> Address:
    pool_id = _pool_id(path)
    return address if pool_id is None else _of_pool(address, pool_id)


def _pool_id(path: str) -> str | None:
    """The user pool of /us-east-1_a1b2c3d4E/.well-known/jwks.json."""
    parts = path.split("/", 3)
    return parts[1] if len(parts) == 4 and parts[2] == ".well-known" and "_" in parts[1] else None


@lru_cache(maxsize=1024)
def _of_pool(address: Address, pool_id: str) -> Address:
    region = address.region or pool_id.partition("_")[0]
    return Address("cognito-idp-pool", region, None, partition_of(region), pool_id)


def _topics_or_certificate(address: Address, path: str) -> Address:
    # SigningCertURL of SNS's messages.
    return _as_service(address, "sns-certificate") if path.endswith(".pem") else address


@lru_cache(maxsize=1024)
def _as_service(address: Address, service: str) -> Address:
    return Address(
        service, address.region, address.account_id, address.partition, address.id, address.feature
    )


_REFINEMENTS: dict[str, Callable[[Address, str], Address]] = {
    "apigateway": _apigateway_version,
    "execute-api": _api_or_its_connections,
    "cognito-idp": _pool_or_api,
    "sns": _topics_or_certificate,
}
