"""The settings of a user pool that can be changed, and what the API shows of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from skymock.errors import NotSupported
from skymock.services.cognito_idp.messages import Template, invitation_template, verification_template
from skymock.services.cognito_idp.passwords import PasswordPolicy

# What AWS fills in where a pool's creator, or a later update, says nothing.
_DEFAULTS: Mapping[str, Any] = {
    "DeletionProtection": "INACTIVE",
    "LambdaConfig": {},
    "VerificationMessageTemplate": {"DefaultEmailOption": "CONFIRM_WITH_CODE"},
    "UserAttributeUpdateSettings": {"AttributesRequireVerificationBeforeUpdate": []},
    "MfaConfiguration": "OFF",
    "EmailConfiguration": {"EmailSendingAccount": "COGNITO_DEFAULT"},
    "UserPoolTags": {},
    "AccountRecoverySetting": {
        "RecoveryMechanisms": [
            {"Priority": 1, "Name": "verified_email"},
            {"Priority": 2, "Name": "verified_phone_number"},
        ]
    },
    "UserPoolTier": "ESSENTIALS",
}


@dataclass(frozen=True, slots=True)
class PoolSettings:
    """The changeable settings of a pool. shown: all of them, by AWS's names, as the API shows them."""

    password_policy: PasswordPolicy
    deletion_protected: bool
    auto_verified_attributes: tuple[str, ...]
    sign_up_allowed: bool
    verification: Template
    invitation: Template
    shown: Mapping[str, Any]

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> PoolSettings:
        """The settings that were given, by AWS's names; a default for each that is None.

        Raises NotSupported for sign-in factors, MFA and links, which change what a user meets.
        """
        chosen = {name: value for name, value in given.items() if value is not None}
        _refuse_unsupported(chosen)
        policy = PasswordPolicy.of((chosen.get("Policies") or {}).get("PasswordPolicy"))
        creation = chosen.get("AdminCreateUserConfig") or {}
        shown = {
            **_DEFAULTS,
            **chosen,
            "Policies": {
                "PasswordPolicy": policy.document,
                "SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD"]},
            },
            "VerificationMessageTemplate": {
                **_DEFAULTS["VerificationMessageTemplate"],
                **(chosen.get("VerificationMessageTemplate") or {}),
            },
            "AdminCreateUserConfig": {
                "AllowAdminCreateUserOnly": False,
                "UnusedAccountValidityDays": policy.temporary_validity_days,
                **creation,
            },
        }
        return cls(
            password_policy=policy,
            deletion_protected=shown["DeletionProtection"] == "ACTIVE",
            auto_verified_attributes=tuple(chosen.get("AutoVerifiedAttributes") or ()),
            sign_up_allowed=not shown["AdminCreateUserConfig"]["AllowAdminCreateUserOnly"],
            verification=verification_template(shown),
            invitation=invitation_template(shown),
            shown=shown,
        )


def _refuse_unsupported(chosen: Mapping[str, Any]) -> None:
    sign_in = (chosen.get("Policies") or {}).get("SignInPolicy") or {}
    if sign_in.get("AllowedFirstAuthFactors", ["PASSWORD"]) != ["PASSWORD"]:
        raise NotSupported("cognito-idp: SignInPolicy with factors other than PASSWORD is not supported yet")
    if chosen.get("MfaConfiguration") == "ON":
        raise NotSupported("cognito-idp: MfaConfiguration ON is not supported yet")
    template = chosen.get("VerificationMessageTemplate") or {}
    if template.get("DefaultEmailOption") == "CONFIRM_WITH_LINK":
        raise NotSupported("cognito-idp: DefaultEmailOption CONFIRM_WITH_LINK is not supported yet")
