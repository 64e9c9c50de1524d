"""What a function is configured to be."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from skymock.errors import NotSupported
from skymock.services.lambda_.errors import InvalidParameterValueException, ValidationException

if TYPE_CHECKING:
    from skymock.services.lambda_.layer import LayerVersion

# (Lambda Developer Guide: Lambda quotas; the model's own limits are those of managed instances)
MOST_TIMEOUT_SECONDS = 900
MOST_MEMORY_MB = 10_240
MOST_ENVIRONMENT_BYTES = 4096

DEFAULT_TIMEOUT_SECONDS = 3
DEFAULT_MEMORY_MB = 128

# Of which functions can neither be created nor updated any more. (Lambda Developer Guide: Lambda runtimes, deprecated
# runtimes; recorded: test_layer_exceptions shows which ones AWS still takes)
_NO_LONGER_SUPPORTED = frozenset(
    {
        *("dotnetcore1.0", "dotnetcore2.0", "dotnetcore2.1", "dotnetcore3.1", "go1.x", "java8"),
        *("nodejs", "nodejs4.3", "nodejs4.3-edge", "nodejs6.10", "nodejs8.10", "nodejs10.x", "nodejs12.x"),
        *("nodejs14.x", "provided", "python2.7", "python3.6", "python3.7", "ruby2.5", "ruby2.7"),
    }
)

# (Lambda Developer Guide: Reserved environment variables)
_RESERVED_VARIABLES = frozenset(
    {
        *("_HANDLER", "_X_AMZN_TRACE_ID", "AWS_DEFAULT_REGION", "AWS_REGION", "AWS_EXECUTION_ENV"),
        *("AWS_LAMBDA_FUNCTION_NAME", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "AWS_LAMBDA_FUNCTION_VERSION"),
        *("AWS_LAMBDA_INITIALIZATION_TYPE", "AWS_LAMBDA_LOG_GROUP_NAME", "AWS_LAMBDA_LOG_STREAM_NAME"),
        *("AWS_ACCESS_KEY", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"),
        *("AWS_LAMBDA_RUNTIME_API", "LAMBDA_TASK_ROOT", "LAMBDA_RUNTIME_DIR"),
        *("AWS_LAMBDA_MAX_CONCURRENCY", "AWS_LAMBDA_METADATA_API", "AWS_LAMBDA_METADATA_TOKEN"),
    }
)
_CANNOT_CONFIGURE = (
    "Lambda was unable to configure your environment variables because the environment variables you have "
    "provided "
)


# (Lambda API: LoggingConfig)
APPLICATION_LEVELS = ("TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL")
DEFAULT_LEVEL = "INFO"


@dataclass(frozen=True, slots=True)
class Logging:
    """How and where a function logs. The levels hold for the JSON format only."""

    group: str
    format: str = "Text"
    application_level: str = DEFAULT_LEVEL
    system_level: str = DEFAULT_LEVEL

    @property
    def is_json(self) -> bool:
        return self.format == "JSON"

    def changed(self, given: Mapping[str, Any]) -> Logging:
        """With the members of a LoggingConfig that were given; another format begins with its default levels.

        Raises InvalidParameterValueException for levels in the text format.
        """
        log_format = given.get("LogFormat", self.format)
        levels = {name for name in ("ApplicationLogLevel", "SystemLogLevel") if given.get(name) is not None}
        if levels and log_format != "JSON":
            raise InvalidParameterValueException(
                "To specify ApplicationLogLevel or SystemLogLevel, the LogFormat parameter must be JSON."
            )
        before = self if log_format == self.format else Logging(self.group)
        return Logging(
            given.get("LogGroup", self.group),
            log_format,
            given.get("ApplicationLogLevel", before.application_level),
            given.get("SystemLogLevel", before.system_level),
        )

    def describe(self) -> dict[str, str]:
        if not self.is_json:
            return {"LogFormat": self.format, "LogGroup": self.group}
        return {
            "LogFormat": self.format,
            "ApplicationLogLevel": self.application_level,
            "SystemLogLevel": self.system_level,
            "LogGroup": self.group,
        }


@dataclass(frozen=True, slots=True)
class Configuration:
    """One version of a function's settings.

    environment: the variables as they were given; None where none were. log: None is the default. stored: settings
    that are only shown again, by wire name. layers: the first one first. dead_letter_arn: of the queue or topic for
    events that are given up.
    Raises InvalidParameterValueException and ValidationException for values that cannot be.
    """

    function_name: str
    region: str
    partition: str
    runtime: str
    handler: str
    role: str
    description: str = ""
    timeout_seconds: int = DEFAULT_TIMEOUT_SECONDS
    memory_mb: int = DEFAULT_MEMORY_MB
    environment: Mapping[str, str] | None = None
    stored: Mapping[str, Any] = field(default_factory=dict)
    log: Logging | None = None
    package_type: str = "Zip"
    dead_letter_arn: str | None = None
    layers: tuple[LayerVersion, ...] = ()

    def __post_init__(self) -> None:
        if self.package_type == "Zip":
            _check_runtime(self.runtime)
        if self.timeout_seconds > MOST_TIMEOUT_SECONDS:
            raise ValidationException(
                f"1 validation error detected: Value '{self.timeout_seconds}' at 'timeout' failed to satisfy "
                f"constraint: Member must have value less than or equal to {MOST_TIMEOUT_SECONDS}"
            )
        if self.memory_mb > MOST_MEMORY_MB:
            raise InvalidParameterValueException(
                "'MemorySize' value failed to satisfy constraint: Member must have value less than or equal "
                f"to {MOST_MEMORY_MB}"
            )
        _check_variables(self.variables)

    @property
    def variables(self) -> Mapping[str, str]:
        return self.environment or {}

    @property
    def logging(self) -> Logging:
        return self.log or Logging(f"/aws/lambda/{self.function_name}")

    @property
    def runs_in_process(self) -> bool:
        """Whether this process's Python can run it: Python, or what a test runs for an image."""
        return not self.runtime or self.runtime.startswith("python")

    @property
    def runtime_version_arn(self) -> str:
        version = hashlib.sha256(self.runtime.encode()).hexdigest()
        return f"arn:{self.partition}:lambda:{self.region}::runtime:{version}"

    @property
    def is_traced(self) -> bool:
        """Whether AWS X-Ray is to sample its invocations."""
        return bool(self.stored.get("TracingConfig", {}).get("Mode") == "Active")

    @property
    def has_snapshots(self) -> bool:
        """Whether its versions start from snapshots (SnapStart)."""
        snap_start: Mapping[str, str] = self.stored.get("SnapStart", {})
        return snap_start.get("ApplyOn") == "PublishedVersions"

    def published(self, description: str | None) -> Configuration:
        """What a version has that is published of it. description: the version's, where it has its own."""
        stored = dict(self.stored)
        if self.has_snapshots:
            stored["SnapStart"] = {**stored["SnapStart"], "OptimizationStatus": "On"}
        return dataclasses.replace(
            self, description=self.description if description is None else description, stored=stored
        )

    def describe(self) -> dict[str, Any]:
        """The settings, as all of Lambda's answers show them."""
        shown: dict[str, Any] = {
            "FunctionName": self.function_name,
            "Runtime": self.runtime,
            "Role": self.role,
            "Handler": self.handler,
            "Description": self.description,
            "Timeout": self.timeout_seconds,
            "MemorySize": self.memory_mb,
            "PackageType": self.package_type,
            "Architectures": ["x86_64"],
            "EphemeralStorage": {"Size": 512},
            "TracingConfig": {"Mode": "PassThrough"},
            "SnapStart": {"ApplyOn": "None", "OptimizationStatus": "Off"},
            "RuntimeVersionConfig": {"RuntimeVersionArn": self.runtime_version_arn},
            "LoggingConfig": self.logging.describe(),
            **self.stored,
        }
        if self.package_type == "Image":
            for member in ("Runtime", "Handler", "RuntimeVersionConfig"):
                del shown[member]
        if self.dead_letter_arn is not None:
            shown["DeadLetterConfig"] = {"TargetArn": self.dead_letter_arn}
        if self.layers:
            shown["Layers"] = [{"Arn": layer.arn, "CodeSize": layer.code.size} for layer in self.layers]
        if self.environment is not None:
            shown["Environment"] = {"Variables": dict(self.environment)}
        return shown


def _check_runtime(runtime: str) -> None:
    if runtime in _NO_LONGER_SUPPORTED:
        raise InvalidParameterValueException(
            f"The runtime parameter of {runtime} is no longer supported for creating or updating AWS Lambda "
            "functions. We recommend you use a supported runtime while creating or updating functions."
        )
    if not runtime.startswith(("python3.", "nodejs", "provided")):
        raise NotSupported(f"lambda: the runtime {runtime} is not supported yet")


def _check_variables(variables: Mapping[str, str]) -> None:
    reserved = [name for name in variables if name in _RESERVED_VARIABLES]
    if reserved:
        raise InvalidParameterValueException(
            f"{_CANNOT_CONFIGURE}contains reserved keys that are currently not supported for modification. "
            f"Reserved keys used in this request: {', '.join(reserved)}"
        )
    measured = json.dumps(dict(variables), separators=(",", ":"), ensure_ascii=False)
    if len(measured.encode()) > MOST_ENVIRONMENT_BYTES:
        raise InvalidParameterValueException(
            f"{_CANNOT_CONFIGURE}exceeded the 4KB limit. String measured: {measured}"
        )
