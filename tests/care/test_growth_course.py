"""What the rules make of a child's weighings: a direction, the station, a doubt."""

from datetime import date, timedelta

import pytest

from care.growth import Measure, Measurement, Sizes
from care.growth_course import Course, Direction, course
from care.growth_doubt import Doubt, doubt
from care.people import Child, ChildState
from content.growth_tables import standards

BORN = date(2026, 3, 12)


def a_child(sex: str | None = "girl", weeks: int | None = None, born_on: date = BORN) -> Child:
    return Child(1, ChildState.BORN, None, born_on, "day", None, weeks, born_on, sex=sex)


def after(days: int, grams: int | None, height: int | None = None) -> Measurement:
    return Measurement(BORN + timedelta(days=days), Sizes(grams, height))


def told(child: Child, *measured: Measurement) -> Course:
    return course(child, measured, standards(child.sex))


@pytest.mark.parametrize(
    ("before", "now", "direction", "station"),
    [
        ((200, 7400), (231, 7800), Direction.UP, False),
        ((200, 7400), (231, 7450), Direction.SLOWER, False),
        ((200, 7400), (231, 7400), Direction.SLOWER, False),
        ((200, 7400), (261, 7400), Direction.SLOWER, True),  # two months without gain
        ((200, 7400), (231, 7300), Direction.DOWN, True),  # less, below two years
        ((800, 12000), (900, 11800), Direction.DOWN, False),  # less, after that
        ((150, 8000), (240, 8010), Direction.SLOWER, True),  # a whole deviation lower
        ((150, 6000), (185, 5600), Direction.DOWN, True),
        ((300, 10500), (331, 11800), Direction.UP, True),  # out of the upper band
        ((300, 11700), (331, 12000), Direction.UP, False),  # was there before
        ((200, 7400), (203, 7400), None, False),  # too soon to tell
        ((0, 3200), (5, 3000), None, False),  # the first days
        ((0, 3200), (5, 2800), Direction.DOWN, True),  # more than a tenth
        ((0, 3200), (16, 3100), Direction.DOWN, True),
    ],
)
def test_the_direction_and_when_the_station_looks(
    before: tuple[int, int], now: tuple[int, int], direction: Direction | None, station: bool
) -> None:
    found = told(a_child(), after(*before), after(*now))
    assert (found.direction, found.station) == (direction, station)
    assert (found.since is None) == (direction is None)


def test_a_first_weighing_has_no_direction() -> None:
    assert told(a_child(), after(200, 7400)) == Course(None, False, None)
    assert told(a_child(), after(200, 5300)) == Course(None, True, None)  # below the band


def test_a_point_on_its_own_low_line_is_not_sent_every_month() -> None:
    small = [after(200, 5700), after(231, 5900), after(262, 6150)]
    assert [told(a_child(), *small[: n + 1]).station for n in range(3)] == [True, False, False]


def test_far_below_the_band_is_sent_every_time() -> None:
    assert told(a_child(), after(200, 4900), after(231, 5100)).station


def test_a_slow_fall_over_three_weighings_is_seen() -> None:
    falling = [after(150, 8600), after(190, 8610), after(245, 8620)]
    assert [told(a_child(), *falling[: n + 1]).station for n in range(3)] == [False, False, True]


def test_height_counts_below_and_bmi_from_two_years() -> None:
    assert told(a_child(), after(200, 7400, 600)).station
    assert not told(a_child(), after(200, 7400, 730)).station
    assert told(a_child(), after(1000, 16500, 900)).station  # BMI above the band
    assert not told(a_child(), after(400, 10500, 720)).station  # the same below two years
    assert told(a_child(), after(200, 7400, 660), after(231, None, 600)).station


def test_without_the_sex_both_curves_must_agree() -> None:
    steps = (after(200, 7400), after(231, 7800))
    assert told(a_child(None), *steps) == told(a_child(), *steps)
    only_for_boys = after(183, 6200)  # below the band of boys, not of girls
    assert told(a_child("boy"), only_for_boys).station
    assert not told(a_child(None), only_for_boys).station


def test_before_the_due_date_only_weights_are_compared() -> None:
    early = a_child(weeks=30)
    assert told(early, after(3, 1500), after(30, 1900)).direction is Direction.UP
    assert told(early, after(15, 1700), after(30, 1600)) == Course(
        Direction.DOWN, True, after(15, 1700)
    )


def test_no_drop_is_seen_where_a_preterm_child_turns_24_months() -> None:
    early = a_child(weeks=26)
    found = told(early, after(710, 11000), after(741, 11200))
    assert found == Course(Direction.UP, False, after(710, 11000))


def asked(child: Child, new: Measurement, *known: Measurement) -> Doubt | None:
    return doubt(child, new, known, standards(child.sex))


@pytest.mark.parametrize(
    ("grams", "height", "possible", "instead"),
    [
        (72_000, None, False, Sizes(7200)),
        (720, None, False, Sizes(7200)),
        (7_200_000, None, False, Sizes(7200)),
        (50_000, None, False, Sizes(5000)),
        (15_500, None, True, None),
        (None, 7200, False, Sizes(None, 720)),
        (None, 72, False, Sizes(None, 720)),
        (None, 520, True, None),
        (0, None, False, None),
    ],
)
def test_what_can_hardly_be_right_is_asked_about(
    grams: int | None, height: int | None, possible: bool, instead: Sizes | None
) -> None:
    found = asked(a_child(), after(250, grams, height))
    assert found is not None
    assert (found.possible, found.instead) == (possible, instead)


@pytest.mark.parametrize("sex", ["girl", "boy", None])
@pytest.mark.parametrize(("grams", "height"), [(5200, 610), (7200, 680), (12_500, 780)])
def test_small_and_big_children_are_not_doubted(sex: str | None, grams: int, height: int) -> None:
    assert asked(a_child(sex), after(250, grams, height)) is None


def test_a_size_far_from_the_last_one_is_asked_about() -> None:
    child, last = a_child(), after(220, 7400, 680)
    assert asked(child, after(250, 5800), last) == Doubt(Measure.WEIGHT, True, None)
    assert asked(child, after(250, 11_000), last) == Doubt(Measure.WEIGHT, True, None)
    assert asked(child, after(250, 7800, 640), last) == Doubt(Measure.HEIGHT, True, None)
    assert asked(child, after(250, 7800, 690), last) is None
    assert asked(child, after(220, 5800), last) is None  # corrects that day
    sure = frozenset({"weight"})
    assert doubt(child, after(250, 5800), [last], standards("girl"), sure) is None


def test_the_smallest_are_not_doubted_before_their_due_date() -> None:
    early = a_child(weeks=28)
    assert asked(early, after(3, 900, 350)) is None
    found = asked(early, after(3, 9000))
    assert found is not None
    assert (found.possible, found.instead) == (False, Sizes(900))
