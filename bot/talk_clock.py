"""What time does to talks between families and officers; a part of the sweep.

1. Nobody answered within the office hours the area allows, or nobody there can: the talk climbs.
2. Nobody said anything for a day: an answered talk closes, in one that waits the bot comes back.
3. Officers with a chat of their own hear that work waits, and nothing else.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from care.messages import Kind
from care.people import CaregiverState
from care.quiet_hours import next_allowed
from care.talking import minutes_within
from console.scope import ALLOWED, May
from storage import (
    area_settings,
    areas,
    caregivers,
    officer_chats,
    outbox,
    surveys,
    talk_queue,
    talks,
)
from storage.caregivers import Contact
from storage.database import Connection, Database
from storage.officer_chats import Seat
from storage.talks import CLAIMED, WAITING, Talk

BACK, NEWS = "talk/back", "officer/news"
LIVES = timedelta(hours=24)
NEWS_EVERY = timedelta(minutes=10)  # several talks at once are one notice


@dataclass(frozen=True, slots=True)
class Due:
    """What is to be done; looked at without holding up anybody who writes."""

    climbs: list[tuple[Talk, int]] = field(default_factory=list)
    silent: list[Talk] = field(default_factory=list)
    told: list[int] = field(default_factory=list)  # caregivers: the officers' own chats


async def tick(db: Database, now: datetime) -> int:
    """Returns the number of new messages."""
    due = await db.read(look, now)
    if not (due.climbs or due.silent or due.told):
        return 0
    return await db.write(_settle, due, now)


def look(conn: Connection, now: datetime) -> Due:
    due = Due(silent=talk_queue.quiet_is_over(conn, now))
    waiting = talk_queue.unanswered(conn)
    if not waiting:
        return due
    seats = officer_chats.seats(conn, ALLOWED[May.TALK])
    local = area_settings.everywhere(conn)
    called: dict[int, datetime] = {}
    for talk, since in waiting:
        chain = areas.above(conn, talk.area_id)
        here = local.of(talk.area_id)
        late = minutes_within(here.talk_hours, since, now) >= here.talk_wait
        level = _level(talk, chain, seats, late)
        if level != talk.level or (talk.state == CLAIMED and (late or not _at_work(talk, seats))):
            due.climbs.append((talk, level))
        elif talk.state == WAITING:
            for seat in _reached(seats, chain, talk.level):
                if seat.caregiver_id is not None:
                    called[seat.caregiver_id] = max(since, called.get(seat.caregiver_id, since))
    due.told.extend(who for who, since in called.items() if _not_told(conn, who, since, now))
    return due


def _level(talk: Talk, chain: list[int], seats: list[Seat], late: bool) -> int:
    """As high as somebody can answer; a step higher where it took too long."""
    top = max(len(chain) - 1, 0)
    level = min(talk.level + 1, top) if late else talk.level
    if talk.state == CLAIMED or not _reached(seats, chain, top):
        return level
    while not _reached(seats, chain, level):
        level += 1
    return level


def _reached(seats: list[Seat], chain: list[int], level: int) -> list[Seat]:
    within = chain[: level + 1]
    return [seat for seat in seats if seat.area_id in within]


def _at_work(talk: Talk, seats: list[Seat]) -> bool:
    return any(seat.officer_id == talk.officer_id for seat in seats)


def _not_told(conn: Connection, caregiver_id: int, since: datetime, now: datetime) -> bool:
    last = outbox.last_of(conn, NEWS, caregiver_id)
    return last is None or (last < since and now - last >= NEWS_EVERY)


def _settle(conn: Connection, due: Due, now: datetime) -> int:
    for talk, level in due.climbs:
        talks.climb(conn, talk, level, now)
    rows = [row for talk in due.silent for row in _silent(conn, talk, now)]
    rows += [row for who in due.told for row in _news(conn, who, now)]
    return outbox.add(conn, rows)


def _silent(conn: Connection, talk: Talk, now: datetime) -> Iterator[dict[str, Any]]:
    if talk.waiting_since is None:
        if talks.fall_silent(conn, talk.id, now) and talk.answered_at is not None:
            surveys.ask(conn, talk.id, now)
        return
    contact = caregivers.by_address_id(conn, talk.address_id)
    if not talks.give_up_quiet(conn, talk.id, now) or contact is None or contact.gone:
        return
    if contact.caregiver.state is not CaregiverState.STOPPED:
        buttons = [["talk.open", None, None], ["menu.home", None, None]]
        yield _row(contact, Kind.REPLY, BACK, now, {"buttons": buttons})


def _news(conn: Connection, caregiver_id: int, now: datetime) -> Iterator[dict[str, Any]]:
    contact = caregivers.to_push(conn, caregiver_id)
    if contact is not None:
        yield _row(contact, Kind.NOTICE, NEWS, now, {})


def _row(
    contact: Contact, kind: Kind, message: str, now: datetime, params: dict[str, Any]
) -> dict[str, Any]:
    """Neither is so urgent that it may wake somebody."""
    when = next_allowed(now)
    return outbox.values(
        **caregivers.recipient(contact),
        kind=kind,
        message=message,
        not_before=when,
        expires_at=when + LIVES,
        params=params,
    )
