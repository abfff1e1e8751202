"""What becomes of messages: sent, tried again, withdrawn, expired, moved, told, forgotten."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.engine import Connection

from care.messages import Kind
from storage import claims, outbox
from storage.caregivers import use_address
from tests.storage.families import DAY, MINUTE, NOW, ROUTE, TODAY, a_caregiver, a_push, a_row
from tests.storage.messages import claim, claimed, row_of, states


def test_an_outcome_is_kept(conn: Connection) -> None:
    outbox.add(conn, [a_row()])
    row = claim(conn)
    assert row is not None
    claims.settle(conn, row.id, outbox.FAILED, NOW + MINUTE, reason="blocked", ref="77")
    stored = row_of(conn, "tip.one")
    assert (stored.state, stored.reason, stored.ref) == ("failed", "blocked", "77")
    assert stored.at == NOW + MINUTE


@pytest.mark.parametrize(
    ("attempt", "resend", "expected"),
    [(True, False, (1, 0)), (False, False, (0, 0)), (True, True, (1, 1))],
)
def test_a_released_message_waits_again(
    conn: Connection, *, attempt: bool, resend: bool, expected: tuple[int, int]
) -> None:
    outbox.add(conn, [a_row()])
    row = claim(conn)
    assert row is not None
    claims.release(conn, row.id, NOW + MINUTE, attempt=attempt, resend=resend)
    assert claim(conn) is None
    again = claim(conn, now=NOW + MINUTE)
    assert again is not None
    assert (again.attempts, again.resends) == expected


def test_a_pause_for_a_chat_delays_what_waits_for_it(conn: Connection) -> None:
    late = NOW + 10 * MINUTE
    outbox.add(
        conn, [a_row("a"), a_row("b", not_before=late), a_row("other", address_id=2), a_row("c")]
    )
    first = claim(conn)
    assert first is not None
    claims.delay_address(conn, 1, NOW + 5 * MINUTE)
    assert claimed(conn) == ["other"]
    assert row_of(conn, "a").not_before == NOW
    assert row_of(conn, "b").not_before == late
    assert claimed(conn, now=NOW + 5 * MINUTE) == ["c"]


def test_what_was_being_sent_is_known_after_a_crash(conn: Connection) -> None:
    outbox.add(conn, [a_row("a"), a_row("b"), a_row("c"), a_row("other", route="zalo_bot:main")])
    first, second = claim(conn), claim(conn)
    claim(conn, route="zalo_bot:main")
    assert first is not None
    assert second is not None
    claims.settle(conn, first.id, outbox.SENT, NOW)
    assert [row.id for row in claims.sending(conn, ROUTE)] == [second.id]
    assert claims.sending(conn, "webchat:main") == []


def test_what_waits_past_its_time_expires(conn: Connection) -> None:
    outbox.add(
        conn,
        [
            a_row("over", expires_at=NOW - MINUTE),
            a_row("just over", expires_at=NOW),
            a_row("live", expires_at=NOW + MINUTE),
        ],
    )
    assert outbox.expire(conn, NOW) == 2
    assert outbox.expire(conn, NOW) == 0
    assert states(conn) == {"over": "expired", "just over": "expired", "live": "pending"}
    assert row_of(conn, "over").reason == "window"


def test_what_is_being_sent_does_not_expire(conn: Connection) -> None:
    outbox.add(conn, [a_row(expires_at=NOW - MINUTE)])
    claim(conn)
    assert outbox.expire(conn, NOW) == 0


@pytest.fixture
def mixed(conn: Connection) -> Connection:
    """Pushes and replies for two caregivers about two children; one push is under way."""
    outbox.add(
        conn,
        [
            a_push("under way", child_id=5, not_before=NOW - MINUTE),
            a_push("tip.one"),
            a_push("tip.two", child_id=2),
            a_push("tip.three", caregiver_id=2, address_id=2),
            a_row("reply", kind=Kind.REPLY, not_before=NOW + DAY),
        ],
    )
    row = claim(conn)
    assert row is not None
    assert row.message == "under way"
    return conn


def test_withdrawing_for_an_address(mixed: Connection) -> None:
    assert outbox.cancel_address(mixed, 1, "gone", NOW) == 3
    assert states(mixed) == {
        "under way": "sending",
        "tip.one": "cancelled",
        "tip.two": "cancelled",
        "tip.three": "pending",
        "reply": "cancelled",
    }
    assert row_of(mixed, "tip.one").reason == "gone"
    assert row_of(mixed, "tip.one").at == NOW


def test_withdrawing_for_a_child_reaches_all_its_caregivers(mixed: Connection) -> None:
    assert outbox.cancel_child(mixed, 1, "lost", NOW) == 2
    found = states(mixed)
    assert found["tip.one"] == found["tip.three"] == "cancelled"
    assert found["tip.two"] == found["reply"] == "pending"


def test_withdrawing_pushes_leaves_replies(mixed: Connection) -> None:
    assert outbox.cancel_pushes(mixed, 1, "stopped", NOW) == 2
    found = states(mixed)
    assert found["tip.one"] == found["tip.two"] == "cancelled"
    assert found["tip.three"] == found["reply"] == "pending"


def test_withdrawing_items(mixed: Connection) -> None:
    assert outbox.cancel_item(mixed, 1, ["tip.one", "tip.two"], "done", NOW) == 1
    assert states(mixed)["tip.one"] == "cancelled"
    assert outbox.cancel_item(mixed, 1, [], "done", NOW) == 0


def test_pushes_follow_their_caregiver(conn: Connection) -> None:
    contact = a_caregiver(conn)
    me, gone = contact.caregiver.id, contact.address_id
    outbox.add(
        conn,
        [
            a_push("push", caregiver_id=me, address_id=gone),
            a_row("reply", caregiver_id=me, address_id=gone),
        ],
    )
    assert outbox.reroute(conn, 10**6, gone) == 0
    other = a_caregiver(conn, "zalo").address_id
    use_address(conn, me, other, "zalo_bot:main")
    assert outbox.reroute(conn, me, gone) == 1
    assert (row_of(conn, "push").address_id, row_of(conn, "push").route) == (other, "zalo_bot:main")
    assert row_of(conn, "reply").address_id == gone


def test_nothing_is_rerouted_without_another_address(conn: Connection) -> None:
    contact = a_caregiver(conn, address_id=None, route=None)
    outbox.add(conn, [a_push(caregiver_id=contact.caregiver.id, address_id=contact.address_id)])
    assert outbox.reroute(conn, contact.caregiver.id, contact.address_id) == 0


def _sent(conn: Connection, state: str, **values: Any) -> None:
    outbox.add(conn, [a_push(**values)])
    row = claim(conn)
    assert row is not None
    claims.settle(conn, row.id, state, NOW)


def test_what_a_caregiver_was_told_newest_first(conn: Connection) -> None:
    for days, state in ((3, "sent"), (1, "unknown"), (2, "failed"), (0, "expired")):
        _sent(conn, state, message=f"tip.{days}", planned_on=TODAY - days * DAY)
    _sent(conn, "sent", message="other", caregiver_id=2)
    outbox.add(conn, [a_push("waiting")])
    assert outbox.told(conn, 1) == [("tip.1", 1, TODAY - DAY), ("tip.3", 1, TODAY - 3 * DAY)]
    assert outbox.told(conn, 1, limit=1) == [("tip.1", 1, TODAY - DAY)]


def test_rows_are_described(conn: Connection) -> None:
    outbox.add(
        conn,
        [
            a_push("one"),
            a_push("twins", params={"children": [1, 2]}, slot=4),
            a_row("reply", kind=Kind.REPLY, caregiver_id=None),
        ],
    )
    ids = {name: row_of(conn, name).id for name in ("one", "twins", "reply")}
    assert outbox.described(conn, list(ids.values())) == {
        ids["one"]: (1, [1], "tip", 0),
        ids["twins"]: (1, [1, 2], "tip", 4),
        ids["reply"]: (0, [], "reply", 0),
    }
    assert outbox.described(conn, []) == {}


def test_messages_are_counted(conn: Connection) -> None:
    outbox.add(conn, [a_row("a"), a_row("b"), a_row("c", kind=Kind.REPLY)])
    claim(conn)
    assert outbox.waiting(conn) == {"pending": 2, "sending": 1}


def test_settled_replies_lose_their_parameters(conn: Connection) -> None:
    params = {"tên": "Bống"}
    for name in ("old reply", "young reply", "waiting reply"):
        outbox.add(conn, [a_row(name, kind=Kind.REPLY, params=params)])
    outbox.add(conn, [a_push("old push", params=params)])
    moments: dict[str, datetime] = {"old reply": NOW, "young reply": NOW + DAY, "old push": NOW}
    for name, at in moments.items():
        claims.settle(conn, row_of(conn, name).id, outbox.SENT, at)
    outbox.forget(conn, NOW + timedelta(hours=1))
    left = {name: row_of(conn, name).params for name in states(conn)}
    assert left == {
        "old reply": {},
        "young reply": params,
        "waiting reply": params,
        "old push": params,
    }
