"""Amazon DynamoDB Accelerator. `ReadThroughCache` is its cache; clusters and their wire protocol come later."""

from __future__ import annotations

from skymock.services.dax.read_through import ReadThroughCache

__all__ = ["ReadThroughCache"]
