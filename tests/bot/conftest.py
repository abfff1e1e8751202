"""Both engines, the command line, and virtual time for the modules that say `VIRTUAL_TIME = True`.

Those of their tests that are named in `REAL_TIME` use sockets and the usual loop.
"""

import asyncio
import logging
import os
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.__main__ import app
from storage.crypto import Cipher
from storage.database import open_database
from tests.bot.shell import Run
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


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A place of its own: no setting of this machine, no .env, data in a folder of the test."""
    for name in list(os.environ):
        if name.startswith("DONGHANH_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("DONGHANH_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    mask, root = os.umask(0o077), logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    os.umask(mask)
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.fixture
def run(environment: None) -> Run:
    runner = CliRunner()

    def invoke(*words: str) -> Result:
        return runner.invoke(app, words, catch_exceptions=False)

    return invoke
