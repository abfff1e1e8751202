"""Tables that leave the console and tables that come in: text only, never a formula."""

import csv
import io
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV_TYPE = "text/csv; charset=utf-8"

BYTES_MOST = 2 * 1024 * 1024
ROWS_MOST = 2_000
COLUMNS_MOST = 30
CELL_MOST = 2_000

_UNPACKED_MOST = 40 * 1024 * 1024
_PARTS_MOST = 300
_LOOKED_AT = 20_000  # lines; a sheet may be empty for long stretches
_FORMULA = frozenset("=+-@|%\t\r")
_SEPARATORS = frozenset(",;\t")
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zs", "Zl", "Zp"})

Rows = Iterable[Sequence[object]]


def cell(value: object) -> str:
    """What a cell holds: text that no programme takes for a formula, not even when edited."""
    if isinstance(value, datetime | date):
        value = f"{value:%d/%m/%Y}"
    text = "" if value is None else str(value)
    kept = "".join(_character(c) for c in text[:CELL_MOST]).strip()
    return f"'{kept}" if _is_formula(text) or _is_formula(kept) else kept


def _character(char: str) -> str:
    if char in "\t\r\n\x0b\x0c\x85\u2028\u2029":
        return " "
    return (
        "" if unicodedata.category(char) in ("Cc", "Cs", "Co", "Cn") or char == "\ufeff" else char
    )


def _is_formula(text: str) -> bool:
    if text[:1] in ("\t", "\r"):
        return True
    first = next((c for c in text if unicodedata.category(c) not in _UNSEEN), "")
    return unicodedata.normalize("NFKC", first)[:1] in _FORMULA if first else False


def xlsx(rows: Rows, headings: Sequence[str]) -> bytes:
    """A workbook of one sheet; numbers are text too, so that nothing is counted or shortened."""
    target = io.BytesIO()
    import xlsxwriter  # at call time, like openpyxl: few need it, and the start would wait

    book = xlsxwriter.Workbook(target, {"in_memory": True})
    sheet = book.add_worksheet()
    bold, plain = book.add_format({"bold": True}), book.add_format({"num_format": "@"})
    for column, heading in enumerate(headings):
        sheet.write_string(0, column, cell(heading), bold)
        sheet.set_column(column, column, max(12, len(heading) + 2))
    for number, row in enumerate(rows, 1):
        for column, value in enumerate(row):
            sheet.write_string(number, column, cell(value), plain)
    sheet.freeze_panes(1, 0)
    book.close()
    return target.getvalue()


def csv_bytes(rows: Rows, headings: Sequence[str]) -> bytes:
    target = io.StringIO()
    writer = csv.writer(target, quoting=csv.QUOTE_ALL)
    for row in (headings, *rows):
        writer.writerow([_apart(cell(value)) for value in row])
    return b"\xef\xbb\xbf" + target.getvalue().encode()


def _apart(text: str) -> str:
    """Also behind every separator: a programme that splits by another one finds no formula."""
    found = []
    behind = False  # a separator, and nothing seen since
    for char in text:
        if behind and unicodedata.normalize("NFKC", char)[:1] in _FORMULA:
            found.append("'")
        if char in _SEPARATORS:
            behind = True
        elif unicodedata.category(char) not in _UNSEEN and char not in "\"'":
            behind = False
        found.append(char)
    return "".join(found)


class BadSheet(Exception):
    """`why`: size, kind, macros, broken, encoding, rows, columns, empty."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Line(NamedTuple):
    """One line of an upload that is not empty; `number` counts as the table shows it."""

    number: int
    cells: list[str]


def read_rows(name: str, data: bytes) -> list[Line]:
    """The lines of an XLSX or CSV file. Raises BadSheet."""
    if len(data) > BYTES_MOST:
        raise BadSheet("size")
    if not data.strip():
        raise BadSheet("empty")
    if name.lower().endswith((".xlsm", ".xltm", ".xlsb")):
        raise BadSheet("macros")
    if data.startswith(b"PK"):
        found = _kept(_of_workbook(data))
    elif data.startswith(b"\xd0\xcf\x11\xe0"):  # an old or locked workbook
        raise BadSheet("kind")
    else:
        found = _kept(_of_text(data))
    if not found:
        raise BadSheet("empty")
    return found


def _kept(rows: Iterable[Sequence[object]]) -> list[Line]:
    found = []
    for number, row in enumerate(rows, 1):
        if number > _LOOKED_AT:
            raise BadSheet("rows")
        cells = [_read(value) for value in row]
        while cells and not cells[-1]:
            cells.pop()
        if not cells:
            continue
        if len(cells) > COLUMNS_MOST:
            raise BadSheet("columns")
        found.append(Line(number, cells))
        if len(found) > ROWS_MOST:
            raise BadSheet("rows")
    return found


def _read(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime | date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "".join(_character(c) for c in str(value)[:CELL_MOST]).strip()


def _of_workbook(data: bytes) -> Iterator[Sequence[object]]:
    _look_inside(data)
    import openpyxl

    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        sheet: Any = book.worksheets[0]
        sheet.reset_dimensions()
        yield from sheet.iter_rows(
            max_row=_LOOKED_AT + 1, max_col=COLUMNS_MOST + 1, values_only=True
        )
    except BadSheet:
        raise
    except Exception as error:  # whatever a strange file does to the library
        raise BadSheet("broken") from error


def _look_inside(data: bytes) -> None:
    """Before anything is read: no macros, no bomb, no entities."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            inside = parts.infolist()
            if len(inside) > _PARTS_MOST or sum(p.file_size for p in inside) > _UNPACKED_MOST:
                raise BadSheet("size")
            names = [part.filename.lower() for part in inside]
            if any("vba" in name or "macrosheet" in name for name in names):
                raise BadSheet("macros")
            if "[content_types].xml" not in names:
                raise BadSheet("kind")
            for part in inside:
                if part.filename.lower().endswith((".xml", ".rels")):
                    _refuse_entities(parts.read(part))
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
        raise BadSheet("broken") from error


def _refuse_entities(xml: bytes) -> None:
    if b"\x00" in xml[:200] or b"<!DOCTYPE" in xml or b"<!ENTITY" in xml:
        raise BadSheet("broken")
    if b"macroEnabled" in xml[:4_000]:
        raise BadSheet("macros")


def _of_text(data: bytes) -> Iterator[Sequence[object]]:
    text = _decoded(data)
    head = text[: text.find("\n")] if "\n" in text else text
    separator = max(";,\t", key=head.count)
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    except csv.Error as error:
        raise BadSheet("broken") from error


def _decoded(data: bytes) -> str:
    wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        text = data.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadSheet("encoding") from error
    if "\x00" in text:
        raise BadSheet("kind")
    return text
