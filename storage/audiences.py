"""Whom a campaign reaches, found in the database: one definition for the count and for the rows.

Everything but duties is decided by SQL. Where a child stands with a duty is decided by
`care.reminding` with what is known of the child, a batch of caregivers at a time.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, null, or_, select
from sqlalchemy.engine import Connection

from care.audience import Audience
from care.people import CaregiverState, ChildState
from care.reminding import Rules
from storage import areas
from storage.audience_children import LIVING, LOST, fits, fitting
from storage.console_tables import campaign_answers
from storage.family_tables import care_links, caregivers, children, consents
from storage.outbox import SENT, UNKNOWN
from storage.quotas import Quotas
from storage.quotas import left as left_of
from storage.tables import outbox

CAMPAIGNS = "campaigns"  # the purpose of the consent to news of the commune
AT_ONCE = 500  # caregivers, where children are looked at one by one


class Left(StrEnum):
    """Why somebody whom the audience means gets nothing; the first that holds."""

    STOPPED = "stopped"
    LOSS = "loss"  # the child that fits, or the only one, was lost
    PAUSED = "paused"
    NO_CHANNEL = "no_channel"
    NO_CONSENT = "no_consent"  # to news of the commune
    QUOTA = "quota"  # their messenger takes no more messages this month


@dataclass(frozen=True, slots=True)
class Aim:
    """An audience within an officer's areas, on one day. `everywhere`: also who has no area.

    `quotas`: of the accounts that take only so many messages a month; the first people get it.
    """

    audience: Audience
    areas: frozenset[int]
    everywhere: bool
    today: date
    rules: Rules = field(default_factory=Rules)  # of the duties: `library.rules`
    quotas: Quotas = field(default_factory=dict)


class Person(NamedTuple):
    """Somebody who gets it. `children`: those that fit; none when the audience asks for none."""

    caregiver_id: int
    address_id: int
    route: str
    children: tuple[int, ...]


class Found(NamedTuple):
    """Some of the audience, in the order of their ids; `last` was the last one looked at."""

    people: list[Person]
    last: int
    more: bool  # somebody may come after `last`


@dataclass(frozen=True, slots=True)
class Count:
    """`everybody` in the areas = `get` + all of `left` + `others`, whom the audience leaves out."""

    everybody: int
    get: int
    left: Mapping[Left, int]

    @property
    def meant(self) -> int:
        return self.get + sum(self.left.values())

    @property
    def others(self) -> int:
        return self.everybody - self.meant


def people(conn: Connection, aim: Aim, after: int = 0, limit: int = 300) -> Found:
    """The next people who get it, after that caregiver id. Looks at `limit` caregivers at most."""
    return _people(conn, aim, after, limit, left_of(conn, aim.quotas, aim.today))


def _people(conn: Connection, aim: Aim, after: int, limit: int, free: dict[str, int]) -> Found:
    """`free` is what their messengers still take; used up here."""
    rows = _page(conn, aim, after, limit, reached=True)
    last = rows[-1].id if rows else after
    fitting = _children(conn, aim, rows, LIVING)
    found = [
        Person(row.id, row.address_id, row.route, fitting.get(row.id, ()))
        for row in rows
        if not aim.audience.about_children or row.id in fitting
    ]
    found = [person for person in found if _taken(free, person.route)]
    return Found(found, last, len(rows) == limit)


def _taken(free: dict[str, int], route: str) -> bool:
    if route not in free:
        return True
    free[route] -= 1
    return free[route] >= 0


def everyone(conn: Connection, aim: Aim) -> Iterator[Person]:
    """All who get it, in the order of their ids."""
    found, free = Found([], 0, True), left_of(conn, aim.quotas, aim.today)
    while found.more:
        found = _people(conn, aim, found.last, AT_ONCE, free)
        yield from found.people


def count(conn: Connection, aim: Aim) -> Count:
    """Exactly whom `everyone` gives, and why others get nothing."""
    here = select(func.count()).select_from(caregivers).where(*_in_scope(conn, aim))
    everybody = conn.execute(here).scalar_one()
    counted = _count_by_duty(conn, aim) if aim.audience.duty else _count(conn, aim)
    free = left_of(conn, aim.quotas, aim.today)
    get, out = 0, Counter[Left]()
    for (why, route), number in counted.items():
        if why is not None:
            out[Left(why)] += number
            continue
        fits = min(number, free.get(route, number))
        get += fits
        out[Left.QUOTA] += number - fits
    return Count(everybody, get, {why: number for why, number in out.items() if number})


Counted = Counter[tuple[str | None, str]]  # why they get nothing, and their route


def _count(conn: Connection, aim: Aim) -> Counted:
    meant = _meant(conn, aim).subquery()
    query = select(meant.c.why, meant.c.route, func.count())
    rows = conn.execute(query.group_by(meant.c.why, meant.c.route))
    return Counter({(row[0], row[1]): row[2] for row in rows})


def _count_by_duty(conn: Connection, aim: Aim) -> Counted:
    """Page by page: whether a child fits is known only after looking at what is told of it."""
    counted: Counted = Counter()
    after, more = 0, True
    while more:
        rows = _page(conn, aim, after, AT_ONCE)
        living, lost = _children(conn, aim, rows, LIVING), _children(conn, aim, rows, LOST)
        for row in rows:
            if row.id in living:
                counted[row.why, row.route] += 1
            elif row.id in lost:
                why = Left.STOPPED if row.why == Left.STOPPED else Left.LOSS
                counted[why, row.route] += 1
        after = rows[-1].id if rows else after
        more = len(rows) == AT_ONCE
    return counted


def _children(
    conn: Connection, aim: Aim, rows: Sequence[Any], states: Collection[ChildState]
) -> dict[int, tuple[int, ...]]:
    """Of each caregiver the children that fit."""
    if not aim.audience.about_children:
        return {}
    return fitting(conn, aim.audience, aim.today, aim.rules, [row.id for row in rows], states)


def _page(
    conn: Connection, aim: Aim, after: int, limit: int, *, reached: bool = False
) -> Sequence[Any]:
    """`reached`: only those who get it, as far as SQL can tell."""
    query = _meant(conn, aim).where(caregivers.c.id > after)
    if reached:
        query = query.where(_why(aim).is_(None))
    return conn.execute(query.order_by(caregivers.c.id).limit(limit)).all()


def _meant(conn: Connection, aim: Aim) -> Select[Any]:
    """The one definition: whom the audience means, and in `why` what keeps it from them."""
    audience = aim.audience
    wanted = _in_scope(conn, aim)
    if audience.areas and not aim.everywhere:
        wanted.append(caregivers.c.area_id.in_(_below(conn, audience.areas) & aim.areas))
    elif audience.areas:
        wanted.append(caregivers.c.area_id.in_(_below(conn, audience.areas)))
    if audience.without:
        out = caregivers.c.area_id.in_(_below(conn, audience.without))
        wanted.append(or_(caregivers.c.area_id.is_(None), ~out))
    if audience.roles:
        wanted.append(caregivers.c.role.in_([role.value for role in audience.roles]))
    if audience.answered is not None:
        wanted.append(_answered(audience.answered))
    if audience.silent is not None:
        wanted += [_got(audience.silent), ~_answered(audience.silent)]
    if audience.about_children:
        wanted.append(_has_child(aim, (*LIVING, *LOST)))
    return select(
        caregivers.c.id, caregivers.c.address_id, caregivers.c.route, _why(aim).label("why")
    ).where(*wanted)


def _in_scope(conn: Connection, aim: Aim) -> list[ColumnElement[bool]]:
    """Who has agreed to anything and lives where the officer may write to."""
    known = caregivers.c.state != CaregiverState.NEW
    return [known, areas.within(caregivers.c.area_id, aim.areas, aim.everywhere)]


def _why(aim: Aim) -> ColumnElement[str | None]:
    return case(
        (caregivers.c.state == CaregiverState.STOPPED, Left.STOPPED.value),
        (_only_lost(aim), Left.LOSS.value),
        (caregivers.c.state == CaregiverState.PAUSED, Left.PAUSED.value),
        (caregivers.c.address_id.is_(None), Left.NO_CHANNEL.value),
        (~_agreed(), Left.NO_CONSENT.value),
        else_=null(),
    )


def _only_lost(aim: Aim) -> ColumnElement[bool]:
    lost = _has_child(aim, LOST)
    return and_(lost, ~_has_child(aim, LIVING))


def _has_child(aim: Aim, states: Collection[ChildState]) -> ColumnElement[bool]:
    return (
        exists()
        .where(
            care_links.c.caregiver_id == caregivers.c.id,
            children.c.id == care_links.c.child_id,
            fits(aim.audience, aim.today, states),
        )
        .correlate(caregivers)
    )


def _agreed() -> ColumnElement[bool]:
    """The last word on news of the commune was yes."""
    last = (
        select(consents.c.given)
        .where(consents.c.caregiver_id == caregivers.c.id, consents.c.purpose == CAMPAIGNS)
        .order_by(consents.c.id.desc())
        .limit(1)
        .correlate(caregivers)
        .scalar_subquery()
    )
    return func.coalesce(last, False).is_(True)


def _answered(campaign_id: int) -> ColumnElement[bool]:
    return (
        exists()
        .where(
            campaign_answers.c.campaign_id == campaign_id,
            campaign_answers.c.caregiver_id == caregivers.c.id,
        )
        .correlate(caregivers)
    )


def _got(campaign_id: int) -> ColumnElement[bool]:
    return (
        exists()
        .where(
            outbox.c.message == f"campaign:{campaign_id}",
            outbox.c.child_id == 0,
            outbox.c.caregiver_id == caregivers.c.id,
            outbox.c.slot > 0,
            outbox.c.state.in_((SENT, UNKNOWN)),
        )
        .correlate(caregivers)
    )


def _below(conn: Connection, ids: Collection[int]) -> set[int]:
    return {below for area_id in ids for below in areas.below(conn, area_id)}
