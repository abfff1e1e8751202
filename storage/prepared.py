"""Statements for the paths every message takes: compiled once, run on the driver's own cursor.

Written with SQLAlchemy like all others, and with its column types; but building one anew, finding
it in the cache and wrapping its rows costs twenty times what SQLite needs to run it.
"""

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Date, bindparam
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.exc import DBAPIError

from storage.types import UtcDateTime

Values = Mapping[str, Any]


AT_ONCE = 500
_ONES = tuple(f"one{n}" for n in range(AT_ONCE))


def one_of(column: Any) -> Any:
    """`column IN (…)` with room for AT_ONCE values, so that the statement never changes."""
    return column.in_([bindparam(name, type_=column.type) for name in _ONES])


class Prepared:
    """One statement with named parameters; an INSERT names its columns in `columns`.

    For lists there is `one_of`, run with `rows_of`; `in_` and RETURNING need SQLAlchemy each time.
    """

    def __init__(self, make: Callable[[Connection], Any], columns: Sequence[str] = ()) -> None:
        self._make = make
        self._columns = list(columns) or None
        self._compiled: WeakKeyDictionary[Dialect, _Compiled] = WeakKeyDictionary()

    def rows(self, conn: Connection, **values: Any) -> list[Any]:
        """Every row as a named tuple."""
        statement = self._for(conn)
        cursor = statement.run(conn, statement.bound(values), many=False)
        found = [statement.row(row) for row in cursor.fetchall()]
        cursor.close()
        return found

    def rows_of(self, conn: Connection, ones: Sequence[Any], **values: Any) -> list[Any]:
        """The rows for all values that a condition made by `one_of` allows."""
        found: list[Any] = []
        for at in range(0, len(ones), AT_ONCE):
            chunk = [*ones[at : at + AT_ONCE]]
            chunk += chunk[-1:] * (AT_ONCE - len(chunk))
            found += self.rows(conn, **values, **dict(zip(_ONES, chunk, strict=True)))
        return found

    def first(self, conn: Connection, **values: Any) -> Any | None:
        found = self.rows(conn, **values)
        return found[0] if found else None

    def run(self, conn: Connection, **values: Any) -> int:
        """Returns how many rows were changed."""
        statement = self._for(conn)
        return _changed(statement.run(conn, statement.bound(values), many=False))

    def run_many(self, conn: Connection, rows: Sequence[Values]) -> int:
        statement = self._for(conn)
        return _changed(statement.run(conn, [statement.bound(row) for row in rows], many=True))

    def _for(self, conn: Connection) -> "_Compiled":
        """By dialect object, not by name: it carries the key of its database."""
        found = self._compiled.get(conn.dialect)
        if found is None:
            found = _Compiled(self._make(conn), self._columns, conn.dialect)
            self._compiled[conn.dialect] = found
        return found


def _changed(cursor: Any) -> int:
    count: int = cursor.rowcount
    cursor.close()
    return count


class _Compiled:
    def __init__(self, statement: Any, columns: list[str] | None, dialect: Dialect) -> None:
        compiled = statement.compile(dialect=dialect, column_keys=columns)
        self._sql = str(compiled)
        self._dialect = dialect
        self._named = not compiled.positional
        self._names = list(compiled.binds if self._named else compiled.positiontup)
        self._fixed = {k: b.value for k, b in compiled.binds.items() if not b.required}
        kinds = [compiled.binds[name].type for name in self._names]
        self._binding = [(n, p) for n, k in enumerate(kinds) if (p := _binding(k, dialect))]
        shown = list(statement.selected_columns) if statement.is_select else []
        row = namedtuple("Row", [c.key for c in shown], rename=True)  # type: ignore[misc]  # its
        self._row: Any = row  # fields are known only now
        self._reading = [(n, p) for n, c in enumerate(shown) if (p := _reading(c.type, dialect))]

    def bound(self, values: Values) -> Any:
        """The parameters as the driver wants them."""
        given = {**self._fixed, **values} if self._fixed else values
        taken = [given[name] for name in self._names]
        for n, process in self._binding:
            taken[n] = process(taken[n])
        return dict(zip(self._names, taken, strict=True)) if self._named else taken

    def row(self, raw: Sequence[Any]) -> Any:
        if not self._reading:
            return self._row._make(raw)
        values = list(raw)
        for n, process in self._reading:
            values[n] = process(values[n])
        return self._row._make(values)

    def run(self, conn: Connection, parameters: Any, *, many: bool) -> Any:
        if not conn.in_transaction():
            conn.begin()
        cursor: Any = conn.connection.cursor()
        try:
            if many:
                cursor.executemany(self._sql, parameters)
            else:
                cursor.execute(self._sql, parameters)
        except self._dialect.loaded_dbapi.Error as error:
            raise DBAPIError.instance(
                self._sql,
                None,
                error,
                self._dialect.loaded_dbapi.Error,
                hide_parameters=True,
                connection_invalidated=self._dialect.is_disconnect(error, None, cursor),
                dialect=self._dialect,
            ) from error
        return cursor


def _binding(kind: Any, dialect: Dialect) -> Any:
    """Days and moments are few in a batch of many rows, so what becomes of them is remembered."""
    process = kind.dialect_impl(dialect).bind_processor(dialect)
    return lru_cache(256)(process) if process and isinstance(kind, Date | UtcDateTime) else process


def _reading(kind: Any, dialect: Dialect) -> Any:
    return kind.dialect_impl(dialect).result_processor(dialect, None)
