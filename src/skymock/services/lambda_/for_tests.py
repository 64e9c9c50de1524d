"""`cloud.functions`: functions for tests that want no zip, and what tests want to know of functions."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Literal

from skymock.services.lambda_.code import code_from
from skymock.services.lambda_.log import text_of

if TYPE_CHECKING:
    from skymock.services.lambda_.function import Function
    from skymock.services.lambda_.operations.base import LambdaState

Isolation = Literal["sandbox", "process"]

# A deployment package that nothing is read from: the code that counts comes from elsewhere.
_EMPTY_ZIP = b"PK\x05\x06" + bytes(18)

_TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    ],
}
_EVERYTHING = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}],
}


class Functions:
    """The functions of the mock's own account and region, by name."""

    def __init__(self, service: LambdaState) -> None:
        self._service = service

    def create(
        self,
        name: str,
        code: Any,
        *,
        handler: str | None = None,
        role: str | None = None,
        environment: Mapping[str, str] | None = None,
        layers: Iterable[Any] = (),
        isolation: Isolation | None = None,
        **settings: Any,
    ) -> DeployedFunction:
        """Create a function from a callable, a folder's path, or the bytes of a zip.

        handler: "app.handler"; a callable needs none. role: an execution role's ARN; by default one of the function's
        own that may do everything. environment: its variables. layers: folders' paths or zips' bytes, as layers have
        them (`python/…`). isolation: see `isolate`. settings: all else of CreateFunction, by its names (Timeout=60).
        """
        given = code_from(code)
        parameters: dict[str, Any] = {
            "FunctionName": name,
            "Role": role or self._role(name),
            "Runtime": f"python{sys.version_info.major}.{sys.version_info.minor}",
            "Handler": handler
            or getattr(given, "name", "app.handler")[-128:].replace("<", "").replace(">", ""),
            "Code": {"ZipFile": _EMPTY_ZIP},
            **settings,
        }
        publishes = parameters.pop("Publish", False)
        if environment is not None:
            parameters["Environment"] = {"Variables": dict(environment)}
        self._call("CreateFunction", parameters)
        created = self[name]
        created._function.use(given, [code_from(layer) for layer in layers])
        if isolation is not None:
            created.isolate(isolation)
        if publishes:  # what a version has from the start is the test's code, not the empty package
            self._call("PublishVersion", {"FunctionName": name})
        return created

    def use(self, name: str, code: Any) -> DeployedFunction:
        """Have a function that is there already (deployed by a template, say) run a callable, a folder or a zip.

        All its versions do, so that aliases lead there too; those published from then on have what $LATEST has.
        """
        used = self[name]
        used._function.use(code_from(code))
        return used

    def image(self, uri: str, code: Any) -> None:
        """Say what runs for a container image: a callable, a folder (with a Handler), or a zip.

        Functions with that ImageUri, made before or after, run it.
        """
        given = code_from(code, uri)
        self._service.images[uri] = given
        for function in self._service.functions.values():
            function.use(given, image_uri=uri)

    def limit_concurrency(self, limit: int) -> None:
        """Have the account run no more than so many invocations at once; AWS's limit is 1,000."""
        self._service.concurrency.limit = limit

    def __getitem__(self, name: str) -> DeployedFunction:
        try:
            return DeployedFunction(self._service, self._service.functions[name])
        except KeyError:
            raise KeyError(f"there is no function {name!r}, but {sorted(self._service.functions)}") from None

    def __contains__(self, name: object) -> bool:
        return name in self._service.functions

    def __iter__(self) -> Any:
        return iter(sorted(self._service.functions))

    def __len__(self) -> int:
        return len(self._service.functions)

    def _call(self, operation: str, parameters: dict[str, Any], service: str = "lambda") -> Any:
        return self._service.cloud.call(
            service,
            operation,
            parameters,
            account_id=self._service.account_id,
            region=self._service.region,
        )

    def _role(self, name: str) -> str:
        role_name = f"skymock-{name}"[:64]
        role = self._call(
            "CreateRole",
            {"RoleName": role_name, "AssumeRolePolicyDocument": json.dumps(_TRUST)},
            "iam",
        )["Role"]
        policy = {
            "RoleName": role_name,
            "PolicyName": "everything",
            "PolicyDocument": json.dumps(_EVERYTHING),
        }
        self._call("PutRolePolicy", policy, "iam")
        return str(role["Arn"])


class DeployedFunction:
    """A function, as a test looks at it."""

    def __init__(self, service: LambdaState, function: Function) -> None:
        self._service = service
        self._function = function

    @property
    def name(self) -> str:
        return self._function.name

    @property
    def arn(self) -> str:
        return self._function.arn

    @property
    def log(self) -> str:
        """All that it has logged, one environment after the other."""
        return "".join(text_of(stream.events) for stream in self._function.log_streams)

    def invoke(self, event: Any = None) -> Any:
        """Invoke it synchronously; returns its answer, or the description of its error, read from JSON."""
        answer = self._service.cloud.call(
            "lambda",
            "Invoke",
            {"FunctionName": self.name, "Payload": json.dumps(event).encode()},
            account_id=self._service.account_id,
            region=self._service.region,
        )
        return json.loads(answer["Payload"])

    def isolate(self, isolation: Isolation) -> None:
        """Run it in a sandbox of this process ("sandbox", where breakpoints and patches hold), or in a process of its
        own ("process", which can be stopped whatever it does and whose memory is limited)."""
        if isolation not in ("sandbox", "process"):
            raise ValueError(f'isolation is "sandbox" or "process", not {isolation!r}')
        self._function.isolate(isolation)
