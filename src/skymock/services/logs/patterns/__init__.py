"""Filter patterns: terms, JSON selectors and space-delimited fields.

(CloudWatch Logs User Guide: Filter pattern syntax)
"""

from __future__ import annotations

from skymock.services.logs.patterns.delimited import parse_delimited
from skymock.services.logs.patterns.json_fields import parse_json
from skymock.services.logs.patterns.pattern import InvalidPattern, Match, Pattern
from skymock.services.logs.patterns.terms import parse_terms

__all__ = ["InvalidPattern", "Match", "Pattern", "parse_pattern"]


def parse_pattern(text: str) -> Pattern:
    """Read a filter pattern. Raises InvalidPattern."""
    stripped = text.strip()
    if stripped.startswith("{"):
        return parse_json(stripped)
    if stripped.startswith("["):
        return parse_delimited(stripped)
    return parse_terms(stripped)
