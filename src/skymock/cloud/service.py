"""What a service is: a class with `@operation` methods, checked against botocore's model when it loads."""

from __future__ import annotations

import functools
import inspect
import keyword
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, TypeVar, overload

from botocore import xform_name
from botocore.model import OperationModel, ServiceModel

from skymock.addressing.address import partition_of
from skymock.cloud.principals import ExpiredTokenException, UnrecognizedClientException
from skymock.cloud.timeline import Event, current_event
from skymock.errors import AwsError, NotSupported
from skymock.models import service_model
from skymock.protocol import Codec, codec_for
from skymock.protocol.constraints import constraints_of, style_of

if TYPE_CHECKING:
    from skymock.cloud.cloud import Cloud
    from skymock.cloud.policies import Policy
    from skymock.cloud.principals import Principal
    from skymock.cloud.targets import Target

T = TypeVar("T")
F = TypeVar("F", bound=Callable[..., Any])

Output = Mapping[str, Any]

# Marks a parameter that is only stored and shown again: `log_level: Stored[str] = "INFO"`.
_STORED_MARK = "stored"
Stored = Annotated[T, _STORED_MARK]

# Marks a parameter that older releases of botocore do not know, and then nobody can give: `filter: Newer[str | None]`.
_NEWER_MARK = "newer"
Newer = Annotated[T, _NEWER_MARK]


@dataclass(frozen=True, slots=True)
class OperationMark:
    """What `@operation` leaves on a method.

    runs_user_code: it may call a handler, so it runs without the cloud's lock and takes it itself where needed.
    takes_its_time: a planted fault's delay does not pass before it but where it calls `take_time`.
    unsigned: it may be called without a signature, though the model does not say so.
    newer: older releases of botocore do not know it, and then nobody can call it.
    """

    runs_user_code: bool = False
    takes_its_time: bool = False
    unsigned: bool = False
    newer: bool = False


@overload
def operation(method: F) -> F: ...
@overload
def operation(
    *,
    runs_user_code: bool = False,
    takes_its_time: bool = False,
    unsigned: bool = False,
    newer: bool = False,
) -> Callable[[F], F]: ...
def operation(
    method: F | None = None,
    *,
    runs_user_code: bool = False,
    takes_its_time: bool = False,
    unsigned: bool = False,
    newer: bool = False,
) -> F | Callable[[F], F]:
    """Make a method the operation of AWS's of the same name: that is the whole registration."""

    def mark(marked: F) -> F:
        marked.__operation__ = OperationMark(runs_user_code, takes_its_time, unsigned, newer)  # type: ignore[attr-defined]  # functions take attributes
        return marked

    return mark if method is None else mark(method)


class ValidationException(AwsError):
    """What the model's constraints refuse, in the services that call it so."""

    code, status = "ValidationException", 400


class AccessDeniedException(AwsError):
    """The caller's policies do not allow the action, in the JSON services."""

    code, status = "AccessDeniedException", 400


class MissingAuthenticationTokenException(AwsError):
    """An unsigned request to an operation that needs a signature."""

    code, status = "MissingAuthenticationTokenException", 400


