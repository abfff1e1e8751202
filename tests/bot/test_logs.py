"""Fifty canaries through sign-up, errors and faults: none of them is in the log."""

import asyncio
import io
import json
import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import LargeBinary, literal, update
from sqlalchemy.engine import Connection

from bot import logs
from care.messages import Kind, Outbound
from channels.errors import ChannelError, OutcomeUnknown, Permanent, Transient
from channels.telegram import Telegram
from content.library import Library
from handlers import ROUTES
from handlers.turn import Answer, Turn
from storage.database import DatabaseDown
from storage.family_tables import children
from storage.tables import outbox as outbox_table
from tests.bot.posts import Post
from tests.bot.receptions import Desk, Notes, routes
from tests.bot.sites import LINE, Site, running
from tests.channels.rigs import TelegramRig
from tests.fakes import WatchedDatabase, incoming, until
from tests.standins.bot_api import BotApi
from tests.virtual_time import NOW

VIRTUAL_TIME = True
REAL_TIME = ("test_nor_by_the_messenger", "test_the_messenger_would_have_told_too")
CANARIES = [f"canary{chr(97 + n // 26)}{chr(97 + n % 26)}q" for n in range(50)]
TOKEN = f"424242:{CANARIES[0]}_{CANARIES[1]}"
SECRET = CANARIES[2]
NAMES, TEXTS, CODES = CANARIES[3:15], CANARIES[15:40], CANARIES[40:]
FAULTS = [fault for fault in TelegramRig.faults if fault != "no connection"]


@pytest.fixture
def dialect() -> str:
    return "sqlite"


class Log:
    """What standard error would hold."""

    def __init__(self, stream: io.StringIO) -> None:
        self._stream = stream

    @property
    def text(self) -> str:
        return self._stream.getvalue()

    def hits(self) -> list[str]:
        found = re.findall(r"canary[a-z]{2}q", self.text)
        return sorted(set(found))


@pytest.fixture
def log() -> Iterator[Log]:
    """Logging as `donghanh run` sets it up, at its loudest."""
    root = logging.getLogger()
    before = root.handlers[:], root.level
    levels = {name: logging.getLogger(name).level for name in logs.QUIET}
    logs.set_up("DEBUG", (TOKEN, SECRET))
    stream = io.StringIO()
    handler = root.handlers[0]
    assert isinstance(handler, logging.StreamHandler)
    handler.setStream(stream)
    yield Log(stream)
    root.handlers[:], root.level = before[0], before[1]
    root.setLevel(before[1])
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


@pytest.fixture
def stock(log: Log) -> None:
    """The negative control: the formatter everybody uses, and no scrubbing."""
    handler = logging.getLogger().handlers[0]
    handler.setFormatter(logging.Formatter("%(message)s"))
    handler.filters.clear()


# --- the paths -----------------------------------------------------------------------------------


async def signs_up(site: Site, db: WatchedDatabase) -> None:
    me = await site.session()
    await me.says(f"/start {TEXTS[0]}")
    await me.hears("start/welcome")
    for action, message in (
        ("consent.yes", "registration/ask-role"),
        ("registration.mother", "registration/ask-date"),
    ):
        await me.taps(action)
        await me.hears(message)
    await me.says("12/3/2026")
    await me.hears("registration/confirm-birth")
    await me.taps("registration.term")
    await me.hears("registration/ask-nickname")
    await me.says(NAMES[0])
    await me.hears("registration/done")
    await me.says(TEXTS[1])
    await me.says(f"cứu với {TEXTS[2]}")
    await me.hears("emergency/numbers")
    await me.post(id=CODES[0], action=f"{TEXTS[3]}~1")
    for body in (f'{{"id": "{TEXTS[4]}"', f'["{TEXTS[5]}"]', json.dumps({"id": TEXTS[6]})):
        await me.post(body.encode())
    await site.client.get(f"/{TEXTS[7]}", params={"q": TEXTS[8]})
    forged = {"Authorization": f"Bearer {CODES[1]}-and-some-more"}
    await site.client.get("/api/chat/messages", headers=forged)
    db.down = True
    await me.says(f"cứu với {TEXTS[9]}")
    await me.says(TEXTS[10])
    db.mend()


