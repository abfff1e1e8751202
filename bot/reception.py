"""Everything that comes in: stored first, acknowledged then, handled in order per chat.

The one way around the outbox is here: when the database cannot store a cry for help, the answer
comes from memory.
"""

import asyncio
import contextlib
import logging
import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from time import monotonic
from typing import Any

from bot.arrivals import Arrivals
from bot.from_memory import FromMemory, cries
from bot.metrics import RECEIVED, TURN_SECONDS, TURNS
from bot.turns import apologise, take_turn
from care.clock import Clock
from care.messages import Event, EventKind
from channels.base import Channel, Incoming
from content.library import Library
from handlers.routing import Routes
from handlers.turn import PLAIN, Office
from storage import inbox
from storage.areas import Area
from storage.database import Connection, Database, DatabaseDown

log = logging.getLogger(__name__)

IDLE = 1.0
FEW_BUTTONS = 10  # a messenger with fewer numbers its menus
SUSPECTS_AT_ONCE = 5
URGENT = 1.2  # seconds that a cry for help may wait for the database
_DONE = TURNS.labels("done")


class Reception:
    """Takes events from all channels and runs their turns."""

    def __init__(
        self,
        db: Database,
        channels: Mapping[str, Channel],
        library: Library,
        routes: Routes,
        root: Callable[[], Area | None],
        *,
        clock: Clock,
        chance: random.Random,
        answered: Callable[[], None],
        office: Office = PLAIN,
    ) -> None:
        self._db = db
        self._channels = channels
        self._library = library
        self._routes = routes
        self._root = root
        self._clock = clock
        self._chance = chance
        self._answered = answered  # wakes delivery
        self._office = office
        self._memory = FromMemory(library.emergency)
        self._wake = asyncio.Event()
        self._arrivals = Arrivals(db, clock, self._wake.set)
        self._stopping = False
        self._suspects: set[int] = set()
        self._errands: set[asyncio.Task[None]] = set()

    async def receive(self, incoming: Sequence[Incoming]) -> None:
        """Returns when everything is on disk. Raises DatabaseDown when it is not."""
        if not incoming:
            return
        try:
            async with asyncio.timeout(URGENT if any(cries(i.event) for i in incoming) else None):
                await self._arrivals.store(incoming)
        except (DatabaseDown, TimeoutError) as error:
            await self.rescue(incoming)
            raise DatabaseDown("the event could not be stored") from error
        RECEIVED.labels(incoming[0].event.address.channel).inc(len(incoming))

    async def rescue(self, incoming: Sequence[Incoming]) -> None:
        """Answers the cries for help among these events from memory."""
        await self._rescue([one.event for one in incoming])

    async def _rescue(self, events: Iterable[Event]) -> None:
        for event in events:
            channel = self._channels.get(event.address.channel)
            if channel is not None:
                await self._memory.answer(channel, event)

    async def run(self) -> None:
        """Handles waiting events until `stop`."""
        marked = False
        while not self._stopping:
            self._wake.clear()
            try:
                if not marked:
                    await self._mark_suspects()
                    marked = True
                handled = await self.handle_waiting()
            except DatabaseDown:
                log.warning("the database is down, events wait")
                handled = 0
                await self._rescue(self._arrivals.unhandled())
                await asyncio.sleep(1.0)
            except Exception:  # whatever it is, the next event must be handled
                log.exception("events could not be handled")
                handled = 0
                await asyncio.sleep(1.0)
            if not handled and not self._stopping:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._wake.wait(), IDLE)

    def stop(self) -> None:
        self._stopping = True
        self._wake.set()

    async def _mark_suspects(self) -> None:
        """What waited when we started may be what ended the process before: handle it alone."""
        waiting = await self._db.read(inbox.next_ones, (), 10_000)
        self._suspects = {row.id for row in waiting if not self._arrivals.came(row)}

    async def handle_waiting(self) -> int:
        """One turn for every chat that waits; returns how many were handled."""
        waiting = await self._db.read(inbox.next_ones, ())
        suspects = [w for w in waiting if w.id in self._suspects]
        for at in range(0, len(suspects), SUSPECTS_AT_ONCE):
            await self._handle_suspects(suspects[at : at + SUSPECTS_AT_ONCE])
        await self._handle([w for w in waiting if w not in suspects])
        if waiting:
            self._answered()
        return len(waiting)

    async def _handle_suspects(self, rows: Sequence[inbox.Waiting]) -> None:
        """Each counted before its turn and handled alone.

        If that ends the process the count stays; nothing comes between, so that no other end of
        the process is likely to fall on it three times.
        """
        started = monotonic()
        self._suspects.difference_update(row.id for row in rows)
        ready = [found for row in rows if (found := await self._ready(row))]
        calls: list[tuple[Any, ...]] = []
        for row, event in ready:
            calls += [(inbox.count_attempt, row.id, "suspect"), (self._turn, row, event)]
        try:
            outcomes = await self._db.write_in_turn(calls)
        except DatabaseDown:
            await self._rescue(event for _, event in ready)
            raise
        for one, quarantined, outcome in zip(ready, outcomes[::2], outcomes[1::2], strict=True):
            if quarantined is True:
                TURNS.labels("quarantined").inc()
                await self._apologise(one[1])
            else:
                await self._settle([one], [outcome], started)

    async def _handle(self, rows: Sequence[inbox.Waiting]) -> None:
        """Turns that share a commit; one that fails undoes only itself."""
        started = monotonic()
        ready = [found for row in rows if (found := await self._ready(row))]
        try:
            outcomes = await self._db.write_each(self._turn, ready)
        except DatabaseDown:
            await self._rescue(event for _, event in ready)
            raise
        await self._settle(ready, outcomes, started)

    async def _settle(
        self,
        ready: Sequence[tuple[inbox.Waiting, Event]],
        outcomes: Sequence[Any],
        started: float,
    ) -> None:
        for (row, event), outcome in zip(ready, outcomes, strict=True):
            if isinstance(outcome, BaseException):
                log.error("inbox row %s failed", row.id, exc_info=outcome)
                await self._give_up(row, event, type(outcome).__name__)
                continue
            _DONE.inc()
            TURN_SECONDS.observe(monotonic() - started)
            if event.kind is EventKind.CHOICE:
                self._tell_seen(event)

    async def _ready(self, row: inbox.Waiting) -> tuple[inbox.Waiting, Event] | None:
        """The row with its event; None when there is none to be had, and that is settled."""
        channel = self._channels.get(row.route.partition(":")[0])
        if channel is None:
            await self._db.write(inbox.finish, row.id)
            return None
        try:
            fresh = self._arrivals.event_of(row)
            return row, fresh or await self._revived(channel, row)
        except DatabaseDown:
            raise
        except Exception as error:
            log.exception("inbox row %s cannot be read", row.id)
            await self._give_up(row, None, type(error).__name__)
            return None

    async def _revived(self, channel: Channel, row: inbox.Waiting) -> Event:
        raw = await self._db.read(inbox.body, row.id)
        return channel.revive(raw.encode(), row.received_at)

    def _tell_seen(self, event: Event) -> None:
        """The messenger hears that a tap arrived; nobody waits for that."""
        task = asyncio.create_task(self._channels[event.address.channel].seen(event))
        self._errands.add(task)
        task.add_done_callback(self._errands.discard)

    async def _give_up(self, row: inbox.Waiting, event: Event | None, error: str) -> None:
        """Counts the failure; the third one sets the event aside and tells the person so."""
        quarantined = await self._db.write(inbox.count_attempt, row.id, error)
        TURNS.labels("quarantined" if quarantined else "failed").inc()
        if quarantined and event is not None:
            await self._apologise(event)

    async def _apologise(self, event: Event) -> None:
        audience = self._channels[event.address.channel].caps.audience
        await self._db.write(apologise, event, self._clock(), audience)
        self._answered()

    def _turn(self, conn: Connection, row: inbox.Waiting, event: Event) -> None:
        if not inbox.take(conn, row.id, row.chat_hash):
            return
        caps = self._channels[event.address.channel].caps
        take_turn(
            conn,
            event,
            self._clock(),
            routes=self._routes,
            library=self._library,
            root=self._root(),
            chance=self._chance,
            deletes=caps.deletes,
            numbered=caps.buttons < FEW_BUTTONS,
            windowed=caps.windows is not None,
            audience=caps.audience,
            office=self._office,
        )
