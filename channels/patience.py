"""How long a channel waits after a failure of receiving."""

import logging
import random
from collections.abc import Awaitable, Callable

from channels.errors import ChannelError, ChannelMisconfigured, RetryAfter

PAUSE_WHEN_REFUSED = 60.0
PAUSE_WHEN_UNSTORED = 1.0  # short: a cry for help among them is answered from memory
log = logging.getLogger(__name__)


class Patience:
    """How long to wait after a failure, and what `check` should say meanwhile."""

    def __init__(
        self, channel: str, sleep: Callable[[float], Awaitable[None]], chance: random.Random
    ) -> None:
        self._channel = channel
        self._sleep = sleep
        self._chance = chance
        self._failures = 0
        self.trouble = "starting"

    def over(self) -> None:
        if self._failures:
            log.info("%s: working again", self._channel)
        self._failures = 0
        self.trouble = ""

    async def wait(self, error: Exception) -> None:
        """A lasting trouble is logged once, not at every attempt."""
        reason = error.reason if isinstance(error, ChannelError) else "messages cannot be stored"
        if reason != self.trouble:
            log.warning("%s: %s (%s)", self._channel, reason, type(error).__name__)
        self.trouble = reason
        self._failures += 1
        await self._sleep(self._seconds(error))

    def _seconds(self, error: Exception) -> float:
        if isinstance(error, ChannelMisconfigured):
            return PAUSE_WHEN_REFUSED
        if isinstance(error, RetryAfter):
            return error.seconds
        if not isinstance(error, ChannelError):
            return PAUSE_WHEN_UNSTORED
        most: float = min(PAUSE_WHEN_REFUSED, 2.0 ** min(self._failures - 1, 6))
        return most * self._chance.uniform(0.5, 1.0)
