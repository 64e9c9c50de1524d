"""The front door: what a request is, who calls, planted faults, permission, the operation, and the record of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from email.utils import formatdate
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urlsplit

from skymock.addressing import Address, address_of
from skymock.cloud.principals import ExpiredTokenException, Principal, UnrecognizedClientException
from skymock.cloud.service import Operation, Output, Service, ServiceApi, service_api
from skymock.cloud.timeline import Event, current_event, reset_current_event, set_current_event
from skymock.errors import AwsError
from skymock.protocol.constraints import error_message
from skymock.protocol.json_encoding import plain
from skymock.wire import Request, Response

if TYPE_CHECKING:
    from skymock.cloud.cloud import Cloud, ServeRequest

# Addresses that name a deployed thing by its id rather than an API.
DATA_PLANES = frozenset(
    {
        *("execute-api", "lambda-url", "cognito-idp-pool", "cognito-auth", "cloudfront-edge", "s3-website"),
        *("dax-cluster", "imds", "sns-certificate", "lambda-environment"),
    }
)

# Data planes on the host of an API, which exists whatever the id is. The service registers what answers for an unknown
# one under the empty id.
SHARED_HOSTS = {"cognito-idp-pool": "cognito-idp", "sns-certificate": "sns"}


class HostNotFound(Exception):
    """A host of AWS's that no resource of the cloud has: DNS would not know it."""


