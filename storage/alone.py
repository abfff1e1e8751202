"""On PostgreSQL several processes share the work, but one plans and one sends for each account.

The right to do so is an advisory lock of a connection kept for it: PostgreSQL gives it back when
the process or the connection dies. On SQLite the lock file has settled it already.
"""

from sqlalchemy import Connection, Engine, func, select
from sqlalchemy.exc import DBAPIError

from storage.database import sync_engine


class Alone:
    """Holds named rights for this process."""

    def __init__(self, url: str) -> None:
        self._engine: Engine | None = None
        if not url.startswith("sqlite"):
            self._engine = sync_engine(url, pool_size=4)
        self._held: dict[str, Connection] = {}

    def hold(self, name: str) -> bool:
        """True when this process has the right now; ask again after the database was away."""
        if self._engine is None:
            return True
        try:
            return self._still_held(name) or self._take(self._engine, name)
        except DBAPIError:
            return False

    def _still_held(self, name: str) -> bool:
        conn = self._held.get(name)
        if conn is None:
            return False
        try:
            conn.execute(select(1))
        except DBAPIError:
            self._held.pop(name).invalidate()
            raise
        return True

    def _take(self, engine: Engine, name: str) -> bool:
        conn = engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        if conn.execute(select(func.pg_try_advisory_lock(func.hashtext(name)))).scalar_one():
            self._held[name] = conn
            return True
        conn.close()
        return False

    def close(self) -> None:
        for conn in self._held.values():
            conn.invalidate()
        self._held.clear()
        if self._engine is not None:
            self._engine.dispose()
