"""The rules of doses over generated births, days and histories; and that the check would notice."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest

from care import immunisation
from care.age import Offset
from care.immunisation import Dose, Shot, State, due_now, plan, station_days
from tests.care.dose_lives import PROGRAMMES, ROWS, Case, births, broken, days_of, doses, histories
from tests.care.dose_walk import Row, walk

DAY = timedelta(days=1)
PCV = frozenset({"pcv"})
DOSES = doses(ROWS)
HISTORIES = 6_000


def planned(rules: dict[str, Dose], case: Case) -> dict[str, Shot]:
    return plan(rules, case.born, case.given, case.today, case.on)


def differing(rows: list[Row], rules: dict[str, Dose], cases: Iterator[Case]) -> list[str]:
    """Doses of which the two ways of reading the rules do not say the same, in any detail."""
    found = []
    for case in cases:
        second = walk(rows, case.born, case.given, case.today, case.on)
        shots = planned(rules, case)
        assert shots.keys() == second.keys()
        for id_, s in shots.items():
            if (s.state.value, s.earliest, s.due, s.last, s.waits_for, s.ask) != second[id_]:
                found.append(f"{id_} on {case.today} of {case}: {s} {second[id_]}")
    return found


def untold(step: int) -> Iterator[Case]:
    """Every birth, days 0 to 3,000 in steps, nothing told."""
    for born in births():
        for today in days_of(born, step):
            yield Case(born, today, {}, PCV if today.day % 2 else frozenset())


@pytest.mark.parametrize("programme", PROGRAMMES)
def test_a_second_reading_of_the_rules_agrees_on_days_0_to_3000(programme: str) -> None:
    rows = PROGRAMMES[programme]
    assert differing(rows, doses(rows), untold(41)) == []


@pytest.mark.parametrize("programme", PROGRAMMES)
def test_a_second_reading_of_the_rules_agrees_on_any_history(programme: str) -> None:
    rows = PROGRAMMES[programme]
    assert differing(rows, doses(rows), histories(rows, HISTORIES, 16)) == []


def test_nothing_is_proposed_too_soon_or_too_late_or_again_or_forgotten() -> None:
    cases = [c for c in histories(ROWS, HISTORIES, 4) if c.today >= date(2026, 7, 1)]
    cases += untold(101)
    assert [said for case in cases for said in broken(ROWS, case, planned(DOSES, case))] == []
    proposed = {id_ for case in cases for id_ in due_now(planned(DOSES, case))}
    assert proposed == DOSES.keys()


def test_the_first_day_is_the_first_on_which_it_is_proposed() -> None:
    for case in histories(ROWS, 300, 9):
        for id_, shot in planned(DOSES, case).items():
            if shot.state is not State.NOT_YET or shot.waits_for or shot.earliest is None:
                continue
            for day, open_ in ((shot.earliest - DAY, False), (shot.earliest, True)):
                then = planned(DOSES, case._replace(today=day))
                # A day that is assumed moves with today as long as it is not past.
                assert (id_ in due_now(then)) is open_ or None in case.given.values()


@pytest.mark.parametrize("comes", [1.0, 0.6, 0.15])
def test_a_family_that_goes_to_the_sessions_gets_every_dose_once(comes: float) -> None:
    chance = Random(31)
    for born in births()[::6]:
        given: dict[str, date | None] = dict.fromkeys(("hepb0", "bcg1"), born)
        today = born
        while (today - born).days < 3_600:
            today = station_days([chance.choice((5, 31))], today + DAY)
            if chance.random() > comes:
                continue
            case = Case(born, today, dict(given), PCV)
            shots = planned(DOSES, case)
            assert broken(ROWS, case, shots) == []
            given |= dict.fromkeys(due_now(shots), today)
        left = {id_: s.state for id_, s in planned(DOSES, case).items() if id_ not in given}
        assert set(left) <= {"rota1", "rota2"}
        assert set(left.values()) <= {State.TOO_LATE}
        assert not left or comes < 1


# Negative controls: with a rule broken, the second reading must disagree.

real_days, real_under = immunisation._days, immunisation._under


def without(field: str) -> Callable[..., Any]:
    return lambda rule, case: real_days(replace(rule, **{field: None}), case)


def thirty_days(offset: Offset, anchor: date) -> date:
    return anchor + (offset.months * 30 + offset.days) * DAY


def never_late(rule: Dose, case: Any) -> Shot:
    return real_under(replace(rule, latest=None, target=None, catch_up=None), case)


@pytest.mark.parametrize(
    ("where", "name", "instead"),
    [
        (immunisation, "OVERDUE_DAYS", 29),
        (immunisation, "UNREAD_GAP", 0),
        (immunisation, "_days", without("gap")),
        (immunisation, "_days", without("spacing")),
        (immunisation, "_days", without("earliest")),
        (immunisation, "_under", never_late),
        (immunisation, "_last", lambda rule, born_on: rule.latest and rule.latest.after(born_on)),
        (immunisation, "_with_earlier", lambda rules, given: dict(given)),
        (immunisation, "_coming", lambda dose, today: iter([dose])),
        (immunisation, "_missing", lambda rule, case: False),
        (immunisation, "_ask", lambda rule, case: False),
        (Offset, "after", thirty_days),
    ],
    ids=["overdue", "same-day", "gap", "spacing", "age", "limit", "last-day", "again", "versions",
         "alone", "ask", "months"],
)  # fmt: skip
def test_a_broken_rule_is_noticed(
    monkeypatch: pytest.MonkeyPatch, where: Any, name: str, instead: object
) -> None:
    rows = PROGRAMMES["changed"]
    rules = doses(rows)
    assert differing(rows, rules, histories(rows, 250, 7)) == []
    monkeypatch.setattr(where, name, instead)
    assert differing(rows, rules, histories(rows, 250, 7))


@pytest.mark.parametrize(
    ("field", "said"),
    [("gap", "too soon"), ("earliest", "too young"), ("latest", "too late"), (None, "again")],
)
def test_the_promises_notice_as_well(
    monkeypatch: pytest.MonkeyPatch, field: str | None, said: str
) -> None:
    """Of rules without that field, or that begin a series again."""
    rules = doses(ROWS)
    if field is None:
        monkeypatch.setattr(immunisation, "_with_earlier", lambda rules, given: dict(given))
    else:
        change: Any = {field: None}
        rules = {id_: replace(dose, **change) for id_, dose in rules.items()}
    cases = [c for c in histories(ROWS, 1_000, 4) if c.today >= date(2026, 7, 1)]
    complaints = [c for case in cases for c in broken(ROWS, case, planned(rules, case))]
    assert any(c.endswith(said) for c in complaints)
