import csv
import io
import random
import unicodedata
import zipfile
from datetime import date

import openpyxl
import pytest
import xlsxwriter

from console import sheets
from console.sheets import BadSheet, cell, csv_bytes, read_rows, xlsx

SIGNS = "=+-@|%"
BEGINNINGS = ["", " ", "\t", "\r", "\n", "\ufeff", "\u00a0", "\u200b", "\x00", "\u2028", "'", '"']
ODD = [
    "=1+1",
    "＝1+1",
    "﹦1",
    "⁼1",
    "＋1",
    "－1",
    "＠sum(1)",
    "|calc",
    "%0A",
    "bé Na",
    "3,5",
    ";=1",
]
ODD += ['"', "',=1", ",=HYPERLINK(1)", "12", "-2", "\ud800=1", "a\t=1", "b\r\n=1", "ok; =1", ""]
CELLS = 100_000


def odd_cells(count: int) -> list[str]:
    chance = random.Random(7)
    letters = SIGNS + "＝＋－＠ab1 ;,\t\r\n\"'\ufeff\u200b\u00a0\u2212đ"
    made = []
    for _ in range(count):
        body = chance.choice(ODD) if chance.random() < 0.5 else ""
        body += "".join(chance.choices(letters, k=chance.randrange(6)))
        made.append("".join(chance.choices(BEGINNINGS, k=chance.randrange(3))) + body)
    return made


def begins_one(text: str) -> bool:
    """Written apart from the code it judges."""
    seen = text.lstrip("\ufeff\u200b\u200e \t\r\n\u00a0\x00\u2028")
    return unicodedata.normalize("NFKC", seen)[:1] in set(SIGNS)


def is_formula(text: str) -> bool:
    return begins_one(text) or text[:1] in ("\t", "\r")


def test_of_generated_cells_no_formula_is_left_in_a_workbook() -> None:
    made = odd_cells(CELLS)
    rows = [made[at : at + 20] for at in range(0, CELLS, 20)]
    book = openpyxl.load_workbook(io.BytesIO(xlsx(rows, ["=a", "b"])), read_only=True)
    count = 0
    for row in book.worksheets[0].iter_rows(min_row=2):
        for found in row:
            count += 1
            assert found.data_type in ("s", "n", "inlineStr")
            assert found.value is None or isinstance(found.value, str)
            assert not is_formula(found.value or "")
    assert count == CELLS


def test_no_part_of_a_workbook_holds_a_formula_element() -> None:
    data = xlsx([[value] for value in odd_cells(500)], ["a"])
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        sheet = parts.read("xl/worksheets/sheet1.xml")
    assert b"<f>" not in sheet
    assert b"<f " not in sheet


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_of_generated_cells_no_formula_is_left_in_a_csv_however_it_is_split(
    separator: str,
) -> None:
    made = odd_cells(CELLS)
    rows = [made[at : at + 20] for at in range(0, CELLS, 20)]
    data = csv_bytes(rows, ["=a"])
    assert data.startswith(b"\xef\xbb\xbf")
    found = list(csv.reader(io.StringIO(data.decode("utf-8-sig")), delimiter=separator))
    judge = is_formula if separator == "," else begins_one
    assert not [c for row in found for c in row if judge(c)]
    if separator == ",":
        assert sum(map(len, found[1:])) == CELLS


def test_plain_words_and_numbers_stay_as_they_are() -> None:
    assert [cell(v) for v in ("Bé Na", 12, None, "Xóm 3 - Đông")] == [
        "Bé Na",
        "12",
        "",
        "Xóm 3 - Đông",
    ]
    assert cell("-2") == "'-2"


