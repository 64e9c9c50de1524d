"""Everything that exists in one mock: accounts, regions and services, one clock, one timeline."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Literal

from skymock.addressing.address import partition_of
from skymock.cloud.clock import Clock
from skymock.cloud.faults import Faults
from skymock.cloud.identifiers import Identifiers
from skymock.cloud.log_groups import LogGroups
from skymock.cloud.principals import Principal, Principals, root_of
from skymock.cloud.scheduler import Delivery, Scheduler
from skymock.cloud.servers import Servers
from skymock.cloud.service import Output, Service, service_api
from skymock.cloud.sources import Sources
from skymock.cloud.targets import Target, target_of
from skymock.cloud.timeline import EVENTS_KEPT, Timeline
from skymock.cloud.transitions import Pace, Transitions
from skymock.cloud.usage import Usage
from skymock.dispatch import FrontDoor

if TYPE_CHECKING:
    from skymock.services.dax.api import Dax
    from skymock.services.lambda_.for_tests import Functions
    from skymock.services.sns.api import Sns
    from skymock.wire import Request, Response

DEFAULT_ACCOUNT_ID = "123456789012"
DEFAULT_REGION = "us-east-1"

# Where functions run unless a function is told otherwise.
FunctionIsolation = Literal["sandbox", "process"]
GLOBAL = "aws-global"

ServeRequest = Callable[["Request"], "Response"]


class Cloud:
    """A whole cloud. `mock_serverless` makes one and drops it; two clouds never see each other.

    clock, scheduler, transitions, timeline, faults, usage, ids: see their classes.
    ttl_delay_seconds: how long DynamoDB keeps items that have expired.
    consistency_lag_seconds: how far behind reads are that are not strongly consistent.
    replication_delay_seconds: how long writes take to the other regions of a global table; a test may change it.
    lock: held while an operation changes state, never while a handler runs.
    """

    def __init__(
        self,
        *,
        account_id: str = DEFAULT_ACCOUNT_ID,
        region: str = DEFAULT_REGION,
        frozen_time: Any = None,
        delivery: Delivery = "immediate",
        seed: int = 0,
        shuffle: bool = False,
        endpoints: Iterable[str] = (),
        timeline_size: int = EVENTS_KEPT,
        throttling: bool = True,
        transitions: Pace = "instant",
        function_isolation: FunctionIsolation = "sandbox",
        ttl_delay: float | dt.timedelta = 0,
        replication_delay: float | dt.timedelta = 0,
        eventual_consistency: float | dt.timedelta | None = None,
    ) -> None:
        if not (isinstance(account_id, str) and len(account_id) == 12 and account_id.isdigit()):
            raise ValueError(f"an account id is a text of 12 digits, not {account_id!r}")
        self.account_id = account_id
        self.region = region
        self.throttling = throttling
        self.function_isolation = function_isolation
        self.ttl_delay_seconds = _seconds(ttl_delay)
        self.replication_delay_seconds = _seconds(replication_delay)
        self.consistency_lag_seconds = _seconds(eventual_consistency or 0)
        self.lock = threading.RLock()
        self.ids = Identifiers(seed)
        self.clock = Clock(frozen_time)
        self.scheduler = Scheduler(self.clock, delivery, seed if shuffle else None)
        self.clock.on_move(self.scheduler.run_due)
        self.transitions = Transitions(transitions, self.scheduler, self.lock)
        self.timeline = Timeline(timeline_size)
        self.faults = Faults(self.clock, self.ids.random)
        self.usage = Usage(account_id, region)
        self.principals = Principals(account_id, self.clock)
        self.endpoints = UrlDirectory()
        self.servers = Servers()
        self.sources = Sources()
        self.front_door = FrontDoor(self, endpoints)
        self._log_groups: dict[tuple[str, str], LogGroups] = {}
        self._services: dict[tuple[str, str, str], Service] = {}
        self._closing: list[Callable[[], None]] = []

    def service(self, name: str, account_id: str | None = None, region: str | None = None) -> Any:
        """A service's own object in an account and region (the mock's own by default), made when first asked for.

        Raises NotSupported for a service that skymock does not have.
        """
        key = (name, account_id or self.account_id, region or self.region)
        try:
            return self._services[key]
        except KeyError:
            return self._make_service(*key)

    def _make_service(self, name: str, account_id: str, region: str) -> Service:
        service_class = service_api(name).service
        place = (name, account_id, GLOBAL if service_class.is_global else region)
        with self.lock:
            service = self._services.get(place)
            if service is None:
                service = self._services[place] = service_class(self, account_id, region)
            return self._services.setdefault((name, account_id, region), service)

    def call(
        self,
        service: str,
        operation: str,
        parameters: Mapping[str, Any],
        *,
        account_id: str | None = None,
        region: str | None = None,
        principal: Principal | None = None,
    ) -> Output:
        """Call an operation from inside, as boto3 would from outside: checked, permitted and recorded alike.

        parameters and answer as a boto3 caller gives and gets them (shapes that the service keeps as on the wire
        excepted). principal: who calls; by default the account's root.
        """
        account_id = account_id or self.account_id
        return self.front_door.call(
            service,
            operation,
            parameters,
            account_id,
            region or self.region,
            principal or root_of(account_id),
        )

    def log_groups(self, account_id: str | None = None, region: str | None = None) -> LogGroups:
        """What is logged in an account and region (the mock's own by default)."""
        place = (account_id or self.account_id, region or self.region)
        groups = self._log_groups.get(place)
        if groups is None:
            arn_prefix = f"arn:{partition_of(place[1])}:logs:{place[1]}:{place[0]}:log-group:"
            groups = self._log_groups.setdefault(place, LogGroups(arn_prefix, self.clock))
        return groups

    @property
    def dax(self) -> Dax:
        """DAX in the mock's own account and region: `cloud.dax.cluster("orders")` is a cluster to look into."""
        dax: Dax = self.service("dax")
        return dax

    @property
    def functions(self) -> Functions:
        """Functions for tests that want no zip, of the mock's own account and region. (docs: AWS Lambda)"""
        functions: Functions = self.service("lambda").for_tests
        return functions

    @property
    def sns(self) -> Sns:
        """SNS in the mock's own account and region: `cloud.sns.outbox` has the mail and text messages that it sends."""
        sns: Sns = self.service("sns")
        return sns

    def target(self, arn: str) -> Target:
        """The resource of an ARN, as something that can receive an event."""
        return target_of(self, arn)

    def settle(self) -> None:
        """Let everything that is due happen now (for `delivery="manual"`)."""
        self.scheduler.run_due(held=True)

    def on_close(self, release: Callable[[], None]) -> None:
        """Have `release` called when the mock ends: for files and folders that a service made."""
        self._closing.append(release)

    def close(self) -> None:
        """Release what services hold outside of memory, the latest first."""
        while self._closing:
            self._closing.pop()()


def _seconds(delay: float | dt.timedelta) -> float:
    seconds = delay.total_seconds() if isinstance(delay, dt.timedelta) else delay
    if seconds < 0:
        raise ValueError(f"a delay is a timedelta or a number of seconds, and not negative: {delay!r}")
    return seconds


class UrlDirectory:
    """Which service serves a deployed URL: an API's host, a user pool's, a function's. Ids are unique in AWS."""

    def __init__(self) -> None:
        self._serving: dict[tuple[str, str], ServeRequest] = {}

    def register(self, kind: str, identifier: str, serve: ServeRequest) -> None:
        """Serve requests to a kind of host ("execute-api") with that id from now on."""
        self._serving[kind, identifier] = serve

    def unregister(self, kind: str, identifier: str) -> None:
        self._serving.pop((kind, identifier), None)

    def find(self, kind: str, identifier: str) -> ServeRequest | None:
        return self._serving.get((kind, identifier))
