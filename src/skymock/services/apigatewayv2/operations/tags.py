"""Operations on the tags of APIs and stages."""

from __future__ import annotations

import re
from collections.abc import Mapping

from skymock.cloud.service import Output, Stored, operation
from skymock.services.apigatewayv2.errors import BadRequestException
from skymock.services.apigatewayv2.http_api import Apis, HttpApi

_TAGGED_ARN = re.compile(r"arn:[\w-]+:apigateway:[\w-]+::/apis/(?P<api>[^/]+)(?:/stages/(?P<stage>[^/]+))?")


class TagOperations:
    apis: Apis

    @operation
    def tag_resource(self, resource_arn: str, tags: Stored[dict[str, str]] | None = None) -> Output:
        """Add tags to an API or a stage. (API Gateway v2 API: TagResource)

        resource_arn: arn:aws:apigateway:us-east-1::/apis/{id}, for a stage with /stages/{name}.
        """
        tagged = _Tagged(self.apis, resource_arn)
        tagged.replace({**tagged.tags, **(tags or {})})
        return {}

    @operation
    def untag_resource(self, resource_arn: str, tag_keys: list[str]) -> Output:
        """Take tags away from an API or a stage. (API Gateway v2 API: UntagResource)"""
        tagged = _Tagged(self.apis, resource_arn)
        tagged.replace({key: value for key, value in tagged.tags.items() if key not in tag_keys})
        return {}

    @operation
    def get_tags(self, resource_arn: str) -> Output:
        """Show the tags of an API or a stage. (API Gateway v2 API: GetTags)"""
        return {"Tags": dict(_Tagged(self.apis, resource_arn).tags)}


class _Tagged:
    """The API or stage that an ARN names. Raises BadRequestException, NotFoundException."""

    def __init__(self, apis: Apis, arn: str) -> None:
        named = _TAGGED_ARN.fullmatch(arn)
        if named is None:
            raise BadRequestException("Invalid resource ARN specified in request")
        self._api: HttpApi = apis.named(named["api"])
        self._stage_name: str | None = named["stage"]
        self.tags: Mapping[str, str] = (
            self._api.settings.tags
            if self._stage_name is None
            else self._api.stages.named(self._stage_name).tags
        )

    def replace(self, tags: Mapping[str, str]) -> None:
        if self._stage_name is None:
            self._api.tag(tags)
        else:
            self._api.tag_stage(self._stage_name, tags)
