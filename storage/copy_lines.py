"""What a copy of the database is made of: a line of JSON for everything, one row a line.

    {"format": 1, "revision": "0007", "made_at": "…", "engine": "sqlite", "rows": 812}
    {"table": "marks", "columns": [["name", "text"], ["value", "text"]]}
    ["planned_until", "2026-11-24"]
    …
    {"counts": {"marks": 1, …}, "sha256": "…"}

Values are those that are stored: what is sealed stays sealed. A line says what kind each column is,
so a copy of one database can be read into the other.
"""

import base64
import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import types

FORMAT = 1
Columns = Sequence[tuple[str, str]]


class Damaged(Exception):
    """The copy is cut off, altered, or none at all."""


@dataclass(frozen=True, slots=True)
class Header:
    revision: str
    made_at: datetime
    engine: str
    rows: int  # of all tables


def kind_of(column_type: types.TypeEngine[Any]) -> str:
    """Raises TypeError for what no table has yet."""
    for kind, known in (
        ("bool", types.Boolean),
        ("int", types.Integer),
        ("moment", types.DateTime),
        ("day", types.Date),
        ("text", types.String),
        ("bytes", types.LargeBinary),
    ):
        if isinstance(column_type, known):
            return kind
    raise TypeError(f"a copy does not know columns of {column_type!r}")


def _moment(value: datetime) -> str:
    plain = value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value
    return plain.isoformat()


_OUT: dict[str, Callable[[Any], Any]] = {
    "bytes": lambda value: base64.b64encode(bytes(value)).decode(),
    "moment": _moment,
    "day": date.isoformat,
}
_IN: dict[str, Callable[[Any], Any]] = {
    "bytes": base64.b64decode,
    "moment": lambda value: datetime.fromisoformat(value).replace(tzinfo=UTC),
    "day": date.fromisoformat,
}


def _same(value: Any) -> Any:
    return value


class Lines:
    """Makes the lines, and keeps count of them."""

    def __init__(self) -> None:
        self._digest = hashlib.sha256()
        self._counts: dict[str, int] = {}
        self._table = ""
        self._put: list[Callable[[Any], Any]] = []

    def header(self, header: Header) -> bytes:
        made_at = header.made_at.astimezone(UTC).isoformat()
        given = {"revision": header.revision, "made_at": made_at, "engine": header.engine}
        return self._line({"format": FORMAT, **given, "rows": header.rows})

    def table(self, name: str, columns: Columns) -> bytes:
        self._table, self._counts[name] = name, 0
        self._put = [_OUT.get(kind, _same) for _, kind in columns]
        return self._line({"table": name, "columns": list(columns)})

    def row(self, values: Sequence[Any]) -> bytes:
        self._counts[self._table] += 1
        pairs = zip(self._put, values, strict=True)
        return self._line([None if value is None else put(value) for put, value in pairs])

    def end(self) -> bytes:
        return self._line({"counts": self._counts, "sha256": self._digest.hexdigest()})

    def _line(self, value: Any) -> bytes:
        made = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
        self._digest.update(made)
        return made


@dataclass(frozen=True, slots=True)
class Reading:
    """What is done with a copy while it is read."""

    begin: Callable[[Header], None]
    table: Callable[[str, Columns], None]
    row: Callable[[list[Any]], None]


class LineReader:
    """Takes the lines one after the other. Raises Damaged."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._digest = hashlib.sha256()
        self._counts: dict[str, int] = {}
        self._table = ""
        self._take: list[Callable[[Any], Any]] = []
        self._begun = self.whole = False

    def feed(self, line: bytes) -> None:
        """One line with its end."""
        if self.whole:
            raise Damaged("there is more after the end")
        try:
            value = json.loads(line)
            if isinstance(value, list):
                self._row(value)
            elif "sha256" in value:
                self._end(value)
            elif "table" in value:
                self._open(value)
            else:
                self._header(value)
        except (ValueError, KeyError, TypeError) as error:
            raise Damaged("a line cannot be read") from error
        self._digest.update(line)

    def _header(self, value: Any) -> None:
        if self._begun or value["format"] != FORMAT:
            raise Damaged("its format is not known")
        self._begun = True
        made_at = datetime.fromisoformat(value["made_at"])
        self._reading.begin(Header(value["revision"], made_at, value["engine"], value["rows"]))

    def _open(self, value: Any) -> None:
        if not self._begun or value["table"] in self._counts:
            raise Damaged("a table stands in the wrong place")
        self._table, columns = value["table"], [(name, kind) for name, kind in value["columns"]]
        self._counts[self._table] = 0
        self._take = [_IN.get(kind, _same) for _, kind in columns]
        self._reading.table(self._table, columns)

    def _row(self, value: list[Any]) -> None:
        if not self._table:
            raise Damaged("a row stands in the wrong place")
        self._counts[self._table] += 1
        pairs = zip(self._take, value, strict=True)
        self._reading.row([None if one is None else take(one) for take, one in pairs])

    def _end(self, value: Any) -> None:
        if value["counts"] != self._counts:
            raise Damaged("rows are missing")
        if value["sha256"] != self._digest.hexdigest():
            raise Damaged("the digest differs")
        self.whole = True
