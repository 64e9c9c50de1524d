"""Deployed things that speak a protocol of their own over sockets rather than HTTP: where they are, and the way in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol


class Unreachable(Exception):
    """A host that exists, but takes no connection of this kind now. Its text says why, for the test's author."""


class ServerConnection(Protocol):
    """One connection to a server."""

    def reply(self) -> bytes | None:
        """The reply to what the client has sent since the last one; None where the server has closed."""

    def state(self) -> Any:
        """What the server knows of its client, for another connection of the same client to go on with."""

    def resume(self, state: Any) -> None:
        """Go on where another connection has stopped."""

    def close(self) -> None:
        """Forget the client."""


class SocketServer(Protocol):
    """host: its name in DNS."""

    @property
    def host(self) -> str: ...

    def addresses(self) -> Sequence[str]:
        """The IP addresses that DNS gives. Raises Unreachable."""

    def connect(self, address: str, secure: bool, more: Callable[[], bytes]) -> ServerConnection:
        """Connect to one of them. The server keeps the connection until it is closed, clients hold it weakly.

        more: gives what the client has sent since it was last asked.
        Raises Unreachable, ConnectionRefusedError.
        """


class Servers:
    """The servers by kind, id and region, as an address names them ("dax-cluster", "orders", "us-east-1")."""

    def __init__(self) -> None:
        self._servers: dict[tuple[str, str, str], list[SocketServer]] = {}

    def register(self, kind: str, identifier: str, region: str, server: SocketServer) -> None:
        self._servers.setdefault((kind, identifier, region), []).append(server)

    def unregister(self, kind: str, identifier: str, region: str, server: SocketServer) -> None:
        self._servers[kind, identifier, region].remove(server)

    def find(self, kind: str, identifier: str, region: str, host: str) -> SocketServer | None:
        """The server of a host; else the latest of its name: what AWS puts into a host at random, tests cannot know."""
        servers = self._servers.get((kind, identifier, region), [])
        return next((server for server in servers if server.host == host), servers[-1] if servers else None)

    def hosts(self, kind: str) -> list[str]:
        return [
            server.host for place, servers in self._servers.items() if place[0] == kind for server in servers
        ]
