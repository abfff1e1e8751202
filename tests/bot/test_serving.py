"""A running programme never goes on without one of its loops."""

import asyncio
import socket
from pathlib import Path

import pytest

from bot.app import App
from bot.config import load
from bot.serving import serve
from content.library import Library
from storage.database import Database


@pytest.fixture
def listening() -> socket.socket:
    found = socket.socket()
    found.bind(("127.0.0.1", 0))
    return found


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
async def test_a_loop_that_dies_ends_the_programme(
    db: Database,
    library: Library,
    tmp_path: Path,
    listening: socket.socket,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app = App(load({"DONGHANH_DATA_DIR": str(tmp_path)}, tmp_path / "none"), db, library)

    async def dies() -> None:
        """Ends, which a loop never does by itself."""

    monkeypatch.setattr(app.reception, "run", dies)
    with listening:
        assert not await asyncio.wait_for(serve(app, listening), 20)
