"""The page of one family: who, what is due, what was sent and why something was not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from starlette.responses import Response

from care.clock import local_day
from care.duties import TO_DO, Record, Source, Standing, State, Told
from care.families import Family, Person
from care.immunisation import State as Dosing
from care.local import Local
from care.people import Child, ChildState
from care.reminding import known_doses, shots_of, standings
from console.ages import age
from console.scope import May
from console.web import Call, Page
from content.library import Library
from content.render import Reader, tokens
from storage import (
    area_settings,
    areas,
    campaigns,
    caregivers,
    duties,
    family_log,
    hamlets,
    registry,
)
from storage.areas import Area
from storage.database import Connection
from storage.family_log import Channel, Entry

LOG_FEW, LOG_MANY = 40, 600
SOON = timedelta(days=60)
_ENDED = (State.NOT_APPLICABLE, State.REFUSED, State.CLOSED)
_SHOWN = (Dosing.GIVEN, Dosing.DUE, Dosing.OVERDUE)


@dataclass(frozen=True, slots=True)
class DutyLine:
    id: str
    name: str
    standing: Standing
    record: Record | None

    @property
    def by_officer(self) -> bool:
        done = self.record is not None and self.record.state is Told.DONE
        return done and self.record is not None and self.record.source is Source.OFFICER


@dataclass(frozen=True, slots=True)
class DoseLine:
    name: str
    state: str
    day: date | None  # given, or the first day it may be


@dataclass(frozen=True, slots=True)
class ChildView:
    """`doses` is None where nothing was ever told of them."""

    child: Child
    now: Sequence[DutyLine]
    soon: Sequence[DutyLine]
    done: Sequence[DutyLine]
    ended: Sequence[DutyLine]
    doses: Sequence[DoseLine] | None

    @property
    def living(self) -> bool:
        return self.child.state in (ChildState.BORN, ChildState.EXPECTED)


@dataclass(frozen=True, slots=True)
class PersonView:
    person: Person
    channels: Sequence[Channel]
    consents: Mapping[str, tuple[bool, datetime]]


@dataclass(frozen=True, slots=True)
class FamilyView:
    family: Family
    commune: Area | None
    hamlets: Sequence[Area]  # those the family may be put into
    areas: Mapping[int, str]
    children: Sequence[ChildView]
    people: Sequence[PersonView]
    log: Sequence[tuple[Entry, str]]  # with the title of the message


async def show(call: Call, problem: str | None = None) -> Response:
    """Reading it is a line in the audit trail."""
    many = "all" in call.query
    view = await call.read(_view, call, LOG_MANY if many else LOG_FEW)
    if view is None:
        return call.missing()
    await call.noted("family read", f"caregiver:{view.family.key}")
    return call.page(
        "families/family.html",
        400 if problem else 200,
        view=view,
        age=age,
        many=many,
        full=len(view.log) == (LOG_MANY if many else LOG_FEW),
        problem=problem,
        stepped_up=call.stepped_up,
        label=call.desk.library.labels.get,
    )


def find(conn: Connection, call: Call) -> Family | None:
    """The family of the path, whichever of its caregivers is named; None outside the scope."""
    scope = call.scope
    return registry.family(conn, int(call.path["family"]), scope.areas, scope.everywhere)


def _view(conn: Connection, call: Call, limit: int) -> FamilyView | None:
    family = find(conn, call)
    if family is None:
        return None
    library, today = call.desk.library, local_day(call.now)
    commune = hamlets.commune_of(conn, family.area_id)
    near = hamlets.of_commune(conn, commune.id) if commune else []
    told = duties.of_children(conn, [child.id for child in family.children])
    local = area_settings.of_area(conn, family.area_id)
    people = [person.id for person in family.people]
    log = family_log.entries(conn, people, limit)
    return FamilyView(
        family,
        commune,
        [area for area in near if call.scope.holds(area.id)],
        areas.names(conn, {p.area_id for p in family.people if p.area_id is not None}),
        [_child(library, child, told.get(child.id, {}), local, today) for child in family.children],
        [_person(conn, person) for person in family.people],
        [(entry, _title(conn, library, family, entry)) for entry in log],
    )


def _person(conn: Connection, person: Person) -> PersonView:
    ways = family_log.channels(conn, person.id, person.address_id)
    return PersonView(person, ways, caregivers.consents_of(conn, person.id))


def _child(
    library: Library, child: Child, told: Mapping[str, Record], local: Local, today: date
) -> ChildView:
    if child.state not in (ChildState.BORN, ChildState.EXPECTED):
        return ChildView(child, (), (), (), (), None)
    every = [
        DutyLine(id_, library.label(f"duty.{id_}"), stands, told.get(id_))
        for id_, stands in standings(library.rules, child, told, today, local).items()
    ]
    every.sort(key=lambda line: line.standing.due or date.max)
    soon = today + SOON
    return ChildView(
        child,
        [line for line in every if line.standing.state in TO_DO],
        [
            line
            for line in every
            if line.standing.state in (State.NOT_YET, State.WAITS)
            and line.standing.opens is not None
            and line.standing.opens <= soon
        ],
        [line for line in every if line.standing.state is State.DONE],
        [line for line in every if line.standing.state in _ENDED and line.record is not None],
        _doses(library, child, told, local, today),
    )


def _doses(
    library: Library, child: Child, told: Mapping[str, Record], local: Local, today: date
) -> list[DoseLine] | None:
    if not known_doses(library.rules, told):
        return None
    found = []
    for id_, shot in shots_of(library.rules, child, told, today, local).items():
        if shot.state in _SHOWN:
            given = told[id_].day if id_ in told else None
            day = given if shot.state is Dosing.GIVEN else shot.earliest
            found.append(DoseLine(library.label(f"dose.{id_}"), shot.state.value, day))
    return found


def _title(conn: Connection, library: Library, family: Family, entry: Entry) -> str:
    """What the message is called, for the child it was about."""
    kind, _, number = entry.message.partition(":")
    if kind == "campaign" and number.isdecimal():
        campaign = campaigns.get(conn, int(number))
        return campaign.draft.title if campaign else entry.message
    text = library.texts.get(entry.message)
    if text is None or text.title is None:
        return entry.message
    about = next((c.nickname for c in family.children if c.id == entry.child_id), None)
    return text.title.fill(tokens(library, Reader("", (about or "",), "", None)))


PAGES = (Page("/families/{family:int}", show, May.SEE_FAMILIES),)
