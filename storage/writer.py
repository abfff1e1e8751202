"""The one thread that writes to SQLite: takes whole transactions and commits them in groups.

Every piece of work runs in a SAVEPOINT of its own, so one that fails undoes only itself; nobody
hears "done" before the COMMIT that holds the work is on disk.
"""

import asyncio
import contextlib
import queue
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.engine import Connection

GROUP_MOST = 256
WAITING_MOST = 10_000

Work = Callable[[Connection], Any]


class Overloaded(Exception):
    """Too many writes wait; the caller should refuse new work."""


@dataclass(slots=True)
class _Job:
    """What one caller handed over at once; an outcome for each is a result or an exception."""

    works: Sequence[Work]
    loop: asyncio.AbstractEventLoop
    future: asyncio.Future[list[Any]]
    apart: bool = False  # a COMMIT after each work, none of them shared
    outcomes: list[Any] = field(default_factory=list)


class Writer:
    def __init__(self, engine: Engine, still_there: Callable[[], None] = lambda: None) -> None:
        """`still_there` raises when what is written now would be lost; before and after each."""
        self._engine = engine
        self._still_there = still_there
        self._jobs: queue.Queue[_Job | None] = queue.Queue(WAITING_MOST)
        self._thread = threading.Thread(target=self._run, name="writer", daemon=True)
        self._thread.start()

    async def submit(self, work: Work) -> Any:
        (outcome,) = await self.submit_each([work])
        if isinstance(outcome, BaseException):
            raise outcome
        return outcome

    async def submit_each(self, works: Sequence[Work], *, apart: bool = False) -> list[Any]:
        """Results and exceptions in order. When the caller gives up, the work is still done."""
        loop = asyncio.get_running_loop()
        job = _Job(works, loop, loop.create_future(), apart)
        try:
            self._jobs.put_nowait(job)
        except queue.Full as error:
            raise Overloaded from error
        return await job.future

    def close(self) -> None:
        """Finishes what waits, then ends the thread."""
        self._jobs.put(None)
        self._thread.join()

    def _run(self) -> None:
        last = False
        while not last:
            group, last = self._next_group()
            if group:
                self._commit([job for job in group if not job.apart])
                for job in group:
                    if job.apart:
                        self._commit_apart(job)
                _tell(group)

    def _next_group(self) -> tuple[list[_Job], bool]:
        group: list[_Job] = []
        size = 0
        job = self._jobs.get()
        while job is not None:
            group.append(job)
            size += len(job.works)
            if size >= GROUP_MOST:
                return group, False
            try:
                job = self._jobs.get_nowait()
            except queue.Empty:
                return group, False
        return group, True

    def _commit_apart(self, job: _Job) -> None:
        for work in job.works:
            alone = _Job([work], job.loop, job.future)
            self._commit([alone])
            job.outcomes += alone.outcomes

    def _commit(self, group: list[_Job]) -> None:
        if not group:
            return
        try:
            self._still_there()
            with self._engine.connect() as conn, conn.begin():
                for job in group:
                    for work in job.works:
                        job.outcomes.append(_run_one(conn, work))
            self._still_there()
        except Exception as error:  # nothing of the group was stored
            for job in group:
                before = [o if isinstance(o, BaseException) else error for o in job.outcomes]
                job.outcomes = before + [error] * (len(job.works) - len(before))


def _run_one(conn: Connection, work: Work) -> Any:
    """The result or the exception. Raises only when the whole transaction is gone."""
    driver: Any = conn.connection.driver_connection  # SQLAlchemy would double a small write
    driver.execute("SAVEPOINT one")
    try:
        outcome = work(conn)
    except Exception as error:
        # A full disk may already have rolled the whole transaction back.
        with contextlib.suppress(Exception):
            driver.execute("ROLLBACK TO one")
            driver.execute("RELEASE one")
        if not driver.in_transaction:
            raise
        return error
    driver.execute("RELEASE one")
    return outcome


def _tell(group: list[_Job]) -> None:
    by_loop: dict[asyncio.AbstractEventLoop, list[_Job]] = {}
    for job in group:
        by_loop.setdefault(job.loop, []).append(job)
    for loop, jobs in by_loop.items():
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
            loop.call_soon_threadsafe(_resolve, jobs)


def _resolve(jobs: list[_Job]) -> None:
    for job in jobs:
        if not job.future.done():
            job.future.set_result(job.outcomes)