class Service:
    """One service in one account and region. Subclasses add operations and state.

    name: botocore's service name. is_global: one instance per account, whatever the region.
    iam_prefix: what its actions start with in policies ("dynamodb" in "dynamodb:PutItem"); the name if empty.
    actions: operations whose action is named otherwise ({"Invoke": "InvokeFunction"}).
    validation_error, access_denied_error, missing_token_error: raised where the model's constraints are not met,
    the caller's policies do not allow the call, or nobody signed it. explains_denials: whether the second of them
    says which policy refused. unknown_token_error, expired_token_error: raised for issued credentials misused.
    wire_shapes: shapes that the domain takes as they are on the wire.
    error_namespace: stands before the code in the JSON protocol's `__type`.
    latency_seconds: what a call takes on AWS, as the timeline tells it; see `Event`.
    """

    name: ClassVar[str]
    is_global: ClassVar[bool] = False
    iam_prefix: ClassVar[str] = ""
    actions: ClassVar[Mapping[str, str]] = {}
    validation_error: ClassVar[type[AwsError]] = ValidationException
    access_denied_error: ClassVar[type[AwsError]] = AccessDeniedException
    missing_token_error: ClassVar[type[AwsError]] = MissingAuthenticationTokenException
    unknown_token_error: ClassVar[type[AwsError]] = UnrecognizedClientException
    expired_token_error: ClassVar[type[AwsError]] = ExpiredTokenException
    explains_denials: ClassVar[bool] = True
    wire_shapes: ClassVar[frozenset[str]] = frozenset()
    error_namespace: ClassVar[str] = ""
    sends_crc32: ClassVar[bool] = False
    latency_seconds: ClassVar[float] = 0.0

    def __init__(self, cloud: Cloud, account_id: str, region: str) -> None:
        self.cloud = cloud
        self.account_id = account_id
        self.region = region

    @property
    def partition(self) -> str:
        return partition_of(self.region)

    def arn(self, resource: str) -> str:
        """The ARN of a resource of this service here ("table/orders")."""
        region = "" if self.is_global else self.region
        return f"arn:{self.partition}:{self.iam_prefix or self.name}:{region}:{self.account_id}:{resource}"

    @property
    def call(self) -> Event:
        """The call that is going on: its principal and request id."""
        event = current_event()
        if event is None:
            raise RuntimeError("no call is going on")
        return event

    @property
    def caller(self) -> Principal:
        """Who is calling now."""
        principal = self.call.principal
        if principal is None:
            raise RuntimeError("the call has no principal")
        return principal

    def take_time(self) -> None:
        """Let the time pass that planted faults make this call take; others may act meanwhile."""
        self.cloud.lock.release()
        try:
            self.call.take_time()
        finally:
            self.cloud.lock.acquire()

    def authorise_elsewhere(self) -> None:
        """Hold the present call to the policies of another account's resources that it names.

        An account's root may do everything in its own account, and nothing in another one that its policies do
        not allow. Raises the service's access denied error.
        """
        if self.caller.policies is None:
            # Other callers were held to all policies already. The evaluator is imported by those that need it.
            from skymock.cloud.authorisation import authorise  # noqa: PLC0415

            authorise(self, self.call.operation, self.call.parameters or {}, self.caller)

    def permissions(self, operation: str, parameters: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
        """(action, resource ARN) pairs that a call needs allowed; services say which resources they touch."""
        yield self.action(operation), "*"

    def condition_keys(self, operation: str, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
        """The service's own condition keys of a call ("dynamodb:LeadingKeys"): texts or lists of them."""
        return {}

    def resource_policy(self, resource: str) -> Policy | None:
        """The policy that a resource (an ARN) has itself, if any."""
        return None

    def resource_owner(self, resource: str) -> str | None:
        """The account of a resource (an ARN); None for what is nobody's. Most ARNs say it."""
        return resource.split(":")[4] or None if resource.startswith("arn:") else None

    def action(self, operation: str) -> str:
        return f"{self.iam_prefix or self.name}:{self.actions.get(operation, operation)}"

    def target(self, arn: str) -> Target:
        """The resource of an ARN, as something that can receive an event."""
        raise NotSupported(f"{self.name}: {arn} cannot be a target yet")


class Operation:
    """One operation, compiled: its method, how the wire's members become its parameters, and the model's checks."""

    __slots__ = (
        "check", "lacking", "locked", "method", "name", "needs_signature", "parameters", "service_name", "stored",
        "takes_anyone", "takes_its_time",
    )  # fmt: skip

    def __init__(self, service: type[Service], model: OperationModel, method: Callable[..., Output]) -> None:
        self.name: str = model.name
        self.service_name = service.name
        self.method = method
        mark: OperationMark = method.__operation__  # type: ignore[attr-defined]  # set by @operation
        self.locked = not mark.runs_user_code
        self.takes_its_time = mark.takes_its_time
        self.needs_signature = not _is_unsigned(model)
        self.takes_anyone = mark.unsigned or not self.needs_signature
        shape = model.input_shape
        members = list(shape.members) if shape else []
        required = set(shape.required_members) if shape else set()
        self.parameters, self.stored = _parameters(service, model.name, method, members, required)
        self.lacking = frozenset(members) - self.parameters.keys()
        self.check: Callable[[Mapping[str, Any]], list[str]] | None = (
            constraints_of(shape, opaque=service.wire_shapes, style=style_of(service.name)) if shape else None
        )

    def bind(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """The method's arguments. Raises NotSupported naming a member that the method lacks."""
        names = self.parameters
        arguments = {}
        try:
            for member, value in parameters.items():
                if value is not None:
                    arguments[names[member]] = value
        except KeyError:
            return self._bind_known(parameters)
        return arguments

    def _bind_known(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        for member, value in parameters.items():
            if member in self.lacking and value is not None:
                raise NotSupported(f"{self.service_name}: {self.name} with {member} is not supported yet")
        # What the model does not know either, AWS ignores.
        return {
            self.parameters[member]: value
            for member, value in parameters.items()
            if member in self.parameters and value is not None
        }


def _is_unsigned(model: OperationModel) -> bool:
    return model.auth_type == "none" or "smithy.api#noAuth" in (model.auth or ())


def _parameters(
    service: type[Service], name: str, method: Callable[..., Any], members: list[str], required: set[str]
) -> tuple[dict[str, str], frozenset[str]]:
    """Which parameter takes which member, and which members are only stored. Raises TypeError on a mismatch."""
    member_of = {parameter_name(member): member for member in members}
    taken: dict[str, str] = {}
    stored = set()
    for parameter in list(inspect.signature(method).parameters.values())[1:]:
        member = member_of.get(parameter.name) or member_of.get(parameter.name.rstrip("_"))
        where = f"{service.__name__}.{method.__name__}"
        if member is None and _is_marked(parameter.annotation, "Newer[", _NEWER_MARK):
            continue
        if member is None:
            raise TypeError(f"{where}: {name} has no member for the parameter {parameter.name!r}")
        if parameter.default is parameter.empty and member not in required:
            raise TypeError(
                f"{where}: {member} is optional in the model, so {parameter.name!r} needs a default"
            )
        taken[member] = parameter.name
        if _is_marked(parameter.annotation, "Stored[", _STORED_MARK):
            stored.add(member)
    return taken, frozenset(stored)


def _is_marked(annotation: object, word: str, mark: str) -> bool:
    """Annotations are text in modules that postpone them; resolving it would need what is imported for types only."""
    if isinstance(annotation, str):
        return word in annotation
    return mark in getattr(annotation, "__metadata__", ())


def parameter_name(member: str) -> str:
    """The parameter that takes a member of the wire: `TableName` → `table_name`, `from` → `from_`."""
    name: str = xform_name(member).replace("-", "_")
    return name + "_" if keyword.iskeyword(name) else name


class ServiceApi:
    """A service class read once: its model, codec and operations. Knows nothing of any cloud."""

    def __init__(self, service: type[Service]) -> None:
        self.service = service
        self.model = service_model(service.name)
        self.codec: Codec = codec_for(
            self.model,
            wire_shapes=service.wire_shapes,
            error_namespace=service.error_namespace,
            crc32=service.sends_crc32,
        )
        self._methods = _operation_methods(service, self.model)
        self._compiled: dict[str, Operation] = {}

    @property
    def operation_names(self) -> list[str]:
        """The operations that this service has, by AWS's names."""
        return sorted(self._methods)

    def operation(self, name: str) -> Operation:
        """An operation by AWS's name. Raises NotSupported for one that the service lacks."""
        try:
            return self._compiled[name]
        except KeyError:
            pass
        if name not in self._methods:
            raise NotSupported(f"{self.service.name}: {name} is not supported yet")
        compiled = Operation(self.service, self.model.operation_model(name), self._methods[name])
        return self._compiled.setdefault(name, compiled)


def _operation_methods(service: type[Service], model: ServiceModel) -> dict[str, Callable[..., Output]]:
    """The marked methods by AWS's operation names. Raises TypeError for one that the model lacks."""
    names = {xform_name(name): name for name in model.operation_names}
    methods: dict[str, Callable[..., Output]] = {}
    for attribute, method in inspect.getmembers(service, inspect.isfunction):
        if not hasattr(method, "__operation__"):
            continue
        if attribute not in names and method.__operation__.newer:
            continue
        if attribute not in names:
            raise TypeError(
                f"{service.__name__}.{attribute}: the model of {service.name} has no such operation"
            )
        methods[names[attribute]] = method
    return methods


@functools.cache
def service_api(name: str) -> ServiceApi:
    """The API of a service by botocore's name, imported now if it was not. Raises NotSupported if there is none."""
    module = f"skymock.services.{module_name(name)}"
    try:
        import_module(module)
    except ModuleNotFoundError as error:
        if error.name != module:
            raise
        raise NotSupported(f"the service {name} is not supported yet") from None
    api = import_module(f"{module}.api")
    for candidate in vars(api).values():
        if (
            isinstance(candidate, type)
            and issubclass(candidate, Service)
            and vars(candidate).get("name") == name
        ):
            return ServiceApi(candidate)
    raise TypeError(f"{module}.api has no Service named {name!r}")


def module_name(service_name: str) -> str:
    """The package of a service in `skymock.services`: "cognito-idp" → "cognito_idp", "lambda" → "lambda_"."""
    name = service_name.replace("-", "_")
    return name + "_" if keyword.iskeyword(name) else name
