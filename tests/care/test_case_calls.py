"""Whom the clock calls: against a slow second opinion over all small worlds."""

import itertools
from dataclasses import replace

import pytest

from care.case_calls import Seat, called, next_step, seconds
from care.cases import Act, Case
from tests.care.a_case import NOW, a_case

COUNTRY, PROVINCE, COMMUNE = 0, 1, 2
LAN, HOA = Seat(1, COMMUNE, deputy=False), Seat(2, COMMUNE, deputy=True)
MAI, TOP = Seat(3, PROVINCE, deputy=False), Seat(4, COUNTRY, deputy=False)
DEPUTY_ABOVE = Seat(5, PROVINCE, deputy=True)
EVERYBODY = (LAN, HOA, MAI, TOP, DEPUTY_ABOVE)


def lives(case: Case, seats: tuple[Seat, ...]) -> list[tuple[Act, int, int]]:
    """Everything the clock does while nobody ever opens it."""
    found = []
    while step := next_step(case, seats, True):
        found.append((step.act, step.stage, step.highest))
        case = replace(case, stage=step.stage, highest=step.highest, called_at=NOW)
        assert len(found) < 9
    return found


def test_the_officers_then_their_deputies_then_one_unit_up_at_a_time() -> None:
    assert lives(a_case(), EVERYBODY) == [
        (Act.DEPUTY_CALLED, 1, COMMUNE),
        (Act.CLIMBED, 2, PROVINCE),
        (Act.CLIMBED, 3, COUNTRY),
    ]


def test_without_a_deputy_it_goes_on_at_once() -> None:
    assert lives(a_case(), (LAN, MAI)) == [(Act.CLIMBED, 2, PROVINCE)]


def test_a_unit_without_anybody_is_passed_over() -> None:
    assert lives(a_case(), (LAN, TOP)) == [(Act.CLIMBED, 2, COUNTRY)]


def test_nothing_happens_in_time() -> None:
    assert next_step(a_case(), EVERYBODY, False) is None


def test_where_only_a_deputy_is_the_deputy_is_called_at_once() -> None:
    step = next_step(a_case(), (HOA, MAI), False)
    assert step is not None
    assert (step.act, step.stage) == (Act.DEPUTY_CALLED, 1)


def test_where_nobody_is_it_climbs_at_once_and_deputies_there_wait_their_turn() -> None:
    step = next_step(a_case(), (MAI, DEPUTY_ABOVE), False)
    assert step is not None
    assert (step.act, step.stage, step.highest) == (Act.CLIMBED, 0, PROVINCE)
    case = replace(a_case(), highest=step.highest)
    assert called(case, (MAI, DEPUTY_ABOVE)) == [MAI]
    assert called(replace(case, stage=1), (MAI, DEPUTY_ABOVE)) == [MAI, DEPUTY_ABOVE]


def test_nobody_anywhere_is_left_where_it_is() -> None:
    assert next_step(a_case(), (), True) is None


def test_nobody_below_the_lowest_unit_is_ever_called() -> None:
    about_the_commune = a_case(lowest=PROVINCE, highest=PROVINCE)
    assert called(about_the_commune, EVERYBODY) == [MAI]
    assert lives(about_the_commune, (LAN, HOA)) == []


def test_an_end_needs_a_second_officer_if_need_be_above() -> None:
    asked = a_case(waiting_since=None, close_asked_at=NOW, close_asked_by=LAN.officer_id)
    assert next_step(asked, EVERYBODY, False) is None
    assert seconds(asked, EVERYBODY) == [HOA]
    step = next_step(asked, (LAN, MAI), False)
    assert step is not None
    assert (step.act, step.stage, step.highest) == (Act.CLIMBED, 0, PROVINCE)
    assert next_step(asked, (LAN,), False) is None


@pytest.mark.parametrize("late", [False, True])
def test_a_closed_case_is_left_alone(late: bool) -> None:
    assert next_step(a_case(closed_at=NOW), EVERYBODY, late) is None
    assert next_step(a_case(closed_at=NOW, close_asked_at=NOW), (), late) is None


def test_in_every_small_world_it_ends_with_somebody_above_or_everybody_was_called() -> None:
    for size in range(len(EVERYBODY) + 1):
        for seats in itertools.combinations(EVERYBODY, size):
            for lowest in (COUNTRY, PROVINCE, COMMUNE):
                case = a_case(lowest=lowest, highest=lowest)
                steps = lives(case, seats)
                heights = [highest for _, _, highest in steps]
                assert heights == sorted(heights, reverse=True)
                reach = {seat for seat in seats if seat.rank <= lowest}
                end = replace(case, stage=steps[-1][1], highest=heights[-1]) if steps else case
                assert set(called(end, seats)) == reach
