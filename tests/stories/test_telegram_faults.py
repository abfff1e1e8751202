"""When Telegram refuses, stumbles, repeats itself or is not Telegram at all."""

import asyncio
from pathlib import Path

import httpx

from bot.app import App
from care.people import CaregiverState
from content.library import Library
from tests.standins import bot_api_faults as faults
from tests.standins.bot_api import BotApi
from tests.stories.telegram import SECRET, Chat, rows_of_all_tables, running, until

PROOF = "X-Telegram-Bot-Api-Secret-Token"
FORGED = 100


async def test_refused_for_being_too_fast_waits_and_is_sent(app: App, api: BotApi) -> None:
    chat = Chat(app, api.person(23))
    api.script(faults.too_many(2), chat=23)
    await chat.says("/start", "start/welcome")
    [refused], [sent] = api.refused, chat.received
    assert sent.at - refused.at >= 2
    assert await chat.ids("failed", "unknown", "expired") == []


async def test_broken_gateway_costs_one_silent_resend(app: App, api: BotApi) -> None:
    chat = Chat(app, api.person(24))
    api.script(faults.BAD_GATEWAY, chat=24)
    await chat.says("/start", "start/welcome")
    [sent] = chat.received
    assert sent.silent


async def test_connection_cut_after_arrival_costs_one_silent_repeat_at_most(
    app: App, api: BotApi
) -> None:
    chat = Chat(app, api.person(25))
    api.script(faults.CUT_AFTER, chat=25)
    await chat.says("/start", "start/welcome")
    first, second = chat.received
    assert first.text == second.text
    assert not first.silent
    assert second.silent
    await chat.says("giúp", "menu/help")
    assert len(chat.received) == 3


async def test_twice_cut_is_left_alone(app: App, api: BotApi) -> None:
    chat = Chat(app, api.person(26))
    api.script(faults.CUT_AFTER, chat=26, times=2)
    await chat.person.starts()
    await until(lambda: len(chat.received) == 2)
    await asyncio.sleep(1)
    assert await chat.ids("unknown") == ["start/welcome"]
    assert len(chat.received) == 2


async def test_emergency_answer_is_never_repeated(app: App, api: BotApi) -> None:
    chat = Chat(app, api.person(27))
    api.script(faults.CUT_AFTER, chat=27)
    await chat.person.writes("cháu bị hóc, cứu với")
    await until(lambda: chat.received)
    await asyncio.sleep(1)
    assert await chat.ids("unknown") == ["emergency/numbers"]
    assert len(chat.received) == 1


async def test_who_blocks_the_bot_gets_nothing_and_may_come_back(app: App, api: BotApi) -> None:
    chat = Chat(app, api.person(28))
    await chat.signs_up()
    await chat.person.blocks()
    got = len(chat.received)
    await chat.person.writes("menu")  # on its way when the block came
    await asyncio.sleep(2)
    assert len(chat.received) == got
    await chat.person.unblocks()
    await chat.says("/start", "start/welcome-back")
    await chat.taps("menu.children", "children/list")
    contact = await chat.contact()
    assert contact is not None
    assert contact.caregiver.state is CaregiverState.ACTIVE
    assert contact.caregiver.address_id == contact.address_id


async def test_update_that_comes_twice_is_answered_once(hooked: App, api: BotApi) -> None:
    chat = Chat(hooked, api.person(29))
    update = {"update_id": 7, "message": chat.person.message(text="/start")}
    for _ in range(3):
        await api.push(dict(update))
    await chat.got(1)
    await chat.says("giúp", "menu/help")
    assert api.webhook_answers == [200] * 4
    assert await chat.ids() == ["start/welcome", "menu/help"]


async def test_forged_webhooks_change_nothing(hooked: App, api: BotApi) -> None:
    chat = Chat(hooked, api.person(31))
    await chat.says("/start", "start/welcome")
    while not (await hooked.db.read(rows_of_all_tables))["marks"]:
        await asyncio.sleep(0.05)  # the planner writes down that it has planned today
    before = await hooked.db.read(rows_of_all_tables)
    assert api.webhook is not None
    proofs: list[dict[str, str]] = [{}, {PROOF: ""}, {PROOF: SECRET[:-1]}, {PROOF: SECRET.upper()}]
    async with httpx.AsyncClient(trust_env=False) as forger:
        for n in range(FORGED):
            update = {"update_id": 9000 + n, "message": chat.person.message(text="DỪNG")}
            answer = await forger.post(
                api.webhook.url, json=update, headers=proofs[n % len(proofs)]
            )
            assert answer.status_code == 403
    assert await hooked.db.read(rows_of_all_tables) == before


async def test_telegram_away_at_the_start_is_waited_for(
    tmp_path: Path, library: Library, api: BotApi
) -> None:
    url = api.url
    await api.stop()
    async with running(tmp_path, library, api) as app:
        assert app.health.ready
        await asyncio.sleep(0.5)
        await api.start()
        assert api.url == url
        chat = Chat(app, api.person(37))
        await chat.says("/start", "start/welcome")
