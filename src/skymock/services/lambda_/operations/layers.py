"""Layers and their policies."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from skymock.cloud.service import Output, operation
from skymock.services.lambda_.errors import InvalidParameterValueException, ResourceNotFoundException
from skymock.services.lambda_.layer import Layer, LayerVersion
from skymock.services.lambda_.operations.packages import Packages
from skymock.services.lambda_.operations.pages import page_of
from skymock.services.lambda_.policy import ResourcePolicy, layer_statement

# (Lambda API: ListLayers, ListLayerVersions)
MOST_LAYERS_LISTED = 50

Wire = Mapping[str, Any]


class LayerOperations(Packages):
    @operation
    def publish_layer_version(
        self,
        layer_name: str,
        content: Wire,
        description: str = "",
        compatible_runtimes: Sequence[str] = (),
        license_info: str | None = None,
        compatible_architectures: Sequence[str] = (),
    ) -> Output:
        """Make a layer, or another version of it. (Lambda API: PublishLayerVersion)

        content: {"ZipFile": bytes} or an S3 object. What it has under `python/` can be imported by functions.
        Raises InvalidParameterValueException, RequestTooLargeException, CodeStorageExceededException.
        """
        code = self.package("PublishLayerVersion", "Zip", content)
        self.check_storage(code.size)
        name = _name(layer_name)
        layer = self.layers.setdefault(name, Layer(self.arn(f"layer:{name}")))
        version = LayerVersion(
            layer.arn,
            layer.next_number(),
            code,
            description,
            license_info,
            compatible_runtimes,
            compatible_architectures,
            self.cloud.clock.now(),
            ResourcePolicy(self.cloud.ids, "GetLayerPolicy"),
        )
        layer.versions[version.number] = version
        self.cloud.on_close(code.remove)
        return version.describe(self._location(version))

    @operation
    def get_layer_version(self, layer_name: str, version_number: int) -> Output:
        """A version of a layer. (Lambda API: GetLayerVersion)

        Content.Location names the package; nothing can be downloaded from there.
        """
        _check_number(version_number)
        layer = self.layers.get(_name(layer_name))
        return self._layer_described(layer.versions.get(version_number) if layer is not None else None)

    @operation
    def get_layer_version_by_arn(self, arn: str) -> Output:
        """A version of a layer. (Lambda API: GetLayerVersionByArn)"""
        if f":{self.account_id}:" not in arn:
            self.authorise_elsewhere()
        return self._layer_described(self.layer_version(arn))

    @operation
    def list_layers(
        self,
        compatible_runtime: str | None = None,
        marker: str | None = None,
        max_items: int = MOST_LAYERS_LISTED,
        compatible_architecture: str | None = None,
    ) -> Output:
        """The layers by name, each with its last version, for a runtime or an architecture if named.

        (Lambda API: ListLayers)
        """
        latest = {
            name: layer.latest(compatible_runtime, compatible_architecture)
            for name, layer in sorted(self.layers.items())
        }
        shown = {name: version.listed() for name, version in latest.items() if version is not None}
        page, next_marker = page_of(list(shown), marker, min(max_items, MOST_LAYERS_LISTED))
        answer: dict[str, Any] = {
            "Layers": [
                {
                    "LayerName": name,
                    "LayerArn": self.layers[name].arn,
                    "LatestMatchingVersion": shown[name],
                }
                for name in page
            ]
        }
        if next_marker is not None:
            answer["NextMarker"] = next_marker
        return answer

    @operation
    def list_layer_versions(
        self,
        layer_name: str,
        compatible_runtime: str | None = None,
        marker: str | None = None,
        max_items: int = MOST_LAYERS_LISTED,
        compatible_architecture: str | None = None,
    ) -> Output:
        """The versions of a layer, the last one first. (Lambda API: ListLayerVersions)"""
        layer = self.layers.get(_name(layer_name))
        versions = layer.versions if layer is not None else {}
        numbers = [
            str(number)
            for number, version in reversed(versions.items())
            if version.suits(compatible_runtime, compatible_architecture)
        ]
        page, next_marker = page_of(numbers, marker, min(max_items, MOST_LAYERS_LISTED), _descending)
        answer: dict[str, Any] = {"LayerVersions": [versions[int(number)].listed() for number in page]}
        if next_marker is not None:
            answer["NextMarker"] = next_marker
        return answer

    @operation
    def delete_layer_version(self, layer_name: str, version_number: int) -> Output:
        """Delete a version; functions that have it keep it. (Lambda API: DeleteLayerVersion)"""
        _check_number(version_number)
        layer = self.layers.get(_name(layer_name))
        if layer is not None:
            layer.versions.pop(version_number, None)
        return {}

    @operation
    def add_layer_version_permission(
        self,
        layer_name: str,
        version_number: int,
        statement_id: str,
        action: str,
        principal: str,
        organization_id: str | None = None,
        revision_id: str | None = None,
    ) -> Output:
        """Let another account use a version of a layer. (Lambda API: AddLayerVersionPermission)

        principal: an account's id, or `*` for all accounts, or those of the organization.
        Raises ResourceNotFoundException, PreconditionFailedException, ResourceConflictException.
        """
        version = self._with_policy(layer_name, version_number)
        version.policy.check_revision(revision_id)
        added = layer_statement(statement_id, action, principal, version.arn, organization_id)
        version.policy.add(added)
        return {
            "Statement": json.dumps(added, separators=(",", ":")),
            "RevisionId": version.policy.revision_id,
        }

    @operation
    def remove_layer_version_permission(
        self, layer_name: str, version_number: int, statement_id: str, revision_id: str | None = None
    ) -> Output:
        """Take a permission back. (Lambda API: RemoveLayerVersionPermission)"""
        policy = self._with_policy(layer_name, version_number).policy
        policy.check_revision(revision_id)
        policy.remove(statement_id)
        return {}

    @operation
    def get_layer_version_policy(self, layer_name: str, version_number: int) -> Output:
        """The policy of a version. (Lambda API: GetLayerVersionPolicy)"""
        policy = self._with_policy(layer_name, version_number).policy
        if not policy:
            raise ResourceNotFoundException("No policy is associated with the given resource.")
        return {"Policy": policy.text, "RevisionId": policy.revision_id}

    def _with_policy(self, layer_name: str, number: int) -> LayerVersion:
        name = _name(layer_name)
        layer = self.layers.get(name)
        version = layer.versions.get(number) if layer is not None else None
        if version is None:
            arn = self.arn(f"layer:{name}:{number}")
            raise ResourceNotFoundException(f"Layer version {arn} does not exist.")
        return version

    def _layer_described(self, version: LayerVersion | None) -> Output:
        if version is None:
            raise ResourceNotFoundException("The resource you requested does not exist.")
        return version.describe(self._location(version))

    def _location(self, version: LayerVersion) -> str:
        host = f"awslambda-{self.region}-layers.s3.{self.region}.amazonaws.com"
        name = version.layer_arn.rpartition(":")[2]
        return f"https://{host}/snapshots/{self.account_id}/{name}-{version.number}"


def _name(layer_name: str) -> str:
    """Of a layer that was named by its name or its ARN."""
    return layer_name.rpartition(":")[2]


def _descending(number: str) -> int:
    return -int(number) if number.isdigit() else 0


def _check_number(number: int) -> None:
    """(recorded: test_layer_exceptions)"""
    if number < 1:
        raise InvalidParameterValueException("Layer Version Cannot be less than 1")
