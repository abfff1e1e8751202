"""Who goes first, who waits, and what is looked at again before anything goes."""

import asyncio
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.engine import Connection

from bot.delivery import IN_FLIGHT
from care.clock import at_local
from care.messages import Kind
from care.people import CaregiverState, ChildState
from channels.errors import OutcomeUnknown, RetryAfter, Transient
from content.library import Library
from storage import caregivers, children, conversations
from storage.conversations import Conversation
from storage.tables import outbox as outbox_table
from tests.bot.posts import Post
from tests.fakes import TODAY, Family, RecordingChannel, WatchedDatabase
from tests.virtual_time import NOW

VIRTUAL_TIME = True
PUSHES = (Kind.REMINDER, Kind.TIP, Kind.CAMPAIGN)
ANSWERS = (Kind.EMERGENCY, Kind.REPLY, Kind.NOTICE)


@pytest.fixture
async def post(db: WatchedDatabase, library: Library) -> Post:
    return Post(db, library)


def local(hour: int, minute: int = 0, day: date = TODAY) -> datetime:
    return at_local(day, hour * 60 + minute)


async def test_the_lane_decides_then_the_time(db: WatchedDatabase, library: Library) -> None:
    post = Post(db, library, RecordingChannel(rate=5))
    earlier = NOW - timedelta(hours=1)
    wanted = [Kind.CAMPAIGN, Kind.TIP, Kind.TIP, Kind.REMINDER, Kind.REPLY, Kind.EMERGENCY]
    added = []
    for number, kind in enumerate(wanted):
        family = await post.family(f"chat-{number}")
        at = earlier if number == 2 else NOW
        added.append(
            await post.add(family, kind=kind, not_before=at, expires_at=NOW + timedelta(1))
        )
    async with post.running():
        await post.settled()
    assert post.keys == [added[n] for n in (5, 4, 3, 2, 1, 0)]


async def test_a_reply_does_not_wait_behind_a_campaign(
    db: WatchedDatabase, library: Library
) -> None:
    post = Post(db, library, RecordingChannel(rate=10))
    for number in range(40):
        await post.add(await post.family(f"chat-{number}"), kind=Kind.CAMPAIGN)
    mother = await post.family("mother")
    async with post.running():
        await post.called(10)
        asked = asyncio.get_running_loop().time()
        reply = await post.add(mother)
        await post.settled(reply)
        answered = next(c.at for c in post.channel.calls if c.chat == "mother")
    assert answered - asked <= 0.25
    assert len(post.channel.calls) < 40


async def test_two_messages_to_one_chat_keep_order_and_distance(post: Post) -> None:
    mother, neighbour = await post.family("chat-1"), await post.family("chat-2")
    mine = [await post.add(mother) for _ in range(4)]
    other = await post.add(neighbour)
    async with post.running():
        await post.settled()
    calls = post.channel.to("chat-1")
    assert [int(c.key) for c in calls] == mine
    for before, after in pairwise(calls):
        assert after.at - (before.at + post.channel.latency) >= 1.0
    assert next(c.at for c in post.channel.calls if int(c.key) == other) < 1.0


@pytest.mark.parametrize(
    "error",
    [Transient("x"), OutcomeUnknown("x"), RetryAfter(5, "chat")],
    ids=lambda e: type(e).__name__,
)
@pytest.mark.parametrize("gap", [0.0, 1.0])
async def test_a_message_that_goes_again_is_not_overtaken(
    db: WatchedDatabase, library: Library, error: Any, gap: float
) -> None:
    post = Post(db, library, RecordingChannel(chat_gap=gap))
    mother, neighbour = await post.family("chat-1"), await post.family("chat-2")
    post.channel.script(error, error if isinstance(error, Transient) else None, chat="chat-1")
    async with post.running():
        first, second = await post.add(mother), await post.add(mother)
        await post.called()
        await asyncio.sleep(1.5)
        third = await post.add(mother)
        free = await post.add(neighbour)
        await post.settled()
    arrived = [int(c.key) for c in post.channel.arrived if c.chat == "chat-1"]
    assert arrived == [first, second, third]
    assert free in post.keys


async def test_a_cry_for_help_overtakes_a_reply_that_goes_again(post: Post) -> None:
    mother = await post.family()
    post.channel.script(*[Transient("x")] * 5)
    async with post.running():
        reply = await post.add(mother)
        await post.called(5)
        cry = await post.add(mother, kind=Kind.EMERGENCY)
        await post.settled()
    assert post.keys[5:] == [cry, reply]


async def test_never_more_than_four_at_once(db: WatchedDatabase, library: Library) -> None:
    post = Post(db, library, RecordingChannel(latency=2.0))
    most = 0

    async def look() -> None:
        nonlocal most
        states = await post.states()
        most = max(most, sum(s == "sending" for s in states.values()))

    post.channel.before = look
    for number in range(12):
        await post.add(await post.family(f"chat-{number}"))
    async with post.running():
        await post.settled()
    assert most == IN_FLIGHT


async def test_what_is_too_late_never_goes(post: Post) -> None:
    mother = await post.family()
    late = await post.add(mother, not_before=NOW - timedelta(hours=1), expires_at=NOW)
    good = await post.add(mother)
    async with post.running():
        await post.settled()
    assert post.keys == [good]
    row = await post.row(late)
    assert (row.state, row.reason) == ("expired", "window")


