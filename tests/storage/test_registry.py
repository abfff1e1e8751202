"""Families within areas: who belongs together, and nothing of what lies outside."""

from datetime import date

import pytest
from sqlalchemy.engine import Connection

from care.people import CaregiverState, ChildState
from storage import caregivers, children, registry
from tests.storage.families import TODAY, a_caregiver, a_child
from tests.storage.places import planted

BORN = date(2025, 3, 1)
Ids = dict[str, int]


@pytest.fixture
def ids(conn: Connection) -> Ids:
    return planted(conn)


def somebody(conn: Connection, chat: str, area: int | None, nickname: str = "Na") -> int:
    me = a_caregiver(conn, chat, area_id=area).caregiver.id
    a_child(conn, me, BORN, nickname=nickname)
    return me


def keys(conn: Connection, areas: list[int], everywhere: bool = False) -> list[int]:
    return [one.key for one in registry.families(conn, areas, everywhere)]


def test_a_family_is_everybody_who_shares_a_child(conn: Connection, ids: Ids) -> None:
    here = ids["20a"]
    mother, father = somebody(conn, "1", here), somebody(conn, "2", here, "Tí")
    grandmother = somebody(conn, "3", here, "An")
    (na,) = children.of_caregiver(conn, mother)
    (ti,) = children.of_caregiver(conn, father)
    children.link(conn, na.id, father, TODAY)
    children.link(conn, ti.id, grandmother, TODAY)
    alone = somebody(conn, "4", here, "Bé")
    together, other = registry.families(conn, [here], False)
    assert [p.id for p in together.people] == [mother, father, grandmother]
    assert [c.nickname for c in together.children] == ["Na", "Tí", "An"]
    assert other.key == alone
    for one in (mother, father, grandmother):
        found = registry.family(conn, one, [here], False)
        assert found is not None
        assert (found.people, found.children) == (together.people, together.children)


def test_a_link_to_somebody_outside_shows_neither_them_nor_their_own_children(
    conn: Connection, ids: Ids
) -> None:
    mother = somebody(conn, "1", ids["20a"])
    father = somebody(conn, "2", ids["20b"], "Tí")
    (na,) = children.of_caregiver(conn, mother)
    children.link(conn, na.id, father, TODAY)
    (mine,) = registry.families(conn, [ids["20a"]], False)
    assert [p.id for p in mine.people] == [mother]
    assert [c.nickname for c in mine.children] == ["Na"]
    (theirs,) = registry.families(conn, [ids["20b"]], False)
    assert [c.nickname for c in theirs.children] == ["Na", "Tí"]
    assert registry.family(conn, father, [ids["20a"]], False) is None
    both = registry.family(conn, mother, [ids["20a"], ids["20b"]], False)
    assert both is not None
    assert [p.id for p in both.people] == [mother, father]


def test_strangers_and_other_areas_are_in_no_list_and_no_number(conn: Connection, ids: Ids) -> None:
    mine = somebody(conn, "1", ids["20a-1"])
    somebody(conn, "2", ids["20b"])
    nowhere = somebody(conn, "3", None)
    new = somebody(conn, "4", ids["20a"])
    caregivers.change(conn, new, state=CaregiverState.NEW)
    here = [ids["20a"], ids["20a-1"]]
    assert keys(conn, here) == [mine]
    assert registry.size(conn, here, False) == 1
    assert registry.size(conn, here, True) == 3
    assert nowhere in keys(conn, here, everywhere=True)
    assert registry.family(conn, new, here, True) is None


def test_a_child_leads_to_its_family_within_the_areas_only(conn: Connection, ids: Ids) -> None:
    mother = somebody(conn, "1", ids["20a"])
    (na,) = children.of_caregiver(conn, mother)
    found = registry.of_child(conn, na.id, [ids["20a"]], False)
    assert found is not None
    assert found.key == mother
    assert registry.of_child(conn, na.id, [ids["20b"]], False) is None
    assert registry.of_child(conn, 9_999, [ids["20a"]], False) is None


def test_portions_cover_everybody_once(
    conn: Connection, ids: Ids, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = [somebody(conn, str(n), ids["20a"], f"Bé {n}") for n in range(7)]
    (first,) = children.of_caregiver(conn, made[0])
    children.link(conn, first.id, made[-1], TODAY)
    whole = registry.families(conn, [ids["20a"]], False)
    monkeypatch.setattr(registry, "PORTION", 3)
    again = registry.families(conn, [ids["20a"]], False)
    assert [(f.people, f.children) for f in again] == [(f.people, f.children) for f in whole]
    assert sorted(p.id for f in whole for p in f.people) == made


def test_names_come_in_the_order_they_are_read(conn: Connection, ids: Ids) -> None:
    for chat, name in (("1", "Tí"), ("2", "Ớt"), ("3", "Bống")):
        somebody(conn, chat, ids["20a"], name)
    me = a_caregiver(conn, "4", area_id=ids["20a"]).caregiver.id
    a_child(conn, me, BORN)
    found = registry.families(conn, [ids["20a"]], False)
    names = [one.children[0].nickname for one in found]
    assert names == ["Bống", "Ớt", "Tí", None]


def test_lost_children_are_kept_but_not_living(conn: Connection, ids: Ids) -> None:
    mother = somebody(conn, "1", ids["20a"])
    (na,) = children.of_caregiver(conn, mother)
    children.change(conn, na, state=ChildState.LOST)
    (found,) = registry.families(conn, [ids["20a"]], False)
    assert (len(found.children), found.living) == (1, [])
