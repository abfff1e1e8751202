"""What a benchmark reports, and the few ways of measuring they share."""

import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypedDict

ROOT = Path(__file__).parent.parent
HOG_SECONDS = 120


class Result(TypedDict):
    """`ratio` is value to floor; `detail` holds what else was seen in the same run."""

    name: str
    value: float
    unit: str
    floor: float
    ratio: float
    detail: dict[str, Any]


def result(name: str, value: float, unit: str, floor: float, **detail: Any) -> Result:
    return {
        "name": name,
        "value": round(value, 4),
        "unit": unit,
        "floor": round(floor, 4),
        "ratio": round(value / floor, 4) if floor else 0.0,
        "detail": detail,
    }


def median(values: Sequence[float]) -> float:
    return statistics.median(values)


def percentile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0.0


class Spent:
    """Seconds since it was made: on the wall, and of this process on all cores."""

    def __init__(self) -> None:
        self._wall = time.perf_counter()
        self._cpu = time.process_time()

    @property
    def wall(self) -> float:
        return time.perf_counter() - self._wall

    @property
    def cpu(self) -> float:
        return time.process_time() - self._cpu


@contextmanager
def hogs(count: int) -> Iterator[None]:
    """Processes that do nothing but keep the cores busy."""
    spin = (
        f"import time\nend = time.monotonic() + {HOG_SECONDS}\nwhile time.monotonic() < end: pass"
    )
    running = [subprocess.Popen([sys.executable, "-c", spin]) for _ in range(count)]
    try:
        yield
    finally:
        for process in running:
            process.kill()
            process.wait()
