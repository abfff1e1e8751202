"""The way to the messenger's page and back: whose it is, how often, and every failure in words."""

import html
import logging
import re
from urllib.parse import parse_qs, urlsplit

import pytest

from console.render import said
from console.scope import Role
from storage import audit, channel_tokens
from tests.console.desk import AWAY_CODE, GOOD_CODE, LINE, OA, ZALO, Office, OfficerAtDesk

DONE = "/channels/oa/done"


async def _begin(officer: OfficerAtDesk) -> str:
    """The state that the messenger is given."""
    answer = await officer.post("/channels/oa/consent")
    assert answer.status_code == 303
    leads = urlsplit(answer.headers["location"])
    assert f"{leads.scheme}://{leads.netloc}" == ZALO
    asked = parse_qs(leads.query)
    assert asked["redirect_uri"] == [f"{LINE}/console/channels/oa/back"]
    return asked["state"][0]


async def _outcome(officer: OfficerAtDesk, **given: str) -> str:
    """By the words that the officer reads."""
    page = await officer.get(DONE, **given)
    if page.status_code == 303:
        assert page.headers["location"] == "/console/channels?consent=agreed"
        page = await officer.get("/channels", consent="agreed")
    assert page.status_code == 200
    words = said("channels/said.html", "outcomes")
    (told,) = [name for name in words if html.escape(words[name]) in page.text]
    return str(told)


async def _told(office: Office, officer: OfficerAtDesk) -> list[str]:
    lines = await office.db.read(audit.lines, None, 99, [f"officer:{officer.id}"])
    return [line.action for line in reversed(lines)]


async def test_an_officer_brings_the_tokens(office: Office) -> None:
    admin = await office.officer(Role.ADMIN, "20a")
    state = await _begin(admin)
    assert await _outcome(admin, code=GOOD_CODE, oa_id=OA, state=state) == "agreed"
    pair = await office.db.read(channel_tokens.load, OA)
    assert pair is not None
    assert (pair.access, pair.refreshed_at) == ("access", office.now)
    ((_, verifier),) = office.consents
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", verifier)
    assert verifier != state
    assert await _told(office, admin) == ["consent begun", "consent given"]


async def test_a_state_is_used_once_by_the_officer_who_began_within_ten_minutes(
    office: Office,
) -> None:
    admin, other = [await office.officer(Role.ADMIN, "20a") for _ in range(2)]
    good = {"code": GOOD_CODE, "oa_id": OA}
    state = await _begin(admin)
    assert await _outcome(other, **good, state=state) == "strange"
    assert await _outcome(admin, **good, state="khong-phai") == "strange"
    assert await _outcome(admin, **good) == "strange"
    assert await _outcome(admin, **good, state=state) == "agreed"
    assert await _outcome(admin, **good, state=state) == "strange"
    state = await _begin(admin)
    office.later(minutes=10, seconds=1)
    assert await _outcome(admin, **good, state=state) == "strange"
    assert len(office.consents) == 1


@pytest.mark.parametrize(
    ("given", "outcome"),
    [
        ({"oa_id": OA}, "denied"),
        ({"code": GOOD_CODE, "oa_id": "99"}, "other"),
        ({"code": GOOD_CODE}, "other"),
        ({"code": "bad", "oa_id": OA}, "refused"),
        ({"code": AWAY_CODE, "oa_id": OA}, "away"),
    ],
)
async def test_a_failure_stores_nothing_and_uses_the_state_up(
    office: Office, given: dict[str, str], outcome: str
) -> None:
    admin = await office.officer(Role.ADMIN, "20a")
    state = await _begin(admin)
    assert await _outcome(admin, **given, state=state) == outcome
    assert await office.db.read(channel_tokens.load, OA) is None
    assert await _outcome(admin, code=GOOD_CODE, oa_id=OA, state=state) == "strange"


async def test_who_comes_back_without_a_cookie_is_led_on_from_here(office: Office) -> None:
    stranger = await office.browser()
    evil = '"><script>alert(1)</script>'
    answer = await stranger.get(
        "/console/channels/oa/back", params={"code": evil, "oa_id": OA, "state": "s", "next": "x"}
    )
    assert answer.status_code == 200
    assert "<script" not in answer.text
    (on,) = re.findall(r'content="0; url=([^"]*)"', answer.text)
    leads = urlsplit(html.unescape(on))
    assert (leads.netloc, leads.path) == ("", "/console/channels/oa/done")
    assert parse_qs(leads.query) == {"code": [evil], "oa_id": [OA], "state": ["s"]}


async def test_the_form_may_lead_to_the_messenger_and_no_other_page_may(office: Office) -> None:
    admin = await office.officer(Role.ADMIN, "20a")
    policy = (await admin.get("/channels")).headers["Content-Security-Policy"]
    assert f"form-action 'self' {ZALO};" in policy
    assert policy.count("form-action") == 1
    for path in ("", "/channels/forecast", "/accounts"):
        assert ZALO not in (await admin.get(path)).headers["Content-Security-Policy"]


async def test_nothing_secret_is_logged_or_noted(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    admin = await office.officer(Role.ADMIN, "20a")
    for code in (GOOD_CODE, "bad-code-1"):
        state = await _begin(admin)
        await _outcome(admin, code=code, oa_id=OA, state=state)
        noted = str(await office.db.read(audit.lines, None, 99))
        ours = [r.getMessage() for r in caplog.records if not r.name.startswith("httpx")]
        for secret in (state, code + "&", "bad-code-1", office.consents[-1][1]):
            assert secret not in noted
            assert not [line for line in ours if secret in line]
