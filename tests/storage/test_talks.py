"""A family's talk with officers: waiting, claimed, closed; and what is kept of it."""

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.engine import Connection

from care.talking import QUIET
from storage import privacy, talk_queue, talks
from storage.caregivers import Contact
from storage.console_tables import talk_lines
from storage.talk_queue import View
from storage.talks import CLAIMED, CLOSED, EVENT, FAMILY, NOTE, OFFICER, WAITING
from tests.storage.families import DAY, MINUTE, NOW, a_caregiver, together
from tests.storage.talking import LAN, MAI, again, asked, grown, told


@pytest.fixture
def tree(conn: Connection) -> dict[str, int]:
    return grown(conn)


# --- a talk's life -------------------------------------------------------------------------------


def test_who_asks_for_a_person_waits_at_once_and_the_bot_is_quiet(conn: Connection) -> None:
    talk = asked(conn)
    assert (talk.state, talk.level, talk.waiting_since) == (WAITING, 0, NOW)
    assert talk.quiet_until == NOW + QUIET
    assert talks.quiet(conn, talk.caregiver_id, NOW + QUIET - MINUTE) == talk
    assert talks.quiet(conn, talk.caregiver_id, NOW + QUIET) is None


def test_asking_twice_is_one_talk(conn: Connection) -> None:
    talk = asked(conn)
    more = talks.ask(conn, talk.caregiver_id, talk.address_id, None, NOW + DAY)
    assert more.id == talk.id
    assert more.waiting_since == NOW
    assert more.quiet_until == NOW + DAY + QUIET


def test_nothing_is_lost_while_nobody_has_claimed(conn: Connection) -> None:
    talk = asked(conn)
    talks.hear(conn, talk.id, talk.address_id, "bé ho", NOW + MINUTE)
    talks.hear(conn, talk.id, talk.address_id, "từ hôm qua", NOW + 2 * MINUTE)
    assert told(conn, talk) == [(FAMILY, "bé ho"), (FAMILY, "từ hôm qua")]
    now = again(conn, talk)
    assert now.waiting_since == NOW
    assert now.quiet_until == NOW + 2 * MINUTE + QUIET
    assert talk_queue.unread(conn, [talk.id]) == {talk.id: 2}


def test_an_answer_ends_the_wait_and_the_next_line_begins_another(conn: Connection) -> None:
    talk = asked(conn)
    assert talks.answer(conn, talk.id, LAN, "chào chị", NOW) is None  # not claimed
    assert talks.claim(conn, talk.id, LAN, NOW + MINUTE)
    assert talks.answer(conn, talk.id, MAI, "chào chị", NOW) is None
    assert talks.answer(conn, talk.id, LAN, "chào chị", NOW + 5 * MINUTE)
    now = again(conn, talk)
    assert (now.waiting_since, now.answered_at) == (None, NOW + 5 * MINUTE)
    assert talk_queue.unread(conn, [talk.id]) == {}
    talks.hear(conn, talk.id, talk.address_id, "dạ", NOW + 9 * MINUTE)
    talks.answer(conn, talk.id, LAN, "vâng", NOW + 10 * MINUTE)
    assert again(conn, talk).answered_at == NOW + 5 * MINUTE  # the first


def test_a_family_that_writes_from_elsewhere_is_answered_there(conn: Connection) -> None:
    talk = asked(conn)
    talks.hear(conn, talk.id, 77, "em đây", NOW)
    assert again(conn, talk).address_id == 77


def test_what_happened_stands_among_the_lines(conn: Connection) -> None:
    talk = asked(conn)
    talks.claim(conn, talk.id, LAN, NOW)
    talks.note(conn, talk.id, LAN, "gọi lại chiều", NOW)
    talks.hand_back(conn, talk.id, LAN, NOW)
    talks.claim(conn, talk.id, MAI, NOW)
    talks.close(conn, talk.id, MAI, NOW + DAY)
    assert told(conn, talk) == [
        (EVENT, "claimed"), (NOTE, "gọi lại chiều"), (EVENT, "returned"), (EVENT, "claimed"),
        (EVENT, "ended"),
    ]  # fmt: skip
    assert (again(conn, talk).state, again(conn, talk).closed_at) == (CLOSED, NOW + DAY)
    assert talks.of_caregiver(conn, talk.caregiver_id) is None


