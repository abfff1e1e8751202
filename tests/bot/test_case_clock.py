"""What time does to cases: officers are told, deputies called, the unit above, and nobody else."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.engine import Connection

from bot.metrics import WAITING
from care.cases import Act
from care.clock import at_local, local_day
from content.library import Library
from storage import area_settings, case_acts, case_files, case_history, cases, officers
from tests.bot.case_place import Place, news_of
from tests.bot.sites import running
from tests.console.desk import NOW
from tests.fakes import WatchedDatabase
from tests.storage.casework import grow, report

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
NIGHT = NOW + 14 * HOUR  # Tuesday, 23:00
MORNING = NOW + 22 * HOUR  # Wednesday, 7:00


@pytest.fixture
async def place(db: WatchedDatabase) -> Place:
    return Place(db, await db.write(grow))


def minutes(start: datetime, *counts: int) -> list[datetime]:
    return [start + count * MINUTE for count in counts]


async def test_nothing_waits_and_nothing_is_written(place: Place) -> None:
    await place.officer("lan", "20a")
    place.db.calls.clear()
    await place.ticks(NOW)
    assert place.db.calls == ["look"]


async def test_officers_of_the_unit_are_told_once_and_nobody_else(place: Place) -> None:
    _, lan = await place.officer("lan", "20a")
    _, deputy = await place.officer("hoa", "20a", deputy=True)
    _, above = await place.officer("mai", "20")
    _, beside = await place.officer("beside", "20b")
    _, station = await place.officer("station", "20a", role="station")
    _, lead = await place.officer("lead", "20a", role="lead")
    await place.comes(urgent=True)
    await place.ticks(*minutes(NOW, 0, 1, 3, 12, 29))
    assert await place.news(lan, deputy, above, beside, station, lead) == [1, 0, 0, 0, 0, 0]


async def test_a_case_opened_in_time_calls_nobody(place: Place) -> None:
    lan, _ = await place.officer("lan", "20a")
    await place.officer("hoa", "20a", deputy=True)
    _, above = await place.officer("mai", "20")
    case = await place.comes(urgent=True)
    await place.ticks(NOW)
    await place.does(case_files.read, "20a", lan, case, NOW + 29 * MINUTE)
    await place.ticks(*minutes(NOW, 30, 60, 600, 6000))
    assert (await place.acts(case), await place.news(above)) == ([], [0])


async def test_an_urgent_case_goes_from_deputies_to_the_top_in_its_time(place: Place) -> None:
    chats = []
    for login, area, deputy in (
        ("lan", "20a", False),
        ("hoa", "20a", True),
        ("mai", "20", False),
        ("top", "VN", False),
    ):
        chats.append((await place.officer(login, area, deputy=deputy))[1])
    case = await place.comes(urgent=True)
    expected = {0: [1, 0, 0, 0], 29: [1, 0, 0, 0], 30: [2, 1, 0, 0], 59: [2, 1, 0, 0]}
    expected |= {60: [3, 2, 1, 0], 89: [3, 2, 1, 0], 90: [4, 3, 2, 1], 9000: [4, 3, 2, 1]}
    for minute, told in expected.items():
        await place.ticks(*minutes(NOW, minute, minute))
        assert await place.news(*chats) == told, minute
    assert await place.acts(case) == [Act.DEPUTY_CALLED, Act.CLIMBED, Act.CLIMBED]
    found = await place.now(case)
    assert (found.lowest, found.highest, found.stage) == (2, 0, 3)
    assert await place.db.read(case_history.broken_at) is None


async def test_a_calm_case_waits_for_office_hours(place: Place) -> None:
    _, lan = await place.officer("lan", "20a")
    await place.officer("mai", "20")
    case = await place.comes(at=NIGHT)
    await place.ticks(NIGHT, NIGHT + MINUTE, MORNING)
    assert await place.told(lan) == [MORNING]
    opens = at_local(local_day(MORNING), 7 * 60 + 30)
    await place.ticks(opens + 239 * MINUTE)
    assert await place.acts(case) == []
    await place.ticks(opens + 240 * MINUTE)
    assert await place.acts(case) == [Act.CLIMBED]


async def test_an_urgent_case_wakes_and_climbs_at_night(place: Place) -> None:
    _, lan = await place.officer("lan", "20a")
    _, mai = await place.officer("mai", "20")
    case = await place.comes(at=NIGHT, urgent=True)
    await place.ticks(NIGHT, NIGHT + 30 * MINUTE)
    assert await place.told(lan) == [NIGHT, NIGHT + 30 * MINUTE]
    assert await place.told(mai) == [NIGHT + 30 * MINUTE]
    assert await place.acts(case) == [Act.CLIMBED]


async def test_a_notice_that_waits_for_the_morning_hides_no_urgent_case(place: Place) -> None:
    _, lan = await place.officer("lan", "20a")
    await place.comes(at=NIGHT)
    await place.ticks(NIGHT)
    await place.comes(at=NIGHT + 5 * MINUTE, urgent=True)
    await place.ticks(NIGHT + 5 * MINUTE, NIGHT + 6 * MINUTE)
    assert await place.told(lan) == [MORNING, NIGHT + 5 * MINUTE]


async def test_several_cases_at_once_are_one_notice(place: Place) -> None:
    _, lan = await place.officer("lan", "20a")
    for minute in range(9):
        await place.comes(at=NOW + minute * MINUTE)
        await place.ticks(NOW + minute * MINUTE)
    assert await place.told(lan) == [NOW]
    await place.ticks(NOW + 10 * MINUTE)
    assert len(await place.told(lan)) == 2


async def test_a_thousand_pranks_are_one_notice_a_day_and_hide_no_real_case(place: Place) -> None:
    _, lan = await place.officer("lan", "20a")
    for n in range(40):
        await place.comes(at=NOW + n * MINUTE, urgent=True, pile=True)
        await place.ticks(NOW + n * MINUTE)
    assert await place.told(lan) == [NOW]
    await place.comes(at=NOW + HOUR, urgent=True)
    await place.ticks(NOW + HOUR)
    assert await place.told(lan) == [NOW, NOW + HOUR]


@pytest.mark.parametrize("gone", ["disabled", "elsewhere", "other role", "never there"])
async def test_where_nobody_can_open_it_it_climbs_at_once(place: Place, gone: str) -> None:
    if gone != "never there":
        lan, _ = await place.officer("lan", "20a")
        changes: dict[str, dict[str, Any]] = {
            "disabled": {"state": officers.DISABLED},
            "elsewhere": {"area_id": place.ids["20b"]},
            "other role": {"role": "child"},
        }
        await place.db.write(_change, lan, changes[gone])
    _, mai = await place.officer("mai", "20")
    case = await place.comes()
    await place.ticks(NOW, NOW + MINUTE)
    assert (await place.acts(case), await place.news(mai)) == ([Act.CLIMBED], [1])
    assert (await place.now(case)).highest == 1


def _change(conn: Connection, officer_id: int, values: dict[str, Any]) -> None:
    officers.change(conn, officer_id, **values)


async def test_what_concerns_the_commune_is_told_to_the_province_only(place: Place) -> None:
    _, lan = await place.officer("lan", "20a")
    _, hoa = await place.officer("hoa", "20a", deputy=True)
    _, mai = await place.officer("mai", "20")
    _, top = await place.officer("top", "VN")
    case = await place.comes(urgent=True, province=True)
    await place.ticks(*minutes(NOW, 0, 30, 60, 90, 900))
    assert await place.news(lan, hoa) == [0, 0]
    assert await place.news(mai, top) == [2, 1]
    assert await place.acts(case) == [Act.CLIMBED]


async def test_an_excluded_officer_is_never_told(place: Place) -> None:
    lan, lans = await place.officer("lan", "20a")
    hoa, _ = await place.officer("hoa", "20a")
    _, mai = await place.officer("mai", "20")
    case = await place.comes(urgent=True)
    await place.does(case_acts.take, "20a", lan, case, NOW)
    await place.does(case_acts.exclude, "20a", hoa, case, lan, "họ hàng", NOW)
    await place.does(case_acts.exclude, "20a", lan, case, hoa, "họ hàng", NOW)
    await place.ticks(*minutes(NOW, 0, 30, 60, 600))
    assert (await place.news(lans), await place.acts(case)) == ([0], [Act.CLIMBED])
    assert (await place.news(mai))[0] > 0


async def test_an_addition_is_news_again(place: Place) -> None:
    lan, lans = await place.officer("lan", "20a")
    code, case = await place.db.write(report, place.ids["20a"])
    await place.ticks(NOW)
    await place.does(case_files.read, "20a", lan, case, NOW + MINUTE)
    await place.db.write(cases.add_by_code, code, "lại bị", NOW + HOUR)
    await place.ticks(NOW + HOUR, NOW + HOUR + MINUTE)
    assert await place.told(lans) == [NOW, NOW + HOUR]


async def test_the_case_of_an_officer_who_left_waits_for_another(place: Place) -> None:
    lan, lans = await place.officer("lan", "20a")
    _, hoa = await place.officer("hoa", "20a")
    case = await place.comes()
    await place.does(case_acts.take, "20a", lan, case, NOW)
    await place.ticks(NOW)
    assert (await place.now(case)).officer_id == lan
    await place.db.write(officers.disable, lan)
    later = NOW + HOUR
    await place.ticks(later, later + MINUTE)
    found = await place.now(case)
    assert (found.officer_id, found.waiting_since) == (None, later)
    assert await place.acts(case) == [Act.HANDED_BACK]
    assert await place.news(lans, hoa) == [0, 1]


async def test_an_end_without_a_second_officer_goes_to_the_unit_above(place: Place) -> None:
    lan, lans = await place.officer("lan", "20a")
    _, mai = await place.officer("mai", "20")
    case = await place.comes()
    await place.does(case_acts.take, "20a", lan, case, NOW)
    await place.ticks(NOW)
    await place.does(case_acts.ask_close, "20a", lan, case, "xong", NOW + HOUR)
    await place.ticks(*minutes(NOW + HOUR, 0, 1, 30, 300))
    assert await place.acts(case) == [Act.CLIMBED]
    assert (await place.now(case)).highest == 1
    assert await place.news(lans, mai) == [0, 1]


async def test_an_end_with_a_second_officer_stays_and_the_second_is_told(place: Place) -> None:
    lan, lans = await place.officer("lan", "20a")
    _, hoa = await place.officer("hoa", "20a", deputy=True)
    _, mai = await place.officer("mai", "20")
    case = await place.comes()
    await place.does(case_acts.take, "20a", lan, case, NOW)
    await place.does(case_acts.ask_close, "20a", lan, case, "xong", NOW + HOUR)
    await place.ticks(*minutes(NOW + HOUR, 0, 1, 30, 300))
    assert await place.acts(case) == []
    assert await place.news(lans, hoa, mai) == [0, 1, 0]


async def test_an_offer_is_news_in_the_other_area(place: Place) -> None:
    lan, lans = await place.officer("lan", "20a")
    _, there = await place.officer("there", "46a")
    _, above = await place.officer("above", "46")
    case = await place.comes()
    await place.does(case_acts.take, "20a", lan, case, NOW)
    await place.does(
        case_acts.offer_move, "20a", lan, case, place.ids["46a"], "chuyển nhà", NOW + HOUR
    )
    await place.ticks(*minutes(NOW + HOUR, 0, 1, 30, 300))
    assert await place.news(lans, there, above) == [0, 1, 0]


async def test_an_area_sets_the_waits(place: Place) -> None:
    await place.officer("lan", "20a")
    await place.officer("mai", "20")
    waits = {"urgent": 10}
    args = (place.ids["20"], "case_waits", waits, "operator", NOW)
    await place.db.write(area_settings.put, *args)
    case = await place.comes(urgent=True)
    await place.ticks(NOW + 9 * MINUTE)
    assert await place.acts(case) == []
    await place.ticks(NOW + 10 * MINUTE)
    assert await place.acts(case) == [Act.CLIMBED]


async def test_where_nobody_is_at_all_the_log_and_a_gauge_say_so_without_content(
    place: Place, caplog: pytest.LogCaptureFixture
) -> None:
    case = await place.comes(urgent=True)
    await place.ticks(*minutes(NOW, 0, 1, 60))
    assert [record.getMessage() for record in caplog.records if record.name.startswith("bot")] == [
        "1 cases wait where no officer can open them"
    ]
    assert case.number not in caplog.text
    assert WAITING.labels("cases", "nobody")._value.get() == 1
    assert await place.acts(case) == []
    await place.officer("top", "VN")
    await place.ticks(NOW + 2 * HOUR)
    assert WAITING.labels("cases", "nobody")._value.get() == 0
    assert WAITING.labels("cases", "unopened")._value.get() == 1
    assert await place.acts(case) == [Act.CLIMBED]


async def test_the_notice_names_nobody_and_nothing(place: Place) -> None:
    _, lan = await place.officer("lan", "20a")
    await place.comes(urgent=True)
    await place.ticks(NOW)
    (row,) = await place.db.read(news_of, lan)
    assert (row.kind, row.params, row.child_id) == ("notice", {}, None)


async def test_a_case_opened_between_the_look_and_the_call_is_not_called(place: Place) -> None:
    lan, _ = await place.officer("lan", "20a")
    await place.officer("mai", "20")
    case = await place.comes(urgent=True)
    await place.ticks(NOW)

    class Late:
        """Somebody opens it just then."""

        read = place.db.read

        async def write(self, f: Any, *args: Any) -> Any:
            await place.does(case_files.read, "20a", lan, case, NOW + 30 * MINUTE)
            return await place.db.write(f, *args)

    late: Any = Late()
    await place.clock.tick(late, NOW + 30 * MINUTE)
    assert await place.acts(case) == []
    assert (await place.now(case)).highest == 2


async def test_after_some_days_without_the_programme_it_goes_one_step_at_a_time(
    place: Place,
) -> None:
    await place.officer("lan", "20a")
    await place.officer("mai", "20")
    await place.officer("top", "VN")
    case = await place.comes(urgent=True)
    await place.ticks(NOW + 3 * DAY, NOW + 3 * DAY + MINUTE)
    assert await place.acts(case) == [Act.CLIMBED]


async def test_the_running_programme_does_all_of_this_and_tells_the_head_in_its_log(
    place: Place, library: Library, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "bot")
    _, lan = await place.officer("lan", "20a")
    case = await place.comes(urgent=True)
    async with running(place.db, library, tmp_path) as site:
        await site.app._sweep()
        await site.app._retain()
    assert await place.news(lan) == [1]
    head = await place.db.read(case_history.head)
    assert f"the history of cases ends with line {head}" in caplog.text
    assert case.number not in caplog.text