async def poison(db: WatchedDatabase, library: Library) -> None:
    def breaks(turn: Turn) -> Answer:
        name = NAMES[1]
        raise ValueError(f"{name} {turn.text}")

    desk = Desk(db, library, routes(breaks))
    await desk.reception.receive([incoming(TEXTS[11], id=CODES[2], chat=CODES[3])])
    await desk.reception.receive([incoming(TEXTS[12], id=CODES[4], chat=CODES[5])])
    async with desk.running():
        await desk.handled()
    assert list((await desk.states()).values()).count("quarantined") == 2


async def unreadable(db: WatchedDatabase, library: Library) -> None:
    desk = Desk(db, library, Notes().routes)
    for kind in ("nonsense", "text"):
        one = incoming(TEXTS[13], id=f"{CODES[6]}{kind}", chat=CODES[7])
        raw = one.raw.replace(b"text|", f"{kind}|".encode())
        await desk.reception.receive([type(one)(one.event, raw)])
    desk.another_process()
    async with desk.running():
        await desk.handled()


async def memory(db: WatchedDatabase, library: Library) -> None:
    desk = Desk(db, library, ROUTES)
    db.down = True
    for n, error in enumerate([Transient("no connection"), OutcomeUnknown("cut"), None]):
        desk.channel.script(error)
        cry = incoming(f"cấp cứu {TEXTS[14]}", id=f"{CODES[8]}{n}", chat=f"{CODES[9]}{n}")
        with pytest.raises(DatabaseDown):
            await desk.reception.receive([cry])
    db.mend()


async def deliveries(db: WatchedDatabase, library: Library) -> None:
    post = Post(db, library)
    mother = await post.family(CODES[3], nickname=NAMES[2])
    troubles = [ValueError(TEXTS[15]), Permanent("refused"), OutcomeUnknown("cut"), Transient("x")]
    post.channel.script(*troubles)
    for _ in troubles:
        await post.add(mother)
    bad = [
        await post.add(mother, message="no/such-message", params={"x": TEXTS[16], "y": NAMES[3]}),
        await post.add(mother, params={"buttons": [[TEXTS[17]]]}),
        await post.add(mother, kind=Kind.EMERGENCY, params=[TEXTS[18]]),
    ]
    async with post.running():
        await post.settled(*bad, seconds=30)
        await db.write(_damage)
        await post.add(mother)
        await post.settled(seconds=30)


def _damage(conn: Connection) -> None:
    torn = literal(f"\x01{NAMES[4]} torn and torn again".encode(), LargeBinary)
    conn.execute(update(children).values(nickname=torn))
    conn.execute(update(outbox_table).where(outbox_table.c.state == "pending").values(state="sent"))


class Rig(TelegramRig):
    """The messenger with a canary for its token."""

    def __init__(self) -> None:
        super().__init__()
        self.api = BotApi(TOKEN, chat_gap=None, rate=None)

    def made(self, url: str, **options: Any) -> Any:
        wanted: dict[str, Any] = {
            "mode": "webhook",
            "webhook_url": f"{LINE}/{CODES[0]}",
            "webhook_secret": SECRET,
        }
        return Telegram(TOKEN, api_url=url, clock=lambda: NOW, **wanted, **options)


async def telegram(log: Log) -> None:
    rig = Rig()
    async with rig.running():
        for n, fault in enumerate([*FAULTS, "no connection"]):
            await rig.fail(fault)
            with pytest.raises(ChannelError):
                await rig.channel.send(rig.to, Outbound(TEXTS[19 + n % 5], "t/x"), f"{n}")
            rig.api.heal()
        await rig.channel.check()
    await polls(log)


