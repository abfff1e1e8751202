"""The first page: what is due today, and how the area is doing.

Every number that leads to a list is counted by what makes the list.
"""

import asyncio
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from starlette.responses import Response

from care import overdue
from care.campaigns import State
from care.clock import at_local, local_day
from care.families import put_together
from console import cases as case_list
from console import content_pages, feedback, gather, inbox, places
from console.places import Place
from console.scope import May, Role
from console.shelf import shelf, standings
from console.web import Call, Page
from storage import campaigns, deadlines, overview, registry, talk_queue
from storage.database import Connection
from storage.deadlines import Deadline
from storage.overview import Sent, Waiting
from storage.registry import Portion

WEEKS = 12
KEPT = timedelta(minutes=10)
SLOW = timedelta(minutes=30)  # what could have gone so long ago is not on its way
SMALL = 5_000  # caregivers; with more, what takes long is told by its own page only
DUTIES_SHOWN = 5
UNITS_SHOWN = 15
TO_REVIEW = ("wrong", "due")  # and for who writes: "draft"


@dataclass(frozen=True, slots=True)
class Task:
    """A number with the list it counts; `name` chooses the words."""

    name: str
    count: int
    path: str
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Channel:
    route: str
    waiting: Waiting | None
    last: datetime | None
    slow: bool

    @property
    def name(self) -> str:
        return self.route.partition(":")[0]


@dataclass(frozen=True, slots=True)
class Unit:
    """`id` is None for those who named no unit below the officer's own."""

    id: int | None
    name: str
    count: int


async def today(call: Call) -> Response:
    place = await call.read(places.find, call.scope)
    if place is None:
        return call.missing()
    size = await call.read(registry.size, place.ids, place.everywhere)
    known = None
    if size <= SMALL and call.scope.may(May.SEE_FAMILIES):
        known = await gather.everybody(call, place)
    sent = await _sent(call)
    units = await call.read(_units, place, known)
    return call.page(
        "home.html",
        place=place,
        size=size,
        tasks=[*await call.read(_tasks, call), *await _reviews(call)],
        late=await _late(call, known) if known else None,
        families=len(await asyncio.to_thread(put_together, *known)) if known else None,
        deadlines=await _deadlines(call),
        channels=await _channels(call, sent),
        joined=await _joined(call),
        messages=list(zip(_labels(call), sent.counts, strict=True)),
        units=units,
        shown=_fewest(units),
    )


def _tasks(conn: Connection, call: Call) -> list[Task]:
    found, scope = [], call.scope
    if scope.may(May.TALK):
        speed = talk_queue.speed(conn, inbox.view_of(scope), call.now)
        found.append(Task("talks", speed.waiting, "/inbox", speed.oldest))
    if scope.may(May.KEEP_CASES):
        found.append(Task("cases", case_list.waiting(conn, scope), "/cases"))
        late = case_list.late_ones(conn, scope, call.now)
        found.append(Task("cases_late", late, "/cases?show=late"))
    if scope.may(May.WRITE_CAMPAIGNS):
        waiting = campaigns.tally(conn, scope.areas).get(State.WAITING, 0)
        found.append(Task("campaigns", waiting, "/campaigns?state=waiting"))
    if scope.may(May.SEE_FEEDBACK):
        open_ones = feedback.open_tasks(conn, scope)
        found.append(Task("feedback", len(open_ones), "/feedback#tasks"))
    return found


async def _reviews(call: Call) -> list[Task]:
    if not call.scope.may(May.REVIEW_CONTENT):
        return []
    books, day = await shelf(), local_day(call.now)
    every = await call.read(standings, books, call.desk.library, day)
    names = [*TO_REVIEW, "draft"] if call.scope.role is Role.EDITOR else TO_REVIEW
    shows = {name: content_pages.SHOWS[name] for name in names}
    return [
        Task(name, sum(fits(one, day) for one in every), f"/content?show={name}")
        for name, fits in shows.items()
    ]


