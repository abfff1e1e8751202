"""What became of a campaign: person by person, in sum, and what people answered."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, exists, func, select, true, update
from sqlalchemy.engine import Connection

from storage.campaign_rows import NO_CHILD, id_of, message_of
from storage.console_tables import campaign_answers, campaigns
from storage.dialect import insert_new
from storage.family_tables import caregivers
from storage.outbox import CANCELLED, EXPIRED, FAILED, PENDING, SENDING, SENT, UNKNOWN
from storage.tables import outbox


@dataclass(frozen=True, slots=True)
class Progress:
    """Every message made so far is in exactly one of these; `counted` was the estimate."""

    sent: int
    waiting: int  # pending or under way
    failed: int
    expired: int  # its time was over before it could go
    cancelled: int
    unknown: int  # may have arrived
    counted: int | None
    expanded: bool  # the whole audience has its rows

    @property
    def total(self) -> int:
        return self.sent + self.waiting + self.failed + self.expired + self.cancelled + self.unknown

    @property
    def expected(self) -> int:
        """Of how many, for a bar: the estimate until every row is there."""
        return self.total if self.expanded else max(self.total, self.counted or 0)

    @property
    def settled(self) -> int:
        return self.total - self.waiting


class Result(NamedTuple):
    """One person's message: its state of the outbox, why, and what was answered."""

    caregiver_id: int | None  # None: erased since
    area_id: int | None
    route: str
    state: str  # pending, sending, sent, failed, expired, cancelled, unknown
    reason: str | None
    at: datetime | None
    choice: int | None
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class Answers:
    """Of a poll or a score: how often each choice, counted from 1; of all: how many people."""

    people: int
    choices: Mapping[int, int]
    asked: int  # people who got the question

    @property
    def average(self) -> float | None:
        """Of a score."""
        given = sum(self.choices.values())
        return sum(n * times for n, times in self.choices.items()) / given if given else None


class Words(NamedTuple):
    """The answer to an open question; only for who sees the families of that area."""

    caregiver_id: int
    area_id: int | None
    words: str
    at: datetime


def progress(conn: Connection, campaign_id: int) -> Progress:
    query = select(outbox.c.state, func.count()).where(*_messages(campaign_id))
    by_state = {row[0]: row[1] for row in conn.execute(query.group_by(outbox.c.state))}
    about = select(campaigns.c.counted, campaigns.c.expanded_at).where(
        campaigns.c.id == campaign_id
    )
    row = conn.execute(about).first()
    return Progress(
        sent=by_state.get(SENT, 0),
        waiting=by_state.get(PENDING, 0) + by_state.get(SENDING, 0),
        failed=by_state.get(FAILED, 0),
        expired=by_state.get(EXPIRED, 0),
        cancelled=by_state.get(CANCELLED, 0),
        unknown=by_state.get(UNKNOWN, 0),
        counted=row.counted if row else None,
        expanded=row is not None and row.expanded_at is not None,
    )


def _messages(campaign_id: int) -> tuple[ColumnElement[bool], ...]:
    """What was made for the audience; tests for officers are not of it."""
    return outbox.c.message == message_of(campaign_id), outbox.c.slot > 0


def rate(conn: Connection, campaign_id: int, since: datetime) -> int:
    """Messages that went out after `since`: for the time it will take."""
    gone = (outbox.c.state.in_((SENT, UNKNOWN)), outbox.c.at > since)
    query = select(func.count()).select_from(outbox).where(*_messages(campaign_id), *gone)
    return conn.execute(query).scalar_one()


def results(
    conn: Connection,
    campaign_id: int,
    state: str | None = None,
    after: int = 0,
    limit: int = 200,
) -> list[tuple[int, Result]]:
    """(outbox row, result) in the order of the rows; `after` is the last row of the page before."""
    given = campaign_answers.alias()
    query = (
        select(
            outbox.c.id,
            outbox.c.caregiver_id,
            caregivers.c.area_id,
            outbox.c.route,
            outbox.c.state,
            outbox.c.reason,
            outbox.c.at,
            given.c.choice,
            given.c.at.label("answered_at"),
        )
        .select_from(
            outbox.outerjoin(caregivers, caregivers.c.id == outbox.c.caregiver_id).outerjoin(
                given,
                (given.c.campaign_id == campaign_id)
                & (given.c.caregiver_id == outbox.c.caregiver_id),
            )
        )
        .where(*_messages(campaign_id), outbox.c.id > after)
        .order_by(outbox.c.id)
        .limit(limit)
    )
    if state is not None:
        query = query.where(outbox.c.state == state)
    return [(row[0], Result(*row[1:])) for row in conn.execute(query)]


