"""Coming back with the code, a word of one's own, and what others learn of a report: nothing."""

import random
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select

from bot.compose import Ready, prepare
from bot.rendering import Compose
from care.cases import Act
from care.codes import case_code_in
from channels.webchat.channel import WebChat
from storage import cases, claims, discreet, outbox
from storage.case_tables import case_history, safe_words
from storage.cases import Viewer
from storage.crypto import Cipher
from storage.tables import outbox as outbox_table
from tests.handlers import families, reporting
from tests.handlers.conftest import NOW
from tests.handlers.conversation import Conversation

WRONG = "1111 2222 3333 4444"


@pytest.fixture
def engine(database_url: str, cipher: Cipher, tmp_path: Path) -> Iterator[Engine]:
    yield from reporting.engines(database_url, cipher, tmp_path)


def reports(chat: Conversation) -> str:
    families.has(chat)
    reporting.skips_all(chat)
    code = reporting.sends(chat)
    chat.taps("report.exit")
    return code


def history(engine: Engine) -> list[str]:
    with engine.connect() as conn:
        return list(conn.execute(select(case_history.c.act).order_by(case_history.c.seq)).scalars())


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("1234 5678 9012 3456", "1234567890123456"),
        ("1234-5678.9012 3456", "1234567890123456"),
        ("1234567890123456", "1234567890123456"),
        ("Mã 1234 5678 9012 3456", "1234567890123456"),
        ("mã số: 1234 5678 9012 3456.", "1234567890123456"),
        ("1234 5678 9012 345", "123456789012345"),
        ("0912 345 678", None),
        ("12/03/2026", None),
        ("mã 123456", None),
        ("gọi 1234567890123456 nhé bạn ơi", None),
        ("1" * 100_000, None),
    ],
)
def test_a_code_is_known_however_it_is_typed(text: str, code: str | None) -> None:
    assert case_code_in(text) == code


@pytest.mark.parametrize("mark", [" ", "", "-", ". "])
def test_the_code_is_like_a_phone_number_and_leads_back(chat: Conversation, mark: str) -> None:
    code = reports(chat)
    groups = code.split()
    assert [len(group) for group in groups] == [4, 4, 4, 4]
    chat.says(mark.join(groups))
    chat.sees("report/status")
    assert "**đã nhận**" in chat.last
    assert history(chat.engine)[-1] == Act.STATUS_READ.value


def test_the_status_is_told_in_four_words(chat: Conversation) -> None:
    code = reports(chat)
    [(case, _)] = reporting.every(chat.engine)
    steps: list[tuple[str, dict[str, object]]] = [
        ("đang xem xét", {"seen_at": NOW}),
        ("đã có người phụ trách", {"officer_id": 7, "taken_at": NOW}),
        ("đã xong", {"closed_at": NOW, "closed_by": 8}),
    ]
    for words, values in steps:
        with chat.engine.connect() as conn, conn.begin():
            cases.change(conn, case.id, **values)
        chat.says(code)
        assert f"**{words}**" in chat.last


def test_more_can_be_told_and_somebody_must_look_again(chat: Conversation) -> None:
    code = reports(chat)
    [(case, _)] = reporting.every(chat.engine)
    with chat.engine.connect() as conn, conn.begin():
        cases.change(conn, case.id, waiting_since=None, seen_at=NOW)
    chat.says(code)
    chat.taps("report.more")
    chat.sees("report/more")
    chat.says("hôm nay lại nghe tiếng khóc")
    chat.sees("report/added")
    assert chat.buttons[-2:] == ["report.more", "report.exit"]
    assert history(chat.engine)[-1] == Act.ADDED.value
    after, _ = reporting.only(chat.engine)
    assert after.waiting_since is not None


def test_a_cry_for_help_in_it_is_told_and_answered(chat: Conversation) -> None:
    code = reports(chat)
    chat.says(code)
    chat.taps("report.more")
    chat.says("cứu với, cháu bất tỉnh rồi")
    chat.sees("emergency/numbers", "report/added")


def test_the_code_is_known_to_nobody_but_who_wrote_it_down(
    chat: Conversation, another: Callable[[str], Conversation]
) -> None:
    code = reports(chat).replace(" ", "")
    stranger = another("borrowed phone")
    stranger.says(code)  # before consent too
    stranger.sees("report/status")
    assert reporting.draft(stranger)["code"] == code
    reporting.fades(stranger)
    assert "code" not in reporting.draft(stranger)
    chat.says("bé ăn dặm thế nào")
    assert "report" not in chat.seen[0]


def seen(chat: Conversation) -> tuple[str, list[str]]:
    return chat.last, [button.id for button in chat.said[-1].buttons]


