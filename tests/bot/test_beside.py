"""What stands below a reminder: the child's own doses, the station's day, the end of the card."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest
from sqlalchemy.engine import Connection

from bot import beside
from bot.rendering import Compose, words
from care.clock import at_local
from care.duties import Record, Told
from care.messages import Kind
from care.people import ChildState
from channels.webchat.channel import WebChat
from content.library import Library
from storage import area_settings, areas, caregivers, children, claims, duties
from storage.areas import AreaRow
from tests.fakes import Family, a_child, a_family, a_message
from tests.virtual_time import NOW

BORN = date(2026, 9, 20)
TODAY = date(2026, 11, 24)  # two months and four days
SESSION = {"days": [5], "place": "Nhà văn hóa", "time": "7:30"}
NEXT = ("doses/session", {"session": "2026-12-05", "place": "Nhà văn hóa", "time": "7:30"})
CALL, PAPER = "rm-vx2m", "rm-birthcert"


@pytest.fixture
def mother(conn: Connection) -> Family:
    return a_family(conn, born_on=BORN)


def knows(conn: Connection, child_id: int, *doses: str) -> None:
    """These, and those of birth, are given."""
    days = {"hepb0": BORN, "bcg1": BORN} | dict.fromkeys(doses, TODAY)
    for dose, day in days.items():
        duties.put(conn, child_id, dose, Record(Told.DONE, day), None, NOW)


def lives(conn: Connection, family: Family, **settings: Any) -> None:
    areas.import_rows(conn, [AreaRow("20", "", "province", "Tỉnh", "Lạng Sơn", ())], NOW)
    area = areas.by_code(conn, "20")
    assert area is not None
    caregivers.change(conn, family.caregiver_id, area_id=area.id)
    for name, value in settings.items():
        area_settings.put(conn, area.id, name, value, "operator", NOW)


def below(
    conn: Connection,
    library: Library,
    family: Family,
    item: str = CALL,
    kids: Sequence[int] | None = None,
) -> list[beside.Block]:
    contact = caregivers.by_address_id(conn, family.address_id)
    assert contact is not None
    wanted = [family.child_id] if kids is None else kids
    found = [children.get(conn, child_id) for child_id in wanted]
    spoken = [child for child in found if child is not None]
    return list(beside.blocks(conn, library, contact.caregiver, spoken, library.items[item], TODAY))


def names(library: Library, *doses: str) -> beside.Block:
    return "doses/due", {"doses": [library.label(f"dose.{dose}") for dose in doses]}


def test_where_nothing_is_known_nothing_is_added(
    conn: Connection, library: Library, mother: Family
) -> None:
    assert below(conn, library, mother) == []
    assert below(conn, library, mother, PAPER) == []
    assert below(conn, library, mother, kids=()) == []


def test_the_doses_that_are_due_by_the_book(
    conn: Connection, library: Library, mother: Family
) -> None:
    knows(conn, mother.child_id, "opv1")
    assert below(conn, library, mother) == [names(library, "penta1", "rota1")]
    lives(conn, mother, pcv=True)
    assert below(conn, library, mother) == [names(library, "penta1", "rota1", "pcv1")]
    assert below(conn, library, mother, PAPER) == []  # of the station's calls only


def test_without_anything_due_no_list_is_shown(
    conn: Connection, library: Library, mother: Family
) -> None:
    knows(conn, mother.child_id, "penta1", "opv1", "rota1")
    assert below(conn, library, mother) == []


def test_the_next_day_of_the_station(conn: Connection, library: Library, mother: Family) -> None:
    lives(conn, mother, vaccine_session=SESSION)
    assert below(conn, library, mother) == [NEXT]
    knows(conn, mother.child_id)
    assert below(conn, library, mother) == [names(library, "penta1", "opv1", "rota1"), NEXT]
    assert below(conn, library, mother, PAPER) == []


def test_twins_have_the_day_of_the_station_but_no_common_list(
    conn: Connection, library: Library, mother: Family
) -> None:
    twin = a_child(conn, mother.caregiver_id, born_on=BORN, nickname="Na")
    lives(conn, mother, vaccine_session=SESSION)
    knows(conn, mother.child_id)
    assert below(conn, library, mother, kids=[mother.child_id, twin]) == [NEXT]


def test_a_pregnancy_has_no_book(conn: Connection, library: Library, mother: Family) -> None:
    expected = {"state": ChildState.EXPECTED, "born_on": None, "due_on": date(2027, 3, 1)}
    unborn = a_child(conn, mother.caregiver_id, **expected)
    lives(conn, mother, vaccine_session=SESSION)
    assert below(conn, library, mother, "rm-uv", [unborn]) == []


@pytest.mark.parametrize(
    ("birth", "ends"),
    [
        (date(2020, 2, 29), "2026-09-30"),
        (date(2020, 8, 31), "2026-09-30"),
        (date(2020, 9, 30), "2026-09-30"),
        (date(2020, 10, 1), "2026-10-31"),
        (date(2020, 12, 31), "2026-12-31"),
    ],
)
def test_the_end_of_the_card(
    conn: Connection, library: Library, mother: Family, birth: date, ends: str
) -> None:
    child = a_child(conn, mother.caregiver_id, born_on=birth)
    assert below(conn, library, mother, "rm-bhyt6", [child]) == [("duties/card-end", {"on": ends})]


@pytest.mark.parametrize("slot", [0, 100])
def test_all_of_it_is_read_in_one_message(
    conn: Connection, library: Library, mother: Family, slot: int
) -> None:
    """Also in a reminder that the family asked for."""
    lives(conn, mother, vaccine_session=SESSION)
    knows(conn, mother.child_id, "penta1", "rota1")
    row_id = a_message(conn, mother, kind=Kind.REMINDER, message=CALL, slot=slot)
    contact = caregivers.by_address_id(conn, mother.address_id)
    assert contact is not None
    mine = children.of_caregiver(conn, mother.caregiver_id)
    compose = Compose(library, WebChat.caps)
    now = at_local(TODAY, 12 * 60)
    out = words(conn, compose, claims.claimed(conn, row_id), contact.caregiver, mine, now)
    for said in (library.label("dose.opv1"), "05/12/2026", "7:30", "Nhà văn hóa"):
        assert said in out.text
    assert library.label("dose.rota1") not in out.text
    assert out.text.endswith(library.label("item.draft"))
    assert out.text.count(library.label("item.draft")) == 1
    assert [b.id for b in out.buttons][:3] == [
        f"doses.given:vx2m:{mother.child_id}",
        f"doses.ill:vx2m:{mother.child_id}",
        f"duties.later:{CALL}:{mother.child_id}",
    ]
