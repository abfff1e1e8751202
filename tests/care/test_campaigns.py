"""What an officer may write, who must agree, and what may follow what."""

import random
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from care.audience import Problem
from care.campaigns import (
    MOVES,
    PLACEHOLDERS,
    Asks,
    Draft,
    NotAllowed,
    Press,
    Question,
    State,
    allowed_link,
    approvals_needed,
    begins_at,
    check_approval,
    fill,
    first_send,
    move,
    next_year,
    problems,
    sending_day,
    unknown_braces,
)

MORNING = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)  # 09:00 in Viet Nam
NIGHT = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)  # 22:00
GOOD = Draft("Uống vitamin A", "Mời {goi} đưa {ten_be} đến {tram}, {thon}.")
HOSTS = ("gov.vn",)
VALUES = {"ten_be": "Bống và Na", "goi": "mẹ", "tram": "trạm y tế Đồng Tâm", "thon": "thôn Nà Pàn"}


def found(**changes: object) -> list[tuple[str, str]]:
    return [tuple(p) for p in problems(replace(GOOD, **changes), HOSTS)]  # type: ignore[arg-type,misc]  # any field


def test_a_good_draft_has_no_problem() -> None:
    poll = Question(Asks.POLL, "Nhà mình có đi được không?", ("Có", "Không"))
    buttons = (
        Press("Lịch", reply="7 giờ sáng, {goi} nhé"),
        Press("Đọc", link="https://moh.gov.vn"),
    )
    assert problems(replace(GOOD, question=poll, buttons=buttons), HOSTS) == []


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"title": "  "}, ("title", "empty")),
        ({"title": "a" * 121}, ("title", "long")),
        ({"body": "a" * 1501}, ("body", "long")),
        ({"body": "Chào {ten}"}, ("body", "braces")),
        ({"body": "Chào {goi"}, ("body", "braces")),
        ({"body": "Chào {{goi}}"}, ("body", "braces")),
        ({"body": "Xem https://xau.com/a"}, ("body", "link")),
        ({"body": "Xem http://moh.gov.vn"}, ("body", "link")),
        ({"body": "Xem www.xau.com"}, ("body", "link")),
        ({"body": "Xem t.me/abc rồi bit.ly/x"}, ("body", "link")),
        ({"picture": "../etc/passwd"}, ("picture", "name")),
        ({"picture": "https://x.vn/a.png"}, ("picture", "name")),
        ({"buttons": (Press("a" * 21),)}, ("buttons", "long")),
        ({"buttons": (Press("A"), Press("A"))}, ("buttons", "twice")),
        ({"buttons": tuple(Press(c) for c in "ABCD")}, ("buttons", "many")),
        ({"buttons": (Press("A", "b", "https://moh.gov.vn"),)}, ("buttons", "both")),
        ({"buttons": (Press("A", link="https://gov.vn.xau.com"),)}, ("buttons", "link")),
        ({"buttons": (Press("A", link="javascript:alert(1)"),)}, ("buttons", "link")),
        ({"question": Question(Asks.POLL, "Đi?", ("Có",))}, ("options", "few")),
        ({"question": Question(Asks.POLL, "Đi?", tuple("ABCDEFG"))}, ("options", "many")),
        ({"question": Question(Asks.POLL, "Đi?", ("Có", "Có "))}, ("options", "twice")),
        ({"question": Question(Asks.SCORE, "", ())}, ("question", "empty")),
        ({"question": Question(Asks.OPEN, "Gì?", ("Có", "Không"))}, ("options", "many")),
        ({"valid_hours": 0}, ("valid_hours", "range")),
        ({"valid_hours": 337}, ("valid_hours", "range")),
        ({"yearly": True}, ("starts_at", "empty")),
        ({"starts_at": MORNING, "late_until": date(2026, 11, 23)}, ("late_until", "order")),
    ],
)
def test_what_does_not_fit_is_named(changes: dict[str, object], problem: tuple[str, str]) -> None:
    assert problem in found(**changes)


@pytest.mark.parametrize(
    ("link", "allowed"),
    [
        ("https://gov.vn", True),
        ("https://moh.gov.vn/tin?x=1", True),
        ("https://GOV.VN/", True),
        ("http://gov.vn", False),
        ("https://xgov.vn", False),
        ("https://gov.vn@xau.com", False),
        ("https://xau.com#gov.vn", False),
        ("https://gov.vn:8443", False),
        ("https://[::1", False),
        ("//gov.vn", False),
    ],
)
def test_links_lead_only_where_they_may(link: str, allowed: bool) -> None:
    assert allowed_link(link, HOSTS) is allowed
    assert not allowed_link(link, ())


