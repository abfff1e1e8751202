"""Talks: a family asked for a person. Who said what, who answers, and when the bot is quiet.

A talk waits, is claimed by one officer, and closes. What happened to it stands among its lines.
"""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    bindparam,
    case,
    delete,
    func,
    insert,
    literal,
    select,
    update,
)
from sqlalchemy.engine import Connection

from care.talking import QUIET
from storage import caregivers
from storage.console_tables import talk_lines, talks
from storage.prepared import Prepared

WAITING, CLAIMED, CLOSED = "waiting", "claimed", "closed"
FAMILY, OFFICER, NOTE, EVENT = "family", "officer", "note", "event"
# What happened, as the body of an EVENT line.
TOOK, RETURNED, CLIMBED = "claimed", "returned", "climbed"
ENDED, LEFT, SILENT = "ended", "left", "silent"  # by the officer, by the family, by the clock
NOBODY = 0  # no caregiver and no address has this id


@dataclass(frozen=True, slots=True)
class Talk:
    id: int
    caregiver_id: int
    address_id: int
    area_id: int | None
    state: str
    officer_id: int | None
    level: int
    opened_at: datetime
    waiting_since: datetime | None
    answered_at: datetime | None
    quiet_until: datetime | None
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Line:
    id: int
    who: str
    officer_id: int | None
    body: str
    at: datetime


_LINE = [talk_lines.c[field.name] for field in fields(Line)]


def read(row: Any) -> Talk:
    return Talk(*row)


_OPEN = Prepared(
    lambda _: (
        select(talks)
        .where(talks.c.caregiver_id == bindparam("caregiver"), talks.c.state != CLOSED)
        .order_by(talks.c.id.desc())
    )
)


def of_caregiver(conn: Connection, caregiver_id: int) -> Talk | None:
    """The open talk of this person."""
    row = _OPEN.first(conn, caregiver=caregiver_id)
    return read(row) if row else None


def quiet(conn: Connection, caregiver_id: int, now: datetime) -> Talk | None:
    """The open talk that the bot leaves to people now."""
    talk = of_caregiver(conn, caregiver_id)
    live = talk is not None and talk.quiet_until is not None and talk.quiet_until > now
    return talk if live else None


def ask(
    conn: Connection, caregiver_id: int, address_id: int, area_id: int | None, now: datetime
) -> Talk:
    """A person is asked for; an open talk goes on."""
    caregivers.hold(conn, caregiver_id)  # on another messenger they may ask at this moment
    talk = of_caregiver(conn, caregiver_id)
    goes_on = {"address_id": address_id, "quiet_until": now + QUIET}
    if talk is None or not _change(conn, talk.id, talks.c.state != CLOSED, **goes_on):
        conn.execute(
            insert(talks).values(
                caregiver_id=caregiver_id,
                address_id=address_id,
                area_id=area_id,
                state=WAITING,
                level=0,
                opened_at=now,
                waiting_since=now,
                quiet_until=now + QUIET,
            )
        )
    found = of_caregiver(conn, caregiver_id)
    if found is None:
        raise LookupError("the talk just opened is not there")
    return found


def hear(conn: Connection, talk_id: int, address_id: int, text: str, now: datetime) -> None:
    """What the family writes. If the talk just closed it opens again; if erased, nothing stays."""
    over = talks.c.state == CLOSED
    kept = _change(
        conn,
        talk_id,
        talks.c.caregiver_id != NOBODY,
        address_id=address_id,
        state=case((over, WAITING), else_=talks.c.state),
        officer_id=case((over, None), else_=talks.c.officer_id),
        closed_at=None,
        waiting_since=_unless(talks.c.waiting_since, now),
        quiet_until=now + QUIET,
    )
    if kept:
        _add_line(conn, talk_id, FAMILY, text, now)


def claim(conn: Connection, talk_id: int, officer_id: int, now: datetime) -> bool:
    """True for one officer only; for all others somebody was quicker."""
    waiting = talks.c.state == WAITING
    return _move(conn, talk_id, waiting, TOOK, officer_id, now, state=CLAIMED)


def answer(conn: Connection, talk_id: int, officer_id: int, text: str, now: datetime) -> int | None:
    """The number of the new line; None when this officer has not claimed the talk."""
    values = {
        "waiting_since": None,
        "answered_at": _unless(talks.c.answered_at, now),
        "quiet_until": now + QUIET,
        "level": 0,
    }
    if not _change(conn, talk_id, _mine(officer_id), **values):
        return None
    return _add_line(conn, talk_id, OFFICER, text, now, officer_id)


def note(conn: Connection, talk_id: int, officer_id: int, text: str, now: datetime) -> None:
    """For officers only; the family never sees it."""
    _add_line(conn, talk_id, NOTE, text, now, officer_id)


def hand_back(conn: Connection, talk_id: int, officer_id: int, now: datetime) -> bool:
    """For somebody else to answer."""
    since = _unless(talks.c.waiting_since, now)
    values = {"state": WAITING, "waiting_since": since}
    return _move(conn, talk_id, _mine(officer_id), RETURNED, officer_id, now, **values)


