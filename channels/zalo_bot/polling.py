"""Receiving by long polling. Zalo forgets an update once it was fetched, so it is kept here."""

import json
import logging
from collections.abc import Callable
from datetime import datetime

from care.clock import Clock
from channels.base import Incoming, Receive
from channels.bodies import Body
from channels.errors import ChannelError, Malformed
from channels.patience import Patience
from channels.zalo_bot.errors import Api, Idle
from channels.zalo_bot.parse import checked

LONG_POLL = 30
log = logging.getLogger(__name__)

Take = Callable[[Body, bytes, datetime], list[Incoming]]


async def poll(api: Api, take: Take, receive: Receive, patience: Patience, clock: Clock) -> None:
    """Runs until cancelled. The next update is asked for when this one is stored."""
    while True:
        try:
            incoming = _read(await _fetch(api), take, clock())
        except ChannelError as error:
            await patience.wait(error)
            continue
        patience.over()
        while incoming:
            try:
                await receive(incoming)
            except Exception as error:  # whatever storage raises, the update is given again
                await patience.wait(error)
            else:
                break
        patience.over()


async def _fetch(api: Api) -> object:
    """One update, or None when nobody wrote meanwhile."""
    try:
        return await api.call("getUpdates", {"timeout": LONG_POLL}, wait=LONG_POLL + 10)
    except Idle:
        return None


def _read(update: object, take: Take, received_at: datetime) -> list[Incoming]:
    if not update:
        return []
    raw = json.dumps(update, ensure_ascii=False, separators=(",", ":"))
    try:
        return take(checked(update), raw.encode("utf-8", "surrogatepass"), received_at)
    except Malformed as error:
        log.warning("zalo-bot: an update was left out (%s)", error)
        return []
