"""A cluster on a loopback port, for clients in other languages and other processes.

It is the only part of skymock with threads of its own, and only who asks for it has them.
"""

from __future__ import annotations

import contextlib
import shutil
import socket
import ssl
import tempfile
import threading
from pathlib import Path
from types import TracebackType

from skymock.cloud.faults import ReadTimedOut
from skymock.services.dax.cluster import Cluster
from skymock.services.dax.connection import Connection
from skymock.services.dax.data.plane import DataPlane
from skymock.services.dax.wire.replies import LEADER, EndpointAddress

LOOPBACK = "127.0.0.1"
_CHUNK_BYTES = 64 * 1024


class Listener:
    """A port that speaks for a cluster. Clients are told of one node, which is this one.

    endpoint_url: what a client is given, "dax://127.0.0.1:49152". ca_file: of TLS, the authority that a client must
    trust (SSL_CERT_FILE of the Python and Go clients, NODE_EXTRA_CA_CERTS of JavaScript's).
    It ends with the mock, or when it is closed; then what has failed in it is raised.
    """

    def __init__(self, cluster: Cluster, plane: DataPlane, port: int, tls: bool) -> None:
        self._cluster = cluster
        self._plane = plane
        self._failures: list[BaseException] = []
        self._open: set[socket.socket] = set()
        self._folder: Path | None = None
        self.ca_file: Path | None = None
        self._context = self._tls_context() if tls else None
        self._socket = socket.create_server((LOOPBACK, port))
        self.port: int = self._socket.getsockname()[1]
        self.endpoint_url = f"{'daxs' if tls else 'dax'}://{LOOPBACK}:{self.port}"
        self._thread = threading.Thread(target=self._accept, name=f"dax {self.endpoint_url}", daemon=True)
        self._thread.start()

    def _tls_context(self) -> ssl.SSLContext:
        # Its library costs tens of milliseconds, which only those pay who want TLS.
        from skymock.services.dax.certificate import Certificate  # noqa: PLC0415

        self._folder = Path(tempfile.mkdtemp(prefix="skymock-dax-"))
        certificate = Certificate(self._folder, 1 + self._cluster.cloud.ids.random.getrandbits(62))
        self.ca_file = certificate.ca_file
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate.chain_file)
        return context

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._socket.accept()
            except OSError:  # closed
                return
            threading.Thread(target=self._serve, args=[client], daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with contextlib.suppress(OSError):  # the client has gone, or does not trust us
            if self._context is not None:
                client = self._context.wrap_socket(client, server_side=True)
            self._open.add(client)
            try:
                self._converse(client)
            except OSError:
                raise
            except BaseException as failure:
                self._failures.append(failure)
            finally:
                self._open.discard(client)
                client.close()

    def _converse(self, client: socket.socket) -> None:
        node = self._cluster.leader
        if node is None:
            return
        connection = Connection(
            self._cluster.cloud, self._plane, node, lambda: client.recv(_CHUNK_BYTES), self._advertised
        )
        while True:
            try:
                reply = connection.reply()
            except ReadTimedOut:
                continue  # the answer never comes
            if reply is None:
                return
            client.sendall(reply)

    def _advertised(self) -> list[EndpointAddress]:
        zone = f"{self._cluster.region}a"
        return [EndpointAddress(0, LOOPBACK, socket.inet_aton(LOOPBACK), self.port, LEADER, zone)]

    def close(self) -> None:
        """Close the port and all connections. Raises what failed in one of them: NotSupported, or a bug."""
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        for client in list(self._open):
            with contextlib.suppress(OSError):
                client.shutdown(socket.SHUT_RDWR)
        self._thread.join(timeout=5)
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
        if self._failures:
            raise self._failures.pop(0)

    def __enter__(self) -> Listener:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
