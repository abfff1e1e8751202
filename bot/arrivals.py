"""Events on their way to the disk: all that come in one turn of the event loop are stored together.

What was stored is remembered for a moment, so that its turn need not read the messenger's words
a second time.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Sequence

from care.clock import Clock
from care.messages import Event
from channels.base import Incoming
from storage import inbox
from storage.caregivers import route
from storage.database import Database

PATIENCE = 4.0  # seconds to store before the database counts as down
REMEMBERED = 2_000


class Arrivals:
    """`stored` is called after every group."""

    def __init__(self, db: Database, clock: Clock, stored: Callable[[], None]) -> None:
        self._db = db
        self._clock = clock
        self._stored = stored
        self._group: list[Incoming] = []
        self._storing: asyncio.Task[None] | None = None
        self._fresh: OrderedDict[tuple[str, str], Event] = OrderedDict()

    async def store(self, incoming: Sequence[Incoming]) -> None:
        """Returns when all is on disk. Raises DatabaseDown or TimeoutError when it is not."""
        self._group.extend(incoming)
        if self._storing is None:
            self._storing = asyncio.create_task(self._store())
        await asyncio.shield(self._storing)  # one that gives up leaves the others waiting

    def event_of(self, row: inbox.Waiting) -> Event | None:
        """The event of a stored row if it came to this process a moment ago; asked for once."""
        return self._fresh.pop((row.route, row.event_id), None)

    def came(self, row: inbox.Waiting) -> bool:
        """Whether it came to this process a moment ago."""
        return (row.route, row.event_id) in self._fresh

    def unhandled(self) -> list[Event]:
        """What was stored a moment ago and nobody has asked for yet."""
        return list(self._fresh.values())

    async def _store(self) -> None:
        group, self._group, self._storing = self._group, [], None
        arrivals = [
            inbox.Arrival(i.event.id, i.event.address, i.raw.decode("utf-8", "replace"))
            for i in group
        ]
        # Before they are on disk: the turns may see a row earlier than this task hears of it.
        keys = [(route(i.event.address), i.event.id) for i in group]
        self._fresh.update(zip(keys, (i.event for i in group), strict=True))
        try:
            async with asyncio.timeout(PATIENCE):
                await self._db.write(inbox.add, arrivals, self._clock())
        except BaseException:
            for key in keys:
                self._fresh.pop(key, None)
            raise
        while len(self._fresh) > REMEMBERED:
            self._fresh.popitem(last=False)
        self._stored()
