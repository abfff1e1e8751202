"""A dialogue is taken out of the chat: which messages, and what the database forgets of it."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.engine import Connection

from care.discreet import CARDS, GONE, is_discreet
from storage import caregivers, claims, discreet, inbox, outbox, privacy, taken_away
from storage.caregivers import Contact
from storage.inbox import Arrival
from storage.outbox import CANCELLED, PENDING, SENT, UNKNOWN
from storage.tables import inbox as inbox_table
from storage.tables import outbox as rows
from tests.fakes import ROUTE, Family, a_family, a_message, a_row
from tests.virtual_time import NOW

MINUTE = timedelta(minutes=1)


@pytest.fixture
def mother(conn: Connection) -> Family:
    return a_family(conn)


def contact(conn: Connection, family: Family) -> Contact:
    found = caregivers.by_address_id(conn, family.address_id)
    assert found is not None
    return found


def sent(conn: Connection, family: Family, message: str, ref: str | None, **values: Any) -> int:
    row_id = a_message(conn, family, message=message, params={"told": "lời kể"}, **values)
    conn.execute(update(rows).where(rows.c.id == row_id).values(attempts=1))
    claims.settle(conn, row_id, SENT if ref else UNKNOWN, NOW, ref=ref)
    return row_id


def gone(conn: Connection) -> claims.Row:
    newest = select(rows.c.id).where(rows.c.message == GONE).order_by(rows.c.id.desc()).limit(1)
    return claims.claimed(conn, conn.execute(newest).scalar_one())


def taken(conn: Connection, row: claims.Row) -> set[str]:
    return set(taken_away.references(conn, row.address_id, row.id, row.params))


def test_everything_of_the_dialogue_and_nothing_else(conn: Connection, mother: Family) -> None:
    neighbour = a_family(conn, "chat-2")
    sent(conn, mother, "harm/child", "1", not_before=NOW - MINUTE)  # an older dialogue
    discreet.touch(conn, mother.address_id, NOW, own="11")
    discreet.heard(conn, mother.address_id, "e1", ("11", "12"))
    sent(conn, mother, "harm/child", "2")
    sent(conn, mother, "menu/help", "3")
    sent(conn, mother, "report/safe", "4,5")
    unknown = sent(conn, mother, "guidance/what", None)
    sent(conn, mother, "dg-cp", "6")
    sent(conn, neighbour, "harm/child", "7")
    waiting = a_message(conn, mother, message="report/now", params={"told": "lời kể"})
    taken_away.leave(conn, contact(conn, mother), NOW + MINUTE)
    row = gone(conn)
    assert taken(conn, row) == {"11", "12", "2", "4,5", "6", f"key:{unknown}"}
    assert (a_row(conn, waiting).state, a_row(conn, waiting).params) == (CANCELLED, {})
    assert row.expires_at == NOW + MINUTE + taken_away.LIVES
    assert discreet.get(conn, mother.address_id) is None


def test_what_was_under_way_when_the_person_left_goes_too(conn: Connection, mother: Family) -> None:
    discreet.touch(conn, mother.address_id, NOW)
    row_id = a_message(conn, mother, message="harm/child")
    claimed = claims.claim(conn, ROUTE, NOW, (), False)
    assert claimed is not None
    assert claimed.id == row_id
    assert not taken_away.is_left(conn, claimed)
    taken_away.leave(conn, contact(conn, mother), NOW)
    claims.settle(conn, row_id, SENT, NOW, ref="9")
    assert taken(conn, gone(conn)) == {"9"}
    assert taken_away.is_left(conn, claimed)  # and if it comes back to wait, it goes no more
    later = claims.claimed(conn, a_message(conn, mother, message="harm/child"))
    assert not taken_away.is_left(conn, later)  # a new dialogue


def test_afterwards_nobody_knows_what_they_were_called(conn: Connection, mother: Family) -> None:
    discreet.touch(conn, mother.address_id, NOW, own="11")
    first, other = sent(conn, mother, "report/safe", "4"), sent(conn, mother, "menu/help", "5")
    taken_away.leave(conn, contact(conn, mother), NOW)
    row = gone(conn)
    taken_away.done(conn, row)
    assert (a_row(conn, first).ref, a_row(conn, first).params) == (None, {})
    assert a_row(conn, row.id).params == {}
    assert (a_row(conn, other).ref, a_row(conn, other).params) == ("5", {"told": "lời kể"})


def test_a_new_dialogue_while_the_old_one_is_still_to_go(conn: Connection, mother: Family) -> None:
    discreet.touch(conn, mother.address_id, NOW)
    sent(conn, mother, "harm/child", "1")
    taken_away.leave(conn, contact(conn, mother), NOW)
    old = gone(conn)
    discreet.touch(conn, mother.address_id, NOW + MINUTE)
    new = sent(conn, mother, "harm/child", "2", not_before=NOW + MINUTE)
    assert taken(conn, old) == {"1"}
    taken_away.done(conn, old)
    assert a_row(conn, new).ref == "2"


def test_answers_wait_hidden_and_nothing_else_does(conn: Connection, mother: Family) -> None:
    address = mother.address_id
    discreet.touch(conn, address, NOW, own="11")
    draft = {"facts": {"told": "lời kể"}, "ask": "child", "code": "1234", "at": "5"}
    discreet.put(conn, address, "report.ask", draft, NOW)
    found = discreet.get(conn, address)
    assert found is not None
    assert found.own == ("11",)  # whoever writes the draft need not know of it
    taken_away.leave(conn, contact(conn, mother), NOW + MINUTE)
    hidden = discreet.get(conn, address)
    assert hidden is not None
    assert (hidden.shown, hidden.step) == (False, None)
    assert hidden.draft == {"facts": {"told": "lời kể"}, "ask": "child"}
    discreet.forget(conn, NOW)
    assert discreet.get(conn, address) is None


def test_leaving_twice_takes_away_once(conn: Connection, mother: Family) -> None:
    discreet.touch(conn, mother.address_id, NOW, own="11")
    for _ in range(2):
        taken_away.leave(conn, contact(conn, mother), NOW)
    query = select(rows.c.id).where(rows.c.message == GONE)
    assert len(conn.execute(query).all()) == 1


def test_bodies_of_its_events_are_emptied_at_once(conn: Connection, mother: Family) -> None:
    way, address = contact(conn, mother), contact(conn, mother).address
    arrivals = [Arrival(f"e{n}", address, f"lời kể {n}") for n in range(3)]
    inbox.add(conn, arrivals, NOW)
    for row_id in conn.execute(select(inbox_table.c.id)).scalars().all():
        inbox.finish(conn, row_id)
    discreet.touch(conn, mother.address_id, NOW)
    for event in ("e0", "e2"):
        discreet.heard(conn, mother.address_id, event, ())
    taken_away.leave(conn, way, NOW)
    query = select(inbox_table.c.body).order_by(inbox_table.c.event_id)
    assert list(conn.execute(query).scalars()) == [None, "lời kể 1", None]


@pytest.mark.parametrize("message", ["report/review", "dg-mh", "menu/help"])
def test_what_is_too_late_keeps_no_words_of_a_dialogue(
    conn: Connection, mother: Family, message: str
) -> None:
    row_id = a_message(conn, mother, message=message, params={"told": "lời kể"})
    outbox.expire(conn, NOW + timedelta(days=1))
    row = a_row(conn, row_id)
    assert (row.state, row.params == {}) == ("expired", is_discreet(message))


def test_rows_are_known_as_messages_are(conn: Connection, mother: Family) -> None:
    messages = ["harm/no", "report/x", "guidance/x", "emergency/numbers", *CARDS, "menu/help"]
    messages += ["dg-nb", "harmless/x", "discreet/tip", GONE]
    for message in messages:
        a_message(conn, mother, message=message)
    query = select(rows.c.message).where(outbox.of_a_discreet_dialogue())
    assert set(conn.execute(query).scalars()) == set(filter(is_discreet, messages))


def test_before_a_person_is_forgotten_all_of_it_is_known(conn: Connection, mother: Family) -> None:
    """Also what still waits to be taken away, and nothing of the dialogue is left then."""
    discreet.touch(conn, mother.address_id, NOW, own="11")
    sent(conn, mother, "harm/child", "1")
    taken_away.leave(conn, contact(conn, mother), NOW)
    discreet.touch(conn, mother.address_id, NOW + MINUTE, own="12")
    sent(conn, mother, "report/safe", "2", not_before=NOW + MINUTE)
    discreet.set_word(conn, mother.caregiver_id, "dieu giay")
    left = taken_away.left_in_chat(conn, mother.address_id)
    assert set(left) == {"11", "1", "12", "2"}
    privacy.erase(conn, contact(conn, mother), "e9", NOW + MINUTE)
    taken_away.add(conn, contact(conn, mother), NOW + MINUTE, left, NOW + MINUTE)
    row = gone(conn)
    assert taken(conn, row) == set(left)
    assert a_row(conn, row.id).state == PENDING
    assert discreet.get(conn, mother.address_id) is None
    assert not discreet.is_word(conn, mother.caregiver_id, "dieu giay")
