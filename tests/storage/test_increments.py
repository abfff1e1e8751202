"""Reading, then writing what was read plus one: nothing is lost when many do it at once."""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import NullPool, create_engine, insert, select, update
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.exc import OperationalError

from storage import marks
from storage.database import Database
from storage.tables import marks as table

WORKERS, TIMES = 4, 40


def increment(conn: Connection) -> None:
    """Reads, then writes what it read plus one. FOR UPDATE is silent on SQLite."""
    query = select(table.c.value).where(table.c.name == "n").with_for_update()
    value = int(conn.execute(query).scalar_one())
    time.sleep(0.0002)
    conn.execute(update(table).where(table.c.name == "n").values(value=str(value + 1)))


async def test_no_increment_is_lost(db: Database) -> None:
    async def several() -> None:
        for _ in range(TIMES):
            await db.write(increment)

    await db.write(marks.put, "n", "0")
    await asyncio.gather(*(several() for _ in range(WORKERS)))
    assert await db.read(marks.get, "n") == str(WORKERS * TIMES)


def test_plain_transactions_lose_increments(database_url: str, dialect: str) -> None:
    """Negative control: the driver's own transactions, and no lock on what is read."""
    url = make_url(database_url)
    if dialect == "postgresql":
        url = url.set(drivername="postgresql+psycopg")
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as conn:
        conn.execute(insert(table).values(name="n", value="0"))

    def several() -> None:
        for _ in range(TIMES):
            try:
                with engine.begin() as conn:
                    query = select(table.c.value).where(table.c.name == "n")
                    value = int(conn.execute(query).scalar_one())
                    time.sleep(0.001)
                    conn.execute(update(table).values(value=str(value + 1)))
            except OperationalError:
                continue

    with ThreadPoolExecutor(WORKERS) as pool:
        for done in [pool.submit(several) for _ in range(WORKERS)]:
            done.result()
    with engine.connect() as conn:
        assert int(marks.get(conn, "n") or 0) < WORKERS * TIMES
