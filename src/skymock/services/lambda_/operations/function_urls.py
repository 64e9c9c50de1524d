"""The configuration of function URLs."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from skymock.cloud.service import Output, operation
from skymock.services.lambda_.errors import ResourceConflictException, ResourceNotFoundException
from skymock.services.lambda_.function import Function
from skymock.services.lambda_.function_url import HOST_KIND, FunctionUrl
from skymock.services.lambda_.names import FunctionReference
from skymock.services.lambda_.operations.base import LambdaState
from skymock.services.lambda_.operations.pages import page_of
from skymock.services.lambda_.url_requests import UrlRequests

# (Lambda API: ListFunctionUrlConfigs)
MOST_URLS_LISTED = 50

Wire = Mapping[str, Any]


class FunctionUrlOperations(LambdaState):
    @operation
    def create_function_url_config(
        self,
        function_name: str,
        auth_type: str,
        qualifier: str | None = None,
        cors: Wire | None = None,
        invoke_mode: str | None = None,
    ) -> Output:
        """Give a function or an alias a URL. (Lambda API: CreateFunctionUrlConfig)

        auth_type: "NONE" lets all call it whom the function's policy lets, "AWS_IAM" asks for a signature.
        Raises ResourceNotFoundException, ResourceConflictException.
        """
        function, reference = self._with_url(function_name, qualifier)
        arn = self.function_arn(reference)
        if reference.qualifier in function.urls:
            raise ResourceConflictException(
                f"Failed to create function url config for [functionArn = {arn}]. Error message:  FunctionUrlConfig "
                "exists for this Lambda function"
            )
        now = self.cloud.clock.now()
        url_id = self.cloud.ids.lower_alphanumeric(32)
        url = FunctionUrl(url_id, self.region, arn, auth_type, cors, invoke_mode, now, now)
        function.urls[reference.qualifier] = url
        requests = UrlRequests(self.cloud, function, reference.qualifier)
        self.cloud.endpoints.register(HOST_KIND, url_id, requests.serve)
        return url.created()

    @operation
    def update_function_url_config(
        self,
        function_name: str,
        qualifier: str | None = None,
        auth_type: str | None = None,
        cors: Wire | None = None,
        invoke_mode: str | None = None,
    ) -> Output:
        """Change what is given; the URL stays. (Lambda API: UpdateFunctionUrlConfig)

        An empty `cors` takes it back. Raises ResourceNotFoundException.
        """
        function, reference = self._with_url(function_name, qualifier)
        url = _url(function, reference)
        changed = dataclasses.replace(
            url,
            auth_type=auth_type or url.auth_type,
            cors=url.cors if cors is None else cors,
            invoke_mode=invoke_mode or url.invoke_mode,
            modified_at=self.cloud.clock.now(),
        )
        function.urls[reference.qualifier] = changed
        return changed.updated()

    @operation
    def get_function_url_config(self, function_name: str, qualifier: str | None = None) -> Output:
        """The URL of a function or an alias. (Lambda API: GetFunctionUrlConfig)"""
        reference = self.reference(function_name, qualifier)
        return _url(self.functions.get(reference.name), reference).describe()

    @operation
    def list_function_url_configs(
        self, function_name: str, marker: str | None = None, max_items: int = MOST_URLS_LISTED
    ) -> Output:
        """The URLs of a function and its aliases. (Lambda API: ListFunctionUrlConfigs)"""
        function, _ = self._with_url(function_name, None)
        urls = {url.arn: url for url in function.urls.values()}
        page, next_marker = page_of(sorted(urls), marker, min(max_items, MOST_URLS_LISTED))
        answer: dict[str, Any] = {"FunctionUrlConfigs": [urls[arn].describe() for arn in page]}
        if next_marker is not None:
            answer["NextMarker"] = next_marker
        return answer

    @operation
    def delete_function_url_config(self, function_name: str, qualifier: str | None = None) -> Output:
        """Delete a URL; another one will be different. (Lambda API: DeleteFunctionUrlConfig)"""
        reference = self.reference(function_name, qualifier)
        function = self.functions.get(reference.name)
        _url(function, reference)
        if function is not None:
            function.close_url(reference.qualifier)
        return {}

    def _with_url(self, function_name: str, qualifier: str | None) -> tuple[Function, FunctionReference]:
        """(recorded: test_url_config_exceptions)"""
        reference = self.reference(function_name, qualifier)
        try:
            return self.function(reference), reference
        except ResourceNotFoundException:
            raise ResourceNotFoundException("Function does not exist") from None


def _url(function: Function | None, reference: FunctionReference) -> FunctionUrl:
    """(recorded: test_url_config_exceptions)"""
    url = function.urls.get(reference.qualifier) if function is not None else None
    if url is None:
        raise ResourceNotFoundException("The resource you requested does not exist.")
    return url
