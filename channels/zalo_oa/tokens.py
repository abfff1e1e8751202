"""The OA's tokens. A refresh token works once: the pair that it brought is stored before its use.

Two processes must not refresh at the same time, and one that dies between the answer and the store
loses the account until a person consents again.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from care.clock import Clock
from channels.errors import ChannelError, ChannelMisconfigured, OutcomeUnknown, Transient

EARLY = timedelta(minutes=10)
STALE = timedelta(days=60)  # a refresh token dies after three months
AGAIN = "consent is needed again"
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Pair:
    """`refused`: Zalo would not renew it."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    expires_at: datetime
    refreshed_at: datetime
    refused: bool = False


class TokenStore(Protocol):
    """Where pairs are kept; given by the composition root."""

    async def load(self, account: str) -> Pair | None: ...

    async def replace(self, account: str, old: Pair, new: Pair) -> bool:
        """In one transaction; False and nothing changed when `old` is not what is stored."""
        ...

    def alone(self, account: str) -> AbstractAsyncContextManager[None]:
        """For one refresher at a time, in whichever process."""
        ...


class Keeper:
    """Gives the access token, fresh. `refresh` exchanges a refresh token for a new pair."""

    def __init__(
        self,
        account: str,
        store: TokenStore,
        refresh: Callable[[str], Awaitable[Pair]],
        clock: Clock,
    ) -> None:
        self._account = account
        self._store = store
        self._refresh = refresh
        self._clock = clock
        self._pair: Pair | None = None
        self._unstored: tuple[Pair, Pair] | None = None
        self._renewal: asyncio.Task[Pair] | None = None

    async def access(self, refused: str | None = None) -> str:
        """A token that may be used now; not `refused`, which Zalo did not take.

        Raises ChannelError: ChannelMisconfigured when a person must consent.
        """
        if self._pair is None or not self._good(self._pair, refused):
            self._pair = await self._renewed(refused)
        return self._pair.access

    async def trouble(self) -> str:
        """What an operator should hear before the tokens are lost; "" for nothing."""
        pair = await self._load()
        if pair.refused:
            return AGAIN
        age = self._clock() - pair.refreshed_at
        return f"tokens were last renewed {age.days} days ago" if age > STALE else ""

    async def stop(self) -> None:
        """Waits for a renewal under way: its answer would be lost."""
        if self._renewal:
            await asyncio.gather(self._renewal, return_exceptions=True)

    async def _renewed(self, refused: str | None) -> Pair:
        if self._renewal is None or self._renewal.done():
            self._renewal = asyncio.create_task(self._renew(refused))
        return await asyncio.shield(self._renewal)

    async def _renew(self, refused: str | None) -> Pair:
        problem: ChannelError
        try:
            async with self._store.alone(self._account):
                return await self._look_and_renew(refused)
        except OutcomeUnknown:  # the message is not sent, whatever became of the tokens
            problem = Transient("tokens could not be renewed")
        except ChannelError as error:
            problem = error
        except Exception as error:  # whatever storage raises
            log.warning("zalo-oa: tokens cannot be stored (%s)", type(error).__name__)
            problem = Transient("tokens cannot be stored")
        raise problem

    async def _look_and_renew(self, refused: str | None) -> Pair:
        old = await self._stored()
        if self._good(old, refused):
            return old  # another process was quicker
        if self._unstored is None or self._unstored[0].refresh != old.refresh:
            self._unstored = (old, await self._exchanged(old))
        new = self._unstored[1]
        if not await self._store.replace(self._account, old, new):
            new = await self._stored()  # a person consented meanwhile
        self._unstored = None
        return new

    async def _exchanged(self, old: Pair) -> Pair:
        try:
            return await self._refresh(old.refresh)
        except ChannelMisconfigured as error:
            log.error("zalo-oa: tokens were refused (%s)", error.reason)
        refused = Pair(old.access, old.refresh, old.expires_at, old.refreshed_at, refused=True)
        await self._store.replace(self._account, old, refused)
        raise ChannelMisconfigured(AGAIN)

    async def _stored(self) -> Pair:
        pair = await self._store.load(self._account)
        if pair is None:
            raise ChannelMisconfigured("consent is needed")
        return pair

    async def _load(self) -> Pair:
        try:
            return await self._stored()
        except ChannelError:
            raise
        except Exception:
            log.warning("zalo-oa: tokens cannot be read")
        raise Transient("tokens cannot be read")

    def _good(self, pair: Pair, refused: str | None) -> bool:
        return pair.access != refused and pair.expires_at - self._clock() >= EARLY
