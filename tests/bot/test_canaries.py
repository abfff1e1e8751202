"""Fifty canaries through everything a case goes through, and faults: none gets out in the clear.

Whoever reported, whom it is about and what officers wrote: not in the log, the metrics, exports,
the database file, its WAL or a copy of it.
"""

import asyncio
import io
import logging
import re
import sqlite3
import zipfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import generate_latest
from sqlalchemy.engine import Connection

from bot import logs, retention
from bot.case_clock import CaseClock
from care.cases import FIELDS
from care.messages import EventKind
from console.scope import Role
from content.library import Library
from handlers import ROUTES
from storage import case_history, cases, marks
from storage.database import DatabaseDown
from tests.bot.receptions import Desk as ChatDesk
from tests.console.casework import CHANCE, a_service
from tests.console.desk import NOW, Office, OfficerAtDesk, open_office
from tests.fakes import WatchedDatabase, a_caregiver, incoming, rows

CANARIES = [f"canary{chr(97 + n // 26)}{chr(97 + n % 26)}q" for n in range(50)]
TOLD, WORK = CANARIES[: len(FIELDS)], CANARIES[16:36]
TYPED, SAID = CANARIES[36:40], CANARIES[40:46]
FORGED, FAULTY = CANARIES[46:48], CANARIES[48:]
CANARY = re.compile(rb"canary[a-z]{2}q", re.IGNORECASE)
VIRTUAL_TIME = True


