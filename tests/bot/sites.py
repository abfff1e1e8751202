"""The whole running programme behind its own HTTP, without a network."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx

from bot.app import App
from bot.config import Settings, load
from bot.serving import pages
from content.library import Library
from tests.fakes import WatchedDatabase

LINE = "https://chat.example"


def settings(folder: Path, **more: str) -> Settings:
    given = {f"DONGHANH_{name}": value for name, value in more.items()}
    return load(
        {"DONGHANH_DATA_DIR": str(folder), "DONGHANH_PORT": "0", **given}, folder / "no.env"
    )


class Site:
    """One process: `client` asks it as a browser would."""

    def __init__(self, app: App, client: httpx.AsyncClient) -> None:
        self.app = app
        self.client = client

    async def session(self) -> "Visitor":
        answer = await self.client.post("/api/chat/sessions")
        assert answer.status_code == 201, answer.text
        return Visitor(self.client, answer.json()["session"])

    def error(self, name: str) -> str:
        return self.app.library.labels[f"api.{name}"]


class Visitor:
    """One browser. `lines` are what it has seen."""

    def __init__(self, client: httpx.AsyncClient, token: str) -> None:
        self.client = client
        self.token = token
        self.lines: list[dict[str, Any]] = []
        self._count = 0

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    async def post(self, body: Any = None, **parts: Any) -> httpx.Response:
        raw = body if isinstance(body, bytes) else json.dumps(body or parts).encode()
        return await self.client.post("/api/chat/messages", content=raw, headers=self.headers)

    async def get(self, **query: Any) -> httpx.Response:
        return await self.client.get("/api/chat/messages", params=query, headers=self.headers)

    async def says(self, text: str) -> httpx.Response:
        self._count += 1
        return await self.post(id=f"m{self._count}", text=text)

    async def taps(self, action: str) -> httpx.Response:
        """The newest button with this action."""
        self._count += 1
        found = [b["id"] for line in self.lines for b in line["buttons"]]
        button = next(b for b in reversed(found) if b.partition("~")[0] == action)
        return await self.post(id=f"m{self._count}", action=button)

    async def reads(self, wait: float = 2) -> list[dict[str, Any]]:
        """What is new; at most one long poll."""
        after = max((line["n"] for line in self.lines), default=0)
        answer = await self.get(after=after, wait=wait)
        assert answer.status_code == 200, answer.text
        new: list[dict[str, Any]] = answer.json()["messages"]
        self.lines += new
        return new

    async def hears(self, message: str, seconds: float = 10) -> dict[str, Any]:
        """Reads on until the bot has said this."""
        known = len(self.lines)
        found: list[dict[str, Any]] = []

        async def look() -> None:
            while not found:
                await self.reads()
                found.extend(x for x in self.lines[known:] if x.get("message") == message)

        try:
            async with asyncio.timeout(seconds):
                await look()
        except TimeoutError:
            heard = [x.get("message") for x in self.lines]
            raise AssertionError(f"{message} was not said: {heard}") from None
        return found[0]


@contextlib.asynccontextmanager
async def running(
    db: WatchedDatabase, library: Library, folder: Path, **more: str
) -> AsyncIterator[Site]:
    app = App(settings(folder, **more), db, library, ("web", "delivery"))
    await app.start()
    transport = httpx.ASGITransport(pages(app))
    async with httpx.AsyncClient(transport=transport, base_url=LINE) as client:
        try:
            yield Site(app, client)
        finally:
            await app.stop()
