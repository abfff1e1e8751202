"""The tick of campaigns on a real database: fair, in order, and whole after any interruption."""

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.engine import Connection

from bot import broadcasts
from bot.broadcasts import PEOPLE_A_BATCH, expand
from care.audience import Audience
from care.campaigns import Draft, State
from care.messages import Kind
from care.reminding import Rules
from content.library import Library
from storage import (
    campaign_results,
    campaign_sending,
    campaigns,
    caregivers,
    children,
    claims,
    outbox,
)
from storage.areas import by_code, import_rows
from storage.campaigns import Campaign
from storage.database import DatabaseDown
from tests.bot.posts import Post
from tests.fakes import RecordingChannel, WatchedDatabase, a_caregiver, rows
from tests.storage.broadcasting import AUTHOR, EVERYBODY, GOOD
from tests.storage.crowds import AREAS
from tests.virtual_time import NOW

VIRTUAL_TIME = True
BEGUN = NOW + timedelta(minutes=10)
MINUTE = timedelta(minutes=1)
RULES = Rules()


def a_country(conn: Connection) -> dict[str, int]:
    import_rows(conn, AREAS, NOW)
    found = {row.code: by_code(conn, row.code) for row in AREAS}
    return {code: area.id for code, area in found.items() if area is not None}


def readers(conn: Connection, number: int, area_id: int) -> list[int]:
    found = []
    for n in range(number):
        contact = a_caregiver(conn, f"{area_id}-{n}", area_id=area_id)
        agree(conn, contact.caregiver.id, contact.address_id)
        found.append(contact.caregiver.id)
    return found


def agree(conn: Connection, caregiver_id: int, address_id: int, given: bool = True) -> None:
    caregivers.record_consent(conn, caregiver_id, address_id, "campaigns", given, 1, "0", NOW)


def approved(
    conn: Connection, area_id: int, draft: Draft = GOOD, officers: tuple[int, ...] = ()
) -> int:
    campaign_id = campaigns.create(conn, area_id, AUTHOR, draft, NOW)
    campaigns.submit(conn, campaign_id, AUTHOR, RULES, NOW, EVERYBODY)
    for officer in officers:
        campaigns.approve(conn, campaign_id, officer, NOW)
    return campaign_id


async def seen(db: WatchedDatabase, campaign_id: int) -> Campaign:
    found: Campaign | None = await db.read(campaigns.get, campaign_id)
    assert found is not None
    return found


@pytest.fixture
async def areas(db: WatchedDatabase) -> dict[str, int]:
    found: dict[str, int] = await db.write(a_country)
    return found


async def test_a_tick_takes_a_campaign_from_its_time_to_its_end(
    db: WatchedDatabase, areas: dict[str, int]
) -> None:
    people = await db.write(readers, 700, areas["06001"])
    campaign_id = await db.write(approved, areas["20"])
    woken: list[int] = []
    assert await expand(db, RULES, BEGUN - MINUTE, EVERYBODY) == 0
    assert await expand(db, RULES, BEGUN, EVERYBODY, lambda: woken.append(1)) == 700
    assert len(woken) == 700 // PEOPLE_A_BATCH + 1
    assert [row.caregiver_id for row in await db.read(rows)] == people
    assert await expand(db, RULES, BEGUN, EVERYBODY) == 0
    assert (await seen(db, campaign_id)).state is State.SENDING


