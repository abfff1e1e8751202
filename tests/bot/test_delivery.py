"""What delivery does with every kind of trouble a messenger makes."""

import asyncio
from datetime import timedelta
from itertools import pairwise

import pytest

from bot.delivery import CHECK_EVERY, IN_FLIGHT
from care.messages import Address, Kind
from channels.base import Health
from channels.errors import (
    ChannelMisconfigured,
    OutcomeUnknown,
    Permanent,
    QuotaExhausted,
    RecipientGone,
    RetryAfter,
    Transient,
    WindowClosed,
)
from content.library import Library
from storage import caregivers
from tests.bot.posts import Post
from tests.fakes import (
    OTHER_ROUTE,
    RecordingChannel,
    WatchedDatabase,
    a_caregiver,
    another_address,
    until,
)

VIRTUAL_TIME = True
UNSENT = [RetryAfter(30), RetryAfter(30, "chat"), WindowClosed("48 hours")]


@pytest.fixture
async def post(db: WatchedDatabase, library: Library) -> Post:
    return Post(db, library)


async def test_a_message_goes_and_the_row_says_so(post: Post) -> None:
    mother = await post.family()
    async with post.running():
        row_id = await post.add(mother)
        await post.settled()
    row = await post.row(row_id)
    assert (row.state, row.ref, row.attempts, row.resends) == ("sent", "ref-1", 1, 0)
    assert [(c.chat, c.key) for c in post.channel.calls] == [("chat-1", str(row_id))]
    assert post.channel.calls[0].out.message == "menu/help"


@pytest.mark.parametrize("scope", ["all", "chat"])
async def test_too_fast_no_call_before_it_expires(post: Post, scope: str) -> None:
    pause = RetryAfter(30, "all" if scope == "all" else "chat")
    mother, neighbour = await post.family("chat-1"), await post.family("chat-2")
    post.channel.script(pause, chat="chat-1")
    async with post.running():
        first = await post.add(mother)
        await post.called()
        asked = post.channel.calls[0].at + post.channel.latency
        await asyncio.sleep(0.1)
        late = await post.add(mother)  # comes while the pause lasts
        cry = await post.add(mother, kind=Kind.EMERGENCY, lives=120)
        other = await post.add(neighbour)
        await post.settled()
    early = [c.chat for c in post.channel.calls[1:] if c.at < asked + 30]
    assert early == ([] if scope == "all" else ["chat-2"])
    assert set((await post.states()).values()) == {"sent"}
    assert [k for k in post.keys if k != other] == [first, cry, first, late]
    row = await post.row(first)
    assert (row.attempts, row.resends, row.reason) == (1, 0, None)


async def test_the_account_slows_down_after_a_refusal(
    db: WatchedDatabase, library: Library
) -> None:
    post = Post(db, library, RecordingChannel(rate=25))
    mother = await post.family()
    post.channel.script(RetryAfter(3))
    async with post.running() as delivery:
        await post.add(mother)
        await post.settled()
        assert delivery.pacer.rate == pytest.approx(22.5)


async def test_certainly_not_sent_backs_off_and_arrives_once(post: Post) -> None:
    mother = await post.family()
    post.channel.script(*[Transient("no connection")] * 4)
    async with post.running():
        row_id = await post.add(mother)
        await post.settled()
    gaps = [b.at - a.at for a, b in pairwise(post.channel.calls)]
    assert [round(gap) for gap in gaps] == [1, 2, 4, 8]
    assert len(post.channel.arrived) == 1
    row = await post.row(row_id)
    assert (row.state, row.attempts, row.resends) == ("sent", 5, 0)


async def test_certainly_not_sent_ends_with_its_time(post: Post) -> None:
    mother = await post.family()
    post.channel.script(*[Transient("no connection")] * 50)
    async with post.running():
        row_id = await post.add(mother, lives=120)
        await post.settled()
        calls = len(post.channel.calls)
        await asyncio.sleep(30)
    assert (await post.state(row_id)) == "expired"
    assert len(post.channel.calls) == calls
    assert max(c.at for c in post.channel.calls) < 120
    assert not post.channel.arrived


@pytest.mark.parametrize(
    ("kind", "copies"), [(Kind.REPLY, 2), (Kind.EMERGENCY, 1), (Kind.TIP, 2), (Kind.REMINDER, 2)]
)
async def test_nobody_knows_whether_it_arrived(post: Post, kind: Kind, copies: int) -> None:
    mother = await post.family()
    post.channel.script(*[OutcomeUnknown("cut")] * 5, arrives=True)
    async with post.running():
        row_id = await post.add(mother, kind=kind)
        await post.settled()
        await asyncio.sleep(60)
    assert len(post.channel.calls) == copies
    assert [call.out.silent for call in post.channel.calls] == [False, True][:copies]
    row = await post.row(row_id)
    assert (row.state, row.resends, row.reason) == ("unknown", copies - 1, "cut")


async def test_a_second_try_that_is_answered_counts_as_sent(post: Post) -> None:
    mother = await post.family()
    post.channel.script(OutcomeUnknown("cut"))
    async with post.running():
        row_id = await post.add(mother)
        await post.settled()
    assert (await post.row(row_id)).state == "sent"


async def test_an_error_no_channel_should_raise_is_an_unknown_outcome(post: Post) -> None:
    mother = await post.family()
    post.channel.script(ValueError("a bug"), ValueError("a bug"))
    async with post.running():
        row_id = await post.add(mother)
        await post.settled()
        last = await post.add(mother)
        await post.settled()
    assert (await post.state(row_id), await post.state(last)) == ("unknown", "sent")


