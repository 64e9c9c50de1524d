"""A connection to a node, from its hello on: requests in, replies out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from skymock.cloud.principals import Principal
from skymock.cloud.service import MissingAuthenticationTokenException
from skymock.cloud.timeline import Event, current_event, within
from skymock.errors import AwsError
from skymock.services.dax.data.plane import DataPlane
from skymock.services.dax.node import Node
from skymock.services.dax.wire import replies
from skymock.services.dax.wire.failures import failure
from skymock.services.dax.wire.items import ATTRIBUTE_LISTS
from skymock.services.dax.wire.keys import KeySchema
from skymock.services.dax.wire.reader import EndOfInput, Malformed, Reader
from skymock.services.dax.wire.replies import EndpointAddress
from skymock.services.dax.wire.request_reading import read_hello, read_request
from skymock.services.dax.wire.requests import (
    Authorise,
    DefineAttributeList,
    DefineAttributeListId,
    DefineKeySchema,
    Endpoints,
    Request,
)

if TYPE_CHECKING:
    from skymock.cloud.cloud import Cloud


class Connection:
    """One client's connection to a node.

    more: gives the bytes that the client has sent since; empty when there are none. advertised: gives the addresses
    that the client is told of. forget: called when it is closed.
    """

    def __init__(
        self,
        cloud: Cloud,
        plane: DataPlane,
        node: Node,
        more: Callable[[], bytes],
        advertised: Callable[[], Sequence[EndpointAddress]],
        forget: Callable[[Connection], None] = lambda connection: None,
    ) -> None:
        self._cloud = cloud
        self._plane = plane
        self._node = node
        self._advertised = advertised
        self._reader = Reader(b"", more)
        self._forget = forget
        self._greeted = False
        self._authorised: Authorise | None = None

    def reply(self) -> bytes | None:
        """The reply to the next request; None where the connection is over: closed, failed, or not a client's.

        Raises what the data plane raises.
        """
        try:
            if not self._greeted:
                read_hello(self._reader)
                self._greeted = True
            request = read_request(self._reader)
            while isinstance(request, Authorise):
                self._authorised = request
                request = read_request(self._reader)
            return self._answer(request) if self._node.is_serving else None
        except (Malformed, EndOfInput):
            return None

    def state(self) -> tuple[bool, Authorise | None]:
        """Whether the client has greeted, and who it has said that it is."""
        return self._greeted, self._authorised

    def resume(self, state: tuple[bool, Authorise | None]) -> None:
        self._greeted, self._authorised = state

    def close(self) -> None:
        self._forget(self)

    def _answer(self, request: Request) -> bytes:
        try:
            principal = self._principal()
            if request.operation:
                return self._plane.answer(self._node, principal, request)
            return self._defined(request)
        except AwsError as error:
            return failure(error, self._cloud.ids.uuid(), lambda place: ())

    def _principal(self) -> Principal:
        """Who calls. Raises MissingAuthenticationTokenException, UnrecognizedClientException, ExpiredTokenException."""
        said = self._authorised
        if said is None:
            raise MissingAuthenticationTokenException("Missing Authentication Token")
        return self._cloud.principals.named(said.access_key_id, said.session_token)

    def _key_schema(self, table_name: str) -> KeySchema:
        cluster = self._node.cluster
        event = Event("event", "dax", "DefineKeySchema", self._cloud.clock.time(), current_event())
        event.detail = table_name
        self._cloud.timeline.add(event)
        with within(event):
            return cluster.schemas.learn(table_name)

    def _defined(self, request: Request) -> bytes:
        """What clients ask for their own sake."""
        if isinstance(request, Endpoints):
            return replies.endpoints(self._advertised())
        if isinstance(request, DefineKeySchema):
            return replies.key_schema(self._key_schema(request.table_name))
        if isinstance(request, DefineAttributeListId):
            return replies.attribute_list_id(ATTRIBUTE_LISTS.id_of(request.names))
        assert isinstance(request, DefineAttributeList)
        return replies.attribute_list(ATTRIBUTE_LISTS.names(request.list_id))
