"""Families on Telegram: the real programme against a stand-in that is as strict as the Bot API."""

import asyncio
import re
from itertools import pairwise

from bot.app import App
from storage import areas
from tests.standins.bot_api import BotApi
from tests.stories.families import days_ago, typed
from tests.stories.telegram import Chat, few_areas, until

PROOF = "X-Telegram-Bot-Api-Secret-Token"
FORGED = 100


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
        assert (await chat.got(8))[-1] in app.library.items
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
    """Six messages in a burst: every answer comes, none faster than one a second."""
    chat = Chat(app, api.person(22))
    await chat.signs_up()
    for text in ("menu", "tin hôm nay", "con của tôi", "giúp", "ok", "cảm ơn"):
        await chat.person.writes(text)
    assert (await chat.got(8 + 6)).count("menu/thanks") == 2
    assert api.refused == []
    assert all(b.at - a.at > 0.95 for a, b in pairwise(chat.received))


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
    await father.got(6)
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
