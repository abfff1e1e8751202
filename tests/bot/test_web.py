"""Pages, probes, metrics and webhooks of the running programme."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.engine import Engine

from bot.web import HOOK_BODY_MOST, home_page, numbers_html
from content.library import Library
from storage.tables import inbox
from tests.bot.sites import LINE, Site, running
from tests.fakes import WatchedDatabase
from tests.standins.bot_api import TOKEN, BotApi

SECRET = "a-secret-of-the-webhook"
PROOF = {"X-Telegram-Bot-Api-Secret-Token": SECRET}


@pytest.fixture
def dialect() -> str:
    """Nothing here depends on the engine."""
    return "sqlite"


@pytest.fixture
async def site(
    db: WatchedDatabase, library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Site]:
    (tmp_path / "picture.svg").write_text("<svg/>", encoding="utf-8")
    monkeypatch.setattr("bot.serving.MEDIA", tmp_path)
    async with running(db, library, tmp_path) as site:
        yield site


@pytest.fixture
async def hooked(db: WatchedDatabase, library: Library, tmp_path: Path) -> AsyncIterator[Site]:
    async with BotApi(rate=None, chat_gap=None) as api:
        telegram = {
            "TELEGRAM_TOKEN": TOKEN,
            "TELEGRAM_API_URL": api.url,
            "TELEGRAM_MODE": "webhook",
            "TELEGRAM_WEBHOOK_SECRET": SECRET,
            "PUBLIC_URL": LINE,
        }
        async with running(db, library, tmp_path, **telegram) as site:
            yield site


def update(number: int = 1, **more: Any) -> bytes:
    person = {"id": 77, "is_bot": False, "first_name": "An"}
    message = {
        "message_id": number,
        "date": 1_790_000_000,
        "chat": {"id": 77, "type": "private", "first_name": "An"},
        "from": person,
        "text": "xin chào",
    }
    return json.dumps({"update_id": number, "message": message, **more}).encode()


def stored(engine: Engine) -> int:
    with engine.connect() as conn:
        return conn.execute(select(func.count()).select_from(inbox)).scalar_one()


async def test_the_home_page_says_what_this_is_and_links(site: Site) -> None:
    answer = await site.client.get("/")
    assert answer.status_code == 200
    assert "text/html" in answer.headers["content-type"]
    assert 'href="/chat"' in answer.text
    for number in ("115", "113", "111"):
        assert f'href="tel:{number}"' in answer.text
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    assert "script" not in policy


async def test_the_chat_page_allows_nothing_from_elsewhere(site: Site) -> None:
    answer = await site.client.get("/chat")
    assert answer.status_code == 200
    policy = dict(
        part.strip().split(" ", 1) for part in answer.headers["content-security-policy"].split(";")
    )
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert policy["frame-ancestors"] == policy["base-uri"] == policy["form-action"] == "'none'"
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert 'href="tel:115"' in answer.text
    assert "<!-- numbers -->" not in answer.text


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("chat.js", "text/javascript"),
        ("chat.css", "text/css"),
        ("icon.svg", "image/svg+xml"),
        ("manifest.webmanifest", "application/manifest+json"),
    ],
)
async def test_its_files_are_served_with_their_kind(site: Site, name: str, kind: str) -> None:
    answer = await site.client.get(f"/chat/{name}")
    assert answer.status_code == 200
    assert answer.headers["content-type"].partition(";")[0] == kind
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "path",
    [
        "/nothing",
        "/chat/chat.html",
        "/chat/..%2fapi.py",
        "/chat/%2e%2e/api.py",
        "/chat/unknown.js",
        "/media/missing.png",
        "/media/../data.db",
        "/hooks/telegram",
        "/hooks/unknown",
    ],
)
async def test_what_is_not_there_says_so_in_vietnamese(site: Site, path: str) -> None:
    answer = await site.client.get(path)
    assert answer.status_code == 404
    assert "Không có trang này." in answer.text
    assert "data.db" not in answer.text


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/nothing", 404),
        ("DELETE", "/api/chat/messages", 405),
        ("GET", "/api/chat/sessions", 405),
        ("PUT", "/api/chat/sessions", 405),
    ],
)
async def test_the_api_answers_in_json_also_then(
    site: Site, method: str, path: str, status: int
) -> None:
    answer = await site.client.request(method, path)
    assert answer.status_code == status
    assert list(answer.json()) == ["error"]


async def test_pictures_are_served(site: Site) -> None:
    assert (await site.client.get("/media/picture.svg")).text == "<svg/>"


async def test_the_counters_hold_no_names(site: Site) -> None:
    me = await site.session()
    await me.says("canary Bống")
    await me.hears("start/welcome")
    answer = await site.client.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain")
    for name in ("received", "turns", "delivered", "turn_seconds", "channel_up"):
        assert f"donghanh_{name}" in answer.text
    assert 'donghanh_received_total{channel="webchat"}' in answer.text
    assert "canary" not in answer.text
    assert me.token not in answer.text


async def test_a_webhook_is_stored_before_it_is_answered(hooked: Site, engine: Engine) -> None:
    answer = await hooked.client.post("/hooks/telegram", content=update(), headers=PROOF)
    assert (answer.status_code, answer.text) == (200, "ok")
    assert stored(engine) == 1
    for _ in range(3):  # days later, the same body
        await hooked.client.post("/hooks/telegram", content=update(), headers=PROOF)
    assert stored(engine) == 1


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Telegram-Bot-Api-Secret-Token": ""},
        {"X-Telegram-Bot-Api-Secret-Token": SECRET[:-1]},
        {"X-Telegram-Bot-Api-Secret-Token": SECRET + " x"},
        {"X-Telegram-Bot-Api-Secret-Token": SECRET.upper()},
    ],
)
async def test_a_forged_webhook_is_refused(
    hooked: Site, engine: Engine, headers: dict[str, str]
) -> None:
    answer = await hooked.client.post("/hooks/telegram", content=update(), headers=headers)
    assert answer.status_code == 403
    assert stored(engine) == 0


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"[" * 100_000, b'{"update_id": "x"}', b"\xff"])
async def test_a_webhook_nobody_can_read_is_refused(
    hooked: Site, engine: Engine, body: bytes
) -> None:
    answer = await hooked.client.post("/hooks/telegram", content=body, headers=PROOF)
    assert answer.status_code == 400
    assert stored(engine) == 0


async def test_a_webhook_that_is_too_large_is_refused(hooked: Site, engine: Engine) -> None:
    body = b" " * (HOOK_BODY_MOST + 1)
    answer = await hooked.client.post("/hooks/telegram", content=body, headers=PROOF)
    assert answer.status_code == 413
    assert stored(engine) == 0


async def test_a_webhook_is_not_acknowledged_without_the_database(
    hooked: Site, db: WatchedDatabase, engine: Engine
) -> None:
    db.down = True
    answer = await hooked.client.post("/hooks/telegram", content=update(), headers=PROOF)
    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) >= 1
    db.down = False
    answer = await hooked.client.post("/hooks/telegram", content=update(), headers=PROOF)
    assert (answer.status_code, stored(engine)) == (200, 1)


def test_numbers_are_escaped() -> None:
    shown = numbers_html([('1"><b>', "<script>")])
    assert "<script>" not in shown
    assert "<b>" not in shown
    assert "<b>" not in home_page(shown)
