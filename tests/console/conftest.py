"""The console for every test of this folder, on both engines unless a test names one."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from console.scope import Role
from content.library import Library
from storage.database import Database
from tests.console.desk import Office, open_office
from tests.console.doors import Visitor, visitor
from tests.console.furnished import Furnished, furnish
from tests.console.worlds import HERE, Officers


@pytest.fixture
async def office(db: Database, library: Library) -> AsyncIterator[Office]:
    async with open_office(db, library) as opened:
        yield opened


@pytest.fixture
async def own(office: Office) -> Furnished:
    """One of everything in the unit of `officers`."""
    return await furnish(office, HERE)


@pytest.fixture
async def officers(office: Office, own: Furnished) -> Officers:
    """One of every role."""
    return {**{role: await office.officer(role, HERE) for role in Role}, Role.LEAD: own.lead}


@pytest.fixture
def database(database_url: str) -> Path:
    """The file of SQLite behind `office`."""
    return Path(database_url.removeprefix("sqlite:///"))


@pytest.fixture
async def door(office: Office) -> Visitor:
    return await visitor(office)
