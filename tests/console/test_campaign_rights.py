"""Who may see, write and approve a campaign; for everybody else it is not there."""

from dataclasses import replace

import pytest

from care.campaigns import State
from console.app import console_routes
from console.scope import Role
from tests.console.campaigning import found, presses, reachable, sent_to_all, steps_up, two, written
from tests.console.desk import Office

ONE_ENGINE = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)


@ONE_ENGINE
async def test_an_alert_needs_two_others(office: Office) -> None:
    author, lead = await two(office)
    second = await office.officer(Role.LEAD, "20", "Chị Lan")
    await reachable(office, 1, "20a1")
    number = await written(author, alert="1")
    await presses(author, number, "submit")
    assert await presses(lead, number, "approve") == ""
    assert (await found(office, number)).state is State.WAITING
    assert await presses(lead, number, "approve") == "twice"
    assert await presses(second, number, "approve") == ""
    assert (await found(office, number)).state is State.APPROVED


@ONE_ENGINE
async def test_nobody_approves_what_is_their_own(office: Office) -> None:
    lead = await office.officer(Role.LEAD, "20a")
    await reachable(office, 51, "20a1")
    number = await written(lead)
    await presses(lead, number, "submit")
    assert await presses(lead, number, "approve") == "author"
    assert "Duyệt, cho gửi" not in (await lead.get(f"/campaigns/{number}")).text


@ONE_ENGINE
async def test_who_approves_types_a_code_first(office: Office) -> None:
    author, _ = await two(office)
    lead = await office.officer(Role.LEAD, "20a", stepped_up=False)
    await reachable(office, 51, "20a1")
    number = await written(author)
    await presses(author, number, "submit")
    answer = await lead.post(f"/campaigns/{number}/approve")
    assert answer.headers["location"].startswith("/console/confirm")
    assert (await found(office, number)).state is State.WAITING


@ONE_ENGINE
async def test_who_may_not_approve_gets_a_404(office: Office) -> None:
    author, _ = await two(office)
    other = await office.officer(Role.STATION, "20a")
    await reachable(office, 51, "20a1")
    number = await written(author)
    await presses(author, number, "submit")
    assert (await other.post(f"/campaigns/{number}/approve")).status_code == 404
    assert (await found(office, number)).state is State.WAITING


@ONE_ENGINE
async def test_what_changed_meanwhile_is_not_approved(office: Office) -> None:
    author, lead = await two(office)
    await reachable(office, 51, "20a1")
    number = await written(author)
    await presses(author, number, "submit")
    seen = (await found(office, number)).version
    await presses(author, number, "send-back")
    await author.post(
        f"/campaigns/{number}/write", title="Tin khác", body="Lời khác", valid_hours="2"
    )
    await presses(author, number, "submit")
    assert await presses(lead, number, "approve", version=str(seen)) == "changed"
    assert (await found(office, number)).state is State.WAITING


PAGES = ("", "/write", "/audience", "/count", "/preview", "/people", "/words")
PAGES += ("/script", "/poster", "/sms")
STEPS = ("write", "audience", "submit", "approve", "send-back", "undo", "pause", "resume")
STEPS += ("cancel", "retry", "copy", "test", "export")


@ONE_ENGINE
async def test_a_campaign_of_another_area_is_not_there(office: Office) -> None:
    author, _ = await two(office)
    outside = [await office.officer(Role.LEAD, code) for code in ("20b", "46", "20a1")]
    await reachable(office, 1, "20a1")
    number = await sent_to_all(office, author, ask="open", asked="Nhà mình cần gì?")
    before = await found(office, number)
    await steps_up(office, *outside)
    for officer in outside:
        for page in PAGES:
            answer = await officer.get(f"/campaigns/{number}{page}")
            assert answer.status_code == 404, page
            assert answer.text == (await officer.get(f"/campaigns/999999{page}")).text
        for step in STEPS:
            answer = await officer.post(f"/campaigns/{number}/{step}", purpose="để xem thử")
            assert answer.status_code == 404, step
        listed = await officer.get("/campaigns")
        assert "vitamin A" not in listed.text
        asked = await officer.get("/campaigns", area=office.area("20a"))
        assert asked.status_code == 404
    assert await found(office, number) == before


@ONE_ENGINE
async def test_whoever_stands_above_sees_it(office: Office) -> None:
    author, _ = await two(office)
    province = await office.officer(Role.LEAD, "20")
    number = await written(author)
    assert "Uống vitamin A" in (await province.get("/campaigns")).text
    assert (await province.get(f"/campaigns/{number}/count")).status_code == 200
    filtered = await province.get("/campaigns", area=office.area("20b"))
    assert "Uống vitamin A" not in filtered.text


@ONE_ENGINE
@pytest.mark.parametrize("role", [Role.EDITOR, Role.ADMIN])
async def test_who_writes_no_campaigns_finds_no_pages(office: Office, role: Role) -> None:
    officer = await office.officer(role, "20a")
    for path in ("/campaigns", "/campaigns/new", "/campaigns/offers"):
        assert (await officer.get(path)).status_code == 404


@ONE_ENGINE
async def test_a_code_comes_first_where_one_alone_may_reach_many(office: Office) -> None:
    office.desk = replace(office.desk, alone_most=500)
    office.app.router.routes[:] = console_routes(office.desk)
    late = await office.officer(Role.STATION, "20a", stepped_up=False)
    await reachable(office, 60, "20a1")
    number = await written(late)
    answer = await late.post(f"/campaigns/{number}/submit")
    assert answer.headers["location"].startswith("/console/confirm")
    assert (await found(office, number)).state is State.DRAFT
    await steps_up(office, late)
    assert await presses(late, number, "submit") == ""
    assert (await found(office, number)).state is State.APPROVED
