"""Operations on user pools."""

from __future__ import annotations

from base64 import b64encode
from functools import partial

from skymock.cloud.service import Output, Service, Stored, operation
from skymock.services.cognito_idp import discovery
from skymock.services.cognito_idp.attributes import Schema
from skymock.services.cognito_idp.documents import Document, stated
from skymock.services.cognito_idp.errors import InvalidParameterException
from skymock.services.cognito_idp.pagination import page
from skymock.services.cognito_idp.pool import UserPool, UserPools
from skymock.services.cognito_idp.pool_settings import PoolSettings
from skymock.services.cognito_idp.signing_keys import SigningKey
from skymock.services.cognito_idp.tokens import TokenIssuer
from skymock.services.cognito_idp.users import Users
from skymock.wire import Request, Response

_POOL_ID_LENGTH = 9
_KEY_ID_BYTES = 32

# Domains of issuers outside of the partition `aws`.
_DOMAIN_OF_PARTITION = {"aws-cn": "amazonaws.com.cn"}


class UserPoolOperations(Service):
    """CreateUserPool and the like."""

    pools: UserPools

    @operation
    def create_user_pool(
        self,
        pool_name: str,
        policies: Document | None = None,
        deletion_protection: str | None = None,
        auto_verified_attributes: list[str] | None = None,
        alias_attributes: list[str] | None = None,
        username_attributes: list[str] | None = None,
        sms_verification_message: str | None = None,
        email_verification_message: str | None = None,
        email_verification_subject: str | None = None,
        verification_message_template: Document | None = None,
        sms_authentication_message: Stored[str | None] = None,
        mfa_configuration: str | None = None,
        user_attribute_update_settings: Stored[Document | None] = None,
        email_configuration: Stored[Document | None] = None,
        sms_configuration: Stored[Document | None] = None,
        user_pool_tags: Stored[dict[str, str] | None] = None,
        admin_create_user_config: Document | None = None,
        schema: list[Document] | None = None,
        user_pool_add_ons: Stored[Document | None] = None,
        username_configuration: Document | None = None,
        account_recovery_setting: Stored[Document | None] = None,
        user_pool_tier: Stored[str | None] = None,
    ) -> Output:
        """Create a user pool. (Amazon Cognito API: CreateUserPool)

        A policy that is given makes only the requirements that it names; without one, all are made.
        MfaConfiguration may be OFF or OPTIONAL. Raises InvalidParameterException.
        """
        if alias_attributes and username_attributes:
            raise InvalidParameterException(
                "Only one of the aliasAttributes or usernameAttributes can be set in a User Pool."
            )
        settings = PoolSettings.of(
            {
                "Policies": policies,
                "DeletionProtection": deletion_protection,
                "AutoVerifiedAttributes": auto_verified_attributes,
                "SmsVerificationMessage": sms_verification_message,
                "EmailVerificationMessage": email_verification_message,
                "EmailVerificationSubject": email_verification_subject,
                "VerificationMessageTemplate": verification_message_template,
                "SmsAuthenticationMessage": sms_authentication_message,
                "MfaConfiguration": mfa_configuration,
                "UserAttributeUpdateSettings": user_attribute_update_settings,
                "EmailConfiguration": email_configuration,
                "SmsConfiguration": sms_configuration,
                "UserPoolTags": user_pool_tags,
                "AdminCreateUserConfig": admin_create_user_config,
                "UserPoolAddOns": user_pool_add_ons,
                "AccountRecoverySetting": account_recovery_setting,
                "UserPoolTier": user_pool_tier,
            }
        )
        users = Users(
            alias_attributes or (),
            username_attributes or (),
            case_sensitive=(username_configuration or {}).get("CaseSensitive", True),
        )
        fixed = {
            "AliasAttributes": alias_attributes,
            "UsernameAttributes": username_attributes,
            "UsernameConfiguration": username_configuration,
        }
        pool = self._new_pool(pool_name, settings, Schema(schema or ()), users, fixed)
        return {"UserPool": pool.document}

    @operation
    def describe_user_pool(self, user_pool_id: str) -> Output:
        """Show a user pool. (Amazon Cognito API: DescribeUserPool)

        Raises ResourceNotFoundException.
        """
        return {"UserPool": self.pools.named(user_pool_id, self.account_id).document}

    @operation
    def list_user_pools(self, max_results: int, next_token: str | None = None) -> Output:
        """List the account's user pools. (Amazon Cognito API: ListUserPools)"""
        pools, following = page(self.pools.of_account(self.account_id), max_results, next_token)
        return stated({"UserPools": [pool.summary for pool in pools], "NextToken": following})

    @operation
    def update_user_pool(
        self,
        user_pool_id: str,
        policies: Document | None = None,
        deletion_protection: str | None = None,
        auto_verified_attributes: list[str] | None = None,
        sms_verification_message: str | None = None,
        email_verification_message: str | None = None,
        email_verification_subject: str | None = None,
        verification_message_template: Document | None = None,
        sms_authentication_message: Stored[str | None] = None,
        mfa_configuration: str | None = None,
        user_attribute_update_settings: Stored[Document | None] = None,
        email_configuration: Stored[Document | None] = None,
        sms_configuration: Stored[Document | None] = None,
        user_pool_tags: Stored[dict[str, str] | None] = None,
        admin_create_user_config: Document | None = None,
        user_pool_add_ons: Stored[Document | None] = None,
        account_recovery_setting: Stored[Document | None] = None,
        pool_name: str | None = None,
        user_pool_tier: Stored[str | None] = None,
    ) -> Output:
        """Change a user pool; what is left out goes back to its default. (Amazon Cognito API: UpdateUserPool)

        Raises ResourceNotFoundException.
        """
        pool = self.pools.named(user_pool_id, self.account_id)
        pool.settings = PoolSettings.of(
            {
                "Policies": policies,
                "DeletionProtection": deletion_protection,
                "AutoVerifiedAttributes": auto_verified_attributes,
                "SmsVerificationMessage": sms_verification_message,
                "EmailVerificationMessage": email_verification_message,
                "EmailVerificationSubject": email_verification_subject,
                "VerificationMessageTemplate": verification_message_template,
                "SmsAuthenticationMessage": sms_authentication_message,
                "MfaConfiguration": mfa_configuration,
                "UserAttributeUpdateSettings": user_attribute_update_settings,
                "EmailConfiguration": email_configuration,
                "SmsConfiguration": sms_configuration,
                "UserPoolTags": user_pool_tags,
                "AdminCreateUserConfig": admin_create_user_config,
                "UserPoolAddOns": user_pool_add_ons,
                "AccountRecoverySetting": account_recovery_setting,
                "UserPoolTier": user_pool_tier,
            }
        )
        pool.name = pool_name or pool.name
        pool.modified_at = self.cloud.clock.now()
        return {}

    @operation
    def delete_user_pool(self, user_pool_id: str) -> Output:
        """Delete a user pool with all that is in it. (Amazon Cognito API: DeleteUserPool)

        Raises ResourceNotFoundException, InvalidParameterException (the pool is protected against deletion).
        """
        pool = self.pools.named(user_pool_id, self.account_id)
        if pool.settings.deletion_protected:
            raise InvalidParameterException(
                "The user pool cannot be deleted because deletion protection is activated. "
                "Deletion protection must be inactivated first."
            )
        self.pools.remove(pool)
        self.cloud.endpoints.unregister("cognito-idp-pool", pool.id)
        return {}

    def _new_pool(
        self, name: str, settings: PoolSettings, schema: Schema, users: Users, fixed: Document
    ) -> UserPool:
        cloud = self.cloud
        pool_id = f"{self.region}_{cloud.ids.alphanumeric(_POOL_ID_LENGTH)}"
        pool = UserPool(
            pool_id,
            name,
            self.arn(f"userpool/{pool_id}"),
            account_id=self.account_id,
            settings=settings,
            schema=schema,
            users=users,
            tokens=self._token_issuer(pool_id),
            fixed=stated(fixed),
            clock=cloud.clock,
            ids=cloud.ids,
            outbox=self.pools.outbox,
        )
        self.pools.add(pool)
        cloud.endpoints.register("cognito-idp-pool", pool_id, partial(self._serve, pool))
        return pool

    def _token_issuer(self, pool_id: str) -> TokenIssuer:
        domain = _DOMAIN_OF_PARTITION.get(self.partition, "amazonaws.com")
        place = f"{self.region}/{self.pools.next_number()}"
        return TokenIssuer(
            f"https://cognito-idp.{self.region}.{domain}/{pool_id}",
            self._signing_key(f"{place}/id"),
            self._signing_key(f"{place}/access"),
            self.cloud.clock,
            self.cloud.ids,
        )

    def _signing_key(self, place: str) -> SigningKey:
        return SigningKey(b64encode(self.cloud.ids.bytes(_KEY_ID_BYTES)).decode(), place)

    def _serve(self, pool: UserPool, request: Request) -> Response:
        with self.cloud.lock:
            return discovery.serve(pool, request)
