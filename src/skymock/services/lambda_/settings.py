"""Settings of functions that are kept and shown again, and how an update changes them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from typing import Any

from skymock.services.lambda_.errors import InvalidParameterValueException, ValidationException

Wire = Mapping[str, Any]

# (Lambda Developer Guide: Lambda quotas; the model's own limit is that of managed instances)
MOST_STORAGE_MB = 10_240

# (Lambda Developer Guide: Improving startup performance with Lambda SnapStart)
_SNAP_START = re.compile(r"java(11|17|21|25)(\..*)?|python3\.(1[2-9]|[2-9]\d)|dotnet(8|\d{2})")


def changed_settings(before: Wire, given: Wire, runtime: str) -> dict[str, Any]:
    """The settings by their names in answers, with those of a request's members that were given.

    Raises InvalidParameterValueException, ValidationException.
    """
    after = dict(before)
    for member, value in given.items():
        if value is None:
            continue
        if member == "SnapStart":
            _check_snap_start(value, runtime)
        if member == "EphemeralStorage":
            _check_storage(value["Size"])
        name, shown = _SHOWN[member](value) if member in _SHOWN else (member, value)
        if shown is None:
            after.pop(name, None)
        else:
            after[name] = shown
    return after


def _check_snap_start(value: Wire, runtime: str) -> None:
    if value.get("ApplyOn") == "PublishedVersions" and not _SNAP_START.fullmatch(runtime):
        raise InvalidParameterValueException(
            f"{runtime or 'ContainerImage'} is not supported for SnapStart enabled functions."
        )


def _check_storage(megabytes: int) -> None:
    if megabytes > MOST_STORAGE_MB:
        raise ValidationException(
            f"1 validation error detected: Value '{megabytes}' at 'ephemeralStorage.size' failed to satisfy "
            f"constraint: Member must have value less than or equal to {MOST_STORAGE_MB}"
        )


def _vpc_config(value: Wire) -> tuple[str, Any]:
    """(recorded: test_vpc_config) There is no VPC to be looked up: the id is made from the subnets'."""
    subnets = list(value.get("SubnetIds") or [])
    digest = hashlib.sha256(subnets[0].encode()).hexdigest() if subnets else ""
    return "VpcConfig", {
        "SubnetIds": subnets,
        "SecurityGroupIds": list(value.get("SecurityGroupIds") or []),
        "VpcId": f"vpc-{digest[:17]}" if subnets else "",
        "Ipv6AllowedForDualStack": value.get("Ipv6AllowedForDualStack", False),
    }


def _image_config(value: Wire) -> tuple[str, Any]:
    """(recorded: test_lambda_image_and_image_config_crud)"""
    members = {name: each for name, each in value.items() if each}
    return "ImageConfigResponse", {"ImageConfig": members} if members else None


def _snap_start(value: Wire) -> tuple[str, Any]:
    """$LATEST is never optimised. (recorded: test_snapstart_update_function_configuration)"""
    return "SnapStart", {"ApplyOn": value.get("ApplyOn", "None"), "OptimizationStatus": "Off"}


# What is shown otherwise than it was given. Nothing of it is no setting at all.
_SHOWN: Mapping[str, Callable[[Any], tuple[str, Any]]] = {
    "VpcConfig": _vpc_config,
    "ImageConfig": _image_config,
    "SnapStart": _snap_start,
    "KMSKeyArn": lambda value: ("KMSKeyArn", value or None),
    "FileSystemConfigs": lambda value: ("FileSystemConfigs", value or None),
}
