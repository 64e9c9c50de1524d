"""The DAX client of `amazon-dax-client`: hosts of DAX clusters resolve to nodes in memory, and connections lead there.

All of the client above its sockets is its own: discovery, pools, health checks, retries, encoding. It is never
imported from here: it is patched when something else imports it.

A client may be made before its cluster, or (under the pytest plugin) before any mock: it looks for its cluster when it
is first used. On AWS it would find none when it is made, and fail.

Unlike other patches, these stay when the mock ends. A client that is left open goes on asking for its cluster from
threads of its own, every few seconds: without them it would ask the real DNS. A host that no mock has had is left to
the client's own functions.
"""

from __future__ import annotations

import datetime as dt
import socket
import sys
import threading
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any
from weakref import ref

from skymock.after_import import after_import
from skymock.cloud.servers import Unreachable
from skymock.errors import NotSupported
from skymock.interception import Patch, active
from skymock.interception.botocore_waits import CLOUD_TIME
from skymock.interception.dax_socket import NodeSocket, cluster_address, server_at


class DaxPatch(Patch):
    def install(self) -> None:
        """Patch the client now if it is imported, else when it is."""
        if not _STATE.is_awaited:
            _STATE.is_awaited = True
            after_import("amazondax", patch_client)


PATCH = DaxPatch()


class _State:
    """is_awaited: whether the client is patched, or will be. hosts: of clusters that mocks have had.

    waiting_for_mocks: how many have asked that clients wait which are made outside of a mock.
    """

    def __init__(self) -> None:
        self.is_awaited = False
        self.is_patched = False
        self.waiting_for_mocks = 0
        self.hosts: set[str] = set()
        self.starting = threading.RLock()


_STATE = _State()


def let_clients_wait(package: Any) -> Callable[[], None]:
    """Let clients that are made outside of a mock wait for one, and ask no DNS; returns what ends it.

    package: the client's, which has been imported.
    """
    patch_client(package)
    _STATE.waiting_for_mocks += 1

    def end() -> None:
        _STATE.waiting_for_mocks -= 1

    return end


def patch_client(package: Any) -> None:
    """Patch the client, which has been imported."""
    if _STATE.is_patched:
        return
    _STATE.is_patched = True
    from amazondax import Cache, RetryHandler, Tube  # noqa: PLC0415 - it is there by now
    from amazondax.Cluster import Cluster  # noqa: PLC0415

    try:
        Cluster.waits = False
        Cluster.start = _starting(Cluster.start)
        for name in ("read_client", "write_client"):
            setattr(Cluster, name, _started(getattr(Cluster, name), Cluster.start))
        # The module that resolves names is another one before version 2.1.
        resolver: Any = sys.modules.get("amazondax.EndpointRefresher") or sys.modules["amazondax.Router"]
        resolver._resolve_dns = _resolving(resolver._resolve_dns)
        Tube.SocketTubePool._alloc = _allocating(Tube.SocketTubePool._alloc, Tube)
        Cache.RefreshingCache._get = _forgetting(Cache.RefreshingCache._get)
    except (AttributeError, KeyError) as error:
        version = getattr(package, "__version__", "of this version")
        raise NotSupported(f"amazon-dax-client {version} is not known to skymock: {error}") from error
    RetryHandler.time = CLOUD_TIME
    # From Python 3.12 on its own call is deprecated, which would fail the suite of whoever makes warnings errors.
    Tube.datetime = SimpleNamespace(datetime=SimpleNamespace(utcfromtimestamp=_utc))


def _utc(seconds: float) -> dt.datetime:
    return dt.datetime.fromtimestamp(seconds, dt.timezone.utc)


def _starting(start_for_real: Callable[..., None]) -> Callable[..., None]:
    """A client whose cluster is not there yet is made all the same."""

    def start(cluster: Any, min_healthy: int = 1) -> None:
        cluster.waits = _missing(cluster) is not None
        if not cluster.waits:
            start_for_real(cluster, min_healthy)

    return start


def _started(client_of: Callable[..., Any], start: Callable[..., None]) -> Callable[..., Any]:
    """The first use of a client that was made before its cluster finds it, or is told what is missing."""

    def client(cluster: Any, *args: Any) -> Any:
        if cluster.waits:
            with _STATE.starting:
                missing = _missing(cluster)
                if missing is not None:
                    raise _no_route(missing)
                if cluster.waits:
                    start(cluster)
        return client_of(cluster, *args)

    return client


def _missing(cluster: Any) -> str | None:
    """What a client that asks for a DAX cluster waits for; None where it can go and look for it."""
    hosts = [host for _, host, _ in cluster._discovery_endpoints]
    addresses = [cluster_address(host) for host in hosts]
    mocked = active()
    if None in addresses:
        return None
    if mocked is None:
        return f"{hosts[0]} is in no mock that is on" if _STATE.waiting_for_mocks else None
    try:
        for host, address in zip(hosts, addresses, strict=True):
            if address is not None:
                server_at(mocked, address, host)
    except Unreachable as error:
        return str(error)
    return None


def _resolving(resolve_for_real: Callable[[str, int], Any]) -> Callable[[str, int], Any]:
    def resolve(host: str, port: int) -> Any:
        mocked, address = active(), cluster_address(host)
        if address is None or (mocked is None and host not in _STATE.hosts):
            return resolve_for_real(host, port)
        if mocked is None:
            return []
        try:
            addresses = server_at(mocked, address, host).addresses()
        except Unreachable as error:
            if _is_background():
                return []
            raise _no_route(str(error)) from None
        _STATE.hosts.add(host)
        return [(host, (each, port), socket.AF_INET) for each in addresses]

    return resolve


def _allocating(allocate_for_real: Callable[[Any], Any], tubes: Any) -> Callable[[Any], Any]:
    def allocate(pool: Any) -> Any:
        if pool.hostname not in _STATE.hosts:
            return allocate_for_real(pool)
        try:
            node_socket = NodeSocket(pool.hostname, pool.sockaddr[0], pool.scheme == "daxs")
        except Unreachable as error:
            raise _no_route(str(error)) from None
        return tubes.Tube(
            node_socket,
            pool._session_version,
            pool.cred_provider,
            pool.region,
            pool.user_agent,
            pool.user_agent_extra,
        )

    return allocate


def _forgetting(get_for_real: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """What a client knows of tables' keys, it knows for a minute, and the next mock's tables may have others."""

    def get(cache: Any, key: Any) -> Any:
        mocked = active()
        if mocked is not None:
            seen = vars(cache).get("_seen_mock")
            if seen is None or seen() is not mocked:
                for known in [name for name, value in cache._cache.items() if type(value) is tuple]:
                    del cache._cache[known]
                cache._seen_mock = ref(mocked)
        return get_for_real(cache, key)

    return get


def _is_background() -> bool:
    """Whether the client asks by itself: then nobody is there to be told what is wrong."""
    return threading.current_thread().name.startswith("PeriodicTask")


def _no_route(reason: str) -> Exception:
    """What the client raises where it finds no cluster, saying why."""
    from amazondax.DaxError import DaxClientError, DaxErrorCode, DaxValidationError  # noqa: PLC0415

    class NoRoute(DaxValidationError):  # type: ignore[misc]  # the client has no types
        """The client's discovery swallows every other error."""

        def __init__(self) -> None:
            DaxClientError.__init__(
                self, f"Failed to configure cluster endpoints: {reason}", DaxErrorCode.NoRoute
            )

    return NoRoute()