@pytest.mark.parametrize("hour", [(20, 30), (23, 59), (0, 0), (6, 59)])
async def test_quiet_hours_hold_pushes_and_let_answers_through(
    post: Post, hour: tuple[int, int]
) -> None:
    post.clock.set(local(*hour))
    pushes: list[int] = []
    answers: list[int] = []
    for number, kind in enumerate((*PUSHES, *ANSWERS)):
        family = await post.family(f"chat-{number}")
        row = await post.add(family, kind=kind, expires_at=post.clock() + timedelta(days=1))
        (pushes if kind in PUSHES else answers).append(row)
    async with post.running():
        await post.settled(*answers)
        await asyncio.sleep(20)
        assert {await post.state(row) for row in pushes} == {"pending"}
    assert sorted(post.keys) == answers


async def test_pushes_go_when_the_quiet_hours_end(post: Post) -> None:
    """The control: the very same rows go at 7:00 and at 20:29."""
    mother, neighbour = await post.family("chat-1"), await post.family("chat-2")
    post.clock.set(local(6, 59))
    first = await post.add(mother, kind=Kind.TIP, lives=86_400)
    async with post.running():
        await post.settled(first)
        assert timedelta(0) <= post.clock() - local(7) < timedelta(seconds=2)
        post.clock.set(local(20, 29))
        second = await post.add(neighbour, kind=Kind.REMINDER, lives=86_400)
        await post.settled(second)
    assert post.keys == [first, second]


def _is(conn: Connection, family: Family, state: CaregiverState) -> None:
    caregivers.change(conn, family.caregiver_id, state=state)


def _child_is(conn: Connection, family: Family, state: ChildState) -> None:
    child = children.get(conn, family.child_id)
    assert child is not None
    children.change(conn, child, state=state)


def _leaves(conn: Connection, family: Family) -> None:
    children.unlink(conn, family.child_id, family.caregiver_id)


def _erased(conn: Connection, family: Family) -> None:
    _leaves(conn, family)
    caregivers.erase(conn, family.caregiver_id)


CHANGES = [
    (_is, CaregiverState.PAUSED, "paused"),
    (_is, CaregiverState.STOPPED, "stopped"),
    (_is, CaregiverState.NEW, "new"),  # consent taken back
    (_child_is, ChildState.LOST, "lost"),
    (_child_is, ChildState.GONE, "gone"),
    (_leaves, None, "not linked"),
    (_erased, None, "erased"),
]


@pytest.mark.parametrize(("change", "state", "reason"), CHANGES, ids=[c[2] for c in CHANGES])
@pytest.mark.parametrize("kind", [Kind.TIP, Kind.REMINDER])
async def test_what_changed_since_it_was_planned_is_respected(
    post: Post, change: Any, state: Any, reason: str, kind: Kind
) -> None:
    mother, neighbour = await post.family("chat-1"), await post.family("chat-2")
    later = post.clock() + timedelta(hours=1)
    tip = await post.add(mother, kind=kind, not_before=later)
    control = await post.add(neighbour, kind=kind, not_before=later)
    await post.db.write(change, mother, *([state] if state else []))
    post.clock.skip(hours=1)
    async with post.running():
        await post.settled(tip, control)
    row = await post.row(tip)
    assert (row.state, row.reason, row.attempts) == ("cancelled", reason, 1)
    assert post.keys == [control]


async def test_who_paused_still_gets_answers(post: Post) -> None:
    mother = await post.family()
    await post.db.write(_is, mother, CaregiverState.STOPPED)
    async with post.running():
        reply = await post.add(mother)
        await post.settled()
    assert await post.state(reply) == "sent"


async def test_a_sensitive_conversation_holds_pushes(post: Post) -> None:
    mother, neighbour = await post.family("chat-1"), await post.family("chat-2")
    sad = Conversation("loss.talk", 1, {}, sensitive=True)
    await post.db.write(conversations.put, mother.address_id, sad, post.clock())
    tip = await post.add(mother, kind=Kind.TIP)
    reply = await post.add(mother)
    control = await post.add(neighbour, kind=Kind.TIP)
    async with post.running():
        await post.settled(reply, control)
        await asyncio.sleep(20)
        row = await post.row(tip)
        assert (row.state, row.attempts) == ("pending", 0)
        assert sorted(post.keys) == sorted([reply, control])
        await post.db.write(conversations.put, mother.address_id, Conversation(), post.clock())
        post.clock.skip(minutes=30)
        await post.settled(tip)
    assert await post.state(tip) == "sent"


async def test_in_production_only_what_an_officer_approved_is_pushed(
    db: WatchedDatabase, library: Library
) -> None:
    post = Post(db, library, drafts="refuse")
    mother = await post.family()
    tip = await post.add(mother, kind=Kind.TIP)
    reply = await post.add(mother, message="tip-d0242", child_id=None)
    async with post.running():
        await post.settled()
    row = await post.row(tip)
    assert (row.state, row.reason) == ("cancelled", "not approved")
    assert post.keys == [reply]


async def test_a_corrected_text_reaches_what_already_waits(post: Post) -> None:
    mother = await post.family()
    row_id = await post.add(mother)
    change = update(outbox_table).values(message="menu/hello")
    await post.db.write(lambda conn: conn.execute(change).rowcount)
    async with post.running():
        await post.settled()
    assert post.channel.calls[0].out.message == "menu/hello"
    assert await post.state(row_id) == "sent"
