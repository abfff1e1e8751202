"""What a unit decides, what it inherits, what families will read; and the days of the year."""

import re
from typing import Any

import pytest

from care.local import SWITCHES
from console.areas_page import ORDER
from console.scope import Role
from storage import area_settings, audit, deadlines
from tests.console.desk import NOW, Office, OfficerAtDesk

ONE_ENGINE = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
DAYS = {"days": [5, 20], "place": "Trạm Y tế", "time": "7:30"}


async def holds(office: Office, code: str) -> dict[str, Any]:
    found = await office.db.read(area_settings.decided, office.area(code))
    return {name: one.value for name, one in found.items()}


async def put(office: Office, code: str, name: str, value: Any) -> None:
    await office.db.write(area_settings.put, office.area(code), name, value, "x", NOW)


def tag(page: str, heading: str) -> str:
    """What the page says of where a decision comes from."""
    found = re.search(
        rf"{re.escape(heading)}.*?<span class=\"tag\">([^<]*)</span>", page, re.DOTALL
    )
    assert found is not None
    return found[1]


def test_every_switch_has_its_place() -> None:
    assert set(ORDER) == SWITCHES


async def test_a_session_is_set_shown_and_given_back(office: Office) -> None:
    station = await office.officer(Role.STATION, "20a")
    here = f"/area/{office.area('20a')}/session"
    form = {"choice": "own", "days": "20, 5", "place": " Trạm Y tế ", "time": "7:30"}
    assert (await station.post(here, **form)).status_code == 303
    assert await holds(office, "20a1") == {"vaccine_session": {**DAYS, "days": [20, 5]}}
    page = (await station.get("/area")).text
    assert "Buổi tiêm tới: 05/12/2026, 7:30, Trạm Y tế." in page
    assert tag(page, "Buổi tiêm chủng") == "nơi này tự đặt"
    assert (await station.post(here, choice="above")).status_code == 303
    assert await holds(office, "20a1") == {}
    lines = await office.db.read(audit.lines, None, 9)
    assert [line.object for line in lines if line.action == "area setting"] == [
        f"area:{office.area('20a')}"
    ] * 2


@ONE_ENGINE
@pytest.mark.parametrize(
    "form",
    [
        {"days": ""},
        {"days": "0"},
        {"days": "32"},
        {"days": "5", "time": "25:00"},
        {"days": "5", "time": "sáng"},
    ],
)
async def test_a_session_that_cannot_be_is_refused_and_still_there_to_mend(
    office: Office, form: dict[str, str]
) -> None:
    station = await office.officer(Role.STATION, "20a")
    values = {"choice": "own", "place": "Nhà văn hóa", **form}
    answer = await station.post(f"/area/{office.area('20a')}/session", **values)
    assert answer.status_code == 400
    assert 'role="alert"' in answer.text
    assert 'value="Nhà văn hóa"' in answer.text
    assert await holds(office, "20a") == {}


async def test_what_is_inherited_says_from_whom(office: Office) -> None:
    await put(office, "20", "pcv", True)
    station = await office.officer(Role.STATION, "20a")
    page = (await station.get("/area")).text
    assert tag(page, "PCV") == "theo Lạng Sơn"
    assert tag(page, "Tẩy giun") == "mặc định"
    here = f"/area/{office.area('20a')}/switch"
    assert (await station.post(here, name="pcv", choice="off")).status_code == 303
    assert (await holds(office, "20a"))["pcv"] is False
    assert (await holds(office, "20b"))["pcv"] is True
    assert tag((await station.get("/area")).text, "PCV") == "nơi này tự đặt"
    assert (await station.post(here, name="pcv", choice="above")).status_code == 303
    assert (await holds(office, "20a"))["pcv"] is True


@ONE_ENGINE
@pytest.mark.parametrize("form", [{"name": "moon"}, {"name": "pcv", "choice": "maybe"}, {}])
async def test_a_forged_switch_is_missing(office: Office, form: dict[str, str]) -> None:
    station = await office.officer(Role.STATION, "20a")
    values = {"choice": "on", **form}
    assert (await station.post(f"/area/{office.area('20a')}/switch", **values)).status_code == 404


async def test_enrolment_has_its_days_or_is_off(office: Office) -> None:
    lead = await office.officer(Role.LEAD, "20")
    here = f"/area/{office.area('20a')}/window"
    form = {"duty": "grade1_enrolled", "choice": "own", "from": "1/6", "to": "20/6"}
    assert (await lead.post(here, **form)).status_code == 303
    days = {"from": "--06-01", "to": "--06-20"}
    assert await holds(office, "20a") == {"duty.grade1_enrolled": days}
    assert "từ 01/06 đến 20/06" in (await lead.get(f"/area/{office.area('20a')}")).text
    assert (await lead.post(here, **{**form, "choice": "off"})).status_code == 303
    assert await holds(office, "20a") == {"duty.grade1_enrolled": "off"}
    assert (await lead.post(here, **{**form, "choice": "above"})).status_code == 303
    assert await holds(office, "20a") == {}


@ONE_ENGINE
@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"from": "31/7", "to": "15/4"}, 400),
        ({"from": "29/2"}, 400),
        ({"to": "mai"}, 400),
        ({"duty": "bcg"}, 404),
        ({"duty": "moon"}, 404),
        ({"choice": "x"}, 404),
    ],
)
async def test_days_that_cannot_be_are_refused(
    office: Office, change: dict[str, str], status: int
) -> None:
    lead = await office.officer(Role.LEAD, "20a")
    form = {"duty": "grade1_enrolled", "choice": "own", "from": "15/4", "to": "31/7", **change}
    answer = await lead.post(f"/area/{office.area('20a')}/window", **form)
    assert answer.status_code == status
    assert await holds(office, "20a") == {}


