"""What is kept, how long, and that nothing else goes with it."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, insert, select, update
from sqlalchemy.engine import Connection

from bot import retention
from care.messages import Address, Kind
from care.people import CaregiverState
from storage import book_links, caregivers, inbox, talks, web
from storage.console_tables import talk_lines
from storage.family_tables import caregivers as caregivers_table
from storage.inbox import Arrival
from storage.tables import inbox as inbox_table
from storage.tables import metadata, web_messages
from storage.tables import outbox as outbox_table
from tests.fakes import ACCOUNT, NAME, a_family, a_message, a_row
from tests.virtual_time import NOW

ADDRESS = Address(NAME, ACCOUNT, "chat-1")
SECOND = timedelta(seconds=1)
KEPT = {
    "inbox body": retention.INBOX_BODIES,
    "inbox row": retention.INBOX_ROWS,
    "reply params": retention.REPLY_PARAMS,
    "web line": retention.WEB_LINES,
    "stranger": retention.WITHOUT_CONSENT,
    "talk line": retention.TALK_LINES,
}


def test_the_times_are_those_that_were_promised() -> None:
    assert [kept / timedelta(days=1) for kept in KEPT.values()] == [3, 30, 30, 180, 30, 180]


def _make(conn: Connection, what: str) -> None:
    """One of them, made now."""
    if what.startswith("inbox"):
        inbox.add(conn, [Arrival("e1", ADDRESS, "Bống")], NOW)
        conn.execute(update(inbox_table).values(state="done"))
    elif what == "reply params":
        row = a_message(conn, a_family(conn), params={"name": "Bống"})
        _sent(conn, row)
    elif what == "web line":
        web.open_session(conn, "hash", NOW)
        web.append(conn, "hash", "me:1", {"text": "Bống"}, NOW)
    elif what == "talk line":
        family = a_family(conn)
        talk = talks.ask(conn, family.caregiver_id, family.address_id, None, NOW)
        talks.hear(conn, talk.id, family.address_id, "Bống", NOW)
        talks.leave(conn, talk.id, NOW)
    else:
        caregivers.open_contact(conn, ADDRESS, NOW)


def _sent(conn: Connection, row_id: int) -> None:
    mine = update(outbox_table).where(outbox_table.c.id == row_id)
    conn.execute(mine.values(state="sent", at=NOW))


def _there(conn: Connection, what: str) -> bool:
    if what == "reply params":
        return bool(conn.execute(select(outbox_table.c.params)).scalar_one())
    found: dict[str, Any] = {
        "inbox body": select(func.count(inbox_table.c.body)),
        "inbox row": select(func.count()).select_from(inbox_table),
        "web line": select(func.count()).select_from(web_messages),
        "stranger": select(func.count()).select_from(caregivers_table),
        "talk line": select(func.count()).select_from(talk_lines),
    }
    return bool(conn.execute(found[what]).scalar_one())


@pytest.mark.parametrize("what", KEPT)
def test_it_goes_when_its_time_is_over_and_not_before(conn: Connection, what: str) -> None:
    _make(conn, what)
    retention.purge(conn, NOW + KEPT[what])
    assert _there(conn, what)
    retention.purge(conn, NOW + KEPT[what] + SECOND)
    assert not _there(conn, what)


def test_what_is_not_done_is_not_thrown_away(conn: Connection) -> None:
    inbox.add(conn, [Arrival("e1", ADDRESS, "Bống")], NOW)
    family = a_family(conn)
    waiting = a_message(conn, family, params={"minutes": 5})
    push = a_message(conn, family, kind=Kind.TIP, params={"children": [1]})
    _sent(conn, push)
    retention.purge(conn, NOW + timedelta(days=3650))
    assert _there(conn, "inbox body")
    assert a_row(conn, waiting).params == {"minutes": 5}
    assert a_row(conn, push).params == {"children": [1]}


def test_who_agreed_stays_however_silent(conn: Connection) -> None:
    family = a_family(conn)
    caregivers.change(conn, family.caregiver_id, state=CaregiverState.STOPPED)
    retention.purge(conn, NOW + timedelta(days=365))
    contact = caregivers.find(conn, ADDRESS)
    assert contact is not None
    assert contact.caregiver.id == family.caregiver_id


def test_a_stranger_who_writes_again_stays(conn: Connection) -> None:
    contact = caregivers.open_contact(conn, ADDRESS, NOW)
    later = NOW + timedelta(days=29)
    caregivers.change(conn, contact.caregiver.id, seen_at=later)
    retention.purge(conn, NOW + timedelta(days=40))
    assert caregivers.find(conn, ADDRESS) is not None
    retention.purge(conn, later + timedelta(days=31))
    assert caregivers.find(conn, ADDRESS) is None


def test_a_purge_with_nothing_to_do_does_nothing(conn: Connection) -> None:
    a_message(conn, a_family(conn))
    conn.execute(insert(metadata.tables["marks"]).values(name="x", value="y"))

    def everything() -> list[Any]:
        tables = metadata.tables.values()
        return [conn.execute(select(table)).all() for table in tables]

    before = everything()
    retention.purge(conn, NOW)
    retention.purge(conn, NOW)
    assert everything() == before


def test_a_link_to_a_book_goes_when_it_has_expired(conn: Connection) -> None:
    family = a_family(conn)
    ends = NOW + timedelta(hours=24)
    book_links.put(conn, family.child_id, family.caregiver_id, "token", ends)
    kept = select(func.count()).select_from(metadata.tables["book_links"])
    retention.purge(conn, ends - SECOND)
    assert conn.execute(kept).scalar_one() == 1
    retention.purge(conn, ends)
    assert conn.execute(kept).scalar_one() == 0
