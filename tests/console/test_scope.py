"""Every route and every role: what may not be seen is not there."""

import httpx
import pytest
from starlette.applications import Starlette

from console.app import MENU, PAGES
from console.scope import ALLOWED, May, Role, Scope
from console.web import Page, scope_of
from storage import audit, officers
from tests.console.desk import AREAS, Office, OfficerAtDesk
from tests.console.routes import allowed, ask, doors, named, path

POSTS = [page for page in PAGES if page.method == "POST"]
BEHIND_A_CODE = [page for page in PAGES if page.step_up]
ONE_ENGINE = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)


def _at(app: Starlette, officer: OfficerAtDesk) -> None:
    officer.client._transport = httpx.ASGITransport(app)


async def _refusals(office: Office, officer: OfficerAtDesk) -> list[str]:
    lines = await office.db.read(audit.lines, None, 999, [f"officer:{officer.id}"])
    return [line.object for line in lines if line.action == "refused"]


def test_every_permission_has_roles_and_every_role_may_come_in() -> None:
    assert set(ALLOWED) == set(May)
    assert all(ALLOWED.values())
    assert ALLOWED[May.COME_IN] == set(Role)


def test_who_writes_campaigns_for_many_is_not_who_keeps_accounts() -> None:
    assert not ALLOWED[May.ACCOUNTS] & ALLOWED[May.APPROVE_CAMPAIGNS]
    assert not ALLOWED[May.ACCOUNTS] & ALLOWED[May.SEE_FAMILIES]


def test_no_two_pages_answer_at_the_same_address() -> None:
    known = [(page.path, page.method) for page in PAGES]
    assert len(set(known)) == len(known)


def test_every_line_of_the_menu_leads_to_a_page_for_the_same_people() -> None:
    pages = {page.path: page for page in PAGES if page.method == "GET"}
    assert [item.path for item in MENU if pages[item.path].needs != item.needs] == []


@ONE_ENGINE
@pytest.mark.parametrize("role", Role)
async def test_every_route_opens_for_its_roles_and_is_missing_for_others(
    office: Office, role: Role
) -> None:
    officer = await office.officer(role, "20a")
    nothing = await officer.get("/khong/co/trang/nay")
    assert nothing.status_code == 404
    _at(doors(office), officer)
    for page in PAGES:
        answer = await ask(page, officer)
        if allowed(page, role):
            assert answer.text == "opened", named(page)
        else:
            assert (answer.status_code, answer.text) == (404, nothing.text), named(page)
    refused = [page for page in PAGES if not allowed(page, role)]
    assert len(await _refusals(office, officer)) == len(refused)


@ONE_ENGINE
@pytest.mark.parametrize("role", Role)
async def test_every_real_page_answers_its_roles(office: Office, role: Role) -> None:
    """Without numbers it opens; with the number of nothing it is missing; it never breaks."""
    for page in PAGES:
        if not allowed(page, role):
            continue
        answer = await ask(page, await office.officer(role, "20a"))
        fine = {404} if "{" in page.path else {200, 303}
        if page.method == "POST":
            fine |= {303, 400, 403, 404}
        assert answer.status_code in fine, f"{named(page)}: {answer.status_code}"


@ONE_ENGINE
async def test_a_number_larger_than_any_is_missing_too(office: Office) -> None:
    for page in PAGES:
        if ":int}" in page.path:
            officer = await office.officer(min(ALLOWED[page.needs]), "20a")
            assert (await ask(page, officer, 10**30)).status_code == 404, named(page)


@ONE_ENGINE
@pytest.mark.parametrize("page", POSTS, ids=named)
async def test_every_post_without_its_own_token_is_refused(office: Office, page: Page) -> None:
    role = min(ALLOWED[page.needs])
    officer, other = await office.officer(role, "20a"), await office.officer(role, "20a")
    address, right = f"/console{path(page)}", {"csrf": officer.csrf}
    evil = "https://evil.example"
    wrong = [
        await officer.client.post(address),
        await officer.client.post(address, data={"csrf": ""}),
        await officer.client.post(address, data={"csrf": "không phải"}),
        await officer.client.post(address, data={"csrf": other.csrf}),
        await officer.client.post(address, json=right),
        await officer.client.post(address, params=right),
        await officer.client.post(address, data=right, headers={"origin": evil}),
        await officer.client.post(address, data=right, headers={"origin": "null"}),
        await officer.client.post(address, data=right, headers={"sec-fetch-site": "cross-site"}),
        await officer.client.post(address, data=right, headers={"sec-fetch-site": "same-site"}),
    ]
    assert [answer.status_code for answer in wrong] == [403] * len(wrong)
    assert len(await _refusals(office, officer)) == len(wrong)
    _at(doors(office), officer)
    fine = {"origin": office.desk.public_url, "sec-fetch-site": "same-origin"}
    answer = await officer.client.post(address, data=right, headers=fine)
    assert answer.text == "opened"


