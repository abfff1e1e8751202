"""A campaign to a messenger that accepts 30 in any sliding second: how near, how clean?"""

import asyncio
import contextlib
from collections import Counter
from collections.abc import Iterator
from typing import Any

from bench.bot_api_process import bot_api
from bench.people import throw_away
from bench.result import Result, hogs, result
from bench.sending import LIMIT, Sending, fill, people, sending
from content.library import Library, load
from storage import outbox
from tests.standins.bot_api import TOKEN

MESSAGES = 600
QUICK = 45
CASES = {"broadcast": (0, 0.0), "broadcast/hogs": (3, 0.0), "broadcast/50ms": (0, 0.05)}


def run(*, quick: bool = False) -> Iterator[Result]:
    library = load()
    for name, (hog_count, latency) in CASES.items():
        yield _case(library, name, QUICK if quick else MESSAGES, hog_count, latency)


def _case(library: Library, name: str, count: int, hog_count: int, latency: float) -> Result:
    with throw_away() as place, bot_api(LIMIT, latency) as api:
        everyone = people(TOKEN.partition(":")[0], count)
        fill(place, library, everyone, count)

        async def work() -> None:
            async with sending(place, library, api) as setting:
                await _until_done(setting)

        with hogs(hog_count):
            asyncio.run(work())
        seen = api.stats()
    return _judge(name, count, seen)


async def _until_done(setting: Sending) -> None:
    running = asyncio.create_task(setting.delivery.run())
    while True:
        await asyncio.sleep(0.2)
        if not any((await setting.db.read(outbox.waiting)).values()):
            break
    await setting.delivery.stop()
    with contextlib.suppress(asyncio.CancelledError):
        await running


def _judge(name: str, count: int, seen: dict[str, Any]) -> Result:
    copies = Counter(chat for chat, _ in seen["sent"])
    moments = [at for _, at in seen["sent"]]
    rate = (len(moments) - 1) / (moments[-1] - moments[0])
    return result(
        name,
        100 * rate / LIMIT,
        "% of the limit",
        100.0,
        messages=count,
        refused_429=sum(status == 429 for status in seen["refused"]),
        refused_otherwise=sum(status != 429 for status in seen["refused"]),
        lost=count - len(copies),
        duplicates=sum(copies.values()) - len(copies),
    )
