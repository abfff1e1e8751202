"""Invitation slips: one a row, used once, forgotten in time."""

from datetime import date, timedelta

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.engine import Connection

from care.codes import LETTERS, slip_in
from care.roster import Entry
from storage import privacy, slips
from storage.console_tables import slips as table
from tests.storage.families import NOW, a_caregiver, together
from tests.storage.places import planted

NA = Entry(2, "Na", date(2024, 3, 12), "Mầm 1", "nhà chị Hoa")
TI = Entry(3, "Tí", date(2023, 3, 12), "Mầm 1", "")
Ids = dict[str, int]


@pytest.fixture
def ids(conn: Connection) -> Ids:
    return planted(conn)


def make(conn: Connection, area: int, *entries: Entry, batch: str = "one") -> dict[str, int]:
    return slips.make(conn, [(entry, area) for entry in entries], batch, 1, NOW)


def only(conn: Connection, batch: str = "one") -> slips.Slip:
    (slip,) = slips.of_batch(conn, batch, [], True)
    return slip


def test_a_row_is_one_slip_however_often_it_comes(conn: Connection, ids: Ids) -> None:
    assert make(conn, ids["20a"], NA, TI) == {"new": 2, "again": 0, "used": 0}
    written_otherwise = Entry(9, "ná", NA.born_on, "mầm  1", "khác")
    assert make(conn, ids["20a"], written_otherwise) == {"new": 0, "again": 1, "used": 0}
    assert make(conn, ids["20b"], NA) == {"new": 1, "again": 0, "used": 0}
    would = slips.known(conn, [(NA, ids["20a"]), (TI, ids["20b"])])
    assert would == {"new": 1, "again": 1, "used": 0}


def test_a_code_is_found_used_once_and_says_nothing_afterwards(conn: Connection, ids: Ids) -> None:
    make(conn, ids["20a"], NA)
    slip = only(conn)
    assert slips.find(conn, slip.code) == slip
    assert slips.find(conn, "ABCD2345") is None
    assert slips.use(conn, slip.id, 7, NOW)
    assert not slips.use(conn, slip.id, 8, NOW)
    used = only(conn)
    assert (used.caregiver_id, used.name, used.born_on, used.note) == (7, None, None, "")
    assert make(conn, ids["20a"], NA, batch="two") == {"new": 0, "again": 0, "used": 1}
    assert only(conn).used_at == NOW


def test_an_expired_slip_cannot_be_used(conn: Connection, ids: Ids) -> None:
    make(conn, ids["20a"], NA)
    assert not slips.use(conn, only(conn).id, 7, NOW + slips.LIVES)


def test_only_the_own_areas_are_listed_and_counted(conn: Connection, ids: Ids) -> None:
    make(conn, ids["20a"], NA, TI)
    slips.make(conn, [(NA, ids["20b"])], "one", 1, NOW)
    slips.use(conn, slips.of_batch(conn, "one", [ids["20a"]], False)[0].id, 7, NOW)
    (batch,) = slips.batches(conn, [ids["20a"]], False)
    assert (batch.total, batch.used) == (2, 1)
    assert slips.batches(conn, [ids["20a-1"]], False) == []
    assert len(slips.of_batch(conn, "one", [ids["20b"]], False)) == 1
    assert [slip.name for slip in slips.unused(conn, [ids["20a"]], False, NOW)] == ["Tí"]
    assert slips.unused(conn, [ids["20a"]], False, NOW + slips.LIVES) == []


def test_what_a_slip_says_is_sealed_and_forgotten_in_time(conn: Connection, ids: Ids) -> None:
    make(conn, ids["20a"], NA)
    raw = conn.exec_driver_sql("SELECT known, code FROM slips").one()
    assert all(b"Na" not in bytes(value) for value in raw)
    slips.forget(conn, NOW + slips.LIVES - timedelta(days=1))
    assert only(conn).name == "Na"
    slips.forget(conn, NOW + slips.LIVES)
    assert only(conn).name is None
    slips.forget(conn, NOW + slips.LIVES + slips.KEPT)
    assert slips.of_batch(conn, "one", [], True) == []


def test_who_is_erased_is_no_longer_known_to_have_used_it(conn: Connection, ids: Ids) -> None:
    make(conn, ids["20a"], NA)
    me = a_caregiver(conn, "1").caregiver.id
    slips.use(conn, only(conn).id, me, NOW)
    privacy.erase_wholly(conn, me, NOW)
    assert only(conn).caregiver_id is None
    assert only(conn).used_at == NOW


def test_codes_are_read_as_they_are_written(conn: Connection, ids: Ids) -> None:
    many = [Entry(n, f"Bé {n}", NA.born_on, "", "") for n in range(300)]
    make(conn, ids["20a"], *many)
    codes = [slip.code for slip in slips.of_batch(conn, "one", [], True)]
    assert len(set(codes)) == 300
    assert set("".join(codes)) <= set(LETTERS)
    for code in codes:
        assert slip_in(f"tham gia {code[:4]} {code[4:]}".lower()) == code


def test_two_who_use_a_slip_at_once_are_not_both_first(
    database_url: str, engine: Engine, second: Engine
) -> None:
    with engine.begin() as conn:
        make(conn, planted(conn)["20a"], NA)
        slip_id = conn.execute(select(table.c.id)).scalar_one()
    first, other = together(engine, second, lambda conn: slips.use(conn, slip_id, 7, NOW))
    assert sorted([first, other]) == [False, True]
