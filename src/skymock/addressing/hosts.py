"""What a host name of AWS's means, by itself: the grammar of AWS's endpoint names.

    [account.|bucket.|api id.] service [-fips] [.dualstack] [.region] . suffix of the partition

Forms and suffixes are those of botocore's endpoint rulesets and endpoints.json, and of the data-plane hosts
documented for each service.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from skymock.addressing.address import Address, partition_of
from skymock.addressing.catalogue import service_of_endpoint_prefix

# Instance metadata (IMDS), container credentials (ECS), pod identity (EKS), each over IPv4 and IPv6.
_METADATA_HOSTS = frozenset(
    {"169.254.169.254", "169.254.170.2", "169.254.170.23", "fd00:ec2::254", "fd00:ec2::23"}
)

# The runtime's and the metadata API inside of a Lambda function.
_LAMBDA_HOST = "169.254.100.1"

_REGION = re.compile(r"[a-z]{2,4}(?:-[a-z]+){1,2}-\d+")

# Instead of a region: the partition's one endpoint of a global service.
_GLOBAL_LABELS = {"global": None, "us-gov": "aws-us-gov"}

# Names in hosts, without "-fips", of the services skymock knows; others are looked up in botocore's models.
_SERVICE_BY_HOST_NAME = {
    "dynamodb": "dynamodb",
    "ddb": "dynamodb",
    "search-dynamodb": "dynamodb",
    "search-ddb": "dynamodb",
    "streams.dynamodb": "dynamodbstreams",
    "streams-dynamodb": "dynamodbstreams",
    "streams-ddb": "dynamodbstreams",
    "dax": "dax",
    "dax-clusters": "dax-cluster",
    "lambda": "lambda",
    "lambda-url": "lambda-url",
    "apigateway": "apigateway",
    "execute-api": "execute-api",
    "cognito-idp": "cognito-idp",
    "issuer-cognito-idp": "cognito-idp",
    "cognito-identity": "cognito-identity",
    "iam": "iam",
    "sts": "sts",
    "kinesis": "kinesis",
    "cloudfront": "cloudfront",
    "sqs": "sqs",
    "queue": "sqs",
    "sns": "sns",
    "logs": "logs",
    "stream-logs": "logs",
    "events": "events",
    "endpoint.events": "events",
    "application-autoscaling": "application-autoscaling",
}

_KINESIS_BY_PLANE = re.compile(r"(?:(?:control|data)-)?kinesis(?:-[a-z0-9-]+)?")

_SERVICES_WITH_IDS = frozenset({"execute-api", "lambda-url", "dax-cluster", "events"})

_S3_LABEL = re.compile(
    r"s3(?:-(?P<feature>accelerate|accesspoint|control|global|object-lambda|outposts|website)|"
    r"(?P<express>express-control|express))?"
    r"(?P<fips>-fips)?"
    r"(?:-(?P<region>(?:fips-)?[a-z]{2,4}(?:-[a-z]+){1,2}-\d+)|-(?P<zone>[a-z0-9]+-az\d+)|-external-1)?"
)

_S3_FEATURES = {
    "accelerate": "accelerate",
    "accesspoint": "accesspoint",
    "global": "multi-region-accesspoint",
    "object-lambda": "object-lambda",
    "outposts": "outposts",
    "express": "express",
    "express-control": "express-control",
}


@lru_cache(maxsize=4096)
def address_of_host(host: str) -> Address | None:
    """What the host alone says; None when it is not AWS's. `host` is in lower case, without a port."""
    if host in _METADATA_HOSTS:
        return Address("imds")
    if host == _LAMBDA_HOST:
        return Address("lambda-environment")
    for suffix, partition, read in _SUFFIXES:
        if host.endswith(suffix) and len(host) > len(suffix):
            return read(host[: -len(suffix)].split("."), partition)
    return None


def _read_endpoint(labels: list[str], partition: str) -> Address:
    labels = _without_vpc_endpoint(labels)
    region = None
    if len(labels) > 1:
        if _REGION.fullmatch(labels[-1]):
            region = labels.pop()
            partition = partition_of(region)
        elif labels[-1] in _GLOBAL_LABELS:
            partition = _GLOBAL_LABELS[labels.pop()] or partition
    return _read_s3(labels, region, partition) or _read_service(labels, region, partition)


def _without_vpc_endpoint(labels: list[str]) -> list[str]:
    """Names of interface endpoints, `vpce-0a1b-2c3d.dynamodb.us-east-1.vpce`, without what says so."""
    if labels[-1] != "vpce":
        return labels
    return [label for label in labels[:-1] if not label.startswith("vpce-")] or labels