def test_what_was_written_is_read_again_by_both_ways() -> None:
    rows = [["Bé Na", "12/03/2026", "Thôn 1; xóm 2"], ["Tí", "1/2/2025", 'nói "dạ"']]
    headings = ["Tên ở nhà", "Ngày sinh", "Thôn"]
    for data, name in ((xlsx(rows, headings), "a.xlsx"), (csv_bytes(rows, headings), "a.csv")):
        found = read_rows(name, data)
        assert [line.cells for line in found] == [headings, *rows]
        assert [line.number for line in found] == [1, 2, 3]


def test_semicolons_tabs_empty_lines_and_wide_letters_are_read() -> None:
    text = "tên;ngày sinh\n\nNa;1/2/2025\n"
    for data in (text.encode(), text.encode("utf-16"), text.replace(";", "\t").encode("utf-8-sig")):
        assert [(line.number, line.cells) for line in read_rows("a.csv", data)] == [
            (1, ["tên", "ngày sinh"]),
            (3, ["Na", "1/2/2025"]),
        ]


def test_days_and_numbers_of_a_workbook_become_text() -> None:
    book = openpyxl.Workbook()
    book.active.append(["Na", date(2026, 3, 1), 5.0, 2.5, "=1+1"])
    target = io.BytesIO()
    book.save(target)
    assert read_rows("a.xlsx", target.getvalue())[0].cells == ["Na", "01/03/2026", "5", "2.5"]


def bomb() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("[Content_Types].xml", "<a/>")
        parts.writestr("xl/worksheets/sheet1.xml", b" " * (60 * 1024 * 1024))
    return target.getvalue()


def workbook(**parts: bytes) -> bytes:
    """A good workbook with parts added or replaced; `__` in a name is a slash."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(xlsx([["a"]], ["b"]))) as old,
        zipfile.ZipFile(target, "w") as new,
    ):
        named = {name.replace("__", "/").replace("_dot_", "."): d for name, d in parts.items()}
        for info in old.infolist():
            if info.filename not in named:
                new.writestr(info.filename, old.read(info))
        for name, data in named.items():
            new.writestr(name, data)
    return target.getvalue()


def wide(columns: int, rows: int) -> bytes:
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target)
    sheet = book.add_worksheet()
    for row in range(rows):
        sheet.write_string(row, columns - 1, "x")
    book.close()
    return target.getvalue()


ENTITIES = b'<!DOCTYPE a [<!ENTITY b "bb">]><a>&b;</a>'


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("a.csv", b"", "empty"),
        ("a.csv", b" \n;;\n", "empty"),
        ("a.csv", b"a" * (sheets.BYTES_MOST + 1), "size"),
        ("a.xlsx", bomb(), "size"),
        ("a.xlsm", xlsx([["a"]], ["b"]), "macros"),
        ("a.xlsx", workbook(xl__vbaProject_dot_bin=b"x"), "macros"),
        ("a.xlsx", workbook(xl__sharedStrings_dot_xml=ENTITIES), "broken"),
        ("a.xlsx", workbook(xl__workbook_dot_xml=b"<a"), "broken"),
        ("a.xlsx", b"PK\x03\x04 no zip", "broken"),
        ("a.xls", b"\xd0\xcf\x11\xe0 an old one", "kind"),
        ("a.csv", "Bé".encode("cp1258"), "encoding"),
        ("a.csv", b"a\x00b", "kind"),
        ("a.csv", b"x," * 40 + b"x\n", "columns"),
        ("a.csv", b"x\n" * 2_001, "rows"),
        ("a.xlsx", wide(31, 1), "columns"),
        ("a.xlsx", wide(1, 2_001), "rows"),
    ],
)
def test_a_file_that_cannot_be_used_says_why(name: str, data: bytes, why: str) -> None:
    with pytest.raises(BadSheet) as raised:
        read_rows(name, data)
    assert raised.value.why == why


def test_the_longest_allowed_sheets_are_read() -> None:
    assert len(read_rows("a.xlsx", wide(30, 2_000))) == 2_000
    assert len(read_rows("a.csv", b"x\n" * 2_000)) == 2_000
