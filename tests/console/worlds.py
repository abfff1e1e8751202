"""The same pages over two worlds that differ in what an officer may not see.

    async with aa_copy(office, officers, database, cipher, library) as (other, again):
        before = await crawl(office, officers, own, pages)
        ...plant something in `other`...
        after = await crawl(other, again, own, pages)

Every page is looked at once in each world: what a look leaves behind is the same in both.
"""

import sqlite3
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from console.scope import Role
from console.web import Page, cookie_name
from content.library import Library
from storage.crypto import Cipher
from storage.database import open_database
from tests.console.desk import Office, OfficerAtDesk
from tests.console.furnished import Furnished
from tests.console.routes import allowed

HERE = "20a"
Seen = dict[tuple[Role, str], tuple[int, str]]
Officers = Mapping[Role, OfficerAtDesk]


async def crawl(office: Office, officers: Officers, own: Furnished, pages: Sequence[Page]) -> Seen:
    office.desk.kept.clear()
    found = {}
    for role, officer in officers.items():
        for page in pages:
            if allowed(page, role):
                for path in own.paths(page):
                    answer = await officer.get(path)
                    found[role, path] = (answer.status_code, answer.text)
    return found


@asynccontextmanager
async def a_copy(
    office: Office,
    officers: Officers,
    database: Path,
    cipher: Cipher,
    library: Library,
) -> AsyncIterator[tuple[Office, dict[Role, OfficerAtDesk]]]:
    """The same data and the same sessions, behind pages of its own. SQLite only."""
    copied = database.with_name("copy.db")
    with (
        sqlite3.connect(database) as source,
        sqlite3.connect(copied) as target,
    ):
        source.backup(target)
    db = open_database(f"sqlite:///{copied}", cipher)
    try:
        async with AsyncExitStack() as stack:
            other = Office(db, library, stack)
            other.ids, other.now = office.ids, office.now
            again = {}
            for role, one in officers.items():
                client = await other.browser()
                client.cookies.set(cookie_name(other.desk), one.token, "desk.example")
                again[role] = OfficerAtDesk(one.id, client, one.token, one.csrf)
            yield other, again
    finally:
        await db.close()
