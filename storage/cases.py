"""Cases: made from a report, found by their code, and seen by the officers who may see them."""

import json
import random
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Integer, exists, insert, literal, or_, select, update
from sqlalchemy.engine import Connection

from care.cases import CODE_DIGITS, FIELD_MOST, FIELDS, RANKS, Act, Case, Status, status_of
from care.codes import LETTERS
from storage import areas, case_history, case_keys
from storage.case_history import REPORTER
from storage.case_tables import case_exclusions, cases
from storage.types import cipher_of

NUMBER_LETTERS = LETTERS
NUMBER_LENGTH = 8
_NAMES = tuple(field.name for field in fields(Case))
_COLUMNS = [cases.c[name] for name in _NAMES]


@dataclass(frozen=True, slots=True)
class Viewer:
    """An officer as cases see one: who, where in the tree, and how high."""

    officer_id: int
    area_id: int
    areas: frozenset[int]  # the own one and everything below
    rank: int  # of care.cases.RANKS; larger for a hamlet, which sees none


def rank_of(conn: Connection, area_id: int) -> int:
    area = areas.get(conn, area_id)
    level = area.level if area is not None else ""
    return RANKS.index(level) if level in RANKS else len(RANKS)


def _keeping(conn: Connection, area_id: int) -> tuple[int, int]:
    """The unit that keeps cases of this place, and its rank: of a hamlet its commune."""
    units = ((unit, rank_of(conn, unit)) for unit in areas.above(conn, area_id))
    return next(((unit, rank) for unit, rank in units if rank < len(RANKS)), (area_id, 0))


def report(
    conn: Connection,
    facts: Mapping[str, str],
    *,
    area_id: int,
    province: bool,
    urgent: bool,
    pile: bool,
    now: datetime,
    chance: random.Random,
) -> str:
    """A new case; returns the code by which whoever reported comes back. It is kept nowhere.

    `area_id` is a commune, or a unit above where no commune is known; with `province` nobody of
    the commune ever sees it.
    """
    area_id, rank = _keeping(conn, area_id)
    lowest = min(rank, 1) if province else rank
    code = "".join(chance.choice("0123456789") for _ in range(CODE_DIGITS))
    values = {
        "number": "".join(chance.choice(NUMBER_LETTERS) for _ in range(NUMBER_LENGTH)),
        "code_hash": _code_hash(conn, code),
        "area_id": area_id,
        "lowest": lowest,
        "highest": lowest,
        "urgent": urgent,
        "pile": pile,
        "reported_at": now,
        "waiting_since": now,
        "stage": 0,
        "changed_at": now,
        "facts": b"",
    }
    result = conn.execute(insert(cases).values(**values))
    case_id: int = (result.inserted_primary_key or [0])[0]
    case_keys.make(conn, case_id)
    put_facts(conn, case_id, clean(facts))
    case_history.append(conn, case_id, REPORTER, Act.REPORTED, now, {"facts": clean(facts)})
    return code


def clean(facts: Mapping[str, str]) -> dict[str, str]:
    """Only known fields that say something, cut to what is kept."""
    found = ((name, facts.get(name, "").strip()[:FIELD_MOST]) for name in FIELDS)
    return {name: text for name, text in found if text}


def facts_of(conn: Connection, case_id: int) -> dict[str, str]:
    """The fields of care.cases.FIELDS that are known; none of a forgotten case."""
    keeper = case_keys.find(conn, case_id)
    sealed = conn.execute(select(cases.c.facts).where(cases.c.id == case_id)).scalar_one()
    if keeper is None or not sealed:
        return {}
    found: dict[str, str] = json.loads(keeper.open(_place(case_id), bytes(sealed)))
    return found


def put_facts(conn: Connection, case_id: int, facts: Mapping[str, str]) -> None:
    text = json.dumps(dict(facts), ensure_ascii=False)
    sealed = case_keys.cipher(conn, case_id).seal(_place(case_id), text)
    change(conn, case_id, facts=sealed)


def _place(case_id: int) -> str:
    return f"cases.facts|{case_id}"


def change(conn: Connection, case_id: int, **values: Any) -> None:
    conn.execute(update(cases).where(cases.c.id == case_id).values(**values))


def _code_hash(conn: Connection, code: str) -> str:
    return cipher_of(conn.dialect).blind("case code", code)


def by_code(conn: Connection, code: str) -> Case | None:
    """For whoever reported; a wrong code and none at all take the same way."""
    return _one(conn, cases.c.code_hash == _code_hash(conn, code))


def status_by_code(conn: Connection, code: str, now: datetime) -> Status | None:
    """Reading it is a line of the history."""
    case = by_code(conn, code)
    if case is None:
        return None
    case_history.append(conn, case.id, REPORTER, Act.STATUS_READ, now)
    return status_of(case)


