"""The real programme in this process, with the stand-ins of Zalo on its other side."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx

from bot.app import App
from bot.clock import utc_now
from bot.config import load
from bot.messengers import to_stored
from bot.running import listen, open_or_refuse
from bot.serving import make_server, pages
from care.messages import Address
from channels.zalo_oa.tokens import Pair
from content.library import Library
from storage import areas, caregivers, channel_tokens, lock
from storage.caregivers import Contact
from tests.standins.zalo_oa import APP_ID, APP_SECRET, OA_ID, SECRET_KEY, ZaloOAApi
from tests.standins.zalo_oa_people import Hook
from tests.stories.telegram import few_areas, until

__all__ = ["Arrived", "Hook", "oa_hook", "running", "until"]


@asynccontextmanager
async def running(folder: Path, library: Library, **given: str) -> AsyncIterator[tuple[App, int]]:
    """Starts and stops it with its HTTP server; gives the port too."""
    base = {"DATA_DIR": str(folder / "data"), "PORT": "0", "PUBLIC_URL": "https://chat.example"}
    whole = {f"DONGHANH_{name}": value for name, value in {**base, **given}.items()}
    settings = load(whole, folder / "no.env")
    with listen(settings) as listening:
        opened = open_or_refuse(settings)
        await opened.db.write(areas.import_rows, few_areas(), utc_now())
        app = App(settings, opened.db, library)
        server = make_server(pages(app), app.settings)
        serving = asyncio.create_task(server.serve([listening]))
        await app.start()
        try:
            yield app, listening.getsockname()[1]
        finally:
            await app.stop()
            server.should_exit = True
            await serving
            await opened.db.close()
            if opened.lock is not None:
                lock.release(opened.lock)


def oa_settings(api: ZaloOAApi) -> dict[str, str]:
    return {
        "ZALO_OA_ID": OA_ID,
        "ZALO_OA_APP_ID": APP_ID,
        "ZALO_OA_APP_SECRET": APP_SECRET,
        "ZALO_OA_SECRET_KEY": SECRET_KEY,
        "ZALO_OA_API_URL": api.url,
        "ZALO_OA_OAUTH_URL": api.url,
        "ZALO_OA_A_MINUTE": "4000",
    }


async def consents(app: App, api: ZaloOAApi) -> None:
    """As if an administrator of the account had agreed."""
    issued = api.oauth.issued()
    pair = Pair(
        issued["access_token"], issued["refresh_token"], utc_now() + timedelta(days=1), utc_now()
    )
    await app.db.write(channel_tokens.put, OA_ID, to_stored(pair))


@asynccontextmanager
async def oa_hook(port: int) -> AsyncIterator[Hook]:
    async with httpx.AsyncClient(trust_env=False) as client:
        yield Hook(client, f"http://127.0.0.1:{port}/hooks/zalo-oa")


class Arrived:
    """What one person has got so far, and the wait for the next of it."""

    def __init__(self, app: App, address: Address, received: Callable[[], list[Any]]) -> None:
        self.app = app
        self.address = address
        self.received = received

    async def more(self, than: int, count: int = 1) -> list[str]:
        """The texts that came after the first `than`."""
        await until(lambda: len(self.received()) >= than + count, self.received)
        return [sent.text for sent in self.received()[than:]]

    async def contact(self) -> Contact:
        found = await self.app.db.read(caregivers.find, self.address)
        assert found is not None
        return found

    async def does(self, f: Callable[..., Any], *args: Any) -> Any:
        return await self.app.db.write(f, *args)
