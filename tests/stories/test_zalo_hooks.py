"""What Zalo did not send leaves no row, and what it sends again has no second effect.

A bot's webhook is proven by a secret in its head alone: with the right one its body is Zalo's.
"""

import random
from asyncio import gather, sleep, timeout
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy import Engine, func, select

from bot import retention
from bot.app import App
from bot.messengers import to_stored
from bot.serving import pages
from content.library import Library
from storage import channel_tokens
from storage.database import Database
from storage.tables import inbox, metadata, outbox
from tests.bot.sites import LINE, settings
from tests.channels.token_store import pair_of
from tests.standins.zalo_bot import TOKEN, ZaloBotApi
from tests.standins.zalo_bot_people import Person as BotPerson
from tests.standins.zalo_oa import OA_ID, ZaloOAApi
from tests.standins.zalo_oa_people import Person as OaPerson
from tests.stories.forgeries import BOT, FORGERIES, OA, RARE, SECRET, Head, encoded, proof_of
from tests.stories.telegram import until
from tests.stories.zalo import oa_settings
from tests.virtual_time import NOW

FORGED = {"sqlite": 10_000, "postgresql": 2_000}
REPEATS, WEEK = 100, timedelta(days=7)
RETAIN = timedelta(hours=6)  # as bot/scheduler.py


class Clock:
    now = NOW

    def __call__(self) -> datetime:
        return self.now


class Hooked:
    """The running programme behind its own HTTP, with both stand-ins of Zalo on its other side."""

    def __init__(
        self, app: App, client: httpx.AsyncClient, engine: Engine, clock: Clock, zalo: "Zalo"
    ) -> None:
        self.app = app
        self.client = client
        self.engine = engine
        self.clock = clock
        self.zalo = zalo

    async def post(self, path: str, head: Head, raw: bytes) -> int:
        answer = await self.client.post(path, content=raw, headers=head)
        return answer.status_code

    async def honest(self, path: str, raw: bytes) -> int:
        return await self.post(path, proof_of(path, raw), raw)

    def rows(self) -> dict[str, int]:
        """Of every table."""
        with self.engine.connect() as conn:
            return {
                name: conn.execute(select(func.count()).select_from(table)).scalar_one()
                for name, table in metadata.tables.items()
            }

    def states(self) -> tuple[list[str], list[str]]:
        """Of what came in, and of what goes out."""
        with self.engine.connect() as conn:
            found = [list(conn.execute(select(t.c.state)).scalars()) for t in (inbox, outbox)]
        return found[0], found[1]

    async def answered(self) -> None:
        """Everything that came in was handled, and the answers are with the people."""
        done = {"done", "sent"}
        await until(lambda: {*self.states()[0], *self.states()[1]} <= done, self.states)


class Zalo:
    def __init__(self, clock: Clock) -> None:
        self.bot, self.oa = ZaloBotApi(), ZaloOAApi(now=clock)

    def bodies(self) -> list[tuple[str, bytes]]:
        """What people may send, each of them another person."""
        lan, hoa, an = (BotPerson(self.bot, f"b{n}") for n in range(3))
        mai, tam, tu = (OaPerson(self.oa, f"100{n}") for n in range(3))
        return [
            (BOT, encoded(lan.text("xin chào"))),
            (BOT, encoded({"ok": True, "result": hoa.text("chào bạn")})),
            (BOT, encoded(an.image(caption="ảnh"))),
            (OA, encoded(mai.writes("xin chào"))),
            (OA, encoded(tam.follows())),
            (OA, encoded(tu.sends("image", text="ảnh"))),
        ]


@asynccontextmanager
async def programme(
    folder: Path, db: Database, library: Library, engine: Engine, clock: Clock
) -> AsyncIterator[Hooked]:
    zalo = Zalo(clock)
    async with zalo.bot, zalo.oa:
        given = {
            "ZALO_BOT_TOKEN": TOKEN,
            "ZALO_BOT_API_URL": zalo.bot.url,
            "ZALO_BOT_MODE": "webhook",
            "ZALO_BOT_WEBHOOK_SECRET": SECRET,
            "PUBLIC_URL": LINE,
            **oa_settings(zalo.oa),
        }
        await db.write(channel_tokens.put, OA_ID, to_stored(pair_of(zalo.oa)))
        app = App(settings(folder, **given), db, library, ("web", "delivery"))
        inside = httpx.ASGITransport(pages(app))
        async with httpx.AsyncClient(transport=inside, base_url=LINE) as client:
            zalo.bot._client = client  # so Zalo calls us without a network
            await app.start()
            try:
                yield Hooked(app, client, engine, clock, zalo)
            finally:
                await app.stop()


