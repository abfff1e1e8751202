"""The process that is killed: it renews the tokens of an account again and again.

usage: tokens_child.py FOLDER OAUTH_URL SHIFT_SECONDS BREAK
"""

import asyncio
import sys
from datetime import datetime, timedelta
from pathlib import Path

from bot.clock import utc_now
from bot.messengers import Tokens
from channels import wire
from channels.zalo_oa.consent import App, refreshed
from channels.zalo_oa.tokens import Keeper, Pair
from storage.crypto import read_key
from storage.database import open_database
from tests.standins.zalo_oa import APP_ID, APP_SECRET, OA_ID


class EverySecond(Tokens):
    """What must turn the verdict red: every second pair is used before it is stored."""

    kept: Pair | None = None

    async def load(self, account: str) -> Pair | None:
        return self.kept or await super().load(account)

    async def replace(self, account: str, old: Pair, new: Pair) -> bool:
        if self.kept is None:
            self.kept = new
            return True
        stored = await super().load(account)
        self.kept = None
        return stored is not None and await super().replace(account, stored, new)


BREAKS: dict[str, type[Tokens]] = {"none": Tokens, "every_second": EverySecond}


async def main(folder: Path, url: str, shift: timedelta, broken: str) -> None:
    def clock() -> datetime:
        return utc_now() + shift

    app = App(APP_ID, APP_SECRET, url)
    db = open_database(f"sqlite:///{folder}/bench.db", read_key(folder / "key"))
    async with wire.client(10) as client:

        async def refresh(token: str) -> Pair:
            return await refreshed(client, app, token, clock())

        keeper = Keeper(OA_ID, BREAKS[broken](db, clock), refresh, clock)
        access = await keeper.access()
        while True:
            access = await keeper.access(refused=access)


if __name__ == "__main__":
    place, address, seconds, what = sys.argv[1:]
    asyncio.run(main(Path(place), address, timedelta(seconds=float(seconds)), what))
