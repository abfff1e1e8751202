"""What fills the demo: told in bulk, and messages that count as sent."""

from datetime import timedelta

from sqlalchemy.engine import Engine

from care.duties import Record, Source, Told
from storage import duties, sample
from storage.outbox import PENDING, SENT
from tests.fakes import TODAY, a_family, a_message, a_row
from tests.virtual_time import NOW

LATER = NOW + timedelta(hours=1)


def test_what_could_have_gone_counts_as_sent_at_its_time(engine: Engine) -> None:
    with engine.begin() as conn:
        family = a_family(conn)
        gone = a_message(conn, family, not_before=NOW - timedelta(days=3))
        waits = a_message(conn, family, not_before=LATER, message="menu/other")
        assert sample.deliver(conn, NOW) == 1
        assert sample.deliver(conn, NOW) == 0
        row = a_row(conn, gone)
        assert (row.state, row.at) == (SENT, NOW - timedelta(days=3))
        assert a_row(conn, waits).state == PENDING


def test_what_was_told_is_read_like_anything_told(engine: Engine) -> None:
    with engine.begin() as conn:
        family = a_family(conn)
        told = {
            "birth_registered": Record(Told.DONE, TODAY),
            "penta1": Record(Told.DONE, TODAY, Source.CARD),
        }
        rows = [(duty, record, NOW) for duty, record in told.items()]
        sample.tell(conn, family.child_id, family.caregiver_id, rows)
        sample.tell(conn, family.child_id, family.caregiver_id, [])
        assert duties.of_child(conn, family.child_id) == told
