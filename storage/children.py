"""Children and who cares for them; keeps the derived corrected birthday right."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, bindparam, delete, func, insert, select, update
from sqlalchemy.engine import Connection

from care.age import corrected_birth
from care.people import Child, ChildState
from storage import caregivers
from storage.dialect import insert_new
from storage.family_tables import (
    book_links,
    care_links,
    children,
    duty_records,
    invites,
    measurements,
    milestone_answers,
)
from storage.prepared import Prepared
from storage.types import cipher_of

_child = select(
    children.c.id,
    children.c.state,
    children.c.nickname,
    children.c.born_on,
    children.c.precision,
    children.c.due_on,
    children.c.gestation_weeks,
    children.c.joined_on,
    children.c.twin_group,
    children.c.lost_on,
    children.c.sex,
)
_OF_CAREGIVER = Prepared(
    lambda _: (
        _child.join_from(children, care_links, care_links.c.child_id == children.c.id)
        .where(care_links.c.caregiver_id == bindparam("caregiver"))
        .order_by(children.c.id)
    )
)
_BY_ID = Prepared(lambda _: _child.where(children.c.id == bindparam("child")))


def _read(row: Any) -> Child:
    values = row._asdict()
    values["state"] = ChildState(values["state"])
    return Child(**values)


def of_caregiver(conn: Connection, caregiver_id: int) -> list[Child]:
    """Every linked child, also lost ones; oldest link first."""
    return [_read(row) for row in _OF_CAREGIVER.rows(conn, caregiver=caregiver_id)]


def get(conn: Connection, child_id: int) -> Child | None:
    row = _BY_ID.first(conn, child=child_id)
    return _read(row) if row else None


def where(conn: Connection, *which: ColumnElement[bool]) -> list[Child]:
    """Every child that fits, the oldest row first."""
    return [_read(row) for row in conn.execute(_child.where(*which).order_by(children.c.id))]


def add(conn: Connection, caregiver_id: int, today: date, **values: Any) -> int:
    """A new child linked to the caregiver. Values: state, born_on, precision, due_on, …"""
    result = conn.execute(insert(children).values(joined_on=today, **_derived(values)))
    child_id: int = (result.inserted_primary_key or [0])[0]
    link(conn, child_id, caregiver_id, today)
    return child_id


def add_twin(conn: Connection, first_id: int, caregiver_id: int, today: date, **values: Any) -> int:
    """The second of twins, made once, whoever of the parents tells of them."""
    hold(conn, first_id)
    twins = (children.c.twin_group == first_id, children.c.id != first_id)
    made: int | None = conn.execute(select(children.c.id).where(*twins)).scalar()
    return made if made is not None else add(conn, caregiver_id, today, **values)


def hold(conn: Connection, child_id: int) -> Child | None:
    """The child as it is now; nobody else who holds it goes on before this transaction ends."""
    me = select(children.c.id).where(children.c.id == child_id)
    conn.execute(me.with_for_update(key_share=True))
    return get(conn, child_id)


def change(conn: Connection, child: Child, **values: Any) -> None:
    """Changes fields; the corrected birthday follows."""
    child = hold(conn, child.id) or child  # the other parent may have corrected the other date
    dates = {"born_on": child.born_on, "gestation_weeks": child.gestation_weeks}
    merged = {**{k: v for k, v in dates.items() if k not in values}, **values}
    conn.execute(update(children).where(children.c.id == child.id).values(**_derived(merged)))


def _derived(values: dict[str, Any]) -> dict[str, Any]:
    born_on = values.get("born_on")
    weeks = values.get("gestation_weeks")
    return {**values, "corrected_on": corrected_birth(born_on, weeks) if born_on else None}


def link(conn: Connection, child_id: int, caregiver_id: int, today: date) -> bool:
    """False when they were linked already."""
    made = conn.execute(
        insert_new(conn, care_links).values(
            child_id=child_id, caregiver_id=caregiver_id, since=today
        )
    )
    return made.rowcount == 1


def unlink(conn: Connection, child_id: int, caregiver_id: int) -> None:
    """Takes the child away from one caregiver; the child goes with the last of them."""
    # Two who leave at once must not each see the other still there.
    conn.execute(select(children.c.id).where(children.c.id == child_id).with_for_update())
    conn.execute(
        delete(care_links).where(
            care_links.c.child_id == child_id, care_links.c.caregiver_id == caregiver_id
        )
    )
    left = conn.execute(
        select(func.count()).select_from(care_links).where(care_links.c.child_id == child_id)
    ).scalar_one()
    if not left:
        for table in (duty_records, measurements, milestone_answers, book_links):
            conn.execute(delete(table).where(table.c.child_id == child_id))
        conn.execute(delete(children).where(children.c.id == child_id))


def caregivers_of(conn: Connection, child_id: int) -> list[int]:
    rows = conn.execute(
        select(care_links.c.caregiver_id)
        .where(care_links.c.child_id == child_id)
        .order_by(care_links.c.caregiver_id)
    )
    return list(rows.scalars())


def add_invite(conn: Connection, caregiver_id: int, code: str, expires_at: datetime) -> None:
    """One open invitation per caregiver: a new code makes the old one worthless."""
    caregivers.hold(conn, caregiver_id)
    conn.execute(delete(invites).where(invites.c.caregiver_id == caregiver_id))
    conn.execute(
        insert(invites).values(
            code_hash=cipher_of(conn.dialect).blind("invite", code),
            caregiver_id=caregiver_id,
            expires_at=expires_at,
        )
    )


def use_invite(conn: Connection, code: str, now: datetime) -> int | None:
    """The inviting caregiver, once; None for a wrong, used or expired code."""
    code_hash = cipher_of(conn.dialect).blind("invite", code)
    row = conn.execute(
        delete(invites)
        .where(invites.c.code_hash == code_hash)
        .returning(invites.c.caregiver_id, invites.c.expires_at)
    ).first()
    return row.caregiver_id if row is not None and row.expires_at > now else None
