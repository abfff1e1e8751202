"""What officers have to look at: one open task a thing and area, seen in scope."""

from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.engine import Connection

from storage import areas, tasks
from storage.areas import AreaRow
from storage.console_tables import tasks as table
from storage.tasks import LOW_SCORE, WRONG
from tests.storage.families import DAY, NOW, together

ITEM = "tip-d0009"
ROWS = [
    AreaRow("VN", "", "country", "Nước", "Việt Nam", ()),
    AreaRow("20", "VN", "province", "Tỉnh", "Lạng Sơn", ()),
    AreaRow("01", "VN", "province", "Thành phố", "Hà Nội", ()),
]


def plant(conn: Connection) -> dict[str, int]:
    areas.import_rows(conn, ROWS, NOW)
    found = {row.code: areas.by_code(conn, row.code) for row in ROWS}
    return {code: area.id for code, area in found.items() if area}


@pytest.fixture
def ids(conn: Connection) -> dict[str, int]:
    return plant(conn)


def test_a_thing_has_one_open_task_in_an_area(conn: Connection, ids: dict[str, int]) -> None:
    assert tasks.open_once(conn, WRONG, ITEM, ids["20"], NOW)
    assert not tasks.open_once(conn, WRONG, ITEM, ids["20"], NOW + DAY)
    assert tasks.open_once(conn, WRONG, ITEM, ids["01"], NOW)
    assert tasks.open_once(conn, WRONG, ITEM, None, NOW)
    assert not tasks.open_once(conn, WRONG, ITEM, None, NOW)
    assert tasks.open_once(conn, WRONG, "tip-other", ids["20"], NOW)
    assert tasks.open_once(conn, LOW_SCORE, ITEM, ids["20"], NOW)


def test_what_was_done_may_come_again(conn: Connection, ids: dict[str, int]) -> None:
    for area in ("20", "01"):
        tasks.open_once(conn, WRONG, ITEM, ids[area], NOW)
    assert tasks.finish(conn, WRONG, ITEM, 7, NOW + DAY) == 2  # wherever it was waiting
    assert tasks.finish(conn, WRONG, ITEM, 7, NOW + DAY) == 0
    assert tasks.waiting(conn, (), everywhere=True) == []
    rows = conn.execute(select(table.c.done_at, table.c.officer_id)).all()
    assert {tuple(row) for row in rows} == {(NOW + DAY, 7)}
    assert tasks.open_once(conn, WRONG, ITEM, ids["20"], NOW + DAY)


def test_one_task_ends_alone(conn: Connection, ids: dict[str, int]) -> None:
    for area in ("20", "01"):
        tasks.open_once(conn, WRONG, ITEM, ids[area], NOW)
    first, second = tasks.waiting(conn, (), everywhere=True)
    assert tasks.finish_one(conn, first.id, 7, NOW)
    assert not tasks.finish_one(conn, first.id, 8, NOW)
    assert tasks.waiting(conn, (), everywhere=True) == [second]
    done = tasks.get(conn, first.id)
    assert done is not None
    assert (done.done_at, done.officer_id) == (NOW, 7)
    assert tasks.get(conn, 10**6) is None


def test_an_officer_sees_the_tasks_of_the_own_areas(conn: Connection, ids: dict[str, int]) -> None:
    for area in (ids["20"], ids["01"], None):
        tasks.open_once(conn, WRONG, ITEM, area, NOW)

    def seen(*codes: str, everywhere: bool = False) -> list[int | None]:
        found = tasks.waiting(conn, [ids[code] for code in codes], everywhere)
        return [one.area_id for one in found]

    assert seen("20") == [ids["20"]]
    assert seen("20", "01") == [ids["20"], ids["01"]]
    assert seen() == []
    assert seen(everywhere=True) == [ids["20"], ids["01"], None]


def test_what_is_due_comes_first(conn: Connection, ids: dict[str, int]) -> None:
    wanted: dict[str, Any] = {"old": None, "later": NOW + 2 * DAY, "soon": NOW + DAY, "new": None}
    for ref, due_at in wanted.items():
        tasks.open_once(conn, WRONG, ref, ids["20"], NOW, due_at)
    tasks.open_once(conn, LOW_SCORE, "talk:1", ids["20"], NOW)
    found = tasks.waiting(conn, [ids["20"]], False, WRONG)
    assert [one.ref for one in found] == ["soon", "later", "old", "new"]


@pytest.mark.parametrize(("score", "made"), [(1, True), (2, True), (3, False), (5, False)])
def test_a_low_score_is_a_task(conn: Connection, score: int, *, made: bool) -> None:
    assert tasks.low_score(conn, "campaign:4", score, None, NOW) is made
    assert bool(tasks.waiting(conn, (), everywhere=True)) is made
    assert not tasks.low_score(conn, "campaign:4", score, None, NOW)


def test_two_who_find_it_at_once_make_one_task(engine: Engine, second: Engine) -> None:
    with engine.begin() as conn:
        area = plant(conn)["20"]
    made = together(engine, second, lambda conn: tasks.open_once(conn, WRONG, ITEM, area, NOW))
    assert sorted(made) == [False, True]
    with engine.begin() as conn:
        assert len(tasks.waiting(conn, [area], everywhere=False)) == 1
