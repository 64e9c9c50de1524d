"""Switching contributor insights on and off."""

from __future__ import annotations

from collections.abc import Iterator

from skymock.cloud.service import Output, operation
from skymock.services.dynamodb.contributor_insights import ALL_KEYS, ContributorInsights, TableInsights
from skymock.services.dynamodb.errors import ResourceNotFoundException, ValidationException
from skymock.services.dynamodb.operations.base import TableService
from skymock.services.dynamodb.table import Table

_NOT_ACTIVE = (
    "Table or Index is not in a valid state to update Key Access Insights: "
    "{} must be ACTIVE to enable ContributorInsights."
)


class ContributorInsightsOperations(TableService):
    def contributor_insights(self, table_name: str, index_name: str | None = None) -> ContributorInsights:
        """What was counted of a table's keys, or of an index's, while insights were enabled: for tests to ask.

        Raises ResourceNotFoundException.
        """
        return self._insights(self.tables.named(table_name), index_name)

    @operation
    def update_contributor_insights(
        self,
        table_name: str,
        contributor_insights_action: str,
        index_name: str | None = None,
        contributor_insights_mode: str = ALL_KEYS,
    ) -> Output:
        """Count the keys of a table or a global index, or no more. (DynamoDB API: UpdateContributorInsights)

        Without a mode, all keys are counted, also where it was the throttled ones alone.
        Raises ResourceNotFoundException, ValidationException.
        """
        table = self.tables.named(table_name)
        insights = self._insights(table, index_name)
        now = self.cloud.clock.time()
        if contributor_insights_action == "ENABLE":
            _check_active(table, index_name)
            change = insights.enabling(contributor_insights_mode, now)
        else:
            change = insights.disabling(now)
        answer = insights.summary
        if change is not None:
            insights.follow(self.cloud.transitions.begin(change))
        return answer

    @operation
    def describe_contributor_insights(self, table_name: str, index_name: str | None = None) -> Output:
        """Tell whether keys are counted, and by which rules. (DynamoDB API: DescribeContributorInsights)

        Raises ResourceNotFoundException.
        """
        insights = self._insights(self.tables.named(table_name), index_name)
        insights.described()
        return insights.description

    @operation
    def list_contributor_insights(
        self, table_name: str | None = None, next_token: str | None = None, max_results: int = 100
    ) -> Output:
        """List the tables and indexes whose keys are counted. (DynamoDB API: ListContributorInsights)

        Pages have no gaps, where AWS's may be empty. Raises ResourceNotFoundException, ValidationException.
        """
        tables = (
            [self.tables.described(name) for name in self.tables.names]
            if table_name is None
            else [self.tables.named(table_name)]
        )
        listed = [insights for table in tables for insights in _enabled(table)]
        start = 0 if next_token is None else _position(next_token)
        page = listed[start : start + max_results]
        output: dict[str, object] = {"ContributorInsightsSummaries": [insights.summary for insights in page]}
        if start + max_results < len(listed):
            output["NextToken"] = str(start + max_results)
        return output

    def _insights(self, table: Table, index_name: str | None) -> ContributorInsights:
        """Those of a table or of its index. A table has them from when they are first asked for."""
        index = None if index_name is None else table.indexes.get(index_name)
        if index_name is not None and (index is None or not index.is_global):
            raise ResourceNotFoundException(
                f"Requested resource not found: Index: {index_name} not found for table: {table.name}"
            )
        if table.insights is None:
            table.insights = TableInsights(table)
        return table.insights.of(index_name)


def _check_active(table: Table, index_name: str | None) -> None:
    if table.life == "CREATING":
        raise ValidationException(_NOT_ACTIVE.format("TableStatus"))
    if index_name is not None and table.indexes[index_name].status == "CREATING":
        raise ValidationException(_NOT_ACTIVE.format("IndexStatus"))


def _enabled(table: Table) -> Iterator[ContributorInsights]:
    return (insights for insights in table.insights or () if insights.status != "DISABLED")


def _position(token: str) -> int:
    if not token.isdigit():
        raise ValidationException("Invalid NextToken")  # the words are ours
    return int(token)
