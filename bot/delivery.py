"""Takes messages from the outbox to one channel account; nothing else sends.

    claim (`sending`, COMMIT) -> render -> channel.send -> record the outcome (COMMIT)

The message is chosen when its slot comes, so a reply never waits behind a campaign. After a crash
the rows in `sending` are exactly those whose outcome nobody knows.
"""

import asyncio
import contextlib
import logging
import random
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TypeVar

from bot import recording
from bot.compose import Dropped, Ready, prepare
from bot.metrics import DELIVERED
from bot.outcomes import Scope, after_crash, outcome, theirs_alone
from bot.pacer import Pacer, Slot
from bot.rendering import Compose
from care.clock import Clock
from care.messages import LANES, Address, Lane
from channels.base import Channel, Receipt
from channels.errors import ChannelError, OutcomeUnknown
from storage import caregivers, claims
from storage.database import Connection, Database, DatabaseDown

log = logging.getLogger(__name__)

IN_FLIGHT = 4
IDLE = 0.5  # how long a claim from another process may stay unseen
CHECK_EVERY = 60.0
DRAIN = 35.0
STAND_BY = 2.0  # between looks whether this process may send now
LONGEST_LEAD = 0.02
FORGOTTEN = 600.0  # a reply that waited so long has expired

Sleep = Callable[[float], Awaitable[None]]
T = TypeVar("T")


