"""Pictures of numbers: a title, no inline style, and nothing that was typed becomes markup."""

from collections.abc import Callable
from xml.etree import ElementTree as ET

import pytest
from markupsafe import Markup

from console.pictures import Rows, bars, cut, line, told

Draw = Callable[[str, Rows], Markup]
EVIL = '"><script>alert(1)</script>'


def drawn(picture: str) -> list[ET.Element]:
    """The whole picture, which is well-formed."""
    return list(ET.fromstring(picture).iter())  # noqa: S314 - our own


@pytest.mark.parametrize("rows", [[], [("a", 0)], [("a", 1)], [("a", 1), ("b", 2.5), ("c", 0)]])
@pytest.mark.parametrize("draw", [bars, line])
def test_every_picture_is_whole(draw: Draw, rows: Rows) -> None:
    elements = drawn(draw("Tên", rows))
    assert elements[0].get("role") == "img"
    assert elements[1].text == "Tên"
    assert not any("style" in element.attrib for element in elements)


def test_the_longest_bar_is_the_largest_value() -> None:
    widths = [e.get("width") for e in drawn(bars("Tên", [("a", 5), ("b", 10), ("c", 0)]))]
    assert [w for w in widths if w and w.endswith(".0%")] == ["50.0%", "100.0%", "0.0%"]
    assert "25.0%" in bars("Tên", [("a", 5)], most=20)


@pytest.mark.parametrize("draw", [bars, line])
def test_labels_are_text(draw: Draw) -> None:
    picture = draw(EVIL, [(EVIL, 1), ("b", 2)])
    assert "<script>" not in picture
    assert drawn(picture)[1].text == EVIL


def test_numbers_are_told_as_they_are_written_here() -> None:
    assert [told(n) for n in (0, 7, 1234, 2.5, 1234567.25)] == [
        "0",
        "7",
        "1.234",
        "2,5",
        "1.234.567,2",
    ]


def test_long_labels_are_cut() -> None:
    assert cut("ngắn") == "ngắn"
    assert len(cut("dài " * 30)) <= 40
