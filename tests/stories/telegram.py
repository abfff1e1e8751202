"""The real programme in this process, with the Bot API stand-in as its Telegram."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from bot.app import App
from bot.clock import utc_now
from bot.config import Settings, load
from bot.running import AREAS, listen, open_or_refuse
from bot.serving import make_server, pages
from care.messages import Address
from content.library import Library
from storage import areas, caregivers, lock
from storage.areas import AreaRow
from storage.caregivers import Contact
from storage.database import Connection
from storage.tables import metadata, outbox
from tests.standins.bot_api import TOKEN, BotApi
from tests.standins.bot_api_people import Person
from tests.standins.bot_api_records import Sent
from tests.stories.families import days_ago, plain, typed

SECRET = "story-webhook-secret"
ACCOUNT = TOKEN.partition(":")[0]
PATIENCE = 30.0
PROVINCE = "08"


def few_areas() -> list[AreaRow]:
    """The country, one province and its first communes: searching among them is fast."""
    rows = areas.read_file(AREAS)
    communes = [row for row in rows if row.parent_code == PROVINCE][:5]
    return [row for row in rows if row.code in ("VN", PROVINCE)] + communes


@asynccontextmanager
async def running(
    folder: Path, library: Library, api: BotApi, *, webhook: bool = False
) -> AsyncIterator[App]:
    """Starts and stops it; with a webhook also its HTTP server."""
    settings = _settings(folder, api, webhook)
    with listen(settings) as listening:
        port = listening.getsockname()[1]
        if webhook:
            settings = replace(settings, public_url=f"http://127.0.0.1:{port}")
        opened = open_or_refuse(settings)
        await opened.db.write(areas.import_rows, few_areas(), utc_now())
        app = App(settings, opened.db, library)
        server = make_server(pages(app), app.settings)
        serving = asyncio.create_task(server.serve([listening]))
        await app.start()
        try:
            yield app
        finally:
            await app.stop()
            server.should_exit = True
            await serving
            await opened.db.close()
            if opened.lock is not None:
                lock.release(opened.lock)


def _settings(folder: Path, api: BotApi, webhook: bool) -> Settings:
    given = {
        "DATA_DIR": str(folder / "data"),
        "PORT": "0",
        "TELEGRAM_TOKEN": TOKEN,
        "TELEGRAM_API_URL": api.url,
    }
    if webhook:
        given |= {
            "TELEGRAM_MODE": "webhook",
            "TELEGRAM_WEBHOOK_SECRET": SECRET,
            "PUBLIC_URL": "http://127.0.0.1",
        }
    return load({f"DONGHANH_{name}": value for name, value in given.items()}, folder / "no.env")


async def until(true: Callable[[], Any], what: Callable[[], object] = lambda: "") -> None:
    """Waits for what other tasks bring about."""
    try:
        async with asyncio.timeout(PATIENCE):
            while not true():
                await asyncio.sleep(0.02)
    except TimeoutError as error:
        raise AssertionError(f"it never happened: {what()}") from error


class Chat:
    """One person on Telegram, and what the programme meant by every message they got."""

    def __init__(self, app: App, person: Person) -> None:
        self.app = app
        self.person = person
        self.address = Address("telegram", ACCOUNT, str(person.chat_id))

    @property
    def received(self) -> list[Sent]:
        return self.person.received

    async def says(self, text: str, *expect: str) -> None:
        known = await self.ids()
        await self.person.writes(text)
        await self.gets(known, *expect)

    async def taps(self, action: str, *expect: str) -> None:
        known = await self.ids()
        await self.person.taps(self.button(action))
        await self.gets(known, *expect)

    async def gets(self, known: list[str], *expect: str) -> None:
        """The messages sent after those of `known` begin with `expect`, in this order."""
        fresh: list[str] = []
        try:
            async with asyncio.timeout(PATIENCE):
                while len(fresh) < len(expect):
                    await asyncio.sleep(0.02)
                    fresh = (await self.ids())[len(known) :]
        except TimeoutError as error:
            raise AssertionError(f"expected {expect}, got {fresh}") from error
        assert tuple(fresh[: len(expect)]) == expect

    async def got(self, count: int) -> list[str]:
        """All messages so far, as soon as there are that many."""
        found: list[str] = []
        try:
            async with asyncio.timeout(PATIENCE):
                while len(found) < count:
                    await asyncio.sleep(0.02)
                    found = await self.ids()
        except TimeoutError as error:
            raise AssertionError(f"not {count} messages, but {found}") from error
        return found

    def button(self, action: str) -> str:
        """The whole id of the newest button of that action."""
        for sent in reversed(self.received):
            for button_id, _ in sent.buttons:
                if re.match(rf"{re.escape(action)}(:|$)", plain(button_id)):
                    return button_id
        raise AssertionError(f"no button {action}")

    async def ids(self, *states: str) -> list[str]:
        """The message ids of this person's outbox in these states, in order; default: sent."""
        found = await self.app.db.read(_messages, self.address, states or ("sent",))
        return list(found)

    async def contact(self) -> Contact | None:
        return await self.app.db.read(caregivers.find, self.address)

    async def signs_up(self) -> None:
        await self.says("/start", "start/welcome")
        await self.taps("consent.yes", "registration/ask-role")
        await self.taps("registration.mother", "registration/ask-date")
        await self.says(typed(days_ago(100)), "registration/confirm-birth")
        await self.taps("registration.term", "registration/ask-nickname")
        await self.taps("registration.no-name", "place/ask")
        await self.taps("place.skip", "registration/done")
        await self.got(8)  # today's tip, a second later


def _messages(conn: Connection, address: Address, states: tuple[str, ...]) -> list[str]:
    contact = caregivers.find(conn, address)
    if contact is None:
        return []
    mine = (outbox.c.address_id == contact.address_id, outbox.c.state.in_(states))
    return list(conn.execute(select(outbox.c.message).where(*mine).order_by(outbox.c.id)).scalars())


def rows_of_all_tables(conn: Connection) -> dict[str, int]:
    return {
        name: conn.execute(select(func.count()).select_from(table)).scalar_one()
        for name, table in metadata.tables.items()
    }
