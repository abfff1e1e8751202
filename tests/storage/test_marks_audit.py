"""Small facts of the installation, and who did what."""

from sqlalchemy import select
from sqlalchemy.engine import Connection

from storage import audit, marks
from storage.tables import audit as table
from tests.storage.families import DAY, NOW


def test_a_mark_is_kept_and_changed(conn: Connection) -> None:
    assert marks.get(conn, "planned") is None
    marks.put(conn, "planned", "2026-11-24")
    marks.put(conn, "other", "x")
    marks.put(conn, "planned", "2026-11-25")
    assert marks.get(conn, "planned") == "2026-11-25"
    assert marks.get(conn, "other") == "x"


def test_acts_are_kept_in_order(conn: Connection) -> None:
    audit.record(conn, "caregiver 7", "erase", "caregiver 7", NOW)
    audit.record(conn, "officer 1", "import", "areas", NOW + DAY, "added 3")
    rows = conn.execute(select(table).order_by(table.c.id)).all()
    assert [(r.actor, r.action, r.object, r.at, r.detail) for r in rows] == [
        ("caregiver 7", "erase", "caregiver 7", NOW, None),
        ("officer 1", "import", "areas", NOW + DAY, "added 3"),
    ]


def test_an_act_that_is_undone_leaves_no_record(conn: Connection) -> None:
    attempt = conn.begin_nested()
    audit.record(conn, "officer 1", "import", "areas", NOW)
    attempt.rollback()
    assert conn.execute(select(table.c.id)).all() == []
