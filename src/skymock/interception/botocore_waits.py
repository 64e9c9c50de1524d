"""botocore's waits: of retries, waiters and its adaptive rate limit. Under a frozen clock they move the clock."""

from __future__ import annotations

import time as real_time
from types import ModuleType
from typing import Any

import botocore.endpoint
import botocore.waiter
from botocore.exceptions import CapacityNotAvailableError
from botocore.retries.bucket import TokenBucket

from skymock.interception import Patch, active

# A wait that rounds to nothing must not be waited for ever.
SHORTEST_WAIT_SECONDS = 0.001


class WaitsPatch(Patch):
    def install(self) -> None:
        self.replace(botocore.endpoint, "time", CLOUD_TIME)
        self.replace(botocore.waiter, "time", CLOUD_TIME)
        self.replace(TokenBucket, "acquire", _acquire)


PATCH = WaitsPatch()

_acquire_for_real = TokenBucket.acquire


class CloudTime(ModuleType):
    """The `time` module as botocore's retries and waiters see it: under a frozen clock a sleep moves the clock."""

    def sleep(self, seconds: float) -> None:
        mocked = active()
        if mocked is None:
            real_time.sleep(seconds)
        else:
            mocked.cloud.clock.sleep(seconds)

    def __getattr__(self, name: str) -> Any:
        return getattr(real_time, name)


CLOUD_TIME = CloudTime("time")


def _acquire(bucket: Any, amount: float = 1, block: bool = True) -> Any:
    """Tokens of the adaptive mode. They come with time, so under a frozen clock botocore would wait for ever."""
    mocked = active()
    if mocked is None or not mocked.cloud.clock.is_frozen or not block:
        return _acquire_for_real(bucket, amount, block)
    while True:
        try:
            return _acquire_for_real(bucket, amount, block=False)
        except CapacityNotAvailableError:
            mocked.cloud.clock.sleep(max(bucket._sleep_amount(amount), SHORTEST_WAIT_SECONDS))
