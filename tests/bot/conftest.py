"""Both engines, and virtual time for the modules that say `VIRTUAL_TIME = True`.

Those of their tests that are named in `REAL_TIME` use sockets and the usual loop.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping

import pytest

from storage.crypto import Cipher
from storage.database import open_database
from tests.fakes import WatchedDatabase
from tests.virtual_time import VirtualLoop

LoopFactory = Callable[[], asyncio.AbstractEventLoop]


def pytest_asyncio_loop_factories(
    config: pytest.Config, item: pytest.Item
) -> Mapping[str, LoopFactory]:
    module = getattr(item, "module", None)
    real = getattr(item, "originalname", "") in getattr(module, "REAL_TIME", ())
    if getattr(module, "VIRTUAL_TIME", False) and not real:
        return {"virtual": VirtualLoop}
    return {"real": asyncio.new_event_loop}


@pytest.fixture
async def db(database_url: str, cipher: Cipher) -> AsyncIterator[WatchedDatabase]:
    """The database as the programme uses it, with a switch."""
    database = WatchedDatabase(open_database(database_url, cipher))
    yield database
    await database.close()
