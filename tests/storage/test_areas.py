"""The tree of areas: import, history, and finding a commune as people type it."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from storage import areas
from storage.areas import Area, AreaRow, BadAreaFile, import_rows, read_file
from storage.tables import area_aliases, area_history
from storage.tables import areas as table
from tests.storage.families import NOW

REAL = Path(__file__).parents[2] / "data" / "areas.csv"
HEADER = "code,parent_code,level,kind,name,aliases\n"
SMALL = """VN,,country,Nước,Việt Nam,
20,VN,province,Tỉnh,Lạng Sơn,
01,VN,province,Thành phố,Hà Nội,hn|Thủ đô
06001,20,commune,Xã,Đồng Tâm,
06002,20,commune,Xã,Đồng Tâm Hạ,
06003,01,commune,Phường,Đồng Tâm,
06004,01,commune,Phường,Ba Đình,Ba Dinh cũ|Phúc Xá
06005,01,commune,Xã,100% Xanh_Sạch,
06006,01,commune,Xã,Tân Đồng Tâm,
"""


def file_with(folder: Path, lines: str, header: str = HEADER) -> Path:
    path = folder / "areas.csv"
    path.write_text(header + lines, encoding="utf-8")
    return path


@pytest.fixture
def small(conn: Connection, tmp_path: Path) -> Connection:
    assert import_rows(conn, read_file(file_with(tmp_path, SMALL)), NOW) == (9, 0)
    return conn


def codes(found: list[Area]) -> list[str]:
    return [area.code for area in found]


def test_an_area_knows_its_parent(small: Connection) -> None:
    area = areas.by_code(small, "06001")
    assert area is not None
    assert (area.level, area.kind, area.name) == ("commune", "Xã", "Đồng Tâm")
    assert area.parent_name == "Lạng Sơn"
    assert areas.get(small, area.id) == area
    country = areas.by_code(small, "VN")
    assert country is not None
    assert (country.parent_id, country.parent_name) == (None, None)
    assert areas.by_code(small, "99999") is None
    assert areas.get(small, 10**6) is None
    assert areas.count(small) == 9


@pytest.mark.parametrize(
    "typed", ["Đồng Tâm", "đồng tâm", "dong tam", "DONG  TAM", "xã Đồng Tâm", "Phường đồng tâm"]
)
def test_a_name_is_found_with_and_without_accents(small: Connection, typed: str) -> None:
    assert codes(areas.search(small, typed, None)) == ["06001", "06003", "06002"]


def test_a_decomposed_name_is_found(small: Connection) -> None:
    """Some phones send every accent as a letter of its own."""
    assert codes(areas.search(small, "Ba \u0110i\u0300nh", None)) == ["06004"]


@pytest.mark.parametrize("typed", ["đồng tâm lạng sơn", "dong tam lang", "Xã Đồng Tâm, Lạng Sơn"])
def test_the_province_may_follow_the_name(small: Connection, typed: str) -> None:
    assert codes(areas.search(small, typed, None)) == ["06001"]


def test_a_part_of_a_name_is_found_when_no_name_begins_with_it(small: Connection) -> None:
    assert codes(areas.search(small, "tâm hạ", None)) == ["06002"]


def test_only_the_province_of_the_installation_is_searched(small: Connection) -> None:
    province = areas.by_code(small, "01")
    assert province is not None
    assert codes(areas.search(small, "đồng tâm", province.id)) == ["06003"]
    assert areas.search(small, "đồng tâm lạng sơn", province.id) == []


@pytest.mark.parametrize("typed", ["phuc xa", "Phúc Xá", "ba dinh cu"])
def test_an_alias_is_found(small: Connection, typed: str) -> None:
    assert codes(areas.search(small, typed, None)) == ["06004"]


@pytest.mark.parametrize("typed", ["", "   ", "%", "_", "%%%", "\\", "?!", "đồng%", "%tâm"])
def test_wildcards_that_people_type_are_harmless(small: Connection, typed: str) -> None:
    found = codes(areas.search(small, typed, None))
    assert found in ([], ["06001", "06003", "06002"], ["06001", "06003", "06002", "06006"])
    assert "06004" not in found


def test_a_name_with_a_percent_sign_is_found(small: Connection) -> None:
    assert codes(areas.search(small, "100% xanh_sạch", None)) == ["06005"]


def test_provinces_and_countries_are_never_offered(small: Connection) -> None:
    for typed in ("Hà Nội", "Việt Nam", "thủ đô"):
        assert areas.search(small, typed, None) == []


def test_closed_communes_are_not_offered(small: Connection) -> None:
    closed = table.update().where(table.c.code == "06001").values(valid_to=NOW.date())
    small.execute(closed)
    assert "06001" not in codes(areas.search(small, "đồng tâm", None))
    assert areas.by_code(small, "06001") is not None


def test_no_more_than_the_limit(small: Connection) -> None:
    assert len(areas.search(small, "đồng", None, limit=2)) == 2


def test_importing_the_same_file_again_changes_nothing(small: Connection, tmp_path: Path) -> None:
    assert import_rows(small, read_file(file_with(tmp_path, SMALL)), NOW) == (0, 0)
    assert small.execute(select(func.count()).select_from(area_history)).scalar_one() == 0


def test_a_new_name_keeps_the_old_one_findable(small: Connection) -> None:
    before = areas.by_code(small, "06002")
    row = AreaRow("06002", "20", "commune", "Phường", "Lộc Bình", ())
    later = NOW + timedelta(days=30)
    assert import_rows(small, [row], later) == (0, 1)
    after = areas.by_code(small, "06002")
    assert before is not None
    assert after is not None
    assert (after.id, after.name, after.kind) == (before.id, "Lộc Bình", "Phường")
    for typed in ("lộc bình", "đồng tâm hạ"):
        assert codes(areas.search(small, typed, None)) == ["06002"]
    history = small.execute(select(area_history)).one()
    assert (history.area_id, history.kind, history.name) == (before.id, "Xã", "Đồng Tâm Hạ")
    assert (history.parent_id, history.until) == (before.parent_id, later)


def test_a_commune_may_move_to_another_province(small: Connection) -> None:
    import_rows(small, [AreaRow("06001", "01", "commune", "Xã", "Đồng Tâm", ())], NOW)
    moved = areas.by_code(small, "06001")
    assert moved is not None
    assert moved.parent_name == "Hà Nội"
    assert small.execute(select(func.count()).select_from(area_history)).scalar_one() == 1


def test_aliases_are_stored_once(small: Connection) -> None:
    row = AreaRow("06004", "01", "commune", "Phường", "Ba Đình", ("phuc xa", "phuc xa"))
    import_rows(small, [row], NOW)
    query = select(func.count()).where(area_aliases.c.alias == "phuc xa")
    assert small.execute(query).scalar_one() == 1


def test_unknown_parents_are_all_named_and_nothing_is_stored(conn: Connection) -> None:
    rows = [
        AreaRow("VN", "", "country", "Nước", "Việt Nam", ()),
        AreaRow("1", "88", "commune", "Xã", "A", ()),
        AreaRow("2", "2", "commune", "Xã", "B", ()),
        AreaRow("3", "VN", "province", "Tỉnh", "C", ()),
    ]
    with pytest.raises(BadAreaFile) as caught:
        import_rows(conn, rows, NOW)
    assert str(caught.value).splitlines() == [
        "1: its parent 88 is unknown",
        "2: its parent 2 is unknown",
    ]
    assert areas.count(conn) == 0


def test_every_bad_line_is_named(tmp_path: Path) -> None:
    lines = [
        "VN,,country,Nước,Việt Nam,",
        ",VN,province,Tỉnh,No code,",
        "12345678901234567,VN,province,Tỉnh,Long code,",
        "30,VN,district,Huyện,Old level,",
        "31,VN,province,Tỉnh,,",
        f"32,VN,province,Tỉnh,{'n' * 121},",
        "33,VN,province,,No kind,",
        f"34,VN,province,{'k' * 21},Long kind,",
        "35,VN,province,Tỉnh",
        "36,VN,province,Tỉnh,Too, many, columns",
        "VN,,country,Nước,Again,",
        f"37,VN,province,Tỉnh,Long alias,{'a' * 121}",
        "38,VN,province,Tỉnh,Good,",
    ]
    with pytest.raises(BadAreaFile) as caught:
        read_file(file_with(tmp_path, "\n".join(lines)))
    named = [line.split(": ")[0] for line in str(caught.value).splitlines()]
    assert named == [f"areas.csv:{number}" for number in range(3, 14)]
    assert "code VN is on line 2 already" in str(caught.value)


@pytest.mark.parametrize(
    "header", ["", "code,name\n", "code;parent_code;level;kind;name;aliases\n"]
)
def test_wrong_columns_are_named(tmp_path: Path, header: str) -> None:
    with pytest.raises(BadAreaFile, match=r"areas\.csv:1: the columns must be code,parent_code"):
        read_file(file_with(tmp_path, "", header))


def test_a_file_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "areas.csv"
    path.write_bytes(HEADER.encode() + "20,VN,province,Tỉnh,Lạng Sơn,\n".encode("utf-16"))
    with pytest.raises(BadAreaFile, match="UTF-8"):
        read_file(path)


def test_a_file_saved_by_a_spreadsheet_is_read(tmp_path: Path) -> None:
    path = tmp_path / "areas.csv"
    text = HEADER + ' VN ,,country,"Nước"," Việt Nam ",vn| | Đất Việt\n'
    path.write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    assert read_file(path) == [AreaRow("VN", "", "country", "Nước", "Việt Nam", ("vn", "dat viet"))]


def test_the_real_list_loads(conn: Connection) -> None:
    rows = read_file(REAL)
    assert import_rows(conn, rows, NOW) == (3356, 0)
    counted = conn.execute(select(table.c.level, func.count()).group_by(table.c.level))
    assert dict(tuple(row) for row in counted) == {"country": 1, "province": 34, "commune": 3321}
    assert import_rows(conn, rows, NOW) == (0, 0)
    assert areas.search(conn, "ba đình", None)[0].parent_name == "Hà Nội"


def test_a_tree_has_every_unit_below_and_no_child_before_its_parent(small: Connection) -> None:
    country = areas.by_code(small, "VN")
    assert country is not None
    found = areas.tree(small, country.id)
    assert {area.id for area in found} == set(areas.below(small, country.id))
    places = {area.id: n for n, area in enumerate(found)}
    assert all(places[a.parent_id] < places[a.id] for a in found if a.parent_id in places)
    assert found[0] == country
