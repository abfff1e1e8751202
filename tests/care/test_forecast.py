"""A month drawn on to its end."""

from datetime import date, timedelta

from care.clock import at_local
from care.forecast import outlook

FIRST = at_local(date(2026, 11, 1), 0)


def test_half_a_month_is_half_of_it() -> None:
    found = outlook(FIRST + timedelta(days=15), 100, 5500, 200, 500)
    assert (found.messages, found.price, found.paid) == (200, 11_000, 400)
    assert (found.left, found.out_on) == (300, None)


def test_a_package_that_will_not_do_has_a_day() -> None:
    found = outlook(FIRST + timedelta(days=10), 400, 0, 250, 500)
    assert found.paid == 750
    assert found.out_on == date(2026, 11, 21)


def test_a_package_that_is_used_up_is_used_up_today() -> None:
    found = outlook(FIRST + timedelta(days=9, hours=5), 500, 0, 500, 500)
    assert (found.left, found.out_on) == (0, date(2026, 11, 10))


def test_nothing_so_far_is_nothing_at_the_end() -> None:
    found = outlook(FIRST, 0, 0, 0, 0)
    assert (found.messages, found.price, found.paid, found.out_on) == (0, 0, 0, None)


def test_the_first_minutes_count_as_a_day() -> None:
    assert outlook(FIRST + timedelta(minutes=1), 10, 0, 0, 500).messages == 300


def test_the_last_day_adds_nothing_but_what_was() -> None:
    assert outlook(FIRST + timedelta(days=30, seconds=-1), 77, 0, 0, 500).messages == 77
