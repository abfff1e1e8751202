"""Unasked messages to a messenger that lets us write only for a while."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.engine import Connection

from bot import recording
from bot.compose import Dropped, Ready, prepare
from bot.outcomes import Outcome, Scope
from bot.rendering import Compose
from bot.windows import Account, Going, decide, heard
from care.messages import Kind
from care.people import CaregiverState
from care.windows import Way, Windows
from channels.base import Receipt
from channels.webchat.channel import WebChat
from content.library import Library
from storage import caregivers, claims, linking, outbox, templates, windows
from storage.caregivers import Contact
from storage.claims import Row
from storage.templates import Template
from storage.windows import Elsewhere
from tests.storage.families import NOW, a_caregiver, a_row, address

OA = "zalo-oa:main"
ACCOUNT = Account(Windows(), paid=4, reserve=2, templates=1)  # by the 26th 1 for others
OTHERS = {"zalo-oa": Windows()}
HOUR = timedelta(hours=1)


@pytest.fixture
def mother(conn: Connection) -> Contact:
    contact = caregivers.open_contact(conn, address("1", "zalo-oa"), NOW - 30 * 24 * HOUR)
    windows.hear(conn, contact.address_id, NOW)
    return contact


@pytest.fixture
def law(library: Library) -> str:
    """A reminder with a date that the law sets."""
    return next(item.id for item in library.items.values() if item.due is not None)


@pytest.fixture
def tip(library: Library) -> str:
    return next(item.id for item in library.items.values() if item.due is None)


def _row(conn: Connection, mother: Contact, message: str, kind: Kind = Kind.TIP) -> Row:
    mine = {"address_id": mother.address_id, "caregiver_id": mother.caregiver.id, "route": OA}
    later = NOW + timedelta(days=30)
    outbox.add(conn, [a_row(message, kind=kind, expires_at=later, slot=_slot(conn), **mine)])
    row = claims.claim(conn, OA, NOW, (), quiet=False)
    assert row is not None
    return row


def _slot(conn: Connection) -> int:
    return len(windows.spent(conn, OA, "2026-11"))


def _decide(
    conn: Connection, library: Library, row: Row, mother: Contact, after: timedelta
) -> Going | Elsewhere | None:
    return decide(conn, ACCOUNT, OTHERS, library, row, mother, NOW + after)


def test_in_the_free_window_it_goes_and_costs_nothing(
    conn: Connection, library: Library, mother: Contact, tip: str
) -> None:
    row = _row(conn, mother, tip)
    assert _decide(conn, library, row, mother, 47 * HOUR) == Going(Way.FREE, False, 0)


def test_paid_messages_end_with_the_package_and_the_law_has_what_others_may_not_take(
    conn: Connection, library: Library, mother: Contact, tip: str, law: str
) -> None:
    row = _row(conn, mother, tip)
    later = 50 * HOUR
    assert _decide(conn, library, row, mother, later) == Going(Way.PAID, False, 55)
    windows.charge(conn, row.id, OA, Way.PAID, False, 55, NOW + later)
    assert _decide(conn, library, row, mother, later) is None
    legal = replace(row, message=law)
    for n in range(3):
        assert _decide(conn, library, legal, mother, later) == Going(Way.PAID, True, 55)
        windows.charge(conn, row.id + 1 + n, OA, Way.PAID, True, 55, NOW + later)
    assert _decide(conn, library, legal, mother, later) is None
    assert _decide(conn, library, row, mother, 8 * 24 * HOUR) is None  # another month, too late


def test_what_is_under_way_is_spent_already(
    conn: Connection, library: Library, mother: Contact
) -> None:
    """The control: what did not go is not spent."""
    other = caregivers.open_contact(conn, address("2", "zalo-oa"), NOW)
    windows.hear(conn, other.address_id, NOW)
    for one in (mother, other):
        caregivers.change(conn, one.caregiver.id, state=CaregiverState.ACTIVE)
        row = _row(conn, one, "officer/news", Kind.NOTICE)
        claims.release(conn, row.id, NOW, attempt=False)
    account = replace(ACCOUNT, paid=2, reserve=0)  # by the 26th 1 for others
    compose, now = Compose(library, WebChat.caps, account=account), NOW + 50 * HOUR
    going = prepare(conn, compose, OA, now, ())
    assert isinstance(going, Ready)
    (spent,) = windows.spent(conn, OA, "2026-11")
    assert (spent.way, spent.messages, spent.price) == (Way.PAID, 1, 55)
    assert prepare(conn, compose, OA, now, ()) == Dropped(going.row.id + 1, windows.CLOSED)
    recording.delivered(conn, going, Receipt("1", 40), now)
    assert windows.spent(conn, OA, "2026-11")[0].price == 40
    recording.record(conn, going.row, Outcome(Scope.NOBODY, "unknown"), "lost", now)
    assert len(windows.spent(conn, OA, "2026-11")) == 1
    recording.record(conn, going.row, Outcome(Scope.NOBODY, "failed"), "refused", now)
    assert windows.spent(conn, OA, "2026-11") == []


def test_a_template_is_for_the_law_and_as_long_as_it_is_approved(
    conn: Connection, library: Library, mother: Contact, law: str
) -> None:
    row, later = _row(conn, mother, law, Kind.REMINDER), 8 * 24 * HOUR
    assert _decide(conn, library, row, mother, later) is None
    approved = Template(law, "77", {"be": "ten_be"}, 200)
    templates.put(conn, OA, approved)
    sent = Going(Way.TEMPLATE, True, 200, ("77", {"be": "ten_be"}))
    assert _decide(conn, library, row, mother, later) == sent
    templates.put(conn, OA, replace(approved, active=False))
    assert _decide(conn, library, row, mother, later) is None


def test_another_open_messenger_of_the_same_person_is_taken(
    conn: Connection, library: Library, mother: Contact, tip: str
) -> None:
    other = a_caregiver(conn, "telegram-1")
    linking.offer(conn, mother.caregiver.id, "123456", NOW)
    linking.take(conn, "123456", other, NOW)
    row = _row(conn, mother, tip)
    found = _decide(conn, library, row, mother, 50 * HOUR)
    assert isinstance(found, Elsewhere)
    assert found.address_id == other.address_id
    caregivers.mark_gone(conn, other.address_id, NOW)
    assert _decide(conn, library, row, mother, 50 * HOUR) == Going(Way.PAID, False, 55)


def test_another_closed_messenger_is_not(
    conn: Connection, library: Library, mother: Contact, tip: str
) -> None:
    other = caregivers.open_contact(conn, address("2", "zalo-oa"), NOW)
    linking.offer(conn, mother.caregiver.id, "123456", NOW)
    linking.take(conn, "123456", other, NOW)
    row = _row(conn, mother, tip)
    assert _decide(conn, library, row, mother, 50 * HOUR) == Going(Way.PAID, False, 55)


def test_who_writes_again_hears_what_matters(
    conn: Connection, library: Library, mother: Contact, tip: str, law: str
) -> None:
    rows = [_row(conn, mother, tip), _row(conn, mother, law, Kind.REMINDER)]
    for row in rows:
        windows.hold(conn, row.id)
    heard(conn, library, mother.address_id, NOW + 9 * 24 * HOUR)
    assert windows.heard_at(conn, mother.address_id) == NOW + 9 * 24 * HOUR
    soon = NOW + 9 * 24 * HOUR + timedelta(seconds=2)
    first = claims.claim(conn, OA, soon, (), quiet=False)
    assert first is not None
    assert first.message == law
    assert windows.held(conn, mother.address_id) == []
