"""Talks as officers see them: whose turn it is, how many wait, how soon families are answered.

A talk belongs to its area. Officers of the areas above see it when nobody there answered in time:
as many steps up as its level.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from sqlalchemy import ColumnElement, and_, exists, func, literal, or_, select
from sqlalchemy.engine import Connection

from storage.console_tables import talk_lines, talks
from storage.tables import areas
from storage.talks import CLAIMED, CLOSED, EVENT, FAMILY, OFFICER, WAITING, Talk, read


@dataclass(frozen=True, slots=True)
class View:
    """Who looks: an officer of an area; `everywhere` also sees talks that belong to no area."""

    officer_id: int
    area_id: int
    everywhere: bool = False


@dataclass(frozen=True, slots=True)
class Speed:
    """How soon families get their first answer."""

    answered: int
    median: timedelta | None
    waiting: int  # talks without an answer now
    oldest: datetime | None  # since when the longest of them waits


def _seen_by(view: View) -> ColumnElement[bool]:
    """The talks of the officer's area, of what is below it and has climbed, and one's own."""
    top = select(areas.c.id, literal(0).label("steps")).where(areas.c.id == view.area_id)
    tree = top.cte("tree", recursive=True)
    deeper = select(areas.c.id, tree.c.steps + 1).where(areas.c.parent_id == tree.c.id)
    tree = tree.union_all(deeper)
    reached = or_(talks.c.level >= tree.c.steps, talks.c.officer_id == view.officer_id)
    within = exists(select(tree.c.id).where(tree.c.id == talks.c.area_id, reached))
    return or_(within, talks.c.area_id.is_(None)) if view.everywhere else within


def get(conn: Connection, view: View, talk_id: int) -> Talk | None:
    row = conn.execute(select(talks).where(talks.c.id == talk_id, _seen_by(view))).first()
    return read(row) if row else None


def open_ones(conn: Connection, view: View) -> list[Talk]:
    """The longest wait first; those that have their answer last."""
    query = select(talks).where(talks.c.state != CLOSED, _seen_by(view))
    found = [read(row) for row in conn.execute(query)]
    return sorted(found, key=_order)


def _order(talk: Talk) -> tuple[bool, datetime, int]:
    return talk.waiting_since is None, talk.waiting_since or talk.opened_at, talk.id


def closed_ones(conn: Connection, view: View, limit: int) -> list[Talk]:
    """The newest first; those of families who had everything erased are not told."""
    query = select(talks).where(talks.c.state == CLOSED, talks.c.caregiver_id > 0, _seen_by(view))
    newest = query.order_by(talks.c.closed_at.desc(), talks.c.id.desc()).limit(limit)
    return [read(row) for row in conn.execute(newest)]


def to_answer(conn: Connection, view: View) -> int:
    """How many talks wait for this officer: nobody has claimed them, or this one has."""
    mine = and_(talks.c.officer_id == view.officer_id, talks.c.waiting_since.is_not(None))
    waits = or_(talks.c.state == WAITING, and_(talks.c.state == CLAIMED, mine))
    query = select(func.count()).select_from(talks).where(waits, _seen_by(view))
    return conn.execute(query).scalar_one()


def unread(conn: Connection, ids: Collection[int]) -> dict[int, int]:
    """Lines of the family since the last answer."""
    answers = talk_lines.alias()
    last = (
        select(func.coalesce(func.max(answers.c.id), 0))
        .where(answers.c.talk_id == talk_lines.c.talk_id, answers.c.who == OFFICER)
        .scalar_subquery()
    )
    query = (
        select(talk_lines.c.talk_id, func.count())
        .where(talk_lines.c.talk_id.in_(ids), talk_lines.c.who == FAMILY, talk_lines.c.id > last)
        .group_by(talk_lines.c.talk_id)
    )
    return {row[0]: row[1] for row in conn.execute(query)}


def speed(conn: Connection, view: View, since: datetime) -> Speed:
    """Of talks that began after `since`."""
    seen = _seen_by(view)
    answered = conn.execute(
        select(talks.c.opened_at, talks.c.answered_at).where(
            talks.c.answered_at.is_not(None), talks.c.opened_at >= since, seen
        )
    )
    times = [row.answered_at - row.opened_at for row in answered]
    waits = (talks.c.state != CLOSED, talks.c.waiting_since.is_not(None), seen)
    now = conn.execute(select(func.count(), func.min(talks.c.waiting_since)).where(*waits)).one()
    return Speed(len(times), _median(times), now[0], now[1])


def _median(times: Sequence[timedelta]) -> timedelta | None:
    return timedelta(seconds=median(t.total_seconds() for t in times)) if times else None


def unanswered(conn: Connection) -> list[tuple[Talk, datetime]]:
    """Every talk that waits, with the moment from which the next answer is awaited.

    That is the family's line, or what happened to the talk since: it was claimed, or climbed.
    """
    latest = (
        select(func.max(talk_lines.c.at))
        .where(talk_lines.c.talk_id == talks.c.id, talk_lines.c.who == EVENT)
        .scalar_subquery()
    )
    query = select(talks, latest.label("latest")).where(
        talks.c.state != CLOSED, talks.c.waiting_since.is_not(None)
    )
    found = []
    for row in conn.execute(query.order_by(talks.c.id)):
        talk = read(row[:-1])
        since = talk.waiting_since or talk.opened_at
        found.append((talk, max(since, row.latest) if row.latest else since))
    return found


def quiet_is_over(conn: Connection, now: datetime) -> list[Talk]:
    """Open talks in which nobody has said anything for long."""
    over = (talks.c.state != CLOSED, talks.c.quiet_until <= now)
    return [read(row) for row in conn.execute(select(talks).where(*over).order_by(talks.c.id))]
