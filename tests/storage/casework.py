"""Cases and the officers who see them, over the tree of tests/console/desk.py."""

import random
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Connection

from care.cases import Case
from storage import areas, cases
from storage.case_tables import cases as table
from storage.cases import Viewer
from tests.console.desk import NOW, grow_areas

FACTS = {"told": "cháu Bống có nhiều vết bầm", "contact": "0912 345 678"}


def grow(conn: Connection) -> dict[str, int]:
    """Codes of units and their ids."""
    return grow_areas(conn)


def viewer(conn: Connection, area_id: int, officer_id: int = 7) -> Viewer:
    below = frozenset(areas.below(conn, area_id))
    return Viewer(officer_id, area_id, below, cases.rank_of(conn, area_id))


def report(
    conn: Connection, area_id: int, /, *, at: datetime = NOW, seed: int = 1, **more: Any
) -> tuple[str, Case]:
    """Code and case."""
    usual: dict[str, Any] = {"province": False, "urgent": False, "pile": False}
    chance = random.Random(f"{seed} {area_id}")
    facts = more.pop("facts", FACTS)
    code = cases.report(conn, facts, area_id=area_id, now=at, chance=chance, **{**usual, **more})
    newest = conn.execute(select(table.c.id).order_by(table.c.id.desc()).limit(1)).scalar_one()
    found = cases.get(conn, newest)
    assert found is not None
    return code, found


def again(conn: Connection, case: Case) -> Case:
    found = cases.get(conn, case.id)
    assert found is not None
    return found
