"""Each case has a key of its own; without it nobody reads a word of the case."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.engine import Connection

from bot import retention
from care.cases import Act, Danger
from storage import case_acts, case_files, case_history, case_keys, cases
from storage.case_keys import Forgotten
from storage.case_tables import case_history as history
from storage.case_tables import case_keys as keys
from storage.case_tables import case_steps
from storage.case_tables import cases as table
from storage.crypto import Cipher, KeyProblem
from storage.types import cipher_of
from tests.console.desk import NOW
from tests.storage.casework import FACTS, again, grow, report, viewer

YEAR = timedelta(days=365)
SECOND = timedelta(seconds=1)


def test_every_case_has_another_key_and_none_stands_in_the_clear(conn: Connection) -> None:
    ids = grow(conn)
    made = [report(conn, ids["20a"], seed=n)[1] for n in range(3)]
    ciphers = [case_keys.cipher(conn, case.id) for case in made]
    sealed = ciphers[0].seal("a", "b")
    assert ciphers[0].open("a", sealed) == "b"
    for other in (*ciphers[1:], cipher_of(conn.dialect)):
        with pytest.raises(KeyProblem):
            other.open("a", sealed)


def test_facts_copied_to_another_case_do_not_open(conn: Connection) -> None:
    ids = grow(conn)
    (_, one), (_, two) = report(conn, ids["20a"], seed=1), report(conn, ids["20a"], seed=2)
    facts = conn.execute(select(table.c.facts).where(table.c.id == one.id)).scalar_one()
    cases.change(conn, two.id, facts=facts)
    with pytest.raises(KeyProblem):
        cases.facts_of(conn, two.id)
    _copy_key(conn, one.id, two.id)
    with pytest.raises(KeyProblem):  # not even with its key
        cases.facts_of(conn, two.id)
    assert cases.facts_of(conn, one.id) == FACTS


def test_a_line_or_a_step_copied_to_another_case_does_not_open(conn: Connection) -> None:
    ids = grow(conn)
    (_, one), (_, two) = report(conn, ids["20a"], seed=1), report(conn, ids["20a"], seed=2)
    me = viewer(conn, ids["20a"])
    case_acts.add_step(conn, me, one, "thăm nhà", None, NOW)
    _copy_key(conn, one.id, two.id)
    detail = conn.execute(select(history.c.detail).where(history.c.case_id == one.id)).scalars()
    line = {"seq": 99, "case_id": two.id, "at": NOW, "actor": "x", "act": "noted", "hash": ""}
    conn.execute(insert(history).values(**line, detail=next(iter(detail))))
    with pytest.raises(KeyProblem):
        case_history.of_case(conn, two.id)
    conn.execute(update(case_steps).values(case_id=two.id))
    with pytest.raises(KeyProblem):
        case_files.read(conn, me, again(conn, two), NOW)


def _copy_key(conn: Connection, one: int, two: int) -> None:
    sealed = conn.execute(select(keys.c.sealed).where(keys.c.case_id == one)).scalar_one()
    conn.execute(update(keys).where(keys.c.case_id == two).values(sealed=sealed))


def test_a_year_after_its_end_a_case_is_forgotten_and_who_did_what_stays(conn: Connection) -> None:
    ids = grow(conn)
    code, case = report(conn, ids["20a"])
    me = viewer(conn, ids["20a"])
    case_acts.add_step(conn, me, case, "thăm nhà", None, NOW)
    case_acts.refer(conn, me, case, 3, False, "nguy hiểm", NOW)
    case_acts.assess(conn, me, case, Danger.SOME, "vết bầm", NOW)
    sealed = conn.execute(select(table.c.facts).where(table.c.id == case.id)).scalar_one()
    key = case_keys.cipher(conn, case.id)
    cases.change(conn, case.id, closed_at=NOW, closed_by=8)
    retention.purge(conn, NOW + YEAR)
    assert cases.facts_of(conn, case.id) == FACTS
    retention.purge(conn, NOW + YEAR + SECOND)
    retention.purge(conn, NOW + YEAR + 2 * SECOND)
    gone = again(conn, case)
    assert gone.forgotten_at == NOW + YEAR + SECOND
    assert cases.facts_of(conn, case.id) == {}
    with pytest.raises(Forgotten):
        case_keys.cipher(conn, case.id)
    with pytest.raises(KeyProblem):
        cipher_of(conn.dialect).open(f"cases.facts|{case.id}", bytes(sealed))
    assert json.loads(key.open(f"cases.facts|{case.id}", bytes(sealed))) == FACTS  # the control
    file = case_files.read(conn, me, gone, NOW + 2 * YEAR)
    assert [line.detail for line in file.history] == [{}] * 6
    assert [line.act for line in file.history][-2:] == [Act.FORGOTTEN, Act.READ]
    assert (file.facts, file.steps[0].what, file.referrals[0].why) == ({}, "", "")
    assert cases.status_by_code(conn, code, NOW) is not None
    assert case_history.broken_at(conn) is None


def test_what_is_open_or_was_reopened_is_never_forgotten(conn: Connection) -> None:
    ids = grow(conn)
    (code, closed), (_, still_open) = report(conn, ids["20a"]), report(conn, ids["20a"], seed=2)
    cases.change(conn, closed.id, closed_at=NOW)
    cases.add_by_code(conn, code, "lại bị", NOW + YEAR)
    assert case_acts.forget(conn, NOW + 9 * YEAR) == 0
    assert cases.facts_of(conn, closed.id) == cases.facts_of(conn, still_open.id) == FACTS


def test_another_master_key_opens_no_case(conn: Connection) -> None:
    ids = grow(conn)
    _, case = report(conn, ids["20a"])
    sealed = conn.exec_driver_sql("SELECT sealed FROM case_keys").scalar_one()
    with pytest.raises(KeyProblem):
        Cipher(bytes(32)).open("case_keys.sealed", bytes(sealed))
    assert cases.facts_of(conn, case.id) == FACTS
