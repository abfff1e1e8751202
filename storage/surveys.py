"""How families found a talk with an officer: the question after its end, and what they answered."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.engine import Connection

from care.messages import Kind
from care.people import CaregiverState
from care.quiet_hours import next_allowed
from storage import caregivers, conversations, outbox, tasks
from storage.areas import within
from storage.console_tables import talk_scores, talks
from storage.dialect import upsert

MESSAGE = "surveys/talk"
SCORES = (5, 4, 3, 2, 1)
TALK = "talk:"  # before the number of a talk, in the ref of a task
LIVES = timedelta(hours=24)
LONGEST_WORDS = 1_000


@dataclass(frozen=True, slots=True)
class Score:
    talk_id: int
    score: int
    words: str | None
    at: datetime


def ask(conn: Connection, talk_id: int, now: datetime) -> bool:
    """Puts the question for a closed talk into the outbox; not at night, and not to those who
    stopped, have gone, or speak of something heavy."""
    talk = conn.execute(select(talks).where(talks.c.id == talk_id)).first()
    contact = caregivers.by_address_id(conn, talk.address_id) if talk else None
    if contact is None or contact.gone or contact.caregiver.state is not CaregiverState.ACTIVE:
        return False
    if conversations.any_sensitive(conn, contact.caregiver.id, now - LIVES):
        return False
    names = [*(f"surveys.{score}:{talk_id}" for score in SCORES), f"surveys.skip:{talk_id}"]
    when = next_allowed(now)
    row = outbox.values(
        **caregivers.recipient(contact),
        kind=Kind.REPLY,
        message=MESSAGE,
        not_before=when,
        expires_at=when + LIVES,
        params={"buttons": [[name, None, None] for name in names]},
    )
    return outbox.add(conn, [row]) > 0


def put(conn: Connection, talk_id: int, caregiver_id: int, score: int, now: datetime) -> bool:
    """False when the talk is not this caregiver's. A later answer replaces the first."""
    query = select(talks.c.area_id).where(
        talks.c.id == talk_id, talks.c.caregiver_id == caregiver_id
    )
    talk = conn.execute(query).first()
    if talk is None:
        return False
    values = {"talk_id": talk_id, "caregiver_id": caregiver_id, "score": score, "at": now}
    upsert(conn, talk_scores, values)
    tasks.low_score(conn, f"{TALK}{talk_id}", score, talk.area_id, now)
    return True


def add_words(conn: Connection, talk_id: int, caregiver_id: int, words: str) -> None:
    which = (talk_scores.c.talk_id == talk_id, talk_scores.c.caregiver_id == caregiver_id)
    conn.execute(update(talk_scores).where(*which).values(words=words[:LONGEST_WORDS]))


def counts(
    conn: Connection, areas: Collection[int], everywhere: bool, since: datetime
) -> dict[int, int]:
    """How often each score was given."""
    query = (
        select(talk_scores.c.score, func.count())
        .join(talks, talks.c.id == talk_scores.c.talk_id)
        .where(within(talks.c.area_id, areas, everywhere), talk_scores.c.at >= since)
        .group_by(talk_scores.c.score)
    )
    return {row[0]: row[1] for row in conn.execute(query)}


def answers(
    conn: Connection, areas: Collection[int], everywhere: bool, since: datetime, limit: int
) -> list[Score]:
    """The newest answers with what was written, for those who may read it."""
    query = (
        select(talk_scores.c.talk_id, talk_scores.c.score, talk_scores.c.words, talk_scores.c.at)
        .join(talks, talks.c.id == talk_scores.c.talk_id)
        .where(within(talks.c.area_id, areas, everywhere), talk_scores.c.at >= since)
        .order_by(talk_scores.c.at.desc(), talk_scores.c.talk_id.desc())
        .limit(limit)
    )
    return [Score(*row) for row in conn.execute(query)]


def forget(conn: Connection, before: datetime) -> None:
    """What was written before that; the scores stay."""
    conn.execute(update(talk_scores).where(talk_scores.c.at < before).values(words=None))
