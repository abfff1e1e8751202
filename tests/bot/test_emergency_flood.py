"""Cries for help while a broadcast is sent and one chat floods: all answered, and soon."""

import asyncio
import functools
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy.engine import Connection

from bot.reception import Reception
from care.messages import Kind
from channels.errors import Transient
from content.library import Library
from handlers import ROUTES
from storage import outbox
from tests.bot.emergencies import CALM, CRY, IN_TIME, has_numbers, telegram
from tests.bot.posts import Post
from tests.bot.sites import running
from tests.fakes import (
    ROUTE,
    TIP,
    RecordingChannel,
    WatchedDatabase,
    a_family,
    chance,
    incoming,
    until,
)
from tests.standins.bot_api import BotApi
from tests.standins.bot_api_people import Person
from tests.virtual_time import NOW

VIRTUAL_TIME = True
REAL_TIME = ("test_two_hundred_of_two_hundred_over_a_real_line",)
CRIES = 200
EVERY = 0.1  # seconds between two cries
FLOODED = 0.04  # seconds between two messages of the one who floods
RATE = 28.0  # what a messenger takes in a second
BROADCAST = 1200


class Line:
    """Reception and delivery on one messenger, as the programme runs them."""

    def __init__(
        self, db: WatchedDatabase, library: Library, rate: float = RATE, gap: float = 1.0
    ) -> None:
        self.channel = RecordingChannel(rate=rate, chat_gap=gap)
        self.post = Post(db, library, self.channel)
        self.reception = Reception(
            db,
            {self.channel.name: self.channel},
            library,
            ROUTES,
            lambda: None,
            clock=self.post.clock,
            chance=chance(0.5),
            answered=self.post.delivery.wake,
        )
        self.cried: dict[str, float] = {}

    def now(self) -> float:
        return asyncio.get_running_loop().time()

    async def cries(self, count: int) -> None:
        for n in range(count):
            chat = f"cry-{n}"
            self.cried[chat] = self.now()
            await self.reception.receive([incoming(CRY, id=f"c{n}", chat=chat)])
            await asyncio.sleep(EVERY)

    async def floods(self) -> None:
        n = 0
        while True:
            await self.reception.receive([incoming(CALM, id=f"f{n}", chat="flood")])
            n += 1
            await asyncio.sleep(FLOODED)

    def waits(self) -> dict[str, float]:
        """Chat -> seconds until the numbers were there."""
        return {
            one.chat: one.at + self.channel.latency - self.cried[one.chat]
            for one in reversed(self.channel.arrived)
            if one.chat in self.cried and one.out.message.startswith("emergency/")
        }


def p99(waits: list[float]) -> float:
    return sorted(waits)[int(len(waits) * 0.99) - 1]


def _broadcast(conn: Connection) -> None:
    """A campaign under way: more than the messenger takes in the time."""
    rows = []
    for n in range(BROADCAST):
        family = a_family(conn, f"family-{n}")
        rows.append(
            outbox.values(
                kind=Kind.CAMPAIGN,
                address_id=family.address_id,
                route=ROUTE,
                message=TIP,
                not_before=NOW,
                expires_at=NOW.replace(year=NOW.year + 1),
                caregiver_id=family.caregiver_id,
                child_id=family.child_id,
            )
        )
    outbox.add(conn, rows)


async def amid_everything(line: Line, count: int) -> dict[str, float]:
    """All cries, with a flood and a broadcast beside them; how long each waited."""
    receiving = asyncio.create_task(line.reception.run())
    flood = asyncio.create_task(line.floods())
    async with line.post.running():
        try:
            await line.cries(count)
            await until(lambda: len(line.waits()) == count, 30)
        finally:
            flood.cancel()
            line.reception.stop()
            await asyncio.gather(flood, receiving, return_exceptions=True)
    return line.waits()


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
async def test_two_hundred_of_two_hundred_amid_a_broadcast_and_a_flood(
    db: WatchedDatabase, library: Library
) -> None:
    await db.write(_broadcast)
    line = Line(db, library)
    waits = await amid_everything(line, CRIES)
    sent = [one for one in line.channel.arrived if one.chat.startswith("family-")]
    print(f"\n{len(waits)} of {CRIES} cries, p99 {p99(list(waits.values())):.2f} s")  # noqa: T201 - a figure
    assert len(waits) == CRIES
    assert p99(list(waits.values())) <= IN_TIME
    assert len(sent) > 100  # the broadcast went on meanwhile


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
async def test_a_line_that_sends_first_come_first_served_would_be_noticed(
    db: WatchedDatabase, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: behind a broadcast, without lanes, a cry waits too long."""
    await db.write(_broadcast)
    monkeypatch.setattr("storage.outbox.LANES", dict.fromkeys(Kind, 5))
    await db.write(_all_alike)
    line = Line(db, library)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(amid_everything(line, 3), IN_TIME + 3 * EVERY)


def _all_alike(conn: Connection) -> None:
    conn.exec_driver_sql("UPDATE outbox SET lane = 5")


async def test_a_cry_while_the_messenger_stutters_is_tried_again(
    db: WatchedDatabase, library: Library
) -> None:
    line = Line(db, library)
    line.channel.script(Transient("away"), chat="cry-0")
    waits = await amid_everything(line, 5)
    assert len(waits) == 5


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with BotApi(rate=None, chat_gap=None) as api:
        yield api


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
async def test_two_hundred_of_two_hundred_over_a_real_line(
    db: WatchedDatabase, library: Library, tmp_path: Path, api: BotApi
) -> None:
    """The whole programme on a loopback; the time is printed, not asserted."""
    waits = []
    async with running(db, library, tmp_path, **telegram(api), TELEGRAM_RATE="1000"):
        flood = asyncio.create_task(_flood(api))
        for n in range(CRIES):
            person = api.person(1000 + n)
            began = time.monotonic()
            await person.writes(CRY)
            await until(functools.partial(_heard, person))
            waits.append(time.monotonic() - began)
            assert has_numbers(person.received[0].text)
        flood.cancel()
        await asyncio.gather(flood, return_exceptions=True)
    print(f"\n{len(waits)} of {CRIES} over a real line, p99 {p99(waits) * 1000:.0f} ms")  # noqa: T201 - a figure


def _heard(person: Person) -> bool:
    return bool(person.received)


async def _flood(api: BotApi) -> None:
    person = api.person(7)
    while True:
        await person.writes(CALM)
        await asyncio.sleep(0.01)
