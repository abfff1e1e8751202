"""What a child weighed and measured; one row a day, the numbers sealed."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.engine import Connection

from care.growth import Measurement, Sizes
from storage.dialect import insert_new
from storage.tables import measurements


def put(
    conn: Connection,
    child_id: int,
    day: date,
    sizes: Sizes,
    caregiver_id: int,
    now: datetime,
) -> Sizes:
    """Adds to the day or corrects it; what is not given stays. Returns what is known of it now."""
    which = (measurements.c.child_id == child_id, measurements.c.day == day)
    found = conn.execute(select(measurements.c.sizes).where(*which)).scalar()
    known = _over(sizes, Sizes(**(found or {})))
    values = {"sizes": _stored(known), "caregiver_id": caregiver_id, "at": now}
    if conn.execute(update(measurements).where(*which).values(**values)).rowcount:
        return known
    new = insert_new(conn, measurements).values(child_id=child_id, day=day, **values)
    if not conn.execute(new).rowcount:  # the other parent wrote at the same moment
        conn.execute(update(measurements).where(*which).values(**values))
    return known


def of_child(conn: Connection, child_id: int) -> list[Measurement]:
    """By day, the newest last."""
    rows = conn.execute(
        select(measurements.c.day, measurements.c.sizes)
        .where(measurements.c.child_id == child_id)
        .order_by(measurements.c.day)
    )
    return [Measurement(row.day, Sizes(**row.sizes)) for row in rows]


def remove(conn: Connection, child_id: int, day: date) -> bool:
    """False when there was none."""
    which = (measurements.c.child_id == child_id, measurements.c.day == day)
    return conn.execute(delete(measurements).where(*which)).rowcount > 0


def _over(new: Sizes, known: Sizes) -> Sizes:
    measured = known if new.height_mm is None else new
    weight = known.weight_g if new.weight_g is None else new.weight_g
    return Sizes(weight, measured.height_mm, measured.lying)


def _stored(sizes: Sizes) -> dict[str, Any]:
    named = {"weight_g": sizes.weight_g, "height_mm": sizes.height_mm, "lying": sizes.lying}
    return {name: size for name, size in named.items() if size is not None}
