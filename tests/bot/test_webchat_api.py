"""The web chat's HTTP API as the design promises it, and what hostile bodies do to it."""

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.engine import Engine

from care.messages import Address, Outbound
from channels.errors import RecipientGone, Transient
from channels.webchat.api import BURST
from channels.webchat.channel import ACCOUNT, NAME, chat_id_of
from channels.webchat.kept import MOST_CHATS, MOST_LINES, Kept
from content.library import Library
from storage.tables import inbox, web_messages
from tests.bot.sites import Site, Visitor, running
from tests.fakes import WatchedDatabase


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


async def test_a_session_is_a_secret_of_its_own(site: Site) -> None:
    first = await site.client.post("/api/chat/sessions")
    second = await site.client.post("/api/chat/sessions")
    assert first.status_code == 201
    assert first.headers["cache-control"] == "no-store"
    assert list(first.json()) == ["session"]
    assert first.json() != second.json()
    assert len(first.json()["session"]) >= 40


async def test_when_it_says_202_it_is_on_disk(me: Visitor, engine: Engine) -> None:
    answer = await me.post(id="a-1", text="xin chào")
    assert (answer.status_code, answer.json()) == (202, {})
    assert [event.rpartition(":")[2] for event in stored(engine)] == ["a-1"]


async def test_the_same_id_twice_is_one_message(me: Visitor, engine: Engine) -> None:
    answers = [await me.post(id="a-1", text="xin chào") for _ in range(3)]
    answers.append(await me.post(id="a-1", text="khác hẳn"))
    assert [a.status_code for a in answers] == [202] * 4
    assert len(stored(engine)) == 1
    await me.hears("start/welcome")
    await asyncio.sleep(0.05)
    await me.reads(wait=0)
    assert [(x["from"], x["n"]) for x in me.lines] == [("me", 1), ("bot", 2)]


async def test_two_ids_are_two_messages(me: Visitor, engine: Engine) -> None:
    """The control of the one before."""
    await me.post(id="a-1", text="xin chào")
    await me.post(id="a-2", text="xin chào")
    assert len(stored(engine)) == 2


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
async def test_the_database_alone_opens_no_session(site: Site, me: Visitor) -> None:
    """Its key column is the hash of the token: presented as a token it is refused."""
    thief = Visitor(me.client, chat_id_of(me.token))
    assert (await thief.get()).status_code == 401
    assert (await me.get()).status_code == 200


async def test_one_browser_never_sees_another(site: Site, me: Visitor) -> None:
    await me.says("xin chào")
    await me.hears("start/welcome")
    other = await site.session()
    assert await other.reads(wait=0) == []


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
async def test_too_fast_is_told_and_the_others_are_not_held_up(site: Site, me: Visitor) -> None:
    answers = [await me.says(f"tin {n}") for n in range(BURST + 3)]
    assert [a.status_code for a in answers] == [202] * BURST + [429] * 3
    assert answers[-1].json() == {"error": site.error("too_fast")}
    assert int(answers[-1].headers["retry-after"]) >= 1
    other = await site.session()
    assert (await other.says("xin chào")).status_code == 202


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
async def test_who_is_too_fast_and_cries_for_help_is_answered(site: Site, me: Visitor) -> None:
    for n in range(BURST):
        await me.says(f"tin {n}")
    assert (await me.says("tin nữa")).status_code == 429
    assert (await me.says("cứu với, con em co giật")).status_code == 429
    await me.reads(wait=0)
    told = [x for x in me.lines if x.get("message") == "emergency/memory"]
    assert [x["text"] for x in told] == [site.app.library.emergency]
    assert (await me.says("cứu với, con em co giật")).status_code == 429
    await me.reads(wait=0)
    assert len([x for x in me.lines if x.get("message") == "emergency/memory"]) == 1


async def test_without_the_database_it_says_so(
    site: Site, me: Visitor, db: WatchedDatabase
) -> None:
    db.down = True
    down = {"error": site.error("down")}
    for answer in (
        await site.client.post("/api/chat/sessions"),
        await me.says("xin chào"),
        await me.get(after=0, wait=0),
    ):
        assert (answer.status_code, answer.json()) == (503, down)
    db.down = False
    assert (await me.says("xin chào")).status_code == 202


async def test_the_long_poll_wakes_at_once(me: Visitor) -> None:
    await me.says("/start")
    await me.hears("start/welcome")
    tabs = [asyncio.create_task(me.get(after=2, wait=20)) for _ in range(3)]
    await asyncio.sleep(0.05)
    assert not any(tab.done() for tab in tabs)
    began = time.perf_counter()
    await me.taps("consent.yes")
    answers = await asyncio.wait_for(asyncio.gather(*tabs), 5)
    assert time.perf_counter() - began < 5
    for answer in answers:
        assert answer.json()["messages"][0]["n"] == 3


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
async def test_news_between_a_look_and_a_wait_are_not_missed(
    site: Site, me: Visitor, db: WatchedDatabase
) -> None:
    gate = db.gate("after")
    poll = asyncio.create_task(me.get(after=0, wait=20))
    await asyncio.sleep(0.05)
    address = Address(NAME, ACCOUNT, chat_id_of(me.token))
    await site.app.web_channel.send(address, Outbound("xin chào", "t/x"), "1")
    gate.set()
    answer = await asyncio.wait_for(poll, 5)
    assert [x["text"] for x in answer.json()["messages"]] == ["xin chào"]


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
async def test_a_tab_that_gives_up_does_not_put_the_other_to_sleep(site: Site, me: Visitor) -> None:
    patient = asyncio.create_task(me.get(after=0, wait=20))
    await me.get(after=0, wait=0.05)
    address = Address(NAME, ACCOUNT, chat_id_of(me.token))
    await site.app.web_channel.send(address, Outbound("xin chào", "t/x"), "1")
    answer = await asyncio.wait_for(patient, 5)
    assert len(answer.json()["messages"]) == 1