def close(conn: Connection, talk_id: int, officer_id: int, now: datetime) -> bool:
    return _close(conn, talk_id, _mine(officer_id), ENDED, officer_id, now)


def leave(conn: Connection, talk_id: int, now: datetime) -> bool:
    """The family ends it."""
    return _close(conn, talk_id, talks.c.state != CLOSED, LEFT, None, now)


def fall_silent(conn: Connection, talk_id: int, now: datetime) -> bool:
    """Nobody has said anything for long, and nothing waits for an answer."""
    over = (talks.c.state != CLOSED) & (talks.c.quiet_until <= now)
    return _close(conn, talk_id, over & talks.c.waiting_since.is_(None), SILENT, None, now)


def give_up_quiet(conn: Connection, talk_id: int, now: datetime) -> bool:
    """The bot comes back; the talk still waits for an answer."""
    over = (talks.c.state != CLOSED) & (talks.c.quiet_until <= now)
    return _change(conn, talk_id, over, quiet_until=None)


def climb(conn: Connection, talk: Talk, level: int, now: datetime) -> bool:
    """Nobody answered in time: back to the queue, and who stands higher sees it."""
    still = (talks.c.level == talk.level) & (talks.c.state == talk.state)
    still &= talks.c.waiting_since.is_not(None)
    what = CLIMBED if level > talk.level else RETURNED
    return _move(conn, talk.id, still, what, None, now, state=WAITING, level=level)


def lines(conn: Connection, talk_id: int) -> list[Line]:
    query = select(*_LINE).where(talk_lines.c.talk_id == talk_id)
    return [Line(*row) for row in conn.execute(query.order_by(talk_lines.c.id))]


def written(conn: Connection, caregiver_id: int) -> list[Line]:
    """What this family and officers wrote to each other; no notes."""
    query = (
        select(*_LINE)
        .join_from(talk_lines, talks, talks.c.id == talk_lines.c.talk_id)
        .where(talks.c.caregiver_id == caregiver_id, talk_lines.c.who.in_((FAMILY, OFFICER)))
        .order_by(talk_lines.c.id)
    )
    return [Line(*row) for row in conn.execute(query)]


def erase(conn: Connection, caregiver_id: int, now: datetime) -> None:
    """Every word goes; that there was a talk, where and how long it waited, is only a number."""
    mine = talks.c.caregiver_id == caregiver_id
    ids = select(talks.c.id).where(mine)
    conn.execute(delete(talk_lines).where(talk_lines.c.talk_id.in_(ids)))
    conn.execute(
        update(talks)
        .where(mine)
        .values(
            caregiver_id=NOBODY,
            address_id=NOBODY,
            state=CLOSED,
            waiting_since=None,
            quiet_until=None,
            closed_at=_unless(talks.c.closed_at, now),
        )
    )


def forget(conn: Connection, before: datetime) -> None:
    """The words of talks that closed before that."""
    old = select(talks.c.id).where(talks.c.state == CLOSED, talks.c.closed_at < before)
    conn.execute(delete(talk_lines).where(talk_lines.c.talk_id.in_(old)))


def _unless(column: Column[datetime], now: datetime) -> ColumnElement[datetime]:
    """What the column holds already, else now."""
    return func.coalesce(column, literal(now, column.type))


def _mine(officer_id: int) -> ColumnElement[bool]:
    return (talks.c.state == CLAIMED) & (talks.c.officer_id == officer_id)


def _close(
    conn: Connection,
    talk_id: int,
    which: ColumnElement[bool],
    what: str,
    officer_id: int | None,
    now: datetime,
) -> bool:
    values = {"state": CLOSED, "closed_at": now, "waiting_since": None, "quiet_until": None}
    if not _change(conn, talk_id, which, **values):
        return False
    _add_line(conn, talk_id, EVENT, what, now, officer_id)
    return True


def _move(
    conn: Connection,
    talk_id: int,
    which: ColumnElement[bool],
    what: str,
    officer_id: int | None,
    now: datetime,
    **values: Any,
) -> bool:
    owner = officer_id if values["state"] == CLAIMED else None
    if not _change(conn, talk_id, which, officer_id=owner, **values):
        return False
    _add_line(conn, talk_id, EVENT, what, now, officer_id)
    return True


def _change(conn: Connection, talk_id: int, *which: ColumnElement[bool], **values: Any) -> bool:
    """Compare and set: two who come at once are told apart by the database."""
    changed = conn.execute(update(talks).where(talks.c.id == talk_id, *which).values(**values))
    return changed.rowcount == 1


def _add_line(
    conn: Connection,
    talk_id: int,
    who: str,
    body: str,
    now: datetime,
    officer_id: int | None = None,
) -> int:
    row = {"talk_id": talk_id, "who": who, "officer_id": officer_id, "body": body, "at": now}
    result = conn.execute(insert(talk_lines).values(**row))
    line_id: int = (result.inserted_primary_key or [0])[0]
    return line_id
