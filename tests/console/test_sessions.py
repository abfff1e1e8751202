"""Sessions: how long they last, who else may use them, and what every page sends along."""

import logging
import re
from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse, Response

from bot.logs import Plain
from console.app import PAGES
from console.scope import ALLOWED, May, Role
from console.web import BODY_MOST, SAFE_COOKIE, Call, Page, routes
from content.library import Library
from storage import officers
from storage.database import Database
from storage.officers import IDLE, LONGEST
from tests.console.desk import PASSWORD, Office, OfficerAtDesk, open_office
from tests.console.doors import LOGIN, account, leads, told, visitor
from tests.console.routes import ask, named

MINUTE = timedelta(minutes=1)
SECURE = "https://desk.example"
CHOSEN = "bốn con mèo mướp"
CANARY = "Bống-canary-7f3e"
ONE_ENGINE = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)


@pytest.fixture
async def secure(db: Database, library: Library) -> AsyncIterator[Office]:
    async with open_office(db, library, SECURE) as opened:
        yield opened


async def _inside(officer: OfficerAtDesk) -> bool:
    return (await officer.get("/own")).status_code == 200


async def test_a_session_ends_after_half_an_hour_without_use(office: Office) -> None:
    officer = await office.officer(Role.STATION, "20a")
    for _ in range(3):
        office.now += IDLE - MINUTE
        assert await _inside(officer)
    office.now += IDLE + MINUTE
    assert not await _inside(officer)


async def test_a_session_ends_after_twelve_hours_of_use(office: Office) -> None:
    officer = await office.officer(Role.STATION, "20a")
    until = office.now + LONGEST
    while office.now + IDLE < until:
        office.now += IDLE - MINUTE
        assert await _inside(officer)
    office.now = until + MINUTE
    assert not await _inside(officer)


async def test_looking_often_does_not_write_every_time(office: Office) -> None:
    officer = await office.officer(Role.STATION, "20a")
    office.now += officers.SEEN_STEP - timedelta(seconds=1)
    assert await _inside(officer)
    found = await office.db.read(officers.find_session, officer.token, office.now)
    assert found is not None
    assert found[0].seen_at < office.now


async def test_whoever_comes_in_ends_the_session_elsewhere(office: Office) -> None:
    await account(office)
    first, second = await visitor(office), await visitor(office)
    await first.comes_in()
    office.later(seconds=30)
    assert leads(await second.gives_password()) == "/console/code"
    assert await first.is_inside()  # a stolen password alone throws nobody out
    await second.gives_code()
    assert await second.is_inside()
    assert not await first.is_inside()


async def test_a_session_does_not_come_back_after_logout(office: Office) -> None:
    officer = await office.officer(Role.STATION, "20a")
    answer = await officer.client.post("/console/logout", data={"csrf": officer.csrf})
    assert leads(answer) == "/console/login"
    assert officer.client.cookies.get("donghanh_officer") is None
    assert await _replayed(office, officer) == 303


async def _replayed(office: Office, officer: OfficerAtDesk) -> int:
    """The status for whoever kept the cookie."""
    thief = await office.browser()
    headers = {"cookie": f"donghanh_officer={officer.token}"}
    return (await thief.get("/console/own", headers=headers)).status_code


async def test_a_session_ends_when_the_officer_is_disabled(office: Office) -> None:
    officer = await office.officer(Role.STATION, "20a")
    admin = await office.officer(Role.ADMIN, "20")
    assert await _replayed(office, officer) == 200
    assert leads(await admin.post(f"/accounts/{officer.id}/disable")) == "/console/accounts"
    assert await _replayed(office, officer) == 303


async def test_a_session_ends_when_the_password_is_given_anew(office: Office) -> None:
    officer = await office.officer(Role.STATION, "20a")
    admin = await office.officer(Role.ADMIN, "20")
    page = (await admin.post(f"/accounts/{officer.id}/renew")).text
    assert await _replayed(office, officer) == 303
    found = await office.db.read(officers.get, officer.id)
    assert found is not None
    made = re.search(r"<code>(\w+)</code>", page)
    assert made is not None
    door = await visitor(office)
    assert (await door.gives_password(found.login)).status_code == 403
    assert leads(await door.gives_password(found.login, made[1])) == "/console/password"


