"""How long a reply waits inside a broadcast, beyond the way there and back, in slots of 33 ms."""

import asyncio
import contextlib
import random
import time
from collections.abc import Iterator
from datetime import timedelta

from bench.bot_api_process import bot_api
from bench.people import throw_away
from bench.result import Result, median, percentile, result
from bench.sending import LIMIT, Sending, fill, people, sending
from care.messages import Address, Kind, Outbound
from channels.base import Receipt
from content.library import Library, load
from storage import outbox
from storage.caregivers import route
from tests.standins.bot_api import TOKEN

SLOT_MS = 1000 / LIMIT
WARM_UP = 1.5
SECONDS = 30.0
REPLIES_MOST = 400
MESSAGE = "start/welcome-back"


def run(*, quick: bool = False) -> Iterator[Result]:
    library = load()
    for name, queued in (("reply/1k", 1_000), ("reply/100k", 100_000)):
        yield _case(library, name, 200 if quick else queued, 1.5 if quick else SECONDS)


def _case(library: Library, name: str, queued: int, long: float) -> Result:
    with throw_away() as place, bot_api(LIMIT, 0.0) as api:
        everyone = people(TOKEN.partition(":")[0], queued + REPLIES_MOST)
        fill(place, library, everyone, queued)

        async def work() -> Watch:
            async with sending(place, library, api) as setting:
                return await _talk(setting, everyone, queued, long)

        watch = asyncio.run(work())
        refused = len(api.stats()["refused"])
    trip = median(watch.trips)
    waits = [1000 * (wait - trip) for wait in watch.waits]
    return result(
        name,
        percentile(waits, 0.95),
        "ms (p95)",
        SLOT_MS,
        queued=queued,
        replies=len(waits),
        p50_ms=round(median(waits), 1),
        most_ms=round(max(waits), 1),
        round_trip_ms=round(1000 * trip, 1),
        refused_429=refused,
    )


class Watch:
    """Notes when each reply was asked for and when its answer came back."""

    def __init__(self, setting: Sending) -> None:
        self.asked: dict[str, float] = {}  # by chat
        self.waits: list[float] = []
        self.trips: list[float] = []
        self._send = setting.channel.send
        setting.channel.send = self.send  # type: ignore[method-assign]

    async def send(self, to: Address, out: Outbound, key: str) -> Receipt:
        started = time.monotonic()
        receipt = await self._send(to, out, key)
        done = time.monotonic()
        self.trips.append(done - started)
        if to.chat_id in self.asked:
            self.waits.append(done - self.asked.pop(to.chat_id))
        return receipt


async def _talk(setting: Sending, everyone: list[Address], queued: int, long: float) -> Watch:
    watch = Watch(setting)
    chance = random.Random(1)
    running = asyncio.create_task(setting.delivery.run())
    await asyncio.sleep(min(WARM_UP, long))
    ends = time.monotonic() + long
    number = queued
    while time.monotonic() < ends and number < len(everyone):
        one = everyone[number]
        number += 1
        watch.asked[one.chat_id] = time.monotonic()
        await setting.db.write(outbox.add, [_reply(number, one, setting)])
        setting.delivery.wake()
        await asyncio.sleep(0.15 + 0.25 * chance.random())
    while watch.asked:
        await asyncio.sleep(0.05)
    await setting.delivery.stop()
    with contextlib.suppress(asyncio.CancelledError):
        await running
    return watch


def _reply(number: int, one: Address, setting: Sending) -> dict[str, object]:
    now = setting.clock()
    return outbox.values(
        kind=Kind.REPLY,
        address_id=number,
        route=route(one),
        message=MESSAGE,
        not_before=now,
        expires_at=now + timedelta(minutes=10),
        caregiver_id=number,
        params={"silent": False},
    )