def test_wrong_none_forgotten_and_too_many_get_the_same_answer(
    chat: Conversation, another: Callable[[str], Conversation]
) -> None:
    code = reports(chat)
    chat.says(WRONG)
    chat.sees("report/no-code")
    wrong = seen(chat)
    chat.says("1111 2222 3333 444")  # a digit is missing
    assert seen(chat) == wrong
    for _ in range(3):
        chat.says(WRONG)
    chat.says(code)  # the right one, after five that were wrong
    assert seen(chat) == wrong
    other = another("another")
    other.says(code)  # the control: only that chat has to wait
    other.sees("report/status")
    reporting.later(chat, 60)
    chat.says(code)
    chat.sees("report/status")
    [(case, _)] = reporting.every(chat.engine)
    with chat.engine.connect() as conn, conn.begin():
        cases.change(conn, case.id, forgotten_at=NOW)
    reporting.later(chat, 60)
    chat.says(code)
    assert seen(chat) == wrong


def test_ten_thousand_guesses_find_nothing(chat: Conversation) -> None:
    code = reports(chat).replace(" ", "")
    chance = random.Random(11)
    guesses = {f"{chance.randrange(10**16):016}" for _ in range(10_000)} - {code}
    with chat.engine.connect() as conn:
        hits = [one for one in guesses if cases.by_code(conn, one) is not None]
        assert hits == []
        assert cases.by_code(conn, code) is not None  # the control
    before = history(chat.engine)
    answers = set()
    for guess in sorted(guesses)[:60]:
        chat.says(guess)
        answers.add((chat.last, tuple(b.id for b in chat.said[-1].buttons)))
    assert len(answers) == 1
    assert history(chat.engine) == before


def test_among_a_thousand_pranks_the_real_one_comes_first(
    chat: Conversation, another: Callable[[str], Conversation]
) -> None:
    me = families.has(chat)
    assert me
    home = reporting.area(chat.engine, "06001")
    chance = random.Random(5)
    address = families.me(chat).address_id
    with chat.engine.connect() as conn, conn.begin():
        for n in range(1000):
            now = NOW + timedelta(seconds=n)
            many = discreet.count(conn, "report", address, "2026-11-24", now) > 3
            cases.report(
                conn,
                {"told": "x"},
                area_id=home,
                province=False,
                urgent=True,
                pile=many,
                now=now,
                chance=chance,
            )
    real = another("neighbour")
    real._chance.seed(9)
    families.joins(real)
    real.now += timedelta(hours=1)
    reporting.to_questions(real, danger=True)
    real.says("nhà bên, cháu nhỏ")
    real.says("3 tuổi")
    real.says("xã Đồng Tâm, tỉnh Lạng Sơn")
    real.taps("report.review")
    reporting.sends(real)
    with chat.engine.connect() as conn:
        listed = cases.listed(conn, Viewer(7, home, frozenset({home}), 2))
    assert len(listed) == 1001
    first = [case for case in listed if not case.pile]
    assert listed[:4] == first  # three of the chat, then the real one
    assert first[-1].urgent
    assert all(case.pile for case in listed[4:])


# --- a word of one's own -------------------------------------------------------------------------


def sets_word(chat: Conversation, word: str) -> None:
    chat.says("chữ của riêng tôi")
    chat.sees("report/word")
    chat.taps("report.word-set")
    chat.says(word)


def test_an_own_word_opens_it_and_is_kept_as_a_hash(
    chat: Conversation, another: Callable[[str], Conversation]
) -> None:
    number = families.has(chat)
    sets_word(chat, "mía lùi gừng")
    chat.sees("report/word-kept")
    assert "mía" not in chat.last
    chat.taps("report.exit")
    chat.taps_exactly(f"children.name:{number}")
    chat.says("Mia lui gung!")
    chat.sees("report/safe")
    stranger = another("stranger")
    families.joins(stranger)
    stranger.says("mía lùi gừng")  # the control: it is hers alone
    assert "report/safe" not in stranger.seen
    with chat.engine.connect() as conn:
        [kept] = conn.execute(select(safe_words.c.word_hash)).scalars()
    assert "mia" not in kept


def test_an_own_word_is_changed_and_forgotten(chat: Conversation) -> None:
    families.has(chat)
    sets_word(chat, "mía lùi gừng")
    sets_word(chat, "bánh khúc tre")
    chat.taps("report.exit")
    chat.says("mía lùi gừng")
    assert "report/safe" not in chat.seen
    chat.says("bánh khúc tre")
    chat.sees("report/safe")
    chat.says("có")
    chat.says("chữ của riêng tôi")  # inside a question it is what is told
    chat.taps("report.exit")
    chat.says("chữ của riêng tôi")
    chat.taps("report.word-off")
    chat.sees("report/word-off")
    chat.taps("report.exit")
    chat.says("bánh khúc tre")
    assert "report/safe" not in chat.seen