def test_ten_thousand_texts_give_only_literals_and_allowed_names() -> None:
    chance = random.Random(3)
    pieces = [
        *(f"{{{name}}}" for name in PLACEHOLDERS),
        "{", "}", "{{", "}}", "{%", "%}", "{#", "$", "\\", "\n", " ", "Chào", "é", "😀", "{0}",
        "{goi.__class__}", "{goi!r}", "{ten_be:>9999999}", "{ goi }", "{GOI}", "{self}", "%s",
        "{{7*7}}", "{% for x in y %}", "{config}", "<b>", "**",
    ]  # fmt: skip
    for _ in range(10_000):
        text = "".join(chance.choice(pieces) for _ in range(chance.randrange(1, 12)))
        values = {
            name: chance.choice(["mẹ", "{goi}", "{ten_be}", "Bống", "{%x%}"]) for name in VALUES
        }
        made = fill(text, values)
        expected, rest = "", text
        while rest:  # the plainest reading: what is exactly a name is replaced, all else stays
            name = next((n for n in PLACEHOLDERS if rest.startswith(f"{{{n}}}")), None)
            if name is None:
                expected, rest = expected + rest[0], rest[1:]
                continue
            value, first = values[name], not said_before(text, rest)
            expected += value[:1].upper() + value[1:] if first else value
            rest = rest[len(name) + 2 :]
        assert made == expected, text
        left = re.sub("|".join(re.escape(f"{{{name}}}") for name in PLACEHOLDERS), "", text)
        assert bool(unknown_braces(text)) is ("{" in left or "}" in left)


def said_before(text: str, rest: str) -> str:
    """What stands before on the same line."""
    before = text[: len(text) - len(rest)]
    return before.rpartition("\n")[2]


def test_braces_that_are_no_placeholder_are_told() -> None:
    assert unknown_braces("Chào {goi}, {ten} và {") == ["{ten}", "{"]
    assert unknown_braces("Chào {goi} ở {thon}, {tram}: {ten_be}") == []


def test_a_name_at_the_beginning_of_a_line_is_capital() -> None:
    assert fill("{goi} ơi, {goi} nhớ\n{ten_be}", VALUES) == "Mẹ ơi, mẹ nhớ\nBống và Na"


def test_states_follow_each_other_as_drawn() -> None:
    for old in State:
        for new in State:
            if new in MOVES[old]:
                assert move(old, new) is new
            else:
                with pytest.raises(NotAllowed, match="state"):
                    move(old, new)
    assert MOVES.keys() == set(State)
    assert not MOVES[State.CANCELLED]
    assert all(State.SENDING not in MOVES[s] for s in (State.DRAFT, State.WAITING))


@pytest.mark.parametrize(
    ("alert", "people", "needed"),
    [(False, 0, 0), (False, 50, 0), (False, 51, 1), (True, 0, 2), (True, 10**6, 2)],
)
def test_the_size_says_who_must_agree(alert: bool, people: int, needed: int) -> None:
    assert approvals_needed(alert, people, 50) == needed


def test_nobody_approves_their_own_or_twice() -> None:
    check_approval(1, (), 2)
    check_approval(1, (2,), 3)
    for author, before, officer, what in ((1, (), 1, "author"), (1, (2,), 2, "twice")):
        with pytest.raises(NotAllowed, match=what):
            check_approval(author, before, officer)


def test_a_start_waits_for_its_time_and_may_be_taken_back_till_then() -> None:
    assert begins_at(None, MORNING) == MORNING
    assert begins_at(MORNING + timedelta(days=1), MORNING) == MORNING + timedelta(days=1)
    assert begins_at(MORNING - timedelta(days=1), MORNING) == MORNING


def test_the_night_puts_off_all_but_alerts() -> None:
    assert first_send(NIGHT, alert=True) == NIGHT
    assert sending_day(NIGHT, alert=True) == date(2026, 11, 24)
    assert first_send(NIGHT, alert=False) == datetime(2026, 11, 25, 0, 0, tzinfo=UTC)
    assert sending_day(NIGHT, alert=False) == date(2026, 11, 25)


def test_a_year_later_is_the_same_day() -> None:
    assert next_year(MORNING) == MORNING.replace(year=2027)
    assert next_year(datetime(2028, 2, 29, 1, tzinfo=UTC)) == datetime(2029, 2, 28, 1, tzinfo=UTC)


def test_problems_are_told_once() -> None:
    poll = Question(Asks.POLL, "Đi?", ("", ""))
    told = problems(replace(GOOD, question=poll))
    assert told.count(Problem("options", "empty")) == 1
