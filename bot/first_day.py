"""What the very first start puts into an empty database."""

from pathlib import Path

from bot.clock import utc_now
from console.scope import Role
from storage import areas, marks, officers
from storage.database import Connection

FIRST_OFFICER = "quantri"
COUNTRY = "VN"


def first_start(conn: Connection, data: Path) -> int:
    """Loads the administrative units into an empty database; returns how many."""
    marks.lock(conn, "first start")
    if areas.count(conn):
        return 0
    return areas.import_rows(conn, areas.read_file(data), utc_now())[0]


def first_officer(conn: Connection, home: int | None, password_hash: str) -> bool:
    """An administrator for the very first start; False when there is an account already."""
    if officers.count(conn):
        return False
    country = areas.by_code(conn, COUNTRY)
    area = home or (country.id if country else None)
    if area is None:
        return False
    made = officers.add(
        conn,
        login=FIRST_OFFICER,
        name=FIRST_OFFICER,
        role=Role.ADMIN,
        area_id=area,
        password_hash=password_hash,
        now=utc_now(),
    )
    return made is not None  # another process may be starting too
