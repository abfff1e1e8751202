"""A programme that cannot start answers with the numbers and nothing else, and comes back."""

import asyncio
import contextlib
import dataclasses
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from bot import running as starting
from bot.config import Settings
from bot.emergency_only import TEXT_FILE, EmergencyOnly
from content.library import ROOT as CONTENT
from content.library import ContentBroken, load
from tests.bot.emergencies import CALM, CRY, has_numbers, in_time, telegram
from tests.bot.sites import LINE, Visitor, settings
from tests.fakes import until
from tests.standins.bot_api import BotApi
from tests.standins.zalo_bot import PROOF, ZaloBotApi
from tests.standins.zalo_bot_people import Person as ZaloPerson


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with BotApi(rate=None, chat_gap=None) as api:
        yield api


@contextlib.asynccontextmanager
async def only(wanted: Settings) -> AsyncIterator[tuple[EmergencyOnly, httpx.AsyncClient]]:
    minimal = EmergencyOnly(wanted, "the key is missing")
    transport = httpx.ASGITransport(Starlette(routes=minimal.routes()))
    async with httpx.AsyncClient(transport=transport, base_url=LINE) as client:
        yield minimal, client


async def test_the_web_chat_answers_everything_with_the_numbers(tmp_path: Path) -> None:
    async with only(settings(tmp_path)) as (minimal, client):
        token = (await client.post("/api/chat/sessions")).json()["session"]
        me = Visitor(client, token)
        with in_time():
            poll = asyncio.create_task(me.get(after=0, wait=20))
            await asyncio.sleep(0.02)
            assert (await me.says(CALM)).status_code == 202
            lines = (await poll).json()["messages"]
        assert [x["text"] for x in lines] == [minimal.text]
        assert has_numbers(minimal.text)
        stranger = Visitor(client, "another-token-altogether")
        assert (await stranger.get(after=0, wait=0)).json() == {"messages": []}


async def test_a_page_that_was_open_before_sees_the_answer(tmp_path: Path) -> None:
    """It has seen 57 lines and asks for what comes after; thirty answers, and none is hidden."""
    async with only(settings(tmp_path)) as (_, client):
        me = Visitor(client, "a-token-of-better-days")
        after: float = 57
        for _ in range(30):
            await me.says(CRY)
            lines = (await me.get(after=after, wait=1)).json()["messages"]
            assert len(lines) == 1
            assert lines[0]["n"] > after
            after = lines[0]["n"]
        assert after < 58


async def test_its_pages_and_probes(tmp_path: Path) -> None:
    async with only(settings(tmp_path)) as (_, client):
        assert has_numbers((await client.get("/")).text)
        page = await client.get("/chat")
        assert page.status_code == 200
        assert "text/html" in page.headers["content-type"]
        assert (await client.get("/chat/chat.js")).status_code == 200
        assert (await client.get("/chat/..%2fapi.py")).status_code == 404
        for probe in ("/healthz", "/readyz"):
            assert (await client.get(probe)).status_code == 503


async def test_telegram_answers_everything_too(tmp_path: Path, api: BotApi) -> None:
    async with only(settings(tmp_path, **telegram(api))) as (minimal, _):
        await minimal.start()
        person = api.person(77)
        try:
            with in_time():
                await person.writes(CALM)
                await until(lambda: person.received)
            assert has_numbers(person.received[0].text)
            await person.writes(CALM)
            await asyncio.sleep(0.05)
            assert len(person.received) == 1  # at most every thirty seconds
        finally:
            await minimal.stop()


@pytest.fixture
async def zalo() -> AsyncIterator[ZaloBotApi]:
    async with ZaloBotApi() as zalo:
        yield zalo


async def test_the_zalo_bot_answers_everything_too(tmp_path: Path, zalo: ZaloBotApi) -> None:
    wanted = settings(tmp_path, ZALO_BOT_TOKEN=zalo.token, ZALO_BOT_API_URL=zalo.url)
    async with only(wanted) as (minimal, client):
        await minimal.start()
        person = ZaloPerson(zalo, "z1")
        try:
            with in_time():
                await person.writes(CALM)
                await until(lambda: person.received)
            assert has_numbers(person.received[0].text)
            await person.writes(CRY)
            await asyncio.sleep(0.05)
            assert len(person.received) == 1  # at most every thirty seconds
        finally:
            await minimal.stop()
        assert (await client.post("/hooks/zalo-bot")).status_code == 404  # it polls


async def test_the_webhook_of_the_zalo_bot_is_answered(tmp_path: Path, zalo: ZaloBotApi) -> None:
    told = {"ZALO_BOT_TOKEN": zalo.token, "ZALO_BOT_API_URL": zalo.url, "PUBLIC_URL": LINE}
    secret = {"ZALO_BOT_MODE": "webhook", "ZALO_BOT_WEBHOOK_SECRET": "secret-of-the-hook"}
    async with only(settings(tmp_path, **told, **secret)) as (minimal, client):
        await minimal.start()
        person = ZaloPerson(zalo, "z1")

        async def posted(proof: str) -> int:
            body, headers = person.text(CALM), {PROOF: proof}
            return (await client.post("/hooks/zalo-bot", json=body, headers=headers)).status_code

        try:
            assert await posted("another-secret") == 403
            assert person.received == []
            with in_time():
                assert await posted("secret-of-the-hook") == 200
            assert has_numbers(person.received[0].text)
        finally:
            await minimal.stop()


