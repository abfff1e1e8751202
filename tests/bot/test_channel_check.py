"""`donghanh channel check` and the officers' way to a consent, against stand-ins of Zalo."""

import asyncio
import dataclasses
import html
import logging
import re
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from typer.testing import CliRunner

from bot import channel_check, shown
from bot.__main__ import app
from bot.channel_check import Line, look
from bot.cli import FAILED, WRONG_USE
from bot.config import Settings, load
from bot.messengers import messengers
from console.messengers import NoTokens
from storage import channel_tokens
from storage.channel_tokens import REFUSED, Pair
from storage.crypto import make_key
from storage.database import open_database
from storage.schema import prepare
from tests.standins.zalo_bot import TOKEN, ZaloBotApi
from tests.standins.zalo_oa import APP_ID, APP_SECRET, BEGIN, OA_ID, SECRET_KEY, V2, V3, ZaloOAApi

USER = "8800"


@pytest.fixture
async def oa() -> AsyncIterator[ZaloOAApi]:
    async with ZaloOAApi() as api:
        api.acted[USER] = BEGIN
        yield api


@pytest.fixture(autouse=True)
def stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(channel_check, "utc_now", lambda: BEGIN)


def _settings(folder: Path, url: str, **more: object) -> Settings:
    usual = load({"DONGHANH_DATA_DIR": str(folder)}, folder / "no.env")
    mine = {
        "zalo_oa_id": OA_ID,
        "zalo_oa_app_id": APP_ID,
        "zalo_oa_app_secret": APP_SECRET,
        "zalo_oa_secret_key": SECRET_KEY,
        "zalo_oa_api_url": url,
        "zalo_oa_oauth_url": url,
        "public_url": "https://here.example",
    }
    return dataclasses.replace(usual, **{**mine, **more})


async def _agreed(
    settings: Settings, oa: ZaloOAApi, *, state: str = channel_tokens.GOOD, age: float = 0
) -> None:
    """A pair in the database of the settings, `age` hours old."""
    issued, at = oa.oauth.issued(), BEGIN - timedelta(hours=age)
    expires = at + timedelta(hours=25)
    pair = Pair(issued["access_token"], issued["refresh_token"], expires, at, state)
    if not settings.key_file.exists():
        make_key(settings.key_file)
    db = open_database(settings.database_url, prepare(settings.database_url, settings.key_file))
    await db.write(channel_tokens.put, OA_ID, pair)
    await db.close()


def _told(lines: list[Line]) -> list[str]:
    return [f"{line.told} {'+' if line.ok else '-'}" for line in lines]


async def test_a_business_account_may_write_both_ways(tmp_path: Path, oa: ZaloOAApi) -> None:
    settings = _settings(tmp_path, oa.url)
    await _agreed(settings, oa)
    lines = await look(settings, USER)
    assert _told(lines) == [
        "works, canary Trạm y tế, a business account (oa_type 2) +",
        "v3: sent +",
        "v2: sent +",
        "this account may write with DONGHANH_ZALO_OA_API=auto +",
    ]
    assert [sent.path for sent in oa.sent] == [V3, V2]


async def test_without_a_person_nothing_is_sent(tmp_path: Path, oa: ZaloOAApi) -> None:
    settings = _settings(tmp_path, oa.url)
    await _agreed(settings, oa)
    assert len(await look(settings, "")) == 1
    assert oa.sent == []


@pytest.mark.parametrize(("api", "fine"), [("auto", True), ("v2", True), ("v3", False)])
async def test_a_government_account_that_may_use_v2_only(
    tmp_path: Path, oa: ZaloOAApi, api: str, fine: bool
) -> None:
    oa.government = True
    settings = _settings(tmp_path, oa.url, zalo_oa_api=api)
    await _agreed(settings, oa)
    lines = await look(settings, USER)
    assert "a government account (oa_type 4)" in lines[0].told
    assert lines[1].told == "v3: not open to this kind of account (-235)"
    assert lines[2].told == "v2: sent"
    assert lines[3].ok is fine


