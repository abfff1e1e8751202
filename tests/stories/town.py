"""The real programme in this process with a clock that can be moved, over a commune with families.

The first officers were made as the page of accounts makes them; what comes in and goes out passes
through the web chat, slow enough to look at.
"""

import asyncio
import dataclasses
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from bot import app as programme
from bot.app import App
from bot.clock import utc_now
from bot.config import load
from bot.running import listen, open_or_refuse
from bot.serving import make_server, pages
from care.clock import at_local, local_day
from care.people import CaregiverState, ChildState
from channels.webchat.channel import WebChat
from console.passwords import hash_now
from console.scope import Role
from content.library import Library
from storage import campaign_results, caregivers, children, hamlets, lock, officers, web
from storage.areas import by_code
from storage.audiences import CAMPAIGNS
from storage.campaign_results import Progress
from storage.campaigns import Campaign, listed
from storage.database import Connection
from tests import fakes
from tests.console.desk import grow_areas

RATE = 12.0  # messages a second: a campaign takes some seconds
QUOTA = 70  # messages a month
ONE_TIME = "mot-lan-thoi"
NINE = 9 * 60
COMMUNE, FIRST, SECOND = "20a", "20a1", "20a2"
THIRD = "Pác Nàm"


class Clock:
    """The time of day, moved so that a story begins at nine, and on by the story."""

    def __init__(self) -> None:
        now = utc_now()
        self._shift: timedelta = at_local(local_day(now), NINE) - now

    def __call__(self) -> datetime:
        return utc_now() + self._shift

    def later(self, **parts: float) -> None:
        self._shift += timedelta(**parts)


@dataclass
class Town:
    app: App
    url: str
    clock: Clock
    areas: dict[str, int] = field(default_factory=dict)

    async def minute(self) -> None:
        """What the scheduler does every minute."""
        await self.app._broadcast()

    async def campaign(self) -> Campaign:
        found = await self.app.db.read(listed, list(self.areas.values()))
        return found[0]

    async def progress(self) -> Progress:
        campaign = await self.campaign()
        return await self.app.db.read(campaign_results.progress, campaign.id)

    async def waiting(self, most: int) -> None:
        """Until no more than that many messages of the campaign wait."""
        async with asyncio.timeout(30):
            while (await self.progress()).waiting > most:
                await asyncio.sleep(0.05)


@asynccontextmanager
async def town(
    folder: Path, library: Library, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Town]:
    """Nothing is planned by itself: campaigns go when the story says `minute`."""
    clock = Clock()
    monkeypatch.setattr(programme, "utc_now", clock)
    caps = dataclasses.replace(WebChat.caps, rate=RATE, month_quota=QUOTA)
    monkeypatch.setattr(WebChat, "caps", caps)
    given = {"DATA_DIR": str(folder / "data"), "PORT": "0", "ROOT_AREA": COMMUNE}
    settings = load({f"DONGHANH_{key}": value for key, value in given.items()}, folder / "no.env")
    with listen(settings) as listening:
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        opened = open_or_refuse(settings)
        areas = await opened.db.write(_places)
        app = App(settings, opened.db, library, ("web", "delivery"))
        server = make_server(pages(app), settings)
        serving = asyncio.create_task(server.serve([listening]))
        await app.start()
        try:
            yield Town(app, url, clock, areas)
        finally:
            await app.stop()
            server.should_exit = True
            await serving
            await opened.db.close()
            if opened.lock is not None:
                lock.release(opened.lock)


def _places(conn: Connection) -> dict[str, int]:
    areas = grow_areas(conn)
    commune = by_code(conn, COMMUNE)
    assert commune is not None
    areas[THIRD] = hamlets.add(conn, commune, "thôn", THIRD) or 0
    return areas


def hire(conn: Connection, role: Role, login: str, name: str, area_id: int, now: datetime) -> int:
    """With a password for once, as the page of accounts makes them."""
    made = officers.add(
        conn,
        login=login,
        name=name,
        role=role,
        area_id=area_id,
        password_hash=hash_now(ONE_TIME),
        now=now,
    )
    assert made is not None
    return made


def settle(conn: Connection, areas: dict[str, int], today: date, now: datetime) -> None:
    """Two hamlets of whom most agreed, a third one, and somebody for every reason."""
    for n in range(110):
        place = areas[(FIRST, SECOND, FIRST, SECOND, THIRD)[n % 5]]
        family = _family(conn, n, place, today - timedelta(days=200 + 8 * n), now)
        reason = n % 25
        if reason == 5:
            caregivers.change(conn, family.caregiver_id, state=CaregiverState.STOPPED)
        elif reason == 7:
            caregivers.change(conn, family.caregiver_id, state=CaregiverState.PAUSED)
        elif reason == 11:
            child = children.get(conn, family.child_id)
            assert child is not None
            children.change(conn, child, state=ChildState.LOST, lost_on=today)
        elif reason != 13:
            who = (family.caregiver_id, family.address_id)
            caregivers.record_consent(conn, *who, CAMPAIGNS, True, 1, "x", now)
    for n in range(110, 120):
        _family(conn, n, areas[FIRST], today - timedelta(days=2000 + n), now)


def _family(conn: Connection, n: int, area_id: int, born_on: date, now: datetime) -> fakes.Family:
    """Now and then one whose chat is gone: the message fails."""
    family = fakes.a_family(conn, f"chat-{n}", fakes.OTHER_ROUTE, born_on=born_on)
    caregivers.change(conn, family.caregiver_id, area_id=area_id)
    if n % 40 != 3:
        web.open_session(conn, f"chat-{n}", now)
    return family


def move_in(conn: Connection, area_id: int) -> None:
    """The first family lives in this hamlet, as an officer noted."""
    caregivers.change(conn, 1, area_id=area_id)
