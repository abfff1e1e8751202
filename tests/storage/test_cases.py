"""Cases come in, are found by their code, and are seen by those who may see them."""

import random
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.engine import Connection

from care.cases import CODE_DIGITS, FIELD_MOST, FIELDS, Act, Case, Status
from storage import case_files, case_history, cases
from storage.areas import AreaRow, import_rows
from storage.case_tables import case_exclusions
from storage.case_tables import cases as table
from storage.cases import Viewer
from storage.tables import areas as areas_table
from tests.console.desk import NOW
from tests.storage.casework import FACTS, again, grow, report, viewer

HOUR = timedelta(hours=1)


def test_a_report_is_a_case_of_its_commune_and_its_code_finds_it(conn: Connection) -> None:
    ids = grow(conn)
    code, case = report(conn, ids["20a"], urgent=True)
    assert (len(code), code.isdecimal()) == (CODE_DIGITS, True)
    assert (case.area_id, case.lowest, case.highest) == (ids["20a"], 2, 2)
    assert (case.urgent, case.waiting_since, case.stage) == (True, NOW, 0)
    assert cases.facts_of(conn, case.id) == FACTS
    assert cases.by_code(conn, code) == case
    assert [line.act for line in case_history.of_case(conn, case.id)] == [Act.REPORTED]


def test_of_a_hamlet_its_commune_keeps_the_case(conn: Connection) -> None:
    ids = grow(conn)
    _, case = report(conn, ids["20a1"])
    assert (case.area_id, case.lowest) == (ids["20a"], 2)
    assert cases.find(conn, viewer(conn, ids["20a1"]), case.number) is None


def test_what_concerns_the_commune_goes_past_it(conn: Connection) -> None:
    ids = grow(conn)
    _, case = report(conn, ids["20a"], province=True)
    seen = {c for c, i in ids.items() if cases.find(conn, viewer(conn, i), case.number)}
    assert seen == {"20"}
    cases.change(conn, case.id, highest=0)
    seen = {c for c, i in ids.items() if cases.find(conn, viewer(conn, i), case.number)}
    assert seen == {"20", "VN"}


def test_only_known_fields_are_kept_and_never_too_much(conn: Connection) -> None:
    ids = grow(conn)
    given = {**dict.fromkeys(FIELDS, " x" * FIELD_MOST), "culprit": "ai đó", "place": "  "}
    _, case = report(conn, ids["20a"], facts=given)
    kept = cases.facts_of(conn, case.id)
    assert set(kept) == set(FIELDS) - {"place"}
    assert {len(text) for text in kept.values()} == {FIELD_MOST}


def test_ten_thousand_guesses_find_nothing_and_leave_nothing(conn: Connection) -> None:
    ids = grow(conn)
    code, _ = report(conn, ids["20a"])
    head = case_history.head(conn)
    chance = random.Random(5)
    guesses = {"".join(chance.choices("0123456789", k=CODE_DIGITS)) for _ in range(10_000)}
    near = {code[:n] + str((int(code[n]) + 1) % 10) + code[n + 1 :] for n in range(CODE_DIGITS)}
    assert code not in guesses
    assert [g for g in guesses if cases.by_code(conn, g) is not None] == []
    assert [g for g in near if cases.status_by_code(conn, g, NOW) is not None] == []
    assert not any(cases.add_by_code(conn, g, "thêm", NOW) for g in near)
    assert case_history.head(conn) == head
    assert cases.by_code(conn, code) is not None  # the control


def test_the_code_stands_nowhere(conn: Connection) -> None:
    ids = grow(conn)
    code, case = report(conn, ids["20a"])
    (row,) = conn.execute(select(table).where(table.c.id == case.id))
    assert code not in str(row)
    assert not any(code in str(line) for line in case_history.of_case(conn, case.id))


def test_reading_the_status_is_a_line_of_the_history(conn: Connection) -> None:
    ids = grow(conn)
    code, case = report(conn, ids["20a"])
    assert cases.status_by_code(conn, code, NOW) is Status.RECEIVED
    case_files.read(conn, viewer(conn, ids["20a"]), case, NOW)
    assert cases.status_by_code(conn, code, NOW) is Status.LOOKED_AT
    told = [(line.act, line.actor) for line in case_history.of_case(conn, case.id)]
    by_reporter = (Act.STATUS_READ, "reporter")
    assert told[1:] == [by_reporter, (Act.READ, "officer:7"), by_reporter]


def test_an_addition_waits_for_somebody_and_opens_a_closed_case(conn: Connection) -> None:
    ids = grow(conn)
    code, case = report(conn, ids["20a"])
    case_files.read(conn, viewer(conn, ids["20a"]), case, NOW)
    later = NOW + HOUR
    cases.change(conn, case.id, closed_at=NOW, closed_by=8, close_asked_by=7, close_asked_at=NOW)
    assert cases.add_by_code(conn, code, " cháu lại bị \n", later)
    found = again(conn, case)
    assert (found.waiting_since, found.closed_at, found.reopened_at) == (later, None, later)
    assert (found.close_asked_by, found.closed_by) == (None, None)
    assert case_history.of_case(conn, case.id)[-1].detail == {"text": "cháu lại bị"}
    assert not cases.add_by_code(conn, code, "  ", later)
    cases.change(conn, case.id, forgotten_at=later)
    assert not cases.add_by_code(conn, code, "thêm", later)


