"""The outbox: never a second row for a message, and claimed in order."""

from sqlalchemy.engine import Connection

from care.messages import Kind
from storage import claims, outbox
from tests.storage.families import DAY, MINUTE, NOW, ROUTE, a_push, a_row
from tests.storage.messages import claim, claimed, row_of


def test_nothing_is_sent_twice(conn: Connection) -> None:
    assert outbox.add(conn, [a_push()]) == 1
    assert outbox.add(conn, [a_push(), a_push(slot=1), a_push(child_id=2)]) == 2
    assert outbox.add(conn, [a_push(caregiver_id=2), a_push("tip.two"), a_push("tip.two")]) == 2
    assert outbox.add(conn, [a_push()]) == 0
    assert outbox.add(conn, []) == 0


def test_it_stays_so_after_it_was_sent(conn: Connection) -> None:
    outbox.add(conn, [a_push()])
    row = claim(conn)
    assert row is not None
    claims.settle(conn, row.id, outbox.SENT, NOW)
    assert outbox.add(conn, [a_push()]) == 0
    assert outbox.waiting(conn) == {"pending": 0, "sending": 0}


def test_messages_without_a_child_never_stand_in_each_others_way(conn: Connection) -> None:
    assert outbox.add(conn, [a_row("start/welcome"), a_row("start/welcome")]) == 2
    assert outbox.add(conn, [a_row("start/welcome")]) == 1


def test_a_claim_gives_what_delivery_needs(conn: Connection) -> None:
    outbox.add(conn, [a_push(params={"tên": "Bống"}, slot=3)])
    row = claim(conn)
    assert row is not None
    assert (row.kind, row.message, row.child_id, row.caregiver_id) == (Kind.TIP, "tip.one", 1, 1)
    assert (row.params, row.expires_at) == ({"tên": "Bống"}, NOW + DAY)
    assert (row.attempts, row.resends) == (0, 0)
    stored = row_of(conn, "tip.one")
    assert (stored.state, stored.attempts, stored.at) == ("sending", 1, NOW)
    assert claims.claimed(conn, row.id).attempts == 1
    assert claim(conn) is None


def test_the_lane_goes_before_time_and_time_before_age(conn: Connection) -> None:
    early = NOW - MINUTE
    outbox.add(
        conn,
        [
            a_row("campaign", kind=Kind.CAMPAIGN, not_before=early),
            a_row("tip late", kind=Kind.TIP),
            a_row("tip early", kind=Kind.TIP, not_before=early),
            a_row("reminder", kind=Kind.REMINDER),
            a_row("reply one", kind=Kind.REPLY),
            a_row("notice", kind=Kind.NOTICE),
            a_row("emergency", kind=Kind.EMERGENCY),
            a_row("reply two", kind=Kind.REPLY),
        ],
    )
    assert claimed(conn) == [
        "emergency",
        "reply one",
        "notice",
        "reply two",
        "reminder",
        "tip early",
        "tip late",
        "campaign",
    ]


def test_only_replies_and_alerts_go_in_quiet_hours(conn: Connection) -> None:
    outbox.add(conn, [a_row(kind.value, kind=kind) for kind in Kind])
    assert set(claimed(conn, quiet=True)) == {"emergency", "reply", "notice", "alert"}
    assert set(claimed(conn)) == {"reminder", "tip", "campaign"}


def test_what_is_not_due_or_of_another_account_waits(conn: Connection) -> None:
    outbox.add(
        conn, [a_row("later", not_before=NOW + MINUTE), a_row("other", route="zalo_bot:main")]
    )
    assert claim(conn) is None
    assert claims.next_due(conn, ROUTE) == NOW + MINUTE
    assert claims.next_due(conn, "webchat:main") is None
    assert claimed(conn, now=NOW + MINUTE) == ["later"]
    assert claims.next_due(conn, ROUTE) is None


def test_busy_addresses_wait(conn: Connection) -> None:
    outbox.add(conn, [a_row("one"), a_row("two", address_id=2), a_row("three", address_id=3)])
    assert claimed(conn, busy=[1, 3]) == ["two"]
    assert claimed(conn, busy=()) == ["one", "three"]


def test_nothing_overtakes_a_message_that_waits_for_another_try(conn: Connection) -> None:
    outbox.add(
        conn,
        [
            a_row("first", not_before=NOW + MINUTE),
            a_row("second"),
            a_row("other lane", kind=Kind.CAMPAIGN),
            a_row("other chat", address_id=2),
        ],
    )
    first = row_of(conn, "first").id
    assert claimed(conn, again=[first]) == ["other chat", "other lane"]
    later = NOW + MINUTE
    assert claimed(conn, again=[first], now=later) == ["first"]
    claims.settle(conn, first, outbox.SENT, later)
    assert claimed(conn, again=[first], now=later) == ["second"]


def test_what_went_before_holds_nothing_back(conn: Connection) -> None:
    outbox.add(conn, [a_row("first"), a_row("second")])
    first = row_of(conn, "first").id
    claims.settle(conn, first, outbox.FAILED, NOW)
    assert claimed(conn, again=[first]) == ["second"]


def test_an_item_is_withdrawn_for_all_or_for_one(conn: Connection) -> None:
    outbox.add(conn, [a_push(), a_push(caregiver_id=2), a_push(child_id=2), a_push("tip.two")])
    assert outbox.cancel_item(conn, 1, ["tip.one"], "put_off", NOW, 2) == 1
    assert outbox.cancel_item(conn, 1, ["tip.one"], "done", NOW) == 1
    assert outbox.cancel_item(conn, 1, [], "done", NOW) == 0
    assert outbox.waiting(conn)["pending"] == 2


def test_the_next_slot_is_free_for_this_child_and_person(conn: Connection) -> None:
    outbox.add(conn, [a_push(slot=7), a_push(slot=100, child_id=2), a_push("tip.two", slot=100)])
    assert outbox.next_slot(conn, "tip.one", 1, 1, 100) == 100
    outbox.add(conn, [a_push(slot=100), a_push(slot=105)])
    assert outbox.next_slot(conn, "tip.one", 1, 1, 100) == 106
    assert outbox.next_slot(conn, "tip.one", 1, 2, 100) == 100
