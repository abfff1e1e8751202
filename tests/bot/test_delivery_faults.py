"""Delivery when the machine, the database or a row is at fault; nothing lost, nothing doubled."""

import asyncio
import logging
from typing import Any

import pytest
from sqlalchemy import LargeBinary, literal, update
from sqlalchemy.engine import Connection

from bot.delivery import DRAIN
from bot.outcomes import CRASHES_MOST
from care.messages import Kind
from channels.errors import OutcomeUnknown, Transient
from content.library import Library
from storage import claims
from storage.family_tables import addresses, children
from storage.tables import outbox as outbox_table
from tests.bot.posts import Post
from tests.fakes import ROUTE, RecordingChannel, WatchedDatabase, until

VIRTUAL_TIME = True
CLASSES = {  # what a restart does with a row whose outcome nobody knows
    Kind.EMERGENCY: "unknown",
    Kind.REPLY: "sent",
    Kind.NOTICE: "sent",
    Kind.REMINDER: "sent",
    Kind.TIP: "sent",
    Kind.CAMPAIGN: "sent",
}


@pytest.fixture
async def post(db: WatchedDatabase, library: Library) -> Post:
    return Post(db, library)


def _left_sending(conn: Connection, row_id: int, attempts: int = 1) -> None:
    which = update(outbox_table).where(outbox_table.c.id == row_id)
    conn.execute(which.values(state="sending", attempts=attempts))


@pytest.mark.parametrize("kind", CLASSES)
async def test_a_restart_decides_by_class_what_was_under_way(
    post: Post, library: Library, kind: Kind
) -> None:
    mother = await post.family()
    row_id = await post.add(mother, kind=kind)
    await post.db.write(_left_sending, row_id)
    post.another_process(library)
    async with post.running():
        await post.settled()
    row = await post.row(row_id)
    assert (row.state, row.resends) == (CLASSES[kind], int(kind is not Kind.EMERGENCY))
    assert [c.out.silent for c in post.channel.calls] == [True] * row.resends


async def test_a_message_that_dies_again_and_again_is_unknown_in_the_end(
    post: Post, library: Library
) -> None:
    mother = await post.family()
    row_id = await post.add(mother)
    seen = []
    for crash in range(CRASHES_MOST + 1):
        await post.db.write(_left_sending, row_id, crash + 1)
        await post.another_process(library).recover()
        row = await post.row(row_id)
        seen.append((row.state, row.resends, row.reason))
    assert seen == [("pending", 1, None)] * CRASHES_MOST + [("unknown", 1, "crash")]


async def test_a_restart_touches_nothing_else(post: Post, library: Library) -> None:
    """The control: rows of another account and rows that only wait stay as they are."""
    mother = await post.family()
    elsewhere = await post.add(mother, route="telegram:main")
    await post.db.write(_left_sending, elsewhere)
    waiting = await post.add(mother)
    await post.another_process(library).recover()
    assert await post.states() == {elsewhere: "sending", waiting: "pending"}
    assert (await post.row(waiting)).resends == 0


async def test_stop_finishes_what_is_under_way_and_claims_no_more(
    db: WatchedDatabase, library: Library
) -> None:
    post = Post(db, library, RecordingChannel(latency=20.0))
    added = [await post.add(await post.family(f"chat-{n}"), lives=900) for n in range(8)]
    async with post.running():
        await post.called(4)
    states = await post.states()
    assert [states[row] for row in added] == ["sent"] * 4 + ["pending"] * 4
    assert len(post.channel.calls) == 4


async def test_stop_does_not_wait_for_ever(db: WatchedDatabase, library: Library) -> None:
    post = Post(db, library, RecordingChannel(latency=500.0))
    await post.add(await post.family())
    loop = asyncio.get_running_loop()
    async with post.running() as delivery:
        await post.called()
        began = loop.time()
        await delivery.stop()
        assert DRAIN <= loop.time() - began < DRAIN + 5
    await asyncio.sleep(600)


async def test_nothing_is_sent_before_the_claim_is_on_disk(post: Post) -> None:
    mother = await post.family()
    seen: list[str] = []

    async def look() -> None:
        seen.append(await post.state(row_id))

    post.channel.before = look
    row_id = await post.add(mother)
    async with post.running():
        await post.settled()
    assert seen == ["sending"]


@pytest.mark.parametrize("name", ["delivered", "record"])
@pytest.mark.parametrize("seconds", [5, 90])
async def test_the_outcome_is_written_as_soon_as_the_database_is_back(
    post: Post, name: str, seconds: int
) -> None:
    """No second message, however long it takes."""
    mother = await post.family()
    if name == "record":
        post.channel.script(OutcomeUnknown("cut"), OutcomeUnknown("cut"))
    post.db.refuse(name, seconds)
    async with post.running():
        row_id = await post.add(mother, kind=Kind.EMERGENCY, lives=7200)
        await post.settled(row_id, seconds=seconds + 60)
    assert post.db.calls.count(name) == seconds + 1
    assert post.keys == [row_id]
    assert await post.state(row_id) == ("sent" if name == "delivered" else "unknown")