async def test_who_is_gone_gets_nothing_more(post: Post) -> None:
    mother, neighbour = await post.family("chat-1"), await post.family("chat-2")
    post.channel.script(RecipientGone("blocked"), chat="chat-1")
    first = await post.add(mother)
    second = await post.add(mother)
    tip = await post.add(mother, kind=Kind.TIP, not_before=post.clock() + timedelta(hours=1))
    other = await post.add(neighbour)
    async with post.running():
        await post.settled(first, second, tip, other)
    assert len(post.channel.to("chat-1")) == 1
    assert await post.states() == {
        first: "failed",
        second: "cancelled",
        tip: "cancelled",
        other: "sent",
    }
    assert (await post.row(tip)).reason == "recipient gone"
    contact = await post.db.read(caregivers.by_address_id, mother.address_id)
    assert contact.gone
    assert contact.caregiver.address_id is None


async def test_pushes_move_to_the_other_messenger(post: Post) -> None:
    mother = await post.family("chat-1")
    other = await post.db.write(another_address, mother, "browser")
    post.channel.script(RecipientGone("blocked"))
    reply = await post.add(mother)
    tip = await post.add(mother, kind=Kind.TIP, not_before=post.clock() + timedelta(hours=1))
    async with post.running():
        await post.settled(reply)
    moved = await post.row(tip)
    assert (moved.state, moved.address_id, moved.route) == ("pending", other, OTHER_ROUTE)
    contact = await post.db.read(caregivers.by_address_id, other)
    assert contact.caregiver.address_id == other


async def test_a_new_message_brings_them_back(post: Post) -> None:
    mother = await post.family("chat-1")
    post.channel.script(RecipientGone("blocked"))
    async with post.running():
        await post.add(mother)
        await post.settled()
        address = Address("recording", "test", "chat-1")
        contact = await post.db.write(caregivers.open_contact, address, post.clock())
        assert not contact.gone
        assert contact.caregiver.address_id == mother.address_id
        again = await post.add(mother)
        await post.settled(again)
    assert await post.state(again) == "sent"


async def test_a_closed_window_holds_the_message(post: Post) -> None:
    mother = await post.family()
    post.channel.script(WindowClosed("48 hours"))
    async with post.running():
        tip = await post.add(mother, kind=Kind.TIP)
        await post.called()
        await asyncio.sleep(1)
        post.clock.skip(minutes=58)
        await asyncio.sleep(5)
        row = await post.row(tip)
        assert (row.state, row.attempts, len(post.channel.calls)) == ("pending", 0, 1)
        post.clock.skip(minutes=2)
        await post.settled()
    assert await post.state(tip) == "sent"


@pytest.mark.parametrize(
    "error", [QuotaExhausted("quota"), ChannelMisconfigured("401")], ids=lambda e: type(e).__name__
)
async def test_an_account_that_does_not_work_stops_and_loses_nothing(
    post: Post, error: QuotaExhausted | ChannelMisconfigured
) -> None:
    families = [await post.family(f"chat-{n}") for n in range(10)]
    post.channel.script(*[error] * IN_FLIGHT)
    post.channel.health.extend([Health(False, "still"), Health(False, "still")])
    async with post.running() as delivery:
        for family in families:
            await post.add(family)
        await until(lambda: post.channel.checks)
        assert delivery.down
        failed = len(post.channel.calls)
        assert failed <= IN_FLIGHT
        states = set((await post.states()).values())
        assert states == {"pending"}
        await asyncio.sleep(2 * CHECK_EVERY - 10)
        assert len(post.channel.calls) == failed
        await post.settled()
        assert delivery.down is None
    first, second, third = post.channel.checks[:3]
    assert second - first >= CHECK_EVERY
    assert third - second >= CHECK_EVERY
    rows = [await post.row(i) for i in await post.states()]
    assert {(r.state, r.attempts) for r in rows} == {("sent", 1)}


async def test_an_account_that_seems_well_is_not_hammered(post: Post) -> None:
    """A quota: the account answers every check, and still sends nothing."""
    mother = await post.family()
    post.channel.script(*[QuotaExhausted("quota")] * 1000)
    async with post.running():
        await post.add(mother, lives=86_000)
        await asyncio.sleep(600)
    assert 5 <= len(post.channel.calls) <= 13
    assert len(post.channel.checks) <= 12


async def test_only_the_message_that_can_never_go_fails(post: Post) -> None:
    mother = await post.family()
    post.channel.script(Permanent("too long"))
    async with post.running():
        bad, good = await post.add(mother), await post.add(mother)
        await post.settled()
    assert (await post.row(bad)).reason == "too long"
    assert (await post.state(bad), await post.state(good)) == ("failed", "sent")


@pytest.mark.parametrize(
    "error", UNSENT, ids=lambda e: f"{type(e).__name__}-{vars(e).get('scope')}"
)
async def test_what_costs_no_attempt_never_wears_a_message_out(
    post: Post, error: RetryAfter | WindowClosed
) -> None:
    mother = await post.family()
    post.channel.script(*[error] * 6)
    async with post.running():
        row_id = await post.add(mother, lives=40_000)
        for called in range(1, 7):
            await post.called(called)
            await asyncio.sleep(31)
            post.clock.skip(hours=1 if isinstance(error, WindowClosed) else 0)
        await post.settled()
    row = await post.row(row_id)
    assert (row.state, row.attempts, row.resends) == ("sent", 1, 0)


async def test_another_family_is_never_blamed(post: Post) -> None:
    """Negative control of the address: only the one that answered 403 is marked."""
    mother = await post.family("chat-1")
    neighbour = await post.db.write(a_caregiver, "chat-2")
    post.channel.script(RecipientGone("blocked"), chat="chat-1")
    async with post.running():
        await post.add(mother)
        await post.settled()
    assert not (await post.db.read(caregivers.by_address_id, neighbour.address_id)).gone
