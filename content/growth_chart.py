"""The picture of a child's growth: soft bands of its age, its own points joined, no verdict."""

from collections.abc import Sequence
from math import ceil, floor

from care.growth import (
    DAYS_PER_MONTH,
    STANDING_FROM,
    Curve,
    Measure,
    Measurement,
    age_on,
    value,
)
from care.people import Child
from content.drawings import pen
from content.drawings.pen import Point
from content.growth_tables import SEXES, standards
from content.library import ROOT, Library

WIDTH, HEIGHT = 360, 340
SHARPNESS = 2  # pixels of the picture for one of a phone
LEFT, RIGHT, TOP, BOTTOM = 42, 346, 44, 258
FONT = "DejaVu Sans"
BANDS = (((-3, -2), pen.CREAM), ((-2, -1), "#e9ead3"), ((-1, 1), "#d3e2cf"),
         ((1, 2), "#e9ead3"), ((2, 3), pen.CREAM))  # fmt: skip
MIDDLE, GRID, OWN = "#7fa58c", "#e2d8c6", "#c4553e"
DASHED = f'fill="none" stroke="{MIDDLE}" stroke-width="2" stroke-dasharray="5 5"'
# First and last day, months between the marks below; height changes its way at two years.
WINDOWS = (
    (0, 182, 1),
    (0, 365, 2),
    (0, STANDING_FROM - 1, 3),
    (STANDING_FROM, 1826, 6),
    (1827, 2921, 6),
)
STEPS = (0.5, 1, 2, 5, 10, 20)
MOST_STEPS = 10
SAMPLES = 60


def draw(
    library: Library, child: Child, measured: Sequence[Measurement], measure: Measure
) -> str | None:
    """SVG; None where no curve can be chosen or no point lies on it."""
    points = points_of(child, measured, measure)
    if child.sex not in SEXES or not points:
        return None
    window = next(w for w in WINDOWS if points[-1][0] <= w[1])
    curve = standards(child.sex)[measure][0]
    shown = [point for point in points if window[0] <= point[0] <= window[1]]
    early = child.preterm and window[1] < STANDING_FROM
    return _Chart(library, curve, window, shown).svg(measure, early=early)


def points_of(
    child: Child, measured: Sequence[Measurement], measure: Measure
) -> list[tuple[int, float]]:
    """Days on the curve and what was measured; before the due date there is no curve."""
    return [
        (age, found)
        for m in measured
        if (found := value(measure, m.sizes, age := age_on(child, m.day))) is not None
        and 0 <= age <= WINDOWS[-1][1]
    ]


def png(svg: str) -> bytes:
    import resvg_py  # 3 MB that most turns never need

    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=svg,
            width=WIDTH * SHARPNESS,
            height=HEIGHT * SHARPNESS,
            skip_system_fonts=True,
            font_files=[str(ROOT / "fonts" / "DejaVuSans-vi.ttf")],
        )
    )


class _Chart:
    def __init__(
        self,
        library: Library,
        curve: Curve,
        window: tuple[int, int, int],
        points: Sequence[tuple[int, float]],
    ) -> None:
        self._label = library.label
        self._curve = curve
        self._first, self._last, self._months = window
        self._points = points
        self._low, self._high, self._step = self._range()

    def svg(self, measure: Measure, *, early: bool) -> str:
        label = self._label
        unit = label("growth.early-months" if early else "growth.months")
        lying = measure is Measure.HEIGHT and self._last < STANDING_FROM
        title = label(f"growth.chart-{'length' if lying else measure.value}")
        parts = [
            f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{pen.PAPER}"/>',
            _text(12, 24, title, size=16),
            *(self._band(low, high, fill) for (low, high), fill in BANDS),
            *self._grid(),
            self._line(0),
            *self._marks(),
            _text((LEFT + RIGHT) / 2, BOTTOM + 36, unit, anchor="middle"),
            *self._own(),
            *self._legend(),
        ]
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}"'
            f' font-family="{FONT}" stroke-linecap="round" stroke-linejoin="round">'
            + "\n".join(parts)
            + "</svg>"
        )

    def _range(self) -> tuple[float, float, float]:
        """The bands and every point of the child, between whole steps."""
        edges = [v for day in self._days() for z in (-3, 3) if (v := self._curve.value(day, z))]
        edges += [size for _, size in self._points]
        wide = max(edges) - min(edges)
        step = next((s for s in STEPS if wide / s <= MOST_STEPS), STEPS[-1])
        return floor(min(edges) / step) * step, ceil(max(edges) / step) * step, step

    def _days(self) -> list[int]:
        span = self._last - self._first
        return [self._first + round(n * span / SAMPLES) for n in range(SAMPLES + 1)]

    def _at(self, day: float, size: float) -> Point:
        right = (day - self._first) / (self._last - self._first)
        up = (size - self._low) / (self._high - self._low)
        return LEFT + right * (RIGHT - LEFT), BOTTOM - up * (BOTTOM - TOP)

    def _along(self, z: float) -> list[Point]:
        values = ((day, self._curve.value(day, z)) for day in self._days())
        return [self._at(day, size) for day, size in values if size is not None]

    def _band(self, low: float, high: float, fill: str) -> str:
        edge = pen.dots(*self._along(low), *reversed(self._along(high)))
        return f'<path d="M{edge}Z" fill="{fill}"/>'

    def _line(self, z: float) -> str:
        return f'<path d="M{pen.dots(*self._along(z))}" {DASHED}/>'

    def _heights(self) -> list[float]:
        count = round((self._high - self._low) / self._step)
        return [self._low + n * self._step for n in range(count + 1)]

    def _grid(self) -> list[str]:
        rows = ((self._at(self._first, size)[1], size) for size in self._heights())
        return [
            piece
            for y, size in rows
            for piece in (
                pen.line((LEFT, y), (RIGHT, y), color=GRID, width=1),
                _text(LEFT - 7, y + 5, pen.number(size).replace(".", ","), anchor="end"),
            )
        ]

    def _marks(self) -> list[str]:
        """Months below."""
        start = ceil(self._first / DAYS_PER_MONTH - 0.1)
        end = round(self._last / DAYS_PER_MONTH)
        return [
            _text(self._at(month * DAYS_PER_MONTH, self._low)[0], BOTTOM + 18, str(month),
                  anchor="middle")
            for month in range(start, end + 1, self._months)
        ]  # fmt: skip

    def _own(self) -> list[str]:
        at = [self._at(day, size) for day, size in self._points]
        path = pen.line(*at, color=OWN, width=3) if len(at) > 1 else ""
        dots = [pen.circle(x, y, 4, pen.WHITE, OWN) for x, y in at[:-1]]
        newest = pen.circle(*at[-1], 6, OWN, pen.WHITE)
        return [path, '<g stroke-width="2">', *dots, newest, "</g>"]

    def _legend(self) -> list[str]:
        y = HEIGHT - 16
        return [
            pen.circle(20, y - 5, 5, OWN, pen.WHITE),
            _text(32, y, self._label("growth.own")),
            f'<path d="M84,{y - 5} h26" {DASHED}/>',
            _text(117, y, self._label("growth.middle")),
            f'<rect x="198" y="{y - 13}" width="26" height="16" rx="4" fill="{BANDS[2][1]}"/>',
            _text(231, y, self._label("growth.others")),
        ]


def _text(x: float, y: float, words: str, *, anchor: str = "start", size: int = 14) -> str:
    return (
        f'<text x="{pen.number(x)}" y="{pen.number(y)}" font-size="{size}" fill="{pen.INK}"'
        f' text-anchor="{anchor}">{words}</text>'
    )
