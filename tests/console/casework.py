"""Cases for tests of the console: reported into an area, and worked on by officers."""

import random
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from care.cases import FIELD_MOST, FIELDS, RANKS, Act, Case, Danger
from care.services import Field
from console.cases import viewer_of
from console.web import scope_of
from storage import areas, case_acts, case_files, cases, officers, services
from storage.cases import Viewer
from storage.database import Connection
from tests.console.desk import Office

TOLD = "Bé hay khóc và có vết bầm ở tay"
CHANCE = random.Random(6)


async def a_case(
    office: Office, code: str = "20a", facts: Mapping[str, str] | None = None, **values: Any
) -> str:
    """Its number. `values`: urgent, pile, province."""
    return await office.db.write(report, office, code, facts or {"told": TOLD}, values)


def report(
    conn: Connection,
    office: Office,
    code: str,
    facts: Mapping[str, str],
    values: Mapping[str, Any],
) -> str:
    known = {"urgent": False, "pile": False, "province": False, **values}
    secret = cases.report(
        conn, facts, area_id=office.area(code), now=office.now, chance=CHANCE, **known
    )
    case = cases.by_code(conn, secret)
    assert case is not None
    return case.number


def seen_by(conn: Connection, officer_id: int) -> Viewer:
    officer = officers.get(conn, officer_id)
    assert officer is not None
    return viewer_of(conn, scope_of(conn, officer))


def the(conn: Connection, viewer: Viewer, number: str) -> Case:
    case = cases.find(conn, viewer, number)
    assert case is not None
    return case


def a_service(conn: Connection, area_id: int, name: str) -> int:
    told = (name[:160], "0205 3", "", "")
    return services.add(conn, area_id, Field.HEALTH, *told, by=0, today=date(2026, 11, 24))


def furnish(conn: Connection, office: Office, code: str, words: str, by: int) -> list[int | str]:
    """One that has everything, a closed one, a new one, and one of the pile, which is not named.

    In a hamlet nobody sees them.
    """
    viewer, told = seen_by(conn, by), spread(words)
    full, over, new = (report(conn, office, code, told, {"urgent": True}) for _ in range(3))
    report(conn, office, code, told, {"pile": True})
    if viewer.rank < len(RANKS):
        work(conn, office, the(conn, viewer, full), viewer, words)
        end(conn, office, the(conn, viewer, over), viewer, words)
        return [full, over, new]
    return []


def spread(words: str) -> dict[str, str]:
    """Shared out among all fields, so that a long text is there as a whole."""
    parts = list(in_parts(words, FIELD_MOST // 2)) or [words]
    return {name: parts[n % len(parts)] for n, name in enumerate(FIELDS)}


def in_parts(words: str, most: int) -> Iterator[str]:
    part = ""
    for line in words.split("\n"):
        if part and len(part) + len(line) + 1 > most:
            yield part
            part = ""
        part = f"{part}\n{line}" if part else line
    yield part


def work(conn: Connection, office: Office, case: Case, viewer: Viewer, words: str) -> None:
    """Every act that leaves a case open, once."""
    now = office.now + timedelta(seconds=1)
    case_files.read(conn, viewer, case, now)
    case_acts.take(conn, viewer, case, now)
    case = the(conn, viewer, case.number)
    case_acts.hand_back(conn, viewer, case, words, now)
    case_acts.take(conn, viewer, the(conn, viewer, case.number), now)
    case_acts.assess(conn, viewer, case, Danger.HIGH, words, now)
    case_acts.plan(conn, viewer, case, words, now)
    for due_on in (None, office.now.date()):
        case_acts.add_step(conn, viewer, case, words, due_on, now)
    step = case_files.steps_of(conn, case.id)[0]
    case_acts.finish_step(conn, viewer, case, step.id, now)
    case_acts.support(conn, viewer, case, words, now)
    near = [one.id for one in services.serving(conn, case.area_id)]
    service = near[0] if near else a_service(conn, case.area_id, words)
    case_acts.refer(conn, viewer, case, service, False, words, now)
    for part in in_parts(words, FIELD_MOST // 2):
        case_acts.note(conn, viewer, case, part, now)
    case_acts.change_facts(conn, viewer, case, {"helped": words}, now)
    case_acts.set_urgency(conn, viewer, case, True, now)
    parent = areas.above(conn, case.area_id)[1:2]
    if parent:
        case_acts.offer_move(conn, viewer, case, parent[0], words, now)
        case_acts.decline_move(conn, viewer, the(conn, viewer, case.number), words, now)
        case_acts.offer_move(conn, viewer, case, parent[0], words, now)
    case_acts.ask_close(conn, viewer, case, words, now)
    case_acts.refuse_close(conn, viewer, the(conn, viewer, case.number), words, now)
    case_acts.ask_close(conn, viewer, case, words, now)
    case_files.read(conn, viewer, the(conn, viewer, case.number), now, Act.PRINTED)


def end(conn: Connection, office: Office, case: Case, viewer: Viewer, words: str) -> None:
    """Asked by this officer and closed by somebody else."""
    case_acts.take(conn, viewer, case, office.now)
    case_acts.ask_close(conn, viewer, the(conn, viewer, case.number), words, office.now)
    second = Viewer(0, viewer.area_id, viewer.areas, viewer.rank)
    case_acts.close(conn, second, the(conn, viewer, case.number), words, office.now)


def shut_out(conn: Connection, office: Office, number: str, by: int, *whom: int) -> None:
    viewer = seen_by(conn, by)
    for officer_id in whom:
        case = the(conn, viewer, number)
        case_acts.exclude(conn, viewer, case, officer_id, "người nhà", office.now)
