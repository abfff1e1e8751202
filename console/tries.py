"""Tries of passwords: after three wrong ones the next has to wait, longer every time.

They are counted by what was typed, so that a login nobody has answers like one that exists. They
are kept in memory: the one-time code behind the password has its own count in the database.
"""

from datetime import datetime, timedelta

from storage.officers import delay, seconds_until

KEPT = 10_000
FORGOTTEN = timedelta(hours=12)
STRANGERS = timedelta(minutes=1)


class Tries:
    def __init__(self) -> None:
        self._counts: dict[str, tuple[int, datetime]] = {}
        self._stranger_at: datetime | None = None

    def begin(self, who: str, now: datetime) -> int:
        """Counts a try before the password is looked at. Seconds to wait; 0: go on."""
        count, not_before = self._counts.pop(who, (0, now))
        if not_before > now:
            self._counts[who] = count, not_before
            return seconds_until(not_before, now)
        count = count + 1 if now - not_before < FORGOTTEN else 1
        self._counts[who] = count, now + delay(count)
        if len(self._counts) > KEPT:
            self._counts.pop(next(iter(self._counts)))  # the one not seen for longest
        return 0

    def right(self, who: str) -> None:
        self._counts.pop(who, None)

    def stranger(self, now: datetime) -> bool:
        """Whether to note a login that nobody has: once a minute, or they would fill the trail."""
        if self._stranger_at is not None and now - self._stranger_at < STRANGERS:
            return False
        self._stranger_at = now
        return True
