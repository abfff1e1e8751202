"""Token buckets in memory: one per chat or host, bounded in number."""

from collections import OrderedDict
from collections.abc import Callable

MOST_BUCKETS = 20_000


class Buckets:
    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._now = monotonic
        self._levels: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, key: str, per_second: float, burst: float) -> bool:
        """Uses one token of `key`; False when there is none."""
        now = self._now()
        level, at = self._levels.pop(key, (burst, now))
        level = min(burst, level + (now - at) * per_second)
        allowed = level >= 1
        self._levels[key] = (level - 1 if allowed else level, now)
        if len(self._levels) > MOST_BUCKETS:
            self._levels.popitem(last=False)
        return allowed
