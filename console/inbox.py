"""The inbox: families who asked for a person, the longest wait first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from starlette.responses import Response

from care.clock import local_day
from care.people import Caregiver, Child, ChildState
from console.scope import May, Scope
from console.web import Call, Page
from content.ages import age
from content.library import Library
from storage import areas, caregivers, children, officers, talk_queue
from storage.database import Connection
from storage.talk_queue import Speed, View
from storage.talks import CLAIMED, WAITING, Talk

LATELY = timedelta(days=30)
DONE_MOST = 10
LOOKS_AGAIN = 15  # seconds


@dataclass(frozen=True, slots=True)
class Kid:
    name: str | None
    age: str
    state: ChildState


@dataclass(frozen=True, slots=True)
class Family:
    """Who talks, as officers may know them: no name of the caregiver is kept."""

    role: str | None
    kids: Sequence[Kid]
    area: str | None
    reachable: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A talk in the list. `minutes` it has waited, None when it has its answer."""

    talk: Talk
    family: Family
    unread: int
    minutes: int | None
    officer: str | None


@dataclass(frozen=True, slots=True)
class Lists:
    mine: list[Line]
    queue: list[Line]
    others: list[Line]
    over: list[Line]
    speed: Speed


def view_of(scope: Scope) -> View:
    return View(scope.officer_id, scope.area_id, scope.everywhere)


def waiting(conn: Connection, scope: Scope) -> int:
    """For the menu."""
    return talk_queue.to_answer(conn, view_of(scope))


async def overview(call: Call) -> Response:
    lists = await call.read(_lists, call)
    oldest = lists.speed.oldest
    response = call.page(
        "inbox/list.html",
        lists=lists,
        oldest=minutes(call.now - oldest) if oldest else None,
        median=minutes(lists.speed.median) if lists.speed.median is not None else None,
        still=call.still,
    )
    return call.live(response, LOOKS_AGAIN)


def minutes(time: timedelta) -> int:
    return int(time.total_seconds()) // 60


def _lists(conn: Connection, call: Call) -> Lists:
    view, me = view_of(call.scope), call.officer.id
    going_on = talk_queue.open_ones(conn, view)
    unread = talk_queue.unread(conn, [talk.id for talk in going_on])
    told = [_line(conn, call, talk, unread.get(talk.id, 0)) for talk in going_on]
    claimed = [line for line in told if line.talk.state == CLAIMED]
    return Lists(
        mine=[line for line in claimed if line.talk.officer_id == me],
        queue=[line for line in told if line.talk.state == WAITING],
        others=[line for line in claimed if line.talk.officer_id != me],
        over=[_line(conn, call, t, 0) for t in talk_queue.closed_ones(conn, view, DONE_MOST)],
        speed=talk_queue.speed(conn, view, call.now - LATELY),
    )


def _line(conn: Connection, call: Call, talk: Talk, unread: int) -> Line:
    since = talk.waiting_since
    waited = minutes(call.now - since) if since is not None else None
    family = family_of(conn, call.desk.library, talk, local_day(call.now))
    return Line(talk, family, unread, waited, officer_name(conn, talk.officer_id))


def officer_name(conn: Connection, officer_id: int | None) -> str | None:
    officer = officers.get(conn, officer_id) if officer_id is not None else None
    return officer.name if officer else None


def family_of(conn: Connection, library: Library, talk: Talk, today: date) -> Family:
    contact = caregivers.by_address_id(conn, talk.address_id)
    area = areas.get(conn, talk.area_id) if talk.area_id is not None else None
    kids = children.of_caregiver(conn, talk.caregiver_id)
    return Family(
        role=_role(library, contact.caregiver) if contact else None,
        kids=[_kid(library, kid, today) for kid in kids if kid.state is not ChildState.GONE],
        area=area.name if area else None,
        reachable=contact is not None and not contact.gone,
    )


def _role(library: Library, caregiver: Caregiver) -> str | None:
    return library.label(f"role.{caregiver.role.value}") if caregiver.role else None


def _kid(library: Library, kid: Child, today: date) -> Kid:
    lost = kid.state is ChildState.LOST
    return Kid(kid.nickname, "" if lost else age(library, kid, today), kid.state)


PAGES = (Page("/inbox", overview, May.TALK),)