async def test_a_session_ends_when_the_officer_takes_another_password(office: Office) -> None:
    officer = await office.officer(Role.STATION, "20a")
    form = {"password": CHOSEN, "again": CHOSEN}
    assert (await officer.post("/own", old="sai", **form)).status_code == 400
    assert (await officer.post("/own", old=PASSWORD, password="a", again="a")).status_code == 400
    assert await _replayed(office, officer) == 200
    assert leads(await officer.post("/own", old=PASSWORD, **form)) == "/console/login"
    assert await _replayed(office, officer) == 303
    assert f"officer:{officer.id} password failed" in await told(office)


async def test_the_old_password_cannot_be_guessed_from_a_stolen_session(office: Office) -> None:
    officer = await office.officer(Role.STATION, "20a")
    form = {"password": CHOSEN, "again": CHOSEN}
    for n in range(3):
        await officer.post("/own", old=f"sai {n}", **form)
    assert (await officer.post("/own", old=PASSWORD, **form)).status_code == 400
    assert await _replayed(office, officer) == 200


async def test_another_role_or_area_holds_at_once(office: Office) -> None:
    officer = await office.officer(Role.ADMIN, "20a")
    assert (await officer.get("/accounts")).status_code == 200
    await office.db.write(officers.change, officer.id, role=Role.SCHOOL)
    assert (await officer.get("/accounts")).status_code == 404


async def test_a_session_in_the_database_is_not_the_cookie(office: Office) -> None:
    officer = await office.officer(Role.STATION, "20a")
    token_hash = await office.db.read(officers._hash, officer.token)
    thief = await office.browser()
    headers = {"cookie": f"donghanh_officer={token_hash}"}
    assert (await thief.get("/console/own", headers=headers)).status_code == 303


async def test_over_sessions_are_purged(office: Office) -> None:
    officer = await office.officer(Role.STATION, "20a")
    await office.db.write(officers.purge_sessions, office.now + LONGEST + MINUTE)
    assert not await _inside(officer)


async def test_cookies_are_for_this_address_only_and_not_for_scripts(secure: Office) -> None:
    await account(secure)
    door = await visitor(secure)
    heard = [await door.opens("/login")]
    heard.append(await door.sends("/login", login=LOGIN, password=PASSWORD))
    await door.opens("/code")
    heard.append(await door.sends("/code", code=secure.code()))
    set_cookies = [line for answer in heard for line in answer.headers.get_list("set-cookie")]
    assert len(set_cookies) == 4
    for line in set_cookies:
        name, _, rest = line.partition("=")
        flags = {part.strip().lower() for part in rest.split(";")[1:]}
        assert name in (SAFE_COOKIE, f"{SAFE_COOKIE}_known")
        assert {"httponly", "secure", "samesite=strict", "path=/"} <= flags
        assert not any(flag.startswith("domain") for flag in flags)
        assert any(flag.startswith("max-age") for flag in flags) == name.endswith("_known")
    tokens = {line.partition("=")[2].partition(";")[0] for line in set_cookies}
    assert len(tokens) == 4  # a new one at every step
    assert await door.is_inside()


async def test_logout_takes_the_cookie_away_and_leaves_the_chat_alone(secure: Office) -> None:
    officer = await secure.officer(Role.STATION, "20a")
    answer = await officer.client.post("/console/logout", data={"csrf": officer.csrf})
    gone = answer.headers["set-cookie"].lower()
    assert gone.startswith(f'{SAFE_COOKIE.lower()}=""; ')
    assert "max-age=0" in gone
    assert "secure" in gone  # else browsers do not heed it for this name
    assert answer.headers["clear-site-data"] == '"cache"'


def _check_headers(answer: httpx.Response, place: str) -> None:
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'"), place
    assert "unsafe" not in policy, place
    assert "script-src" not in policy, place
    for part in ("frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"):
        assert part in policy, place
    for name, value in {
        "x-content-type-options": "nosniff",
        "referrer-policy": "same-origin",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "cache-control": "no-store",
    }.items():
        assert answer.headers[name] == value, place


