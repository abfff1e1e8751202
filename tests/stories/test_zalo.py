"""Families on Zalo: signing up by numbers, a reminder, a campaign, the windows of an account."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from bot.app import App
from bot.clock import utc_now
from care.campaigns import Draft
from care.clock import local_day
from care.messages import Address, Kind
from care.people import CaregiverState
from content.library import Library
from storage import areas, campaigns, caregivers, children, outbox, windows
from storage.audiences import CAMPAIGNS
from storage.caregivers import Contact
from storage.console_tables import campaigns as campaigns_table
from storage.database import Connection
from tests.standins.zalo_bot import TOKEN, ZaloBotApi
from tests.standins.zalo_bot_people import Person as BotPerson
from tests.standins.zalo_oa import OA_ID, ZaloOAApi
from tests.standins.zalo_oa_people import Hook
from tests.standins.zalo_oa_people import Person as OaPerson
from tests.stories.families import days_ago, typed
from tests.stories.zalo import Arrived, consents, oa_hook, oa_settings, running, until

ACCOUNT = TOKEN.partition(":")[0]
DOSE = "rm-vx2m"


@pytest.fixture
async def bot_api() -> AsyncIterator[ZaloBotApi]:
    async with ZaloBotApi() as api:
        yield api


@pytest.fixture
async def oa_api() -> AsyncIterator[ZaloOAApi]:
    async with ZaloOAApi(now=utc_now) as api:
        yield api


def _unasked(conn: Connection, contact: Contact, message: str, kind: Kind) -> int:
    """A message that may go now, whatever the hour."""
    mine = children.of_caregiver(conn, contact.caregiver.id)
    now = utc_now()
    row = outbox.values(
        kind=kind,
        address_id=contact.address_id,
        route=caregivers.route(contact.address),
        message=message,
        not_before=now,
        expires_at=now + timedelta(days=30),
        caregiver_id=contact.caregiver.id,
        child_id=mine[0].id if mine else 0,
        planned_on=now.date(),
    )
    row["lane"] = 1  # quiet hours are not what this is about
    return outbox.add(conn, [row])


def _campaign(conn: Connection, contact: Contact) -> None:
    country = areas.by_code(conn, "VN")
    assert country is not None
    made = campaigns.create(
        conn, country.id, 1, Draft("Uống vitamin A", "{goi} đưa {ten_be} đi uống vitamin A nhé."),
        utc_now(),
    )  # fmt: skip
    which = campaigns_table.c.id == made
    conn.execute(update(campaigns_table).where(which).values(state="sending", approved_by=2))
    caregivers.record_consent(
        conn, contact.caregiver.id, contact.address_id, CAMPAIGNS, True, 1, "x", utc_now()
    )
    _unasked(conn, contact, campaigns.message_of(made), Kind.CAMPAIGN)


async def _signs_up(bot_api: ZaloBotApi, app: App, person: BotPerson) -> tuple[Arrived, list[str]]:
    address = Address("zalo-bot", ACCOUNT, person.chat_id)
    mine = Arrived(app, address, lambda: person.received)
    said: list[str] = []
    for text in ("xin chào", "1", "1", typed(days_ago(60)), "1", "1", "1"):
        before = len(person.received)
        await person.writes(text)
        said.append(text)
        await mine.more(before)
    return mine, said


async def test_a_mother_signs_up_by_numbers_alone_and_gets_a_dose_and_a_campaign(
    bot_api: ZaloBotApi, tmp_path: Path, library: Library
) -> None:
    given = {"ZALO_BOT_TOKEN": TOKEN, "ZALO_BOT_API_URL": bot_api.url}
    async with running(tmp_path, library, **given) as (app, _):
        person = BotPerson(bot_api, "z1")
        mine, said = await _signs_up(bot_api, app, person)
        assert len(said) <= 8
        contact = await mine.contact()
        assert contact.caregiver.state is CaregiverState.ACTIVE
        assert "1. " in person.received[0].text
        assert "Trả lời bằng số" in person.received[0].text
        await mine.does(_unasked, contact, DOSE, Kind.REMINDER)
        await mine.does(_campaign, contact)
        app.wake_delivery()
        await until(lambda: _has(person, "vitamin A") and _has(person, "buổi tiêm đầu tiên"))


async def test_where_a_day_is_asked_for_one_is_the_first_of_the_month(
    bot_api: ZaloBotApi, tmp_path: Path, library: Library
) -> None:
    given = {"ZALO_BOT_TOKEN": TOKEN, "ZALO_BOT_API_URL": bot_api.url}
    async with running(tmp_path, library, **given) as (app, _):
        person = BotPerson(bot_api, "z1")
        mine = Arrived(app, Address("zalo-bot", ACCOUNT, "z1"), lambda: person.received)
        born = days_ago(90)
        menus = (f"{born.year}", f"{born.month}/{born.year}")
        for text in ("xin chào", "1", "1", *["hôm nào đó"] * 3, *menus):
            before = len(person.received)
            await person.writes(text)
            await mine.more(before)
        asked = person.received[-1].text
        assert "Hoặc gõ:\n- Không nhớ ngày" in asked
        assert "1. " not in asked
        before = len(person.received)
        await person.writes("1")
        await mine.more(before)
        assert f"01/{born:%m/%Y}" in person.received[-1].text


def _fifty(conn: Connection) -> None:
    for n in range(50):
        caregivers.open_contact(conn, Address("zalo-bot", ACCOUNT, f"before-{n}"), utc_now())


async def test_the_fifty_first_person_is_told_where_else_and_gets_help(
    bot_api: ZaloBotApi, tmp_path: Path, library: Library
) -> None:
    given = {"ZALO_BOT_TOKEN": TOKEN, "ZALO_BOT_API_URL": bot_api.url}
    async with running(tmp_path, library, **given) as (app, _):
        await app.db.write(_fifty)
        late = BotPerson(bot_api, "z51")
        await late.writes("xin chào")
        await until(lambda: late.received)
        assert "https://chat.example/chat" in late.received[0].text
        await late.writes("cứu với, con em bị co giật")
        await until(lambda: len(late.received) > 1)
        assert "115" in late.received[1].text
        contact = await app.db.read(caregivers.find, Address("zalo-bot", ACCOUNT, "z51"))
        assert contact is not None
        assert contact.gone


def _has(person: BotPerson | OaPerson, words: str) -> bool:
    return any(words in sent.text for sent in person.received)


async def test_on_an_account_messages_keep_to_the_windows_and_greet_when_one_writes(
    oa_api: ZaloOAApi, tmp_path: Path, library: Library
) -> None:
    async with running(tmp_path, library, **oa_settings(oa_api)) as (app, port):
        await consents(app, oa_api)
        async with oa_hook(port) as hook:
            await _lives_through_the_windows(oa_api, app, hook)


async def _lives_through_the_windows(oa_api: ZaloOAApi, app: App, hook: Hook) -> None:
    person = OaPerson(oa_api, "1001")
    mine = Arrived(app, Address("zalo-oa", OA_ID, "1001"), lambda: person.received)
    assert await hook.probe() == 200
    await hook.push(person.follows())
    await mine.more(0)
    assert person.received[0].buttons  # native ones
    agrees = person.received[-1].buttons[0][2]
    await hook.push(person.taps(agrees))
    await mine.more(1)
    contact = await mine.contact()
    await mine.does(_agreed, contact)
    route = caregivers.route(contact.address)

    before = len(person.received)
    await mine.does(_unasked, contact, "tip-d0200", Kind.TIP)
    app.wake_delivery()
    await mine.more(before)  # free
    await mine.does(_campaign, contact)
    app.wake_delivery()
    await until(lambda: _has(person, "vitamin A"))

    oa_api.acted["1001"] = utc_now() - timedelta(days=9)
    await mine.does(windows.hear, contact.address_id, utc_now() - timedelta(days=9))
    before = len(person.received)
    for item in ("tip-d0242", DOSE):
        kind = Kind.REMINDER if item == DOSE else Kind.TIP
        await mine.does(_unasked, contact, item, kind)
    app.wake_delivery()
    async with asyncio.timeout(30):
        while sum((await app.db.read(windows.waiting, route)).values()) < 2:
            await asyncio.sleep(0.05)
    assert len(person.received) == before  # nothing outside its window
    await hook.push(person.writes("chào bạn"))
    await until(lambda: _has(person, "buổi tiêm đầu tiên"))
    assert "Chào bạn" in person.received[before].text  # what was asked is answered first
    spent = await app.db.read(windows.spent, route, local_day(utc_now()).isoformat()[:7])
    assert {one.price for one in spent} == {0}
    assert all(answer == 200 for answer in hook.answers)


def _agreed(conn: Connection, contact: Contact) -> None:
    caregivers.change(conn, contact.caregiver.id, state=CaregiverState.ACTIVE)
    born = days_ago(60)
    values = {"state": "born", "born_on": born, "precision": "day", "nickname": "Bống"}
    children.add(conn, contact.caregiver.id, born, **values)


async def test_forged_webhooks_leave_no_row(
    oa_api: ZaloOAApi, tmp_path: Path, library: Library
) -> None:
    async with running(tmp_path, library, **oa_settings(oa_api)) as (app, port):
        async with oa_hook(port) as hook:
            person = OaPerson(oa_api, "1002")
            for n in range(50):
                await hook.push(person.writes(f"giả {n}"), key="wrong")
        assert set(hook.answers) <= {401, 403}
        assert len(hook.answers) == 50
        found = await app.db.read(caregivers.find, Address("zalo-oa", OA_ID, "1002"))
        assert found is None
