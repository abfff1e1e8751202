"""The tree of administrative units: a row each, with history; names without accents for search."""

import csv
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    func,
    insert,
    literal,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.engine import Connection

from care.folding import fold
from storage import audit
from storage.dialect import insert_new
from storage.tables import area_aliases, area_history, areas

FIELDS = ("code", "parent_code", "level", "kind", "name", "aliases")
LEVELS = ("country", "province", "commune", "hamlet")


@dataclass(frozen=True, slots=True)
class Area:
    id: int
    code: str
    level: str
    kind: str
    name: str
    parent_id: int | None
    parent_name: str | None = None


@dataclass(frozen=True, slots=True)
class AreaRow:
    """One line of an import file; `aliases` are folded."""

    code: str
    parent_code: str
    level: str
    kind: str
    name: str
    aliases: tuple[str, ...]


class BadAreaFile(Exception):
    """Every problem of the file, one line each."""


def read_file(path: Path) -> list[AreaRow]:
    """Rows of a CSV with the columns FIELDS. Raises BadAreaFile naming every bad line."""
    rows, problems = [], []
    first_line: dict[str, int] = {}
    for number, line in _lines(path):
        problem = _problem(line) or _repeated(line["code"].strip(), number, first_line)
        if problem:
            problems.append(f"{path.name}:{number}: {problem}")
            continue
        aliases = tuple(fold(a) for a in line["aliases"].split("|") if a.strip())
        code, parent, level, kind, name = (line[f].strip() for f in FIELDS[:5])
        rows.append(AreaRow(code, parent, level, kind, name, aliases))
    if problems:
        raise BadAreaFile("\n".join(problems))
    return rows