def _check_page(answer: httpx.Response, place: str) -> None:
    text = answer.text.lower()
    for forbidden in ("<script", "<style", " style=", "javascript:", "<iframe", "<object"):
        assert forbidden not in text, f"{place}: {forbidden}"
    assert not re.search(r"<[^>]*\son\w+\s*=", text), place
    for form in re.findall(r"<form[^>]*method=\"post\".*?</form>", text, re.DOTALL):
        assert 'name="csrf" value="' in form or 'name="before" value="' in form, place
    for address in re.findall(r"(?:src|href|action)=\"([^\"]*)\"", text):
        assert re.match(r"(/(?!/)|#|\?|data:image/|tel:|$)", address), f"{place}: {address}"


@ONE_ENGINE
async def test_every_page_has_the_headers_and_no_script_or_style_of_its_own(
    secure: Office,
) -> None:
    await secure.families(3, "20a1", "20a2")
    for page in PAGES:
        officer = await secure.officer(min(ALLOWED[page.needs]), "20a")
        answer = await ask(page, officer)
        _check_headers(answer, named(page))
        assert answer.headers["strict-transport-security"].startswith("max-age=")
        if answer.headers.get("content-type", "").startswith("text/html"):
            _check_page(answer, named(page))
    stranger = await visitor(secure)
    for path in ("/login", "/password", "/setup", "/code", "/recovery", "/khong-co", "/own"):
        answer = await stranger.opens(path)
        _check_headers(answer, path)
        _check_page(answer, path)
        refused = await stranger.client.post(f"/console{path}")
        _check_headers(refused, path)


@ONE_ENGINE
async def test_a_slash_at_the_end_is_forgiven(office: Office) -> None:
    assert leads(await (await office.browser()).get("/console/")) == "/console"


def _with(office: Office, officer: OfficerAtDesk, *pages: Page) -> None:
    app = Starlette(routes=routes(office.desk, pages))
    officer.client._transport = httpx.ASGITransport(app)


async def test_a_page_that_breaks_says_so_and_logs_no_words(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    async def breaks(call: Call) -> Response:
        raise ValueError(CANARY)

    officer = await office.officer(Role.STATION, "20a")
    _with(office, officer, Page("/breaks", breaks, May.COME_IN))
    with caplog.at_level(logging.INFO):
        answer = await officer.get("/breaks")
    assert answer.status_code == 500
    assert "Trang bị lỗi" in answer.text
    assert CANARY not in answer.text
    _check_headers(answer, "broken")
    record = next(one for one in caplog.records if one.name == "console.web")
    record.exc_text = None
    said = Plain("%(message)s").format(record)  # as the programme writes it
    assert said.startswith("page /breaks: ValueError\n")
    assert "test_sessions.py" in said
    assert CANARY not in said


async def test_what_is_too_long_is_not_read_to_its_end(office: Office) -> None:
    async def reads(call: Call) -> Response:
        return PlainTextResponse(str(len(call.text("text", 10**9))))

    officer = await office.officer(Role.STATION, "20a")
    _with(office, officer, Page("/reads", reads, May.COME_IN, "POST"))
    fits = "a" * (BODY_MOST - 2000)
    assert (await officer.post("/reads", text=fits)).text == str(len(fits))
    long = "a" * (BODY_MOST + 1)
    assert (await officer.post("/reads", text=long)).status_code == 413
    for name in (None, "sheet.csv"):
        form = {"csrf": (None, officer.csrf), "text": (name, long)}
        answer = await officer.client.post("/console/reads", files=form)
        assert answer.status_code == 413

    asked = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal asked
        while True:
            asked += 1
            yield b"a" * 2**20

    headers = {"content-type": "application/x-www-form-urlencoded"}
    answer = await officer.client.post("/console/reads", content=endless(), headers=headers)
    assert answer.status_code == 413
    assert asked < 10


async def test_characters_that_hide_or_turn_words_round_are_taken_out(office: Office) -> None:
    heard = []

    async def reads(call: Call) -> Response:
        heard.append(call.text("text"))
        return PlainTextResponse("")

    officer = await office.officer(Role.STATION, "20a")
    _with(office, officer, Page("/reads", reads, May.COME_IN, "POST"))
    typed = [
        "Thôn \u202eĐông\u202c",
        "\u2066a\u2069\u200e\u200f\u061c",
        "a\x00b\x1bc\x7f\ufeff",
        "e\u0302\u0301",
        " một\r\nhai ",
        "ba\u200bbốn",
    ]
    for text in typed:
        await officer.post("/reads", text=text)
    assert heard == ["Thôn Đông", "a", "abc", "ế", "một\nhai", "babốn"]
