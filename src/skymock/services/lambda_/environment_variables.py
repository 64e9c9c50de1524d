"""The environment variables that a function sees: Lambda's and its own.

(Lambda Developer Guide: Defined runtime environment variables; recorded: test_introspection_invoke)
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING

from skymock.services.lambda_ import metadata_endpoint
from skymock.services.lambda_.initialization import SNAP_START

if TYPE_CHECKING:
    from skymock.services.lambda_.environment import Environment
    from skymock.services.lambda_.role import RoleSession
    from skymock.services.lambda_.version import Version

# What a process needs of the machine that it runs on; all other variables of the test stay the test's.
_OF_THE_MACHINE = ("PATH", "LD_LIBRARY_PATH", "SYSTEMROOT", "TMPDIR", "TEMP", "TMP")

# Where a function's segments go: on AWS a daemon beside it, here nobody, and nowhere outside of this machine.
_XRAY_DAEMON = ("127.0.0.1", "9")

# The variable that each invocation sets.
TRACE_ID = "_X_AMZN_TRACE_ID"


def trace_id(seconds: float, request_id: str, is_sampled: bool = False) -> str:
    """An invocation's id for AWS X-Ray. (AWS X-Ray Developer Guide: Tracing header)"""
    digits = request_id.replace("-", "")
    return (
        f"Root=1-{int(seconds):08x}-{digits[:24]};Parent={digits[8:24]};Sampled={'1' if is_sampled else '0'}"
    )


def variables_of(environment: Environment, version: Version, session: RoleSession) -> dict[str, str]:
    """All of them; a function's configuration changes those that are not reserved."""
    machine = {name: os.environ[name] for name in _OF_THE_MACHINE if name in os.environ}
    return {
        **machine,
        **_unreserved(version, machine),
        **version.configuration.variables,
        **_reserved(environment, version, session),
    }


def _unreserved(version: Version, machine: dict[str, str]) -> dict[str, str]:
    """What a layer has in `bin` and `lib` comes last, as `/opt` does on AWS."""
    folder, runtime = version.code.folder, version.configuration.runtime
    layers = [layer.folder for layer in version.layers][::-1]
    variables = {
        "AWS_XRAY_CONTEXT_MISSING": "LOG_ERROR",
        "_AWS_XRAY_DAEMON_ADDRESS": _XRAY_DAEMON[0],
        "_AWS_XRAY_DAEMON_PORT": _XRAY_DAEMON[1],
        "AWS_XRAY_DAEMON_ADDRESS": ":".join(_XRAY_DAEMON),
        "LANG": "en_US.UTF-8",
        "PATH": _joined([machine.get("PATH", ""), *(f"{layer}/bin" for layer in layers)]),
        "LD_LIBRARY_PATH": _joined(
            [
                machine.get("LD_LIBRARY_PATH", ""),
                folder,
                f"{folder}/lib",
                *(f"{layer}/lib" for layer in layers),
            ]
        ),
        "PWD": folder,
        "SHLVL": "0",
        "TZ": ":UTC",
    }
    if runtime.startswith("nodejs"):
        version_name = "node" + runtime.removeprefix("nodejs").removesuffix(".x")
        places = [f"{layer}/nodejs/{version_name}/node_modules" for layer in layers]
        variables["NODE_PATH"] = _joined([*places, *(f"{layer}/nodejs/node_modules" for layer in layers)])
    return variables


def _joined(places: Iterable[str]) -> str:
    return os.pathsep.join(place for place in places if place)


def _reserved(environment: Environment, version: Version, session: RoleSession) -> dict[str, str]:
    configuration = version.configuration
    variables = {
        "_HANDLER": configuration.handler,
        "AWS_ACCESS_KEY_ID": session.access_key_id,
        "AWS_DEFAULT_REGION": configuration.region,
        "AWS_EXECUTION_ENV": f"AWS_Lambda_{configuration.runtime}",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(configuration.memory_mb),
        "AWS_LAMBDA_FUNCTION_NAME": configuration.function_name,
        "AWS_LAMBDA_FUNCTION_VERSION": version.number,
        "AWS_LAMBDA_INITIALIZATION_TYPE": environment.initialization,
        "AWS_LAMBDA_LOG_GROUP_NAME": environment.log.group,
        "AWS_LAMBDA_LOG_STREAM_NAME": environment.log.name,
        metadata_endpoint.API: metadata_endpoint.NETLOC,
        metadata_endpoint.TOKEN: metadata_endpoint.metadata_token(environment.log.name),
        "AWS_LAMBDA_RUNTIME_API": metadata_endpoint.NETLOC,
        "AWS_REGION": configuration.region,
        "AWS_SECRET_ACCESS_KEY": session.secret_access_key,
        "AWS_SESSION_TOKEN": session.session_token,
        "LAMBDA_RUNTIME_DIR": "/var/runtime",
        "LAMBDA_TASK_ROOT": version.code.folder,
    }
    if environment.initialization == SNAP_START:
        # They are not known when the snapshot is taken. (Lambda Developer Guide: Monitoring for Lambda SnapStart)
        del variables["AWS_LAMBDA_LOG_GROUP_NAME"], variables["AWS_LAMBDA_LOG_STREAM_NAME"]
    if not configuration.runtime:  # an image
        del variables["AWS_EXECUTION_ENV"]
    if configuration.logging.is_json:
        variables["AWS_LAMBDA_LOG_FORMAT"] = "JSON"
        variables["AWS_LAMBDA_LOG_LEVEL"] = configuration.logging.application_level
    return variables
