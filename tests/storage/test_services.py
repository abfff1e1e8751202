"""The referral directory, on both engines."""

from datetime import date

import pytest
from sqlalchemy.engine import Connection

from care.services import Field
from storage import areas, services
from tests.console.desk import grow_areas

TODAY, LATER = date(2026, 11, 24), date(2026, 12, 1)
TOLD = ("Trạm Y tế", "0205 000 115", "Thôn Nà Lầu", "cả ngày đêm")
BY = 7


@pytest.fixture
def ids(conn: Connection) -> dict[str, int]:
    return grow_areas(conn)


def add(conn: Connection, area_id: int, field: Field = Field.HEALTH, name: str = "Trạm") -> int:
    return services.add(conn, area_id, field, name, *TOLD[1:], by=BY, today=TODAY)


def test_what_was_added_is_corrected_and_checked(conn: Connection, ids: dict[str, int]) -> None:
    made = services.add(conn, ids["20"], Field.HEALTH, *TOLD, by=BY, today=TODAY)
    one = services.get(conn, made)
    assert one is not None
    assert (one.name, one.phone, one.address, one.hours) == TOLD
    assert (one.field, one.checked_on, one.checked_by, one.open) == (Field.HEALTH, TODAY, BY, True)
    told = ("Tư pháp", "0205 000 222", "", "")
    services.correct(conn, made, Field.LEGAL, *told, by=8, today=LATER)
    one = services.get(conn, made)
    assert one is not None
    assert (one.field, one.name, one.checked_on, one.checked_by) == (
        Field.LEGAL,
        "Tư pháp",
        LATER,
        8,
    )
    services.check(conn, made, 9, TODAY)
    one = services.get(conn, made)
    assert one is not None
    assert (one.checked_on, one.checked_by) == (TODAY, 9)
    assert services.get(conn, made + 1) is None


def test_a_closed_one_is_not_offered_and_keeps_its_name(
    conn: Connection, ids: dict[str, int]
) -> None:
    made = add(conn, ids["20"])
    services.close(conn, made, LATER)
    assert services.serving(conn, ids["20"]) == []
    assert services.of_areas(conn, {ids["20"]}) == []
    assert [one.id for one in services.of_areas(conn, {ids["20"]}, closed=True)] == [made]
    assert services.names(conn, {made}) == {made: "Trạm"}
    services.reopen(conn, made, BY, LATER)
    assert [one.id for one in services.serving(conn, ids["20"])] == [made]


def test_the_nearest_come_first_and_nothing_from_beside(
    conn: Connection, ids: dict[str, int]
) -> None:
    country = areas.by_code(conn, "VN")
    assert country is not None
    far = add(conn, country.id, name="A")
    middle = add(conn, ids["20"], name="B")
    near = add(conn, ids["20a"], name="C")
    add(conn, ids["20b"], name="D")
    legal = add(conn, ids["20a"], Field.LEGAL, "Đ")
    assert [one.id for one in services.serving(conn, ids["20a"])] == [near, legal, middle, far]
    assert [one.id for one in services.serving(conn, ids["20a"], {Field.LEGAL})] == [legal]
    assert [one.id for one in services.serving(conn, None)] == [far]


def test_a_commune_counts_with_the_province_and_without_the_country(
    conn: Connection, ids: dict[str, int]
) -> None:
    commune, province = areas.get(conn, ids["20a"]), areas.get(conn, ids["20"])
    assert commune is not None
    assert province is not None
    assert set(services.counting(conn, [commune])[commune.id]) == {commune.id, province.id}
    alone = services.counting(conn, [province])
    assert set(alone[province.id]) == {province.id}
