"""Lists of a class or a hamlet, as people keep them."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from care.roster import Column, NoHeadings, Row, check, columns, rows

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("heading", "column"),
    [
        ("Tên ở nhà", Column.NAME),
        ("TEN O NHA", Column.NAME),
        ("Tên gọi của bé ở nhà", Column.NAME),
        ("Tên trẻ", Column.NAME),
        ("Biệt danh", Column.NAME),
        ("Họ và tên", Column.FULL_NAME),
        ("Họ tên học sinh", Column.FULL_NAME),
        ("Ngày sinh", Column.BORN),
        ("Ngày, tháng, năm sinh (dd/mm/yyyy)", Column.BORN),
        ("Thôn/lớp", Column.GROUP),
        ("Tổ dân phố", Column.GROUP),
        ("Lớp", Column.GROUP),
        ("Ghi chú", Column.NOTE),
        ("Họ và tên mẹ", None),
        ("Ngày sinh của mẹ", None),
        ("Số điện thoại", None),
        ("STT", None),
    ],
)
def test_headings(heading: str, column: Column | None) -> None:
    assert list(columns([heading])) == ([column] if column else [])


def test_a_title_may_stand_above_the_headings_and_columns_in_any_order() -> None:
    lines = [
        (1, ["DANH SÁCH LỚP MẦM 1"]),
        (3, ["STT", "Ghi chú", "Ngày sinh", "Tên"]),
        (4, ["1", "nhà chị Hoa", "12/3/2024", "Na"]),
        (5, ["2", "", "5/4/2023"]),
    ]
    assert rows(lines) == [
        Row(4, "Na", "12/3/2024", "", "nhà chị Hoa"),
        Row(5, "", "5/4/2023", "", ""),
    ]


def test_of_a_full_name_only_what_the_child_is_called_is_kept() -> None:
    lines = [(1, ["Họ và tên", "Ngày sinh"]), (2, ["Nguyễn Thị Bình", "12/3/2024"])]
    assert rows(lines)[0].name == "Bình"
    both = [(1, ["Họ và tên", "Ngày sinh", "Tên ở nhà"]), (2, ["Lê Thị An", "12/3/2024", "Bống"])]
    assert rows(both)[0].name == "Bống"


@pytest.mark.parametrize(
    ("lines", "missing"),
    [
        ([(1, ["a", "b"])], (Column.NAME, Column.BORN)),
        ([(1, ["Tên"])], (Column.BORN,)),
        ([], (Column.NAME, Column.BORN)),
    ],
)
def test_missing_headings_are_named(
    lines: list[tuple[int, list[str]]], missing: tuple[Column, ...]
) -> None:
    with pytest.raises(NoHeadings) as raised:
        rows(lines)
    assert raised.value.missing == missing


@pytest.mark.parametrize(
    ("row", "what"),
    [
        (Row(2, "", "12/3/2024"), "name"),
        (Row(2, "123", "12/3/2024"), "name"),
        (Row(2, "x" * 31, "12/3/2024"), "long_name"),
        (Row(2, "Na", ""), "born"),
        (Row(2, "Na", "3/2024"), "no_day"),
        (Row(2, "Na", "2024"), "unreadable"),
        (Row(2, "Na", "31/2/2024"), "impossible"),
        (Row(2, "Na", "1/1/2030"), "future"),
        (Row(2, "Na", "1/1/2015"), "old"),
        (Row(2, "Na", "12/3/2024", "l" * 61), "group"),
    ],
)
def test_what_is_wrong_with_a_row(row: Row, what: str) -> None:
    good, troubles = check([row], TODAY)
    assert good == []
    assert [(one.number, one.what) for one in troubles] == [(2, what)]


def test_everything_that_is_wrong_with_a_row_is_said_at_once() -> None:
    _, troubles = check([Row(7, "", "")], TODAY)
    assert [one.what for one in troubles] == ["name", "born"]


def test_the_same_child_twice_counts_once_unless_in_another_group() -> None:
    found = [Row(2, "Na", "12/3/2024", "Mầm"), Row(3, "ná", "12-03-2024", "mam")]
    good, troubles = check([*found, Row(4, "Na", "12/3/2024", "Chồi")], TODAY)
    assert [entry.number for entry in good] == [2, 4]
    assert [(one.number, one.what, one.other) for one in troubles] == [(3, "twice", 2)]


@settings(deadline=None)
@given(st.lists(st.lists(st.text(max_size=40), max_size=6), max_size=8))
def test_any_table_is_read_or_refused(table: list[list[str]]) -> None:
    try:
        found = rows([(1, ["Tên", "Ngày sinh", "Lớp"]), *enumerate(table, 2)])
    except NoHeadings:
        raise AssertionError("the headings are there") from None
    good, troubles = check(found, TODAY)
    numbers = {entry.number for entry in good} | {one.number for one in troubles}
    assert numbers == {row.number for row in found}