async def test_an_account_that_may_not_write_at_all(tmp_path: Path, oa: ZaloOAApi) -> None:
    oa.government = oa.v2_closed = True
    settings = _settings(tmp_path, oa.url)
    await _agreed(settings, oa)
    lines = await look(settings, USER)
    assert not lines[-1].ok
    assert "may not write" in lines[-1].told


async def test_somebody_who_never_wrote_cannot_be_written_to(tmp_path: Path, oa: ZaloOAApi) -> None:
    settings = _settings(tmp_path, oa.url)
    await _agreed(settings, oa)
    lines = await look(settings, "77")
    assert _told(lines)[1:3] == ["v3: Zalo says -213 +", "v2: Zalo says -213 +"]
    assert not lines[-1].ok


async def test_tokens_that_do_not_work_say_what_to_do(tmp_path: Path, oa: ZaloOAApi) -> None:
    settings = _settings(tmp_path, oa.url)
    with pytest.raises(Exception, match="1"):
        await look(settings, "")  # there is no database yet
    await _agreed(settings, oa, state=REFUSED)
    (refused,) = await look(settings, "")
    assert not refused.ok
    assert refused.told.startswith("Zalo refused a renewal; consent is needed again")
    assert oa.called("/v4/oa/access_token") == []  # a renewal would kill the programme's pair
    await _agreed(settings, oa)
    oa.oauth.issued()
    (line,) = await look(settings, "")
    assert not line.ok


@pytest.mark.parametrize(
    ("days", "told"),
    [
        (2, "a renewal is possible (last renewed 2 days ago, possible for 90): `donghanh run`"),
        (89, "a renewal is possible"),
        (
            90,
            "a renewal is not possible any more (last renewed 90 days ago, possible for 90); cons",
        ),
    ],
)
async def test_a_token_that_is_over_says_whether_it_can_be_renewed(
    tmp_path: Path, oa: ZaloOAApi, days: int, told: str
) -> None:
    settings = _settings(tmp_path, oa.url)
    await _agreed(settings, oa, age=24 * days)
    (line,) = await look(settings, "")
    assert not line.ok
    assert line.told.startswith(f"the token is over; {told}")
    assert oa.called("/v4/oa/access_token") == []  # a renewal would kill the programme's pair


