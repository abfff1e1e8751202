"""The real delivery on a real outbox, over HTTP, to the stand-in: the set-up of two benchmarks."""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from bench.bot_api_process import BotApiProcess
from bench.people import Place, queue_campaign, settle
from bot.clock import utc_now
from bot.delivery import Delivery
from bot.rendering import Compose
from care.clock import at_local, local_day
from care.messages import Address
from channels.base import Incoming
from channels.telegram import Telegram
from content.library import Library
from storage.database import Database, open_database
from tests.standins.bot_api import TOKEN

LIMIT = 30
NOON = 12 * 60


def message_of(library: Library) -> str:
    """A short item that exists, for a campaign that refers to it."""
    return min(library.items, key=lambda i: (library.items[i].kind != "tip", i))


class Noon:
    """The time of day, moved so that a benchmark begins at local noon and meets no quiet hours."""

    def __init__(self) -> None:
        now = utc_now()
        self._shift: timedelta = at_local(local_day(now), NOON) - now

    def __call__(self) -> datetime:
        return utc_now() + self._shift


@dataclass(slots=True)
class Sending:
    db: Database
    channel: Telegram
    delivery: Delivery
    clock: Noon


def people(channel_account: str, count: int, *, first_chat: int = 1_000) -> list[Address]:
    return [Address("telegram", channel_account, str(first_chat + n)) for n in range(count)]


def fill(place: Place, library: Library, everyone: Sequence[Address], queued: int) -> None:
    """Families for all addresses, and a campaign row for the first `queued` of them."""
    clock = Noon()
    now = clock()
    engine = place.engine()
    with engine.connect() as conn, conn.begin():
        settle(conn, everyone, local_day(now), now)
        queue_campaign(conn, everyone[:queued], message_of(library), now)
    engine.dispose()


@asynccontextmanager
async def sending(place: Place, library: Library, api: BotApiProcess) -> AsyncIterator[Sending]:
    """Everything but the running of `delivery`."""
    clock = Noon()
    channel = Telegram(
        TOKEN,
        clock=clock,
        api_url=api.url,
        mode="webhook",
        webhook_url=f"{api.url}/hook",
        webhook_secret="bench",
        rate=float(LIMIT),
    )
    db = open_database(place.url, place.cipher)
    await channel.start(_nothing_comes_in)
    await _connected(channel)
    delivery = Delivery(
        db,
        channel,
        Compose(library, channel.caps),
        clock=clock,
        monotonic=time.monotonic,
        sleep=asyncio.sleep,
        chance=random.Random(1),
    )
    try:
        yield Sending(db, channel, delivery, clock)
    finally:
        await channel.stop()
        await db.close()


async def _connected(channel: Telegram) -> None:
    while not (await channel.check()).ok:
        await asyncio.sleep(0.01)


async def _nothing_comes_in(incoming: Sequence[Incoming]) -> None:
    """The stand-in sends no updates here."""
