"""Planted faults, as a client meets them."""

from concurrent.futures import ThreadPoolExecutor

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ReadTimeoutError

from skymock import mock_serverless

ONCE = Config(retries={"total_max_attempts": 1})


@pytest.fixture
def sts(cloud):
    return boto3.client("sts", config=ONCE)


def test_an_error_strikes_the_named_operation(cloud, sts):
    cloud.faults.error("sts", "GetCallerIdentity", code="InternalFailure", message="Oops.", status=500)

    with pytest.raises(ClientError) as failure:
        sts.get_caller_identity()

    assert failure.value.response["Error"]["Code"] == "InternalFailure"
    assert failure.value.response["Error"]["Message"] == "Oops."
    assert failure.value.response["ResponseMetadata"]["HTTPStatusCode"] == 500


def test_other_operations_and_services_are_spared(cloud, sts):
    cloud.faults.error("sts", "AssumeRole")
    cloud.faults.error("dynamodb")

    assert sts.get_caller_identity()["Account"] == "123456789012"


def test_a_fault_strikes_as_often_as_it_was_told(cloud, sts):
    fault = cloud.faults.throttle("sts", times=2)

    for _ in range(2):
        with pytest.raises(ClientError, match="Rate exceeded"):
            sts.get_caller_identity()

    sts.get_caller_identity()
    assert fault.strikes == 2


def test_botocores_own_retries_come_through_a_passing_throttle():
    with mock_serverless(freeze_time="2026-01-05") as cloud:
        cloud.faults.throttle("sts", times=2)
        before = cloud.clock.time()

        answer = boto3.client("sts").get_caller_identity()

        assert answer["ResponseMetadata"]["RetryAttempts"] == 2
        assert cloud.clock.time() > before
        assert len(cloud.timeline.calls("sts")) == 3


def test_a_fault_may_be_limited_to_a_resource(cloud):
    dynamodb = boto3.client("dynamodb", config=ONCE)
    cloud.faults.error("dynamodb", resource="ord*", code="InternalServerError")

    with pytest.raises(ClientError, match="InternalServerError"):
        dynamodb.describe_table(TableName="orders")
    with pytest.raises(dynamodb.exceptions.ResourceNotFoundException):
        dynamodb.describe_table(TableName="totals")


def test_a_timeout_is_the_clients_own_read_timeout(cloud, sts):
    cloud.faults.timeout("sts")

    with pytest.raises(ReadTimeoutError):
        sts.get_caller_identity()


def test_a_slow_call_takes_its_time_on_the_clock():
    with mock_serverless(freeze_time="2026-01-05T00:00:00Z") as cloud:
        cloud.faults.slow("sts", seconds=3)

        boto3.client("sts").get_caller_identity()

        assert cloud.clock.now().second == 3


def test_chances_come_from_the_seed():
    def outcomes(seed):
        with mock_serverless(seed=seed) as cloud:
            cloud.faults.error("sts", probability=0.5)
            client = boto3.client("sts", config=ONCE)
            return [answers(client) for _ in range(40)]

    def answers(client):
        try:
            client.get_caller_identity()
        except ClientError:
            return False
        return True

    assert outcomes(1) == outcomes(1)
    assert 5 < sum(outcomes(1)) < 35
    assert outcomes(1) != outcomes(2)


def test_a_fault_can_be_planted_for_a_while(cloud, sts):
    with cloud.faults.error("sts"), pytest.raises(ClientError):
        sts.get_caller_identity()

    assert sts.get_caller_identity()["Account"] == "123456789012"


def test_all_faults_can_be_cleared(cloud, sts):
    cloud.faults.error("sts")
    cloud.faults.clear()

    assert sts.get_caller_identity()["Account"] == "123456789012"


def test_a_struck_call_stands_in_the_timeline_with_its_error(cloud, sts):
    cloud.faults.throttle("sts", code="Throttling")

    with pytest.raises(ClientError):
        sts.get_caller_identity()

    assert "sts GetCallerIdentity ✗ Throttling: Rate exceeded" in str(cloud.timeline)


def test_a_held_call_waits_until_it_is_let_go_on(cloud, sts):
    with ThreadPoolExecutor(1) as pool, cloud.faults.hold("sts", "GetCallerIdentity", times=1) as hold:
        held = pool.submit(sts.get_caller_identity)
        hold.wait_for_call()
        sts.get_caller_identity()
        assert not held.done()
        hold.release()

        assert held.result()["Account"] == "123456789012"


def test_leaving_its_block_lets_a_held_call_go_on(cloud, sts):
    with ThreadPoolExecutor(1) as pool:
        with cloud.faults.hold("sts") as hold:
            held = pool.submit(sts.get_caller_identity)
            hold.wait_for_call()

        assert held.result()["Account"] == "123456789012"


def test_clearing_the_faults_lets_held_calls_go_on(cloud, sts):
    with ThreadPoolExecutor(1) as pool:
        hold = cloud.faults.hold("sts")
        held = pool.submit(sts.get_caller_identity)
        hold.wait_for_call()
        cloud.faults.clear()

        assert held.result()["Account"] == "123456789012"


def test_a_call_that_nobody_lets_go_on_fails(cloud, sts):
    cloud.faults.hold("sts", at_most_seconds=0.01)

    with pytest.raises(RuntimeError, match=r"nobody released the held call in 0\.01 seconds"):
        sts.get_caller_identity()


def test_waiting_for_a_call_that_does_not_come_fails(cloud):
    hold = cloud.faults.hold("sts", at_most_seconds=0.01)

    with pytest.raises(RuntimeError, match=r"no call came to be held in 0\.01 seconds"):
        hold.wait_for_call()


def test_time_passes_before_a_planted_error(cloud, sts):
    cloud.faults.slow("sts", seconds=60)
    cloud.faults.error("sts")
    before = cloud.clock.time()

    with pytest.raises(ClientError):
        sts.get_caller_identity()

    assert cloud.clock.time() >= before + 60
