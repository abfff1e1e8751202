"""Small facts of the installation, and who did what."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, delete, func, select, text, update
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError

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


MONTH = timedelta(days=31)
REFUSED = "the audit trail is append-only"


def _line(engine: Engine, age: timedelta) -> None:
    """The database looks at its own clock, so this one is real."""
    with engine.begin() as conn:
        now: datetime = conn.execute(select(func.current_timestamp())).scalar_one()
        audit.record(conn, "officer:1", "login", "officer:1", now.replace(tzinfo=UTC) - age)


def test_a_line_of_the_trail_cannot_be_changed(engine: Engine) -> None:
    _line(engine, 30 * MONTH)
    with pytest.raises(DBAPIError, match=REFUSED), engine.begin() as conn:
        conn.execute(update(table).values(actor="nobody"))


def test_a_line_of_the_trail_cannot_be_deleted_for_23_months(engine: Engine) -> None:
    _line(engine, 22 * MONTH)
    with pytest.raises(DBAPIError, match=REFUSED), engine.begin() as conn:
        conn.execute(delete(table))
    with engine.connect() as conn:
        assert len(audit.lines(conn, None, 9)) == 1


def test_older_lines_may_go(engine: Engine) -> None:
    _line(engine, 24 * MONTH)
    _line(engine, timedelta())
    with engine.begin() as conn:
        now: datetime = conn.execute(select(func.current_timestamp())).scalar_one()
        audit.forget(conn, now.replace(tzinfo=UTC) - 23 * MONTH)
        assert len(audit.lines(conn, None, 9)) == 1


@pytest.mark.parametrize("dialect", ["postgresql"], indirect=True)
def test_the_trail_cannot_be_emptied_at_once(engine: Engine) -> None:
    with pytest.raises(DBAPIError, match=REFUSED), engine.begin() as conn:
        conn.execute(text("TRUNCATE audit"))


def test_the_trail_of_some_names_only_them(conn: Connection) -> None:
    audit.record(conn, "officer:1", "account renewed", "officer:2", NOW)
    audit.record(conn, "officer:2", "login", "officer:2", NOW)
    audit.record(conn, "officer:3", "login", "officer:3", NOW)
    found = audit.lines(conn, None, 9, {"officer:2"})
    assert [line.actor for line in found] == ["officer:2", "officer:1"]
    assert audit.lines(conn, None, 9, set()) == []
