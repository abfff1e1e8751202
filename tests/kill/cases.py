"""Kills a process that reads and changes cases; no read and no change may be without its line.

After every death each case is compared with its history: what the lines tell is what is there.
"""

import asyncio
import json
import random
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from bench.people import Place, make_place
from bench.result import ROOT
from care.cases import Act
from storage import areas, case_history, cases
from storage.areas import AreaRow
from storage.case_tables import case_steps
from storage.case_tables import cases as table
from tests.virtual_time import NOW

CASES = 4
AREAS = (
    AreaRow("VN", "", "country", "quốc gia", "Việt Nam", ()),
    AreaRow("20", "VN", "province", "tỉnh", "Lạng Sơn", ()),
    AreaRow("20a", "20", "commune", "xã", "Đồng Tâm", ()),
)
# What a line says of the case: the column that holds the moment of the latest such act.
MOMENTS = {
    Act.ASSESSED: "assessed_at",
    Act.PLANNED: "planned_at",
    Act.SUPPORTED: "supported_at",
    Act.REFERRED: "referred_at",
    Act.CLOSE_ASKED: "close_asked_at",
}
SILENT = (Act.READ, Act.REPORTED)  # they change nothing of what is compared


@dataclass(slots=True)
class Verdict:
    """`torn`: after how many deaths a case and its history told different things."""

    kills: int
    lines: int = 0
    shown: int = 0  # reads that an officer saw
    torn: int = 0
    unread: int = 0  # of them without a line
    broken_at: int | None = None

    @property
    def kept(self) -> bool:
        whole = self.broken_at is None and not self.torn and not self.unread
        return whole and self.lines > self.kills and self.shown > 0

    def __str__(self) -> str:
        return (
            f"{self.kills} kills, {self.lines} lines, {self.shown} reads shown: {self.torn} deaths"
            f" left a case and its history apart, {self.unread} reads without a line,"
            f" chain broken at {self.broken_at}"
        )


async def experiment(folder: Path, kills: int, *, broken: str = "none", seed: int = 1) -> Verdict:
    place = make_place(folder)
    _fill(place)
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.kill.cases_child",
        str(folder),
        str(kills),
        broken,
        str(seed),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
    )
    told, _ = await process.communicate()
    verdict = Verdict(kills, torn=int(json.loads(told)["torn"]))
    engine = place.engine()
    with engine.connect() as conn, conn.begin():
        verdict.broken_at = case_history.broken_at(conn)
        verdict.lines = int(case_history.head(conn).partition(" ")[0])
        verdict.shown, verdict.unread = _reads(conn, folder / "shown")
    engine.dispose()
    return verdict


def _fill(place: Place) -> None:
    engine = place.engine()
    with engine.connect() as conn, conn.begin():
        areas.import_rows(conn, AREAS, NOW)
        commune = areas.by_code(conn, "20a")
        assert commune is not None
        for seed in range(CASES):
            cases.report(
                conn,
                {"told": "x"},
                area_id=commune.id,
                province=False,
                urgent=False,
                pile=False,
                now=NOW,
                chance=random.Random(seed),
            )
    engine.dispose()


def torn(conn: Connection) -> bool:
    """Whether some case is not as its history tells."""
    numbers = list(conn.execute(select(table.c.id)).scalars())
    return any(_told(conn, one) != _found(conn, one) for one in numbers)


def _told(conn: Connection, case_id: int) -> dict[str, Any]:
    told: dict[str, Any] = dict.fromkeys((*MOMENTS.values(), "officer_id", "seen_at"))
    told |= {"steps": 0, "notes": "", "changed_at": NOW}
    for line in case_history.of_case(conn, case_id):
        if line.act in (Act.READ, Act.TAKEN):
            told["seen_at"] = told["seen_at"] or line.at
        if line.act not in SILENT:
            told["changed_at"] = line.at
        if line.act in MOMENTS:
            told[MOMENTS[line.act]] = line.at
        elif line.act is Act.TAKEN:
            told["officer_id"] = int(line.actor.removeprefix("officer:"))
        elif line.act is Act.HANDED_BACK:
            told["officer_id"] = None
        elif line.act is Act.CLOSE_REFUSED:
            told["close_asked_at"] = None
        elif line.act is Act.STEP_ADDED:
            told["steps"] += 1
        elif line.act is Act.FACTS_CHANGED:
            told["notes"] = line.at.isoformat()
    return told


def _found(conn: Connection, case_id: int) -> dict[str, Any]:
    case = cases.get(conn, case_id)
    mine = case_steps.c.case_id == case_id
    steps = conn.execute(select(func.count()).select_from(case_steps).where(mine)).scalar_one()
    names = (*MOMENTS.values(), "officer_id", "seen_at", "changed_at")
    notes = cases.facts_of(conn, case_id).get("notes", "")
    return {**{name: getattr(case, name) for name in names}, "steps": steps, "notes": notes}


def _reads(conn: Connection, shown: Path) -> tuple[int, int]:
    """Each line of the file is a case and the moment at which an officer saw it."""
    seen = [line.split() for line in shown.read_text(encoding="ascii").splitlines()]
    lines = {
        (str(case_id), line.at.isoformat())
        for case_id in conn.execute(select(table.c.id)).scalars()
        for line in case_history.of_case(conn, case_id)
        if line.act is Act.READ
    }
    return len(seen), sum((case_id, at) not in lines for case_id, at in seen)