def put_answer(
    conn: Connection,
    campaign_id: int,
    caregiver_id: int,
    choice: int | None,
    words: str | None,
    now: datetime,
) -> bool:
    """One answer a person, the last one counts; True when there was one before."""
    mine = (
        campaign_answers.c.campaign_id == campaign_id,
        campaign_answers.c.caregiver_id == caregiver_id,
    )
    given = {"choice": choice, "words": words, "at": now}
    new = insert_new(conn, campaign_answers)
    key = {"campaign_id": campaign_id, "caregiver_id": caregiver_id}
    if conn.execute(new.values(**key, **given)).rowcount:
        return False
    conn.execute(update(campaign_answers).where(*mine).values(**given))
    return True


def answers(conn: Connection, campaign_id: int) -> Answers:
    mine = campaign_answers.c.campaign_id == campaign_id
    query = select(campaign_answers.c.choice, func.count()).where(mine)
    by_choice = {row[0]: row[1] for row in conn.execute(query.group_by(campaign_answers.c.choice))}
    got = (*_messages(campaign_id), outbox.c.state.in_((SENT, UNKNOWN)))
    asked = conn.execute(select(func.count()).select_from(outbox).where(*got)).scalar_one()
    choices = {n: by_choice[n] for n in sorted(n for n in by_choice if n is not None)}
    return Answers(sum(by_choice.values()), choices, asked)


def words(
    conn: Connection, campaign_id: int, after: datetime | None = None, limit: int = 200
) -> list[Words]:
    """What people wrote, the newest first; `after`: the time of the last one of the page before."""
    which = [campaign_answers.c.campaign_id == campaign_id, campaign_answers.c.words.is_not(None)]
    if after is not None:
        which.append(campaign_answers.c.at < after)
    rows = conn.execute(
        select(
            campaign_answers.c.caregiver_id,
            caregivers.c.area_id,
            campaign_answers.c.words,
            campaign_answers.c.at,
        )
        .join_from(campaign_answers, caregivers, caregivers.c.id == campaign_answers.c.caregiver_id)
        .where(*which)
        .order_by(campaign_answers.c.at.desc(), campaign_answers.c.caregiver_id)
        .limit(limit)
    )
    return [Words(*row) for row in rows]


def was_sent(conn: Connection, campaign_id: int, caregiver_id: int, *, tests: bool = False) -> bool:
    """Whether this person got it: ids in buttons are never believed. `tests`: or a test of it."""
    about = outbox.c.message == message_of(campaign_id)
    mine = (outbox.c.caregiver_id == caregiver_id, outbox.c.child_id == NO_CHILD)
    gone = outbox.c.state.in_((SENDING, SENT, UNKNOWN))
    query = select(exists().where(about, *mine, gone, true() if tests else outbox.c.slot > 0))
    return bool(conn.execute(query).scalar_one())


def last_asked(conn: Connection, caregiver_id: int) -> int | None:
    """The campaign that was the last message this person got; None when something else was."""
    row = conn.execute(
        select(outbox.c.message, outbox.c.slot)
        .where(outbox.c.caregiver_id == caregiver_id, outbox.c.state.in_((SENT, UNKNOWN)))
        .order_by(outbox.c.at.desc(), outbox.c.id.desc())
        .limit(1)
    ).first()
    return id_of(row.message) if row is not None and row.slot > 0 else None


def of_caregiver(conn: Connection, caregiver_id: int) -> list[tuple[int, int | None, str | None]]:
    """(campaign, choice, words): everything this person answered, for their own export."""
    rows = conn.execute(
        select(campaign_answers.c.campaign_id, campaign_answers.c.choice, campaign_answers.c.words)
        .where(campaign_answers.c.caregiver_id == caregiver_id)
        .order_by(campaign_answers.c.campaign_id)
    )
    return [(row[0], row[1], row[2]) for row in rows]
