"""Doses: single cases as families have them."""

from datetime import date, timedelta

import pytest

from care.age import add_months
from care.immunisation import Shot, State, due_now, next_date, plan, station_days
from tests.care.dose_lives import CHANGED, FROM_BEFORE, ROWS, Known, doses

DAY = timedelta(days=1)
BORN = date(2026, 8, 31)
PCV = frozenset({"pcv"})
DOSES = doses(ROWS)
FIRST = ("penta1", "opv1", "rota1")


def at(
    today: date, given: Known | None = None, born: date = BORN, on: frozenset[str] = frozenset()
) -> dict[str, Shot]:
    return plan(DOSES, born, given or {}, today, on)


def states(shots: dict[str, Shot], *ids: str) -> list[str]:
    return [shots[id_].state.value for id_ in ids]


def test_a_newborn_is_due_for_the_doses_of_birth_and_waits_for_the_rest() -> None:
    shots = at(BORN)
    assert due_now(shots) == ["hepb0", "bcg1"]
    assert list(shots) == list(DOSES)
    assert shots["penta2"].waits_for == "penta1"
    assert shots["penta1"].earliest == shots["penta1"].due == date(2026, 10, 31)
    assert not shots["hepb0"].ask
    assert shots["hepb0"].last == BORN + DAY


def test_the_birth_dose_against_hepatitis_b_is_left_to_the_station_after_the_next_day() -> None:
    assert states(at(BORN + DAY), "hepb0") == ["due"]
    late = at(BORN + 2 * DAY)["hepb0"]
    assert (late.state, late.ask, late.earliest) == (State.TOO_LATE, True, None)


def test_bcg_is_asked_about_after_a_month_and_ends_at_a_year() -> None:
    assert not at(BORN + 30 * DAY)["bcg1"].ask
    missed = at(BORN + 31 * DAY)["bcg1"]
    assert (missed.state, missed.ask) == (State.OVERDUE, True)
    assert missed.last == date(2027, 8, 30)
    assert at(date(2027, 8, 30))["bcg1"].state is State.OVERDUE
    ended = at(date(2027, 8, 31))["bcg1"]
    assert (ended.state, ended.ask) == (State.TOO_LATE, False)


@pytest.mark.parametrize(
    ("born", "full_2", "full_6"),
    [
        (date(2028, 2, 29), date(2028, 4, 29), date(2028, 8, 29)),
        (date(2026, 8, 31), date(2026, 10, 31), date(2027, 2, 28)),
        (date(2027, 8, 31), date(2027, 10, 31), date(2028, 2, 29)),
        (date(2026, 12, 31), date(2027, 2, 28), date(2027, 6, 30)),
    ],
)
def test_months_are_full_on_the_day_of_the_month_or_its_last(
    born: date, full_2: date, full_6: date
) -> None:
    assert due_now(at(full_2 - DAY, {"bcg1": born}, born)) == []
    assert due_now(at(full_2, {"bcg1": born}, born)) == list(FIRST)
    assert at(full_2, {}, born)["rota1"].last == full_6 - DAY
    assert states(at(full_6 - DAY, {}, born), "rota1") == ["overdue"]
    assert states(at(full_6, {}, born), "rota1", "rota2") == ["too_late", "too_late"]


def test_a_dose_is_overdue_when_a_whole_month_has_passed() -> None:
    due = at(BORN)["penta1"].due
    assert due is not None
    assert states(at(due + 30 * DAY), "penta1") == ["due"]
    assert states(at(due + 31 * DAY), "penta1") == ["overdue"]


def test_a_late_first_dose_moves_the_next_ones() -> None:
    first = date(2027, 3, 10)
    shots = at(first, {"penta1": first})
    assert (shots["penta2"].earliest, shots["penta2"].due) == (first + 28 * DAY, first + 30 * DAY)
    assert shots["penta3"].waits_for == "penta2"
    assert shots["penta3"].earliest == first + 56 * DAY
    assert shots["penta3"].due == first + 60 * DAY


def test_a_card_entered_in_bulk_without_days_goes_on_where_it_ends() -> None:
    ids = ("hepb0", "bcg1", "penta1", "penta2", "penta3", "opv1", "opv2", "opv3", "ipv1")
    shots = at(date(2027, 6, 5), dict.fromkeys(ids))
    assert due_now(shots) == ["ipv2", "meas1"]
    assert shots["ipv2"].ask  # its gap is not known
    assert states(shots, "rota1", "rota2", "dpt4") == ["too_late", "too_late", "not_yet"]


def test_a_dose_of_an_unknown_day_was_given_when_it_was_due_but_not_in_the_future() -> None:
    assert at(date(2026, 11, 10), {"penta1": None})["penta2"].earliest == date(2026, 11, 28)
    early = date(2026, 10, 20)  # before it was due
    assert at(early, {"penta1": None})["penta2"].earliest == early + 28 * DAY


def test_who_joins_late_with_nothing_known_gets_first_doses_only() -> None:
    shots = at(BORN + 600 * DAY)
    assert due_now(shots) == ["penta1", "opv1", "ipv1", "meas1", "je1"]
    waiting = {id_: s.waits_for for id_, s in shots.items() if s.waits_for}
    assert waiting["penta2"] == "penta1"
    assert waiting["dpt4"] == "penta3"
    assert waiting["mr2"] == "meas1"
    assert shots["mr2"].earliest == BORN + 628 * DAY


