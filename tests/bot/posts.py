"""A delivery at work: real outbox, recording messenger, virtual time."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

from bot.delivery import Delivery
from bot.rendering import Compose
from content.library import Library
from tests.fakes import (
    Family,
    RecordingChannel,
    WatchedDatabase,
    a_family,
    a_message,
    a_row,
    chance,
    rows,
    until,
)
from tests.virtual_time import FakeClock

SETTLED = ("sent", "failed", "unknown", "expired", "cancelled")


class Post:
    """One channel account with its delivery."""

    def __init__(
        self,
        db: WatchedDatabase,
        library: Library,
        channel: RecordingChannel | None = None,
        drafts: str = "show",
    ) -> None:
        self.db = db
        self.clock = FakeClock()
        self.channel = channel or RecordingChannel()
        self.delivery = self.another_process(library, drafts)

    def another_process(self, library: Library, drafts: str = "show") -> Delivery:
        """As after a restart: nothing in memory, the same database and messenger."""
        self.delivery = Delivery(
            self.db,
            self.channel,
            Compose(library, self.channel.caps, drafts),
            clock=self.clock,
            monotonic=self.clock.monotonic,
            sleep=asyncio.sleep,
            chance=chance(1.0),
        )
        return self.delivery

    async def family(self, chat: str = "chat-1", **values: Any) -> Family:
        found: Family = await self.db.write(a_family, chat, **values)
        return found

    async def add(self, family: Family, **values: Any) -> int:
        """Waits from now on, like a reply; `kind` makes something else of it."""
        values.setdefault("not_before", self.clock())
        if "lives" in values:
            values["expires_at"] = values["not_before"] + timedelta(seconds=values.pop("lives"))
        row_id: int = await self.db.write(a_message, family, **values)
        self.delivery.wake()
        return row_id

    async def row(self, row_id: int) -> Any:
        return await self.db.read(a_row, row_id)

    async def state(self, row_id: int) -> str:
        return str((await self.row(row_id)).state)

    async def states(self) -> dict[int, str]:
        return {row.id: row.state for row in await self.db.read(rows)}

    async def settled(self, *row_ids: int, seconds: float = 700) -> None:
        """Waits until these, or all, rows have an outcome."""
        async with asyncio.timeout(seconds):
            while True:
                states = await self.states()
                if all(states[i] in SETTLED for i in row_ids or states):
                    return
                await asyncio.sleep(0.2)

    async def called(self, times: int = 1) -> None:
        await until(lambda: len(self.channel.calls) >= times, 700)

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[Delivery]:
        delivery = self.delivery
        task = asyncio.create_task(delivery.run())
        try:
            yield delivery
            assert not task.done() or task.exception() is None
        finally:
            await delivery.stop()
            await task

    @property
    def keys(self) -> list[int]:
        return [int(key) for key in self.channel.keys]
