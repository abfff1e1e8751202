"""What the web chat's API refuses, kindly and quickly, and what it takes of hostile words."""

import json
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.engine import Engine

from care.folding import clean
from channels.webchat.api import BODY_MOST
from channels.webchat.channel import TEXT_MAX
from content.library import Library
from storage.tables import inbox
from tests.bot.sites import Site, Visitor, running
from tests.fakes import WatchedDatabase

HOSTILE = [
    "một\u0000hai",
    "a\u202eb\u202cc",  # right to left
    "👩‍👩‍👧 bé 👶🏽",
    "x\u200by\ufeff",
    "e" + "\u0301" * 500,
    "<script>alert(1)</script>",
    "'; DROP TABLE inbox; --",
    "{{ 7*7 }} {be} %s",
]


@pytest.fixture
async def site(db: WatchedDatabase, library: Library, tmp_path: Path) -> AsyncIterator[Site]:
    async with running(db, library, tmp_path) as site:
        yield site


@pytest.fixture
async def me(site: Site) -> Visitor:
    return await site.session()


def stored(engine: Engine) -> list[str]:
    with engine.connect() as conn:
        return list(conn.execute(select(inbox.c.event_id).order_by(inbox.c.id)).scalars())


BAD = [
    (b"", "json"),
    (b"{", "json"),
    (b"[" * 60_000, "json"),
    (b'{"a":' * 10_000, "json"),
    (b"\xff\xfe\x00", "json"),
    (b"9" * 5_000, "json"),
    (b"[]", "object"),
    (b"null", "object"),
    (b'"xin"', "object"),
    (b'{"text": "xin"}', "id"),
    (b'{"id": 7, "text": "xin"}', "id"),
    (b'{"id": "", "text": "xin"}', "id"),
    (b'{"id": "a b", "text": "xin"}', "id"),
    (b'{"id": "' + b"x" * 65 + b'", "text": "xin"}', "id"),
    ('{"id": "ạ", "text": "xin"}'.encode(), "id"),
    (b'{"id": "a\\u0000", "text": "xin"}', "id"),
    (b'{"id": "a"}', "text"),
    (b'{"id": "a", "text": ""}', "text"),
    (b'{"id": "a", "text": " \\n\\t "}', "text"),
    (b'{"id": "a", "text": "\\u0000\\u200b\\u202e\\ud800"}', "text"),
    (b'{"id": "a", "text": ["x"]}', "text"),
    (b'{"id": "a", "action": ""}', "action"),
    (b'{"id": "a", "action": 5}', "action"),
    (b'{"id": "a", "action": "' + b"x" * 101 + b'"}', "action"),
]


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
async def test_what_cannot_be_read_is_refused_kindly(
    site: Site, me: Visitor, engine: Engine
) -> None:
    for raw, why in BAD:
        began = time.perf_counter()
        answer = await me.post(raw)
        assert (answer.status_code, answer.json()) == (400, {"error": site.error(why)}), raw[:60]
        assert time.perf_counter() - began < 1
    assert not stored(engine)


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
async def test_what_is_too_large_is_refused(site: Site, me: Visitor, engine: Engine) -> None:
    too_long = {"error": site.error("too_long")}
    mega = json.dumps({"id": "a", "text": "x" * 1_000_000}).encode()
    for raw in (mega, b" " * (BODY_MOST + 1)):
        answer = await me.post(raw)
        assert (answer.status_code, answer.json()) == (413, too_long)
    answer = await me.post(id="a", text="x" * (TEXT_MAX + 1))
    assert (answer.status_code, answer.json()) == (413, too_long)
    assert not stored(engine)
    assert (await me.post(id="a", text="x" * TEXT_MAX)).status_code == 202


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
async def test_every_refusal_is_a_sentence_in_vietnamese(site: Site) -> None:
    reasons = {why for _, why in BAD} | {"session", "too_long", "too_fast", "down", "missing"}
    for why in reasons:
        text = site.error(why)
        assert any(ord(char) > 0x7F for char in text)
        assert text.endswith(".")


FORGED = [
    "",
    "Bearer",
    "Bearer x",
    "Basic " + "a" * 43,
    "Bearer " + "z" * 43,
    "Bearer " + "a" * 200,
]


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
@pytest.mark.parametrize("given", FORGED)
async def test_a_forged_token_opens_nothing(
    site: Site, me: Visitor, engine: Engine, given: str
) -> None:
    await me.says("xin chào")
    headers = {"Authorization": given} if given else {}
    body = b'{"id": "a", "text": "xin"}'
    for answer in (
        await site.client.post("/api/chat/messages", content=body, headers=headers),
        await site.client.get("/api/chat/messages", headers=headers),
    ):
        assert (answer.status_code, answer.json()) == (401, {"error": site.error("session")})
    assert len(stored(engine)) == 1


@pytest.mark.parametrize("text", HOSTILE)
async def test_hostile_words_come_back_as_they_are_seen(
    me: Visitor, engine: Engine, text: str
) -> None:
    assert (await me.post(id="a", text=text)).status_code == 202
    lines = (await me.get(after=0)).json()["messages"]
    assert lines[0]["text"] == clean(text)
    assert not set(lines[0]["text"]) & set("\u0000\u202e\u202c\u200b\ufeff")
    assert len(stored(engine)) == 1


async def test_lone_surrogates_are_left_out(me: Visitor) -> None:
    raw = rb'{"id": "a", "text": "b\ud83d\u1ed1\udc00ng"}'
    assert (await me.post(raw)).status_code == 202
    tap = rb'{"id": "b", "action": "menu\ud800.home", "text": "\udfff"}'
    assert (await me.post(tap)).status_code == 202
    lines = (await me.get(after=0)).json()["messages"]
    assert [x["text"] for x in lines if x["from"] == "me"] == ["bống", ""]
