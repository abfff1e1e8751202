from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from care import parsing
from care.parsing import DateProblem, When

TODAY = date(2026, 11, 24)


def due_in(days: int) -> date:
    return TODAY + timedelta(days=days)


@pytest.mark.parametrize(
    ("typed", "due", "precision"),
    [
        ("12/3/2027", date(2027, 3, 12), "day"),
        ("12/3", date(2027, 3, 12), "day"),
        ("dự sinh ngày 12 tháng 3 ạ", date(2027, 3, 12), "day"),
        ("12/3 sang năm", date(2027, 3, 12), "day"),
        ("120327", date(2027, 3, 12), "day"),
        ("24/11", TODAY, "day"),
        ("25/12", date(2026, 12, 25), "day"),
        ("15/11", date(2026, 11, 15), "day"),
        ("tháng 3", date(2027, 3, 15), "month"),
        ("3/2027", date(2027, 3, 15), "month"),
        ("tháng 11", TODAY, "month"),
        ("tháng sau", date(2026, 12, 15), "month"),
        ("tháng tới", date(2026, 12, 15), "month"),
        ("tháng sáu", date(2027, 6, 15), "month"),
        ("hôm nay", TODAY, "day"),
        ("ngày mai", due_in(1), "day"),
        ("20 tuần", due_in(140), "about"),
        ("20 tuan", due_in(140), "about"),
        ("thai 20 tuần 3 ngày", due_in(137), "about"),
        ("20w3d", due_in(137), "about"),
        ("20+3", due_in(137), "about"),
        ("20 tuần 3/7", due_in(137), "about"),
        ("hai mươi tuần", due_in(140), "about"),
        ("con em được 20 tuần", due_in(140), "about"),
        ("tuần 12", due_in(196), "about"),
        ("tuần thứ 12", due_in(196), "about"),
        ("được 5 tháng", due_in(280 - 152), "about"),
        ("bầu 5 tháng rưỡi", due_in(280 - 167), "about"),
        ("9 tháng 10 ngày", due_in(280 - 284), "about"),
        ("còn 8 tuần nữa", due_in(56), "about"),
        ("con 8 tuan nua", due_in(56), "about"),
        ("còn 8 tuần", due_in(56), "about"),
        ("con 8 tuan la sinh", due_in(56), "about"),
        ("2 tháng nữa sinh", due_in(61), "about"),
        ("3 tháng sau", due_in(91), "about"),
        ("kinh cuối 1/9/2026", date(2027, 6, 8), "day"),
        ("kỳ kinh chót ngày 1 tháng 9", date(2027, 6, 8), "day"),
        ("mất kinh từ 1/9", date(2027, 6, 8), "day"),
        ("kinh cuoi cach day 6 tuan", due_in(280 - 42), "about"),
    ],
)
def test_a_due_date_is_read_or_counted(typed: str, due: date, precision: str) -> None:
    when = parsing.parse_due(typed, TODAY)
    assert isinstance(when, When)
    assert (when.on, when.precision) == (due, precision)


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("", DateProblem.UNREADABLE),
        ("20", DateProblem.UNREADABLE),
        ("thang sau", DateProblem.UNREADABLE),
        ("tuần sau", DateProblem.UNREADABLE),
        ("tuần 12 ngày 3", DateProblem.UNREADABLE),
        ("3 tháng tuổi", DateProblem.UNREADABLE),
        ("2 tuổi", DateProblem.UNREADABLE),
        ("trễ kinh 5 ngày", DateProblem.UNREADABLE),
        ("12/3 âm lịch", DateProblem.UNREADABLE),
        ("30/2", DateProblem.IMPOSSIBLE),
        ("50 tuần", DateProblem.IMPOSSIBLE),
        ("12/3/2028", DateProblem.TOO_FAR),
        ("20/10", DateProblem.TOO_FAR),
        ("12/3/2026", DateProblem.TOO_OLD),
        ("kinh cuối 1/1/2026", DateProblem.TOO_FAR),
        ("kinh cuối 1/1/2015", DateProblem.TOO_FAR),
        ("kinh cuối 1/1/2027", DateProblem.FUTURE),
        ("kinh cuối", DateProblem.UNREADABLE),
    ],
)
def test_what_cannot_be_a_due_date_is_named(typed: str, problem: DateProblem) -> None:
    assert parsing.parse_due(typed, TODAY) is problem


@given(st.integers(0, 294))
def test_the_last_period_is_280_days_before_the_due_date(days: int) -> None:
    started = TODAY - timedelta(days=days)
    when = parsing.parse_last_period(f"{started:%d/%m/%Y}", TODAY)
    assert when == When(started + timedelta(days=280), "day")


@pytest.mark.parametrize(
    ("typed", "looks"),
    [
        ("kinh cuối 1/9", True),
        ("KINH CHOT 1/9", True),
        ("kỳ kinh của em", True),
        ("hành kinh ngày 1/9", True),
        ("mat kinh tu thang 9", True),
        ("kinh nguyệt cuối", True),
        ("dự sinh 1/9", False),
        ("kinh tế", False),
        ("mất kính", False),
    ],
)
def test_a_last_period_is_recognised_by_its_words(typed: str, looks: bool) -> None:
    assert parsing.looks_like_last_period(typed) is looks


@pytest.mark.parametrize(
    ("typed", "weeks"),
    [
        ("32", 32),
        ("32 ạ", 32),
        ("khoảng 32", 32),
        ("32 tuần", 32),
        ("32 tuan", 32),
        ("ba mươi hai tuần", 32),
        ("32w", 32),
        ("32+5", 32),
        ("sinh lúc 34 tuần 5 ngày", 34),
        ("sinh non 34 tuần", 34),
        ("sinh non lúc 34 tuần", 34),
        ("sinh ở tuần thứ 34", 34),
        ("sớm 8 tuần", 32),
        ("sinh sớm 1 tháng", 36),
        ("sinh non 2 tháng", 31),
        ("thiếu 2 tuần", 38),
        ("sớm 10 ngày", 38),
        ("trước 3 tuần", 37),
        ("muộn 1 tuần", 41),
        ("8 tháng", 35),
        ("sinh sớm, 8 tháng", 35),
        ("7 tháng rưỡi", 32),
        ("9 tháng 10 ngày", 40),
        ("đủ tháng ạ", 40),
        ("không đủ tháng", None),
        ("21 tuần", None),
        ("43", None),
        ("99", None),
        ("5", None),
        ("2 tuổi", None),
        ("34-35 tuần", None),
        ("12/3/2026", None),
        ("3,2kg", None),
        ("không nhớ", None),
        ("", None),
    ],
)
def test_completed_weeks_at_birth(typed: str, weeks: int | None) -> None:
    assert parsing.parse_gestation_weeks(typed) == weeks
