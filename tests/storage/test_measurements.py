"""One row a day and child, the numbers sealed; on both engines."""

from sqlalchemy import text
from sqlalchemy.engine import Connection

from care.growth import Measurement, Sizes
from storage import children, measurements, privacy
from tests.storage.families import DAY, NOW, TODAY, a_caregiver

YESTERDAY = TODAY - DAY


def a_child(conn: Connection, caregiver: int) -> int:
    return children.add(conn, caregiver, TODAY, state="born", born_on=TODAY - 200 * DAY)


def test_measurements_come_by_day(conn: Connection) -> None:
    mother = a_caregiver(conn).caregiver.id
    child, other = a_child(conn, mother), a_child(conn, mother)
    measurements.put(conn, child, TODAY, Sizes(7400, 690, True), mother, NOW)
    measurements.put(conn, child, YESTERDAY, Sizes(7200), mother, NOW)
    measurements.put(conn, other, TODAY, Sizes(None, 700), mother, NOW)
    assert measurements.of_child(conn, child) == [
        Measurement(YESTERDAY, Sizes(7200)),
        Measurement(TODAY, Sizes(7400, 690, True)),
    ]
    assert measurements.of_child(conn, other) == [Measurement(TODAY, Sizes(None, 700))]
    assert measurements.of_child(conn, 999) == []


def test_a_second_one_on_a_day_corrects_the_first(conn: Connection) -> None:
    mother = a_caregiver(conn).caregiver.id
    child = a_child(conn, mother)
    measurements.put(conn, child, TODAY, Sizes(7400), mother, NOW)
    known = measurements.put(conn, child, TODAY, Sizes(None, 690, False), mother, NOW)
    assert known == Sizes(7400, 690, False)
    measurements.put(conn, child, TODAY, Sizes(7300), mother, NOW)
    assert measurements.of_child(conn, child) == [Measurement(TODAY, Sizes(7300, 690, False))]


def test_a_new_height_brings_its_own_way_of_measuring(conn: Connection) -> None:
    mother = a_caregiver(conn).caregiver.id
    child = a_child(conn, mother)
    measurements.put(conn, child, TODAY, Sizes(None, 690, True), mother, NOW)
    assert measurements.put(conn, child, TODAY, Sizes(None, 700), mother, NOW) == Sizes(None, 700)


def test_one_day_is_taken_away(conn: Connection) -> None:
    mother = a_caregiver(conn).caregiver.id
    child = a_child(conn, mother)
    measurements.put(conn, child, YESTERDAY, Sizes(7200), mother, NOW)
    measurements.put(conn, child, TODAY, Sizes(7400), mother, NOW)
    assert measurements.remove(conn, child, TODAY)
    assert not measurements.remove(conn, child, TODAY)
    assert measurements.of_child(conn, child) == [Measurement(YESTERDAY, Sizes(7200))]


def test_the_numbers_are_sealed(conn: Connection) -> None:
    mother = a_caregiver(conn).caregiver.id
    child = a_child(conn, mother)
    measurements.put(conn, child, TODAY, Sizes(7654, 691), mother, NOW)
    stored = bytes(conn.execute(text("SELECT sizes FROM measurements")).scalar_one())
    assert b"7654" not in stored
    assert b"weight" not in stored


def test_they_go_with_the_child(conn: Connection) -> None:
    mother = a_caregiver(conn).caregiver.id
    child = a_child(conn, mother)
    measurements.put(conn, child, TODAY, Sizes(7400), mother, NOW)
    privacy.leave_child(conn, child, mother, NOW)
    assert measurements.of_child(conn, child) == []