async def test_what_a_messenger_takes_in_a_month_is_not_gone_beyond(
    db: WatchedDatabase, areas: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(broadcasts, "PEOPLE_A_BATCH", 4)
    people = await db.write(readers, 20, areas["06001"])
    await db.write(approved, areas["20"])
    assert await expand(db, RULES, BEGUN, EVERYBODY, quotas={"recording:test": 10}) == 10
    assert [row.caregiver_id for row in await db.read(rows)] == people[:10]


async def test_whatever_cuts_it_off_nothing_is_lost_or_doubled(
    db: WatchedDatabase, areas: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(broadcasts, "PEOPLE_A_BATCH", 7)
    people = await db.write(readers, 100, areas["06001"])
    campaign_id = await db.write(approved, areas["20"])
    real = campaign_sending.store

    def dying(at: str, after: int) -> Callable[..., Any]:
        left = [after]

        def store(conn: Connection, *args: Any) -> Any:
            left[0] -= 1
            if left[0] < 0 and at == "before":
                raise DatabaseDown("as the test wants it")
            made = real(conn, *args)
            if left[0] < 0:
                raise DatabaseDown("as the test wants it")  # after the rows, before the commit
            return made

        return store

    for n in range(20):
        monkeypatch.setattr(campaign_sending, "store", dying("before" if n % 2 else "after", n % 3))
        with contextlib.suppress(DatabaseDown):
            await expand(db, RULES, BEGUN, EVERYBODY)
        made = [row.caregiver_id for row in await db.read(rows)]
        assert made == people[: len(made)]
        told = await db.read(campaign_results.progress, campaign_id)
        assert told.total == len(made)
    monkeypatch.setattr(campaign_sending, "store", real)
    await expand(db, RULES, BEGUN, EVERYBODY)
    assert [row.caregiver_id for row in await db.read(rows)] == people


async def test_one_broken_campaign_does_not_stop_the_others(
    db: WatchedDatabase, areas: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    await db.write(readers, 3, areas["06001"])
    broken = await db.write(approved, areas["20"])
    await db.write(approved, areas["20"])
    real = campaigns.aim_of

    def aim_of(conn: Connection, campaign: Campaign, *args: Any) -> Any:
        if campaign.id == broken and campaign.state is State.SENDING:
            raise ValueError("of its own")
        return real(conn, campaign, *args)

    monkeypatch.setattr(campaigns, "aim_of", aim_of)
    assert await expand(db, RULES, BEGUN, EVERYBODY) == 3


async def test_one_that_has_grown_since_its_author_agreed_waits(
    db: WatchedDatabase, areas: dict[str, int]
) -> None:
    await db.write(readers, 2, areas["06001"])
    campaign_id = await db.write(approved, areas["20"])
    assert await expand(db, RULES, BEGUN, 1) == 0
    assert (await seen(db, campaign_id)).state is State.WAITING
    await db.write(campaigns.approve, campaign_id, 2, BEGUN)
    assert await expand(db, RULES, BEGUN + 10 * MINUTE, 1) == 2


async def test_two_areas_share_what_the_messenger_takes(
    db: WatchedDatabase, areas: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(broadcasts, "PEOPLE_A_BATCH", 10)
    await db.write(readers, 100, areas["06001"])
    await db.write(readers, 40, areas["06002"])
    first = await db.write(approved, areas["06001"])
    await expand(db, RULES, BEGUN, EVERYBODY)
    order = await _claimed(db, 30, BEGUN + MINUTE)
    assert set(order) == {first}
    second = await db.write(approved, areas["06002"])
    await expand(db, RULES, BEGUN + 10 * MINUTE, EVERYBODY)
    order = await _claimed(db, 80, BEGUN + 20 * MINUTE)
    for turn in range(1, 4):
        part = order[: turn * 20]
        assert abs(part.count(first) - part.count(second)) <= 10, order
    assert order.count(second) == 40


async def _claimed(db: WatchedDatabase, number: int, now: Any) -> list[int]:
    """Which campaigns go next, as delivery takes them."""
    found = []
    for _ in range(number):
        row = await db.write(claims.claim, "recording:test", now, (), False)
        assert row is not None
        await db.write(claims.settle, row.id, outbox.SENT, now)
        found.append(campaigns.id_of(row.message) or 0)
    return found


async def test_an_alert_goes_before_everything_unasked_and_at_night(
    db: WatchedDatabase, areas: dict[str, int], library: Library
) -> None:
    post = Post(db, library)
    post.clock.set(NOW.replace(hour=16))  # 23:00 in Viet Nam
    family = await post.family(nickname="Bống")
    await db.write(agree, family.caregiver_id, family.address_id)
    kinds = (Kind.TIP, Kind.REMINDER)
    others = [await post.add(family, kind=kind) for kind in kinds]
    alert = await db.write(approved, areas["VN"], replace(GOOD, alert=True), (2, 3))
    plain = await db.write(approved, areas["VN"])
    await expand(db, RULES, post.clock(), EVERYBODY)
    by_message = {row.message: row.id for row in await db.read(rows)}
    async with post.running():
        await post.settled(by_message[f"campaign:{alert}"])
        assert {await post.state(row) for row in others} == {"pending"}
        assert await post.state(by_message[f"campaign:{plain}"]) == "pending"
        post.clock.set(NOW + timedelta(days=1))
        await post.settled(*others[:1], by_message[f"campaign:{plain}"])
    assert post.keys[0] == by_message[f"campaign:{alert}"]


async def test_an_alert_without_its_second_approval_is_never_sent(
    db: WatchedDatabase, areas: dict[str, int], library: Library
) -> None:
    post = Post(db, library)
    family = await post.family()
    await db.write(agree, family.caregiver_id, family.address_id)
    alert = await db.write(approved, areas["VN"], replace(GOOD, alert=True), (2,))
    assert await expand(db, RULES, BEGUN, EVERYBODY) == 0
    forged = {"message": f"campaign:{alert}", "kind": Kind.ALERT, "child_id": 0, "slot": 1}
    row = await post.add(family, **forged)
    async with post.running():
        await post.settled(row)
    assert (await post.row(row)).reason == "not approved"
    assert post.channel.calls == []


async def test_the_numbers_add_up_at_every_moment(
    db: WatchedDatabase, areas: dict[str, int], library: Library
) -> None:
    """Sent, failed, cancelled and waiting are all, while delivery is at work and officers act."""
    post = Post(db, library, RecordingChannel(rate=10))
    people = await db.write(readers, 60, areas["06001"])
    campaign_id = await db.write(approved, areas["20"])
    await expand(db, RULES, BEGUN, EVERYBODY)
    post.clock.set(BEGUN)
    acts: dict[int, Any] = {4: campaigns.pause, 8: campaigns.resume, 12: campaigns.cancel}
    async with post.running() as delivery:
        for n in range(15):
            delivery.wake()
            await asyncio.sleep(0.2)
            if n in acts:
                await db.write(acts[n], campaign_id, post.clock())
            told = await db.read(campaign_results.progress, campaign_id)
            assert told.sent + told.failed + told.cancelled + told.waiting == told.total
            assert told.total == len(people)
    told = await db.read(campaign_results.progress, campaign_id)
    assert told.sent + told.cancelled == len(people)
    assert told.sent
    assert told.cancelled


async def test_a_pause_lets_nothing_out_and_a_resume_all(
    db: WatchedDatabase, areas: dict[str, int], library: Library
) -> None:
    post = Post(db, library)
    await db.write(readers, 20, areas["06001"])
    campaign_id = await db.write(approved, areas["20"])
    await expand(db, RULES, BEGUN, EVERYBODY)
    post.clock.set(BEGUN)
    await db.write(campaigns.pause, campaign_id, BEGUN)
    async with post.running() as delivery:
        one = (await db.read(rows))[0]
        await db.write(claims.release, one.id, BEGUN, attempt=True)  # was under way when it came
        delivery.wake()
        row = await post.row(one.id)
        for _ in range(200):
            if row.not_before != BEGUN:
                break
            await asyncio.sleep(0.1)
            row = await post.row(one.id)
        assert (row.state, row.not_before) == ("pending", row.expires_at)
        assert post.channel.calls == []
        await db.write(campaigns.resume, campaign_id, post.clock())
        delivery.wake()
        await post.settled()
    assert len(post.channel.calls) == 20
    assert await db.write(campaign_sending.finish, post.clock()) == [campaign_id]


async def test_who_withdrew_consent_or_lost_the_child_gets_nothing_any_more(
    db: WatchedDatabase, areas: dict[str, int], library: Library
) -> None:
    post = Post(db, library)
    families = [await post.family(f"chat-{n}") for n in range(4)]
    for family in families:
        await db.write(agree, family.caregiver_id, family.address_id)
    draft = replace(GOOD, audience=Audience(months=(0, 35)))
    await db.write(approved, areas["VN"], draft)
    await expand(db, RULES, BEGUN, EVERYBODY)
    post.clock.set(BEGUN)
    withdrawn, bereft, stopped, fine = families
    await db.write(agree, withdrawn.caregiver_id, withdrawn.address_id, False)
    await db.write(_lose, bereft.child_id)
    await db.write(_change, stopped.caregiver_id, state="stopped")
    async with post.running():
        await post.settled()
    reasons = {row.caregiver_id: row.reason for row in await db.read(rows)}
    assert reasons == {
        withdrawn.caregiver_id: "no consent",
        bereft.caregiver_id: "lost",
        stopped.caregiver_id: "stopped",
        fine.caregiver_id: None,
    }
    assert [call.chat for call in post.channel.calls] == [fine.chat]


def _lose(conn: Connection, child_id: int) -> None:
    child = children.get(conn, child_id)
    assert child is not None
    children.change(conn, child, state="lost")


def _change(conn: Connection, caregiver_id: int, **values: Any) -> None:
    caregivers.change(conn, caregiver_id, **values)
