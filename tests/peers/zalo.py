"""Clients that strangers wrote, run against the stand-ins of Zalo: do they accept each other?

For development only; see CONTRIBUTING.md. A client that accepts a stand-in proves shapes, not that
the real service is as strict.
"""

import asyncio
import importlib
import importlib.util
import sys
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from tests.standins.bot_api_faults import Fault
from tests.standins.bot_api_rules import Refusal
from tests.standins.zalo_bot import TOKEN, ZaloBotApi
from tests.standins.zalo_bot_people import Person
from tests.standins.zalo_oa import APP_ID, APP_SECRET, ZaloOAApi, says
from tests.standins.zalo_oa_people import Person as Follower

OAUTH = "https://oauth.zaloapp.com"
FOLLOWER = "2468458835296197922"


async def raised(what: Awaitable[Any]) -> str:
    """The name of the error, or "nothing"."""
    try:
        await what
    except Exception as error:  # each client has its own
        return type(error).__name__
    return "nothing"


async def zalo_bot(api: ZaloBotApi) -> dict[str, bool]:
    """python-zalo-bot."""
    bot = importlib.import_module("zalo_bot").Bot(TOKEN, base_url=api.url)
    lan = Person(api, "lan")
    await bot.initialize()
    me = await bot.get_me()
    await lan.writes("xin chào")
    update = await bot.get_update(timeout=1)
    idle = await raised(bot.get_update(timeout=1))
    sent = await bot.send_message("lan", "chào chị")
    await bot.send_photo("lan", "ảnh", "https://example.org/p.png")
    api.script(Fault(Refusal(429, "Quota exceeded")))
    haste = await raised(bot.send_message("lan", "nữa"))
    await bot.shutdown()
    return {
        "getMe": me.account_name == "bot.standin",
        "getUpdates": update.message.text == "xin chào" and update.message.chat.id == "lan",
        "an idle poll is an error to it": idle != "nothing",
        "sendMessage": bool(sent.message_id) and lan.received[0].text == "chào chị",
        "sendPhoto": lan.received[1].photo == "https://example.org/p.png",
        "429 is an error": haste != "nothing",
    }


async def zalo_bot_mcp(api: ZaloBotApi) -> dict[str, bool]:
    """zalo-bot-mcp."""
    module: Any = importlib.import_module("zalo_bot_mcp.zalo_api")
    module.BASE_URL = api.url
    lan = Person(api, "lan")
    async with module.ZaloBotApi(TOKEN) as bot:
        me = await bot.get_me()
        none = await bot.get_webhook_info()
        idle = await bot.get_updates(timeout=1)
        await lan.writes("xin chào")
        read = module.parse_update(await bot.get_updates(timeout=1))
        await bot.send_message("lan", "chào chị")
        await bot.send_chat_action("lan")
        api.script(Fault(Refusal(429, "Quota exceeded")))
        haste = await raised(bot.send_message("lan", "nữa"))
    return {
        "getMe": me["account_type"] == "BASIC",
        "no webhook is a 404": none is None,
        "an idle poll is nothing": idle is None,
        "getUpdates": (read.text, read.chat_id, read.chat_type) == ("xin chào", "lan", "PRIVATE"),
        "sendMessage": lan.received[0].text == "chào chị",
        "429 may pass": haste == "ZaloTransientError",
    }


async def zalo_sdk(api: ZaloOAApi) -> dict[str, bool]:
    """zalo_sdk, which waits in threads and knows one address for tokens."""
    requests: Any = importlib.import_module("requests")
    sdk = importlib.import_module("zalo_sdk")
    message = importlib.import_module("zalo_sdk.oa.ZaloMessage")
    post = requests.post

    def rerouted(url: str, *given: Any, **more: Any) -> Any:
        return post(url.replace(OAUTH, api.url), *given, **more)

    requests.post = rerouted
    Follower(api, FOLLOWER)
    first = api.oauth.issued()
    tokens = (first["access_token"], first["refresh_token"])
    client = sdk.oa.Client(APP_ID, APP_SECRET, *tokens, endpoint_prefix=api.url)

    def send(text: str) -> Awaitable[Any]:
        body = message.ZaloMessageBody(text=text)
        to = message.ZaloRecipient(user_id=FOLLOWER)
        return asyncio.to_thread(client.send_message, to, body)

    answer = await send("chào chị")
    renewed = await asyncio.to_thread(client.refresh_acccess_token)
    client.access_token, old = first["access_token"], client.access_token
    stale = await raised(send("x"))
    client.access_token = old
    client.refresh_token = first["refresh_token"]
    used = await raised(asyncio.to_thread(client.refresh_acccess_token))
    codes = {}
    for code in (-213, -230, -235, -32):
        api.script(says(code))
        codes[code] = await raised(send("x"))
    api.time += timedelta(hours=25)
    late = await raised(send("x"))
    requests.post = post
    return {
        "message/cs": "message_id" in str(answer) and api.sent[0].text == "chào chị",
        "a refresh brings a new pair": renewed[0] != first["access_token"],
        "a new pair kills the old one": stale == "ZaloOAAuthTokenExpiredException",
        "a refresh token works once": used != "nothing",
        "codes are errors": set(codes.values()) == {"ZaloOAException"},
        "tokens end after 25 hours": late == "ZaloOAAuthTokenExpiredException",
    }


async def main() -> int:
    peers: list[tuple[str, Callable[[], Any], Callable[[Any], Awaitable[dict[str, bool]]]]] = [
        ("zalo_bot", ZaloBotApi, zalo_bot),
        ("zalo_bot_mcp", ZaloBotApi, zalo_bot_mcp),
        ("zalo_sdk", ZaloOAApi, zalo_sdk),
    ]
    wrong = 0
    for name, standin, check in peers:
        if importlib.util.find_spec(name) is None:
            print(f"{name}: not installed")
            wrong += 1
            continue
        async with standin() as api:
            found = await check(api)
        for what, right in found.items():
            print(f"{name}: {what}: {'as expected' if right else 'NOT AS EXPECTED'}")
            wrong += not right
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
