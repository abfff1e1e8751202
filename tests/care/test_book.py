"""What the child's book holds: what was told, what is due and next, and nothing that is guessed."""

from datetime import date

import pytest

from care.book import COMING, MOST_COMING, Book, Known, gather
from care.duties import Record, State, Told
from care.local import NOWHERE
from care.people import Child, ChildState
from content.library import Library

BORN = date(2026, 3, 12)
TODAY = date(2026, 11, 24)
ON = date(2026, 5, 14)
DONE = Record(Told.DONE, ON)


def a_child(**values: object) -> Child:
    usual: dict[str, object] = {
        "id": 1,
        "state": ChildState.BORN,
        "nickname": None,
        "born_on": BORN,
        "precision": "day",
        "due_on": None,
        "gestation_weeks": None,
        "joined_on": TODAY,
        "twin_group": None,
        "lost_on": None,
        "sex": None,
    }
    return Child(**{**usual, **values})  # type: ignore[arg-type]  # one of every kind


def book(library: Library, told: dict[str, Record], child: Child | None = None) -> Book:
    return gather(library.rules, child or a_child(), told, [], [], TODAY, NOWHERE)


def states(made: Book) -> dict[str, Known]:
    return {line.id: line.known for line in made.doses}


def test_of_an_untold_card_nothing_is_called_due(library: Library) -> None:
    found = states(book(library, {}))
    assert found["penta1"] is Known.UNKNOWN
    assert found["meas1"] is Known.NEXT
    assert set(found.values()) == {Known.UNKNOWN, Known.NEXT}


def test_with_a_card_what_is_missing_is_due(library: Library) -> None:
    made = book(library, {"penta1": DONE, "bcg1": Record(Told.UNKNOWN)})
    found = states(made)
    assert found["penta1"] is Known.GIVEN
    assert found["penta2"] is Known.DUE
    assert found["bcg1"] is Known.UNKNOWN
    lines = {line.id: line for line in made.doses}
    assert lines["penta1"].given_on == ON
    assert lines["meas1"].earliest == date(2026, 12, 12)


def test_a_dose_that_waits_has_no_day(library: Library) -> None:
    lines = {line.id: line for line in book(library, {"penta1": DONE}).doses}
    assert (lines["penta3"].known, lines["penta3"].earliest) == (Known.NEXT, None)


def test_what_comes_before_a_given_dose_is_unknown_rather_than_due(library: Library) -> None:
    assert states(book(library, {"penta2": DONE}))["penta1"] is Known.UNKNOWN


def test_what_can_no_longer_be_given_is_left_out(library: Library) -> None:
    assert "rota1" not in states(book(library, {"penta1": DONE}))


@pytest.mark.parametrize(
    ("record", "state", "on"),
    [
        (DONE, State.DONE, ON),
        (Record(Told.DONE), State.DONE, None),
        (Record(Told.NOT_APPLICABLE), State.NOT_APPLICABLE, None),
        (Record(Told.MISSED), State.OVERDUE, None),
    ],
)
def test_papers_stand_as_they_were_told(
    library: Library, record: Record, state: State, on: date | None
) -> None:
    papers = {line.id: line for line in book(library, {"birth_registered": record}).papers}
    assert (papers["birth_registered"].state, papers["birth_registered"].done_on) == (state, on)


def test_papers_of_later_years_are_not_there_yet(library: Library) -> None:
    assert [line.id for line in book(library, {}).papers] == [
        "birth_registered",
        "residence",
        "health_card",
    ]


def test_only_check_ups_that_were_done_are_named(library: Library) -> None:
    made = book(library, {"ck46": DONE, "pnc1": DONE, "ck79": Record(Told.MISSED)})
    assert [(line.id, line.done_on) for line in made.checkups] == [("pnc1", ON), ("ck46", ON)]


def test_what_may_long_be_done_is_not_coming(library: Library) -> None:
    coming = [line.id for line in book(library, {}).coming]
    assert "birth_registered" not in coming
    assert "vx2m" not in coming
    told = book(library, {"birth_registered": Record(Told.MISSED), "penta1": DONE})
    assert {"birth_registered", "vx3m"} <= {line.id for line in told.coming}


def test_what_comes_is_little_and_near(library: Library) -> None:
    made = book(library, {})
    assert 0 < len(made.coming) <= MOST_COMING
    assert all(line.opens and line.opens <= TODAY + COMING for line in made.coming)
    later = [line.opens for line in made.coming if line.state is State.NOT_YET and line.opens]
    assert later == sorted(later)


def test_before_birth_it_holds_the_visits_of_the_pregnancy(library: Library) -> None:
    child = a_child(state=ChildState.EXPECTED, born_on=None, due_on=date(2027, 1, 20))
    made = book(library, {"anc1": DONE}, child)
    assert (made.papers, made.doses) == ((), ())
    assert [line.id for line in made.checkups] == ["anc1"]
    assert made.coming
