"""A copy of the whole database, table by table, in one transaction that sees one state.

It runs beside the programme: on SQLite the state stands in the log while others write, PostgreSQL
keeps it for a transaction that asks for it. Values are read as they are stored, without a key.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, Select, column, func, inspect, select, table
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DatabaseError

from storage import sealed_copy
from storage.copy_lines import Columns, Header, Lines, kind_of
from storage.database import DatabaseDown, snapshot_engine
from storage.schema import SchemaProblem, revision_of
from storage.tables import metadata

ROWS_AT_ONCE = 500
FIRST = "key_check"  # so that a wrong key is known before anything else is read


@dataclass(frozen=True, slots=True)
class Snapshot:
    """An open look at a database."""

    header: Header
    conn: Connection

    def lines(self, done: Callable[[int], None]) -> Iterator[bytes]:
        """All of it. `done` hears how many rows were read since it last heard."""
        made = Lines()
        yield made.header(self.header)
        for name in names_of(self.conn):
            columns, rows = stored_rows(self.conn, name)
            yield made.table(name, columns)
            result = self.conn.execution_options(yield_per=ROWS_AT_ONCE).execute(rows)
            for some in result.partitions():
                yield b"".join(made.row(row) for row in some)
                done(len(some))
        yield made.end()


@contextmanager
def snapshot(url: str, now: datetime) -> Iterator[Snapshot]:
    """Raises DatabaseDown when it cannot be read, SchemaProblem when there is nothing in it."""
    parsed = make_url(url)
    path = Path(parsed.database or "")
    if parsed.get_backend_name() == "sqlite" and not path.is_file():
        raise SchemaProblem(f"there is no {path}")
    engine = snapshot_engine(url)
    try:
        with engine.connect() as conn, conn.begin():
            revision = revision_of(conn)
            if revision is None:
                raise SchemaProblem("the database is empty")
            rows = sum(row_count(conn, name) for name in names_of(conn))
            yield Snapshot(Header(revision, now, conn.dialect.name, rows), conn)
    except DatabaseError as error:
        raise DatabaseDown(" ".join(str(error.orig).split())) from error
    finally:
        engine.dispose()


def write(
    found: Snapshot,
    path: Path,
    recipients: Sequence[sealed_copy.Recipient],
    done: Callable[[int], None],
) -> None:
    """Raises FileThere, OSError, DatabaseDown."""
    sealed_copy.write(path, found.lines(done), recipients)


def names_of(conn: Connection) -> list[str]:
    """Our tables, as far as the schema of this database has them."""
    found = metadata.tables.keys() & set(inspect(conn).get_table_names())
    return sorted(found, key=lambda name: (name != FIRST, name))


def row_count(conn: Connection, name: str) -> int:
    return conn.execute(select(func.count()).select_from(table(name))).scalar_one()


def stored_rows(conn: Connection, name: str) -> tuple[Columns, Select[tuple[object, ...]]]:
    """The columns with their kinds, and a query for what is stored in them, always in one order."""
    looked_at = inspect(conn)
    found = looked_at.get_columns(name)
    lean = table(name, *(column(each["name"], each["type"]) for each in found))
    key = looked_at.get_pk_constraint(name)["constrained_columns"]
    query = select(lean).order_by(*(lean.c[each] for each in key))
    return [(each["name"], kind_of(each["type"])) for each in found], query
