"""Connections."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from skymock.cloud.service import Output, Stored, operation
from skymock.services.events.connection import (
    AUTHORIZED,
    DEAUTHORIZED,
    DEAUTHORIZING,
    DELETING,
    Connection,
    checked_parameters,
)
from skymock.services.events.errors import ResourceAlreadyExistsException, ResourceNotFoundException
from skymock.services.events.operations.base import EventsService, page, with_prefix

Wire = Mapping[str, Any]


class ConnectionOperations(EventsService):
    @operation
    def create_connection(
        self,
        name: str,
        authorization_type: str,
        auth_parameters: Wire,
        description: Stored[str | None] = None,
        kms_key_identifier: Stored[str | None] = None,
    ) -> Output:
        """Make what API destinations are authorised by. (EventBridge API: CreateConnection)

        authorization_type: BASIC or API_KEY. Its secret is not in Secrets Manager, though `SecretArn` names one.
        Raises ResourceAlreadyExistsException, ValidationException.
        """
        if name in self.connections:
            raise ResourceAlreadyExistsException(f"Connection {name} already exists.")
        parameters = checked_parameters(authorization_type, auth_parameters)
        ids, now = self.cloud.ids, self.cloud.clock.now()
        secret = f"events!connection/{name}/{ids.uuid()}-{ids.alphanumeric(6)}"
        connection = Connection(
            name,
            self.arn(f"connection/{name}/{ids.uuid()}"),
            f"arn:{self.partition}:secretsmanager:{self.region}:{self.account_id}:secret:{secret}",
            authorization_type,
            parameters,
            description,
            kms_key_identifier,
            now,
            now,
            now,
        )
        self.connections[name] = connection
        answer = connection.outcome()
        del answer["LastAuthorizedTime"]
        return answer

    @operation
    def update_connection(
        self,
        name: str,
        description: Stored[str | None] = None,
        authorization_type: str | None = None,
        auth_parameters: Wire | None = None,
        kms_key_identifier: Stored[str | None] = None,
    ) -> Output:
        """Change a connection; what is left out stays. (EventBridge API: UpdateConnection)

        auth_parameters: all of them anew. Raises ResourceNotFoundException, ValidationException.
        """
        connection = self.connection(name)
        if auth_parameters is not None or authorization_type is not None:
            kind = authorization_type or connection.kind
            given = auth_parameters if auth_parameters is not None else connection.parameters
            connection.parameters = checked_parameters(kind, given)
            connection.kind, connection.state = kind, AUTHORIZED
            connection.authorized_at = self.cloud.clock.now()
        if description is not None:
            connection.description = description
        if kms_key_identifier is not None:
            connection.kms_key_identifier = kms_key_identifier
        connection.modified_at = self.cloud.clock.now()
        return connection.outcome()

    @operation
    def deauthorize_connection(self, name: str) -> Output:
        """Take a connection's authorisation away until it is updated. (EventBridge API: DeauthorizeConnection)

        Raises ResourceNotFoundException.
        """
        connection = self.connection(name)
        connection.state, connection.modified_at = DEAUTHORIZING, self.cloud.clock.now()
        answer = connection.outcome()
        connection.state = DEAUTHORIZED
        return answer

    @operation
    def delete_connection(self, name: str) -> Output:
        """Delete a connection; API destinations that use it become inactive. (EventBridge API: DeleteConnection)

        Raises ResourceNotFoundException.
        """
        connection = self.connection(name)
        connection.state = DELETING
        del self.connections[name]
        return connection.outcome()

    @operation
    def describe_connection(self, name: str) -> Output:
        """Describe a connection without its secrets. (EventBridge API: DescribeConnection)

        Raises ResourceNotFoundException.
        """
        return self.connection(name).details()

    @operation
    def list_connections(
        self,
        name_prefix: str | None = None,
        connection_state: str | None = None,
        next_token: str | None = None,
        limit: int | None = None,
    ) -> Output:
        """List connections, by their names. (EventBridge API: ListConnections)"""
        found = [
            connection
            for connection in with_prefix(self.connections, name_prefix)
            if connection_state in (None, connection.state)
        ]
        return page("Connections", found, Connection.document, limit, next_token)

    def connection(self, name: str) -> Connection:
        """Raises ResourceNotFoundException."""
        connection = self.connections.get(name)
        if connection is None:
            raise ResourceNotFoundException(
                f"Failed to describe the connection(s). Connection '{name}' does not exist."
            )
        return connection
