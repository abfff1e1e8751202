"""What a child weighed and measured; one row a day, the numbers sealed."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.engine import Connection

from care.growth import Measurement, Sizes
from storage.dialect import insert_new
from storage.family_tables import measurements


def put(
    conn: Connection,
    child_id: int,
    day: date,
    sizes: Sizes,
    caregiver_id: int,
    now: datetime,
) -> Sizes:
    """Adds to the day or corrects it; what is not given stays. Returns what is known of it now."""
    known, by = _over(sizes, Sizes()), {"caregiver_id": caregiver_id, "at": now}
    new = insert_new(conn, measurements).values(child_id=child_id, day=day, **by)
    if conn.execute(new.values(sizes=_stored(known))).rowcount:
        return known
    which = (measurements.c.child_id == child_id, measurements.c.day == day)
    # Held: the other parent may be adding to it at this moment.
    found = select(measurements.c.sizes).where(*which).with_for_update()
    known = _over(sizes, Sizes(**conn.execute(found).scalar_one()))
    again = update(measurements).where(*which)
    conn.execute(again.values(sizes=_stored(known), **by))
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
