"""Subnet groups: where a cluster's nodes stand. Nothing here has a network, so they are only shown again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

DEFAULT_SUBNET_GROUP = "default"


@dataclass
class SubnetGroup:
    """subnets: ids and availability zones."""

    name: str
    description: str
    vpc_id: str
    subnets: list[tuple[str, str]]

    @classmethod
    def default(cls, region: str) -> SubnetGroup:
        """The group of an account's default VPC."""
        zones = [f"{region}{letter}" for letter in "abc"]
        subnets = [(f"subnet-{place:017x}", zone) for place, zone in enumerate(zones, 1)]
        return cls(DEFAULT_SUBNET_GROUP, "Default CacheSubnetGroup", f"vpc-{0:017x}", subnets)

    @property
    def zones(self) -> list[str]:
        return [zone for _, zone in self.subnets]

    def place(self, subnet_ids: Sequence[str], region: str) -> None:
        """Let it have these subnets, spread over the region's zones."""
        zones = [f"{region}{letter}" for letter in "abc"]
        self.subnets = [(subnet, zones[place % len(zones)]) for place, subnet in enumerate(subnet_ids)]

    def described(self) -> dict[str, Any]:
        shown: dict[str, Any] = {
            "SubnetGroupName": self.name,
            "VpcId": self.vpc_id,
            "Subnets": [
                {
                    "SubnetIdentifier": subnet,
                    "SubnetAvailabilityZone": zone,
                    "SupportedNetworkTypes": ["ipv4"],
                }
                for subnet, zone in self.subnets
            ],
            "SupportedNetworkTypes": ["ipv4"],
        }
        return {**shown, "Description": self.description} if self.description else shown
