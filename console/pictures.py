"""Small pictures of numbers as inline SVG: they grow with the page, their letters do not.

Colours come from the style sheet, so that they fit light and dark. Beside every picture stands
its table: the macro `figure` in pages/figure.html.
"""

from collections.abc import Sequence
from itertools import pairwise

from markupsafe import Markup

Rows = Sequence[tuple[str, float]]

ROW, BAR = 46, 14  # pixels
PLOT, ABOVE, BELOW = 130, 24, 26
LONGEST_LABEL = 40
DOTS_MOST = 31


def bars(title: str, rows: Rows, unit: str = "", most: float | None = None) -> Markup:
    """A bar a row, one below the other. `most` is what a full bar means; else the largest."""
    full = most or max((value for _, value in rows), default=0) or 1
    drawn = Markup().join(
        _bar(n, label, value, full, unit) for n, (label, value) in enumerate(rows)
    )
    return _picture(title, max(1, len(rows)) * ROW, drawn)


def _bar(number: int, label: str, value: float, full: float, unit: str) -> Markup:
    top = number * ROW
    share = max(0.0, min(1.0, value / full)) * 100
    shown = f"{told(value)}{unit}"
    return Markup(
        '<g><title>{}: {}</title><text x="0" y="{}">{}</text>'
        '<text x="100%" y="{}" text-anchor="end">{}</text>'
        '<rect class="track" x="0" y="{}" width="100%" height="{}" rx="4"/>'
        '<rect class="bar" x="0" y="{}" width="{}%" height="{}" rx="4"/></g>'
    ).format(
        label,
        shown,
        top + 15,
        cut(label),
        top + 15,
        shown,
        top + 22,
        BAR,
        top + 22,
        f"{share:.1f}",
        BAR,
    )


def line(title: str, points: Rows) -> Markup:
    """Values over time, the oldest first; the labels of the first, a middle and the last stand."""
    full = max((value for _, value in points), default=0) or 1
    last = max(1, len(points) - 1)
    places = [(n / last * 100, (1 - value / full) * 100) for n, (_, value) in enumerate(points)]
    drawn = Markup('<line class="axis" x1="0" y1="{y}" x2="100%" y2="{y}"/>').format(y=ABOVE + PLOT)
    drawn += Markup(
        '<svg x="0" y="{}" width="100%" height="{}" viewBox="0 0 100 100" '
        'preserveAspectRatio="none">{}</svg>'
    ).format(ABOVE, PLOT, Markup().join(_stroke(*pair) for pair in pairwise(places)))
    if len(points) <= DOTS_MOST:
        drawn += Markup().join(map(_dot, points, places))
    drawn += Markup('<text x="0" y="14">{}</text>').format(told(full))
    drawn += _days([label for label, _ in points])
    return _picture(title, ABOVE + PLOT + BELOW, drawn)


def _stroke(one: tuple[float, float], two: tuple[float, float]) -> Markup:
    return Markup(
        '<line class="stroke" x1="{:.2f}" y1="{:.2f}" x2="{:.2f}" y2="{:.2f}" '
        'vector-effect="non-scaling-stroke"/>'
    ).format(*one, *two)


def _dot(point: tuple[str, float], place: tuple[float, float]) -> Markup:
    return Markup(
        '<circle class="bar" cx="{:.2f}%" cy="{:.1f}" r="3"><title>{}: {}</title></circle>'
    ).format(place[0], ABOVE + place[1] * PLOT / 100, point[0], told(point[1]))


def _days(labels: Sequence[str]) -> Markup:
    if not labels:
        return Markup()
    places = dict.fromkeys((0, len(labels) // 2, len(labels) - 1))
    anchors = {len(labels) - 1: "end", 0: "start"}
    found = Markup()
    last = max(1, len(labels) - 1)
    for n in places:
        found += Markup('<text x="{:.2f}%" y="{}" text-anchor="{}">{}</text>').format(
            n / last * 100, ABOVE + PLOT + 18, anchors.get(n, "middle"), labels[n]
        )
    return found


def _picture(title: str, height: int, drawn: Markup) -> Markup:
    whole = Markup('<svg role="img" width="100%" height="{}"><title>{}</title>{}</svg>')
    return whole.format(height, title, drawn)


def told(value: float) -> str:
    """1.234 or 2,5: a number as it is written here."""
    text = f"{value:,.0f}" if float(value).is_integer() else f"{value:,.1f}"
    return text.translate(str.maketrans(",.", ".,"))


def cut(label: str) -> str:
    return label if len(label) <= LONGEST_LABEL else f"{label[: LONGEST_LABEL - 1].rstrip()}…"
