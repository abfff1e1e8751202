"""Hamlets: the units below a commune, which its officers name themselves.

For everything a family reads a hamlet is its commune: the same station, the same settings.
"""

from datetime import datetime

from sqlalchemy import func, insert, select, update
from sqlalchemy.engine import Connection

from care.folding import fold
from storage import areas
from storage.areas import Area
from storage.tables import areas as table

LEVEL = "hamlet"
NAME_MOST, KIND_MOST = 60, 20


def commune_of(conn: Connection, area_id: int | None) -> Area | None:
    """The commune somebody lives in; None for a province, a country, or nothing known."""
    area = areas.get(conn, area_id) if area_id is not None else None
    if area is not None and area.level == LEVEL and area.parent_id is not None:
        area = areas.get(conn, area.parent_id)
    return area if area is not None and area.level == "commune" else None


def place_name(conn: Connection, area_id: int | None) -> str | None:
    """The unit as a family knows it; a hamlet with its commune."""
    area = areas.get(conn, area_id) if area_id is not None else None
    if area is None:
        return None
    return f"{area.name}, {area.parent_name}" if area.level == LEVEL else area.name


def of_commune(conn: Connection, commune_id: int) -> list[Area]:
    """By name as it is read, without accents."""
    rows = conn.execute(
        select(table.c.id)
        .where(table.c.parent_id == commune_id, table.c.level == LEVEL, table.c.valid_to.is_(None))
        .order_by(table.c.search_key, table.c.id)
    ).scalars()
    return [area for area in (areas.get(conn, row) for row in list(rows)) if area is not None]


def add(conn: Connection, commune: Area, kind: str, name: str) -> int | None:
    """A new hamlet with the code `<commune>-N`; None when one of that name is there."""
    _hold(conn, commune.id)
    if _named(conn, commune.id, name) is not None:
        return None
    below = select(func.count()).select_from(table).where(table.c.parent_id == commune.id)
    number = conn.execute(below).scalar_one() + 1
    made = conn.execute(
        insert(table).values(
            code=f"{commune.code}-{number}",
            parent_id=commune.id,
            level=LEVEL,
            kind=kind,
            name=name,
            search_key=fold(name),
        )
    )
    hamlet_id: int = (made.inserted_primary_key or [0])[0]
    return hamlet_id


def rename(conn: Connection, hamlet: Area, kind: str, name: str, now: datetime) -> bool:
    """The old name stays in the history and is still found; False when another has the name."""
    _hold(conn, hamlet.parent_id or 0)
    other = _named(conn, hamlet.parent_id or 0, name)
    if other is not None and other != hamlet.id:
        return False
    if (kind, name) != (hamlet.kind, hamlet.name):
        areas.keep_history(conn, hamlet, now)
        values = {"kind": kind, "name": name, "search_key": fold(name)}
        conn.execute(update(table).where(table.c.id == hamlet.id).values(**values))
    return True


def _hold(conn: Connection, commune_id: int) -> None:
    """Names in a commune are given one after the other."""
    conn.execute(select(table.c.id).where(table.c.id == commune_id).with_for_update())


def _named(conn: Connection, commune_id: int, name: str) -> int | None:
    query = select(table.c.id).where(
        table.c.parent_id == commune_id,
        table.c.search_key == fold(name),
        table.c.valid_to.is_(None),
    )
    found: int | None = conn.execute(query).scalar()
    return found
