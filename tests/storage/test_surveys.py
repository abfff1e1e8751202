"""How was the talk: who is asked, when, and whose answer counts."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.engine import Connection

from care.people import CaregiverState
from storage import caregivers, conversations, privacy, surveys, talks, tasks
from storage.caregivers import Contact
from storage.console_tables import talk_scores
from storage.conversations import Conversation
from storage.tables import outbox
from tests.storage.families import DAY, NOW, a_caregiver
from tests.storage.test_tasks import plant


@pytest.fixture
def ids(conn: Connection) -> dict[str, int]:
    return plant(conn)


@pytest.fixture
def mother(conn: Connection) -> Contact:
    return a_caregiver(conn, "1001")


def a_talk(conn: Connection, who: Contact, area_id: int | None = None) -> int:
    return talks.ask(conn, who.caregiver.id, who.address_id, area_id, NOW).id


def test_the_question_has_a_button_for_every_score_and_a_way_past(
    conn: Connection, mother: Contact
) -> None:
    talk = a_talk(conn, mother)
    assert surveys.ask(conn, talk, NOW)
    row = conn.execute(select(outbox)).one()
    assert (row.message, row.kind, row.address_id) == (surveys.MESSAGE, "reply", mother.address_id)
    assert (row.not_before, row.expires_at) == (NOW, NOW + DAY)
    names = [name for name, _, _ in row.params["buttons"]]
    assert names == [f"surveys.{n}:{talk}" for n in (5, 4, 3, 2, 1, "skip")]


def test_nobody_is_asked_at_night(conn: Connection, mother: Contact) -> None:
    assert surveys.ask(conn, a_talk(conn, mother), NOW + timedelta(hours=12))  # 21:00 there
    row = conn.execute(select(outbox)).one()
    assert row.not_before == NOW + timedelta(hours=22)  # 7:00 the next morning


@pytest.mark.parametrize("why", ["stopped", "paused", "gone", "sensitive", "unknown"])
def test_who_should_be_left_alone_is_not_asked(conn: Connection, mother: Contact, why: str) -> None:
    talk = a_talk(conn, mother)
    if why in ("stopped", "paused"):
        caregivers.change(conn, mother.caregiver.id, state=CaregiverState(why))
    elif why == "gone":
        caregivers.mark_gone(conn, mother.address_id, NOW)
    elif why == "sensitive":
        heavy = Conversation("loss.listen", 1, {}, sensitive=True)
        conversations.put(conn, mother.address_id, heavy, NOW)
    assert not surveys.ask(conn, 10**6 if why == "unknown" else talk, NOW)
    assert conn.execute(select(outbox)).all() == []


def test_a_score_is_counted_in_the_area_of_the_talk(
    conn: Connection, mother: Contact, ids: dict[str, int]
) -> None:
    father = a_caregiver(conn, "1002")
    talk, theirs = a_talk(conn, mother, ids["20"]), a_talk(conn, father)
    assert surveys.put(conn, talk, mother.caregiver.id, 4, NOW)
    assert surveys.put(conn, theirs, father.caregiver.id, 5, NOW)
    assert surveys.counts(conn, [ids["20"]], False, NOW) == {4: 1}
    assert surveys.counts(conn, [ids["01"]], False, NOW) == {}
    assert surveys.counts(conn, (), True, NOW) == {4: 1, 5: 1}
    assert surveys.counts(conn, (), True, NOW + DAY) == {}


def test_a_later_answer_replaces_the_first(conn: Connection, mother: Contact) -> None:
    talk = a_talk(conn, mother)
    for score in (5, 3):
        assert surveys.put(conn, talk, mother.caregiver.id, score, NOW)
    assert surveys.counts(conn, (), True, NOW) == {3: 1}


def test_nobody_answers_for_another(conn: Connection, mother: Contact) -> None:
    talk, other = a_talk(conn, mother), a_caregiver(conn, "1002").caregiver.id
    assert not surveys.put(conn, talk, other, 1, NOW)
    assert not surveys.put(conn, 10**6, other, 1, NOW)
    surveys.put(conn, talk, mother.caregiver.id, 5, NOW)
    surveys.add_words(conn, talk, other, "giả")
    assert [one.words for one in surveys.answers(conn, (), True, NOW, 9)] == [None]
    assert tasks.waiting(conn, (), everywhere=True) == []


def test_words_are_sealed_and_read_in_scope_only(
    conn: Connection, mother: Contact, ids: dict[str, int]
) -> None:
    talk = a_talk(conn, mother, ids["20"])
    surveys.put(conn, talk, mother.caregiver.id, 2, NOW)
    surveys.add_words(conn, talk, mother.caregiver.id, "chờ lâu")
    (found,) = surveys.answers(conn, [ids["20"]], False, NOW, 9)
    assert (found.talk_id, found.score, found.words) == (talk, 2, "chờ lâu")
    assert surveys.answers(conn, [ids["01"]], False, NOW, 9) == []
    raw = conn.exec_driver_sql("SELECT words FROM talk_scores").scalar_one()
    assert "chờ lâu".encode() not in bytes(raw)


def test_a_low_score_is_a_task_of_the_area(
    conn: Connection, mother: Contact, ids: dict[str, int]
) -> None:
    talk = a_talk(conn, mother, ids["20"])
    surveys.put(conn, talk, mother.caregiver.id, 2, NOW)
    (task,) = tasks.waiting(conn, [ids["20"]], everywhere=False)
    assert (task.kind, task.ref) == (tasks.LOW_SCORE, f"talk:{talk}")


def test_what_a_person_answered_goes_with_them(conn: Connection, mother: Contact) -> None:
    talk = a_talk(conn, mother)
    surveys.put(conn, talk, mother.caregiver.id, 2, NOW)
    privacy.erase(conn, mother, "1001-1", NOW + DAY)
    assert conn.execute(select(talk_scores)).all() == []


def test_words_are_forgotten_in_time_and_scores_stay(conn: Connection, mother: Contact) -> None:
    talk = a_talk(conn, mother)
    surveys.put(conn, talk, mother.caregiver.id, 5, NOW)
    surveys.add_words(conn, talk, mother.caregiver.id, "cảm ơn")
    surveys.forget(conn, NOW)
    assert [one.words for one in surveys.answers(conn, (), True, NOW, 9)] == ["cảm ơn"]
    surveys.forget(conn, NOW + DAY)
    assert [one.words for one in surveys.answers(conn, (), True, NOW, 9)] == [None]
    assert surveys.counts(conn, (), True, NOW) == {5: 1}
