"""The process that is killed: the real tick of campaigns and the real delivery of what it makes.

usage: campaign_child.py FOLDER SOCKET SHIFT_SECONDS SECONDS_ON_THE_WAY BREAK
"""

import asyncio
import random
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

from bot import broadcasts
from bot.clock import utc_now
from bot.delivery import Delivery
from bot.rendering import Compose
from content.library import load
from storage import campaign_rows, campaign_sending
from storage.audiences import Found
from storage.campaigns import Campaign
from storage.crypto import read_key
from storage.database import Connection, open_database
from tests.kill.outbound_child import Counted

BATCH = 7  # small, so that making the rows takes as long as sending them
ANYBODY = 10**6
TICK = 0.05
SOON = 0.1


class MarkFirst:
    """What must turn the verdict red: the cursor is on disk before the rows are."""

    def __init__(self, db: Any) -> None:
        self._db = db
        self.dialect = db.dialect
        self.read = db.read

    async def write(self, f: Any, /, *args: Any, **kwargs: Any) -> Any:
        if f is not campaign_sending.store:
            return await self._db.write(f, *args, **kwargs)
        campaign, found, *moments = args
        await self._db.write(f, campaign, found._replace(people=[]), *moments)
        await asyncio.sleep(SOON)
        return await self._db.write(_rows_after, *args)


def _rows_after(conn: Connection, campaign: Campaign, found: Found, *moments: Any) -> Any:
    campaign_rows.keep(conn, campaign, cursor=campaign.cursor)
    return campaign_sending.store(conn, campaign, found, *moments)


async def main(folder: Path, socket: str, shift: timedelta, on_the_way: float, broken: str) -> None:
    library = load()
    channel = Counted(*await asyncio.open_unix_connection(socket), on_the_way)
    db: Any = open_database(f"sqlite:///{folder}/bench.db", read_key(folder / "key"))
    options: dict[str, Any] = {
        "clock": lambda: utc_now() + shift,
        "monotonic": time.monotonic,
        "sleep": asyncio.sleep,
        "chance": random.Random(1),
    }
    sender = Delivery(db, channel, Compose(library, channel.caps), **options)
    made: Any = MarkFirst(db) if broken == "cursor_first" else db
    broadcasts.PEOPLE_A_BATCH, broadcasts.STEP = BATCH, timedelta(milliseconds=1)

    async def tick() -> None:
        while True:
            now = utc_now() + shift
            await broadcasts.expand(made, library.rules, now, ANYBODY, sender.wake)
            await asyncio.sleep(TICK)

    await asyncio.gather(channel.hear(), sender.run(), tick())


if __name__ == "__main__":
    place, path, seconds, way, what = sys.argv[1:]
    asyncio.run(main(Path(place), path, timedelta(seconds=float(seconds)), float(way), what))
