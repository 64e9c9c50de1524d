"""What the mock itself costs: entering and leaving it, and a fresh client in it."""

from __future__ import annotations

import boto3
from moto import mock_aws

from benchmarks.measuring import Contestant, compare
from benchmarks.report import Row
from skymock import mock_serverless


def rows() -> list[Row]:
    return [*_entering(), *_fresh_client()]


def _entering() -> list[Row]:
    def enter_skymock() -> None:
        with mock_serverless():
            pass

    def enter_moto() -> None:
        with mock_aws():
            pass

    contestants = [Contestant("skymock", enter_skymock), Contestant("moto", enter_moto)]
    taken = compare(contestants, calls=20, rounds=15)
    return [
        Row("enter and leave skymock", taken.seconds["skymock"] * 1000, "ms", 1),
        Row("enter and leave moto", taken.seconds["moto"] * 1000, "ms"),
    ]


def _fresh_client() -> list[Row]:
    kept = boto3.Session(region_name="us-east-1", aws_access_key_id="a", aws_secret_access_key="b")

    def of_kept_session() -> None:
        kept.client("dynamodb")

    def in_skymock() -> None:
        with mock_serverless():
            boto3.client("dynamodb")

    def in_moto() -> None:
        with mock_aws():
            boto3.client("dynamodb", region_name="us-east-1")

    contestants = [
        Contestant("kept", of_kept_session),
        Contestant("skymock", in_skymock),
        Contestant("moto", in_moto),
    ]
    taken = compare(contestants, calls=5, rounds=15)
    return [
        Row("a fresh client in skymock", taken.ratios["skymock"], "x kept session"),
        Row("a fresh client in moto", taken.ratios["moto"], "x kept session"),
    ]
