"""The world that a function sees inside the process: see `sandbox.py`, and `process.py` for how it is put up."""

from skymock.services.lambda_.sandbox.exits import Exited
from skymock.services.lambda_.sandbox.process import PROCESS
from skymock.services.lambda_.sandbox.sandbox import RuntimeLog, Sandbox

__all__ = ["PROCESS", "Exited", "RuntimeLog", "Sandbox"]
