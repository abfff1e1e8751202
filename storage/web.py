"""The web chat's own side of its conversations: sessions and what both said."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, exists, func, insert, or_, select, update
from sqlalchemy.engine import Connection

from storage.dialect import insert_new
from storage.tables import web_messages, web_sessions

MOST_LINES = 1_000_000
LONGEST_NUMBER = 10  # digits; more fit no column


@dataclass(frozen=True, slots=True)
class Line:
    n: int
    key: str
    body: dict[str, Any]
    at: datetime


def open_session(conn: Connection, token_hash: str, now: datetime) -> None:
    conn.execute(insert(web_sessions).values(token_hash=token_hash, last_n=0, created_at=now))


def known(conn: Connection, token_hash: str) -> bool:
    query = select(web_sessions.c.last_n).where(web_sessions.c.token_hash == token_hash)
    return conn.execute(query).first() is not None


def append(
    conn: Connection, token_hash: str, key: str, body: dict[str, Any], now: datetime
) -> int | None:
    """Adds a line under the next number; the same key is written once. None: no such session."""
    if (written := _written(conn, token_hash, key)) is not None:
        return written
    n: int | None = conn.execute(
        update(web_sessions)
        .where(web_sessions.c.token_hash == token_hash)
        .values(last_n=web_sessions.c.last_n + 1)
        .returning(web_sessions.c.last_n)
    ).scalar_one_or_none()
    if n is None:
        return None
    line = {"n": n, "key": key, "body": json.dumps(body, ensure_ascii=False), "at": now}
    new = insert_new(conn, web_messages).values(token_hash=token_hash, **line)
    # The number is lost where the same line came twice at once: nobody counts on it.
    return n if conn.execute(new).rowcount else _written(conn, token_hash, key)


def _written(conn: Connection, token_hash: str, key: str) -> int | None:
    same = (web_messages.c.token_hash == token_hash, web_messages.c.key == key)
    found: int | None = conn.execute(select(web_messages.c.n).where(*same)).scalar_one_or_none()
    return found


def after(conn: Connection, token_hash: str, n: int, limit: int = 200) -> list[Line]:
    rows = conn.execute(
        select(web_messages.c.n, web_messages.c.key, web_messages.c.body, web_messages.c.at)
        .where(web_messages.c.token_hash == token_hash, web_messages.c.n > n)
        .order_by(web_messages.c.n)
        .limit(limit)
    )
    return [Line(row.n, row.key, json.loads(row.body), row.at) for row in rows]


def last(conn: Connection, token_hash: str, count: int) -> list[Line]:
    """The newest lines, oldest first."""
    n = conn.execute(
        select(web_sessions.c.last_n).where(web_sessions.c.token_hash == token_hash)
    ).scalar_one_or_none()
    return after(conn, token_hash, max(0, (n or 0) - count), count)


def remove(
    conn: Connection, token_hash: str, key: str, refs: Iterable[str], now: datetime
) -> int | None:
    """Takes lines away, with what replaced them and the taps on their buttons.

    A reference is a line's number or its key. An open page learns from one more line which they
    were. None: no such session.
    """
    wanted = set(refs)
    first = _first(conn, token_hash, wanted)
    lines = [] if first is None else after(conn, token_hash, first - 1, MOST_LINES)
    found = {line.n: line for line in lines if {str(line.n), line.key} & wanted}
    found |= {line.n: line for line in lines if str(line.body.get("replaces")) in wanted}
    found |= {line.n: line for line in lines if line.body.get("replaces") in found}
    buttons = {button["id"] for line in found.values() for button in line.body.get("buttons", ())}
    since = min(found, default=0)
    taps = (line for line in lines if line.n > since and line.body.get("action") in buttons)
    found |= {line.n: line for line in taps}
    if found:
        mine = (web_messages.c.token_hash == token_hash, web_messages.c.n.in_(sorted(found)))
        conn.execute(delete(web_messages).where(*mine))
    own = [line.body["id"] for line in found.values() if line.body.get("from") == "me"]
    gone = {"from": "bot", "text": "", "buttons": [], "message": "", "edited": False}
    return append(conn, token_hash, key, {**gone, "remove": [*sorted(found), *own]}, now)


def _first(conn: Connection, token_hash: str, wanted: set[str]) -> int | None:
    """The number of the oldest of these lines."""
    numbers = [int(ref) for ref in wanted if ref.isdecimal() and len(ref) < LONGEST_NUMBER]
    named = or_(web_messages.c.key.in_(sorted(wanted)), web_messages.c.n.in_(numbers))
    query = select(func.min(web_messages.c.n)).where(web_messages.c.token_hash == token_hash, named)
    first: int | None = conn.execute(query).scalar_one()
    return first


def erase(conn: Connection, token_hash: str) -> None:
    """What both said is gone; the session itself stays so that the page can say so."""
    conn.execute(delete(web_messages).where(web_messages.c.token_hash == token_hash))


def forget(conn: Connection, before: datetime) -> None:
    """Old lines go, and sessions in which nothing has been said since."""
    conn.execute(delete(web_messages).where(web_messages.c.at < before))
    silent = ~exists().where(web_messages.c.token_hash == web_sessions.c.token_hash)
    conn.execute(delete(web_sessions).where(web_sessions.c.created_at < before, silent))
