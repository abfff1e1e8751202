"""What is overdue for whom, and of whom nothing is known."""

from datetime import UTC, date, datetime, timedelta

from care import duplicates, overdue
from care.duties import Record, Told
from care.families import Family, Person, Wanted, put_together
from care.local import NOWHERE
from care.overdue import counts
from care.people import CaregiverState, Child, ChildState, Role
from content.library import Library

TODAY = date(2026, 11, 24)
DUTY = "birth_registered"
MONTH = timedelta(days=30)


def person(id_: int, area: int | None = 1) -> Person:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    active = CaregiverState.ACTIVE
    return Person(id_, active, Role.MOTHER, area, id_, "webchat:local", None, at)


def child(id_: int, months: int = 12, joined: date = TODAY, name: str | None = "Na") -> Child:
    born_on = TODAY - months * MONTH
    return Child(id_, ChildState.BORN, name, born_on, "day", None, None, joined)


def late(
    library: Library, kid: Child, told: dict[str, Record] | None = None, duty: str | None = DUTY
) -> list[overdue.Late]:
    families = put_together([person(1)], [(kid.id, 1)], [kid])
    known = {kid.id: told} if told else {}
    return overdue.late(families, known, library.rules, lambda _: NOWHERE, TODAY, duty)


def test_before_the_family_came_nobody_knows_and_afterwards_it_is_late(library: Library) -> None:
    (found,) = late(library, child(7))
    assert (found.child.id, found.duty, found.unknown, found.family) == (7, DUTY, True, 1)
    (found,) = late(library, child(7, joined=TODAY - 13 * MONTH))
    assert not found.unknown


def test_what_was_told_decides(library: Library) -> None:
    def unknown(told: Told) -> list[bool]:
        return [one.unknown for one in late(library, child(7), {DUTY: Record(told)})]

    assert unknown(Told.DONE) == unknown(Told.REFUSED) == unknown(Told.NOT_APPLICABLE) == []
    assert unknown(Told.MISSED) == [False]
    assert unknown(Told.UNKNOWN) == [True]


def test_one_duty_is_the_part_of_all_that_is_about_it(library: Library) -> None:
    told = {"penta1": Record(Told.DONE, TODAY - 9 * MONTH), "vx2m": Record(Told.DONE)}
    every = late(library, child(7), told, None)
    assert len({one.duty for one in every}) > 3
    for duty in library.duties:
        assert late(library, child(7), told, duty) == [one for one in every if one.duty == duty]
    assert sum(map(sum, counts(every).values())) == len(every)


def test_children_of_the_same_day_and_name_are_put_side_by_side() -> None:
    people = [person(1), person(2), person(3)]
    kids = [child(1, name="Bống"), child(2, name="bông"), child(3, name="Tí")]
    families = put_together(people, [(1, 1), (2, 2), (3, 3)], kids)
    (group,) = duplicates.same(families)
    assert [one.family.key for one in group] == [1, 2]
    twins = put_together([person(1)], [(1, 1), (2, 1)], kids[:2])
    assert duplicates.same(twins) == []


def test_a_register_shows_what_is_wanted() -> None:
    family = Family([person(1)], [child(1, 12, name="Bống Bang")])
    assert Wanted(name="bang").fits(family, TODAY)
    assert not Wanted(name="ang").fits(family, TODAY)
    assert Wanted(youngest=11, oldest=11).fits(family, TODAY)
    assert not Wanted(oldest=10).fits(family, TODAY)
    assert not Wanted(expecting=True).fits(family, TODAY)
