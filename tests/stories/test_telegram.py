"""Families on Telegram: the real programme against a stand-in that is as strict as the Bot API."""

import asyncio
import re
from collections.abc import AsyncIterator
from itertools import pairwise
from pathlib import Path

import httpx
import pytest

from bot.app import App
from care.people import CaregiverState
from content.library import Library
from storage import areas
from tests.standins import bot_api_faults as faults
from tests.standins.bot_api import BotApi
from tests.stories.families import days_ago, typed
from tests.stories.telegram import SECRET, Chat, few_areas, rows_of_all_tables, running, until

PROOF = "X-Telegram-Bot-Api-Secret-Token"
FORGED = 100


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    """Limits as strict as the real ones: 30 a second, 1 a second and chat."""
    async with BotApi() as api:
        yield api


@pytest.fixture
async def app(tmp_path: Path, library: Library, api: BotApi) -> AsyncIterator[App]:
    async with running(tmp_path, library, api) as app:
        yield app


@pytest.fixture
async def hooked(tmp_path: Path, library: Library, api: BotApi) -> AsyncIterator[App]:
    """The same, reached by webhook."""
    async with running(tmp_path, library, api, webhook=True) as app:
        await until(lambda: api.webhook)
        yield app


async def sign_up(app: App, api: BotApi) -> None:
    """A mother, a pregnant woman and twins at the same time, at the pace of the messenger."""

    async def pregnant(chat: Chat) -> None:
        await chat.says("/start", "start/welcome")
        await chat.taps("consent.both", "registration/ask-role")
        await chat.says("mẹ bầu", "registration/ask-date")
        await chat.says("thai 20 tuần", "registration/confirm-due")
        await chat.taps("registration.due-yes", "registration/ask-nickname")
        await chat.says("Tí", "place/ask")
        await chat.taps("place.skip", "registration/done")

    async def twins(chat: Chat) -> None:
        await chat.says("/start", "start/welcome")
        await chat.says("đồng ý", "registration/ask-role")
        await chat.says("ông ngoại", "registration/ask-date")
        await chat.says(typed(days_ago(1500)), "registration/confirm-birth")
        await chat.taps("registration.twins", "registration/ask-nickname")
        await chat.says("An và Bình", "place/ask")
        await chat.taps("place.skip", "registration/done")

    mother, other, grandfather = (Chat(app, api.person(n)) for n in (11, 12, 13))
    await asyncio.gather(mother.signs_up(), pregnant(other), twins(grandfather))
    for chat in (mother, other, grandfather):
        await until(lambda chat=chat: len(chat.received) == 8)  # type: ignore[misc]
        told = (await chat.ids())[-1]
        assert told in app.library.items
    assert api.refused == []


async def test_three_families_sign_up_by_polling(app: App, api: BotApi) -> None:
    await sign_up(app, api)
    taps = [call for call in api.calls if call.method == "answerCallbackQuery"]
    assert len(taps) == 5 + 3 + 2


async def test_three_families_sign_up_by_webhook(hooked: App, api: BotApi) -> None:
    await sign_up(hooked, api)
    assert set(api.webhook_answers) == {200}


async def test_what_is_no_text_leaves_the_question_open(app: App, api: BotApi) -> None:
    chat = Chat(app, api.person(21))
    await chat.says("/start", "start/welcome")
    await chat.taps("consent.yes", "registration/ask-role")
    for send, answer in (
        (chat.person.sends("voice"), "fallback/media"),
        (chat.person.sends_photo("bé nhà em"), "fallback/media"),
        (chat.person.sends("sticker"), "fallback/sticker"),
        (chat.person.edits("bố"), "fallback/edited"),
    ):
        known = await chat.ids()
        await send
        await chat.gets(known, answer)
    await chat.says("bố", "registration/ask-date")


async def test_ordinary_dialogue_meets_no_limit(app: App, api: BotApi) -> None:
    """Ten messages in a burst: every answer comes, none faster than one a second."""
    chat = Chat(app, api.person(22))
    await chat.signs_up()
    for text in ("menu", "tin hôm nay", "con của tôi", "giúp", "cảm ơn") * 2:
        await chat.person.writes(text)
    await until(lambda: len(chat.received) >= 8 + 10)
    assert (await chat.ids()).count("menu/thanks") == 2
    assert api.refused == []
    assert all(b.at - a.at > 0.95 for a, b in pairwise(chat.received))


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
    await until(lambda: chat.received)
    await chat.says("giúp", "menu/help")
    assert api.webhook_answers == [200] * 4
    assert await chat.ids() == ["start/welcome", "menu/help"]


async def test_forged_webhooks_change_nothing(hooked: App, api: BotApi) -> None:
    chat = Chat(hooked, api.person(31))
    await chat.says("/start", "start/welcome")
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


async def test_link_of_a_commune_saves_the_question_for_it(app: App, api: BotApi) -> None:
    commune = few_areas()[-1]
    chat = Chat(app, api.person(32))
    await chat.says(f"/start x{commune.code}", "start/welcome")
    await chat.taps("consent.yes", "registration/ask-role")
    await chat.taps("registration.father", "registration/ask-date")
    await chat.says("8 tháng", "registration/confirm-birth")
    await chat.taps("registration.term", "registration/ask-nickname")
    await chat.taps("registration.no-name", "registration/done")
    contact = await chat.contact()
    assert contact is not None
    assert contact.caregiver.area_id is not None
    area = await app.db.read(areas.get, contact.caregiver.area_id)
    assert area is not None
    assert area.code == commune.code


async def test_link_of_a_family_lets_the_second_caregiver_in(app: App, api: BotApi) -> None:
    mother, father = Chat(app, api.person(33)), Chat(app, api.person(34))
    await mother.signs_up()
    await mother.taps("family.invite", "family/invite")
    code = re.search(r"THAM GIA (\w{6})", mother.received[-1].text)
    assert code
    await father.says(f"/start g{code[1]}", "start/welcome")
    await father.taps("consent.yes", "registration/ask-role")
    await father.taps("registration.father", "family/joined", "place/ask")
    await father.taps("place.skip", "registration/done")
    await until(lambda: len(father.received) == 6)
    await father.says("con của tôi", "children/list")


async def test_loss_is_told_in_words_and_taken_back(app: App, api: BotApi) -> None:
    chat = Chat(app, api.person(35))
    await chat.signs_up()
    await chat.says("sảy thai", "loss/sorry")
    await chat.says("tôi buồn quá", "loss/listening")
    await chat.taps("loss.undo", "loss/undone")


async def test_bot_introduces_itself_with_the_numbers(app: App, api: BotApi) -> None:
    await until(lambda: api.called("setMyShortDescription"))
    [commands], [description], [short] = (
        api.called(name) for name in ("setMyCommands", "setMyDescription", "setMyShortDescription")
    )
    for command in ("start", "menu", "homnay", "khancap", "dung", "giup"):
        assert f'"{command}"' in str(commands["commands"])
    for number in ("115", "111", "113"):
        assert number in description["description"]
        assert number in short["short_description"]


async def test_every_command_of_the_list_is_understood(app: App, api: BotApi) -> None:
    chat = Chat(app, api.person(36))
    await chat.signs_up()
    for command, answer in (
        ("/menu", "menu/home"),
        ("/khancap", "emergency/numbers"),
        ("/giup", "menu/help"),
        ("/dung", "settings/stopped"),
    ):
        await chat.says(command, answer)
    await chat.says("/start", "start/welcome-back")


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