@ONE_ENGINE
async def test_only_the_own_areas_are_set(office: Office) -> None:
    station = await office.officer(Role.STATION, "20a")
    for code in ("20b", "20", "VN", "46a"):
        there = f"/area/{office.area(code)}"
        assert (await station.get(there)).status_code == 404
        for what, form in (
            ("session", {"days": "5"}),
            ("switch", {"name": "pcv", "choice": "on"}),
            ("window", {"duty": "grade1_enrolled", "choice": "off"}),
        ):
            assert (await station.post(f"{there}/{what}", **form)).status_code == 404
        assert await holds(office, code) == {}
    assert (await station.get(f"/area/{office.area('20a1')}")).status_code == 200


@ONE_ENGINE
async def test_units_below_are_found_by_name(office: Office) -> None:
    lead = await office.officer(Role.LEAD, "20")
    page = (await lead.get("/area", q="dong tam")).text
    assert f"/console/area/{office.area('20a')}" in page
    assert f"/console/area/{office.area('20b')}" not in page


async def titles(office: Office, code: str) -> list[tuple[str, bool]]:
    found = await office.db.read(deadlines.of_area, office.area(code))
    return [(one.title, one.done(2026)) for one in found]


def refs(page: str) -> list[str]:
    return list(dict.fromkeys(re.findall(r'name="ref" value="([^"]+)"', page)))


async def _marks(officer: OfficerAtDesk, ref: str, done: str) -> int:
    return (await officer.post("/deadlines/mark", ref=ref, done=done)).status_code


async def test_a_deadline_is_done_for_this_year_and_this_unit(office: Office) -> None:
    child, other = await office.officer(Role.CHILD, "20a"), await office.officer(Role.CHILD, "20b")
    first, *_ = refs((await child.get("/deadlines")).text)
    assert await _marks(child, first, "1") == 303
    assert [done for _, done in await titles(office, "20a")] == [True, *[False] * 4]
    assert not any(done for _, done in await titles(office, "20b"))
    mine, *_ = refs((await child.get("/deadlines")).text)
    assert await _marks(other, mine, "1") == 404
    assert await _marks(child, mine, "0") == 303
    assert not any(done for _, done in await titles(office, "20a"))


@ONE_ENGINE
async def test_deadlines_are_added_changed_and_removed(office: Office) -> None:
    lead = await office.officer(Role.LEAD, "20a")
    form = {"title": "Diễn đàn trẻ em", "day": "30/8"}
    assert (await lead.post("/deadlines", **form)).status_code == 303
    assert ("Diễn đàn trẻ em", False) in await titles(office, "20a")
    found = await office.db.read(deadlines.of_area, office.area("20a"))
    ref = next(one.ref for one in found if one.title == form["title"])
    changed = {"ref": ref, "title": "Diễn đàn trẻ em xã", "day": "31/8"}
    assert (await lead.post("/deadlines", **changed)).status_code == 303
    assert "31/08/2026" in (await lead.get("/deadlines")).text
    assert (await lead.post("/deadlines/remove", ref=ref)).status_code == 303
    assert len(await titles(office, "20a")) == 5
    assert (await lead.post("/deadlines/remove", ref=ref)).status_code == 404


@ONE_ENGINE
@pytest.mark.parametrize(
    "form",
    [
        {"title": "", "day": "15/4"},
        {"title": "Báo cáo", "day": "29/2"},
        {"title": "Báo cáo", "day": "15"},
        {"title": "x" * 161, "day": "15/4"},
    ],
)
async def test_a_deadline_that_cannot_be_is_refused(office: Office, form: dict[str, str]) -> None:
    lead = await office.officer(Role.LEAD, "20a")
    for ref in ({}, {"ref": "u0"}):
        answer = await lead.post("/deadlines", **form, **ref)
        assert answer.status_code == 400
        assert 'role="alert"' in answer.text
    assert len(await titles(office, "20a")) == 5


async def test_how_long_a_case_may_lie_is_set_by_who_leads(office: Office) -> None:
    lead = await office.officer(Role.LEAD, "20a")
    here = f"/area/{office.area('20a')}/waits"
    form = {"choice": "own", "urgent": "15", "urgent_at_night": "60", "calm": "120"}
    assert (await lead.post(here, **form)).status_code == 303
    value = {"urgent": 15, "urgent_at_night": 60, "calm": 120}
    assert (await holds(office, "20a1"))["case_waits"] == value
    page = (await lead.get("/area")).text
    assert tag(page, "Hồ sơ trẻ: bao lâu") == "nơi này tự đặt"
    refused = await lead.post(here, **{**form, "urgent": "bao lâu"})
    assert refused.status_code == 400
    assert "bao lâu" in refused.text
    assert (await lead.post(here, **{**form, "urgent": "9999"})).status_code == 400
    assert (await holds(office, "20a1"))["case_waits"] == value
    assert (await lead.post(here, choice="above")).status_code == 303
    assert await holds(office, "20a1") == {}


async def test_a_station_does_not_say_how_long_a_case_may_lie(office: Office) -> None:
    station = await office.officer(Role.STATION, "20a")
    form = {"choice": "own", "urgent": "240", "urgent_at_night": "720", "calm": "2400"}
    refused = await station.post(f"/area/{office.area('20a')}/waits", **form)
    assert refused.status_code == 404
    assert "Hồ sơ trẻ: bao lâu" not in (await station.get("/area")).text
