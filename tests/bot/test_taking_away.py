"""What delivery and the clock do so that a dialogue leaves no trace, in every kind of trouble."""

import asyncio
from typing import Any

import pytest

from bot import discreet_clock
from care.discreet import DRAFT_LIVES, GONE, STAYS
from care.messages import Kind
from channels.errors import OutcomeUnknown, Permanent, RetryAfter, Transient
from content.library import Library
from storage import caregivers, discreet, taken_away
from storage.caregivers import Contact
from tests.bot.posts import Post
from tests.fakes import Family, RecordingChannel, WatchedDatabase, rows

VIRTUAL_TIME = True


@pytest.fixture
async def post(db: WatchedDatabase, library: Library) -> Post:
    return Post(db, library)


async def begin(post: Post, mother: Family, *, own: str = "own-1", fades: bool = True) -> None:
    await post.db.write(discreet.touch, mother.address_id, post.clock(), fades=fades, own=own)


async def leave(post: Post, mother: Family) -> None:
    await post.db.write(_leave, mother, post.clock())
    post.delivery.wake()


def _leave(conn: Any, mother: Family, now: Any) -> None:
    contact = caregivers.by_address_id(conn, mother.address_id)
    assert isinstance(contact, Contact)
    taken_away.leave(conn, contact, now)


async def tick(post: Post) -> int:
    db: Any = post.db
    return await discreet_clock.tick(db, post.clock())


def removed(post: Post) -> list[set[str]]:
    return [set(call.out.remove) for call in post.channel.arrived if call.out.remove]


async def gone_row(post: Post) -> Any:
    [found] = [row for row in await post.db.read(rows) if row.message == GONE]
    return found


async def test_what_was_said_and_written_goes_and_is_forgotten(post: Post) -> None:
    mother = await post.family()
    await begin(post, mother)
    async with post.running():
        told = await post.add(mother, kind=Kind.EMERGENCY, message="harm/child", lives=120)
        menu = await post.add(mother)
        await post.settled()
        assert (await post.row(told)).params == {}
        await leave(post, mother)
        await post.settled()
    assert removed(post) == [{"own-1", "ref-1"}]
    assert (await post.row(told)).ref is None
    assert (await post.row(menu)).ref == "ref-2"
    row = await gone_row(post)
    assert (row.state, row.params) == ("sent", {})


async def test_one_under_way_when_the_person_leaves_is_not_forgotten(post: Post) -> None:
    mother = await post.family()
    await begin(post, mother)

    async def meanwhile() -> None:
        if len(post.channel.calls) == 1:
            await leave(post, mother)

    post.channel.before = meanwhile
    async with post.running():
        await post.add(mother, message="harm/child")
        await post.called()
        await post.settled()
    assert [call.out.message for call in post.channel.calls] == ["harm/child", GONE]
    assert removed(post) == [{"own-1", "ref-1"}]


async def test_one_that_must_be_tried_again_does_not_come_back(post: Post) -> None:
    """Also as an edit: it would bring the words back."""
    mother = await post.family()
    await begin(post, mother)
    post.channel.script(Transient("no connection"))

    async def meanwhile() -> None:
        if len(post.channel.calls) == 1:
            await leave(post, mother)

    post.channel.before = meanwhile
    async with post.running():
        row_id = await post.add(mother, message="harm/child", params={"edit": "ref-0"})
        await post.settled()
    assert [call.out.message for call in post.channel.calls] == ["harm/child", GONE]
    row = await post.row(row_id)
    assert (row.state, row.reason, row.params) == ("cancelled", "taken away", {})


@pytest.mark.parametrize(
    "trouble",
    [Transient("no connection"), OutcomeUnknown("cut"), RetryAfter(30), RetryAfter(9, "chat")],
)
async def test_trouble_ends_and_they_are_gone(post: Post, trouble: Any) -> None:
    mother = await post.family()
    await begin(post, mother)
    post.channel.script(*[trouble] * 6)
    async with post.running():
        await leave(post, mother)
        tip = await post.add(mother, message="discreet/tip")
        await post.settled()
    assert removed(post) == [{"own-1"}]
    assert (await gone_row(post)).state == "sent"
    assert (await post.state(tip)) in ("sent", "expired")


