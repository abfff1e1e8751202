"""What an area may decide, and how it is told that something cannot be."""

from datetime import date
from typing import Any

import pytest

from care.local import LONGEST_PLACE, NOWHERE, SWITCHES, BadSetting, Local, Session, read
from care.yearly import YearDay

STATION = {"days": [20, 5, 20], "place": " Trạm Y tế ", "time": "7:30"}


def test_without_a_setting_nothing_is_decided() -> None:
    assert read({}) == NOWHERE == Local()


@pytest.mark.parametrize("name", sorted(SWITCHES))
def test_a_switch_is_on_or_off(name: str) -> None:
    assert read({name: True}).on == {name}
    assert read({name: False}) == NOWHERE


def test_the_days_of_the_station_rise_and_stand_once() -> None:
    assert read({"vaccine_session": STATION}).session == Session((5, 20), "Trạm Y tế", "7:30")
    assert read({"vaccine_session": {"days": [31]}}).session == Session((31,))


@pytest.mark.parametrize("time", ["0:00", "07:30", "7:30", "23:59", ""])
def test_hours_as_people_write_them(time: str) -> None:
    session = read({"vaccine_session": {"days": [1], "time": time}}).session
    assert session == Session((1,), "", time)


def test_a_duty_is_off_or_has_days_of_its_own() -> None:
    days = {"from": "--04-15", "to": "--07-31"}
    found = read({"duty.deworming": "off", "duty.grade1_enrolled": days})
    assert found.off == {"deworming"}
    assert found.windows == {"grade1_enrolled": (YearDay(4, 15, 0), YearDay(7, 31, 0))}
    one_day = read({"duty.a": {"from": "--12-31", "to": "--12-31"}}).windows["a"]
    assert one_day == (YearDay(12, 31, 0), YearDay(12, 31, 0))
    assert one_day[0].of(date(2026, 3, 1)) == date(2026, 12, 31)


def test_all_together() -> None:
    every: dict[str, Any] = {
        "pcv": True, "deworming": False, "vaccine_session": STATION, "duty.eye_check": "off",
    }  # fmt: skip
    found = read(every)
    assert found == Local(
        frozenset({"pcv"}), frozenset({"eye_check"}), {}, Session((5, 20), "Trạm Y tế", "7:30")
    )


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("pcv", "true", "pcv is true or false"),
        ("pcv", 1, "pcv is true or false"),
        ("deworming", None, "deworming is true or false"),
        ("moon", True, "no setting 'moon'; there are deworming, pcv, vitamin_a_59"),
        ("", True, "no setting ''"),
        ("vaccine_session", [5], 'vaccine_session is {"days": [5, 20]'),
        ("vaccine_session", {"day": [5]}, 'vaccine_session is {"days": [5, 20]'),
        ("vaccine_session", {}, "the days of vaccine_session are days of the month"),
        ("vaccine_session", {"days": []}, "the days of vaccine_session are"),
        ("vaccine_session", {"days": 5}, "the days of vaccine_session are"),
        ("vaccine_session", {"days": [0]}, "the days of vaccine_session are"),
        ("vaccine_session", {"days": [32]}, "the days of vaccine_session are"),
        ("vaccine_session", {"days": [True]}, "the days of vaccine_session are"),
        ("vaccine_session", {"days": ["5"]}, "the days of vaccine_session are"),
        ("vaccine_session", {"days": [5.0]}, "the days of vaccine_session are"),
        ("vaccine_session", {"days": [5], "place": 7}, "the place of vaccine_session"),
        ("vaccine_session", {"days": [5], "place": "x" * (LONGEST_PLACE + 1)}, "at most 120"),
        ("vaccine_session", {"days": [5], "time": "25:00"}, "is like 7:30"),
        ("vaccine_session", {"days": [5], "time": "7h30"}, "is like 7:30"),
        ("vaccine_session", {"days": [5], "time": 730}, "is like 7:30"),
        ("duty.a", "on", 'duty.a is "off" or {"from"'),
        ("duty.a", True, 'duty.a is "off" or {"from"'),
        ("duty.a", {"from": "--04-15"}, 'duty.a is "off" or {"from"'),
        ("duty.a", {"from": "--04-15", "to": "--07-31", "x": 1}, 'duty.a is "off" or'),
        ("duty.a", {"from": "15/04", "to": "--07-31"}, "a day of duty.a is like --04-15"),
        ("duty.a", {"from": "--04-15", "to": 731}, "a day of duty.a is like --04-15"),
        ("duty.a", {"from": "--13-01", "to": "--07-31"}, "a day of duty.a is like --04-15"),
        ("duty.a", {"from": "--04-31", "to": "--07-31"}, "--04-31 of duty.a does not come"),
        ("duty.a", {"from": "--02-29", "to": "--07-31"}, "--02-29 of duty.a does not come"),
        ("duty.a", {"from": "--08-01", "to": "--07-31"}, "duty.a ends before it begins"),
    ],
)
def test_what_cannot_be_says_why(name: str, value: Any, said: str) -> None:
    with pytest.raises(BadSetting) as refused:
        read({"vitamin_a_59": True, name: value})
    assert said in str(refused.value)
