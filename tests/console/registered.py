"""Registered families for the pages about them, and what the pages show."""

import html
import re
from datetime import date, timedelta
from typing import Any

import httpx
from sqlalchemy import select

from care.messages import Kind
from care.people import ChildState
from storage import audit, children
from storage.database import Connection
from storage.tables import outbox
from tests import fakes
from tests.console.desk import Office
from tests.fakes import Family

TODAY = date(2026, 11, 24)
BORN = date(2025, 11, 20)


async def family(office: Office, code: str, nickname: str | None = "Na", **child: Any) -> Family:
    """A mother with one child, born on BORN unless told otherwise."""
    values = {"born_on": BORN, **child}
    (made,) = await office.families(1, code, nickname=nickname, **values)
    return made


async def sibling(office: Office, first: Family, nickname: str, **values: Any) -> int:
    born = {"state": ChildState.BORN, "born_on": BORN, "precision": "day"}
    return await office.db.write(_add, first.caregiver_id, {**born, **values}, nickname)


def _add(conn: Connection, caregiver_id: int, values: dict[str, Any], nickname: str) -> int:
    return children.add(conn, caregiver_id, TODAY, nickname=nickname, **values)


async def share(office: Office, first: Family, other: Family) -> None:
    """The other cares for the child of the first as well."""
    await office.db.write(children.link, first.child_id, other.caregiver_id, TODAY)


def queue(conn: Connection, one: Family, item: str, caregiver_id: int | None = None) -> None:
    """A push about the child of `one`, to its mother or to somebody else."""
    who = caregiver_id or one.caregiver_id
    fakes.a_message(conn, one, kind=Kind.TIP, message=item, caregiver_id=who)


def pushes(conn: Connection, one: Family) -> list[tuple[str, str | None]]:
    """State and reason of every push about the child of `one`."""
    rows = conn.execute(
        select(outbox.c.state, outbox.c.reason).where(outbox.c.child_id == one.child_id)
    )
    return [(row.state, row.reason) for row in rows]


def days_ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def links(answer: httpx.Response) -> list[int]:
    """Families that a page leads to, each once."""
    found = re.findall(r'href="/console/families/(\d+)"', answer.text)
    return list(dict.fromkeys(map(int, found)))


def words(answer: httpx.Response) -> str:
    """What a reader sees."""
    bare = re.sub(r"<[^>]+>", " ", answer.text)
    return " ".join(html.unescape(bare).split())


async def trail(office: Office) -> list[tuple[str, str, str | None]]:
    """(action, object, detail), the newest first."""
    lines = await office.db.read(audit.lines, None, 500)
    return [(line.action, line.object, line.detail) for line in lines]
