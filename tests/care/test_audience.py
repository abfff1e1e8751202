"""Audiences as data: strict to read, and ages to the day."""

import json
from datetime import date, timedelta
from typing import Any

import pytest

from care.age import full_months, gestation_days
from care.audience import EVERYBODY, Audience, BadAudience, Problem, Stands, from_json, to_json
from care.people import Role

WHOLE = Audience(
    areas=(3, 7),
    without=(9,),
    months=(6, 35),
    weeks=(20, 40),
    duty="papers.birth",
    stands=Stands.OVERDUE,
    roles=(Role.FATHER, Role.MOTHER),
    answered=4,
    silent=5,
)


@pytest.mark.parametrize("audience", [EVERYBODY, WHOLE, Audience(months=(0, 0))])
def test_what_was_written_is_read_again(audience: Audience) -> None:
    assert from_json(to_json(audience)) == audience


def test_everybody_is_an_empty_object() -> None:
    assert to_json(EVERYBODY) == "{}"


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"ages": [1, 2]}, ("ages", "unknown")),
        ({"months": [36, 6]}, ("months", "order")),
        ({"months": [-1, 6]}, ("months", "range")),
        ({"months": [0, 96]}, ("months", "range")),
        ({"months": [1]}, ("months", "type")),
        ({"months": [True, 6]}, ("months", "type")),
        ({"weeks": [0, 43]}, ("weeks", "range")),
        ({"weeks": "20-40"}, ("weeks", "type")),
        ({"areas": 3}, ("areas", "type")),
        ({"areas": ["3"]}, ("areas", "type")),
        ({"areas": [0]}, ("areas", "range")),
        ({"areas": list(range(1, 500))}, ("areas", "many")),
        ({"areas": [3], "without": [3]}, ("without", "both")),
        ({"roles": ["uncle"]}, ("roles", "unknown")),
        ({"roles": "mother"}, ("roles", "type")),
        ({"duty": ""}, ("duty", "range")),
        ({"duty": 4}, ("duty", "type")),
        ({"stands": "overdue"}, ("stands", "alone")),
        ({"duty": "papers", "stands": "late"}, ("stands", "unknown")),
        ({"answered": 1.0}, ("answered", "type")),
        ({"answered": 4, "silent": 4}, ("silent", "both")),
    ],
)
def test_what_does_not_fit_is_named(given: dict[str, Any], problem: tuple[str, str]) -> None:
    with pytest.raises(BadAudience) as caught:
        from_json(json.dumps(given))
    assert caught.value.problems == [Problem(*problem)]


@pytest.mark.parametrize("text", ["", "[]", "null", "{", '"x"'])
def test_only_an_object_is_an_audience(text: str) -> None:
    with pytest.raises(BadAudience):
        from_json(text)


def test_every_problem_is_told_at_once() -> None:
    with pytest.raises(BadAudience) as caught:
        from_json('{"months": [9, 2], "roles": ["aunt"], "what": 1}')
    assert {p.field for p in caught.value.problems} == {"months", "roles", "what"}


def test_birthdays_are_exactly_those_with_that_age() -> None:
    for today in (date(2026, 11, 24), date(2027, 2, 28), date(2028, 2, 29), date(2026, 3, 31)):
        for months in ((0, 0), (6, 35), (1, 1), (60, 95), (12, 23)):
            span = Audience(months=months).born(today)
            assert span is not None
            for ago in range(3200):
                born = today - timedelta(days=ago)
                fits = months[0] <= full_months(born, today) <= months[1]
                assert (span[0] <= born <= span[1]) is fits, (today, months, born)


def test_due_dates_are_exactly_those_of_these_weeks() -> None:
    today = date(2026, 11, 24)
    for weeks in ((0, 0), (20, 40), (12, 12), (0, 42)):
        span = Audience(weeks=weeks).due(today)
        assert span is not None
        for ahead in range(-30, 300):
            due = today + timedelta(days=ahead)
            fits = weeks[0] <= gestation_days(due, today) // 7 <= weeks[1]
            assert (span[0] <= due <= span[1]) is fits, (weeks, due)