class Delivery:
    """The sender of one channel account."""

    def __init__(
        self,
        db: Database,
        channel: Channel,
        compose: Compose,
        *,
        clock: Clock,
        monotonic: Callable[[], float],
        sleep: Sleep,
        chance: random.Random,
        alone: Callable[[str], bool] = lambda _: True,
    ) -> None:
        self.route = caregivers.route(Address(channel.name, channel.account, ""))
        self.down: str | None = None  # why the account does not send now
        self.pacer = Pacer(channel.caps.rate, channel.caps.chat_gap, monotonic)
        self._db = db
        self._channel = channel
        self._compose = compose
        self._clock = clock
        self._now = monotonic
        self._sleep = sleep
        self._chance = chance
        self._alone = alone
        self._slots = asyncio.Semaphore(IN_FLIGHT)
        self._tasks: set[asyncio.Task[None]] = set()
        self._wake = asyncio.Event()
        self._lead = 0.0
        self._again: dict[int, float] = {}  # replies that wait for another try, until when
        self._checked_at: float | None = None
        self._stopping = False

    def wake(self) -> None:
        """Something new may be waiting."""
        self._wake.set()

    async def run(self) -> None:
        """Sends until `stop`; a stopped database or account only makes it wait."""
        recovered = False
        while not self._stopping:
            try:
                if not recovered:
                    if not await asyncio.to_thread(self._alone, self.route):
                        await self._sleep(STAND_BY)
                        continue
                    await self.recover()
                    recovered = True
                await self._round()
            except DatabaseDown:
                log.warning("%s: the database is down, waiting", self.route)
                await self._sleep(1.0)
                await asyncio.gather(*self._tasks, return_exceptions=True)
                recovered = False  # another process may have taken over meanwhile
            except Exception:
                log.exception("%s: delivery goes on after an unexpected error", self.route)
                await self._sleep(1.0)
        await self._under_way()

    async def stop(self) -> None:
        """Claims nothing more and waits for what is under way."""
        self._stopping = True
        self.wake()
        await self._under_way()

    async def _under_way(self) -> None:
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=DRAIN)

    async def recover(self) -> None:
        """Rows left in `sending` by a crash: send again or call them unknown, by their class."""
        now = self._clock()
        for row in await self._db.read(claims.sending, self.route):
            await self._db.write(recording.record, row, after_crash(row, now), "crash", now)

    async def drain(self) -> int:
        """Sends all that may go now, one at a time; returns how many. For rehearsals."""
        sent = 0
        while True:
            found = await self._claim(1)
            if not found:
                return sent
            for ready in found:
                if isinstance(ready, Ready):
                    await self._sleep(self.pacer.wait())
                    await self._send(ready, self.pacer.take(ready.row.address_id))
                    sent += 1

    async def _round(self) -> None:
        if self.down is not None:
            await self._check()
            return
        await self._slots.acquire()
        held = 1
        try:
            idle = self.down is not None or self._stopping  # as may have come about meanwhile
            if idle or not await self._slot_is_near():
                return
            while held <= self.pacer.behind() and not self._slots.locked():
                await self._slots.acquire()
                held += 1
            for ready in await self._next(held):
                while (rest := self.pacer.wait()) > 0:
                    await self._sleep(rest)
                held -= 1
                self._start(ready)
        finally:
            for _ in range(held):
                self._slots.release()

    def _start(self, ready: Ready) -> None:
        slot = self.pacer.take(ready.row.address_id)
        task = asyncio.create_task(self._send_and_free(ready, slot))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _slot_is_near(self) -> bool:
        wait = self.pacer.wait()
        if wait > self._lead:
            await self._sleep(wait - self._lead)
            return False
        return True

    async def _next(self, most: int) -> list[Ready]:
        """What to send now, claimed a little before the slot opens; rests when nothing waits.

        One message, as a rule; several when slots were missed, so that a slow machine catches up.
        """
        self._wake.clear()
        before = self._now()
        found = await self._claim(most)
        self._lead = min(LONGEST_LEAD, 0.8 * self._lead + 0.2 * (self._now() - before))
        if not found and not self._stopping:
            await self._rest()
        return [one for one in found if isinstance(one, Ready)]

    async def _claim(self, most: int) -> list[Ready | Dropped]:
        moment, now = self._now(), self._clock()
        self._again = {row: until for row, until in self._again.items() if until > moment}
        busy, again = tuple(self.pacer.busy()), tuple(self._again)
        found = await self._db.write(
            _prepare_some, most, self._compose, self.route, now, busy, again
        )
        for one in found:
            if isinstance(one, Ready):
                self._again.pop(one.row.id, None)
        return found

    async def _rest(self) -> None:
        """Until woken, until a busy chat is free, or for a moment."""
        patience = IDLE
        free = self.pacer.busy_for()
        if free is not None:
            patience = min(patience, free + 0.001)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._wake.wait(), patience)

    async def _send_and_free(self, ready: Ready, slot: Slot) -> None:
        try:
            await self._send(ready, slot)
        finally:
            self._slots.release()
            self.wake()

    async def _send(self, ready: Ready, slot: Slot) -> None:
        error: ChannelError | None = None
        receipt = Receipt(None)
        try:
            receipt = await self._channel.send(ready.to, ready.out, str(ready.row.id))
        except ChannelError as problem:
            error = problem
        except Exception:
            log.exception("%s: sending row %s failed unexpectedly", self.route, ready.row.id)
            error = OutcomeUnknown("unexpected error")
        finally:
            self.pacer.answered(slot, ready.row.address_id)
        await self._settle(ready, receipt, error)

    async def _settle(self, ready: Ready, receipt: Receipt, error: ChannelError | None) -> None:
        now = self._clock()
        name = type(error).__name__ if error else "sent"
        DELIVERED.labels(self._channel.name, ready.row.kind.value, name).inc()
        if error is None:
            await self._keep(recording.delivered, ready, receipt, now)
            return
        if ready.outside and self._channel.caps.audience is not None:
            error = theirs_alone(error)
        verdict = outcome(ready.row, error, now, self._chance.random())
        if verdict.scope is Scope.ALL:
            self.pacer.refused(verdict.seconds)
        if verdict.scope is Scope.CHAT and verdict.retry_at is not None:
            pause = (verdict.retry_at - now).total_seconds()
            self.pacer.hold(ready.row.address_id, pause)
        if verdict.retry_at is not None and LANES[ready.row.kind] <= Lane.REPLY:
            self._wait_for(ready.row.id)
        if verdict.scope is Scope.CHANNEL:
            self.down = error.reason
            log.error("%s stopped sending: %s", self.route, error.reason)
        delayed = await self._keep(recording.record, ready.row, verdict, error.reason, now)
        self._wait_for(*(delayed or ()))

    def _wait_for(self, *row_ids: int) -> None:
        """What follows them in the same dialogue must not overtake them."""
        self._again |= dict.fromkeys(row_ids, self._now() + FORGOTTEN)

    async def _keep(self, f: Callable[..., T], *args: object) -> T | None:
        """Writes an outcome; while the database is down it tries again, as the fence stands.

        Until then the message takes up one of the slots; after `stop` it tries for DRAIN seconds.
        """
        tries_left = int(DRAIN)
        while tries_left:
            try:
                return await self._db.write(f, *args)
            except DatabaseDown:
                tries_left -= int(self._stopping)
                await self._sleep(1.0)
        return None

    async def _check(self) -> None:
        """At most once a minute, even if the account seems well and still does not send."""
        if self._checked_at is not None:
            until = self._checked_at + CHECK_EVERY
            while self._now() < until and not self._stopping:
                await self._sleep(0.2)
        if self._stopping:
            return
        self._checked_at = self._now()
        health = await self._channel.check()
        if health.ok:
            log.info("%s sends again", self.route)
            self.down = None
        else:
            self.down = health.detail or self.down


def _prepare_some(
    conn: Connection,
    most: int,
    compose: Compose,
    route: str,
    now: datetime,
    busy: tuple[int, ...],
    again: tuple[int, ...],
) -> list[Ready | Dropped]:
    """The next messages in order, each to another chat; fewer when no more may go."""
    found: list[Ready | Dropped] = []
    while len(found) < most and (one := prepare(conn, compose, route, now, busy, again)):
        found.append(one)
        if isinstance(one, Ready):
            busy = (*busy, one.row.address_id)
    return found
