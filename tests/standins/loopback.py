"""A small HTTP/1.1 server on loopback that can also misbehave: cut, stall, answer half."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus


class Cut(Exception):
    """Raised by a responder to close the connection without an answer."""


@dataclass(frozen=True)
class Head:
    method: str
    path: str
    headers: dict[str, str]


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes
    content_type: str = "application/json"
    truncated: bool = False  # a whole HTTP answer whose JSON lacks its end
    location: str | None = None


ReadBody = Callable[[], Awaitable[bytes]]
Respond = Callable[[Head, ReadBody], Awaitable[Answer]]


class Loopback:
    """Serves `respond` on a free port; the body is read only when `respond` asks for it."""

    def __init__(self, respond: Respond) -> None:
        self._respond = respond
        self._server: asyncio.Server | None = None
        self._connections: set[asyncio.Task[None]] = set()
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        if self._server:
            self._server.close()
        for connection in tuple(self._connections):
            connection.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)
        if self._server:
            await self._server.wait_closed()
            self._server = None

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._serve(reader, writer))
        self._connections.add(task)
        task.add_done_callback(self._connections.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            with suppress(asyncio.IncompleteReadError, ConnectionError, Cut):
                while True:
                    await self._exchange(reader, writer)
        finally:
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = _head(await reader.readuntil(b"\r\n\r\n"))
        length = int(head.headers.get("content-length", "0"))
        body: bytes | None = None

        async def read() -> bytes:
            nonlocal body
            if body is None:
                body = await reader.readexactly(length)
            return body

        answer = await self._respond(head, read)
        await read()
        content = answer.body[:-3] if answer.truncated else answer.body
        head_lines = (
            f"HTTP/1.1 {answer.status} {HTTPStatus(answer.status).phrase}",
            f"content-type: {answer.content_type}",
            f"content-length: {len(content)}",
            *([f"location: {answer.location}"] if answer.location else []),
        )
        writer.write("\r\n".join(head_lines).encode() + b"\r\n\r\n" + content)
        await writer.drain()


def _head(raw: bytes) -> Head:
    first, *lines = raw.decode("latin-1").rstrip().split("\r\n")
    method, path, _ = first.split(" ", 2)
    pairs = (line.partition(":") for line in lines)
    return Head(method, path, {name.strip().lower(): value.strip() for name, _, value in pairs})
