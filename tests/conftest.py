"""What all our own tests share: every answer is checked against the model's output shape."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from botocore.validate import ParamValidator, type_check
from hypothesis import HealthCheck, settings

from skymock.cloud.service import Operation, service_api
from skymock.dispatch import FrontDoor

pytest_plugins = ["pytester"]

# How fast the machine is proves nothing, and a busy one is no failure.
settings.register_profile("suite", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("suite")


class _OutputValidator(ParamValidator):
    """Checks no range of numbers and no length of lists, which AWS itself does not keep to.

    It answers 0 where its models say 1 (recordings: CreateTable), and an empty list where they ask for an element
    (paritysuite/dynamodb-conformance, writeResponses: ExecuteTransaction).
    """

    @type_check(valid_types=(int,))
    def _validate_long(self, param: int, shape: Any, errors: Any, name: str) -> None:
        """The type is enough."""

    _validate_integer = _validate_long

    @type_check(valid_types=(list, tuple))
    def _validate_list(self, param: list[Any], shape: Any, errors: Any, name: str) -> None:
        for index, element in enumerate(param):
            self._validate(element, shape.member, errors, f"{name}[{index}]")


def _check_output(operation: Operation, output: Mapping[str, Any]) -> None:
    shape = service_api(operation.service_name).model.operation_model(operation.name).output_shape
    if shape is None:
        assert not output, f"{operation.name} has no output, but answered {output!r}"
        return
    unknown = output.keys() - shape.members.keys()
    assert not unknown, f"{operation.name} answered members that its model lacks: {sorted(unknown)}"
    members = dict(output)
    stream = shape.event_stream_name
    for event in members.pop(stream, ()):
        report = _OutputValidator().validate(event, shape.members[stream])
        assert not report.has_errors(), f"{operation.name}: {report.generate_report()}"
        members[stream] = event
    report = _OutputValidator().validate(members, shape)
    assert not report.has_errors(), f"{operation.name}: {report.generate_report()}"


@pytest.fixture(autouse=True, scope="session")
def _outputs_are_checked() -> Any:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(FrontDoor, "output_check", staticmethod(_check_output))
        yield


@pytest.fixture
def refused():
    """Call something that AWS refuses; gives the code, the whole message and the HTTP status."""

    def call(method, **parameters):
        client_error = method.__self__.exceptions.ClientError
        with pytest.raises(client_error) as caught:
            method(**parameters)
        response = caught.value.response
        status = response["ResponseMetadata"]["HTTPStatusCode"]
        return response["Error"]["Code"], response["Error"]["Message"], status

    return call
