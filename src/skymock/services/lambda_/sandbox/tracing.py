"""AWS X-Ray's SDK: its recorder is the process's; functions see it as in Lambda, the test as elsewhere."""

from __future__ import annotations

import sys
from typing import Any

from skymock.services.lambda_.sandbox.current import current_sandbox

_SDK = "aws_xray_sdk.core"


class RecorderContext:
    """The recorder's context: in Lambda its segment is the invocation's, which `_X_AMZN_TRACE_ID` tells of."""

    covered: Any

    def __init__(self, in_lambda: Any) -> None:
        self.__dict__["_in_lambda"] = in_lambda

    def __getattr__(self, name: str) -> Any:
        return getattr(self._present(), name)

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "covered":
            self.__dict__[name] = value
        else:
            setattr(self._present(), name, value)

    def _present(self) -> Any:
        return self.__dict__["covered" if current_sandbox() is None else "_in_lambda"]


def recorder_stand_in() -> tuple[dict[str, Any], str, RecorderContext, None] | None:
    """What stands for the recorder's context while functions run, where somebody has imported the SDK."""
    sdk = sys.modules.get(_SDK)
    recorder = getattr(sdk, "xray_recorder", None)
    if recorder is None:
        return None
    settle()
    launcher: Any = sys.modules[f"{_SDK}.lambda_launcher"]
    return vars(recorder), "_context", RecorderContext(launcher.LambdaContext()), None


def settle() -> None:
    """A recorder that a function was the first to import has Lambda's context; the test shall not."""
    recorder = getattr(sys.modules.get(_SDK), "xray_recorder", None)
    if recorder is None:
        return
    launcher: Any = sys.modules[f"{_SDK}.lambda_launcher"]
    if type(vars(recorder)["_context"]) is launcher.LambdaContext:
        vars(recorder)["_context"] = launcher.Context()
