"""What came in: stored once, in order per chat, set aside when it cannot be handled."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.engine import Connection

from storage import inbox
from storage.caregivers import chat_hash
from storage.inbox import Arrival
from storage.tables import inbox as table
from tests.storage.families import NOW, address, plans, together


def arrival(event_id: str, chat_id: str = "1001", body: str = "{}") -> Arrival:
    return Arrival(event_id, address(chat_id), body)


def state(conn: Connection, inbox_id: int) -> str:
    return conn.execute(select(table.c.state).where(table.c.id == inbox_id)).scalar_one()


def test_an_event_is_stored_once(conn: Connection) -> None:
    assert inbox.add(conn, [arrival("1"), arrival("2")], NOW) == 2
    assert inbox.add(conn, [arrival("2"), arrival("3")], NOW) == 1
    assert inbox.counts(conn) == {"new": 3}


def test_the_same_event_twice_in_one_delivery_is_stored_once(conn: Connection) -> None:
    assert inbox.add(conn, [arrival("1"), arrival("1")], NOW) == 1


def test_event_ids_belong_to_a_channel_account(conn: Connection) -> None:
    other = Arrival("1", address("1001", "zalo_bot"), "{}")
    assert inbox.add(conn, [arrival("1"), other], NOW) == 2


def test_nothing_arrives(conn: Connection) -> None:
    assert inbox.add(conn, [], NOW) == 0
    assert inbox.next_ones(conn, ()) == []
    assert inbox.counts(conn) == {}


def test_two_deliveries_of_one_event_at_once(engine: Engine, second: Engine) -> None:
    assert together(engine, second, lambda conn: inbox.add(conn, [arrival("1")], NOW)) == (1, 0)


def test_what_is_stored_comes_back(conn: Connection) -> None:
    inbox.add(conn, [arrival("1", body='{"text":"chào em"}')], NOW)
    (waiting,) = inbox.next_ones(conn, ())
    assert inbox.body(conn, waiting.id) == '{"text":"chào em"}'
    assert waiting.route == "telegram:main"
    assert waiting.chat_hash == chat_hash(conn, address("1001"))
    assert (waiting.attempts, waiting.received_at) == (0, NOW)


def test_the_oldest_of_every_chat_comes_first(conn: Connection) -> None:
    inbox.add(conn, [arrival("1", "a"), arrival("2", "b"), arrival("3", "a")], NOW)
    chats = [chat_hash(conn, address(chat)) for chat in ("a", "b")]
    first = inbox.next_ones(conn, ())
    assert [w.chat_hash for w in first] == chats
    inbox.finish(conn, first[0].id)
    then = inbox.next_ones(conn, ())
    assert [w.chat_hash for w in then] == [chats[1], chats[0]]
    assert then[0].id == first[1].id < then[1].id


def test_a_busy_chat_waits(conn: Connection) -> None:
    inbox.add(conn, [arrival("1", "a"), arrival("2", "b")], NOW)
    busy = [chat_hash(conn, address("a"))]
    assert [w.chat_hash for w in inbox.next_ones(conn, busy)] == [chat_hash(conn, address("b"))]


def test_no_more_than_the_limit(conn: Connection) -> None:
    inbox.add(conn, [arrival(str(n), str(n)) for n in range(10)], NOW)
    assert len(inbox.next_ones(conn, (), limit=3)) == 3


@pytest.mark.parametrize("busy", [False, True])
def test_a_flood_from_one_chat_hides_nobody(conn: Connection, *, busy: bool) -> None:
    inbox.add(conn, [arrival(str(n), "flood") for n in range(200)], NOW)
    inbox.add(conn, [arrival("x", "quiet")], NOW)
    found = inbox.next_ones(conn, [chat_hash(conn, address("flood"))] if busy else ())
    assert chat_hash(conn, address("quiet")) in {w.chat_hash for w in found}
    assert len(found) == 2 - busy


def test_only_the_oldest_new_one_of_a_chat_is_taken(conn: Connection) -> None:
    inbox.add(conn, [arrival("1"), arrival("2")], NOW)
    chat = chat_hash(conn, address("1001"))
    first = inbox.next_ones(conn, ())[0].id
    second = conn.execute(select(table.c.id).where(table.c.event_id == "2")).scalar_one()
    assert not inbox.take(conn, second, chat)
    assert state(conn, second) == "new"
    assert inbox.take(conn, first, chat)
    assert state(conn, first) == "done"
    assert not inbox.take(conn, first, chat)
    assert inbox.take(conn, second, chat)


def test_one_event_is_never_handled_twice_at_once(engine: Engine, second: Engine) -> None:
    with engine.begin() as conn:
        inbox.add(conn, [arrival("1")], NOW)
        waiting = inbox.next_ones(conn, ())[0]

    def handle(conn: Connection) -> bool:
        return inbox.take(conn, waiting.id, waiting.chat_hash)

    assert together(engine, second, handle) == (True, False)


@pytest.mark.parametrize("dialect", ["postgresql"], indirect=True)
def test_other_chats_do_not_wait(engine: Engine, second: Engine) -> None:
    with engine.begin() as conn:
        inbox.add(conn, [arrival("1", "a"), arrival("2", "b")], NOW)
        one, two = inbox.next_ones(conn, ())

    def handle() -> bool:
        with second.begin() as conn:
            return inbox.take(conn, two.id, two.chat_hash)

    with ThreadPoolExecutor(1) as pool, engine.begin() as conn:
        assert inbox.take(conn, one.id, one.chat_hash)
        assert pool.submit(handle).result(5)


def test_after_three_failures_it_is_set_aside(conn: Connection) -> None:
    inbox.add(conn, [arrival("1"), arrival("2")], NOW)
    (poison,) = inbox.next_ones(conn, ())
    assert not inbox.count_attempt(conn, poison.id, "ValueError")
    assert not inbox.count_attempt(conn, poison.id, "ValueError")
    assert inbox.next_ones(conn, ())[0].attempts == 2
    assert inbox.count_attempt(conn, poison.id, "KeyError" * 50)
    assert state(conn, poison.id) == "quarantined"
    assert inbox.next_ones(conn, ())[0].id != poison.id
    assert inbox.counts(conn) == {"new": 1, "quarantined": 1}


def test_handled_bodies_go_first_and_rows_later(conn: Connection) -> None:
    day = timedelta(days=1)
    for age in (1, 4, 40):
        at = NOW - age * day
        inbox.add(conn, [arrival(f"done{age}", "done"), arrival(f"new{age}", "new")], at)
    for row in conn.execute(select(table.c.id).where(table.c.event_id.startswith("done"))).all():
        inbox.finish(conn, row.id)
    inbox.forget(conn, NOW - 3 * day, NOW - 30 * day)
    left = {row.event_id: row.body for row in conn.execute(select(table))}
    assert set(left) == {"done1", "done4", "new1", "new4", "new40"}
    assert left["done4"] is None
    assert None not in {left[name] for name in ("done1", "new1", "new4", "new40")}


def test_an_emptied_event_is_still_known(conn: Connection) -> None:
    inbox.add(conn, [arrival("1")], NOW)
    inbox.finish(conn, inbox.next_ones(conn, ())[0].id)
    inbox.forget(conn, NOW + timedelta(days=1), NOW - timedelta(days=1))
    assert inbox.add(conn, [arrival("1")], NOW) == 0


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_waiting_events_are_found_by_their_index(engine: Engine) -> None:
    """Not by looking at all that was handled long ago."""
    with engine.begin() as conn, plans(conn) as seen:
        inbox.next_ones(conn, ())
        inbox.take(conn, 1, "chat")
    assert [line for line in seen if "ix_inbox_new" in line]
    assert not [line for line in seen if line.startswith("SCAN inbox")]
    assert not [line for line in seen if line == "SCAN older"]
