"""A loop whose hours take no time, and the clock that goes with it."""

import asyncio
import contextlib
import selectors
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)  # 09:00 in Viet Nam
PATIENCE = 10.0  # real seconds that anything real may take


class _Jumping(selectors.DefaultSelector):
    """Jumps to the next timer when nothing real is under way, instead of waiting for it."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0
        self.real = 0

    def select(self, timeout: float | None = None) -> Any:
        if timeout is None or timeout <= 0:
            return super().select(timeout)
        ready = super().select(PATIENCE if self.real else 0)
        if not ready and not self.real:
            self.now += timeout
        return ready


class VirtualLoop(asyncio.SelectorEventLoop):
    """`asyncio.sleep(3600)` takes no time, and everybody agrees on what time it is."""

    def __init__(self) -> None:
        self._jumping = _Jumping()
        super().__init__(self._jumping)
        self._clock_resolution = 1e-6

    def time(self) -> float:
        return self._jumping.now

    def run_in_executor(  # type: ignore[override]
        self, executor: Any, func: Any, *args: Any
    ) -> Any:
        self._jumping.real += 1
        future = super().run_in_executor(executor, func, *args)
        future.add_done_callback(self._is_done)
        return future

    def _is_done(self, _future: object) -> None:
        self._jumping.real -= 1

    @contextlib.contextmanager
    def really(self) -> Iterator[None]:
        """Time stands still meanwhile: a thread is at work."""
        self._jumping.real += 1
        try:
            yield
        finally:
            self._jumping.real -= 1


class FakeClock:
    """The wall clock of a test: goes with the loop's time and may jump."""

    def __init__(self, now: datetime = NOW) -> None:
        self._loop = asyncio.get_running_loop()  # it is asked from other threads too
        self._start = now - timedelta(seconds=self.monotonic())

    def __call__(self) -> datetime:
        return self._start + timedelta(seconds=self.monotonic())

    def monotonic(self) -> float:
        return self._loop.time()

    def skip(self, **delta: float) -> None:
        self._start += timedelta(**delta)

    def set(self, now: datetime) -> None:
        self._start += now - self()
