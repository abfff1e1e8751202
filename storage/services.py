"""The referral directory: who helps in an area.

A service is closed, never deleted: referrals name it.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.engine import Connection

from care.services import Field, Service
from storage import areas
from storage.case_tables import services
from storage.hamlets import LEVEL as HAMLET
from storage.tables import areas as areas_table

NAME_MOST, PHONE_MOST, ADDRESS_MOST, HOURS_MOST = 160, 60, 200, 120
_ORDER = (func.lower(services.c.name), services.c.id)


def add(
    conn: Connection,
    area_id: int,
    field: Field,
    name: str,
    phone: str,
    address: str,
    hours: str,
    *,
    by: int,
    today: date,
) -> int:
    """Whoever writes it down has just made sure of it."""
    values = _values(field, name, phone, address, hours)
    values |= {"area_id": area_id, "checked_on": today, "checked_by": by}
    made = conn.execute(insert(services).values(**values))
    return int((made.inserted_primary_key or [0])[0])


def correct(
    conn: Connection,
    service_id: int,
    field: Field,
    name: str,
    phone: str,
    address: str,
    hours: str,
    *,
    by: int,
    today: date,
) -> None:
    """What is corrected is checked."""
    values = _values(field, name, phone, address, hours)
    _change(conn, service_id, **values, checked_on=today, checked_by=by)


def _values(field: Field, name: str, phone: str, address: str, hours: str) -> dict[str, object]:
    return {
        "field": field.value,
        "name": name[:NAME_MOST],
        "phone": phone[:PHONE_MOST],
        "address": address[:ADDRESS_MOST],
        "hours": hours[:HOURS_MOST],
    }


def check(conn: Connection, service_id: int, by: int, today: date) -> None:
    _change(conn, service_id, checked_on=today, checked_by=by)


def close(conn: Connection, service_id: int, today: date) -> None:
    _change(conn, service_id, closed_on=today)


def reopen(conn: Connection, service_id: int, by: int, today: date) -> None:
    _change(conn, service_id, closed_on=None, checked_on=today, checked_by=by)


def _change(conn: Connection, service_id: int, **values: object) -> None:
    conn.execute(update(services).where(services.c.id == service_id).values(**values))


def get(conn: Connection, service_id: int) -> Service | None:
    found = conn.execute(select(services).where(services.c.id == service_id)).first()
    return _read(found) if found else None


def of_areas(conn: Connection, ids: Collection[int], *, closed: bool = False) -> list[Service]:
    """Of exactly these areas, by name; closed ones only when asked for."""
    query = select(services).where(services.c.area_id.in_(ids)).order_by(*_ORDER)
    if not closed:
        query = query.where(services.c.closed_on.is_(None))
    return [_read(row) for row in conn.execute(query)]


def serving(
    conn: Connection, area_id: int | None, fields: Collection[Field] = tuple(Field)
) -> list[Service]:
    """Open ones of an area and of all above it, the nearest first."""
    chain = areas.above(conn, area_id)
    near = {each: distance for distance, each in enumerate(chain)}
    found = [one for one in of_areas(conn, chain) if one.field in fields]
    return sorted(found, key=lambda one: near[one.area_id])


def names(conn: Connection, ids: Collection[int]) -> dict[int, str]:
    """Also of closed ones."""
    rows = conn.execute(select(services.c.id, services.c.name).where(services.c.id.in_(ids)))
    return {row.id: row.name for row in rows}


def counting(conn: Connection, communes: Sequence[areas.Area]) -> Mapping[int, Collection[int]]:
    """The areas whose services count for each commune: itself, and what it belongs to directly."""
    parents = {one.parent_id for one in communes if one.parent_id is not None}
    query = select(areas_table.c.id).where(areas_table.c.id.in_(parents))
    not_the_country = areas_table.c.level != "country"
    near = set(conn.execute(query.where(not_the_country)).scalars())
    return {
        one.id: {one.id} | ({one.parent_id} & near if one.parent_id is not None else set())
        for one in communes
    }


def may_have(area: areas.Area) -> bool:
    """A hamlet uses the list of its commune."""
    return area.level != HAMLET


def _read(row: Any) -> Service:
    return Service(**{**row._asdict(), "field": Field(row.field)})