def add_by_code(conn: Connection, code: str, text: str, now: datetime) -> bool:
    """More from whoever reported. A closed case opens again; somebody must look once more."""
    case = _held(conn, cases.c.code_hash == _code_hash(conn, code))
    text = text.strip()[:FIELD_MOST]
    if case is None or not text or case.forgotten_at is not None:
        return False
    values: dict[str, Any] = {"changed_at": now, "waiting_since": now, "called_at": None}
    if case.closed_at is not None:
        values |= {"closed_at": None, "closed_by": None, "reopened_at": now}
        values |= {"close_asked_at": None, "close_asked_by": None}
    change(conn, case.id, **values)
    case_history.append(conn, case.id, REPORTER, Act.ADDED, now, {"text": text})
    return True


def _one(conn: Connection, *which: ColumnElement[bool]) -> Case | None:
    row = conn.execute(select(*_COLUMNS).where(*which)).first()
    return Case(*row) if row else None


def get(conn: Connection, case_id: int) -> Case | None:
    """Whoever asks: only for the clock and for acts that have looked at the viewer already."""
    return _one(conn, cases.c.id == case_id)


def visible(viewer: Viewer) -> ColumnElement[bool]:
    """The one definition for pages, lists, counts, searches, figures and exports."""
    shut_out = exists().where(
        case_exclusions.c.case_id == cases.c.id,
        case_exclusions.c.officer_id == viewer.officer_id,
    )
    rank = literal(viewer.rank, Integer)
    return (
        cases.c.area_id.in_(viewer.areas)
        & (cases.c.highest <= rank)
        & (rank <= cases.c.lowest)
        & ~shut_out
    )


def offered_to(viewer: Viewer) -> ColumnElement[bool]:
    """Cases another area would hand over: before they are accepted only that they are there."""
    shut_out = exists().where(
        case_exclusions.c.case_id == cases.c.id,
        case_exclusions.c.officer_id == viewer.officer_id,
    )
    return (cases.c.offered_area_id == viewer.area_id) & ~shut_out


def find(conn: Connection, viewer: Viewer, number: str) -> Case | None:
    """None for what is not there and for what this officer may not see."""
    return _one(conn, cases.c.number == number, visible(viewer))


def hold(conn: Connection, viewer: Viewer, number: str) -> Case | None:
    """Like `find`, for an act: nobody else acts on it until this transaction is over."""
    return _held(conn, cases.c.number == number, visible(viewer))


def hold_offered(conn: Connection, viewer: Viewer, number: str) -> Case | None:
    return _held(conn, cases.c.number == number, offered_to(viewer))


def _held(conn: Connection, one: ColumnElement[bool], *which: ColumnElement[bool]) -> Case | None:
    """Held first and looked at then: whoever held it before may have shut this officer out."""
    conn.execute(select(cases.c.id).where(one).with_for_update())
    return _one(conn, one, *which)


def reported_since(conn: Connection, viewer: Viewer, since: datetime) -> list[Case]:
    """Closed ones too."""
    query = select(*_COLUMNS).where(visible(viewer), cases.c.reported_at >= since)
    return [Case(*row) for row in conn.execute(query.order_by(cases.c.reported_at, cases.c.id))]


def listed(
    conn: Connection, viewer: Viewer, *, over: bool = False, most: int | None = None
) -> list[Case]:
    """Open ones, urgent first, then the longest wait; or closed ones, the newest first."""
    closed = cases.c.closed_at.is_not(None)
    query = select(*_COLUMNS).where(visible(viewer), closed if over else ~closed)
    if over:
        query = query.order_by(cases.c.closed_at.desc(), cases.c.id)
    else:
        query = query.order_by(cases.c.pile, cases.c.urgent.desc(), cases.c.reported_at, cases.c.id)
    return [Case(*row) for row in conn.execute(query.limit(most))]


def offered(conn: Connection, viewer: Viewer) -> list[Case]:
    query = select(*_COLUMNS).where(offered_to(viewer)).order_by(cases.c.reported_at)
    return [Case(*row) for row in conn.execute(query)]


def to_open(conn: Connection, viewer: Viewer) -> int:
    """For the menu: what nobody has opened, and what is offered."""
    unread = select(cases.c.id).where(
        or_(
            visible(viewer) & cases.c.waiting_since.is_not(None) & cases.c.closed_at.is_(None),
            offered_to(viewer),
        )
    )
    return len(conn.execute(unread).all())


def every_open(conn: Connection) -> list[Case]:
    """Whoever may see them: only for the clock."""
    query = select(*_COLUMNS).where(cases.c.closed_at.is_(None))
    return [Case(*row) for row in conn.execute(query.order_by(cases.c.id))]
