"""How many tries at the login are remembered, and for how long."""

from datetime import timedelta

from console.tries import KEPT, Tries
from tests.console.desk import NOW


def test_tries_of_ten_thousand_logins_take_no_more_room() -> None:
    tries = Tries()
    for n in range(KEPT + 500):
        assert tries.begin(f"login{n}", NOW) == 0
    assert len(tries._counts) == KEPT
    assert [tries.begin(f"login{KEPT}", NOW) for _ in range(3)] == [0, 0, 2]


def test_tries_are_forgotten_after_half_a_day() -> None:
    tries = Tries()
    for _ in range(3):
        tries.begin("a", NOW)
    assert tries.begin("a", NOW + timedelta(hours=13)) == 0
    assert tries._counts["a"][0] == 1
