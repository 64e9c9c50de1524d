"""API destinations."""

from __future__ import annotations

from skymock.cloud.service import Output, Stored, operation
from skymock.services.events.api_destination import DEFAULT_RATE, ApiDestination
from skymock.services.events.connection import Connection
from skymock.services.events.errors import ResourceAlreadyExistsException, ResourceNotFoundException
from skymock.services.events.operations.base import page, with_prefix
from skymock.services.events.operations.connections import ConnectionOperations


class ApiDestinationOperations(ConnectionOperations):
    @operation
    def create_api_destination(
        self,
        name: str,
        connection_arn: str,
        invocation_endpoint: str,
        http_method: str,
        description: Stored[str | None] = None,
        invocation_rate_limit_per_second: Stored[int] = DEFAULT_RATE,
    ) -> Output:
        """Make an HTTP endpoint that rules can send to. (EventBridge API: CreateApiDestination)

        invocation_endpoint: a URL, in which "*" stand for path parameters. What goes to one outside of the cloud lies
        in the service's `outbox`.
        Raises ResourceAlreadyExistsException, ResourceNotFoundException.
        """
        if name in self.api_destinations:
            raise ResourceAlreadyExistsException(f"An api-destination '{name}' already exists.")
        ids, now = self.cloud.ids, self.cloud.clock.now()
        destination = ApiDestination(
            name,
            self.arn(f"api-destination/{name}/{ids.uuid()}"),
            self._connection_of(connection_arn),
            invocation_endpoint,
            http_method,
            invocation_rate_limit_per_second,
            description,
            now,
            now,
        )
        self.api_destinations[name] = destination
        return destination.outcome()

    @operation
    def update_api_destination(
        self,
        name: str,
        description: Stored[str | None] = None,
        connection_arn: str | None = None,
        invocation_endpoint: str | None = None,
        http_method: str | None = None,
        invocation_rate_limit_per_second: Stored[int | None] = None,
    ) -> Output:
        """Change an API destination; what is left out stays. (EventBridge API: UpdateApiDestination)

        Raises ResourceNotFoundException.
        """
        destination = self.api_destination(name)
        if connection_arn is not None:
            destination.connection = self._connection_of(connection_arn)
        destination.description = description or destination.description
        destination.endpoint = invocation_endpoint or destination.endpoint
        destination.method = http_method or destination.method
        destination.rate_limit = invocation_rate_limit_per_second or destination.rate_limit
        destination.modified_at = self.cloud.clock.now()
        return destination.outcome()

    @operation
    def describe_api_destination(self, name: str) -> Output:
        """Describe an API destination. (EventBridge API: DescribeApiDestination)

        Raises ResourceNotFoundException.
        """
        return self.api_destination(name).details()

    @operation
    def list_api_destinations(
        self,
        name_prefix: str | None = None,
        connection_arn: str | None = None,
        next_token: str | None = None,
        limit: int | None = None,
    ) -> Output:
        """List API destinations, by their names. (EventBridge API: ListApiDestinations)"""
        found = [
            destination
            for destination in with_prefix(self.api_destinations, name_prefix)
            if connection_arn in (None, destination.connection.arn)
        ]
        return page("ApiDestinations", found, ApiDestination.document, limit, next_token)

    @operation
    def delete_api_destination(self, name: str) -> Output:
        """Delete an API destination. (EventBridge API: DeleteApiDestination)

        Raises ResourceNotFoundException.
        """
        del self.api_destinations[self.api_destination(name).name]
        return {}

    def api_destination(self, name: str) -> ApiDestination:
        """Raises ResourceNotFoundException."""
        destination = self.api_destinations.get(name)
        if destination is None:
            raise ResourceNotFoundException(
                f"Failed to describe the api-destination(s). An api-destination '{name}' does not exist."
            )
        return destination

    def _connection_of(self, arn: str) -> Connection:
        """Raises ResourceNotFoundException."""
        return self.connection(arn.split("/")[1])