def _lines(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Every line with the number of its last row in the file."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            if tuple(reader.fieldnames or ()) != FIELDS:
                raise BadAreaFile(f"{path.name}:1: the columns must be {','.join(FIELDS)}")
            for line in reader:
                yield reader.line_num, line
    except (UnicodeDecodeError, csv.Error) as error:
        raise BadAreaFile(f"{path.name}: not a CSV file in UTF-8: {error}") from error


def _problem(line: dict[str, str]) -> str | None:
    if len(line) != len(FIELDS) or any(line[f] is None for f in FIELDS):
        return f"there must be {len(FIELDS)} columns"
    if line["level"].strip() not in LEVELS:
        return f"level must be one of {', '.join(LEVELS)}"
    for name, most in (("code", 16), ("kind", 20), ("name", 120)):
        if not 0 < len(line[name].strip()) <= most:
            return f"the {name} must have 1 to {most} characters"
    if any(len(fold(alias)) > 120 for alias in (line["name"], *line["aliases"].split("|"))):
        return "an alias must have at most 120 characters"
    return None


def _repeated(code: str, number: int, first_line: dict[str, int]) -> str | None:
    first = first_line.setdefault(code, number)
    return None if first == number else f"code {code} is on line {first} already"


def import_rows(conn: Connection, rows: Iterable[AreaRow], now: datetime) -> tuple[int, int]:
    """Adds new units and updates changed ones, keeping the old name in the history and as alias.

    Parents must come before children or be known already. Returns (added, changed).
    """
    rows = list(rows)
    known = {row.code: row for row in conn.execute(select(areas))}
    _refuse_orphans(rows, known)
    ids = {code: row.id for code, row in known.items()}
    added = changed = 0
    aliases: list[tuple[int, str]] = []
    for row in rows:
        values = {
            "level": row.level,
            "kind": row.kind,
            "name": row.name,
            "search_key": fold(row.name),
            "parent_id": ids.get(row.parent_code),
        }
        if row.code not in known:
            added += 1
            result = conn.execute(insert(areas).values(code=row.code, **values))
            ids[row.code] = (result.inserted_primary_key or [0])[0]
        elif _differs(known[row.code], values):
            changed += 1
            keep_history(conn, known[row.code], now)
            conn.execute(update(areas).where(areas.c.code == row.code).values(**values))
        aliases.extend((ids[row.code], alias) for alias in row.aliases)
    _add_aliases(conn, aliases)
    audit.record(conn, "operator", "import", "areas", now, f"{added} added, {changed} changed")
    return added, changed


def _refuse_orphans(rows: list[AreaRow], known: Collection[str]) -> None:
    seen = set(known)
    problems = []
    for row in rows:
        if row.parent_code and row.parent_code not in seen:
            problems.append(f"{row.code}: its parent {row.parent_code} is unknown")
        seen.add(row.code)
    if problems:
        raise BadAreaFile("\n".join(problems))


def _differs(row: Any, values: dict[str, object]) -> bool:
    return any(getattr(row, name) != value for name, value in values.items())


def keep_history(conn: Connection, row: Any, now: datetime) -> None:
    """Before a unit changes; its old name stays an alias."""
    _add_aliases(conn, [(row.id, fold(row.name))])
    conn.execute(
        insert(area_history).values(
            area_id=row.id, kind=row.kind, name=row.name, parent_id=row.parent_id, until=now
        )
    )


def _add_aliases(conn: Connection, pairs: Iterable[tuple[int, str]]) -> None:
    wanted = [{"area_id": i, "alias": a} for i, a in sorted({p for p in pairs if p[1]})]
    if wanted:
        conn.execute(insert_new(conn, area_aliases), wanted)


_parent = areas.alias("parent")
_with_parent = select(
    areas.c.id,
    areas.c.code,
    areas.c.level,
    areas.c.kind,
    areas.c.name,
    areas.c.parent_id,
    _parent.c.name.label("parent_name"),
).select_from(areas.outerjoin(_parent, areas.c.parent_id == _parent.c.id))


def get(conn: Connection, area_id: int) -> Area | None:
    row = conn.execute(_with_parent.where(areas.c.id == area_id)).first()
    return Area(**row._mapping) if row else None


def by_code(conn: Connection, code: str) -> Area | None:
    row = conn.execute(_with_parent.where(areas.c.code == code)).first()
    return Area(**row._mapping) if row else None


def search(conn: Connection, typed: str, root_id: int | None, limit: int = 8) -> list[Area]:
    """Communes whose name begins with (then contains) what was typed, with or without accents.

    "đồng tâm lạng sơn" also finds by the province behind the name. `root_id` limits to a province.
    """
    wanted = fold(typed)
    for prefix in ("xa ", "phuong ", "dac khu ", "thi tran "):
        wanted = wanted.removeprefix(prefix)
    if not wanted:
        return []
    within = areas.c.parent_id == root_id if root_id else areas.c.level == "commune"
    live = _with_parent.where(within, areas.c.level == "commune", areas.c.valid_to.is_(None))
    alias = select(area_aliases.c.area_id).where(area_aliases.c.alias == wanted)
    begins = or_(areas.c.search_key.startswith(wanted, autoescape=True), areas.c.id.in_(alias))
    both = areas.c.search_key + " " + _parent.c.search_key
    for condition in (
        begins,
        both.startswith(wanted, autoescape=True),
        areas.c.search_key.contains(wanted, autoescape=True),
    ):
        order = (func.length(areas.c.search_key), areas.c.search_key, areas.c.code)
        rows = conn.execute(live.where(condition).order_by(*order).limit(limit)).all()
        if rows:
            return [Area(**row._mapping) for row in rows]
    return []


def names(conn: Connection, ids: Collection[int]) -> dict[int, str]:
    rows = conn.execute(select(areas.c.id, areas.c.name).where(areas.c.id.in_(ids)))
    return {row.id: row.name for row in rows}


def below(conn: Connection, area_id: int) -> list[int]:
    """The unit itself and everything under it."""
    tree = select(areas.c.id).where(areas.c.id == area_id).cte("tree", recursive=True)
    tree = tree.union_all(select(areas.c.id).where(areas.c.parent_id == tree.c.id))
    return list(conn.execute(select(tree.c.id)).scalars())


def above(conn: Connection, area_id: int | None) -> list[int]:
    """The unit itself, then what it belongs to, up to the country; of no unit: the country."""
    if area_id is None:
        tops = select(areas.c.id).where(areas.c.parent_id.is_(None)).order_by(areas.c.id)
        return list(conn.execute(tops).scalars())[:1]
    chain = [area_id]
    while (up := _parent_of(conn, chain[-1])) is not None:
        chain.append(up)
    return chain


def _parent_of(conn: Connection, area_id: int) -> int | None:
    return conn.execute(select(areas.c.parent_id).where(areas.c.id == area_id)).scalar_one_or_none()


def tree(conn: Connection, area_id: int) -> list[Area]:
    """Like `below`, with names; a unit never stands before the one it belongs to."""
    ids = select(areas.c.id, literal(0).label("depth")).where(areas.c.id == area_id)
    found = ids.cte("tree", recursive=True)
    under = select(areas.c.id, found.c.depth + 1).where(areas.c.parent_id == found.c.id)
    found = found.union_all(under)
    order = (found.c.depth, areas.c.search_key, areas.c.code)
    query = _with_parent.join(found, found.c.id == areas.c.id).order_by(*order)
    return [Area(**row._mapping) for row in conn.execute(query)]


def under(conn: Connection, area_id: int, typed: str, limit: int) -> list[Area]:
    """Units directly below whose name holds what was typed, with or without accents."""
    named = areas.c.search_key.contains(fold(typed), autoescape=True)
    query = _with_parent.where(areas.c.parent_id == area_id, areas.c.valid_to.is_(None), named)
    rows = conn.execute(query.order_by(areas.c.search_key, areas.c.code).limit(limit))
    return [Area(**row._mapping) for row in rows]


def within(column: Column[int], ids: Collection[int], everywhere: bool) -> ColumnElement[bool]:
    """Rows of these units; `everywhere` also rows that belong to none."""
    return true() if everywhere else column.in_(ids)


def count(conn: Connection) -> int:
    return conn.execute(select(func.count()).select_from(areas)).scalar_one()
