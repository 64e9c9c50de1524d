"""An address, and the partitions that regions belong to."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class Address:
    """What a URL means.

    service: botocore's name of the service ("dynamodb", "cognito-idp", "apigatewayv2"). What is no API call
    but traffic for a thing that an API made has a name of its own, and the thing's id in `id`:

        execute-api        a deployed API; id: the API's (or the custom domain's, d-...)
        lambda-url         a function URL; id: its first label
        cognito-idp-pool   a user pool's public documents (JWKS, OpenID configuration); id: the pool's
        cognito-auth       a user pool's hosted UI and OAuth endpoints; id: the domain prefix
        cloudfront-edge    a distribution's domain; id: its first label
        s3-website         a bucket's website; id: the bucket
        dax-cluster        a DAX cluster's nodes; id: the first label
        lambda-environment what a Lambda function finds in its own execution environment
        imds               instance and container metadata, where credential providers look

    region: where the host, or else the credential scope, says; None where neither does and none is implied.
    account_id: only where the host names it (account-based endpoints).
    id: also the bucket of an S3 host that names one, and the endpoint of an EventBridge global endpoint.
    feature: how an S3 host differs from the plain one, where that can matter: "accelerate", "accesspoint",
    "multi-region-accesspoint", "object-lambda", "outposts", "express", "express-control".
    """

    service: str
    region: str | None = None
    account_id: str | None = None
    partition: str = "aws"
    id: str | None = None
    feature: str | None = None


# Where a partition's global services are signed for. (botocore, partitions.json: implicitGlobalRegion)
GLOBAL_REGION = {
    "aws": "us-east-1",
    "aws-cn": "cn-northwest-1",
    "aws-us-gov": "us-gov-west-1",
    "aws-iso": "us-iso-east-1",
    "aws-iso-b": "us-isob-east-1",
    "aws-iso-e": "eu-isoe-west-1",
    "aws-iso-f": "us-isof-south-1",
    "aws-eusc": "eusc-de-east-1",
}

_PARTITION_BY_REGION_PREFIX = (
    ("us-gov-", "aws-us-gov"),
    ("us-iso-", "aws-iso"),
    ("us-isob-", "aws-iso-b"),
    ("us-isof-", "aws-iso-f"),
    ("eu-isoe-", "aws-iso-e"),
    ("eusc-", "aws-eusc"),
    ("cn-", "aws-cn"),
)


@lru_cache(maxsize=256)
def partition_of(region: str) -> str:
    """The partition that a region belongs to; "aws" for every region that is no special one's."""
    for prefix, partition in _PARTITION_BY_REGION_PREFIX:
        if region.startswith(prefix):
            return partition
    return "aws"