class FrontDoor:
    """Answers every request that an interceptor hands in, and every call of one service to another.

    output_check: called with (operation, output) after each operation; our own tests hold every answer against
    the model's output shape with it.
    """

    output_check: ClassVar[Any] = None

    def __init__(self, cloud: Cloud, endpoints: Iterable[str] = ()) -> None:
        self._cloud = cloud
        self._endpoints = frozenset(urlsplit(url).netloc or url for url in endpoints)
        self._date = (0, "")  # the `Date` header, made once a second

    def address_of(self, request: Request) -> Address | None:
        """What a request is addressed to, or None where it is not AWS's (nor an endpoint named to the mock)."""
        return address_of(
            request.netloc, request.path, request.headers, query=request.query, endpoints=self._endpoints
        )

    def has(self, address: Address) -> bool:
        """Whether DNS would know the address: a deployed URL only while what it names exists."""
        return address.service not in DATA_PLANES or self._serving(address) is not None

    def answer(self, request: Request, address: Address) -> Response:
        """Answer a request as AWS would.

        Raises NotSupported, HostNotFound, ReadTimedOut (a planted fault) and skymock's own bugs.
        """
        scheduler = self._cloud.scheduler
        outermost = current_event() is None
        if outermost and scheduler.entries and scheduler.has_due:
            scheduler.run_due()
        try:
            if address.service in DATA_PLANES:
                response = self._serve(request, address)
            else:
                response = self._answer_api(request, address)
            second = int(self._cloud.clock.time())
            if self._date[0] != second:
                self._date = (second, formatdate(second, usegmt=True))
            response.headers.setdefault("Date", self._date[1])
            return response
        finally:
            if outermost and scheduler.entries and scheduler.has_due:
                scheduler.run_due()

    def call(
        self,
        service_name: str,
        operation_name: str,
        parameters: Mapping[str, Any],
        account_id: str,
        region: str,
        principal: Principal,
    ) -> Output:
        """Call an operation from inside; see `Cloud.call`."""
        api = service_api(service_name)
        operation = api.operation(operation_name)
        service = self._cloud.service(service_name, account_id, region)
        event = self._record("call", service_name, operation_name, parameters, account_id, region, principal)
        try:
            output = self._perform(service, operation, parameters, principal, event)
            return plain(output) if service.wire_shapes else output
        finally:
            if event.cause is None and self._cloud.scheduler.has_due:
                self._cloud.scheduler.run_due()

    def _answer_api(self, request: Request, address: Address) -> Response:
        api = service_api(address.service)
        if address.service == "s3" and address.id is not None:
            request.path = f"/{address.id}{request.path}"
        codec = api.codec.speaking(request)
        operation_name, event = None, None
        cloud = self._cloud
        request_id = cloud.ids.uuid()
        try:
            operation_name, uri = codec.identify(request)
            operation = api.operation(operation_name)
            region = address.region or cloud.region
            principal = self._principal(api, operation_name, request)
            parameters = codec.parse(operation_name, request, uri)
            service = cloud.service(address.service, principal.account_id, region)
            event = Event(
                "call",
                address.service,
                operation_name,
                cloud.clock.time(),
                current_event(),
                parameters,
                principal.account_id,
                region,
                principal,
                request_id,
            )
            cloud.timeline.add(event)
            output = self._perform(service, operation, parameters, principal, event)
            response = codec.serialise(operation_name, output, request_id)
            read = codec.body_reader(operation_name)
            if read is not None:
                event.let_go(read, request.body)
            return response
        except AwsError as error:
            if event is None:  # refused before it came to its operation
                name = operation_name or f"{request.method} {request.path}"
                event = self._record(
                    "call", address.service, name, None, "", address.region or "", None, request_id
                )
                event.error = error
            return codec.serialise_error(error, request_id, operation_name)

    def _record(
        self,
        kind: str,
        service: str,
        operation: str,
        parameters: Mapping[str, Any] | None,
        account_id: str,
        region: str,
        principal: Principal | None,
        request_id: str = "",
    ) -> Event:
        event = Event(
            kind,
            service,
            operation,
            self._cloud.clock.time(),
            current_event(),
            parameters,
            account_id,
            region,
            principal,
            request_id or self._cloud.ids.uuid(),
        )
        self._cloud.timeline.add(event)
        return event

    def _perform(
        self,
        service: Service,
        operation: Operation,
        parameters: Mapping[str, Any],
        principal: Principal,
        event: Event,
    ) -> Output:
        """One operation, in AWS's order: faults, permission, the model's constraints, then its own checks."""
        token = set_current_event(event)
        event.latency_seconds = service.latency_seconds
        try:
            if self._cloud.faults.planted:
                resources = [resource for _, resource in service.permissions(operation.name, parameters)]
                event.lasting = self._cloud.faults.strike(service.name, operation.name, resources)
                if not operation.takes_its_time:
                    event.take_time()
            # AWS evaluates no policy where it asks for no signature.
            if principal.policies is not None and operation.needs_signature:
                _authorise(service, operation.name, parameters, principal)
            if operation.check is not None and (failures := operation.check(parameters)):
                raise service.validation_error(error_message(failures))
            arguments = operation.bind(parameters)
            if operation.locked:
                with self._cloud.lock:
                    output = operation.method(service, **arguments)
            else:
                output = operation.method(service, **arguments)
            if self.output_check is not None:
                self.output_check(operation, plain(output))
            return output
        except BaseException as error:
            event.error = error
            raise
        finally:
            if event.lasting:  # refused before it came to it
                event.take_time()
            reset_current_event(token)

    def _principal(self, api: ServiceApi, operation_name: str, request: Request) -> Principal:
        try:
            principal = self._cloud.principals.of(request)
        except UnrecognizedClientException as error:
            raise api.service.unknown_token_error(error.message) from None
        except ExpiredTokenException as error:
            raise api.service.expired_token_error(error.message) from None
        if principal is self._cloud.principals.anonymous and not api.operation(operation_name).takes_anyone:
            raise api.service.missing_token_error("Missing Authentication Token")
        return principal

    def _serve(self, request: Request, address: Address) -> Response:
        serve = self._serving(address)
        if serve is None:
            raise HostNotFound(request.host)
        event = self._record(
            "http", address.service, f"{request.method} {request.path}", None, "", address.region or "", None
        )
        token = set_current_event(event)
        try:
            response = serve(request)
            event.outcome = str(response.status)
            return response
        except BaseException as error:
            event.error = error
            raise
        finally:
            reset_current_event(token)

    def _serving(self, address: Address) -> ServeRequest | None:
        endpoints = self._cloud.endpoints
        serve = endpoints.find(address.service, address.id or "")
        if serve is None and address.service in SHARED_HOSTS:
            self._cloud.service(SHARED_HOSTS[address.service], region=address.region)
            serve = endpoints.find(address.service, "")
        return serve


def _authorise(service: Service, operation: str, parameters: Mapping[str, Any], principal: Principal) -> None:
    # Only calls with issued credentials need the evaluator, so only those wait for its import.
    from skymock.cloud.authorisation import authorise  # noqa: PLC0415

    authorise(service, operation, parameters, principal)
