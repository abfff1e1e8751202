"""Two who change something of one family at the same moment: neither undoes what the other did."""

from collections.abc import Callable
from datetime import date
from functools import partial
from types import SimpleNamespace
from typing import cast

import pytest
from sqlalchemy import Engine, Table, func, select
from sqlalchemy.engine import Connection

from care.growth import Sizes
from care.milestones import Answers, Seen
from care.people import CaregiverState, Child, ChildState
from handlers.milestone_questions import kept
from handlers.turn import Turn
from storage import (
    book_links,
    caregivers,
    children,
    linking,
    measurements,
    messengers,
    milestones,
    privacy,
    slips,
)
from storage.caregivers import Contact
from storage.family_tables import book_links as links_table
from storage.family_tables import invites
from storage.zalo_tables import link_codes
from tests.storage.families import (
    DAY,
    NOW,
    ROUTE,
    TODAY,
    a_caregiver,
    a_child,
    address,
    crossing,
    together,
)
from tests.storage.places import planted
from tests.storage.test_slips import NA, make, only

LATER = NOW + DAY
Offer = Callable[[Connection, int, int, str], object]
OFFERS: dict[str, tuple[Table, Offer]] = {
    "invite": (invites, lambda conn, me, _, code: children.add_invite(conn, me, code, LATER)),
    "code": (link_codes, lambda conn, me, _, code: linking.offer(conn, me, code, NOW)),
    "book": (links_table, lambda conn, me, kid, code: book_links.put(conn, kid, me, code, LATER)),
}


def rows(engine: Engine, table: Table) -> int:
    with engine.connect() as conn:
        return conn.execute(select(func.count()).select_from(table)).scalar_one()


@pytest.fixture
def mother(engine: Engine) -> Contact:
    with engine.begin() as conn:
        return a_caregiver(conn)


@pytest.fixture
def child(engine: Engine, mother: Contact) -> int:
    with engine.begin() as conn:
        return a_child(conn, mother.caregiver.id, date(2026, 9, 1))


@pytest.mark.parametrize("which", OFFERS)
def test_one_code_is_open(
    engine: Engine, second: Engine, mother: Contact, child: int, which: str
) -> None:
    table, offer = OFFERS[which]
    codes = ["one", "two"]
    me = mother.caregiver.id
    together(engine, second, lambda conn: offer(conn, me, child, codes.pop()))
    assert rows(engine, table) == 1


def test_the_day_of_birth_and_the_weeks_are_corrected_by_two(
    engine: Engine, second: Engine, child: int
) -> None:
    with engine.begin() as conn:
        before = children.get(conn, child)
    assert before is not None
    crossing(
        engine,
        second,
        lambda conn: children.change(conn, before, born_on=date(2026, 9, 10)),
        lambda conn: children.change(conn, before, gestation_weeks=30),
    )
    with engine.begin() as conn:
        after = children.get(conn, child)
        corrected = conn.execute(select(children.children.c.corrected_on)).scalar_one()
    assert after is not None
    assert (after.born_on, after.gestation_weeks) == (date(2026, 9, 10), 30)
    assert corrected == date(2026, 11, 19)  # ten weeks later


def test_two_who_tell_of_the_same_twins_leave_two_children(
    engine: Engine, second: Engine, mother: Contact, child: int
) -> None:
    me = mother.caregiver.id
    with engine.begin() as conn:
        before = children.get(conn, child)
    assert before is not None

    def tell(conn: Connection) -> int:
        children.change(conn, before, twin_group=child)
        return children.add_twin(conn, child, me, TODAY, state=ChildState.BORN, twin_group=child)

    one, other = together(engine, second, tell)
    assert one == other
    assert rows(engine, children.children) == 2


@pytest.mark.parametrize("known", [None, Sizes(4_000, 560, True)], ids=["new", "known"])
def test_weight_and_height_told_by_two_are_both_kept(
    engine: Engine, second: Engine, child: int, known: Sizes | None
) -> None:
    with engine.begin() as conn:
        if known is not None:
            measurements.put(conn, child, TODAY, known, 1, NOW)
    crossing(
        engine,
        second,
        lambda conn: measurements.put(conn, child, TODAY, Sizes(5_200, None, None), 1, NOW),
        lambda conn: measurements.put(conn, child, TODAY, Sizes(None, 580, True), 2, NOW),
    )
    with engine.begin() as conn:
        (kept,) = measurements.of_child(conn, child)
    assert kept.sizes == Sizes(5_200, 580, True)