def _read_service(labels: list[str], region: str | None, partition: str) -> Address:
    if region is None and len(labels) > 1 and _REGION.fullmatch(labels[0]):
        # The old order, us-west-2.queue.amazonaws.com.
        region, *labels = labels
        partition = partition_of(region)
    names = [label.removesuffix("-fips") for label in labels]
    service, before = _known_service(names) or _catalogued_service(names)
    account_id = next((label for label in before if _is_account_id(label)), None)
    identifier = _identifier(before[0]) if before and service in _SERVICES_WITH_IDS else None
    return Address(service, region, account_id, partition, identifier)


def _known_service(names: list[str]) -> tuple[str, list[str]] | None:
    for start in range(len(names)):
        service = _SERVICE_BY_HOST_NAME.get(".".join(names[start:]))
        if service is not None:
            return service, names[:start]
    if _KINESIS_BY_PLANE.fullmatch(names[-1]):
        return "kinesis", names[:-1]
    return None


def _catalogued_service(names: list[str]) -> tuple[str, list[str]]:
    for start in range(len(names)):
        service = service_of_endpoint_prefix(".".join(names[start:]))
        if service is not None:
            return service, names[:start]
    return names[-1], names[:-1]


def _identifier(label: str) -> str:
    """A private API's name through a VPC endpoint is its id with the endpoint's: a1b2c3-vpce-0d4e5f."""
    return label.partition("-vpce-")[0]


def _is_account_id(label: str) -> bool:
    return len(label) == 12 and label.isascii() and label.isdigit()


def _read_s3(labels: list[str], region: str | None, partition: str) -> Address | None:
    """S3's hosts: a bucket's name has dots of its own, so they are read from the end."""
    if labels[-1] == "dualstack" and len(labels) > 1:
        labels = labels[:-1]
    found = _S3_LABEL.fullmatch(labels[-1])
    if found is None:
        return None
    if found["region"]:
        region = found["region"].removeprefix("fips-")
        partition = partition_of(region)
    feature = found["feature"] or found["express"]
    bucket = _bucket(labels[:-1])
    if feature == "website":
        return Address("s3-website", region, None, partition, bucket)
    if feature == "control":
        account_id = bucket if bucket and _is_account_id(bucket) else None
        return Address("s3control", region, account_id, partition)
    if feature == "global":
        bucket = bucket and bucket.removesuffix(".accesspoint")
    return Address("s3", region, None, partition, bucket, _S3_FEATURES.get(feature or ""))


def _bucket(labels: list[str]) -> str | None:
    return ".".join(labels) or None


def _read_hosted_ui(labels: list[str], partition: str) -> Address:
    region = labels[-1] if _REGION.fullmatch(labels[-1]) else None
    partition = partition_of(region) if region else partition
    return Address("cognito-auth", region, None, partition, labels[0])


def _read_edge(labels: list[str], partition: str) -> Address:
    return Address("cloudfront-edge", None, None, partition, labels[-1])


_Reader = Callable[[list[str], str], Address]

_SUFFIXES: tuple[tuple[str, str, _Reader], ...] = (
    (".amazonaws.com", "aws", _read_endpoint),
    (".api.aws", "aws", _read_endpoint),
    (".on.aws", "aws", _read_endpoint),
    (".amazoncognito.com", "aws", _read_hosted_ui),
    (".cloudfront.net", "aws", _read_edge),
    (".amazonaws.com.cn", "aws-cn", _read_endpoint),
    (".api.amazonwebservices.com.cn", "aws-cn", _read_endpoint),
    (".cloudfront.cn", "aws-cn", _read_edge),
    (".amazonaws.eu", "aws-eusc", _read_endpoint),
    (".api.amazonwebservices.eu", "aws-eusc", _read_endpoint),
    (".c2s.ic.gov", "aws-iso", _read_endpoint),
    (".api.aws.ic.gov", "aws-iso", _read_endpoint),
    (".sc2s.sgov.gov", "aws-iso-b", _read_endpoint),
    (".api.aws.scloud", "aws-iso-b", _read_endpoint),
    (".cloud.adc-e.uk", "aws-iso-e", _read_endpoint),
    (".api.cloud-aws.adc-e.uk", "aws-iso-e", _read_endpoint),
    (".csp.hci.ic.gov", "aws-iso-f", _read_endpoint),
    (".api.aws.hci.ic.gov", "aws-iso-f", _read_endpoint),
)