async def polls(log: Log) -> None:
    """Updates nobody can read, and a storage that refuses them with a loud error."""

    async def refuses(events: Any) -> None:
        raise OSError(TEXTS[24])

    async with BotApi(TOKEN) as api:
        bot = Telegram(TOKEN, api_url=api.url, clock=lambda: NOW)
        await bot.start(refuses)
        await api.push({"message": {"text": NAMES[5], "chat": NAMES[6]}})
        await api.push(NAMES[7])
        await api.push({"message": [NAMES[8]], "update_id": NAMES[9]})
        await api.person(77).writes(NAMES[10])
        await until(lambda: "left out" in log.text and "cannot be stored" in log.text)
        await bot.stop()


async def forgotten() -> None:
    """A task that fails and is never looked at: asyncio tells of it by itself."""

    async def fails() -> None:
        raise ValueError(NAMES[11])

    task = asyncio.create_task(fails())
    await asyncio.wait([task])
    loop = asyncio.get_running_loop()
    error = task.exception()
    loop.call_exception_handler({"message": "not retrieved", "exception": error, "future": task})


async def everything(db: WatchedDatabase, library: Library, folder: Path) -> None:
    async with running(db, library, folder) as site:
        await signs_up(site, db)
    await poison(db, library)
    await unreadable(db, library)
    await memory(db, library)
    await deliveries(db, library)
    await forgotten()


# --- the tests -----------------------------------------------------------------------------------


async def test_no_name_no_word_no_token_is_ever_logged(
    log: Log, db: WatchedDatabase, library: Library, tmp_path: Path
) -> None:
    await everything(db, library, tmp_path)
    assert log.hits() == []
    for said in ("inbox row", "cannot be rendered", "failed unexpectedly", "not retrieved"):
        assert said in log.text  # these paths were really walked
    assert "ValueError" in log.text


async def test_nor_by_the_messenger(log: Log) -> None:
    await telegram(log)
    assert log.hits() == []
    assert "update was left out" in log.text


@pytest.mark.usefixtures("stock")
async def test_the_usual_formatter_would_have_told(
    log: Log, db: WatchedDatabase, library: Library, tmp_path: Path
) -> None:
    """The control of all of the above."""
    await everything(db, library, tmp_path)
    assert {NAMES[1], TEXTS[11], TEXTS[15], NAMES[11]} <= set(log.hits())


@pytest.mark.usefixtures("stock")
async def test_the_messenger_would_have_told_too(log: Log) -> None:
    """Its library logs every address, and the token is in it."""
    for name in ("httpx", "telegram"):
        logging.getLogger(name).setLevel(logging.DEBUG)
    async with BotApi(TOKEN) as api, httpx.AsyncClient(trust_env=False) as client:
        await client.get(f"{api.url}/bot{TOKEN}/getMe")
    assert CANARIES[0] in log.hits()


@pytest.mark.parametrize("canary", CANARIES[3::7])
def test_a_single_canary_is_found(log: Log, canary: str) -> None:
    """The control: a line that should not be there is seen."""
    logging.getLogger("bot.turns").info("hello %s", canary)
    assert log.hits() == [canary]


def test_a_secret_is_removed_whoever_logs_it(log: Log) -> None:
    logging.getLogger("whoever").warning("POST https://api/bot%s/send %s", TOKEN, SECRET)
    assert "POST https://api/bot***/send ***" in log.text
    assert not log.hits()


def test_chatty_libraries_are_quiet(log: Log) -> None:
    for name in logs.QUIET:
        logging.getLogger(name).info("something")
    logging.getLogger("bot").debug("seen")
    assert "something" not in log.text
    assert "seen" in log.text


def test_an_exception_is_its_type_and_its_place(log: Log) -> None:
    try:
        try:
            raise ValueError(NAMES[0])
        except ValueError as error:
            raise KeyError(NAMES[1]) from error
    except KeyError:
        logging.getLogger("bot").exception("row %s failed", 7)
    first, second, *rest = log.text.splitlines()
    assert first.endswith("ERROR bot row 7 failed")
    assert second == "KeyError"
    assert all(re.fullmatch(r"  test_logs\.py:\d+ \w+", line) for line in rest)
    assert not log.hits()


def test_short_secrets_do_not_blank_out_words(log: Log) -> None:
    logs.Scrub(["", "a"])
    logging.getLogger("bot").warning("a banana")
    assert "a banana" in log.text