async def test_the_official_account_of_zalo_is_asked_to_come_again(tmp_path: Path) -> None:
    """Its tokens are in the database: 404 would tell Zalo that nobody is here."""
    names = ("ID", "APP_ID", "APP_SECRET", "SECRET_KEY")
    account = {f"ZALO_OA_{name}": "1" for name in names}
    async with only(settings(tmp_path, PUBLIC_URL=LINE, **account)) as (_, client):
        answer = await client.post("/hooks/zalo-oa", json={"event_name": "user_send_text"})
        assert answer.status_code == 503
        assert int(answer.headers["retry-after"]) > 0
    async with only(settings(tmp_path)) as (_, client):
        assert (await client.post("/hooks/zalo-oa", json={})).status_code == 404


async def test_a_messenger_that_cannot_start_takes_no_other_along(
    tmp_path: Path, api: BotApi, caplog: pytest.LogCaptureFixture
) -> None:
    wanted = settings(tmp_path, **telegram(api), ZALO_BOT_TOKEN="no token")
    async with only(wanted) as (minimal, _):
        await minimal.start()
        person = api.person(77)
        try:
            await person.writes(CALM)
            await until(lambda: person.received)
        finally:
            await minimal.stop()
    assert "zalo-bot does not start: token has the wrong form" in caplog.text


def test_the_text_needs_nothing_but_its_own_file(tmp_path: Path) -> None:
    assert has_numbers(TEXT_FILE.read_text(encoding="utf-8"))
    assert EmergencyOnly(settings(tmp_path), "x").text == load().emergency


@pytest.fixture
def reasons(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Why the emergency answers were started; each time they are told to stop at once."""
    found: list[str] = []

    async def serve(settings: Settings, why: str, *more: object) -> bool:
        found.append(why)
        return False

    monkeypatch.setattr("bot.emergency_only.serve_emergency", serve)
    monkeypatch.setattr("bot.running.os.umask", lambda mask: None)
    return found


def start(wanted: Settings) -> int:
    return starting.run_all(wanted, "", "127.0.0.1", 0)


def prepared(folder: Path) -> Settings:
    """As after a first start."""
    wanted = settings(folder / "data")
    opened = starting.open_or_refuse(wanted)
    asyncio.run(opened.close())
    return wanted


def test_the_key_is_missing(
    tmp_path: Path, reasons: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    wanted = prepared(tmp_path)
    wanted.key_file.unlink()
    assert start(wanted) == starting.FAILED
    assert "key" in reasons[0]
    first, second = capsys.readouterr().err.splitlines()
    assert first == reasons[0]
    assert "emergency numbers" in second
    assert not wanted.key_file.exists()  # never a second one in silence


def test_the_key_is_another_one(tmp_path: Path, reasons: list[str]) -> None:
    wanted = prepared(tmp_path)
    other = prepared(tmp_path / "other")
    shutil.copy(other.key_file, wanted.key_file)
    assert start(wanted) == starting.FAILED
    assert "key" in reasons[0]


def test_the_database_is_garbage(tmp_path: Path, reasons: list[str]) -> None:
    wanted = prepared(tmp_path)
    path = Path(wanted.database_url.removeprefix("sqlite:///"))
    path.write_bytes(b"garbage " * 1000)
    assert start(wanted) == starting.FAILED
    assert "database" in reasons[0]


def test_the_data_folder_cannot_be_used(tmp_path: Path, reasons: list[str]) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert start(settings(tmp_path / "file" / "below")) == starting.FAILED
    assert "cannot be written" in reasons[0]


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("places.yaml", ": [ not yaml"),
        ("programme/tips/year-1.yaml", "- id: tip-x\n  kind: nonsense\n"),
        ("text/vi/labels.yaml", "just words"),
        ("text/vi/flows/menu/help.md", "{% if %}"),
    ],
)
def test_the_content_is_broken(
    tmp_path: Path, reasons: list[str], monkeypatch: pytest.MonkeyPatch, file: str, text: str
) -> None:
    copy = tmp_path / "content"
    shutil.copytree(CONTENT, copy, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    (copy / file).write_text(text, encoding="utf-8")
    with pytest.raises(ContentBroken):
        load(copy)
    monkeypatch.setattr("bot.running.load_library", lambda language="vi": load(copy, language))
    wanted = dataclasses.replace(settings(tmp_path / "data"))
    assert start(wanted) == starting.FAILED
    assert reasons[0].startswith("the content is broken: ")
    assert Path(file).name in reasons[0]


def test_all_is_well(tmp_path: Path, reasons: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: then the whole programme starts, and not this."""
    served: list[Settings] = []

    async def serve(wanted: Settings, *more: Any) -> bool:
        served.append(wanted)
        await more[1].close()
        return True

    monkeypatch.setattr("bot.running._serve", serve)
    assert start(prepared(tmp_path)) == 0
    assert len(served) == 1
    assert not reasons


def test_it_comes_back_by_itself(
    tmp_path: Path, reasons: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = prepared(tmp_path)
    kept = wanted.key_file.read_bytes()
    wanted.key_file.unlink()

    async def mended(settings: Settings, why: str, *more: object) -> bool:
        reasons.append(why)
        wanted.key_file.write_bytes(kept)
        return True

    async def serve(wanted: Settings, *more: Any) -> bool:
        await more[1].close()
        return True

    monkeypatch.setattr("bot.emergency_only.serve_emergency", mended)
    monkeypatch.setattr("bot.running._serve", serve)
    assert start(wanted) == 0
    assert len(reasons) == 1


async def test_the_sheet_of_numbers_is_filled(tmp_path: Path) -> None:
    """It is what a frightened parent taps first, and here the only thing that may still work."""
    async with only(settings(tmp_path)) as (_, client):
        page = await client.get("/chat")
    assert "<!-- numbers -->" not in page.text
    for number in ("115", "111", "113", "114"):
        assert page.text.count(f'href="tel:{number}"') == page.text.count('class="numbers"')
    assert "script-src 'self'" in page.headers["content-security-policy"]
