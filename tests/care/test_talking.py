"""Office hours, and how long somebody has waited in them."""

from datetime import UTC, datetime, timedelta

import pytest

from care.cases import Waits
from care.local import NOWHERE, BadSetting, read
from care.talking import USUAL, WAIT, Hours, is_open, minutes_within

MONDAY = datetime(2026, 11, 23, 0, 30, tzinfo=UTC)  # 7:30 in Viet Nam
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize(
    ("after", "here"),
    [
        (timedelta(), True),
        (-MINUTE, False),
        (4 * HOUR - MINUTE, True),
        (4 * HOUR, False),  # 11:30
        (6 * HOUR, True),  # 13:30
        (9.5 * HOUR, False),  # 17:00
        (4 * DAY, True),
        (5 * DAY, False),  # Saturday
    ],
)
def test_officers_are_there_in_office_hours(after: timedelta, here: bool) -> None:
    assert is_open(USUAL, MONDAY + after) is here


@pytest.mark.parametrize(
    ("start", "end", "minutes"),
    [
        (timedelta(), 59 * MINUTE, 59),
        (-HOUR, HOUR, 60),
        (3 * HOUR, 7 * HOUR, 120),  # over the lunch
        (9 * HOUR, DAY + HOUR, 90),  # over the night
        (4 * DAY + 9 * HOUR, 7 * DAY + HOUR, 90),  # over the weekend
        (5 * DAY, 6 * DAY, 0),
        (HOUR, HOUR, 0),
        (timedelta(), 7 * DAY, 5 * 450),
    ],
)
def test_only_office_hours_count(start: timedelta, end: timedelta, minutes: int) -> None:
    assert minutes_within(USUAL, MONDAY + start, MONDAY + end) == minutes


def test_an_area_sets_its_own_hours() -> None:
    found = read({
        "talk_hours": {"days": [7, 2, 2], "hours": ["13:30-17:00", "7:00-11:00"]}, "talk_wait": 90
    })  # fmt: skip
    assert found.talk_hours == Hours((2, 7), ((420, 660), (810, 1020)))
    assert found.talk_wait == 90
    assert (NOWHERE.talk_hours, NOWHERE.talk_wait) == (USUAL, WAIT)


def test_an_area_sets_how_long_a_case_waits_or_some_of_it() -> None:
    assert read({"case_waits": {"calm": 60}}).case_waits == Waits(30, 30, 60)
    every = {"urgent": 5, "urgent_at_night": 720, "calm": 2400}
    assert read({"case_waits": every}).case_waits == Waits(**every)
    assert NOWHERE.case_waits == Waits()


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("talk_wait", 5, "10 to 1440"),
        ("talk_wait", True, "10 to 1440"),
        ("talk_wait", "60", "10 to 1440"),
        ("case_waits", 30, "case_waits is"),
        ("case_waits", {}, "case_waits is"),
        ("case_waits", {"urgent": 30, "slow": 3}, "case_waits is"),
        ("case_waits", {"urgent": 4}, "urgent of case_waits is minutes, 5 to 240"),
        ("case_waits", {"urgent_at_night": True}, "5 to 720"),
        ("case_waits", {"calm": 2401}, "30 to 2400"),
        ("talk_hours", {"days": [1]}, "talk_hours is"),
        ("talk_hours", {"days": [0], "hours": ["7:30-11:30"]}, "1 (Monday) to 7"),
        ("talk_hours", {"days": [8], "hours": ["7:30-11:30"]}, "1 (Monday) to 7"),
        ("talk_hours", {"days": [], "hours": ["7:30-11:30"]}, "1 (Monday) to 7"),
        ("talk_hours", {"days": [1], "hours": []}, "talk_hours is"),
        ("talk_hours", {"days": [1], "hours": ["7:30"]}, "like 7:30-11:30"),
        ("talk_hours", {"days": [1], "hours": ["7:30-25:00"]}, "like 7:30-11:30"),
        ("talk_hours", {"days": [1], "hours": [730]}, "like 7:30-11:30"),
        ("talk_hours", {"days": [1], "hours": ["11:30-7:30"]}, "ends before it begins"),
        ("talk_hours", {"days": [1], "hours": ["7:00-11:00", "10:00-12:00"]}, "overlap"),
    ],
)
def test_what_cannot_be_is_refused(name: str, value: object, said: str) -> None:
    with pytest.raises(BadSetting, match=said.replace("(", r"\(").replace(")", r"\)")):
        read({name: value})
