"""The emergency answer without database, key, templates or queue: the one way round the outbox."""

import hashlib
import logging
from collections import OrderedDict
from time import monotonic

from bot.metrics import EMERGENCIES
from care.emergency import is_emergency
from care.messages import Event, EventKind, Outbound
from channels.base import Channel
from channels.errors import ChannelError, RetryAfter, Transient

log = logging.getLogger(__name__)


REMEMBERED = 10_000


EMERGENCY_GAP = 30.0


EMERGENCY_ACTION = "menu.emergency"


def cries(event: Event) -> bool:
    tapped = event.kind is EventKind.CHOICE and event.text == EMERGENCY_ACTION
    return tapped or is_emergency(event.text)


class FromMemory:
    """The emergency answer without database, key, templates or queue."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._seen: OrderedDict[str, float] = OrderedDict()

    async def answer(self, channel: Channel, event: Event, *, always: bool = False) -> bool:
        """Answers a cry for help once per event and at most every 30 s a chat."""
        if not always and not cries(event):
            return False
        seen = f"event {event.address.channel} {event.id}"
        if not self._first(seen, None):
            return False
        chat = hashlib.sha256(event.address.chat_id.encode()).hexdigest()
        answered = f"chat {event.address.channel} {chat}"
        if not self._first(answered, EMERGENCY_GAP):
            return False
        out = Outbound(self._text, "emergency/memory")
        try:
            await channel.send(event.address, out, f"memory-{event.id}")
        except ChannelError as error:
            log.error("emergency answer not sent: %s", error.reason)
            if isinstance(error, (Transient, RetryAfter)):  # certainly not: it may be tried again
                del self._seen[seen], self._seen[answered]
            return False
        EMERGENCIES.labels(channel.name).inc()
        return True

    def _first(self, key: str, again_after: float | None) -> bool:
        now = monotonic()
        before = self._seen.get(key)
        if before is not None and (again_after is None or now - before < again_after):
            return False
        self._seen[key] = now
        self._seen.move_to_end(key)
        if len(self._seen) > REMEMBERED:
            self._seen.popitem(last=False)
        return True
