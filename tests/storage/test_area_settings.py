"""What units decide for their families, and what they inherit."""

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.engine import Connection

from care.local import NOWHERE, BadSetting, Session
from care.yearly import YearDay
from storage import area_settings, areas
from storage.area_settings import everywhere, of_area, set_home
from storage.areas import AreaRow
from storage.tables import area_settings as table
from storage.tables import audit
from tests.storage.families import DAY, NOW

UNITS = [
    AreaRow("VN", "", "country", "Nước", "Việt Nam", ()),
    AreaRow("20", "VN", "province", "Tỉnh", "Lạng Sơn", ()),
    AreaRow("01", "VN", "province", "Thành phố", "Hà Nội", ()),
    AreaRow("06001", "20", "commune", "Xã", "Đồng Tâm", ()),
    AreaRow("06002", "20", "commune", "Xã", "Đồng Mỏ", ()),
    AreaRow("06003", "01", "commune", "Phường", "Ba Đình", ()),
]
DAYS = {"days": [5, 20], "place": "Trạm Y tế", "time": "7:30"}
SUMMER = {"from": "--06-01", "to": "--06-20"}


@pytest.fixture
def ids(conn: Connection) -> dict[str, int]:
    areas.import_rows(conn, UNITS, NOW)
    found = {row.code: areas.by_code(conn, row.code) for row in UNITS}
    return {code: area.id for code, area in found.items() if area is not None}


def put(conn: Connection, area_id: int, name: str, value: Any) -> None:
    area_settings.put(conn, area_id, name, value, "operator", NOW)


def acts(conn: Connection) -> list[Any]:
    decided = select(audit).where(audit.c.action == "area setting").order_by(audit.c.id)
    return list(conn.execute(decided))


def test_where_nobody_decided_nothing_holds(conn: Connection, ids: dict[str, int]) -> None:
    assert of_area(conn, ids["06001"]) == NOWHERE
    assert of_area(conn, None) == NOWHERE
    assert everywhere(conn).of(ids["06001"]) == NOWHERE


def test_every_kind_of_setting_is_given_back(conn: Connection, ids: dict[str, int]) -> None:
    here = ids["06001"]
    put(conn, here, "pcv", True)
    put(conn, here, "vaccine_session", DAYS)
    put(conn, here, "duty.deworming", "off")
    put(conn, here, "duty.grade1_enrolled", SUMMER)
    found = of_area(conn, here)
    assert found.on == {"pcv"}
    assert found.off == {"deworming"}
    assert found.session == Session((5, 20), "Trạm Y tế", "7:30")
    assert found.windows == {"grade1_enrolled": (YearDay(6, 1, 0), YearDay(6, 20, 0))}
    assert everywhere(conn).of(here) == found


def test_a_commune_inherits_from_its_province_and_the_country(
    conn: Connection, ids: dict[str, int]
) -> None:
    put(conn, ids["VN"], "deworming", True)
    put(conn, ids["20"], "pcv", True)
    everyone = everywhere(conn)
    assert everyone.of(ids["06001"]).on == everyone.of(ids["06002"]).on == {"pcv", "deworming"}
    assert everyone.of(ids["20"]).on == {"pcv", "deworming"}
    assert everyone.of(ids["06003"]).on == everyone.of(ids["VN"]).on == {"deworming"}
    assert everyone.of(10**6) == NOWHERE


def test_the_own_word_of_a_unit_wins(conn: Connection, ids: dict[str, int]) -> None:
    put(conn, ids["20"], "pcv", True)
    put(conn, ids["20"], "vaccine_session", DAYS)
    put(conn, ids["06001"], "pcv", False)
    put(conn, ids["06001"], "vaccine_session", {"days": [10]})
    mine, neighbour = of_area(conn, ids["06001"]), of_area(conn, ids["06002"])
    assert (mine.on, mine.session) == (frozenset(), Session((10,)))  # whole, not mixed
    assert (neighbour.on, neighbour.session) == ({"pcv"}, Session((5, 20), "Trạm Y tế", "7:30"))
    put(conn, ids["20"], "duty.grade1_enrolled", "off")
    put(conn, ids["06001"], "duty.grade1_enrolled", SUMMER)
    mine, neighbour = of_area(conn, ids["06001"]), of_area(conn, ids["06002"])
    assert (set(mine.off), set(mine.windows)) == (set(), {"grade1_enrolled"})
    assert (set(neighbour.off), set(neighbour.windows)) == ({"grade1_enrolled"}, set())


def test_null_takes_the_own_word_away(conn: Connection, ids: dict[str, int]) -> None:
    put(conn, ids["20"], "pcv", True)
    put(conn, ids["06001"], "pcv", False)
    put(conn, ids["06001"], "pcv", None)
    assert of_area(conn, ids["06001"]).on == {"pcv"}
    put(conn, ids["20"], "pcv", None)
    put(conn, ids["20"], "pcv", None)
    assert of_area(conn, ids["06001"]) == NOWHERE
    assert conn.execute(select(table)).all() == []


def test_a_new_word_replaces_the_old_one(conn: Connection, ids: dict[str, int]) -> None:
    put(conn, ids["20"], "pcv", True)
    area_settings.put(conn, ids["20"], "pcv", False, "officer 7", NOW + DAY)
    row = conn.execute(select(table)).one()
    assert (row.value, row.set_by, row.at) == ("false", "officer 7", NOW + DAY)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("moon", True),
        ("pcv", "yes"),
        ("vaccine_session", {"days": [0]}),
        ("duty.grade1_enrolled", {"from": "--07-31", "to": "--04-15"}),
    ],
)
def test_what_cannot_be_is_refused_and_leaves_no_trace(
    conn: Connection, ids: dict[str, int], name: str, value: Any
) -> None:
    put(conn, ids["20"], "pcv", True)
    with pytest.raises(BadSetting):
        put(conn, ids["20"], name, value)
    assert [row.value for row in conn.execute(select(table))] == ["true"]
    assert len(acts(conn)) == 1


def test_who_decided_what_is_kept(conn: Connection, ids: dict[str, int]) -> None:
    put(conn, ids["20"], "pcv", True)
    area_settings.put(conn, ids["20"], "pcv", None, "officer 7", NOW + DAY)
    unit = f"area:{ids['20']}"
    assert [(act.actor, act.object, act.detail, act.at) for act in acts(conn)] == [
        ("operator", unit, "pcv", NOW),
        ("officer 7", unit, "pcv", NOW + DAY),
    ]


def test_who_did_not_say_where_they_live_have_what_holds_at_home(
    conn: Connection, ids: dict[str, int]
) -> None:
    put(conn, ids["20"], "pcv", True)
    assert of_area(conn, None) == NOWHERE
    set_home(conn, ids["06001"])
    assert of_area(conn, None).on == {"pcv"}
    assert of_area(conn, ids["06003"]) == NOWHERE  # they live elsewhere
    set_home(conn, None)
    assert of_area(conn, None) == NOWHERE
