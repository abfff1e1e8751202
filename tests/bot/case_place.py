"""The commune 20a with its officers and the cases that come in, for the clock."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Connection

from bot.case_clock import CaseClock
from care.cases import Act, Case
from storage import case_history, officers
from storage.tables import outbox
from tests import fakes
from tests.console.desk import NOW
from tests.fakes import WatchedDatabase
from tests.storage.casework import again, report, viewer

_seeds = itertools.count(1)


@dataclass
class Place:
    """The commune 20a and everybody around it."""

    db: WatchedDatabase
    ids: dict[str, int]
    clock: CaseClock = field(default_factory=CaseClock)

    async def officer(
        self, login: str, area: str, *, deputy: bool = False, role: str = "protection"
    ) -> tuple[int, int]:
        """An officer with a chat; both ids."""
        made: tuple[int, int] = await self.db.write(_officer, login, self.ids[area], role, deputy)
        return made

    async def comes(self, at: datetime = NOW, area: str = "20a", **more: Any) -> Case:
        _, case = await self.db.write(report, self.ids[area], at=at, seed=next(_seeds), **more)
        found: Case = case
        return found

    async def does(self, act: Any, area: str, officer_id: int, case: Case, *args: Any) -> None:
        await self.db.write(_does, act, self.ids[area], officer_id, case, args)

    async def ticks(self, *moments: datetime) -> None:
        for moment in moments:
            await self.clock.tick(self.db, moment)

    async def now(self, case: Case) -> Case:
        found: Case = await self.db.read(again, case)
        return found

    async def acts(self, case: Case) -> list[Act]:
        """What the clock did."""
        lines = await self.db.read(case_history.of_case, case.id)
        return [line.act for line in lines if line.actor == "clock"]

    async def news(self, *chats: int) -> list[int]:
        """How often each was told."""
        return [len(await self.told(chat)) for chat in chats]

    async def told(self, chat: int) -> list[datetime]:
        rows = await self.db.read(news_of, chat)
        return [row.not_before for row in rows]


def _officer(
    conn: Connection, login: str, area_id: int, role: str, deputy: bool
) -> tuple[int, int]:
    made = officers.add(
        conn, login=login, name=login, role=role, area_id=area_id, password_hash="x", now=NOW
    )
    assert made is not None
    me = fakes.a_caregiver(conn, f"chat of {login}").caregiver.id
    officers.change(conn, made, state=officers.ACTIVE, caregiver_id=me, deputy=deputy)
    return made, me


def _does(
    conn: Connection, act: Any, area_id: int, officer_id: int, case: Case, args: Sequence[Any]
) -> None:
    act(conn, viewer(conn, area_id, officer_id), again(conn, case), *args)


def news_of(conn: Connection, chat: int) -> list[Any]:
    mine = (outbox.c.message == "officer/news", outbox.c.caregiver_id == chat)
    return list(conn.execute(select(outbox).where(*mine).order_by(outbox.c.id)))
