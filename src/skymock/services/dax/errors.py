"""DAX's exceptions, under AWS's names."""

from __future__ import annotations

from skymock.errors import AwsError


class ClusterAlreadyExistsFault(AwsError):
    """The account has a cluster of that name in the region."""


class ClusterNotFoundFault(AwsError):
    """There is no cluster of that name, or the ARN names none."""

    def __init__(self, message: str = "Cluster not found.") -> None:
        super().__init__(message)


class ClusterQuotaForCustomerExceededFault(AwsError):
    """More clusters than an account may have."""


class InvalidARNFault(AwsError):
    """What should be a cluster's ARN is none."""


class InvalidClusterStateFault(AwsError):
    """The cluster is not available: it is being created, changed or deleted."""


class InvalidParameterCombinationException(AwsError):
    """Parameters that may not stand together."""


class InvalidParameterGroupStateFault(AwsError):
    """The parameter group is in use."""


class InvalidParameterValueException(AwsError):
    """A parameter with a value that AWS does not take."""


class NodeNotFoundFault(AwsError):
    """The cluster has no node of that id."""


class NodeQuotaForClusterExceededFault(AwsError):
    """More nodes than a cluster may have."""


class NodeQuotaForCustomerExceededFault(AwsError):
    """More nodes than an account may have in a region."""


class ParameterGroupAlreadyExistsFault(AwsError):
    """There is a parameter group of that name."""


class ParameterGroupNotFoundFault(AwsError):
    """There is no parameter group of that name."""


class ParameterGroupQuotaExceededFault(AwsError):
    """More parameter groups than an account may have in a region."""


class SubnetGroupAlreadyExistsFault(AwsError):
    """There is a subnet group of that name."""


class SubnetGroupInUseFault(AwsError):
    """A cluster stands in the subnet group."""


class SubnetGroupNotFoundFault(AwsError):
    """There is no subnet group of that name."""


class SubnetGroupQuotaExceededFault(AwsError):
    """More subnet groups than an account may have in a region."""


class SubnetInUse(AwsError):
    """A cluster has nodes in the subnet."""


class SubnetQuotaExceededFault(AwsError):
    """More subnets than a subnet group may have."""


class InvalidSubnet(AwsError):
    """What should be a subnet is none."""


class TagNotFoundFault(AwsError):
    """The cluster has no such tag."""


class TagQuotaPerResourceExceeded(AwsError):
    """More tags than a cluster may have."""


class ThrottlingException(AwsError):
    """A node has more to do than it can. (DynamoDB developer guide: DAX, request rate)"""

    code, status = "ThrottlingException", 400