@pytest.mark.parametrize("word", ["có", "menu", "x", "ab", "a" * 41, "cân nặng", "😢", "một " * 9])
def test_a_word_of_every_day_is_not_taken(chat: Conversation, word: str) -> None:
    families.has(chat)
    sets_word(chat, word)
    assert chat.seen in (["report/word-ask"], ["discreet/tip"])  # an x leaves
    with chat.engine.connect() as conn:
        assert conn.execute(select(safe_words)).first() is None


# --- what others may learn: nothing --------------------------------------------------------------


def goes_out(chat: Conversation) -> list[tuple[str, tuple[str, ...]]]:
    """What delivery makes of the waiting rows: message and what is taken away."""
    compose, way = Compose(chat.library, WebChat.caps), "webchat:local"
    found: list[tuple[str, tuple[str, ...]]] = []
    with chat.engine.connect() as conn, conn.begin():
        while one := prepare(conn, compose, way, chat.now, ()):
            if isinstance(one, Ready):
                found.append((one.out.message, one.out.remove))
                claims.settle(conn, one.row.id, outbox.SENT, chat.now, ref=f"ref-{one.row.id}")
    return found


def test_what_is_typed_goes_at_once_and_the_dialogue_goes_on(chat: Conversation) -> None:
    families.has(chat)
    reporting.to_questions(chat)
    goes_out(chat)
    chat.says_with("line-7", "đêm nào cũng nghe tiếng khóc")
    assert goes_out(chat) == [("discreet/gone", ("line-7",)), ("report/ask-child", ())]
    chat.says_with("line-8", "5 tuổi")
    chat.taps("report.exit")  # the next question has not gone out yet
    messages = dict(goes_out(chat))
    assert "report/ask-place" not in messages
    assert messages.keys() == {"discreet/gone", "discreet/tip"}
    assert {"line-7", "line-8"} <= set(messages["discreet/gone"])


def told(chat: Conversation, action: str) -> tuple[str, list[str]]:
    chat.taps_exactly(action)
    return seen(chat)


def test_export_and_erasure_are_the_same_with_and_without_a_case(
    chat: Conversation, another: Callable[[str], Conversation]
) -> None:
    twin = another("twin")
    for one in (chat, twin):
        families.has(one)
    reporting.to_review(chat)
    code = reporting.sends(chat)
    sets_word(chat, "mía lùi gừng")
    chat.taps("report.exit")
    twin.now = chat.now
    for action in ("privacy.known", "privacy.export", "privacy.delete", "privacy.delete-yes"):
        if action == "privacy.delete-yes":
            chat.taps(action)
            twin.taps(action)
            assert seen(chat) == seen(twin)
            continue
        mine, others = told(chat, action), told(twin, action)
        assert mine == others
        assert ("Bống" in mine[0]) is (action != "privacy.delete")
    with chat.engine.connect() as conn:
        assert conn.execute(select(safe_words)).first() is None
    _, facts = reporting.only(chat.engine)  # what was sent stays, and its code works
    assert facts == reporting.ANSWERS
    chat.says(code)
    chat.sees("report/status")


def test_after_the_exit_only_the_case_holds_what_was_told(chat: Conversation) -> None:
    families.has(chat)
    reporting.to_review(chat)
    reporting.sends(chat)
    chat.taps("report.exit")
    assert reporting.row(chat) is None
    with chat.engine.connect() as conn:
        waiting = conn.execute(select(outbox_table.c.params, outbox_table.c.message)).all()
    reports_said = [row.params for row in waiting if row.message.startswith("report/")]
    assert reports_said
    assert all(not params for params in reports_said)


def steps(chat: Conversation, text: str) -> list[str]:
    """What the database is asked for while this is answered, without the values."""
    with chat.engine.connect() as conn:
        driver: Any = conn.connection.driver_connection  # the only one of this engine
    asked: list[str] = []
    driver.set_trace_callback(asked.append)
    chat.says(text)
    driver.set_trace_callback(None)
    return [re.sub(r"'[^']*'|\d+", "?", statement) for statement in asked]


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_a_wrong_code_takes_the_steps_of_none(chat: Conversation) -> None:
    """So that the time it takes tells nothing either."""
    code = reports(chat)
    reporting.later(chat, 60)
    chat.says(WRONG)  # the hour's first try makes a row
    assert steps(chat, WRONG) == steps(chat, "1111 2222 3333 444")
    assert steps(chat, code) != steps(chat, WRONG)  # the control
