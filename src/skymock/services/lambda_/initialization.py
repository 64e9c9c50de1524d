"""How an execution environment comes to be ready: when it is invoked, or ahead of that.

(Lambda Developer Guide: Understanding the Lambda execution environment lifecycle)
"""

from __future__ import annotations

# What AWS_LAMBDA_INITIALIZATION_TYPE says. (Lambda Developer Guide: Using Lambda environment variables)
ON_DEMAND, PROVISIONED, SNAP_START = "on-demand", "provisioned-concurrency", "snap-start"

# How long the import of a function's code may take that an invocation waits for. After that it is begun anew, as part
# of the invocation and of its time.
INIT_SECONDS = 10

# How long it may take ahead of all invocations, if the function's timeout is not longer.
INIT_AHEAD_SECONDS = 130

# How long what a function wants done after its snapshot was restored may take. (Lambda Developer Guide: Lambda
# SnapStart runtime hooks for Python)
RESTORE_SECONDS = 10


def ahead_seconds(timeout_seconds: int) -> int:
    return max(INIT_AHEAD_SECONDS, timeout_seconds)