def test_only_who_claimed_it_gives_it_back_or_ends_it(conn: Connection) -> None:
    talk = asked(conn)
    assert not talks.close(conn, talk.id, LAN, NOW)
    talks.claim(conn, talk.id, LAN, NOW)
    assert not talks.claim(conn, talk.id, MAI, NOW)
    assert not talks.hand_back(conn, talk.id, MAI, NOW)
    assert not talks.close(conn, talk.id, MAI, NOW)
    assert talks.hand_back(conn, talk.id, LAN, NOW)
    assert not talks.hand_back(conn, talk.id, LAN, NOW)


def test_an_answered_talk_that_is_given_back_waits_again(conn: Connection) -> None:
    talk = asked(conn)
    talks.claim(conn, talk.id, LAN, NOW)
    talks.answer(conn, talk.id, LAN, "chào", NOW)
    talks.hand_back(conn, talk.id, LAN, NOW + MINUTE)
    assert again(conn, talk).waiting_since == NOW + MINUTE


def test_a_line_that_crosses_with_the_closing_opens_the_talk_again(conn: Connection) -> None:
    talk = asked(conn)
    talks.claim(conn, talk.id, LAN, NOW)
    talks.close(conn, talk.id, LAN, NOW)
    talks.hear(conn, talk.id, talk.address_id, "khoan đã", NOW + MINUTE)
    now = again(conn, talk)
    assert (now.state, now.officer_id, now.closed_at) == (WAITING, None, None)
    assert now.waiting_since == NOW + MINUTE


def test_two_officers_claim_at_once_and_one_wins(engine: Engine, second: Engine) -> None:
    with engine.begin() as conn:
        talk = asked(conn)
    turns = iter((LAN, MAI))
    won = together(engine, second, lambda conn: talks.claim(conn, talk.id, next(turns), NOW))
    assert won == (True, False)
    with engine.connect() as conn:
        now = again(conn, talk)
        assert (now.state, now.officer_id) == (CLAIMED, LAN)
        assert told(conn, talk) == [(EVENT, "claimed")]


# --- time ----------------------------------------------------------------------------------------


def test_an_answered_talk_falls_silent_and_a_waiting_one_does_not(conn: Connection) -> None:
    talk, other = asked(conn), asked(conn, chat="2")
    talks.claim(conn, talk.id, LAN, NOW)
    talks.answer(conn, talk.id, LAN, "chào", NOW)
    late = NOW + QUIET
    assert talk_queue.quiet_is_over(conn, late - MINUTE) == []
    assert [t.id for t in talk_queue.quiet_is_over(conn, late)] == [talk.id, other.id]
    assert not talks.fall_silent(conn, talk.id, late - MINUTE)
    assert not talks.fall_silent(conn, other.id, late)
    assert talks.fall_silent(conn, talk.id, late)
    assert talks.give_up_quiet(conn, other.id, late)
    assert not talks.give_up_quiet(conn, other.id, late)
    assert again(conn, other).waiting_since == NOW
    assert talk_queue.quiet_is_over(conn, late + DAY) == []


def test_climbing_takes_the_talk_back_to_the_queue(conn: Connection) -> None:
    talk = asked(conn)
    talks.claim(conn, talk.id, LAN, NOW)
    ((seen, since),) = talk_queue.unanswered(conn)
    assert since == NOW
    assert talks.climb(conn, seen, 1, NOW + MINUTE)
    now = again(conn, talk)
    assert (now.state, now.officer_id, now.level) == (WAITING, None, 1)
    assert told(conn, talk)[-1] == (EVENT, "climbed")
    assert not talks.climb(conn, seen, 1, NOW + MINUTE)  # looked at before
    ((_, since),) = talk_queue.unanswered(conn)
    assert since == NOW + MINUTE  # the next level has its own time


