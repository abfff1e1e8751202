"""A reception at work on virtual time, with handlers that only take notes."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Connection

from bot.reception import Reception
from content.library import Library
from handlers.routing import Handler, Routes
from handlers.turn import Answer, Turn, done, say
from storage.tables import inbox
from tests.fakes import RecordingChannel, WatchedDatabase, chance, rows
from tests.virtual_time import FakeClock


class Notes:
    """Handles every event the same way; `raises` maps a text to what goes wrong with it."""

    def __init__(self, raises: dict[str, BaseException] | None = None) -> None:
        self.seen: list[tuple[str, str]] = []
        self.raises = raises or {}
        self.routes = routes(self.handle)

    def handle(self, turn: Turn) -> Answer:
        self.seen.append((turn.event.address.chat_id, turn.text))
        if turn.text in self.raises:
            raise self.raises[turn.text]
        return done(say("menu/hello"))

    def of(self, chat: str) -> list[str]:
        return [text for whose, text in self.seen if whose == chat]


def routes(handle: Handler, **more: Any) -> Routes:
    """One handler for everything."""
    names = "emergency harm start media edited left stale fallback talk officer messenger"
    names += " case quiet_media"
    same: dict[str, Any] = dict.fromkeys(names.split(), handle)
    empty: dict[str, Any] = {
        "actions": {},
        "steps": {},
        "quiet": {},
        "open_actions": frozenset(),
        "beginnings": {},
    }
    return Routes(**{**same, **empty, **more})


class Desk:
    """One reception with its messenger."""

    def __init__(
        self,
        db: WatchedDatabase,
        library: Library,
        wanted: Routes,
        channel: RecordingChannel | None = None,
    ) -> None:
        self.db = db
        self.library = library
        self.routes = wanted
        self.clock = FakeClock()
        self.channel = channel or RecordingChannel()
        self.woken = 0
        self.reception = self.another_process()

    def another_process(self) -> Reception:
        self.reception = Reception(
            self.db,
            {self.channel.name: self.channel},
            self.library,
            self.routes,
            lambda: None,
            clock=self.clock,
            chance=chance(0.5),
            answered=self._answered,
        )
        return self.reception

    def _answered(self) -> None:
        self.woken += 1

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[Reception]:
        reception = self.reception
        task = asyncio.create_task(reception.run())
        try:
            yield reception
            assert not task.done()
        finally:
            reception.stop()
            await task

    def running_again(self) -> contextlib.AbstractAsyncContextManager[Reception]:
        """After a restart: whatever waits now is suspect."""
        self.another_process()
        return self.running()

    async def stored(self) -> list[Any]:
        return list(await self.db.read(_inbox))

    async def states(self) -> dict[str, str]:
        return {row.event_id: row.state for row in await self.stored()}

    async def handled(self, seconds: float = 60) -> None:
        """Waits until nothing is new any more."""
        async with asyncio.timeout(seconds):
            while "new" in (await self.states()).values():
                await asyncio.sleep(0.05)

    async def answers(self) -> list[str]:
        return [row.message for row in await self.db.read(rows)]


def _inbox(conn: Connection) -> Sequence[Any]:
    columns = (inbox.c.id, inbox.c.event_id, inbox.c.state, inbox.c.attempts, inbox.c.error)
    return conn.execute(select(*columns).order_by(inbox.c.id)).all()
