"""Tags of clusters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from skymock.cloud.service import Output, operation
from skymock.cloud.targets import Arn
from skymock.services.dax.cluster import Cluster
from skymock.services.dax.errors import (
    ClusterNotFoundFault,
    InvalidARNFault,
    TagNotFoundFault,
    TagQuotaPerResourceExceeded,
)
from skymock.services.dax.operations.base import DaxService
from skymock.services.dax.operations.paging import page

MAX_TAGS = 50  # Quotas in DynamoDB: tags per resource


class TagOperations(DaxService):
    @operation
    def tag_resource(self, resource_name: str, tags: Sequence[Mapping[str, str]]) -> Output:
        """Tag a cluster, by its ARN. (DAX API: TagResource)

        Raises InvalidARNFault, ClusterNotFoundFault, TagQuotaPerResourceExceeded.
        """
        cluster = self._cluster_of(resource_name)
        changed = cluster.settings.tags | {tag["Key"]: tag["Value"] for tag in tags}
        if len(changed) > MAX_TAGS:
            raise TagQuotaPerResourceExceeded(f"The maximum number of tags is {MAX_TAGS}.")
        cluster.settings.tags = changed
        return {"Tags": _shown(cluster)}

    @operation
    def untag_resource(self, resource_name: str, tag_keys: Sequence[str]) -> Output:
        """Take tags from a cluster, all named or none. (DAX API: UntagResource)

        Raises InvalidARNFault, ClusterNotFoundFault, TagNotFoundFault.
        """
        cluster = self._cluster_of(resource_name)
        for key in tag_keys:
            if key not in cluster.settings.tags:
                raise TagNotFoundFault(f"Tag {key} not found.")
        cluster.settings.tags = {
            key: value for key, value in cluster.settings.tags.items() if key not in tag_keys
        }
        return {"Tags": _shown(cluster)}

    @operation
    def list_tags(self, resource_name: str, next_token: str | None = None) -> Output:
        """Show a cluster's tags. (DAX API: ListTags)

        Raises InvalidARNFault, ClusterNotFoundFault, InvalidParameterValueException.
        """
        return page("Tags", _shown(self._cluster_of(resource_name)), None, next_token)

    def _cluster_of(self, resource_name: str) -> Cluster:
        try:
            arn = Arn.parse(resource_name)
        except ValueError:
            raise InvalidARNFault(f"Invalid ARN: {resource_name}") from None
        kind, _, name = arn.resource.partition("/")
        if arn.service != "dax" or kind != "cache" or not name:
            raise InvalidARNFault(f"Invalid ARN: {resource_name}")
        cluster = self.clusters.get(name)
        if cluster is None or cluster.arn != resource_name:
            raise ClusterNotFoundFault
        return cluster


def _shown(cluster: Cluster) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in cluster.settings.tags.items()]
