"""The console for every test of this folder, on both engines unless a test names one."""

from collections.abc import AsyncIterator

import pytest

from content.library import Library
from storage.database import Database
from tests.console.desk import Office, open_office


@pytest.fixture
async def office(db: Database, library: Library) -> AsyncIterator[Office]:
    async with open_office(db, library) as opened:
        yield opened