@pytest.fixture
async def hooked(
    tmp_path: Path,
    db: Database,
    library: Library,
    engine: Engine,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[Hooked]:
    clock = Clock()
    for module in ("bot.app", "bot.messengers"):
        monkeypatch.setattr(f"{module}.utc_now", clock)
    async with programme(tmp_path, db, library, engine, clock) as hooked:
        yield hooked


async def test_ten_thousand_forged_webhooks_leave_no_row(hooked: Hooked, dialect: str) -> None:
    chance, bodies = random.Random(7), hooked.zalo.bodies()
    before, tried = hooked.rows(), Counter[tuple[str, str]]()
    for _ in range(FORGED[dialect]):
        path, raw = chance.choice(bodies)
        names = list(FORGERIES[path])
        [name] = chance.choices(names, [RARE.get(each, 1) for each in names])
        head, forged, status = FORGERIES[path][name](chance, raw)
        assert await hooked.post(path, head, forged) == status, (name, forged[:200])
        tried[path, name] += 1
    assert hooked.rows() == before
    assert set(tried) == {(path, name) for path, all_of in FORGERIES.items() for name in all_of}
    for path, raw in bodies:  # the control
        assert await hooked.honest(path, raw) == 200
    assert hooked.rows()["inbox"] == len(bodies)
    await hooked.answered()
    after = hooked.rows()
    assert after["caregivers"] == len(bodies)
    assert after["outbox"] >= len(bodies)


async def test_zalo_reaches_the_bot_s_webhook_when_it_is_set(hooked: Hooked) -> None:
    channel = hooked.app.channels["zalo-bot"]
    await until(lambda: hooked.zalo.bot.called("setWebhook"))
    async with timeout(5):
        while not (await channel.check()).ok:
            await sleep(0.02)
    assert len(hooked.zalo.bot.called("setWebhook")) == 1
    assert hooked.rows()["inbox"] == 0


async def test_a_late_retry_is_taken_once_and_what_is_older_than_any_retry_never(
    hooked: Hooked,
) -> None:
    body = OaPerson(hooked.zalo.oa, "1009").writes("xin chào")
    for days, rows in ((30, 0), (19, 1)):
        when = hooked.clock() - timedelta(days=days)
        old = encoded({**body, "timestamp": str(int(when.timestamp() * 1000))})
        assert [await hooked.honest(OA, old) for _ in range(3)] == [200] * 3
        assert hooked.rows()["inbox"] == rows


# --- again ----------------------------------------------------------------------------------------


def _event(zalo: Zalo, what: str) -> tuple[str, bytes]:
    if what == "text to the bot":
        return BOT, encoded(BotPerson(zalo.bot, "b7").text("xin chào"))
    person = OaPerson(zalo.oa, "1007")
    return OA, encoded(person.writes("xin chào") if what == "text" else person.follows())


async def _for_a_week(hooked: Hooked, what: str) -> tuple[int, int]:
    """How many messages the first of them brought, and how many all together."""
    path, raw = _event(hooked.zalo, what)
    retained, first = hooked.clock(), 0
    begin = hooked.clock()
    for n in range(REPEATS // 2):
        hooked.clock.now = begin + WEEK * n / (REPEATS // 2 - 1)
        while hooked.clock() - retained >= RETAIN:
            retained += RETAIN
            await hooked.app.db.write(retention.purge, retained)
        assert await gather(*(hooked.honest(path, raw) for _ in range(2))) == [200, 200]
        await hooked.answered()
        first = first or hooked.rows()["outbox"]
    assert hooked.clock() - begin == WEEK
    assert hooked.states()[0] == ["done"]
    zalo = hooked.zalo
    assert len([*zalo.bot.sent, *zalo.oa.sent]) == hooked.rows()["outbox"]
    assert hooked.rows()["caregivers"] == 1
    return first, hooked.rows()["outbox"]


@pytest.mark.parametrize("what", ["text to the bot", "text", "follow"])
async def test_an_event_a_hundred_times_in_a_week_has_one_effect(hooked: Hooked, what: str) -> None:
    first, all_together = await _for_a_week(hooked, what)
    assert first == all_together == 1


@pytest.mark.parametrize("what", ["text to the bot", "text"])
async def test_it_has_more_where_its_id_is_forgotten_after_a_day(
    hooked: Hooked, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control."""
    monkeypatch.setattr(retention, "INBOX_ROWS", timedelta(days=1))
    first, all_together = await _for_a_week(hooked, what)
    assert all_together >= 2 * first