async def test_the_whole_database_is_away_for_a_while(post: Post) -> None:
    families = [await post.family(f"chat-{n}") for n in range(3)]
    added = [await post.add(f, lives=7200) for f in families]

    async def pull() -> None:
        post.db.down = True

    async with post.running():
        post.channel.before = pull
        await post.called()
        await asyncio.sleep(120)
        post.channel.before = None
        post.db.down = False
        await post.settled()
    assert sorted(post.keys) == added
    assert set((await post.states()).values()) == {"sent"}


async def test_after_stop_the_row_stays_for_the_next_start(post: Post, library: Library) -> None:
    mother = await post.family()
    post.db.refuse("delivered", 10_000)
    row_id = await post.add(mother, lives=7200)
    async with post.running():
        await post.called()
        await asyncio.sleep(1)
    assert await post.state(row_id) == "sending"
    post.db.refuse("delivered", 0)
    post.another_process(library)
    async with post.running():
        await post.settled()
    assert (await post.row(row_id)).resends == 1


def _breaks(conn: Connection, what: str, row_id: int, family: Any) -> None:
    """A damaged row, as only a bug or a bad disk makes one."""
    mine = outbox_table.c.id == row_id
    if what == "message":
        conn.execute(update(outbox_table).where(mine).values(message="no/such-message"))
    elif what == "params":
        conn.execute(update(outbox_table).where(mine).values(params={"buttons": ["too", "short"]}))
    elif what == "kind of params":
        conn.execute(update(outbox_table).where(mine).values(params=["a", "list"]))
    elif what == "nickname":
        one = update(children).where(children.c.id == family.child_id)
        conn.execute(one.values(nickname=_unsealed()))
    else:
        one = update(addresses).where(addresses.c.id == family.address_id)
        conn.execute(one.values(chat=_unsealed()))


def _unsealed() -> Any:
    return literal(b"\x01not sealed by us, but long enough", LargeBinary)


@pytest.mark.parametrize("what", ["message", "params", "kind of params", "nickname", "address"])
async def test_a_broken_row_fails_alone(
    post: Post, what: str, caplog: pytest.LogCaptureFixture
) -> None:
    mother, neighbour = await post.family("chat-1"), await post.family("chat-2")
    bad, good = await post.add(mother), await post.add(neighbour)
    await post.db.write(_breaks, what, bad, mother)
    async with post.running():
        await post.settled()
    row = await post.row(bad)
    assert row.state == "failed"
    assert row.reason
    assert post.keys == [good]
    assert any(r.levelno == logging.ERROR and f"row {bad}" in r.message for r in caplog.records)


@pytest.mark.parametrize("what", ["message", "params", "kind of params"])
async def test_an_emergency_that_cannot_be_rendered_goes_from_memory(
    post: Post, library: Library, what: str
) -> None:
    mother = await post.family()
    row_id = await post.add(mother, kind=Kind.EMERGENCY)
    await post.db.write(_breaks, what, row_id, mother)
    async with post.running():
        await post.settled()
    out = post.channel.calls[0].out
    assert (out.message, out.text) == ("emergency/memory", library.emergency)
    assert await post.state(row_id) == "sent"


async def test_an_error_nobody_expected_stops_nothing(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    mother = await post.family()
    row_id = await post.add(mother)
    claim = claims.claim
    tries = iter([True, True, False])

    def sometimes(*args: Any, **kwargs: Any) -> Any:
        if next(tries, False):
            raise ZeroDivisionError("a bug")
        return claim(*args, **kwargs)

    monkeypatch.setattr("storage.claims.claim", sometimes)
    async with post.running():
        await post.settled()
    assert await post.state(row_id) == "sent"


async def test_an_outage_of_the_line_loses_nothing(post: Post) -> None:
    families = [await post.family(f"chat-{n}") for n in range(20)]
    post.channel.script(*[Transient("no connection")] * 60)
    async with post.running():
        for family in families:
            await post.add(family)
        await post.settled()
    assert set((await post.states()).values()) == {"sent"}
    assert len(post.channel.arrived) == 20


async def test_another_process_holds_the_account(post: Post) -> None:
    mother = await post.family()
    await post.add(mother)
    mine = False
    delivery = post.delivery
    delivery._alone = lambda route: mine and route == ROUTE
    async with post.running():
        await asyncio.sleep(30)
        assert not post.channel.calls
        mine = True
        await until(lambda: post.channel.calls, 60)
        await post.settled()
