"""What time does to cases of children who are hurt; a part of the sweep.

1. Nobody opened a case in the time its area allows, or nobody there can: deputies, then the unit
   above. Whom to call next says `care.case_calls`; every call is a line of the case's history.
2. Whoever had a case left: it waits for another officer.
3. Officers with a chat of their own hear that work waits, and nothing else. For what is urgent also
   at night.
"""

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bot.metrics import WAITING
from care.case_calls import Seat, Step, called, called_since, here, next_step, seconds
from care.cases import Case, hurried, late
from care.messages import Kind
from care.quiet_hours import next_allowed
from console.scope import ALLOWED, May
from storage import area_settings, areas, caregivers, case_calls, cases, officer_chats, outbox
from storage.database import Connection, Database
from storage.officer_chats import Seat as Officer

log = logging.getLogger(__name__)

NEWS = "officer/news"
LIVES = timedelta(hours=24)
# Several cases at once are one notice; one of many of one sender is no news for long.
HURRIED_EVERY, NEWS_EVERY, PILE_EVERY = timedelta(minutes=2), timedelta(minutes=10), timedelta(1)


@dataclass(frozen=True, slots=True)
class News:
    """That work waits for an officer since then; `caregiver_id` is the officer's own chat."""

    caregiver_id: int
    since: datetime
    hurried: bool
    every: timedelta


@dataclass(frozen=True, slots=True)
class Found:
    """What is to be done, and what waits where nobody is at all."""

    steps: list[tuple[Case, Step]] = field(default_factory=list)
    left: list[Case] = field(default_factory=list)
    news: list[News] = field(default_factory=list)
    nobody: list[Case] = field(default_factory=list)
    unopened: int = 0


class CaseClock:
    """Remembers only what it has said in the log."""

    def __init__(self) -> None:
        self._nobody = 0

    async def tick(self, db: Database, now: datetime) -> int:
        """Returns the number of new messages.

        Each case in a transaction of its own: nothing holds up an officer who writes.
        """
        found = await db.read(look, now)
        for case, step in found.steps:
            await db.write(case_calls.call, case, step, now)
        for case in found.left:
            await db.write(case_calls.give_up, case, now)
        if found.steps or found.left:
            found = await db.read(look, now)  # who is told depends on where they are now
        self._show(found)
        return await db.write(_tell, found.news, now) if found.news else 0

    def _show(self, found: Found) -> None:
        nobody = len(found.nobody)
        WAITING.labels("cases", "unopened").set(found.unopened)
        WAITING.labels("cases", "nobody").set(nobody)
        if nobody > self._nobody:
            log.error("%s cases wait where no officer can open them", nobody)
        self._nobody = nobody


def look(conn: Connection, now: datetime) -> Found:
    opened = cases.every_open(conn)
    found = Found(unopened=sum(case.waiting_since is not None for case in opened))
    if not opened:
        return found
    officers = officer_chats.seats(conn, ALLOWED[May.KEEP_CASES])
    local, shut_out = area_settings.everywhere(conn), case_calls.excluded(conn)
    offers = case_calls.offered_at(conn, [c.id for c in opened if c.offered_area_id is not None])
    ranks: dict[int, dict[int, int]] = {}
    news: list[News] = []
    for case in opened:
        if case.area_id not in ranks:
            ranks[case.area_id] = _ranks(conn, case.area_id)
        may = [one for one in officers if (case.id, one.officer_id) not in shut_out]
        seats = _seats(may, ranks[case.area_id])
        here_holds = local.of(case.area_id)
        is_late = late(case, here_holds.talk_hours, here_holds.case_waits, now)
        if (step := next_step(case, seats, is_late)) is not None:
            found.steps.append((case, step))
        elif case.officer_id is not None and not _at_work(case, seats):
            found.left.append(case)
        elif case.waiting_since is not None and not here(case, seats):
            found.nobody.append(case)
        news += _news(case, seats, may, offers.get(case.id))
    found.news.extend(one for one in news if _due(conn, one, now))
    return found


def _ranks(conn: Connection, area_id: int) -> dict[int, int]:
    """The unit of a case and those above, each with its rank."""
    return {unit: cases.rank_of(conn, unit) for unit in areas.above(conn, area_id)}


def _seats(officers: Iterable[Officer], ranks: dict[int, int]) -> list[Seat]:
    within = (one for one in officers if one.area_id in ranks)
    return [Seat(one.officer_id, ranks[one.area_id], one.deputy) for one in within]


def _at_work(case: Case, seats: list[Seat]) -> bool:
    return any(seat.officer_id == case.officer_id for seat in here(case, seats))


def _news(
    case: Case, seats: list[Seat], officers: list[Officer], offered_at: datetime | None
) -> Iterator[News]:
    """To open, to agree to an end, or to take over from another area."""
    chats = {one.officer_id: one.caregiver_id for one in officers}
    wanted: list[tuple[int, datetime, bool]] = []
    if case.waiting_since is not None:
        since = called_since(case, case.waiting_since)
        wanted += [(one.officer_id, since, hurried(case)) for one in called(case, seats)]
    if case.close_asked_at is not None:
        since = called_since(case, case.close_asked_at)
        wanted += [(one.officer_id, since, False) for one in seconds(case, seats)]
    if offered_at is not None:
        there = [one for one in officers if one.area_id == case.offered_area_id]
        wanted += [(one.officer_id, offered_at, hurried(case)) for one in there]
    every = PILE_EVERY if case.pile else HURRIED_EVERY if hurried(case) else NEWS_EVERY
    for officer_id, since, soon in wanted:
        chat = chats.get(officer_id)
        if chat is not None:
            yield News(chat, since, soon, every)


def _due(conn: Connection, news: News, now: datetime) -> bool:
    """What is urgent does not rely on a notice that waits for the morning."""
    last = outbox.last_of(conn, NEWS, news.caregiver_id, now if news.hurried else None)
    return last is None or (last < news.since and now - last >= news.every)


def _tell(conn: Connection, news: list[News], now: datetime) -> int:
    """One notice for each, at once where anything of it is urgent."""
    rows = []
    for caregiver_id in sorted({one.caregiver_id for one in news}):
        contact = caregivers.to_push(conn, caregiver_id)
        if contact is not None:
            soon = any(one.hurried for one in news if one.caregiver_id == caregiver_id)
            rows.append(_row(contact, now if soon else next_allowed(now)))
    return outbox.add(conn, rows)


def _row(contact: caregivers.Contact, when: datetime) -> dict[str, Any]:
    return outbox.values(
        **caregivers.recipient(contact),
        kind=Kind.NOTICE,
        message=NEWS,
        not_before=when,
        expires_at=when + LIVES,
    )
