"""A tick: who is due what today, decided family by family, written as references to the outbox.

1. Find openings since the last planned day, set-based by indexed dates, and waits that are over.
2. Group by caregiver; `care.choosing` decides with the family's recent messages.
3. Write in short transactions; running it again changes nothing.
"""

import asyncio
import gc
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from types import MappingProxyType
from typing import Any

from bot.batches import Batch, Entry, Family, plan_family
from bot.known import Known
from care.choosing import HISTORY_DAYS, Candidate, Past
from care.people import Frequency
from care.programme import Item, Opening
from care.reminding import Rules
from storage import area_settings, caregivers, duties, marks, planning, reactions, reviews
from storage.database import Database

OPENINGS_A_QUERY = 40
FAMILIES_A_BATCH = 500
LONGEST_OUTAGE_DAYS = 120
PLANNED = "planned_until"
RARELY = 1_000
NO_RULES = Rules()
NO_HASHES: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Programme:
    """The openings of a library, found by item and slot, and the rules of its duties.

    `hashes`: item -> of its words, to know what officers sent back.
    """

    openings: Sequence[Opening]
    items: Mapping[str, Item]
    by_slot: Mapping[tuple[str, int], Opening]
    rules: Rules
    hashes: Mapping[str, str]

    @classmethod
    def of(
        cls,
        openings: Sequence[Opening],
        items: Mapping[str, Item],
        rules: Rules = NO_RULES,
        hashes: Mapping[str, str] = NO_HASHES,
    ) -> "Programme":
        return cls(openings, items, {(o.item.id, o.slot): o for o in openings}, rules, hashes)


async def plan(db: Database, programme: Programme, today: date) -> int:
    """Plans everything up to and including `today`; returns the number of new messages."""
    with _no_long_pause():
        return await _plan(db, programme, today)


@contextmanager
def _no_long_pause() -> Iterator[None]:
    """Among very many candidates a full collection finds nothing and stops everybody for long."""
    young, middle, old = gc.get_threshold()
    gc.set_threshold(young, middle, max(old, RARELY))
    try:
        yield
    finally:
        gc.set_threshold(young, middle, old)


async def _plan(db: Database, programme: Programme, today: date) -> int:
    for caregiver_id in await db.read(caregivers.pauses_over, today):
        await db.write(caregivers.resume, caregiver_id)
    known = await db.read(marks.get, PLANNED)
    first = today if known is None else date.fromisoformat(known) + timedelta(days=1)
    first = min(today, max(first, today - timedelta(days=LONGEST_OUTAGE_DAYS)))
    held = await db.read(reactions.paused)
    held |= await db.read(reviews.sent_back, programme.hashes)
    entries = await _entries(db, programme, first, today)
    entries.sort(key=_by_caregiver)
    added = 0
    batch = Batch(today)
    for members in _batches(entries):  # one is stored while the next one is decided
        following = _decide(db, programme, members, today, held)
        batch, stored = await asyncio.gather(following, _store(db, batch))
        added += stored
    added += await _store(db, batch)
    await db.write(marks.put, PLANNED, today.isoformat())
    return added


def _by_caregiver(entry: Entry) -> int:
    return entry[0].caregiver_id


async def _entries(db: Database, programme: Programme, first: date, today: date) -> list[Entry]:
    entries: list[Entry] = []
    for at in range(0, len(programme.openings), OPENINGS_A_QUERY):
        chunk = programme.openings[at : at + OPENINGS_A_QUERY]
        found = await db.read(planning.due, chunk, first, today)
        for opening, rows in zip(chunk, found, strict=True):
            _add_due(entries, opening, rows, today)
            await asyncio.sleep(0)  # others have their turn
    for row in await db.read(planning.waited, today):
        known = programme.by_slot.get((row.message, row.slot))
        if known is not None:
            candidate = Candidate(
                row.child_id, known, row.opened_on, row.expires_on, _age(row.born_on, today)
            )
            entries.append((_family(row), candidate, True))
    return entries


def _add_due(
    entries: list[Entry], opening: Opening, rows: Iterable[planning.Due], today: date
) -> None:
    dates: dict[date, tuple[date, date]] = {}  # many children share a birthday
    for row in rows:
        window = dates.get(row.anchor)
        if window is None:
            window = dates[row.anchor] = opening.window(row.anchor)
        if window[0] < row.since:
            continue  # decided when the caregiver joined
        if not opening.suits(row.born_on, row.corrected_on):
            continue
        candidate = Candidate(row.child_id, opening, *window, _age(row.born_on, today))
        entries.append((_family(row), candidate, False))


_FREQUENCIES = {frequency.value: frequency for frequency in Frequency}


def _family(row: planning.Due | planning.Waited) -> Family:
    return Family(
        row.caregiver_id,
        row.state,
        _FREQUENCIES[row.frequency],
        row.send_minutes,
        row.address_id,
        row.route,
        row.area_id,
    )


def _age(born_on: date | None, today: date) -> int | None:
    return (today - born_on).days if born_on else None


def _batches(entries: Iterable[Entry]) -> Iterator[list[Entry]]:
    """Cuts the sorted entries into batches of whole families."""
    batch: list[Entry] = []
    families = 0
    for _, members in groupby(entries, key=_by_caregiver):
        batch.extend(members)
        families += 1
        if families == FAMILIES_A_BATCH:
            yield batch
            batch, families = [], 0
    if batch:
        yield batch


async def _decide(
    db: Database,
    programme: Programme,
    entries: Sequence[Entry],
    today: date,
    held: frozenset[str],
) -> "Batch":
    history, known = await db.read(_context, programme, entries, today)
    batch = Batch(today)
    for caregiver_id, group in groupby(entries, key=_by_caregiver):
        members = list(group)
        plan_family(batch, members, history.get(caregiver_id, ()), known, held)
    return batch


async def _store(db: Database, batch: "Batch") -> int:
    if not (batch.messages or batch.kept or batch.settled):
        return 0
    return await db.write(planning.store, batch.messages, batch.kept, batch.settled)


def _context(
    conn: Any, programme: Programme, entries: Sequence[Entry], today: date
) -> tuple[dict[int, list[Past]], Known]:
    """The messages these families had lately, and what is known of their children's duties."""
    everyone = list(dict.fromkeys(_by_caregiver(e) for e in entries))
    thorough = planning.with_siblings(conn, everyone)
    thorough |= {_by_caregiver(e) for e in entries if e[1].opening.item.dedupe_key}
    week = today - timedelta(days=7)
    rows = planning.pushed(conn, [c for c in everyone if c not in thorough], week)
    rows += planning.pushed(conn, sorted(thorough), today - timedelta(days=HISTORY_DAYS))
    history: dict[int, list[Past]] = {}
    for row in rows:
        item = programme.items.get(row.message)
        if item is not None and row.on <= today:  # a later one, asked for, takes up that day
            on = today if row.state == "pending" else row.on  # it still takes up its day
            past = Past(on, item.priority, item.id, row.child_id, item.dedupe_key)
            history.setdefault(row.caregiver_id, []).append(past)
    with_duty = sorted({e[1].child_id for e in entries if e[1].opening.item.done})
    if not with_duty:
        return history, Known(programme.rules)
    told = duties.of_children(conn, with_duty)
    return history, Known(programme.rules, told, area_settings.everywhere(conn))
