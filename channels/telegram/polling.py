"""Receiving by long polling: an update is given back to Telegram until it is stored."""

import json
import logging
import random
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from telegram import Bot

from care.clock import Clock
from channels.base import Incoming, Receive
from channels.errors import ChannelError, ChannelMisconfigured, Malformed, RetryAfter
from channels.telegram.errors import call
from channels.telegram.parse import KINDS, Body, checked

LONG_POLL = 25
PAUSE_WHEN_REFUSED = 60.0
PAUSE_WHEN_UNSTORED = 1.0  # short: a cry for help among them is answered from memory
log = logging.getLogger(__name__)

Take = Callable[[Body, bytes, datetime], list[Incoming]]


class Patience:
    """How long to wait after a failure, and what `check` should say meanwhile."""

    def __init__(self, sleep: Callable[[float], Awaitable[None]], chance: random.Random) -> None:
        self._sleep = sleep
        self._chance = chance
        self._failures = 0
        self.trouble = "starting"

    def over(self) -> None:
        if self._failures:
            log.info("telegram: working again")
        self._failures = 0
        self.trouble = ""

    async def wait(self, error: Exception) -> None:
        """A lasting trouble is logged once, not at every attempt."""
        reason = error.reason if isinstance(error, ChannelError) else "messages cannot be stored"
        if reason != self.trouble:
            log.warning("telegram: %s (%s)", reason, type(error).__name__)
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


async def poll(bot: Bot, take: Take, receive: Receive, patience: Patience, clock: Clock) -> None:
    """Runs until cancelled. The offset moves only when `receive` has returned."""
    offset: int | None = None
    while True:
        try:
            updates = await _fetch(bot, offset)
            incoming, last = _read(updates, take, clock())
            if incoming:
                await receive(incoming)
        except Exception as error:  # whatever storage raises, the same updates come again
            await patience.wait(error)
            continue
        patience.over()
        offset = offset if last is None else last + 1


async def _fetch(bot: Bot, offset: int | None) -> list[Any]:
    """The raw updates: one that the library cannot parse must not hold back the others."""
    wanted = {"offset": offset, "timeout": LONG_POLL, "allowed_updates": list(KINDS)}
    # Spelled so that the library does not advise its own get_updates, which parses all or none.
    request = bot.do_api_request("get_Updates", wanted, read_timeout=LONG_POLL + 10)
    updates = await call(request)
    if not isinstance(updates, list):
        raise ChannelError("no readable answer")
    return updates


def _read(
    updates: list[Any], take: Take, received_at: datetime
) -> tuple[list[Incoming], int | None]:
    incoming: list[Incoming] = []
    ids: list[int] = []
    for update in updates:
        try:
            ids.append(checked(update)["update_id"])
            incoming += take(update, _as_bytes(update), received_at)
        except Malformed as error:
            log.warning("telegram: an update was left out (%s)", error)
    if updates and not ids:
        raise ChannelError("no readable answer")
    return incoming, max(ids, default=None)


def _as_bytes(update: Body) -> bytes:
    text = json.dumps(update, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "surrogatepass")
