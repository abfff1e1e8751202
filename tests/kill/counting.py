"""A messenger that lives outside the process that is killed, and counts what reaches it."""

import asyncio
from collections.abc import Callable
from pathlib import Path

ANSWER_AFTER = 0.001


class Counter:
    """Takes outbox ids, one a line, over a socket; `arrived` holds (life, id) in order.

    A life is one connection: a process from its start to its death.
    """

    def __init__(self, socket: Path) -> None:
        self.socket = socket
        self.arrived: list[tuple[int, int]] = []
        self.life = 0
        self.silent = False  # takes messages, answers none
        self._news = asyncio.Condition()
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        self._server = await asyncio.start_unix_server(self._accept, self.socket)

    async def stop(self) -> None:
        if self._server:
            self._server.close()
        await self.settled()

    async def settled(self) -> None:
        """Returns when everything a dead process had sent was counted."""
        while self._open:
            await asyncio.wait(self._open)

    async def until(self, enough: Callable[[int], bool], patience: float) -> None:
        """Waits for the number of arrivals to be enough."""
        async with asyncio.timeout(patience), self._news:
            await self._news.wait_for(lambda: enough(len(self.arrived)))

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._serve(reader, writer))
        self._open.add(task)
        task.add_done_callback(self._open.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        answers: set[asyncio.Task[None]] = set()
        try:
            while line := await reader.readline():
                if not line.endswith(b"\n"):
                    break
                self.arrived.append((self.life, int(line)))
                async with self._news:
                    self._news.notify_all()
                if not self.silent:
                    task = asyncio.create_task(_answer(writer, line))
                    answers.add(task)
                    task.add_done_callback(answers.discard)
        except ConnectionError:
            pass
        finally:
            await asyncio.gather(*answers, return_exceptions=True)
            writer.close()


async def _answer(writer: asyncio.StreamWriter, line: bytes) -> None:
    await asyncio.sleep(ANSWER_AFTER)
    writer.write(line)