@ONE_ENGINE
async def test_every_page_asks_who_is_there(office: Office) -> None:
    stranger = await office.browser()
    for page in PAGES:
        answer = await stranger.request(page.method, f"/console{path(page)}")
        assert answer.status_code == 303, named(page)
        assert answer.headers["location"].startswith("/console/login?next=%2Fconsole") or (
            page.method == "POST" and answer.headers["location"] == "/console/login?next="
        )


@ONE_ENGINE
@pytest.mark.parametrize("page", BEHIND_A_CODE, ids=named)
async def test_what_is_grave_asks_for_the_code_again(office: Office, page: Page) -> None:
    officer = await office.officer(min(ALLOWED[page.needs]), "20a", stepped_up=False)
    _at(doors(office), officer)
    answer = await ask(page, officer)
    assert answer.headers["location"].startswith("/console/confirm")
    _at(office.app, officer)
    back = {"next": "/console/own"}
    wrong = await officer.post("/confirm", code="000000", **back)
    assert wrong.status_code == 403
    right = await officer.post("/confirm", code=office.code(), **back)
    assert right.headers["location"] == "/console/own"
    _at(doors(office), officer)
    assert (await ask(page, officer)).text == "opened"
    office.later(minutes=10, seconds=1)
    assert (await ask(page, officer)).status_code == 303


async def test_the_scope_is_the_own_area_and_everything_below(office: Office) -> None:
    below = {
        "VN": {row.code for row in AREAS},
        "20": {"20", "20a", "20a1", "20a2", "20b", "20b1"},
        "20a": {"20a", "20a1", "20a2"},
        "20a1": {"20a1"},
        "46": {"46", "46a"},
    }
    for code, codes in below.items():
        officer = await office.officer(Role.LEAD, code)
        found = await office.db.read(officers.get, officer.id)
        assert found is not None
        scope: Scope = await office.db.read(scope_of, found)
        assert scope.areas == {office.area(one) for one in codes}
        assert [one for one in office.ids if scope.holds(office.area(one))] == [
            one for one in office.ids if one in codes
        ]
        assert scope.holds(None) == (code == "VN")


async def test_an_account_outside_the_area_is_not_there(office: Office) -> None:
    here = await office.officer(Role.ADMIN, "20a")
    there = await office.officer(Role.STATION, "20b", name="Người xã khác")
    assert "Người xã khác" not in (await here.get("/accounts")).text
    for act in ("disable", "renew"):
        assert (await here.post(f"/accounts/{there.id}/{act}")).status_code == 404
    new = {"login": "moi.toanh", "name": "Mới", "role": "station", "area": "20b"}
    assert (await here.post("/accounts", **new)).status_code == 400
    assert await office.db.read(officers.by_login, "moi.toanh") is None
    assert (await there.get("")).status_code == 200


async def test_the_trail_shows_officers_of_the_own_area(office: Office) -> None:
    lead = await office.officer(Role.LEAD, "20a", name="Phụ trách xã này")
    below = await office.officer(Role.STATION, "20a1", name="Trạm thôn này")
    other = await office.officer(Role.STATION, "20b", name="Trạm xã khác")
    for one in (below, other):
        assert (await one.get("/accounts")).status_code == 404
    page = (await lead.get("/trail")).text
    assert "Trạm thôn này" in page
    assert "trang /accounts" in page
    assert "Trạm xã khác" not in page
    assert f"cán bộ {other.id}" not in page
    everything = await office.officer(Role.ADMIN, "VN")
    assert "Trạm xã khác" in (await everything.get("/trail")).text
    assert [line for line in await _read(office) if line.startswith(f"officer:{lead.id} ")] == [
        f"officer:{lead.id} read page:/trail"
    ]


async def _read(office: Office) -> list[str]:
    lines = await office.db.read(audit.lines, None, 500)
    return [f"{one.actor} {one.action} {one.object}" for one in lines if one.action == "read"]
