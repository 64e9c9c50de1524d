"""An HTTP API: its settings and parts, and what of it is deployed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from skymock.services.apigatewayv2 import authorizer as authorizers
from skymock.services.apigatewayv2 import integration as integrations
from skymock.services.apigatewayv2 import route as routes
from skymock.services.apigatewayv2 import stage as stages
from skymock.services.apigatewayv2.authorizer import Authorizer
from skymock.services.apigatewayv2.cors import Cors
from skymock.services.apigatewayv2.errors import BadRequestException, ConflictException, NotFoundException
from skymock.services.apigatewayv2.integration import Integration
from skymock.services.apigatewayv2.resource import Parts, Record, changed
from skymock.services.apigatewayv2.route import Route
from skymock.services.apigatewayv2.stage import Deployment, Snapshot, Stage

if TYPE_CHECKING:
    from skymock.cloud.clock import Clock
    from skymock.cloud.identifiers import Identifiers

# What AWS calls the deployments that it makes by itself.
AUTO_DEPLOYED = "Automatic deployment triggered by changes to the Api configuration"

ROUTE_SELECTION = "$request.method $request.path"


@dataclass(frozen=True, slots=True)
class ApiSettings(Record):
    """An API as AWS shows it, but for its CORS configuration."""

    api_id: str
    name: str
    api_endpoint: str
    created_date: dt.datetime
    protocol_type: str = "HTTP"
    description: str | None = None
    version: str | None = None
    route_selection_expression: str = ROUTE_SELECTION
    api_key_selection_expression: str = "$request.header.x-api-key"
    disable_execute_api_endpoint: bool = False
    ip_address_type: str = "ipv4"
    tags: dict[str, str] = field(default_factory=dict)


def whole_second(clock: Clock) -> dt.datetime:
    """Now, as API Gateway tells it."""
    return clock.now().replace(microsecond=0)


class HttpApi:
    """One HTTP API. Every change to what a deployment holds deploys the stages that deploy by themselves."""

    def __init__(self, settings: ApiSettings, cors: Cors | None, ids: Identifiers, clock: Clock) -> None:
        self.settings = settings
        self.cors = cors
        self.integrations: Parts[Integration] = Parts("Invalid Integration identifier specified {id}")
        self.routes: Parts[Route] = Parts("Invalid Route identifier specified {id}")
        self.authorizers: Parts[Authorizer] = Parts("Invalid Authorizer identifier specified {id}")
        self.deployments: Parts[Deployment] = Parts("Invalid Deployment identifier specified {id}")
        self.stages: Parts[Stage] = Parts("Invalid stage identifier specified")
        self._snapshots: dict[str, Snapshot] = {}
        self._ids = ids
        self._clock = clock

    def _now(self) -> dt.datetime:
        return whole_second(self._clock)

    @property
    def api_id(self) -> str:
        return self.settings.api_id

    def described(self) -> dict[str, Any]:
        described = self.settings.described()
        if self.cors is not None:
            described["CorsConfiguration"] = self.cors.described()
        return described

    def snapshot(self, stage: Stage) -> Snapshot | None:
        """What is deployed to a stage, or None."""
        return self._snapshots.get(stage.deployment_id or "")

    def update(self, cors: Cors | None, **changes: Any) -> None:
        self.settings = changed(self.settings, changes)
        self.cors = cors or self.cors
        self._deploy_automatically()

    def tag(self, tags: Mapping[str, str]) -> None:
        self.settings = replace(self.settings, tags=dict(tags))

    def remove_cors(self) -> None:
        self.cors = None
        self._deploy_automatically()

    def add_integration(self, integration_type: str, **settings: Any) -> Integration:
        """Raises BadRequestException, NotSupported."""
        given = {name: value for name, value in settings.items() if value is not None}
        made = Integration(
            self._ids.lower_alphanumeric(7),
            integration_type,
            **{**integrations.DEFAULTS_OF_TYPE.get(integration_type, {}), **given},
        )
        return self._put_integration(made)

    def update_integration(self, integration_id: str, **changes: Any) -> Integration:
        return self._put_integration(changed(self.integrations.named(integration_id), changes))

    def remove_integration(self, integration_id: str) -> None:
        """Raises NotFoundException, ConflictException for one that a route leads to.

        (milliHQ/terraform-aws-next-js, issue 247)
        """
        self.integrations.named(integration_id)
        users = [route.route_id for route in self.routes if route.integration_id == integration_id]
        if users:
            raise ConflictException(
                "Cannot delete Integration because it is referenced by the following Routes with Ids: "
                f"[{', '.join(users)}]"
            )
        self.integrations.remove(integration_id)
        self._deploy_automatically()

    def add_route(self, route_key: str, **settings: Any) -> Route:
        """Raises BadRequestException, ConflictException, NotFoundException, NotSupported."""
        given = {name: value for name, value in settings.items() if value is not None}
        return self._put_route(Route(self._ids.lower_alphanumeric(7), route_key, **given))

    def update_route(self, route_id: str, **changes: Any) -> Route:
        return self._put_route(changed(self.routes.named(route_id), changes))

    def remove_route(self, route_id: str) -> None:
        self.routes.named(route_id)
        self.routes.remove(route_id)
        self._deploy_automatically()

    def put_authorizer(self, authorizer: Authorizer) -> Authorizer:
        """Add an authorizer, or replace the one with its id. Raises BadRequestException."""
        for other in self.authorizers:
            if other.name == authorizer.name and other.authorizer_id != authorizer.authorizer_id:
                raise BadRequestException(
                    f"Authorizer name must be unique. Authorizer {other.name} already exists in this RestApi."
                )
        self.authorizers.put(authorizer.authorizer_id, authorizers.checked(authorizer))
        self._deploy_automatically()
        return authorizer

    def remove_authorizer(self, authorizer_id: str) -> None:
        """Raises NotFoundException, ConflictException for one that a route asks. (sst, issue 5586)"""
        authorizer = self.authorizers.named(authorizer_id)
        for route in self.routes:
            if route.authorizer_id == authorizer_id and route.authorization_type != "NONE":
                raise ConflictException(
                    f"Cannot delete authorizer '{authorizer.name}', is referenced in route: {route.route_key}"
                )
        self.authorizers.remove(authorizer_id)
        self._deploy_automatically()

    def add_stage(self, stage_name: str, **settings: Any) -> Stage:
        """Raises BadRequestException, ConflictException, NotFoundException."""
        if stage_name in self.stages:
            raise ConflictException("Stage already exists")
        given = {name: value for name, value in settings.items() if value is not None}
        now = self._now()
        self._put_stage(Stage(stage_name, now, now, **given))
        if self.stages.named(stage_name).auto_deploy and len(self.routes):
            self._deploy_automatically()
        return self.stages.named(stage_name)

    def update_stage(self, stage_name: str, **changes: Any) -> Stage:
        """Raises BadRequestException, NotFoundException."""
        before = self.stages.named(stage_name)
        self._put_stage(changed(before, {**changes, "last_updated_date": self._now()}))
        if self.stages.named(stage_name).auto_deploy and not before.auto_deploy:
            self._deploy_automatically()
        return self.stages.named(stage_name)

    def remove_stage(self, stage_name: str) -> None:
        self.stages.named(stage_name)
        self.stages.remove(stage_name)

    def tag_stage(self, stage_name: str, tags: Mapping[str, str]) -> None:
        self.stages.put(stage_name, replace(self.stages.named(stage_name), tags=dict(tags)))

    def deploy(self, stage_name: str | None, description: str | None) -> Deployment:
        """Keep the API as it is, and put that on a stage. Raises BadRequestException, NotFoundException."""
        stage = None if stage_name is None else self.stages.named(stage_name)
        if not len(self.routes):
            raise BadRequestException("At least one route is required before deploying the Api.")
        deployment = self._keep(Deployment(self._deployment_id(), self._now(), description=description))
        if stage is not None:
            self._put_on(stage, deployment)
        return deployment

    def update_deployment(self, deployment_id: str, **changes: Any) -> Deployment:
        return self.deployments.put(deployment_id, changed(self.deployments.named(deployment_id), changes))

    def remove_deployment(self, deployment_id: str) -> None:
        """Raises NotFoundException, BadRequestException while a stage serves it."""
        self.deployments.named(deployment_id)
        if any(stage.deployment_id == deployment_id for stage in self.stages):
            raise BadRequestException("Active stages pointing to this deployment must be moved or deleted")
        self.deployments.remove(deployment_id)
        del self._snapshots[deployment_id]

    def _put_integration(self, integration: Integration) -> Integration:
        self.integrations.put(integration.integration_id, integrations.checked(integration))
        self._deploy_automatically()
        return integration

    def _put_route(self, route: Route) -> Route:
        routes.checked(route, self)
        if any(
            other.route_key == route.route_key and other.route_id != route.route_id for other in self.routes
        ):
            raise ConflictException(f"Route with key {route.route_key} already exists for this API")
        self.routes.put(route.route_id, route)
        self._deploy_automatically()
        return route

    def _put_stage(self, stage: Stage) -> None:
        stages.checked(stage, self.routes)
        if stage.deployment_id is not None:
            self.deployments.named(stage.deployment_id)
        self.stages.put(stage.stage_name, stage)

    def _deployment_id(self) -> str:
        return self._ids.lower_alphanumeric(6)

    def _deploy_automatically(self) -> None:
        waiting = [stage for stage in self.stages if stage.auto_deploy]
        if not waiting:
            return
        made = Deployment(self._deployment_id(), self._now(), True, description=AUTO_DEPLOYED)
        deployment = self._keep(made)
        for stage in waiting:
            self._put_on(stage, deployment)

    def _keep(self, deployment: Deployment) -> Deployment:
        self._snapshots[deployment.deployment_id] = Snapshot(
            self.routes.as_they_are(),
            self.integrations.as_they_are(),
            self.authorizers.as_they_are(),
            self.cors,
        )
        return self.deployments.put(deployment.deployment_id, deployment)

    def _put_on(self, stage: Stage, deployment: Deployment) -> None:
        changes = {
            "deployment_id": deployment.deployment_id,
            "last_updated_date": self._now(),
            "last_deployment_status_message": (
                f"Successfully deployed stage with deployment ID '{deployment.deployment_id}'"
            ),
        }
        self.stages.put(stage.stage_name, changed(stage, changes))


class Apis:
    """The HTTP APIs of an account in a region, in the order of their making."""

    def __init__(self, account_id: str) -> None:
        self._account_id = account_id
        self._apis: dict[str, HttpApi] = {}

    def named(self, api_id: str) -> HttpApi:
        """Raises NotFoundException."""
        try:
            return self._apis[api_id]
        except KeyError:
            raise NotFoundException(f"Invalid API identifier specified {self._account_id}:{api_id}") from None

    def add(self, api: HttpApi) -> None:
        self._apis[api.api_id] = api

    def remove(self, api_id: str) -> None:
        del self._apis[api_id]

    def __iter__(self) -> Iterator[HttpApi]:
        return iter(self._apis.values())