async def test_a_poll_without_news_ends_in_its_time(me: Visitor) -> None:
    began = time.perf_counter()
    assert (await me.get(after=0, wait=0.1)).json() == {"messages": []}
    assert 0.05 <= time.perf_counter() - began < 3


async def test_a_line_has_the_form_of_the_design(me: Visitor) -> None:
    await me.says("/start")
    line = await me.hears("start/welcome")
    assert line.keys() >= {"n", "from", "text", "buttons", "image", "message", "edited", "at"}
    assert (line["n"], line["from"], line["image"], line["edited"]) == (2, "bot", None, False)
    assert all(button.keys() == {"id", "label"} for button in line["buttons"])
    assert line["buttons"][0]["label"] == "Đồng ý"
    assert line["at"].endswith("+00:00")


async def test_own_lines_are_shown_with_the_words_of_the_button(me: Visitor) -> None:
    await me.says("/start")
    await me.hears("start/welcome")
    await me.taps("consent.yes")
    await me.hears("registration/ask-role")
    mine = [x for x in me.lines if x["from"] == "me"]
    assert [(x["id"], x["text"]) for x in mine] == [("m1", "/start"), ("m2", "Đồng ý")]
    assert mine[1]["action"].startswith("consent.yes~")


async def test_after_is_where_to_go_on(me: Visitor) -> None:
    for n in range(4):
        await me.says(f"tin {n}")
    await asyncio.sleep(0.05)

    async def numbers(after: str) -> list[int]:
        found = (await me.get(after=after)).json()["messages"]
        return [x["n"] for x in found]

    whole = await numbers("0")
    assert whole == sorted(set(whole))
    assert whole[:4] == [1, 2, 3, 4][: len(whole[:4])]
    assert min(await numbers("2")) == 3
    assert await numbers("999999") == []
    for odd in ("", "-5", "abc", "nan", "1e999", "٣", "0x1"):
        assert (await me.get(after=odd)).status_code == 200
    assert (await numbers("-5"))[0] == 1
    assert (await me.get(after=0, wait="nan")).status_code == 200


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
async def test_an_edit_is_a_new_line_that_names_the_old(site: Site, me: Visitor) -> None:
    address = Address(NAME, ACCOUNT, chat_id_of(me.token))
    channel = site.app.web_channel
    first = await channel.send(address, Outbound("một", "t/a"), "1")
    await channel.send(address, Outbound("hai", "t/b", edit=first.ref), "2")
    again = await channel.send(address, Outbound("hai", "t/b", edit=first.ref), "2")
    lines = await me.reads(wait=0)
    assert [(x["n"], x["text"], x["edited"], x.get("replaces")) for x in lines] == [
        (1, "một", False, None),
        (2, "hai", True, 1),
    ]
    assert again.ref == first.ref  # and the same row twice is one line


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
async def test_a_chat_nobody_opened_is_gone(site: Site, db: WatchedDatabase) -> None:
    address = Address(NAME, ACCOUNT, chat_id_of("z" * 43))
    out = Outbound("một", "t/a")
    with pytest.raises(RecipientGone):
        await site.app.web_channel.send(address, out, "1")
    db.down = True
    with pytest.raises(Transient):  # kept in the outbox, not in memory
        await site.app.web_channel.send(address, out, "1")


async def test_words_are_sealed_in_the_database(me: Visitor, engine: Engine) -> None:
    await me.says("canary Bống")
    with engine.connect() as conn:
        lines = conn.exec_driver_sql("SELECT body FROM web_messages").scalars().all()
        events = conn.exec_driver_sql("SELECT body FROM inbox").scalars().all()
        opened = conn.execute(select(web_messages.c.body)).scalars().all()
    assert lines
    assert events
    assert all(b"canary" not in bytes(value) for value in [*lines, *events])
    assert any("canary" in value for value in opened)  # the control


def test_kept_lines_stand_between_the_stored_ones() -> None:
    kept = Kept()
    kept.add("a", {"text": "một"}, "t1")
    assert [x["n"] for x in kept.after("a", 0, 57)] == [57.001]
    kept.add("a", {"text": "hai"}, "t2")
    assert [x["n"] for x in kept.after("a", 57.001, 57.001)] == [57.002]
    assert [x["n"] for x in kept.after("a", 0, 60)] == [57.001, 57.002]
    assert kept.after("a", 58, 58) == []
    assert kept.after("b", 0, 0) == []


def test_kept_lines_are_bounded() -> None:
    kept = Kept()
    for n in range(MOST_CHATS + 10):
        kept.add(f"{n}", {"text": "x"}, "t")
    assert kept.after("0", 0, 0) == []
    for n in range(MOST_LINES + 10):
        kept.add("a", {"text": f"{n}"}, "t")
    assert len(kept.after("a", 0, 0)) == MOST_LINES
