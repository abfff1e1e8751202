"""What became of a campaign, and what people answered."""

import pytest
from sqlalchemy import select
from sqlalchemy.engine import Connection

from storage import campaign_results, campaigns, privacy
from storage.caregivers import by_address_id
from storage.console_tables import campaign_answers
from storage.tables import outbox
from tests.storage.broadcasting import (
    BEGUN,
    GOOD,
    a_country,
    adds_up,
    readers,
    rows_of,
    sent_out,
    set_rows,
)
from tests.storage.crowds import NOW
from tests.storage.families import DAY, MINUTE, a_caregiver, a_row

STATES = ("pending", "sending", "sent", "failed", "expired", "cancelled", "unknown")


@pytest.fixture
def home(conn: Connection) -> int:
    return a_country(conn)


@pytest.fixture
def campaign_id(conn: Connection, home: int) -> int:
    """Sent out to seven people, one in every state."""
    readers(conn, len(STATES), area_id=home)
    found = sent_out(conn, home)
    for row, state in zip(rows_of(conn, found), STATES, strict=True):
        set_rows(conn, [row.id], state=state, at=BEGUN)
    return found


def test_every_message_is_counted_once(conn: Connection, campaign_id: int) -> None:
    told = adds_up(conn, campaign_id)
    assert (told.sent, told.waiting, told.failed) == (1, 2, 1)
    assert (told.expired, told.cancelled, told.unknown) == (1, 1, 1)
    assert (told.total, told.settled, told.counted, told.expected) == (7, 5, 7, 7)
    assert campaign_results.rate(conn, campaign_id, BEGUN - MINUTE) == 2
    assert campaign_results.rate(conn, campaign_id, BEGUN) == 0


def test_a_bar_has_an_end_before_every_row_is_there(conn: Connection, home: int) -> None:
    readers(conn, 3)
    campaign_id = campaigns.create(conn, home, 1, GOOD, NOW)
    told = campaign_results.progress(conn, campaign_id)
    assert (told.total, told.expected, told.expanded) == (0, 0, False)


def test_results_are_told_person_by_person(conn: Connection, home: int, campaign_id: int) -> None:
    listed = campaign_results.results(conn, campaign_id)
    assert [result.state for _, result in listed] == list(STATES)
    assert {result.area_id for _, result in listed} == {home}
    third = listed[2]
    campaign_results.put_answer(conn, campaign_id, third[1].caregiver_id or 0, 2, None, NOW)
    (only,) = campaign_results.results(conn, campaign_id, state="sent")
    assert (only[1].choice, only[1].answered_at) == (2, NOW)
    page = campaign_results.results(conn, campaign_id, after=third[0], limit=2)
    assert [result.state for _, result in page] == ["failed", "expired"]


def test_the_last_answer_of_a_person_counts(conn: Connection, campaign_id: int) -> None:
    people = [result.caregiver_id or 0 for _, result in campaign_results.results(conn, campaign_id)]
    assert not campaign_results.put_answer(conn, campaign_id, people[0], 1, None, NOW)
    assert campaign_results.put_answer(conn, campaign_id, people[0], 5, None, NOW + MINUTE)
    campaign_results.put_answer(conn, campaign_id, people[1], 2, None, NOW)
    told = campaign_results.answers(conn, campaign_id)
    assert (told.people, dict(told.choices), told.asked) == (2, {2: 1, 5: 1}, 2)
    assert told.average == 3.5
    assert campaign_results.of_caregiver(conn, people[0]) == [(campaign_id, 5, None)]


def test_words_are_told_the_newest_first_and_sealed(conn: Connection, campaign_id: int) -> None:
    people = [result.caregiver_id or 0 for _, result in campaign_results.results(conn, campaign_id)]
    for n, text in enumerate(("Xa quá", "Cảm ơn", "Cần xe")):
        when = NOW + n * MINUTE
        campaign_results.put_answer(conn, campaign_id, people[n], None, text, when)
    told = campaign_results.words(conn, campaign_id, limit=2)
    assert [one.words for one in told] == ["Cần xe", "Cảm ơn"]
    rest = campaign_results.words(conn, campaign_id, after=told[-1].at)
    assert [one.words for one in rest] == ["Xa quá"]
    none = campaign_results.answers(conn, campaign_id)
    assert (none.people, dict(none.choices), none.average) == (3, {}, None)
    raw = conn.exec_driver_sql("SELECT words FROM campaign_answers").scalars()
    assert all("quá".encode() not in bytes(sealed) for sealed in raw)


def test_only_who_got_it_can_answer(conn: Connection, campaign_id: int) -> None:
    people = [result.caregiver_id or 0 for _, result in campaign_results.results(conn, campaign_id)]
    got = [campaign_results.was_sent(conn, campaign_id, person) for person in people]
    assert got == [False, True, True, False, False, False, True]
    officer = a_caregiver(conn, "officer").caregiver.id
    campaigns.send_test(conn, campaign_id, officer, NOW)
    mine = outbox.c.caregiver_id == officer
    conn.execute(outbox.update().where(mine).values(state="sent"))
    assert not campaign_results.was_sent(conn, campaign_id, officer)
    assert campaign_results.was_sent(conn, campaign_id, officer, tests=True)


def test_a_number_answers_only_what_was_asked_last(conn: Connection, campaign_id: int) -> None:
    person = campaign_results.results(conn, campaign_id)[2][1].caregiver_id or 0
    assert campaign_results.last_asked(conn, person) == campaign_id
    later = a_row("menu/help", caregiver_id=person)
    conn.execute(outbox.insert().values({**later, "state": "sent", "at": BEGUN + MINUTE}))
    assert campaign_results.last_asked(conn, person) is None
    assert campaign_results.last_asked(conn, 10**6) is None


def test_erasing_a_person_takes_the_answers_and_keeps_the_numbers(
    conn: Connection, campaign_id: int
) -> None:
    row = rows_of(conn, campaign_id)[2]
    campaign_results.put_answer(conn, campaign_id, row.caregiver_id, 1, "Bí mật", NOW)
    contact = by_address_id(conn, row.address_id)
    assert contact is not None
    privacy.erase(conn, contact, "event", NOW + DAY)
    assert conn.execute(select(campaign_answers)).all() == []
    told = adds_up(conn, campaign_id)
    assert (told.total, told.sent) == (7, 1)
    assert campaign_results.results(conn, campaign_id, state="sent")[0][1].caregiver_id is None