async def test_every_account_is_asked_and_secrets_are_not_told(
    tmp_path: Path, oa: ZaloOAApi, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    async with ZaloBotApi() as bot:
        settings = _settings(tmp_path, oa.url, zalo_bot_token=TOKEN, zalo_bot_api_url=bot.url)
        await _agreed(settings, oa)
        lines = await look(settings, USER)
        wrong = await look(dataclasses.replace(settings, zalo_bot_token="1:wrong"), "")
    assert [line.account for line in lines[:2]] == ["zalo-bot 424242", f"zalo-oa {OA_ID}"]
    assert lines[0].ok
    assert not wrong[0].ok
    told = "\n".join([*map(str, lines), *map(str, wrong), caplog.text])
    issued = oa.oauth.current
    assert issued is not None
    for secret in (TOKEN.partition(":")[2], APP_SECRET, SECRET_KEY, issued.access, issued.refresh):
        assert secret not in told


async def test_a_server_that_is_away_is_said_so(tmp_path: Path) -> None:
    oa = ZaloOAApi()
    await oa.start()
    settings = _settings(tmp_path, oa.url)
    await _agreed(settings, oa)
    await oa.stop()
    assert _told(await look(settings, "")) == ["no connection -"]


# --- the command -----------------------------------------------------------------------------


@pytest.fixture
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("DONGHANH_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)


@pytest.mark.usefixtures("nowhere")
def test_the_command_ends_by_what_it_found(monkeypatch: pytest.MonkeyPatch) -> None:
    runner = CliRunner()
    nothing = runner.invoke(app, ["channel", "check"])
    assert (nothing.exit_code, nothing.output.count("web chat")) == (0, 1)
    assert runner.invoke(app, ["channel", "check", "--try-user", "an"]).exit_code == WRONG_USE
    assert runner.invoke(app, ["channel", "check", "--try-user", "1"]).exit_code == WRONG_USE

    async def bad(settings: Settings, try_user: str) -> list[Line]:
        return [Line("zalo-bot 1", "works"), Line("zalo-oa 1", "token refused", ok=False)]

    monkeypatch.setattr(channel_check, "look", bad)
    failed = runner.invoke(app, ["channel", "check"])
    assert failed.exit_code == FAILED
    assert failed.output.splitlines() == ["zalo-bot 1: works", "zalo-oa 1: token refused"]


# --- what the pages get ----------------------------------------------------------------------


async def _code(oa: ZaloOAApi, link: str) -> dict[str, str]:
    """What an administrator who agrees is sent back with."""
    assert urlsplit(link).path == "/v4/oa/permission"
    async with httpx.AsyncClient() as browser:
        answer = await browser.get(link)
    return dict(httpx.URL(html.unescape(answer.headers["location"])).params)


async def test_a_consent_brings_a_pair_once_and_only_with_its_verifier(
    tmp_path: Path, oa: ZaloOAApi
) -> None:
    official = shown.official(_settings(tmp_path, oa.url))
    assert official is not None
    assert official.origin == oa.url
    back, verifier = "https://here.example/console/channels/oa/back", "v" * 43
    given = await _code(oa, official.permission(back, "the-state", verifier))
    assert (given["oa_id"], given["state"]) == (OA_ID, "the-state")
    pair = await official.exchange(given["code"], verifier, BEGIN)
    assert (pair.refreshed_at, pair.state) == (BEGIN, channel_tokens.GOOD)
    assert oa.oauth.accepts(pair.access)
    assert await _refused(official.exchange(given["code"], verifier, BEGIN)) is False
    given = await _code(oa, official.permission(back, "the-state", verifier))
    assert await _refused(official.exchange(given["code"], "w" * 43, BEGIN)) is False


async def test_a_messenger_that_is_away_is_told_from_one_that_refuses(
    tmp_path: Path, oa: ZaloOAApi
) -> None:
    official = shown.official(_settings(tmp_path, oa.url))
    assert official is not None
    await oa.stop()
    assert await _refused(official.exchange("code", "v" * 43, BEGIN)) is True


async def _refused(exchange: object) -> bool:
    """Whether the messenger was away."""
    assert asyncio.iscoroutine(exchange)
    with pytest.raises(NoTokens) as caught:
        await exchange
    assert caught.value.__context__ is None  # it would hold the request, and that the secrets
    return caught.value.away


def test_without_an_account_there_is_nothing_to_agree_to(tmp_path: Path) -> None:
    assert shown.official(load({"DONGHANH_DATA_DIR": str(tmp_path)}, tmp_path / "no.env")) is None


def test_the_pages_know_every_account_but_our_own_page(tmp_path: Path) -> None:
    settings = _settings(tmp_path, "http://nowhere.example", zalo_bot_token=TOKEN, zalo_oa_paid=7)
    down = {"zalo-bot:424242": "token refused"}
    found = shown.accounts(settings, messengers(settings, None, None), down.get)  # type: ignore[arg-type]
    assert [one.route for one in found] == ["zalo-bot:424242", f"zalo-oa:{OA_ID}"]
    assert [one.trouble() for one in found] == ["token refused", None]
    assert (found[0].audience, found[0].month_quota, found[0].windows) == (50, 3_000, None)
    assert found[1].windows is not None
    assert found[1].paid == 7
    assert re.fullmatch(r"\w+-\w+", found[1].name)
