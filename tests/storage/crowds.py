"""Generated families of every kind, and audiences of every kind, for the tests of campaigns."""

import random
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import insert, text
from sqlalchemy.engine import Connection

from care.age import Offset, corrected_birth
from care.audience import Audience, Stands
from care.duties import Duty
from care.people import CaregiverState, ChildState, Frequency, Role
from care.reminding import Rules
from storage.areas import AreaRow, by_code, import_rows
from storage.caregivers import DEFAULT_SEND_MINUTES
from storage.family_tables import (
    addresses,
    care_links,
    caregivers,
    children,
    consents,
    duty_records,
)

NOW = datetime.fromisoformat("2026-11-24T02:00:00+00:00")  # 09:00 in Viet Nam
TODAY = date(2026, 11, 24)
AREAS = [
    AreaRow("VN", "", "country", "Nước", "Việt Nam", ()),
    AreaRow("20", "VN", "province", "Tỉnh", "Lạng Sơn", ()),
    AreaRow("06001", "20", "commune", "Xã", "Đồng Tâm", ()),
    AreaRow("06002", "20", "commune", "Xã", "Đồng Mỏ", ()),
    AreaRow("06001-1", "06001", "hamlet", "thôn", "Nà Pàn", ()),
    AreaRow("06001-2", "06001", "hamlet", "thôn", "Bản Cạu", ()),
    AreaRow("06002-1", "06002", "hamlet", "thôn", "Khòn Nưa", ()),
]
RULES = Rules(
    {
        "papers": Duty("papers", "papers", Offset(), Offset(days=60)),
        "checkup": Duty("checkup", "health", Offset(months=6), Offset(months=9), Offset(months=12)),
        "anc": Duty("anc", "pregnancy", Offset(days=56), Offset(days=84), pregnancy=True),
    }
)


def area_ids(conn: Connection) -> dict[str, int]:
    found = {row.code: by_code(conn, row.code) for row in AREAS}
    return {code: area.id for code, area in found.items() if area is not None}


def settle(conn: Connection, families: int, chance: random.Random) -> dict[str, int]:
    """So many families with every kind of child, consent, pause and loss; returns the areas."""
    import_rows(conn, AREAS, NOW)
    areas = area_ids(conn)
    places = [None, *(areas[row.code] for row in AREAS if row.level in ("commune", "hamlet"))]
    crowd = _Crowd(chance, places)
    for _ in range(families):
        crowd.family()
    for table, rows in crowd.rows.items():
        for at in range(0, len(rows), 2000):
            conn.execute(insert(table), rows[at : at + 2000])
    if conn.dialect.name == "postgresql":  # as its own housekeeping does after a while
        conn.execute(text("ANALYZE"))
    return areas


class _Crowd:
    def __init__(self, chance: random.Random, places: list[int | None]) -> None:
        self.chance = chance
        self.places = places
        self.rows: dict[Any, list[dict[str, Any]]] = {
            table: []
            for table in (caregivers, addresses, consents, children, care_links, duty_records)
        }
        self.children = 0

    def family(self) -> None:
        """One or two adults who care for the same children, mostly one or two."""
        adults = [self._adult() for _ in range(self.chance.choice((1, 1, 1, 2)))]
        place = self.chance.choice(self.places)
        for adult in adults:
            adult["area_id"] = place
        for _ in range(self.chance.choice((0, 1, 1, 1, 2, 3))):
            child = self._child()
            for adult in adults:
                if self.chance.random() < 0.95:
                    link = {"child_id": child, "caregiver_id": adult["id"], "since": TODAY}
                    self.rows[care_links].append(link)

    def _adult(self) -> dict[str, Any]:
        chance, id_ = self.chance, len(self.rows[caregivers]) + 1
        reached = chance.random() < 0.9
        states = [CaregiverState.ACTIVE] * 12 + list(CaregiverState)
        adult: dict[str, Any] = {
            "id": id_,
            "state": chance.choice(states),
            "role": chance.choice([None, *Role]),
            "frequency": Frequency.NORMAL,
            "send_minutes": DEFAULT_SEND_MINUTES,
            "area_id": None,
            "address_id": id_ if reached else None,
            "route": "telegram:main" if reached else None,
            "created_at": NOW,
            "seen_at": NOW,
        }
        self.rows[caregivers].append(adult)
        self.rows[addresses].append(
            {
                "id": id_,
                "caregiver_id": id_,
                "route": "telegram:main",
                "chat": f"chat-{id_}",
                "chat_hash": f"hash-{id_}",
                "created_at": NOW,
            }
        )
        for given in chance.choice(([], [True], [True], [True], [False], [True, False])):
            self._consent(id_, "campaigns", given)
        self._consent(id_, "programme", True)
        return adult

    def _consent(self, caregiver_id: int, purpose: str, given: bool) -> None:
        self.rows[consents].append(
            {
                "id": len(self.rows[consents]) + 1,
                "caregiver_id": caregiver_id,
                "purpose": purpose,
                "given": given,
                "version": 1,
                "text_hash": "0",
                "at": NOW,
            }
        )

    def _child(self) -> int:
        chance = self.chance
        self.children += 1
        states = [ChildState.BORN] * 6 + [ChildState.EXPECTED] * 2 + list(ChildState)
        state = chance.choice(states)
        unborn = state is ChildState.EXPECTED or (
            state is ChildState.LOST and chance.random() < 0.3
        )
        born_on = TODAY - timedelta(days=chance.randrange(2900)) if not unborn else None
        weeks = chance.choice((None, 30, 39))
        due_on = None if born_on else TODAY + timedelta(days=chance.randrange(-20, 280))
        self.rows[children].append(
            {
                "id": self.children,
                "state": state,
                "born_on": born_on,
                "corrected_on": corrected_birth(born_on, weeks) if born_on else None,
                "due_on": due_on,
                "gestation_weeks": weeks,
                "joined_on": TODAY,
            }
        )
        if chance.random() < 0.3:
            self._told()
        return self.children

    def _told(self) -> None:
        self.rows[duty_records].append(
            {
                "child_id": self.children,
                "duty": self.chance.choice(list(RULES.duties)),
                "state": self.chance.choice(("done", "refused", "put_off", "not_applicable")),
                "day": None,
                "source": "caregiver",
                "at": NOW,
            }
        )


def some_audience(chance: random.Random, areas: dict[str, int], earlier: int) -> Audience:
    """Any audience at all; `earlier` is a campaign that some got and some answered."""
    ids = list(areas.values())

    def sometimes(value: Any, often: float = 0.35) -> Any:
        return value if chance.random() < often else None

    low, week = chance.randrange(95), chance.randrange(42)
    names = sometimes(chance.sample(ids, chance.randrange(1, 4))) or ()
    duty = sometimes(chance.choice((*RULES.duties, "unknown")), 0.3)
    answered, silent = chance.choice(((None, None), (None, None), (earlier, None), (None, earlier)))
    return Audience(
        areas=tuple(sorted(names)),
        without=tuple(sorted({*(sometimes(chance.sample(ids, 1), 0.2) or ())} - {*names})),
        months=sometimes((low, chance.randrange(low, 96))),
        weeks=sometimes((week, chance.randrange(week, 43)), 0.25),
        duty=duty,
        stands=chance.choice(list(Stands)) if duty else Stands.TO_DO,
        roles=tuple(sorted(sometimes(chance.sample(list(Role), 2), 0.25) or ())),
        answered=answered,
        silent=silent,
    )
