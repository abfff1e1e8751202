"""The sample commune's referral directory and its cases: nobody of them is a real child."""

import random
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from bot.demo_office import Office
from care.cases import Danger
from care.clock import local_day
from care.scope import Role
from care.services import Field
from storage import areas, case_acts, cases, services
from storage.cases import Viewer
from storage.database import Connection

Words = Mapping[str, Any]


def directory(conn: Connection, office: Office, words: Words, now: datetime) -> None:
    """One field must be checked again, one place is closed."""
    commune = areas.get(conn, office.commune)
    homes = {"commune": office.commune, "province": commune.parent_id if commune else None}
    for told in words["services"]:
        known = (told["name"], told["phone"], told["address"], told["hours"])
        by = office.officers[Role.CHILD]
        on = local_day(now) - timedelta(days=told["days_ago"])
        area_id = homes[told.get("of", "commune")] or office.commune
        made = services.add(conn, area_id, Field(told["field"]), *known, by=by, today=on)
        if told.get("closed"):
            services.close(conn, made, local_day(now))


def reports(
    conn: Connection, office: Office, words: Words, now: datetime, chance: random.Random
) -> None:
    """One that nobody has opened yet, one that is under way."""
    me = office.officers[Role.PROTECTION]
    below = frozenset(areas.below(conn, office.commune))
    viewer = Viewer(me, office.commune, below, cases.rank_of(conn, office.commune))
    for told in words["reports"]:
        at = now - timedelta(hours=told["hours_ago"])
        code = cases.report(
            conn,
            told["facts"],
            area_id=office.commune,
            province=False,
            urgent=told["urgent"],
            pile=False,
            now=at,
            chance=chance,
        )
        case = cases.by_code(conn, code)
        if case is None or "assessed" not in told:
            continue
        case_acts.take(conn, viewer, case, at + timedelta(minutes=20))
        taken = cases.get(conn, case.id)
        if taken is not None:
            later = at + timedelta(hours=2)
            case_acts.assess(conn, viewer, taken, Danger.SOME, told["assessed"], later)