def test_what_two_see_of_one_list_is_both_kept(engine: Engine, second: Engine, child: int) -> None:
    keys = ["two", "one"]
    library = SimpleNamespace(skills={"ms": [SimpleNamespace(key=key) for key in keys]})

    def see(conn: Connection) -> None:
        """What a turn does with an answer."""
        turn, kid = SimpleNamespace(conn=conn, library=library), SimpleNamespace(id=child)
        known = kept(cast("Turn", turn), cast("Child", kid), "ms")
        answers = Answers({**known.seen, keys.pop(): Seen.SEEN})
        milestones.put(conn, child, "ms", answers, 1, NOW)

    together(engine, second, see)
    with engine.begin() as conn:
        assert set(milestones.of_child(conn, child)["ms"].seen) == {"one", "two"}


def test_who_agrees_while_contacts_are_purged_stays(engine: Engine, second: Engine) -> None:
    with engine.begin() as conn:
        new = caregivers.open_contact(conn, address("new"), NOW)
    me = new.caregiver.id
    _, purged = crossing(
        engine,
        second,
        lambda conn: caregivers.change(conn, me, state=CaregiverState.ACTIVE, seen_at=LATER),
        lambda conn: privacy.purge_unconsented(conn, LATER),
    )
    assert purged == 0
    with engine.begin() as conn:
        assert caregivers.find(conn, address("new")) is not None


def test_a_child_that_comes_while_two_become_one_is_kept(
    engine: Engine, second: Engine, mother: Contact
) -> None:
    me = mother.caregiver.id
    with engine.begin() as conn:
        old = a_caregiver(conn, "old")
        linking.offer(conn, me, "code", NOW)
    born, kept = crossing(
        engine,
        second,
        lambda conn: a_child(conn, old.caregiver.id, TODAY),
        lambda conn: linking.take(conn, "code", old, NOW),
    )
    assert kept == me
    with engine.begin() as conn:
        assert [one.id for one in children.of_caregiver(conn, me)] == [born]


def test_a_list_that_comes_twice_at_once_is_one_slip_a_row(engine: Engine, second: Engine) -> None:
    with engine.begin() as conn:
        ids = planted(conn)
    made = together(engine, second, partial(_make, ids["20a"]))
    assert [(one["new"], one["again"]) for one in made] == [(1, 0), (0, 1)]


def test_a_slip_used_while_its_list_comes_again_says_nothing(
    engine: Engine, second: Engine
) -> None:
    with engine.begin() as conn:
        ids = planted(conn)
        make(conn, ids["20a"], NA)
        slip = only(conn)
    _, made = crossing(
        engine,
        second,
        lambda conn: slips.use(conn, slip.id, 7, NOW),
        partial(_make, ids["20a"]),
    )
    assert made == {"new": 0, "again": 0, "used": 1}
    with engine.begin() as conn:
        assert only(conn).name is None


def _make(area: int, conn: Connection) -> dict[str, int]:
    return make(conn, area, NA)


def _comes(full: Callable[[Connection], bool]) -> Callable[[Connection], bool]:
    """Somebody new, who gets in unless it is full."""
    chats = iter(("new 1", "new 2"))

    def come(conn: Connection) -> bool:
        turned_away = full(conn)
        if not turned_away:
            caregivers.open_contact(conn, address(next(chats)), NOW)
        return turned_away

    return come


def test_one_of_two_gets_the_last_place(engine: Engine, second: Engine) -> None:
    with engine.begin() as conn:
        for n in range(49):
            caregivers.open_contact(conn, address(str(n)), NOW)
    done = together(engine, second, _comes(lambda conn: messengers.is_full(conn, ROUTE, 50)))
    assert done == (False, True)
    with engine.connect() as conn:
        assert messengers.people(conn, ROUTE) == 50


@pytest.mark.parametrize("dialect", ["postgresql"], indirect=True)
def test_counting_alone_lets_both_in(engine: Engine, second: Engine) -> None:
    """The control of the one before."""
    done = together(engine, second, _comes(lambda conn: messengers.people(conn, ROUTE) >= 1))
    assert done == (False, False)
