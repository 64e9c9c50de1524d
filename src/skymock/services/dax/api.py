"""The management of DAX clusters. (Amazon DynamoDB Accelerator API Reference)"""

from __future__ import annotations

from skymock.cloud.service import Service


class Dax(Service):
    """DAX clusters of an account in a region. None of its operations is supported yet."""

    name = "dax"