def test_a_series_is_never_begun_again() -> None:
    shots = at(BORN + 600 * DAY, {"dpt4": BORN + 590 * DAY, "opv2": None, "mr2": None})
    assert states(shots, "penta1", "penta2", "penta3", "opv1", "meas1") == ["given"] * 5
    assert states(shots, "opv3") == ["overdue"]


def test_rota_begun_at_5_months_and_10_days_cannot_be_finished() -> None:
    begun = add_months(BORN, 5) + 10 * DAY
    assert states(at(begun), "rota1", "rota2") == ["overdue", "too_late"]
    for n in range(40):
        shot = at(begun + n * DAY, {"rota1": begun})["rota2"]
        assert (shot.state, shot.last) == (State.TOO_LATE, date(2027, 2, 27))
    in_time = date(2027, 1, 30)
    assert at(in_time, {"rota1": in_time})["rota2"].earliest == date(2027, 2, 27)
    assert states(at(in_time + DAY, {"rota1": in_time + DAY}), "rota2") == ["too_late"]


def test_pcv_is_for_the_areas_that_switched_it_on() -> None:
    day = date(2026, 11, 5)
    assert states(at(day), "pcv1", "pcv2", "pcv3") == ["not_here"] * 3
    assert states(at(day, on=PCV), "pcv1", "pcv2") == ["due", "not_yet"]
    moved = at(day, {"pcv1": day - DAY})
    assert states(moved, "pcv1", "pcv2") == ["given", "not_here"]
    assert at(day, {"pcv1": day - DAY}, on=PCV)["pcv2"].earliest == day + 55 * DAY


def test_a_booster_whose_gap_was_not_read_is_asked_about_and_keeps_a_month() -> None:
    third = BORN + 700 * DAY
    fourth = at(third, {"penta3": third})["dpt4"]
    assert (fourth.state, fourth.ask, fourth.earliest) == (State.NOT_YET, True, third + 28 * DAY)
    for id_ in ("ipv2", "pcv3"):
        assert at(BORN, on=PCV)[id_].ask


def test_encephalitis_comes_in_a_week_and_in_a_year() -> None:
    first = date(2027, 8, 31)
    second = at(first, {"je1": first})["je2"]
    assert (second.earliest, second.due, second.ask) == (first + 7 * DAY, first + 7 * DAY, False)
    third = at(first, {"je1": first, "je2": first + 7 * DAY})["je3"]
    assert third.earliest == third.due == first + 372 * DAY


def test_the_dose_at_7_years_comes_even_when_the_one_before_was_missed() -> None:
    seven = date(2033, 8, 31)
    shots = at(seven, {"penta3": None})
    assert states(at(seven - DAY, {"penta3": None}), "td5") == ["not_yet"]
    assert states(shots, "dpt4", "td5") == ["overdue", "due"]
    assert shots["td5"].ask
    assert shots["td5"].waits_for is None


def test_before_its_rule_is_in_force_nothing_is_said_of_a_dose() -> None:
    shots = at(date(2024, 7, 31), born=date(2024, 5, 1))
    assert {shot.state for shot in shots.values()} == {State.NOT_IN_FORCE}
    assert next_date(shots) is None


def test_a_rule_changed_on_1_july_counts_from_then_on_in_the_middle_of_a_series() -> None:
    """Until 30 June 2029 dose 2 comes after 28 days, from 1 July after 60 and 3 months of age."""
    changed, born = doses(CHANGED), date(2029, 4, 1)

    def second(first: date, today: date) -> Shot:
        return plan(changed, born, {"penta1": first}, today)["penta2"]

    first = date(2029, 6, 1)
    assert second(first, date(2029, 6, 20)).earliest == date(2029, 6, 29)
    assert second(first, date(2029, 6, 30)).state is State.DUE
    after_change = second(first, FROM_BEFORE)
    assert (after_change.state, after_change.earliest) == (State.NOT_YET, first + 60 * DAY)
    # The old rule ends before the 28 days do: the new one counts already now.
    assert second(date(2029, 6, 10), date(2029, 6, 20)).earliest == date(2029, 6, 10) + 60 * DAY
    # A limit moved from 6 to 8 months opens the dose again.
    closed = plan(changed, date(2028, 12, 15), {}, date(2029, 6, 20))["rota1"]
    assert (closed.state, closed.earliest) == (State.NOT_YET, FROM_BEFORE)


def test_the_next_date_is_the_first_on_which_more_may_be_given() -> None:
    given = {"hepb0": BORN, "bcg1": BORN}
    shots = at(date(2026, 10, 1), given)
    assert next_date(shots) == date(2026, 10, 31)
    assert next_date({}) is None


@pytest.mark.parametrize(
    ("days", "after", "session"),
    [
        ([10], date(2027, 1, 10), date(2027, 1, 10)),
        ([10], date(2027, 1, 11), date(2027, 2, 10)),
        ([25, 10], date(2027, 1, 11), date(2027, 1, 25)),
        ([31], date(2027, 2, 1), date(2027, 2, 28)),
        ([31], date(2028, 2, 29), date(2028, 2, 29)),
        ([29, 31], date(2027, 2, 28), date(2027, 2, 28)),
        ([1], date(2027, 12, 2), date(2028, 1, 1)),
    ],
)
def test_the_next_session_day(days: list[int], after: date, session: date) -> None:
    assert station_days(days, after) == session
