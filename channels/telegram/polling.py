"""Receiving by long polling: an update is given back to Telegram until it is stored."""

import json
import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any

from telegram import Bot

from care.clock import Clock
from channels.base import Incoming, Receive
from channels.errors import ChannelError, Malformed
from channels.patience import Patience
from channels.telegram.errors import call
from channels.telegram.parse import KINDS, Body, checked

LONG_POLL = 25
log = logging.getLogger(__name__)

Take = Callable[[Body, bytes, datetime], list[Incoming]]


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