def test_an_answer_that_comes_between_keeps_a_talk_from_climbing(conn: Connection) -> None:
    talk = asked(conn)
    talks.claim(conn, talk.id, LAN, NOW)
    ((seen, _),) = talk_queue.unanswered(conn)
    talks.answer(conn, talk.id, LAN, "chào", NOW)
    assert not talks.climb(conn, seen, 1, NOW)
    assert talk_queue.unanswered(conn) == []


def test_an_answer_brings_a_talk_down_again(conn: Connection) -> None:
    talk = asked(conn)
    talks.climb(conn, talk, 1, NOW)
    talks.claim(conn, talk.id, LAN, NOW)
    talks.answer(conn, talk.id, LAN, "chào", NOW)
    assert again(conn, talk).level == 0


# --- what is kept --------------------------------------------------------------------------------


def words(conn: Connection) -> int:
    return conn.execute(select(func.count()).select_from(talk_lines)).scalar_one()


def chat_of(conn: Connection, chat: str) -> Contact:
    return a_caregiver(conn, chat)


def test_deleting_oneself_takes_every_word_and_keeps_the_count(
    conn: Connection, tree: dict[str, int]
) -> None:
    talk, other = asked(conn, tree["20a"]), asked(conn, tree["20a"], "2")
    talks.hear(conn, talk.id, talk.address_id, "bí mật", NOW)
    talks.claim(conn, talk.id, LAN, NOW)
    talks.note(conn, talk.id, LAN, "mẹ trẻ", NOW)
    talks.answer(conn, talk.id, LAN, "chào", NOW + MINUTE)
    talks.hear(conn, other.id, other.address_id, "của người khác", NOW)
    privacy.erase(conn, chat_of(conn, "1"), "event-1", NOW + DAY)
    assert told(conn, talk) == []
    assert words(conn) == 1
    now = again(conn, talk)
    assert (now.caregiver_id, now.address_id, now.state) == (0, 0, CLOSED)
    assert talks.of_caregiver(conn, talk.caregiver_id) is None
    speed = talk_queue.speed(conn, View(LAN, tree["20a"]), NOW - DAY)
    assert speed.answered == 1
    assert talk_queue.closed_ones(conn, View(LAN, tree["20a"]), 5) == []


def test_words_go_some_time_after_the_end(conn: Connection) -> None:
    talk = asked(conn)
    talks.hear(conn, talk.id, talk.address_id, "bé ho", NOW)
    talks.forget(conn, NOW + DAY)
    assert words(conn) == 1  # it goes on
    talks.leave(conn, talk.id, NOW)
    talks.forget(conn, NOW)
    assert words(conn) == 2
    talks.forget(conn, NOW + MINUTE)
    assert words(conn) == 0


def test_words_are_sealed(conn: Connection) -> None:
    talk = asked(conn)
    talks.hear(conn, talk.id, talk.address_id, "bí mật của mẹ", NOW)
    raw = conn.exec_driver_sql("SELECT body FROM talk_lines").scalar_one()
    assert "bí mật".encode() not in bytes(raw)


def test_a_person_may_read_what_was_written_but_not_the_notes(conn: Connection) -> None:
    talk = asked(conn)
    talks.hear(conn, talk.id, talk.address_id, "bé ho", NOW)
    talks.claim(conn, talk.id, LAN, NOW)
    talks.note(conn, talk.id, LAN, "ghi chú", NOW)
    talks.answer(conn, talk.id, LAN, "chào", NOW)
    found = [(line.who, line.body) for line in talks.written(conn, talk.caregiver_id)]
    assert found == [(FAMILY, "bé ho"), (OFFICER, "chào")]