async def test_it_is_tried_when_an_answer_would_long_be_given_up(post: Post) -> None:
    mother = await post.family()
    await begin(post, mother)
    post.channel.script(*[Transient("no connection")] * 15)
    async with post.running():
        await leave(post, mother)
        await post.settled(seconds=6000)
        assert asyncio.get_running_loop().time() > 1200
    assert removed(post) == [{"own-1"}]


async def test_after_a_crash_it_is_sent_again(post: Post, library: Library) -> None:
    """As often as the process dies around it."""
    mother = await post.family()
    await begin(post, mother)
    await leave(post, mother)
    for _ in range(8):
        await post.delivery._claim(1)  # and the process dies
        post.another_process(library)
        await post.delivery.recover()
    async with post.running():
        await post.settled()
    assert removed(post) == [{"own-1"}]


async def test_a_refusal_for_good_ends_it_without_words(post: Post) -> None:
    mother = await post.family()
    await begin(post, mother)
    post.channel.script(Permanent("no"))
    async with post.running():
        await leave(post, mother)
        await post.settled()
    row = await gone_row(post)
    assert (row.state, row.params) == ("failed", {})


async def test_where_nothing_can_be_taken_back_nothing_is_sent(
    db: WatchedDatabase, library: Library
) -> None:
    channel = RecordingChannel()
    channel.caps = channel.caps.__class__(4096, 1024, 100, 64, True, False, True, False)
    post = Post(db, library, channel)
    mother = await post.family()
    await begin(post, mother)
    async with post.running():
        await leave(post, mother)
        await post.settled()
    assert channel.calls == []
    assert (await gone_row(post)).state == "cancelled"


# --- the clock ------------------------------------------------------------------------------------


async def waits_long(post: Post, mother: Family, **values: Any) -> None:
    await begin(post, mother, **values)
    await asyncio.sleep(STAYS.total_seconds())


async def test_ten_minutes_after_the_last_tap_it_goes(post: Post) -> None:
    mother = await post.family()
    await begin(post, mother)
    await asyncio.sleep(STAYS.total_seconds() - 1)
    assert await tick(post) == 0
    await post.db.write(discreet.touch, mother.address_id, post.clock())
    await asyncio.sleep(STAYS.total_seconds() - 1)
    assert await tick(post) == 0
    await asyncio.sleep(1)
    assert await tick(post) == 1
    assert await tick(post) == 0
    async with post.running():
        await post.settled()
    assert removed(post) == [{"own-1"}]


async def test_despair_goes_only_when_asked(post: Post) -> None:
    mother = await post.family()
    await waits_long(post, mother, fades=False)
    await asyncio.sleep(3 * 24 * 3600)
    assert await tick(post) == 0
    async with post.running():
        await leave(post, mother)
        await post.settled()
    assert removed(post) == [{"own-1"}]


async def test_a_tick_missed_is_only_late(post: Post) -> None:
    mother = await post.family()
    await waits_long(post, mother)
    post.db.down = True
    with pytest.raises(Exception, match="wants it"):
        await tick(post)
    await asyncio.sleep(5 * 3600)
    post.db.mend()
    assert await tick(post) == 1
    async with post.running():
        await post.settled()
    assert removed(post) == [{"own-1"}]


async def test_what_was_not_sent_is_forgotten_after_an_hour(post: Post) -> None:
    mother = await post.family()
    await begin(post, mother)
    draft = {"facts": {"told": "x"}}
    await post.db.write(discreet.put, mother.address_id, "report.ask", draft, post.clock())
    await asyncio.sleep(STAYS.total_seconds())
    await tick(post)
    await asyncio.sleep((DRAFT_LIVES - STAYS).total_seconds() - 1)
    await tick(post)
    assert await post.db.read(discreet.get, mother.address_id) is not None
    await asyncio.sleep(1)
    await tick(post)
    assert await post.db.read(discreet.get, mother.address_id) is None
