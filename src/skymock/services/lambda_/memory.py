"""How much memory the process that runs a handler has used."""

from __future__ import annotations

import sys

try:
    import resource
except ImportError:  # pragma: no cover - Windows
    resource = None  # type: ignore[assignment]  # as it says

# macOS counts bytes, Linux kilobytes. (man getrusage)
_RSS_UNITS_PER_MB = 1024 * 1024 if sys.platform == "darwin" else 1024


def peak_memory_mb() -> int:
    """The whole process's, for it is the process that runs the handler; 0 where the platform does not tell."""
    if resource is None:  # pragma: no cover - Windows
        return 0
    peak: int = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak // _RSS_UNITS_PER_MB