@pytest.fixture
def dialect() -> str:
    return "sqlite"


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Logging as `donghanh run` sets it up, at its loudest."""
    root, stream = logging.getLogger(), io.StringIO()
    before = root.handlers[:], root.level
    levels = {name: logging.getLogger(name).level for name in logs.QUIET}
    logs.set_up("DEBUG", ())
    handler = root.handlers[0]
    assert isinstance(handler, logging.StreamHandler)
    handler.setStream(stream)
    yield stream
    root.handlers[:] = before[0]
    root.setLevel(before[1])
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


@pytest.fixture
async def office(db: WatchedDatabase, library: Library, log: io.StringIO) -> AsyncIterator[Office]:
    any_db: Any = db
    async with open_office(any_db, library) as opened:
        yield opened


def hits(*texts: bytes) -> set[str]:
    return {found.decode().lower() for text in texts for found in CANARY.findall(text)}


def stored(folder: Path) -> list[bytes]:
    """The database, its WAL, and a copy as an operator makes it; the freed pages too."""
    live = [path.read_bytes() for path in folder.glob("data.db*")]
    with sqlite3.connect(folder / "data.db") as one, sqlite3.connect(folder / "copy.db") as copy:
        one.backup(copy)
    return [*live, (folder / "copy.db").read_bytes()]


def _report(conn: Connection, area_id: int) -> tuple[str, str]:
    facts = dict(zip(FIELDS, (f"{one} 0912 345 678" for one in TOLD), strict=True))
    code = cases.report(
        conn, facts, area_id=area_id, province=False, urgent=True, pile=False, now=NOW,
        chance=CHANCE,
    )  # fmt: skip
    case = cases.by_code(conn, code)
    assert case is not None
    return code, case.number


class Reporter:
    """Somebody in a chat, in the dialogue that leaves no trace."""

    def __init__(self, desk: ChatDesk) -> None:
        self.desk = desk
        self._count = 0

    async def says(self, text: str, kind: EventKind = EventKind.TEXT) -> None:
        self._count += 1
        said = incoming(text, id=f"r{self._count}", chat="reporter", kind=kind)
        await self.desk.reception.receive([said])
        await self.desk.handled()

    async def taps(self, action: str) -> None:
        await self.says(action, EventKind.CHOICE)

    async def reports(self) -> str:
        """The whole way; returns the code."""
        await self.taps("report.begin")
        await self.taps("report.safe:yes")
        await self.taps("report.now:yes")
        await self.taps("report.go")
        for text in (*TYPED[:3], "không rõ", TYPED[3]):
            await self.says(text)
        await self.taps("report.send")
        newest = (await self.desk.db.read(rows))[-1]
        assert newest.message == "report/sent"
        return str(newest.params["code"])


async def works(office: Office, number: str) -> list[OfficerAtDesk]:
    """Every act of the pages, with words in each."""
    lan = await office.officer(Role.PROTECTION, "20a", "Lan")
    hoa = await office.officer(Role.PROTECTION, "20a", "Hoa")
    mai = await office.officer(Role.PROTECTION, "20a", "Mai")
    service = await office.db.write(a_service, office.area("20a"), "Trạm Y tế")
    words = iter(WORK)
    seen: list[str] = []

    async def does(who: OfficerAtDesk, act: str, **form: Any) -> None:
        answer = await who.post(f"/cases/{number}/{act}", text=next(words), **form)
        assert answer.status_code == 303, act

    for act, form in (
        ("take", {}),
        ("back", {}),
        ("take", {}),
        ("assess", {"danger": "high"}),
        ("plan", {}),
        ("step", {}),
        ("done", {"step": "1"}),
        ("support", {}),
        ("refer", {"service": str(service), "consent": "no"}),
        ("note", {}),
        ("urgency", {"urgent": "yes"}),
        ("exclude", {"officer": str(mai.id)}),
        ("offer", {"area": "20b"}),
        ("withdraw", {}),
        ("ask-close", {}),
        ("refuse-close", {}),
        ("ask-close", {}),
    ):
        await does(lan, act, **form)
    await lan.post(f"/cases/{number}/facts", **dict.fromkeys(FIELDS, next(words)))
    for page in ("", "/form01", "/facts"):
        seen += [(await lan.get(f"/cases/{number}{page}")).text]
    await does(hoa, "close")
    await does(hoa, "reopen")
    assert hits("".join(seen).encode())  # the control: who may see it sees it
    return [lan, hoa, mai]


async def goes_wrong(office: Office, db: WatchedDatabase, number: str, lan: OfficerAtDesk) -> None:
    """Forged paths and forms, a database that is away, an act that breaks amid its words."""
    for word in FORGED:
        await lan.get(f"/cases/{word}", q=word)
        await lan.post(f"/cases/{number}/{word}", text=word)
        await lan.post(f"/cases/{number}/assess", danger=word, text=word)
        await lan.post(f"/cases/{number}/step", due_on=word, text=word)
    db.down = True
    for word in FAULTY:
        with pytest.raises(DatabaseDown):
            await db.write(cases.add_by_code, word, word, NOW)
        await asyncio.gather(lan.post(f"/cases/{number}/note", text=word), return_exceptions=True)
    db.mend()


def _breaks(*_: Any) -> None:
    raise ValueError(f"{FAULTY[0]} {FAULTY[1]}")


PAGES = ("", "/cases", "/cases/figures", "/trail", "/families", "/accounts", "/inbox")


async def exports(people: list[OfficerAtDesk]) -> list[bytes]:
    """What may leave the console, and every page that is about no single case."""
    found = []
    for one in people:
        for ending in ("csv", "xlsx"):
            asked = {"purpose": "báo cáo tháng", "format": ending}
            found.append(await one.post("/cases/figures/export", **asked))
        found += [await one.get(path) for path in PAGES]
    files = [one for one in found if "attachment" in one.headers.get("content-disposition", "")]
    assert len(files) >= 4  # the control: there were exports
    return [_unpacked(one.content) for one in found]


def _unpacked(content: bytes) -> bytes:
    if not content.startswith(b"PK"):
        return content
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return b"".join(packed.read(name) for name in packed.namelist())


async def test_none_of_fifty_canaries_gets_out(
    office: Office,
    db: WatchedDatabase,
    library: Library,
    log: io.StringIO,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    code, number = await db.write(_report, office.area("20a"))
    await db.write(cases.add_by_code, code, SAID[0], NOW)
    chat = ChatDesk(db, library, ROUTES)
    async with chat.running():
        for n, word in enumerate(SAID[1:]):
            said = incoming(f"chồng em đánh con {word}", id=f"e{n}", chat=f"chat-{n}")
            await chat.reception.receive([said])
        await chat.handled()
    people = await works(office, number)
    await goes_wrong(office, db, number, people[0])
    with monkeypatch.context() as patched:
        patched.setattr(case_history, "append", _breaks)
        await asyncio.gather(
            people[0].post(f"/cases/{number}/note", text=FAULTY[0]), return_exceptions=True
        )
    await CaseClock().tick(db, NOW)
    await db.write(retention.purge, NOW)
    people.append(await office.officer(Role.LEAD, "20a"))
    people.append(await office.officer(Role.ADMIN, "VN"))
    told = log.getvalue()
    assert hits(*await exports(people)) == set()
    assert hits(told.encode()) == set()
    assert hits(generate_latest()) == set()
    assert hits(*stored(tmp_path)) == set()
    assert code.encode() not in b"".join([told.encode(), generate_latest(), *stored(tmp_path)])
    assert await db.read(case_history.broken_at) is None


async def test_nor_what_is_told_in_the_dialogue_nor_its_code(
    office: Office, db: WatchedDatabase, library: Library, log: io.StringIO, tmp_path: Path
) -> None:
    """Before any message of it is taken away: what waits in the outbox is sealed as well."""
    await db.write(a_caregiver, "reporter", area_id=office.area("20a"))
    chat = ChatDesk(db, library, ROUTES)
    async with chat.running():
        reporter = Reporter(chat)
        code = await reporter.reports()
        await reporter.says(code)
        await reporter.taps("report.more")
        await reporter.says(SAID[0])
        await reporter.taps("report.exit")
    case = await db.read(cases.by_code, code.replace(" ", ""))
    assert set(TYPED) <= set(hits(str(await db.read(cases.facts_of, case.id)).encode()))
    everything = b"".join([log.getvalue().encode(), generate_latest(), *stored(tmp_path)])
    assert hits(everything) == set()
    assert code.encode() not in everything
    assert code.replace(" ", "").encode() not in everything


async def test_what_is_kept_or_logged_in_the_clear_would_be_found(
    db: WatchedDatabase, log: io.StringIO, tmp_path: Path
) -> None:
    """The control."""
    await db.write(marks.put, "x", f"{CANARIES[0]} {CANARIES[49].upper()}")
    assert hits(*stored(tmp_path)) == {CANARIES[0], CANARIES[49]}
    logging.getLogger("bot").info("%s", CANARIES[1])
    assert hits(log.getvalue().encode()) == {CANARIES[1]}
