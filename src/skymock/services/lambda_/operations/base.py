"""What Lambda's operations share: the functions and mappings of one account and region."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from skymock.cloud.policies import Policy
from skymock.cloud.service import Service
from skymock.services.lambda_ import metadata_endpoint
from skymock.services.lambda_.concurrency import AccountConcurrency
from skymock.services.lambda_.errors import (
    AccessDeniedException,
    CodeSigningConfigNotFoundException,
    ResourceNotFoundException,
)
from skymock.services.lambda_.function import Function
from skymock.services.lambda_.names import FunctionReference

if TYPE_CHECKING:
    from skymock.cloud.cloud import Cloud
    from skymock.services.lambda_.code import Code
    from skymock.services.lambda_.code_signing import CodeSigningConfig
    from skymock.services.lambda_.event_sources.mapping import EventSourceMapping
    from skymock.services.lambda_.layer import Layer, LayerVersion


class LambdaState(Service):
    """What an account has in a region.

    functions, layers: by name. concurrency: what functions share. code_signing_configs: by ARN. mappings: of event
    sources, by UUID. images: what tests run for container images, by URI.
    """

    def __init__(self, cloud: Cloud, account_id: str, region: str) -> None:
        super().__init__(cloud, account_id, region)
        self.functions: dict[str, Function] = {}
        self.layers: dict[str, Layer] = {}
        self.concurrency = AccountConcurrency()
        self.code_signing_configs: dict[str, CodeSigningConfig] = {}
        self.images: dict[str, Code] = {}
        self.mappings: dict[str, EventSourceMapping] = {}
        cloud.endpoints.register(metadata_endpoint.HOST_KIND, "", metadata_endpoint.serve)

    def function_arn(self, reference: FunctionReference) -> str:
        """The ARN that AWS gives the function that a caller named, with its qualifier if it has one."""
        arn = self.arn(f"function:{reference.name}")
        return arn if reference.qualifier is None else f"{arn}:{reference.qualifier}"

    def reference(self, function_name: str, qualifier: str | None = None) -> FunctionReference:
        """Read how a caller named a function of this account and region.

        Raises InvalidParameterValueException for two qualifiers, ResourceNotFoundException for another region
        and AccessDeniedException for another account.
        """
        return self.checked(FunctionReference.parse(function_name, qualifier))

    def checked(self, reference: FunctionReference) -> FunctionReference:
        """A reference that is of this account and region. Raises as `reference` does."""
        if reference.region not in (None, self.region):
            raise ResourceNotFoundException(
                f"Functions from '{reference.region}' are not reachable in this region ('{self.region}')"
            )
        if reference.account_id not in (None, self.account_id):
            raise AccessDeniedException
        return reference

    def function(self, reference: FunctionReference) -> Function:
        """The function of a version or alias that exists. Raises ResourceNotFoundException."""
        function = self.functions.get(reference.name)
        if function is None or not function.has(reference.qualifier):
            raise ResourceNotFoundException(f"Function not found: {self.function_arn(reference)}")
        return function

    def named(self, function_name: str, qualifier: str | None = None) -> Function:
        """The function that a caller named. Raises what `reference` and `function` raise."""
        return self.function(self.reference(function_name, qualifier))

    def unqualified(self, function_name: str) -> Function:
        """The function that a caller named, whatever version or alias is named with it.

        Raises what `reference` raises, and ResourceNotFoundException.
        """
        reference = self.reference(function_name)
        return self.function(FunctionReference(reference.name))

    def layer_version(self, arn: str) -> LayerVersion | None:
        """A version of a layer of whichever account and region; None where there is no such one."""
        if ":layer:" not in arn:  # one of AWS's own (awslayer)
            return None
        _, _, _, region, account_id, _, name, number = arn.split(":")
        owner: LambdaState = self.cloud.service("lambda", account_id, region)
        layer = owner.layers.get(name)
        return layer.versions.get(int(number)) if layer is not None else None

    def check_code_signing_config(self, arn: str) -> None:
        """Raises CodeSigningConfigNotFoundException where a function cannot have it."""
        if arn not in self.code_signing_configs:
            raise CodeSigningConfigNotFoundException(
                "The code signing configuration cannot be found. Check that the provided configuration is not deleted: "
                f"{arn}."
            )

    def resource_policy(self, resource: str) -> Policy | None:
        if ":layer:" in resource:
            version = self.layer_version(resource) if resource.count(":") == 7 else None
            return version.policy.compiled if version is not None else None
        if ":function:" not in resource:
            return None
        named = FunctionReference.parse(resource)
        owner: LambdaState = self.cloud.service("lambda", named.account_id, named.region)
        function = owner.functions.get(named.name)
        return function.policy(named.qualifier).compiled if function is not None else None

    def arn_in(self, parameters: Mapping[str, Any]) -> str:
        """The ARN of the function that a call names; `*` where what it names cannot be one."""
        try:
            reference = FunctionReference.parse(parameters["FunctionName"], parameters.get("Qualifier"))
        except (KeyError, ValueError):
            return "*"
        account_id, region = reference.account_id or self.account_id, reference.region or self.region
        arn = f"arn:{self.partition}:lambda:{region}:{account_id}:function:{reference.name}"
        return arn if reference.qualifier is None else f"{arn}:{reference.qualifier}"
