"""The tokens of an Official Account in our database, for the processes that share it."""

import asyncio
from datetime import datetime, timedelta

from bot.messengers import Tokens, to_stored
from channels.zalo_oa.tokens import Keeper, Pair
from storage import channel_tokens
from tests.fakes import WatchedDatabase
from tests.virtual_time import NOW

VIRTUAL_TIME = True
OLD = Pair("access-1", "refresh-1", NOW, NOW - timedelta(days=1))


class Zalo:
    """Gives a new pair for a refresh token once; a second time it refuses."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def renew(self, refresh: str) -> Pair:
        self.asked.append(refresh)
        await asyncio.sleep(1)
        number = len(self.asked) + 1
        return Pair(f"access-{number}", f"refresh-{number}", NOW + timedelta(days=1), NOW)


def _clock() -> datetime:
    return NOW


async def test_two_processes_that_need_a_new_token_at_once_renew_it_once(
    db: WatchedDatabase,
) -> None:
    await db.write(channel_tokens.put, "oa", to_stored(OLD))
    zalo = Zalo()
    keepers = [Keeper("oa", Tokens(db, _clock), zalo.renew, _clock) for _ in range(2)]
    found = await asyncio.gather(*(keeper.access() for keeper in keepers))
    assert found == ["access-2", "access-2"]
    assert zalo.asked == ["refresh-1"]
    kept = await Tokens(db, _clock).load("oa")
    assert kept is not None
    assert (kept.access, kept.refresh) == ("access-2", "refresh-2")


async def test_without_the_lease_both_would_have_asked(db: WatchedDatabase) -> None:
    """The control of the one before."""

    class Alone(Tokens):
        def alone(self, account: str):  # type: ignore[no-untyped-def]
            return asyncio.timeout(None)

    await db.write(channel_tokens.put, "oa", to_stored(OLD))
    zalo = Zalo()
    keepers = [Keeper("oa", Alone(db, _clock), zalo.renew, _clock) for _ in range(2)]
    await asyncio.gather(*(keeper.access() for keeper in keepers))
    assert zalo.asked == ["refresh-1", "refresh-1"]


async def test_a_pair_is_what_it_was(db: WatchedDatabase) -> None:
    tokens = Tokens(db, _clock)
    assert await tokens.load("oa") is None
    refused = Pair("a", "b", NOW, NOW, refused=True)
    await db.write(channel_tokens.put, "oa", to_stored(OLD))
    assert await tokens.replace("oa", OLD, refused)
    assert await tokens.load("oa") == refused
    assert not await tokens.replace("oa", OLD, OLD)