async def _late(call: Call, known: Portion) -> list[tuple[str, str, int, int]]:
    """Duty, its name, how many are overdue, of how many nothing is known; the most first."""
    everyone = await asyncio.to_thread(put_together, *known)
    counts = overdue.counts(await gather.late(call, everyone))
    names = call.desk.library
    lines = [(duty, names.label(f"duty.{duty}"), *numbers) for duty, numbers in counts.items()]
    return sorted(lines, key=lambda line: (-line[2], -line[3], line[1]))[:DUTIES_SHOWN]


async def _deadlines(call: Call) -> list[tuple[date, Deadline]]:
    if not call.scope.may(May.KEEP_DEADLINES):
        return []
    return await call.read(deadlines.coming, call.scope.area_id, local_day(call.now))


async def _channels(call: Call, sent: Sent) -> list[Channel]:
    scope = call.scope
    waiting = await call.read(overview.waiting, scope.areas, scope.everywhere, call.now)
    return [
        Channel(route, waits, sent.last.get(route), waits is not None and _is_slow(call, waits))
        for route in sorted({*waiting, *sent.last})
        for waits in (waiting.get(route),)
    ]


def _is_slow(call: Call, waiting: Waiting) -> bool:
    return call.now - waiting.since > SLOW


def _mondays(call: Call) -> list[date]:
    """Of the last weeks, this one too."""
    day = local_day(call.now)
    monday = day - timedelta(days=day.weekday())
    return [monday - timedelta(weeks=back) for back in reversed(range(WEEKS))]


def _moments(call: Call) -> list[datetime]:
    """Where each of the weeks begins, and now."""
    return [*(at_local(day, 0) for day in _mondays(call)), call.now + timedelta(seconds=1)]


def _labels(call: Call) -> list[str]:
    return [f"{day:%d/%m}" for day in _mondays(call)]


async def _joined(call: Call) -> list[tuple[str, int]]:
    """How many there were at the end of each week."""
    scope, ends = call.scope, _moments(call)[1:]
    counts = await call.read(overview.joined_before, scope.areas, scope.everywhere, ends)
    return list(zip(_labels(call), counts, strict=True))


async def _sent(call: Call) -> Sent:
    """Not counted at every look: in a large area it takes a while."""
    scope, kept = call.scope, call.desk.kept
    until, found = kept.get(scope.area_id, (call.now, None))
    if found is None or not call.now < until <= call.now + KEPT:
        moments = _moments(call)
        found = await call.read(overview.sent, scope.areas, scope.everywhere, moments)
        kept[scope.area_id] = call.now + KEPT, found
    counted: Sent = found
    return counted


def _units(conn: Connection, place: Place, known: Portion | None) -> list[Unit]:
    """Families of each unit right below; people where there are too many or they are not shown."""
    units, unit_of = overview.below(conn, place.area.id, place.ids, place.everywhere)
    if not units:
        return []
    counts: Counter[int | None] = Counter()
    if known is not None:
        counts.update(_families_by_unit(known, unit_of))
    else:
        people = overview.people_by_area(conn, place.ids, place.everywhere)
        for area, count in people.items():
            counts[unit_of.get(area or 0)] += count
    found = [Unit(unit, name, counts[unit]) for unit, name in units.items()]
    return [*found, Unit(None, "", counts[None])] if counts[None] else found


def _families_by_unit(known: Portion, unit_of: dict[int, int | None]) -> dict[int | None, int]:
    """As the register of each unit counts them: a family in two places is in both."""
    home = {person.id: unit_of.get(person.area_id or 0) for person in known.people}
    return {
        unit: len(
            put_together(
                [person for person in known.people if home[person.id] == unit],
                [link for link in known.links if home.get(link[1]) == unit],
                (),
            )
        )
        for unit in set(home.values())
    }


def _fewest(units: list[Unit]) -> list[Unit]:
    """What fits into a picture: where there are many units, those with the fewest."""
    if len(units) <= UNITS_SHOWN:
        return units
    return sorted((one for one in units if one.id), key=lambda one: one.count)[:UNITS_SHOWN]


PAGES = (Page("", today, May.COME_IN),)
