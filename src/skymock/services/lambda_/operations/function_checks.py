"""What functions may refer to: layers, execution roles, and targets of dead letters."""

from __future__ import annotations

from collections.abc import Sequence

from skymock.cloud.targets import Arn
from skymock.errors import AwsError
from skymock.services.lambda_.code import Code
from skymock.services.lambda_.configuration import Configuration
from skymock.services.lambda_.destinations import check_dead_letter_target
from skymock.services.lambda_.errors import AccessDeniedException, InvalidParameterValueException
from skymock.services.lambda_.layer import MOST_LAYERS, LayerVersion, check_layers, check_unzipped_size
from skymock.services.lambda_.operations.packages import Packages
from skymock.services.lambda_.role import assume


class FunctionChecks(Packages):
    """What creating a function and changing it have in common."""

    def layers_of(self, arns: Sequence[str]) -> tuple[LayerVersion, ...]:
        """The layers of those ARNs, for a function here. (recorded: test_layer_function_exceptions)

        Raises InvalidParameterValueException, and AccessDeniedException for another account's that it does not share.
        """
        if len(arns) > MOST_LAYERS:
            raise InvalidParameterValueException(f"Cannot reference more than {MOST_LAYERS} layers.")
        layers: list[LayerVersion] = []
        for arn in arns:
            layers.append(self._layer(arn))
            check_layers(layers)
        return tuple(layers)

    def _layer(self, arn: str) -> LayerVersion:
        parsed = Arn.parse(arn)
        if parsed.region not in ("", self.region):
            raise InvalidParameterValueException(
                "Layers are not in the same region as the function. Layers are expected to be in region "
                f"{self.region}."
            )
        version = self.layer_version(arn)
        if parsed.account_id not in ("", self.account_id):
            self.authorise_elsewhere()
        if version is None:
            raise InvalidParameterValueException(f"Layer version {arn} does not exist.")
        return version

    def check(self, configuration: Configuration, code: Code, *, is_role_new: bool) -> None:
        """Raises what AWS says of a function that there cannot be, or whose role does not let it."""
        check_unzipped_size(code, [layer.code for layer in configuration.layers])
        if is_role_new:
            self._check_role(configuration.role, configuration.function_name)
        check_dead_letter_target(self.cloud, configuration, self.account_id)

    def _check_role(self, role: str, function_name: str) -> None:
        """Raises what AWS says of another account's role, and of one that Lambda cannot assume."""
        if Arn.parse(role).account_id != self.account_id:
            raise AccessDeniedException("Cross-account pass role is not allowed.")
        try:
            assume(self.cloud, role, function_name, self.account_id, self.region)
        except AwsError:
            raise InvalidParameterValueException(
                "The role defined for the function cannot be assumed by Lambda."
            ) from None
