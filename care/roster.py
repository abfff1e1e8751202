"""A list of a class or a hamlet as somebody keeps it in a table: which column is what, row by row.

Only the name a child is called by is kept: of a full name the last word.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from care.folding import clean, fold
from care.nicknames import MOST_CHARACTERS, clean_name
from care.parsing import DateProblem, parse_birth

HEAD_WITHIN = 10  # lines; titles may stand above the headings
GROUP_MOST = 60
NOTE_MOST = 200


class Column(StrEnum):
    NAME = "name"
    FULL_NAME = "full_name"
    BORN = "born"
    GROUP = "group"
    NOTE = "note"


_WHOSE = r"(?: (?:cua )?(?:tre|tre em|be|chau|con|em|hoc sinh))?"
_HEADINGS = {
    Column.NAME: rf"(?:ten(?: goi)?{_WHOSE}(?: o nha)?|ten thuong goi|ten thuong ngay|biet danh)",
    Column.FULL_NAME: rf"ho(?: va)? ten{_WHOSE}(?: day du)?",
    Column.BORN: rf"(?:ngay (?:thang nam )?sinh|sinh ngay|nam sinh|ngay thang nam){_WHOSE}",
    Column.GROUP: r"(?:(?:ten )?(?:thon|xom|ban|ap|buon|lop|nhom)|to|to dan pho|khu pho|nhom lop|"
    r"thon (?:lop|ban|xom)|lop hoc)",
    Column.NOTE: r"(?:ghi chu|chu thich|luu y)",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One child of the list; `number` is the line in the table."""

    number: int
    name: str
    born_on: date
    group: str
    note: str


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is wrong with a line; `other` is the line that says the same."""

    number: int
    what: str  # name, long_name, born, no_day, impossible, future, old, unreadable, twice, group
    typed: str = ""
    other: int = 0


class NoHeadings(Exception):
    """`missing`: columns that no heading names."""

    def __init__(self, missing: Sequence[Column]) -> None:
        super().__init__(", ".join(missing))
        self.missing = tuple(missing)


@dataclass(frozen=True, slots=True)
class Row:
    """A line as it stands in the table, each part in its column."""

    number: int
    name: str
    born: str
    group: str = ""
    note: str = ""


def columns(cells: Sequence[str]) -> dict[Column, int]:
    """Where each column stands, by its heading; the first of its kind counts."""
    found: dict[Column, int] = {}
    for place, heading in enumerate(cells):
        typed = fold(heading.partition("(")[0])
        for column, pattern in _HEADINGS.items():
            if re.fullmatch(pattern, typed):
                found.setdefault(column, place)
                break
    return found


def rows(lines: Sequence[tuple[int, Sequence[str]]]) -> list[Row]:
    """The lines below the headings. Raises NoHeadings."""
    heads = [columns(cells) for _, cells in lines[:HEAD_WITHIN]]
    at = max(range(len(heads)), key=lambda number: len(heads[number]), default=0)
    where = heads[at] if heads else {}
    missing = [] if {Column.NAME, Column.FULL_NAME} & where.keys() else [Column.NAME]
    missing += [] if Column.BORN in where else [Column.BORN]
    if missing:
        raise NoHeadings(missing)
    return [_row(number, cells, where) for number, cells in lines[at + 1 :]]


def _row(number: int, cells: Sequence[str], where: Mapping[Column, int]) -> Row:
    def told(column: Column) -> str:
        at = where.get(column, len(cells))
        return clean(cells[at]) if at < len(cells) else ""

    name = told(Column.NAME) or told(Column.FULL_NAME).rpartition(" ")[2]
    return Row(number, name, told(Column.BORN), told(Column.GROUP), told(Column.NOTE))


_SAID = {
    DateProblem.IMPOSSIBLE: "impossible",
    DateProblem.FUTURE: "future",
    DateProblem.TOO_OLD: "old",
    DateProblem.TOO_FAR: "unreadable",
    DateProblem.UNREADABLE: "unreadable",
}


def check(found: Iterable[Row], today: date) -> tuple[list[Entry], list[Trouble]]:
    """Good rows, and everything that is wrong with the others."""
    good: list[Entry] = []
    troubles: list[Trouble] = []
    seen: dict[tuple[str, date, str], int] = {}
    for row in found:
        entry, wrong = _entry(row, today)
        if entry is not None:
            key = (fold(entry.name), entry.born_on, fold(entry.group))
            first = seen.setdefault(key, row.number)
            if first == row.number:
                good.append(entry)
            else:
                wrong.append(Trouble(row.number, "twice", row.name[:MOST_CHARACTERS], first))
        troubles += wrong
    return good, troubles


def _entry(row: Row, today: date) -> tuple[Entry | None, list[Trouble]]:
    wrong = []
    name = clean_name(row.name)
    if name is None:
        what = "long_name" if len(row.name) > MOST_CHARACTERS else "name"
        wrong.append(Trouble(row.number, what, row.name[:MOST_CHARACTERS]))
    born = parse_birth(row.born, today) if row.born else None
    if born is None:
        wrong.append(Trouble(row.number, "born"))
    elif isinstance(born, DateProblem):
        wrong.append(Trouble(row.number, _SAID[born], row.born[:MOST_CHARACTERS]))
    elif born.precision != "day":
        wrong.append(Trouble(row.number, "no_day", row.born[:MOST_CHARACTERS]))
    if len(row.group) > GROUP_MOST:
        wrong.append(Trouble(row.number, "group", row.group[:GROUP_MOST]))
    if wrong or name is None or born is None or isinstance(born, DateProblem):
        return None, wrong
    return Entry(row.number, name, born.on, row.group, row.note[:NOTE_MOST]), []
