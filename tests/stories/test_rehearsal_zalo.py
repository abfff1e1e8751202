"""A month on Zalo: nothing outside its window, the law first; and every breach is noticed."""

from datetime import date
from typing import Any

import pytest

from bot import compose, rehearsal_zalo
from bot.rehearsal import Plan, rehearse_year
from bot.rehearsal_report import report
from bot.rehearsal_zalo import BOT, OA, Zalo
from bot.stage import FakeTime
from bot.windows import Going
from care.clock import at_local
from care.windows import Way
from content.library import Library
from storage.database import Database
from storage.windows import Held

START = date(2026, 1, 5)
FEW, DAYS = 25, 16

Summary = dict[str, Any]


async def _month(library: Library, channel: str, families: int, days: int = 30) -> Summary:
    plan = Plan(families, START, days, 1, channel=channel)
    return (await rehearse_year(library, plan, None, progress=False)).summary


async def test_a_month_on_the_oa_stays_within_its_windows(library: Library) -> None:
    summary = await _month(library, OA, 100, 20)
    assert summary["broken"] == []
    zalo = summary["zalo"]
    ways: dict[str, int] = {}
    for month in zalo["ways"].values():
        for way, count in month.items():
            ways[way] = ways.get(way, 0) + count
    assert set(ways) == {"free", "free (law)", "paid", "paid (law)"}
    assert zalo["price"] == (ways["paid"] + ways["paid (law)"]) * 55
    assert zalo["greeted"] > 0
    assert any("window closed" in why for why in zalo["lost"])
    told = report(summary)
    assert "every promise kept" in told
    assert f"{zalo['price']} đồng" in told


async def test_a_small_package_is_kept_for_the_law(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rehearsal_zalo, "PACKAGE", 12)
    monkeypatch.setattr(rehearsal_zalo, "RESERVE", 9)
    summary = await _month(library, OA, FEW, DAYS)
    assert summary["broken"] == []
    (ways,) = summary["zalo"]["ways"].values()
    assert ways["paid"] == 1  # 20 of 31 days of the 3 that are not kept for the law


async def test_fifty_people_on_the_bot_stay_within_its_month(library: Library) -> None:
    summary = await _month(library, BOT, 50, 15)
    assert summary["broken"] == []
    assert sum(summary["zalo"]["months"].values()) == summary["sent"] > 100
    assert summary["zalo"]["ways"] == {}


# --- promises that are broken on purpose --------------------------------------------------------


async def test_writing_at_any_time_is_noticed(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compose, "decide", lambda *_: Going(Way.FREE, False, 0))
    summary = await _month(library, OA, FEW, DAYS)
    assert any("outside the windows" in line for line in summary["broken"])


async def test_spending_all_on_anything_is_noticed(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rehearsal_zalo, "PACKAGE", 12)
    monkeypatch.setattr(rehearsal_zalo, "RESERVE", 9)
    monkeypatch.setattr(compose, "decide", _never_waiting(compose.decide))
    summary = await _month(library, OA, FEW, DAYS)
    assert any("are no deadlines of the law" in line for line in summary["broken"])
    assert any("paid messages in 2026-01" in line for line in summary["broken"])


def _never_waiting(decide: Any) -> Any:
    def wrong(*args: Any) -> Any:
        return decide(*args) or Going(Way.PAID, False, 55)

    return wrong


async def test_what_the_law_sets_left_behind_is_noticed(db: Database, library: Library) -> None:
    law = next(item.id for item in library.items.values() if item.due is not None)
    time = FakeTime(at_local(START, 12 * 60))
    zalo = Zalo(OA, time, db, library, 1)
    waited = [Held(1, law, "reminder"), Held(2, "tip-d0242", "tip")]
    zalo.waited.append((7, waited))
    zalo.stage.taken.append((time.now, 1, law))
    assert zalo.broken() == []  # the tip was merged
    zalo.stage.taken.append((time.now, 2, "tip-d0242"))
    assert zalo.broken() == []
    del zalo.stage.taken[0]
    assert zalo.broken() == ["1 families got something before a deadline of the law"]


async def test_a_month_of_more_than_the_bot_may_send_is_noticed(
    db: Database, library: Library
) -> None:
    zalo = Zalo(BOT, FakeTime(at_local(START, 0)), db, library, 1)
    zalo.stage.months["2026-01"] = 3_000
    assert zalo.broken() == []
    zalo.stage.months["2026-01"] += 1
    assert zalo.broken() == ["3001 messages in 2026-01"]
