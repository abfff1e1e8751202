"""Whether a reminder goes, waits or is not needed, and where a visit stands with its doses."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta

import pytest

from care.choosing import Reason
from care.duties import Record, Source, Standing, State, Told, standing
from care.immunisation import due_now
from care.local import NOWHERE, Local, Session
from care.people import Child
from care.reminding import (
    Rules,
    Withheld,
    better_now,
    copied,
    known_doses,
    next_session,
    shots_of,
    standing_of,
    standings,
    withheld,
)
from content.library import Library
from tests.care.families import born, expected

DAY = timedelta(days=1)
BORN = date(2026, 8, 31)
TWO, THREE = date(2026, 10, 31), date(2026, 11, 30)  # full months
AT_BIRTH = ("hepb0", "bcg1")
AT_TWO = ("penta1", "opv1", "rota1")
AT_THREE = ("penta2", "opv2", "rota2")
PCV = Local(on=frozenset({"pcv"}))
STATION = Local(session=Session((5, 20), "Trạm Y tế", "7:30"))

Told_ = Mapping[str, Record]


@pytest.fixture
def rules(library: Library) -> Rules:
    return library.rules


def given(day: date | None, doses: Iterable[str], state: Told = Told.DONE) -> dict[str, Record]:
    return {dose: Record(state, day) for dose in doses}


def asked(
    rules: Rules,
    duty: str,
    today: date,
    told: Told_ | None = None,
    local: Local = NOWHERE,
    child: Child | None = None,
) -> Withheld | None:
    return withheld(rules, duty, child or born(BORN), told or {}, today, local)


def stands(
    rules: Rules, duty: str, today: date, told: Told_ | None = None, local: Local = NOWHERE
) -> Standing:
    return standing_of(rules, rules.duties[duty], born(BORN), told or {}, today, local)


# Duties without doses


def test_of_a_child_of_whom_nothing_is_known_the_calendar_decides(rules: Rules) -> None:
    for duty, day in (("birth_registered", BORN + 7 * DAY), ("ck46", date(2027, 1, 5))):
        assert asked(rules, duty, day) is None
    early = date(2027, 5, 30)  # told before the round, so that the family can come
    assert standing(rules.duties["vitamin_a"], born(BORN), {}, early).state is State.NOT_YET
    assert asked(rules, "vitamin_a", early) is None


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (Told.DONE, Reason.DONE),
        (Told.NOT_APPLICABLE, Reason.NOT_FOR_CHILD),
        (Told.REFUSED, Reason.REFUSED),
    ],
)
@pytest.mark.parametrize("duty", ["birth_registered", "vx2m"])
def test_what_is_settled_is_not_reminded_of(
    rules: Rules, duty: str, said: Told, reason: Reason
) -> None:
    assert asked(rules, duty, TWO, {duty: Record(said)}) == Withheld(reason)


@pytest.mark.parametrize("said", [Told.MISSED, Told.UNKNOWN])
def test_what_is_not_done_yet_is_reminded_of(rules: Rules, said: Told) -> None:
    assert asked(rules, "birth_registered", TWO, {"birth_registered": Record(said)}) is None


def test_what_cannot_be_done_is_not_reminded_of(rules: Rules) -> None:
    closes = date(2027, 3, 31)  # 7 months
    assert asked(rules, "ck46", closes) is None
    assert asked(rules, "ck46", closes + DAY) == Withheld(Reason.CLOSED)
    two = date(2028, 12, 1)
    assert asked(rules, "deworming", two) == Withheld(Reason.NOT_HERE)
    assert asked(rules, "deworming", two, local=Local(on=frozenset({"deworming"}))) is None
    no_card = Local(off=frozenset({"ck46"}))
    assert asked(rules, "ck46", closes, local=no_card) == Withheld(Reason.NOT_HERE)
    old = replace(rules.duties["ck46"], valid_to=closes - DAY)
    assert asked(Rules({"ck46": old}), "ck46", closes) == Withheld(Reason.NO_RULE)
    assert asked(rules, "birth_registered", TWO, child=expected(TWO)) == Withheld(
        Reason.NOT_FOR_CHILD
    )


def test_a_duty_put_off_rests_until_its_day(rules: Rules) -> None:
    until = BORN + 30 * DAY
    for duty in ("birth_registered", "vx2m"):
        told = {duty: Record(Told.PUT_OFF, until)}
        assert asked(rules, duty, until - DAY, told) == Withheld(Reason.PUT_OFF)
        assert asked(rules, duty, until, told) is None


def test_a_duty_after_another_one_is_looked_at_again_in_a_week(rules: Rules) -> None:
    day = BORN + 30 * DAY
    open_ = {"birth_registered": Record(Told.MISSED)}
    assert asked(rules, "health_card", day, open_) == Withheld(Reason.OTHER_FIRST, day + 7 * DAY)
    assert asked(rules, "health_card", day) is None  # of most families nothing is known
    told = {"birth_registered": Record(Told.DONE, day - 9 * DAY)}
    assert asked(rules, "health_card", day, told) is None


def test_an_interval_is_waited_for_to_the_day(rules: Rules) -> None:
    mother, first, second = expected(date(2027, 3, 1)), "tetanus_pregnancy", "tetanus_pregnancy2"
    told = {first: Record(Told.DONE, date(2026, 10, 10))}
    ends = date(2026, 11, 7)
    for day in (date(2026, 10, 19), ends - DAY):
        assert asked(rules, second, day, told, child=mother) == Withheld(Reason.NOT_YET, ends)
    assert asked(rules, second, ends, told, child=mother) is None
    early = date(2026, 7, 20)  # before its week, and the first one is not known
    opens = date(2026, 8, 3)
    assert asked(rules, second, early, child=mother) == Withheld(Reason.NOT_YET, opens)


def test_a_duty_that_no_rule_defines_ends_when_it_is_done(rules: Rules) -> None:
    assert asked(rules, "unheard", TWO) is None
    assert asked(rules, "unheard", TWO, {"unheard": Record(Told.REFUSED)}) is None
    assert asked(rules, "unheard", TWO, {"unheard": Record(Told.DONE)}) == Withheld(Reason.DONE)


# Visits to the station


def test_a_visit_is_done_by_its_doses(rules: Rules) -> None:
    told = given(TWO, AT_TWO)
    assert stands(rules, "vx2m", THREE, told) == Standing(State.DONE)
    assert asked(rules, "vx2m", THREE, told) == Withheld(Reason.DONE)
    assert stands(rules, "vx2m", THREE, told, PCV).state is State.OPEN  # one more where there is
    for missing in AT_TWO:
        some = {dose: record for dose, record in told.items() if dose != missing}
        assert stands(rules, "vx2m", THREE, some).state is not State.DONE
        assert asked(rules, "vx2m", THREE, some) is None


def test_a_dose_nobody_remembers_is_not_asked_for(rules: Rules) -> None:
    told = given(None, AT_TWO, Told.UNKNOWN)
    assert stands(rules, "vx2m", THREE, told).state is State.DONE


def test_a_visit_without_any_record_stands_as_the_calendar_says(rules: Rules) -> None:
    for day in (BORN, TWO, THREE, date(2027, 4, 1)):
        for id_, duty in rules.duties.items():
            assert stands(rules, id_, day) == standing(duty, born(BORN), {}, day)
    for duty_id, day in (("vx2m", TWO), ("vx3m", THREE), ("vx18m", date(2028, 3, 1))):
        assert asked(rules, duty_id, day) is None


def test_a_late_dose_makes_the_next_visit_wait_for_its_interval(rules: Rules) -> None:
    late = date(2026, 11, 20)
    told = given(BORN, AT_BIRTH) | given(late, AT_TWO)
    ends = date(2026, 12, 18)  # 28 days
    found = stands(rules, "vx3m", THREE, told)
    assert (found.state, found.opens, found.due) == (State.NOT_YET, ends, ends + 2 * DAY)
    assert asked(rules, "vx3m", THREE, told) == Withheld(Reason.NOT_YET, ends)
    assert asked(rules, "vx3m", ends - DAY, told) == Withheld(Reason.NOT_YET, ends)
    assert asked(rules, "vx3m", ends, told) is None
    on_time = given(BORN, AT_BIRTH) | given(TWO, AT_TWO)
    assert asked(rules, "vx3m", THREE, on_time) is None  # the control


def test_a_visit_is_overdue_a_month_after_its_doses_were(rules: Rules) -> None:
    told = given(BORN, AT_BIRTH)
    assert stands(rules, "vx2m", TWO, told).state is State.OPEN
    assert stands(rules, "vx2m", TWO + 31 * DAY, told).state is State.OVERDUE
    assert stands(rules, "vx2m", TWO - DAY, told).state is State.NOT_YET


def test_a_reminder_goes_for_whatever_may_be_given(rules: Rules) -> None:
    """The doses of two months are given, the one of birth against tuberculosis is not."""
    told = given(BORN, ("hepb0",)) | given(date(2026, 11, 20), AT_TWO)
    assert due_now(shots_of(rules, born(BORN), told, THREE, NOWHERE)) == ["bcg1"]
    assert asked(rules, "vx3m", THREE, told) is None


def test_a_dose_of_the_first_day_that_was_missed_is_over(rules: Rules) -> None:
    day = BORN + 5 * DAY
    told = given(None, ("hepb0",), Told.MISSED)
    assert stands(rules, "vx0", day, told) == Standing(State.CLOSED)
    all_else = told | given(None, (dose for dose in rules.doses if dose != "hepb0"))
    assert asked(rules, "vx0", day, all_else) == Withheld(Reason.CLOSED)


def test_a_visit_marked_done_is_open_when_a_dose_of_it_is_missing(rules: Rules) -> None:
    told = {"vx2m": Record(Told.DONE)} | given(TWO, ("penta1", "opv1"))
    missing = told | given(None, ("rota1",), Told.MISSED)
    for known in (told, missing):
        assert stands(rules, "vx2m", THREE, known).state is State.OPEN
    assert stands(rules, "vx2m", THREE, {"vx2m": told["vx2m"]}).state is State.DONE


def test_a_refused_visit_stays_refused_whatever_is_given_elsewhere(rules: Rules) -> None:
    told = {"vx2m": Record(Told.REFUSED)} | given(BORN, AT_BIRTH)
    assert stands(rules, "vx2m", THREE, told) == Standing(State.REFUSED)
    assert asked(rules, "vx2m", THREE, told) == Withheld(Reason.REFUSED)


def test_a_visit_put_off_says_until_when(rules: Rules) -> None:
    told = {"vx2m": Record(Told.PUT_OFF, THREE)} | given(BORN, AT_BIRTH)
    assert stands(rules, "vx2m", TWO, told).until == THREE
    assert asked(rules, "vx2m", TWO, told) == Withheld(Reason.PUT_OFF)


def test_all_duties_stand_in_the_order_of_the_file(rules: Rules) -> None:
    told = given(BORN, AT_BIRTH)
    every = standings(rules, born(BORN), told, TWO, PCV)
    assert list(every) == list(rules.duties)
    assert all(every[id_] == stands(rules, id_, TWO, told, PCV) for id_ in every)


@pytest.mark.parametrize("weeks", [26, 34])
def test_a_child_born_early_is_vaccinated_by_its_real_age(rules: Rules, weeks: int) -> None:
    early = born(BORN, weeks)
    for told in ({}, given(BORN, AT_BIRTH)):
        for day in (TWO - DAY, TWO, THREE):
            assert asked(rules, "vx2m", day, told, child=early) == asked(rules, "vx2m", day, told)
            assert standings(rules, early, told, day, PCV) == standings(
                rules, born(BORN), told, day, PCV
            )


# The days of the station


@pytest.mark.parametrize(
    ("today", "retry"),
    [
        (date(2026, 11, 6), date(2026, 11, 13)),
        (date(2026, 11, 12), date(2026, 11, 13)),
        (date(2026, 11, 13), None),  # a week before
        (date(2026, 11, 20), None),  # the day itself
        (date(2026, 11, 21), date(2026, 11, 28)),
    ],
)
def test_a_visit_is_called_for_a_week_before_the_session(
    rules: Rules, today: date, retry: date | None
) -> None:
    wanted = Withheld(Reason.SESSION, retry) if retry else None
    assert asked(rules, "vx2m", today, local=STATION) == wanted
    assert asked(rules, "vx2m", today, given(BORN, AT_BIRTH), STATION) == wanted
    assert asked(rules, "vx2m", today) is None
    assert asked(rules, "birth_registered", today, local=STATION) is None  # no visit


def test_the_interval_comes_before_the_session(rules: Rules) -> None:
    told = given(BORN, AT_BIRTH) | given(date(2026, 11, 20), AT_TWO)
    ends = date(2026, 12, 18)
    assert asked(rules, "vx3m", THREE, told, STATION) == Withheld(Reason.NOT_YET, ends)
    assert asked(rules, "vx3m", ends, told, STATION) is None
    late = Local(session=Session((28,)))
    waits = Withheld(Reason.SESSION, date(2026, 12, 21))
    assert asked(rules, "vx3m", ends, told, late) == waits


def test_a_session_after_the_last_day_is_not_waited_for() -> None:
    last = date(2026, 11, 30)
    assert better_now(Withheld(Reason.SESSION, last + DAY), last)
    assert not better_now(Withheld(Reason.SESSION, last), last)
    assert not better_now(Withheld(Reason.NOT_YET, last + DAY), last)
    assert not better_now(Withheld(Reason.DONE), last)


def test_the_next_session() -> None:
    assert next_session(NOWHERE, TWO) is None
    assert next_session(STATION, date(2026, 11, 20)) == date(2026, 11, 20)
    assert next_session(STATION, date(2026, 11, 21)) == date(2026, 12, 5)


# What is known of doses


def test_doses_are_known_once_anything_is_told_of_one(rules: Rules) -> None:
    assert not known_doses(rules, {})
    assert not known_doses(rules, {"vx2m": Record(Told.DONE), "residence": Record(Told.DONE)})
    for state in (Told.DONE, Told.MISSED, Told.UNKNOWN):
        assert known_doses(rules, given(None, ("hepb0",), state))


def test_a_child_that_is_not_born_has_no_doses(rules: Rules) -> None:
    assert shots_of(rules, expected(TWO), {}, TWO, NOWHERE) == {}
    assert copied(rules, expected(TWO), (), TWO, NOWHERE) == {}


FIVE = date(2027, 2, 10)  # of a child of 31/08/2026: 5 months and 10 days
DUE_BY_FIVE = {*AT_BIRTH, *AT_TWO, *AT_THREE, "penta3", "opv3", "ipv1"}


def test_a_book_copied_up_to_a_visit_knows_what_is_missing_since(rules: Rules) -> None:
    told = copied(rules, born(BORN), [*AT_BIRTH, *AT_TWO, *AT_THREE], FIVE, NOWHERE)
    assert set(told) == DUE_BY_FIVE
    assert {record.source for record in told.values()} == {Source.CARD}
    assert {record.day for record in told.values()} == {None}
    missing = {dose for dose, record in told.items() if record.state is Told.MISSED}
    assert missing == {"penta3", "opv3", "ipv1"}
    assert set(due_now(shots_of(rules, born(BORN), told, FIVE, NOWHERE))) == missing
    assert stands(rules, "vx3m", FIVE, told).state is State.DONE
    assert stands(rules, "vx4m", FIVE, told).state is State.OVERDUE


def test_a_book_without_a_dose_asks_for_what_can_still_be_given(rules: Rules) -> None:
    told = copied(rules, born(BORN), (), FIVE, NOWHERE)
    assert set(told) == DUE_BY_FIVE
    assert {record.state for record in told.values()} == {Told.MISSED}
    due = due_now(shots_of(rules, born(BORN), told, FIVE, NOWHERE))
    assert due == ["bcg1", "penta1", "opv1", "rota1", "ipv1"]


def test_a_book_nobody_remembers_is_left_to_the_station(rules: Rules) -> None:
    told = copied(rules, born(BORN), None, FIVE, NOWHERE)
    assert set(told) == DUE_BY_FIVE
    assert {record.state for record in told.values()} == {Told.UNKNOWN}
    assert due_now(shots_of(rules, born(BORN), told, FIVE, NOWHERE)) == []


def test_the_future_is_never_copied(rules: Rules) -> None:
    every = list(rules.doses)
    assert set(copied(rules, born(BORN), every, BORN, NOWHERE)) == set(AT_BIRTH)
    assert set(copied(rules, born(BORN), every, TWO - DAY, NOWHERE)) == set(AT_BIRTH)
    assert set(copied(rules, born(BORN), every, TWO, NOWHERE)) == {*AT_BIRTH, *AT_TWO}


def test_only_what_the_area_offers_is_copied(rules: Rules) -> None:
    every = list(rules.doses)
    here = copied(rules, born(BORN), every, FIVE, PCV)
    assert set(here) - DUE_BY_FIVE == {"pcv1", "pcv2"}


def test_doses_of_the_same_age_are_told_apart(rules: Rules) -> None:
    told = copied(rules, born(BORN), ["hepb0"], BORN + 20 * DAY, NOWHERE)
    assert told["hepb0"].state is Told.DONE
    assert told["bcg1"].state is Told.MISSED
