"""The functions of expressions, and how many operands each has."""

from __future__ import annotations

CONDITION_ARITIES = {
    "attribute_exists": 1,
    "attribute_not_exists": 1,
    "attribute_type": 2,
    "begins_with": 2,
    "contains": 2,
    "size": 1,
}
UPDATE_ARITIES = {"if_not_exists": 2, "list_append": 2}
