"""Hamlets below a commune."""

import pytest
from sqlalchemy import select
from sqlalchemy.engine import Connection

from storage import area_settings, areas, hamlets
from storage.areas import Area
from storage.tables import area_aliases, area_history
from tests.storage.families import NOW
from tests.storage.places import planted

Ids = dict[str, int]


@pytest.fixture
def ids(conn: Connection) -> Ids:
    return planted(conn)


def area(conn: Connection, area_id: int | None) -> Area:
    found = areas.get(conn, area_id or 0)
    assert found is not None
    return found


def test_a_new_hamlet_gets_the_next_number_of_its_commune(conn: Connection, ids: Ids) -> None:
    commune = area(conn, ids["20a"])
    made = area(conn, hamlets.add(conn, commune, "Xóm", "Khuổi Kéo"))
    assert (made.code, made.level, made.parent_id) == ("20a-2", "hamlet", commune.id)
    assert hamlets.add(conn, commune, "Thôn", "khuoi  keo") is None
    assert hamlets.add(conn, area(conn, ids["20b"]), "Xóm", "Khuổi Kéo") is not None
    names = [one.name for one in hamlets.of_commune(conn, commune.id)]
    assert names == ["Khuổi Kéo", "Nà Lầu"]


def test_a_new_name_leaves_the_old_one_in_the_history_and_in_the_search(
    conn: Connection, ids: Ids
) -> None:
    hamlet = area(conn, ids["20a-1"])
    assert hamlets.rename(conn, hamlet, "Tổ dân phố", "Số 1", NOW)
    assert area(conn, hamlet.id).name == "Số 1"
    assert conn.execute(select(area_history.c.name)).scalar_one() == "Nà Lầu"
    assert conn.execute(select(area_aliases.c.alias)).scalar_one() == "na lau"
    other = area(conn, hamlets.add(conn, area(conn, ids["20a"]), "Xóm", "Khuổi Kéo"))
    assert not hamlets.rename(conn, other, "Xóm", "so 1", NOW)
    assert hamlets.rename(conn, other, "Xóm", "Khuổi Kẻo", NOW)


def test_whoever_lives_in_a_hamlet_lives_in_its_commune(conn: Connection, ids: Ids) -> None:
    commune = hamlets.commune_of(conn, ids["20a-1"])
    assert commune is not None
    assert commune.id == ids["20a"]
    assert hamlets.commune_of(conn, ids["20a"]) == commune
    assert hamlets.commune_of(conn, ids["20"]) is None
    assert hamlets.commune_of(conn, None) is None
    assert hamlets.place_name(conn, ids["20a-1"]) == "Nà Lầu, Đồng Tâm"
    assert hamlets.place_name(conn, ids["20a"]) == "Đồng Tâm"
    assert hamlets.place_name(conn, None) is None


def test_what_a_commune_decides_holds_in_its_hamlets(conn: Connection, ids: Ids) -> None:
    area_settings.put(conn, ids["20a"], "pcv", True, "operator", NOW)
    assert "pcv" in area_settings.of_area(conn, ids["20a-1"]).on


def test_families_look_for_communes_only(conn: Connection, ids: Ids) -> None:
    assert areas.search(conn, "nà lầu", None) == []
    assert areas.search(conn, "nà lầu", ids["20a"]) == []
    assert [found.name for found in areas.search(conn, "đồng tâm", None)] == ["Đồng Tâm"]