def test_the_list_is_in_the_order_of_what_hurries(conn: Connection) -> None:
    ids = grow(conn)
    made = [
        report(conn, ids["20a"], seed=n, at=NOW + n * HOUR, urgent=urgent, pile=pile)[1]
        for n, (urgent, pile) in enumerate([(False, False), (True, True), (True, False)])
    ]
    me = viewer(conn, ids["20a"])
    numbers = [made[n].number for n in (2, 0, 1)]
    assert [case.number for case in cases.listed(conn, me)] == numbers
    cases.change(conn, made[2].id, closed_at=NOW)
    assert [case.number for case in cases.listed(conn, me)] == numbers[1:]
    assert [case.number for case in cases.listed(conn, me, over=True)] == numbers[:1]


# Who sees what, once more and slowly.


@dataclass
class World:
    parents: dict[int, int | None]
    levels: dict[int, str]
    excluded: set[tuple[int, int]]

    def chain(self, unit: int) -> list[int]:
        above = self.parents[unit]
        return [unit, *(self.chain(above) if above is not None else [])]

    def sees(self, officer: Viewer, case: Case) -> bool:
        """By walking from the case upwards, unit by unit."""
        if (case.id, officer.officer_id) in self.excluded:
            return False
        between = ["country", "province", "commune"][case.highest : case.lowest + 1]
        return any(
            unit == officer.area_id and self.levels[unit] in between
            for unit in self.chain(case.area_id)
        )

    def is_offered(self, officer: Viewer, case: Case) -> bool:
        shut_out = (case.id, officer.officer_id) in self.excluded
        return case.offered_area_id == officer.area_id and not shut_out


def _grow_randomly(conn: Connection, chance: random.Random) -> World:
    rows = [AreaRow("VN", "", "country", "quốc gia", "Việt Nam", ())]
    for level, above, most in (("province", "country", 3), ("commune", "province", 3)):
        for parent in [row for row in rows if row.level == above]:
            for n in range(chance.randint(0, most)):
                code = f"{parent.code}{n}"
                rows.append(AreaRow(code, parent.code, level, "xã", f"Nơi {code}", ()))
    communes = [row.code for row in rows if row.level == "commune"]
    rows += [AreaRow(f"{code}h", code, "hamlet", "thôn", "Thôn", ()) for code in communes]
    import_rows(conn, rows, NOW)
    found = conn.execute(select(areas_table)).all()
    parents = {row.id: row.parent_id for row in found}
    return World(parents, {row.id: row.level for row in found}, set())


def _fill(conn: Connection, world: World, officers: list[Viewer], chance: random.Random) -> None:
    """Cases at all heights, some closed, some read, some on offer, some with exclusions."""
    units = list(world.parents)
    for n in range(40):
        unit = chance.choice(units)
        _, case = report(conn, unit, seed=n, province=chance.random() < 0.3)
        values: dict[str, Any] = {"highest": chance.randint(0, case.lowest)}
        if chance.random() < 0.2:
            values["closed_at"] = NOW
        if chance.random() < 0.3:
            values["waiting_since"] = None
        if chance.random() < 0.3:
            values["offered_area_id"] = chance.choice(units)
        cases.change(conn, case.id, **values)
        for officer in chance.sample(officers, min(len(officers), chance.randint(0, 3))):
            world.excluded.add((case.id, officer.officer_id))
            pair = {"case_id": case.id, "officer_id": officer.officer_id}
            conn.execute(insert(case_exclusions).values(**pair))


@pytest.mark.parametrize("seed", range(8))
def test_who_sees_which_case_agrees_with_a_second_opinion(conn: Connection, seed: int) -> None:
    chance = random.Random(seed)
    world = _grow_randomly(conn, chance)
    units = list(world.parents) + chance.choices(list(world.parents), k=5)
    officers = [viewer(conn, unit, n) for n, unit in enumerate(units, 100)]
    _fill(conn, world, officers, chance)
    every = [Case(*row) for row in conn.execute(select(*(table.c[n] for n in Case.__slots__)))]
    seen = 0
    for officer in officers:
        mine = {c.number for c in every if world.sees(officer, c)}
        offered = {c.number for c in every if world.is_offered(officer, c)}
        found = {c.number for c in every if cases.find(conn, officer, c.number)}
        lists = cases.listed(conn, officer) + cases.listed(conn, officer, over=True)
        waiting = {c.number for c in every if c.waiting_since and c.closed_at is None} & mine
        assert found == mine
        assert sorted(c.number for c in lists) == sorted(mine)
        assert {c.number for c in cases.offered(conn, officer)} == offered
        assert cases.to_open(conn, officer) == len(waiting | offered)
        seen += len(mine)
    assert seen  # the control: a world in which nobody sees anything proves nothing


def test_a_case_without_its_exclusion_is_seen(conn: Connection) -> None:
    """The control of the one above: the second opinion notices what is missing."""
    ids = grow(conn)
    _, case = report(conn, ids["20a"])
    me = viewer(conn, ids["20a"])
    world = World({ids["20a"]: None}, {ids["20a"]: "commune"}, {(case.id, me.officer_id)})
    assert cases.find(conn, me, case.number) is not None
    assert not world.sees(me, case)
    conn.execute(insert(case_exclusions).values(case_id=case.id, officer_id=me.officer_id))
    assert cases.find(conn, me, case.number) is None


def test_a_unit_that_moves_in_the_tree_takes_its_cases_along(conn: Connection) -> None:
    ids = grow(conn)
    _, case = report(conn, ids["20a"], province=True)
    move = update(areas_table).where(areas_table.c.id == ids["20a"])
    conn.execute(move.values(parent_id=ids["46"]))
    assert cases.find(conn, viewer(conn, ids["46"]), case.number) is not None
    assert cases.find(conn, viewer(conn, ids["20"]), case.number) is None
