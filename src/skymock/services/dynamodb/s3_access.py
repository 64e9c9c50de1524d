"""Amazon S3 as an export or an import reaches it: on behalf of whoever began it, with their permissions."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import Any

from skymock.cloud.identifiers import Identifiers
from skymock.cloud.service import Output
from skymock.errors import AwsError

Call = Callable[[str, Mapping[str, Any]], Output]


class S3Failure(Exception):
    """S3 refused what a job asked of it. code, message: as the job tells it. error_code: S3's own."""

    def __init__(self, error: AwsError, ids: Identifiers) -> None:
        self.error_code = error.code or error.shape_name
        self.code = f"S3{self.error_code}"
        # Ids as S3 gives them; they are drawn here, for S3 has answered no request from outside.
        extended_id = base64.b64encode(ids.bytes(56)).decode()
        self.message = (
            f"{error.message} (Service: Amazon S3; Status Code: {error.status or 400}; "
            f"Error Code: {self.error_code}; Request ID: {ids.upper_alphanumeric(16)}; "
            f"S3 Extended Request ID: {extended_id}; Proxy: null)"
        )
        super().__init__(self.message)


class S3Bucket:
    """A bucket. owner: the account that it must be of. call: an operation of S3's, by its name.

    `put` and `keys`, one of which comes first, look at the owner. Each method raises S3Failure.
    """

    def __init__(self, name: str, owner: str, call: Call, ids: Identifiers) -> None:
        self.name = name
        self._ids = ids
        self._owner = {"ExpectedBucketOwner": owner}
        self._call = call

    def put(self, key: str, body: bytes) -> None:
        self._do("PutObject", **self._owner, Key=key, Body=body)

    def upload(self, key: str, body: bytes) -> str:
        """Write an object as DynamoDB writes data: in parts, though it be one. Gives its entity tag."""
        upload_id = self._do("CreateMultipartUpload", Key=key)["UploadId"]
        upload = {"Key": key, "UploadId": upload_id}
        try:
            part = self._do("UploadPart", **upload, PartNumber=1, Body=body)
            parts = {"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]}
            etag: str = self._do("CompleteMultipartUpload", **upload, MultipartUpload=parts)["ETag"]
        except S3Failure:
            with suppress(S3Failure):
                self._do("AbortMultipartUpload", **upload)
            raise
        return etag.strip('"')

    def keys(self, prefix: str) -> Iterator[str]:
        """The keys of all objects that begin so, in their order."""
        page: Output = {"IsTruncated": True}
        while page["IsTruncated"]:
            token = page.get("NextContinuationToken")
            further = {} if token is None else {"ContinuationToken": token}
            page = self._do("ListObjectsV2", **self._owner, Prefix=prefix, **further)
            for entry in page.get("Contents", ()):
                yield entry["Key"]

    def get(self, key: str) -> bytes:
        body: bytes = self._do("GetObject", Key=key)["Body"]
        return body

    def _do(self, operation: str, **parameters: Any) -> Output:
        try:
            return self._call(operation, {"Bucket": self.name, **parameters})
        except AwsError as error:
            raise S3Failure(error, self._ids) from error


def md5_base64(body: bytes) -> str:
    """The MD5 sum of an object, as manifests tell it."""
    return base64.b64encode(hashlib.md5(body, usedforsecurity=False).digest()).decode()
