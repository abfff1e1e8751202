"""Accounts on messengers as their keepers see them."""

from datetime import timedelta

from sqlalchemy import update
from sqlalchemy.engine import Connection

from care.clock import local_day, month_around
from care.messages import Kind
from storage import caregivers, messengers, outbox, windows
from storage.messengers import Lost
from storage.tables import outbox as outbox_table
from tests.storage.families import DAY, NOW, ROUTE, a_caregiver, a_row

MONTH = month_around(local_day(NOW))


def _row(conn: Connection, slot: int, **values: object) -> None:
    outbox.add(conn, [a_row(slot=slot)])
    mine = update(outbox_table).where(outbox_table.c.slot == slot)
    conn.execute(mine.values(at=NOW, **values))


def test_people_are_those_who_can_be_written_to(conn: Connection) -> None:
    one, two = a_caregiver(conn, "1"), a_caregiver(conn, "2")
    assert messengers.people(conn, ROUTE) == 2
    caregivers.mark_gone(conn, two.address_id, NOW)
    assert messengers.people(conn, ROUTE) == 1
    assert messengers.people(conn, "zalo-bot:1") == 0
    assert one.address_id != two.address_id


def test_what_went_out_is_counted_by_its_month_and_way(conn: Connection) -> None:
    _row(conn, 1, state="sent")
    _row(conn, 2, state="unknown")
    _row(conn, 3, state="failed")
    _row(conn, 4, state="sent", route="zalo-bot:1")
    _row(conn, 5, state="sent")
    begins, ends = MONTH
    conn.execute(update(outbox_table).where(outbox_table.c.slot == 5).values(at=ends))
    assert messengers.sent(conn, ROUTE, begins, ends) == 2
    assert messengers.sent(conn, "zalo-bot:1", begins, ends) == 1


def test_what_was_lost_has_its_kind_and_reason_and_no_answer(conn: Connection) -> None:
    for slot in (1, 2):
        _row(conn, slot, state="expired", reason=windows.CLOSED, kind=Kind.TIP.value)
    _row(conn, 3, state="cancelled", reason="loss", kind=Kind.REMINDER.value)
    _row(conn, 4, state="cancelled", reason="taken away", kind=Kind.REPLY.value)
    _row(conn, 5, state="sent", kind=Kind.TIP.value)
    assert messengers.lost(conn, ROUTE, *MONTH) == [
        Lost("tip", "expired", windows.CLOSED, 2),
        Lost("reminder", "cancelled", "loss", 1),
    ]


def test_what_waited_for_the_person_says_so_when_its_time_is_over(conn: Connection) -> None:
    for slot in (1, 2):
        _row(conn, slot, expires_at=NOW + DAY)
    held = update(outbox_table).where(outbox_table.c.slot == 1)
    conn.execute(held.values(reason=windows.CLOSED))
    assert outbox.expire(conn, NOW + DAY + timedelta(seconds=1)) == 2
    query = outbox_table.select().order_by(outbox_table.c.slot)
    assert [row.reason for row in conn.execute(query)] == [windows.CLOSED, "window"]
