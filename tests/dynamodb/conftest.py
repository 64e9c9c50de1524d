"""DynamoDB's client, and the tables that most tests stand on."""

import boto3
import pytest
from botocore.config import Config

from .tables import create_table


@pytest.fixture
def dynamodb(cloud):
    return boto3.client("dynamodb")


@pytest.fixture
def table(dynamodb):
    """An on-demand table with the partition key `pk`."""
    create_table(dynamodb)
    return "orders"


@pytest.fixture
def sorted_table(dynamodb):
    """An on-demand table with the partition key `pk` and the number `sk` as sort key."""
    create_table(dynamodb, sort="sk:N")
    return "orders"


@pytest.fixture
def impatient(cloud):
    """A client that does not retry."""
    return boto3.client("dynamodb", config=Config(retries={"total_max_attempts": 1}))
