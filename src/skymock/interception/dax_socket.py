"""Sockets whose other end is a node of a DAX cluster in memory."""

from __future__ import annotations

import socket
from typing import Any
from weakref import ref

from skymock.addressing import Address
from skymock.addressing.hosts import address_of_host
from skymock.cloud.faults import ReadTimedOut
from skymock.cloud.servers import ServerConnection, SocketServer, Unreachable
from skymock.interception import Mocked, active

CLUSTER = "dax-cluster"


def cluster_address(host: str) -> Address | None:
    """What a host of a DAX cluster means; None for any other host."""
    address = address_of_host(host)
    return address if address is not None and address.service == CLUSTER else None


def server_at(mocked: Mocked, address: Address, host: str) -> SocketServer:
    """Raises Unreachable."""
    servers = mocked.cloud.servers
    server = servers.find(CLUSTER, address.id or "", address.region or "", host)
    if server is None:
        there_are = ", ".join(servers.hosts(CLUSTER)) or "none; make one with CreateCluster"
        raise Unreachable(f"this mock has no DAX cluster at {host}. Its clusters: {there_are}")
    return server


class NodeSocket:
    """A connected socket whose other end is a node in memory.

    The client sends a whole request before it reads, so all the work is done when it does. A client that is used in a
    later mock goes on there, if that has its cluster.
    """

    family = socket.AF_INET

    def __init__(self, host: str, address: str, secure: bool) -> None:
        self._host = host
        self._address = address
        self._secure = secure
        self._sent: list[bytes] = []
        self._unread = memoryview(b"")
        self._state: Any = None
        self._mocked: ref[Mocked] | None = None
        self._connection: ref[ServerConnection] | None = None
        self._connect()

    def _connect(self) -> ServerConnection:
        """Raises Unreachable, ConnectionRefusedError."""
        mocked, address = active(), cluster_address(self._host)
        if mocked is None or address is None:
            raise ConnectionRefusedError(f"the mock that {self._host} was in has ended")
        try:
            server = server_at(mocked, address, self._host)
        except Unreachable as error:  # it was there when the client looked for it
            raise ConnectionRefusedError(str(error)) from None
        connection = server.connect(self._address, self._secure, self._taken)
        if self._state is not None:
            connection.resume(self._state)
        # The server keeps it: a client that is left open must not keep the cloud.
        self._mocked, self._connection = ref(mocked), ref(connection)
        return connection

    def _taken(self) -> bytes:
        sent, self._sent = self._sent, []
        return b"".join(sent)

    def sendall(self, data: bytes) -> None:
        self._sent.append(bytes(data))

    def send(self, data: bytes) -> int:
        self.sendall(data)
        return len(data)

    def recv(self, size: int) -> bytes:
        """Raises TimeoutError for a planted timeout; empty where the node has closed the connection."""
        if not self._unread:
            self._unread = memoryview(self._reply())
        chunk = bytes(self._unread[:size])
        self._unread = self._unread[size:]
        return chunk

    def _reply(self) -> bytes:
        try:
            connection = self._open_connection()
            reply = connection.reply() or b""
        except Unreachable as error:
            raise ConnectionRefusedError(str(error)) from None
        except ReadTimedOut:
            raise TimeoutError("timed out") from None
        self._state = connection.state()
        return reply

    def _open_connection(self) -> ServerConnection:
        mocked = active()
        connection = self._connected()
        if connection is None or mocked is None or self._mocked is None or self._mocked() is not mocked:
            return self._connect()
        return connection

    def close(self) -> None:
        self._sent.clear()
        connection = self._connected()
        if connection is not None:
            connection.close()

    def _connected(self) -> ServerConnection | None:
        return None if self._connection is None else self._connection()
