"""A Telegram bot on the stand-in, with an inbox and a clock that hardly waits."""

import asyncio
import random
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from care.messages import Event
from channels.base import Incoming
from channels.telegram import Telegram
from tests.channels.rigs import NOON, take_nothing
from tests.standins.bot_api import TOKEN, BotApi


class Inbox:
    """Stores what it gets; refuses the first `refusing` batches."""

    def __init__(self, refusing: int = 0) -> None:
        self.events: list[Event] = []
        self.batches: list[list[str]] = []
        self.refusing = refusing

    async def receive(self, incoming: Sequence[Incoming]) -> None:
        self.batches.append([each.event.id for each in incoming])
        if len(self.batches) <= self.refusing:
            raise OSError("disk full: canary")
        self.events += [each.event for each in incoming]

    @property
    def texts(self) -> list[str]:
        return [event.text for event in self.events]


class Naps:
    """Instead of asyncio.sleep: notes how long, waits a moment."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)
        await asyncio.sleep(0.001)


def made(api: BotApi, **options: Any) -> Telegram:
    return Telegram(
        TOKEN,
        **{
            "clock": lambda: NOON,
            "api_url": api.url,
            "chance": random.Random(1),
            "sleep": Naps(),
            **options,
        },
    )


@asynccontextmanager
async def running(channel: Telegram, inbox: Inbox | None = None) -> AsyncIterator[Telegram]:
    await channel.start(inbox.receive if inbox else take_nothing)
    try:
        yield channel
    finally:
        await channel.stop()
