"""Tokens of an Official Account in memory: what the database keeps for the real channel."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from channels.zalo_oa.tokens import Pair
from tests.standins.zalo_oa import ZaloOAApi


class Kept:
    """One account's pair; `away` is a database that is down when something is to be stored."""

    def __init__(self, pair: Pair | None = None) -> None:
        self.pair = pair
        self.away = False
        self.stored: list[Pair] = []
        self._one = asyncio.Lock()

    async def load(self, account: str) -> Pair | None:
        return self.pair

    async def replace(self, account: str, old: Pair, new: Pair) -> bool:
        if self.away:
            raise OSError("canary: disk full")
        if self.pair is None or self.pair.refresh != old.refresh:
            return False
        self.pair = new
        self.stored.append(new)
        return True

    @asynccontextmanager
    async def alone(self, account: str) -> AsyncIterator[None]:
        async with self._one:
            yield


def pair_of(api: ZaloOAApi) -> Pair:
    """The pair of a consent just given."""
    answer = api.oauth.issued()
    now = api.now()
    lives = timedelta(seconds=int(answer["expires_in"]))
    return Pair(answer["access_token"], answer["refresh_token"], now + lives, now)
