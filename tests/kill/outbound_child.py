"""The process that is killed: the real delivery, sending to the counter of its parent.

usage: outbound_child.py FOLDER SOCKET SHIFT_SECONDS SECONDS_ON_THE_WAY BREAK
"""

import asyncio
import random
import sys
import time
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from bot import recording
from bot.clock import utc_now
from bot.compose import Ready
from bot.delivery import Delivery
from bot.pacer import Slot
from bot.rendering import Compose
from care.messages import Address, Event, Outbound
from channels.base import Caps, Health, Incoming, Receipt, Receive
from channels.errors import Transient
from content.library import load
from storage.crypto import read_key
from storage.database import open_database

NAME, ACCOUNT = "counted", "local"


class Counted:
    """No limit of its own: the more is under way, the more a kill can break."""

    name = NAME
    account = ACCOUNT
    caps = Caps(4096, 1024, 100, 64, edits=True, deletes=True, photos=True, tel_links=False)
    secrets: tuple[str, ...] = ()

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, on_the_way: float
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._on_the_way = on_the_way
        self._waiting: dict[str, asyncio.Future[None]] = {}

    async def hear(self) -> None:
        while line := await self._reader.readline():
            self._waiting.pop(line.decode().strip()).set_result(None)

    async def send(self, to: Address, out: Outbound, key: str) -> Receipt:
        if not out.text:
            raise Transient("nothing to say")
        answered = self._waiting[key] = asyncio.get_running_loop().create_future()
        await asyncio.sleep(self._on_the_way)
        self._writer.write(f"{key}\n".encode())
        await answered
        return Receipt(key)

    async def start(self, receive: Receive) -> None:
        """Nothing to start."""

    async def stop_receiving(self) -> None:
        """Nothing comes in."""

    async def stop(self) -> None:
        """Nothing to stop."""

    def parse(self, headers: Mapping[str, str], raw: bytes, at: datetime) -> list[Incoming]:
        return []

    def revive(self, raw: bytes, received_at: datetime) -> Event:
        raise AssertionError("nothing comes in")

    async def seen(self, event: Event) -> None:
        """No spinner to stop."""

    async def check(self) -> Health:
        return Health(True)


class MarkFirst(Delivery):
    """What must turn the verdict red: the outcome is written before the message is sent."""

    async def _send(self, ready: Ready, slot: Slot) -> None:
        await self._keep(recording.sent, ready.row, None, self._clock())
        await super()._send(ready, slot)


BREAKS: dict[str, type[Delivery]] = {"none": Delivery, "mark_first": MarkFirst}


async def main(folder: Path, socket: str, shift: timedelta, on_the_way: float, broken: str) -> None:
    library = load()
    channel = Counted(*await asyncio.open_unix_connection(socket), on_the_way)
    db = open_database(f"sqlite:///{folder}/bench.db", read_key(folder / "key"))
    options: dict[str, Any] = {
        "clock": lambda: utc_now() + shift,
        "monotonic": time.monotonic,
        "sleep": asyncio.sleep,
        "chance": random.Random(1),
    }
    sender = BREAKS[broken](db, channel, Compose(library, channel.caps), **options)
    await asyncio.gather(channel.hear(), sender.run())


if __name__ == "__main__":
    place, path, seconds, way, what = sys.argv[1:]
    asyncio.run(main(Path(place), path, timedelta(seconds=float(seconds)), float(way), what))
