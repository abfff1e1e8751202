"""When the next message of one channel account may go.

A messenger that allows N messages a second counts what arrives. A slot is therefore free again one
second after the message N places earlier can have arrived: half a best round trip before its
answer came back. So a stall of this machine never causes a refusal, and lost slots are caught up.
Measured with `time.monotonic`, which jumps with neither the clock nor a busy event loop.
"""

from collections import deque
from collections.abc import Callable, Collection

WINDOW = 1.0
CATCH_UP = 0.5  # seconds of missed slots that may be made up
SLOWEST = 1.0
LEARN_DOWN = 0.9
LEARN_UP = 1.02
CALM = 60.0


class Slot:
    """One message under way; `answered` is None while the messenger has not answered."""

    __slots__ = ("answered", "sent")

    def __init__(self, sent: float) -> None:
        self.sent = sent
        self.answered: float | None = None


class Pacer:
    """Sliding window, even spacing, a gap per chat; learns a lower rate when refused."""

    def __init__(self, rate: float | None, chat_gap: float, monotonic: Callable[[], float]) -> None:
        self.most = rate
        self.rate = rate
        self._gap_per_chat = chat_gap
        self._now = monotonic
        self._next = self._last = monotonic()
        self._held_until = 0.0
        self._calm_since = monotonic()
        self._best_trip = float("inf")
        self._log: deque[Slot] = deque(maxlen=max(1, int(rate or 1)))
        self._chats: dict[int, float] = {}

    def wait(self) -> float:
        """Seconds until a slot is free; a short guess while an answer is still out."""
        now = self._now()
        due = self._held_until
        if self.rate is not None:
            gap = 1 / self.rate
            self._next = max(self._next, now - CATCH_UP)
            due = max(due, self._next, self._last + gap * 0.5)
            if len(self._log) >= int(self.rate):
                oldest = self._log[-int(self.rate)]
                if oldest.answered is None:
                    return max(0.001, due - now)
                due = max(due, self._arrived(oldest) + WINDOW)
        return max(0.0, due - now)

    def behind(self) -> float:
        """How many slots besides the next one are free already; without a limit, any number."""
        if self.rate is None:
            return float("inf")
        now = self._now()
        late = int(max(0.0, min(now - self._next, CATCH_UP)) * self.rate)
        places = int(self.rate)
        newest = list(self._log)[-places:]
        taken = sum(s.answered is None or self._arrived(s) + WINDOW > now for s in newest)
        return max(0, min(late, places - taken - 1))

    def _arrived(self, slot: Slot) -> float:
        """The latest moment it can have been counted, on a path as slow there as back."""
        answered = slot.answered if slot.answered is not None else self._now()
        return answered - min(self._best_trip, answered - slot.sent) / 2

    def take(self, chat: int) -> Slot:
        """Uses the slot for a message to this chat."""
        now = self._now()
        slot = Slot(now)
        self._last = now
        if self.rate is not None:
            self._next += 1 / self.rate
            self._log.append(slot)
        self._chats[chat] = float("inf")
        return slot

    def answered(self, slot: Slot, chat: int) -> None:
        now = self._now()
        slot.answered = now
        self._best_trip = min(self._best_trip, now - slot.sent)
        if self._gap_per_chat:
            self._chats[chat] = now + self._gap_per_chat
        else:
            self._chats.pop(chat, None)
        if self.rate is not None and self.most is not None and now - self._calm_since > CALM:
            self.rate = min(self.most, self.rate * LEARN_UP)
            self._calm_since = now

    def busy(self) -> Collection[int]:
        """Chats that got a message a moment ago or are getting one now."""
        now = self._now()
        for chat in [c for c, free in self._chats.items() if free <= now]:
            del self._chats[chat]
        return self._chats.keys()

    def busy_for(self) -> float | None:
        """Seconds until the first of the busy chats is free again; None when none will be."""
        ends = [free for free in self._chats.values() if free != float("inf")]
        return max(0.0, min(ends) - self._now()) if ends else None

    def hold(self, chat: int, seconds: float) -> None:
        """The messenger wants a pause for this chat: also what comes for it meanwhile waits."""
        self._chats[chat] = max(self._chats.get(chat, 0.0), self._now() + seconds)

    def refused(self, seconds: float) -> None:
        """The messenger said too fast: all wait, and go on more slowly."""
        now = self._now()
        self._held_until = max(self._held_until, now + seconds)
        self._calm_since = now
        if self.rate is not None:
            self.rate = max(SLOWEST, self.rate * LEARN_DOWN)
