"""Giving back what was planned but not sent, and what a caregiver was told."""

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.engine import Connection

from care.messages import Kind
from care.people import CaregiverState
from storage import caregivers, history, outbox, replanning
from storage.decisions import WAITING, record
from storage.history import Told
from storage.tables import decisions
from storage.tables import outbox as table
from tests.storage.families import DAY, NOW, TODAY, a_caregiver, a_push, a_row

STATES = ("pending", "sending", "sent", "expired", "cancelled", "failed", "unknown")


def put(conn: Connection, message: str, state: str, **values: Any) -> None:
    """An outbox row in a given state."""
    reason, at = values.pop("reason", None), values.pop("at", NOW)
    outbox.add(conn, [{**a_push(message, **values), "state": state}])
    conn.execute(table.update().where(table.c.message == message).values(reason=reason, at=at))


def decide(conn: Connection, message: str, state: str, **values: Any) -> None:
    usual: dict[str, Any] = {
        "message": message,
        "slot": 0,
        "child_id": 1,
        "caregiver_id": 1,
        "opened_on": TODAY,
        "expires_on": TODAY + 9 * DAY,
        "state": state,
        "reason": "loss",
        "decided_on": TODAY,
        "retry_on": None,
    }
    record(conn, [{**usual, **values}])


def left(conn: Connection) -> set[str]:
    return set(conn.execute(select(table.c.message)).scalars())


def test_only_what_was_not_sent_opens_again(conn: Connection) -> None:
    for state in STATES:
        put(conn, f"tip.{state}", state)
        decide(conn, f"tip.{state}", "skipped")
    replanning.free(conn, 1, [(f"tip.{state}", 0) for state in STATES])
    assert left(conn) == {"tip.sending", "tip.sent", "tip.unknown"}
    assert conn.execute(select(decisions.c.message)).all() == []


def test_other_items_slots_and_children_stay(conn: Connection) -> None:
    put(conn, "freed", "pending")
    put(conn, "other slot", "pending", slot=1)
    put(conn, "other child", "pending", child_id=2)
    put(conn, "other item", "pending")
    replanning.free(conn, 1, [("freed", 0), ("other slot", 0), ("other child", 0)])
    assert left(conn) == {"other slot", "other child", "other item"}
    replanning.free(conn, 1, [])
    assert len(left(conn)) == 3


@pytest.fixture
def withdrawn(conn: Connection) -> Connection:
    """What a reported loss took back from two caregivers, and what went for other reasons."""
    put(conn, "mine", "cancelled", reason="loss")
    put(conn, "father's", "cancelled", reason="loss", caregiver_id=2)
    put(conn, "over", "cancelled", reason="loss", expires_at=NOW)
    put(conn, "stopped", "cancelled", reason="stopped")
    put(conn, "other child", "cancelled", reason="loss", child_id=2)
    decide(conn, "waited", "skipped")
    decide(conn, "father waited", "skipped", caregiver_id=2)
    decide(conn, "too late", "skipped", expires_on=TODAY)
    decide(conn, "merged", "merged")
    return conn


def waiting_again(conn: Connection) -> tuple[set[str], set[str]]:
    messages = conn.execute(select(table.c.message).where(table.c.state == "pending")).scalars()
    waits = conn.execute(select(decisions).where(decisions.c.state == WAITING)).all()
    assert {(row.reason, row.retry_on) for row in waits} <= {("budget", TODAY + DAY)}
    return set(messages), {row.message for row in waits}


def test_a_mistaken_tap_is_undone_for_all(withdrawn: Connection) -> None:
    replanning.restore(withdrawn, "loss", [1], None, NOW, TODAY)
    assert waiting_again(withdrawn) == ({"mine", "father's"}, {"waited", "father waited"})
    reasons = select(table.c.reason).where(table.c.message == "mine")
    assert withdrawn.execute(reasons).scalar_one() is None


def test_or_for_one_caregiver(withdrawn: Connection) -> None:
    replanning.restore(withdrawn, "loss", [1], 2, NOW, TODAY)
    assert waiting_again(withdrawn) == ({"father's"}, {"father waited"})


def test_or_of_some_items(withdrawn: Connection) -> None:
    replanning.restore(withdrawn, "loss", [1], None, NOW, TODAY, ["mine", "father waited", "over"])
    assert waiting_again(withdrawn) == ({"mine"}, {"father waited"})
    replanning.restore(withdrawn, "loss", [1], None, NOW, TODAY, [])
    assert waiting_again(withdrawn) == ({"mine"}, {"father waited"})


def test_or_for_nobody(withdrawn: Connection) -> None:
    replanning.restore(withdrawn, "loss", [], None, NOW, TODAY)
    assert waiting_again(withdrawn) == (set(), set())


def test_only_pauses_without_an_end_are_ended(conn: Connection) -> None:
    paused = {"state": CaregiverState.PAUSED}
    open_end = a_caregiver(conn, "open", paused_until=None, **paused)
    dated = a_caregiver(conn, "dated", paused_until=TODAY, **paused)
    stopped = a_caregiver(conn, "stopped", state=CaregiverState.STOPPED)
    stranger = a_caregiver(conn, "stranger", paused_until=None, **paused)
    asked = (open_end, dated, stopped)
    replanning.end_open_pause(conn, [contact.caregiver.id for contact in asked])
    found = [caregivers.by_address_id(conn, c.address_id) for c in (*asked, stranger)]
    states = [contact.caregiver.state for contact in found if contact]
    assert states == ["active", "paused", "stopped", "paused"]


def test_what_a_caregiver_has_been_told(conn: Connection) -> None:
    put(conn, "tip.old", "sent", at=NOW - 5 * DAY)
    put(conn, "tip.new", "unknown", at=NOW - DAY)
    put(conn, "tip.failed", "failed")
    put(conn, "flow/message", "sent")
    put(conn, "tip.father", "sent", caregiver_id=2)
    put(
        conn, "tip.no-moment", "sent", at=None, planned_on=TODAY - 9 * DAY, not_before=NOW - 9 * DAY
    )
    shown = a_row("tip.shown", kind=Kind.REPLY, params={"child": 3})
    outbox.add(conn, [{**shown, "state": "sent"}, {**a_row("tip.bare"), "state": "sent"}])
    conn.execute(
        table.update().where(table.c.at.is_(None), table.c.planned_on.is_(None)).values(at=NOW)
    )
    assert history.told(conn, 1) == [
        Told("tip.bare", None, TODAY),
        Told("tip.shown", 3, TODAY),
        Told("tip.new", 1, TODAY - DAY),
        Told("tip.old", 1, TODAY - 5 * DAY),
        Told("tip.no-moment", 1, TODAY - 9 * DAY),
    ]


def test_an_item_told_twice_is_listed_once_with_its_last_day(conn: Connection) -> None:
    put(conn, "tip.one", "sent", at=NOW - 5 * DAY)
    outbox.add(conn, [{**a_row("tip.one", params={"child": 1}), "state": "sent"}])
    conn.execute(table.update().where(table.c.planned_on.is_(None)).values(at=NOW))
    assert history.told(conn, 1) == [Told("tip.one", 1, TODAY)]
