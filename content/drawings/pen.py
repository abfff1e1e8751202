"""The pen: SVG shapes with one ink, one line width, round ends and a few warm colours.

A shape is SVG text. Shapes later in a picture lie on top of earlier ones.
"""

from math import hypot

Point = tuple[float, float]

WIDTH, HEIGHT = 640, 480
LINE = 4.5
INK = "#4b4038"
PAPER = "#fffaf1"
CREAM = "#f7ecd9"
WHITE = "#ffffff"
SKIN = "#f5d6b8"
RED = "#d66f5b"
CORAL = "#e59c80"
HONEY = "#f3cd80"
SAGE = "#a3c4ab"
SKY = "#abcbd8"
GREY = "#cdc5ba"
BROWN = "#6b5548"


def number(value: float) -> str:
    """One decimal at most, so that the same picture is the same text on every machine."""
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def dots(*points: Point) -> str:
    return " ".join(f"{number(x)},{number(y)}" for x, y in points)


def path(d: str, fill: str = "none", line: str = INK, width: float = LINE) -> str:
    return f'<path d="{d}" fill="{fill}" stroke="{line}" stroke-width="{number(width)}"/>\n'


def line(*points: Point, color: str = INK, width: float = LINE) -> str:
    return path(f"M{dots(*points)}", line=color, width=width)


def curve(start: Point, control: Point, end: Point, color: str = INK, width: float = LINE) -> str:
    return path(f"M{dots(start)} Q{dots(control, end)}", line=color, width=width)


def polygon(*points: Point, fill: str) -> str:
    return path(f"M{dots(*points)}Z", fill)


def oval(x: float, y: float, rx: float, ry: float, fill: str, line: str = INK) -> str:
    return (
        f'<ellipse cx="{number(x)}" cy="{number(y)}" rx="{number(rx)}" ry="{number(ry)}"'
        f' fill="{fill}" stroke="{line}"/>\n'
    )


def circle(x: float, y: float, r: float, fill: str, line: str = INK) -> str:
    return oval(x, y, r, r, fill, line)


def soft(x: float, y: float, rx: float, ry: float, fill: str) -> str:
    """A patch of colour without an outline."""
    return oval(x, y, rx, ry, fill, "none")


def box(
    x: float, y: float, w: float, h: float, fill: str, *, round_: float = 10, line: str = INK
) -> str:
    return (
        f'<rect x="{number(x)}" y="{number(y)}" width="{number(w)}" height="{number(h)}"'
        f' rx="{number(round_)}" fill="{fill}" stroke="{line}"/>\n'
    )


def bent(points: tuple[Point, ...], radius: float) -> str:
    """The path along the points with every corner rounded."""
    d = f"M{dots(points[0])}"
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        d += f" L{dots(_near(corner, before, radius))}"
        d += f" Q{dots(corner, _near(corner, after, radius))}"
    return f"{d} L{dots(points[-1])}"


def _near(corner: Point, other: Point, radius: float) -> Point:
    dx, dy = other[0] - corner[0], other[1] - corner[1]
    part = min(radius / (hypot(dx, dy) or 1), 0.5)
    return corner[0] + dx * part, corner[1] + dy * part


def tube(*points: Point, width: float, fill: str, bend: float = 24) -> str:
    """An outlined limb, sleeve or stick of one width."""
    d = bent(points, bend)
    return path(d, line=INK, width=width + LINE) + path(d, line=fill, width=width - LINE)


def group(
    *shapes: str, at: Point = (0, 0), turn: float = 0, scale: float = 1, flip: bool = False
) -> str:
    """The shapes, drawn around (0, 0), moved to `at`."""
    moves = [f"translate({dots(at)})"]
    if turn:
        moves.append(f"rotate({number(turn)})")
    if scale != 1 or flip:
        moves.append(f"scale({-scale if flip else scale:g},{scale:g})")
    return f'<g transform="{" ".join(moves)}">\n{"".join(shapes)}</g>\n'


def picture(*shapes: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}"'
        f' width="{WIDTH}" height="{HEIGHT}">\n'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{PAPER}"/>\n'
        f'<g stroke-width="{number(LINE)}" stroke-linecap="round" stroke-linejoin="round">\n'
        f"{''.join(shapes)}</g>\n</svg>\n"
    )
