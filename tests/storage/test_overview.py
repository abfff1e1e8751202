"""The numbers of the officers' first page, counted once more by hand."""

import itertools
import random
from collections import Counter
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import insert
from sqlalchemy.engine import Connection

from care.messages import Kind
from care.people import CaregiverState
from storage import areas, overview
from storage.areas import AreaRow
from storage.family_tables import caregivers
from storage.tables import outbox as table
from tests.storage.families import DAY, MINUTE, NOW, ROUTE, a_row

AREAS = (
    AreaRow("VN", "", "country", "nước", "Việt Nam", ()),
    AreaRow("20", "VN", "province", "tỉnh", "Lạng Sơn", ()),
    AreaRow("20a", "20", "commune", "xã", "Đồng Tâm", ()),
    AreaRow("20a1", "20a", "hamlet", "thôn", "Nà Lầu", ()),
    AreaRow("20a2", "20a", "hamlet", "thôn", "Khuổi Kéo", ()),
    AreaRow("46", "VN", "province", "tỉnh", "Quảng Trị", ()),
)
OTHER = "webchat:local"
_slots = itertools.count()
WEEKS = [NOW - (12 - n) * 7 * DAY for n in range(13)]


@pytest.fixture
def ids(conn: Connection) -> dict[str, int]:
    areas.import_rows(conn, AREAS, NOW)
    found = {row.code: areas.by_code(conn, row.code) for row in AREAS}
    return {code: area.id for code, area in found.items() if area}


def _below(conn: Connection, ids: dict[str, int], code: str) -> tuple[set[int], bool]:
    return set(areas.below(conn, ids[code])), code == "VN"


def _person(conn: Connection, area_id: int | None, **values: Any) -> int:
    usual = {
        "state": CaregiverState.ACTIVE,
        "frequency": "vua",
        "send_minutes": 1140,
        "area_id": area_id,
        "created_at": NOW,
        "seen_at": NOW,
    }
    made = conn.execute(insert(caregivers).values(**{**usual, **values}))
    return int((made.inserted_primary_key or [0])[0])


def _message(conn: Connection, caregiver_id: int, **values: Any) -> None:
    row = a_row(caregiver_id=caregiver_id, slot=next(_slots))
    conn.execute(insert(table).values(**{**row, **values}))


def test_numbers_equal_those_counted_by_hand(conn: Connection, ids: dict[str, int]) -> None:
    chance = random.Random(5)
    kinds = [Kind.TIP, Kind.REPLY, Kind.REMINDER, Kind.NOTICE]
    people, sent = [], []
    for _ in range(200):
        area = chance.choice([*ids.values(), None])
        joined = NOW - chance.randrange(120) * DAY
        state = chance.choice(list(CaregiverState))
        people.append((area, joined, state))
        person = _person(conn, area, created_at=joined, state=state)
        for _ in range(3):
            at = NOW - chance.randrange(1, 120 * 24 * 60) * MINUTE
            kind = chance.choice(kinds)
            done = chance.choice(["sent", "sent", "failed"])
            _message(conn, person, kind=kind, state=done, at=at)
            sent.append((area, kind, done, at))
    for code in ids:
        below, everywhere = _below(conn, ids, code)

        def mine(area: int | None, b: set[int] = below, e: bool = everywhere) -> bool:
            return e or area in b

        agreed = [p for p in people if mine(p[0]) and p[2] is not CaregiverState.NEW]
        assert overview.joined_before(conn, below, everywhere, WEEKS) == [
            sum(joined < moment for _, joined, _ in agreed) for moment in WEEKS
        ]
        gone = [s for s in sent if mine(s[0]) and s[2] == "sent" and s[1] in kinds[::2]]
        assert overview.sent(conn, below, everywhere, WEEKS).counts == [
            sum(start <= at < end for *_, at in gone) for start, end in pairwise(WEEKS)
        ]
        assert overview.people_by_area(conn, below, everywhere) == Counter(p[0] for p in agreed)


def test_nobody_is_counted_as_none(conn: Connection, ids: dict[str, int]) -> None:
    below, everywhere = _below(conn, ids, "20a")
    assert overview.joined_before(conn, below, everywhere, WEEKS) == [0] * 13
    assert overview.sent(conn, below, everywhere, WEEKS).counts == [0] * 12
    assert overview.sent(conn, below, everywhere, WEEKS).last == {}
    assert overview.waiting(conn, below, everywhere, NOW) == {}
    assert overview.people_by_area(conn, below, everywhere) == {}


def test_every_unit_belongs_to_one_right_below(conn: Connection, ids: dict[str, int]) -> None:
    def found(code: str) -> tuple[list[str], dict[str, str]]:
        below, everywhere = _below(conn, ids, code)
        units, unit_of = overview.below(conn, ids[code], below, everywhere)
        names = {area_id: name for name, area_id in ids.items()}
        belongs = {names[one]: names[unit] for one, unit in unit_of.items() if unit}
        return list(units.values()), belongs

    assert found("20a") == (["Khuổi Kéo", "Nà Lầu"], {"20a1": "20a1", "20a2": "20a2"})
    assert found("20") == (["Đồng Tâm"], dict.fromkeys(("20a", "20a1", "20a2"), "20a"))
    names, belongs = found("VN")
    assert names == ["Lạng Sơn", "Quảng Trị"]
    assert belongs == {**dict.fromkeys(("20", "20a", "20a1", "20a2"), "20"), "46": "46"}
    assert found("20a1") == ([], {})


def test_a_channel_tells_what_waits_and_when_it_last_worked(
    conn: Connection, ids: dict[str, int]
) -> None:
    here, there = _person(conn, ids["20a1"]), _person(conn, ids["46"])
    _message(conn, here, not_before=NOW - 5 * MINUTE)
    _message(conn, here, not_before=NOW - 9 * MINUTE)
    _message(conn, here, not_before=NOW + MINUTE)
    _message(conn, here, state="sent", at=NOW - DAY)
    _message(conn, here, state="sent", at=NOW - 2 * DAY)
    _message(conn, here, state="sent", at=NOW - timedelta(days=200), route=OTHER)
    _message(conn, there, not_before=NOW - DAY, route=OTHER)
    below, everywhere = _below(conn, ids, "20a")
    assert overview.waiting(conn, below, everywhere, NOW) == {ROUTE: (2, NOW - 9 * MINUTE)}
    assert overview.sent(conn, below, everywhere, WEEKS).last == {ROUTE: NOW - DAY}
    below, everywhere = _below(conn, ids, "VN")
    assert overview.waiting(conn, below, everywhere, NOW)[OTHER].messages == 1
