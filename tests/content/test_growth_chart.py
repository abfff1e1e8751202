"""The picture of growth: which window, whose points, which words; and that it can be drawn."""

import re
import struct
from collections.abc import Sequence
from datetime import date, timedelta
from xml.etree import ElementTree as ET

import pytest

from care.growth import Measure, Measurement, Sizes
from care.people import Child, ChildState
from content.growth_chart import HEIGHT, SHARPNESS, WIDTH, draw, png
from content.library import ROOT, Library

BORN = date(2026, 3, 12)
SVG = "{http://www.w3.org/2000/svg}"


def a_child(sex: str | None = "girl", weeks: int | None = None) -> Child:
    return Child(1, ChildState.BORN, "Bống", BORN, "day", None, weeks, BORN, sex=sex)


def after(days: int, grams: int | None, height: int | None = None) -> Measurement:
    return Measurement(BORN + timedelta(days=days), Sizes(grams, height))


def drawn(
    library: Library, child: Child, *measured: Measurement, measure: Measure = Measure.WEIGHT
) -> ET.Element:
    svg = draw(library, child, measured, measure)
    assert svg is not None
    return ET.fromstring(svg)  # noqa: S314 - our own


def texts(picture: ET.Element) -> list[str]:
    return [element.text or "" for element in picture.iter(f"{SVG}text")]


def dots(picture: ET.Element) -> list[tuple[float, float]]:
    """The child's points; the last ellipse is the one of the legend."""
    found = [(float(e.attrib["cx"]), float(e.attrib["cy"])) for e in picture.iter(f"{SVG}ellipse")]
    return found[:-1]


@pytest.mark.parametrize(
    ("days", "grams", "first", "last"),
    [
        (100, 6000, "0", "6"),
        (250, 7500, "0", "12"),
        (500, 9500, "0", "24"),
        (731, 11_500, "24", "60"),
        (1500, 15_500, "24", "60"),
        (2500, 21_000, "60", "96"),
    ],
)
def test_the_window_is_around_the_age(
    library: Library, days: int, grams: int, first: str, last: str
) -> None:
    words = texts(drawn(library, a_child(), after(days, grams)))
    months = words[words.index(library.label("growth.months")) - 1]
    assert months == last
    assert first in words


def test_every_point_of_the_window_is_drawn_and_joined(library: Library) -> None:
    picture = drawn(library, a_child(), after(0, 3100), after(60, 5000), after(250, 7200))
    points = dots(picture)
    assert len(points) == 3
    assert [x for x, _ in points] == sorted(x for x, _ in points)
    assert [y for _, y in points] == sorted((y for _, y in points), reverse=True)
    older = drawn(library, a_child(), after(250, 7200), after(800, 11_000))
    assert len(dots(older)) == 1


def test_a_child_far_outside_stays_in_the_picture(library: Library) -> None:
    for grams in (3000, 25_000):
        [(x, y)] = dots(drawn(library, a_child(), after(250, grams)))
        assert 0 < x < WIDTH
        assert 0 < y < HEIGHT


def test_height_has_a_picture_of_its_own(library: Library) -> None:
    measured = after(250, 7200, 680), after(280, 7400)
    words = texts(drawn(library, a_child(), *measured, measure=Measure.HEIGHT))
    assert words[0] == library.label("growth.chart-length")
    older = texts(drawn(library, a_child(), after(900, None, 880), measure=Measure.HEIGHT))
    assert older[0] == library.label("growth.chart-height")


def test_a_preterm_child_is_drawn_by_its_due_date(library: Library) -> None:
    early = drawn(library, a_child(weeks=32), after(100, 4000))
    assert library.label("growth.early-months") in texts(early)
    assert dots(early)[0][0] < dots(drawn(library, a_child(), after(100, 4000)))[0][0]


@pytest.mark.parametrize(
    ("child", "measured"),
    [
        (a_child(None), [after(250, 7200)]),
        (a_child(""), [after(250, 7200)]),
        (a_child(), []),
        (a_child(), [after(250, None, 680)]),
        (a_child(weeks=28), [after(10, 1200)]),
    ],
)
def test_there_is_none_without_a_curve_or_a_point(
    library: Library, child: Child, measured: Sequence[Measurement]
) -> None:
    assert draw(library, child, measured, Measure.WEIGHT) is None


def test_it_judges_nothing_and_names_nobody(library: Library) -> None:
    words = " ".join(texts(drawn(library, a_child(), after(250, 5000))))
    assert not re.search(r"bình thường|suy|còi|béo|chuẩn|Bống|[-+]\d|SD|z", words)


def test_every_letter_has_a_shape_in_the_font(library: Library) -> None:
    """A letter the font lacks would leave a hole; with the font's own box for it, more ink."""
    svg = draw(library, a_child(), [after(250, 7200)], Measure.WEIGHT)
    assert svg is not None
    font = (ROOT / "fonts" / "DejaVuSans-vi.ttf").read_bytes()
    letters = set("".join(texts(ET.fromstring(svg))))  # noqa: S314 - our own
    every = "ạảãàáâậấầẩẫăắằặẳẵóòọõỏôộổỗồốơớờởợỡéèẻẹẽêếềệểễúùụủũưứừửựữíìịỉĩýỳỷỵỹđĐÂÊÔƯƠ"
    assert (letters | set(every)) - {" "} <= characters(font)


def characters(font: bytes) -> set[str]:
    """What the font's table `cmap` knows (format 4 of OpenType)."""
    count = struct.unpack_from(">H", font, 4)[0]
    tables = {font[12 + 16 * n : 16 + 16 * n]: 12 + 16 * n for n in range(count)}
    start = struct.unpack_from(">I", font, tables[b"cmap"] + 8)[0]
    found: set[str] = set()
    for n in range(struct.unpack_from(">H", font, start + 2)[0]):
        at = start + struct.unpack_from(">I", font, start + 4 + 8 * n + 4)[0]
        if struct.unpack_from(">H", font, at)[0] != 4:
            continue
        segments = struct.unpack_from(">H", font, at + 6)[0] // 2
        ends = struct.unpack_from(f">{segments}H", font, at + 14)
        starts = struct.unpack_from(f">{segments}H", font, at + 16 + 2 * segments)
        for first, last in zip(starts, ends, strict=True):
            found |= {chr(point) for point in range(first, last + 1)}
    return found


def test_the_png_is_as_wide_as_a_phone_and_small(library: Library) -> None:
    svg = draw(library, a_child(), [after(0, 3100), after(250, 7200)], Measure.WEIGHT)
    assert svg is not None
    picture = png(svg)
    assert struct.unpack_from(">II", picture, 16) == (WIDTH * SHARPNESS, HEIGHT * SHARPNESS)
    assert len(picture) < 60_000
    bare = png(re.sub(r"<text.*?</text>", "", svg))
    assert len(picture) > len(bare) + 5000  # the words are there


def test_the_tables_and_the_font_are_of_reasonable_size() -> None:
    files = [*(ROOT / "growth").iterdir(), *(ROOT / "fonts").iterdir()]
    assert sum(file.stat().st_size for file in files) < 400_000
