"""Where the code of functions and layers comes from, and how much of it there may be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from skymock.errors import AwsError, NotSupported
from skymock.services.lambda_.code import Code, ZippedCode
from skymock.services.lambda_.errors import (
    CodeStorageExceededException,
    InvalidParameterValueException,
    RequestTooLargeException,
)
from skymock.services.lambda_.operations.base import LambdaState

# (Lambda Developer Guide: Lambda quotas; CLI's error for a zip of more than 50 MB, which a request has in base64)
MOST_REQUEST_BYTES = 70_167_211
MOST_STORED_BYTES = 75 * 1024**3


class Packages(LambdaState):
    """What the operations on functions and those on layers share."""

    @property
    def stored_bytes(self) -> int:
        """The size of all that is stored: of every version of every function and layer."""
        return sum(code.size for code in self._stored())

    def check_storage(self, more_bytes: int) -> None:
        """Raises CodeStorageExceededException where the account has no room for so much more."""
        if self.stored_bytes + more_bytes > MOST_STORED_BYTES:
            raise CodeStorageExceededException("Code storage limit exceeded.")

    def package(self, operation_name: str, package_type: str, code: Mapping[str, Any]) -> Code:
        """A package from the members of FunctionCode. Raises InvalidParameterValueException and what it says."""
        known = ("ZipFile", "S3Bucket", "S3Key", "S3ObjectVersion", "ImageUri")
        others = [member for member, value in code.items() if member not in known and value is not None]
        if others:
            raise NotSupported(f"lambda: {operation_name} with Code.{others[0]} is not supported yet")
        if package_type == "Image":
            return self._image(code.get("ImageUri"))
        if code.get("S3Bucket") and code.get("S3Key"):
            return ZippedCode(self._object(code))
        zipped: bytes | None = code.get("ZipFile")
        if not zipped:
            raise InvalidParameterValueException("Please provide a source for function code.")
        if 4 * len(zipped) / 3 >= MOST_REQUEST_BYTES:
            raise RequestTooLargeException(
                f"Request must be smaller than {MOST_REQUEST_BYTES} bytes for the {operation_name} operation"
            )
        return ZippedCode(zipped)

    def _stored(self) -> Iterator[Code]:
        for function in self.functions.values():
            yield function.code
            yield from (version.code for version in function.versions.values())
        for layer in self.layers.values():
            yield from (version.code for version in layer.versions.values())

    def _image(self, uri: str | None) -> Code:
        if uri is None:
            raise InvalidParameterValueException("Please provide a source for function code.")
        try:
            return self.images[uri]
        except KeyError:
            raise NotSupported(
                f"lambda: the image {uri} cannot be run; say what to run instead of it: "
                f"cloud.functions.image({uri!r}, handler)"
            ) from None

    def _object(self, code: Mapping[str, Any]) -> bytes:
        """A zip from S3, read as the caller."""
        parameters = {"Bucket": code["S3Bucket"], "Key": code["S3Key"]}
        if code.get("S3ObjectVersion"):
            parameters["VersionId"] = code["S3ObjectVersion"]
        try:
            answer = self.cloud.call(
                "s3",
                "GetObject",
                parameters,
                account_id=self.account_id,
                region=self.region,
                principal=self.caller,
            )
        except AwsError as error:
            raise InvalidParameterValueException(
                f"Error occurred while GetObject. S3 Error Code: {error.code}. "
                f"S3 Error Message: {error.message}"
            ) from None
        body = answer["Body"]
        return bytes(body if isinstance(body, bytes) else body.read())
