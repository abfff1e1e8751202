"""Things of house, yard and road; `at` is the middle of what stands on the ground or table."""

from content.drawings import pen
from content.drawings.pen import Point

GROUND = 440


def floor(y: float = GROUND, color: str = pen.CREAM) -> str:
    """The ground everything stands on, with a soft wall above."""
    return pen.soft(320, y - 150, 270, 190, "#fdf1df") + pen.box(
        -10, y - 26, 660, 100 + 480 - y, color, round_=0, line="none"
    )


def scene(*shapes: str, closer: float = 1, middle: float = 320) -> str:
    """Indoors: shapes on the floor at 440, enlarged around `middle` when there is room."""
    at = (320 - middle * closer, GROUND * (1 - closer))
    return pen.picture(floor(), pen.group(*shapes, at=at, scale=closer))


def mat(x: float, y: float, w: float, h: float = 44, color: str = pen.SAGE) -> str:
    """A mat on the floor, seen from the side."""
    points = ((x + h * 0.6, y), (x + w - h * 0.6, y), (x + w, y + h), (x, y + h))
    stripe = ((x + h * 0.34, y + h * 0.55), (x + w - h * 0.34, y + h * 0.55))
    return pen.polygon(*points, fill=color) + pen.line(*stripe, color=pen.WHITE)


def table(x: float, y: float, w: float, ground: float, color: str = pen.CREAM) -> str:
    legs = [pen.tube((x + part * w, y + 10), (x + part * w, ground - 8), width=16, fill=color)
            for part in (0.12, 0.88)]  # fmt: skip
    return "".join(legs) + pen.box(x, y, w, 20, color, round_=8)


def bowl(at: Point, color: str = pen.WHITE, food: str = pen.HONEY, scale: float = 1) -> str:
    return pen.group(
        pen.soft(0, -32, 38, 12, food),
        pen.path("M-42,-30 Q-36,0 -16,0 H16 Q36,0 42,-30Z", color),
        pen.oval(0, -30, 42, 11, food),
        at=at, scale=scale,
    )  # fmt: skip


def spoon(start: Point, end: Point) -> str:
    """From the handle to the bowl of the spoon."""
    return pen.line(start, end, width=7) + pen.oval(*end, 13, 8, pen.WHITE)


def cup(at: Point, color: str = pen.WHITE, handle: bool = True, scale: float = 1) -> str:
    ear = pen.path("M20,-38 q22,-2 18,14 q-4,14 -22,10") if handle else ""
    return pen.group(
        ear,
        pen.path("M-24,-50 L-18,0 H18 L24,-50Z", color),
        pen.oval(0, -50, 24, 6, pen.SKY),
        at=at, scale=scale,
    )  # fmt: skip


def pan(at: Point) -> str:
    """A hot pan with its handle to the right."""
    puffs = [pen.path(f"M{x},-60 q-10,-12 0,-24 q10,-12 0,-24", line=pen.GREY) for x in (-22, 6)]
    return pen.group(
        *puffs,
        pen.tube((50, -34), (116, -38), width=14, fill=pen.BROWN),
        pen.path("M-56,-44 H56 V-14 Q56,0 42,0 H-42 Q-56,0 -56,-14Z", pen.GREY),
        pen.oval(0, -44, 56, 10, pen.WHITE),
        at=at,
    )  # fmt: skip


def stove(x: float, y: float, w: float, ground: float) -> str:
    return (
        pen.box(x, y, w, ground - y, pen.CREAM, round_=8)
        + pen.box(x - 8, y - 8, w + 16, 22, pen.HONEY, round_=8)
        + pen.circle(x + w * 0.35, y + 46, 9, pen.WHITE)
        + pen.circle(x + w * 0.65, y + 46, 9, pen.WHITE)
    )


def tap(at: Point, drop: float) -> str:
    """A tap with running water; `at` is where the water comes out."""
    water = [pen.path(f"M{x},6 V{drop}", line=pen.SKY, width=7) for x in (-8, 4)]
    return pen.group(
        *water,
        pen.oval(88, -34, 9, 24, pen.GREY),
        pen.tube((86, -34), (0, -34), (0, 0), width=22, fill=pen.GREY),
        pen.tube((46, -66), (46, -46), width=12, fill=pen.GREY),
        pen.tube((28, -68), (64, -68), width=12, fill=pen.CORAL),
        at=at,
    )  # fmt: skip


def basin(at: Point, w: float = 170, color: str = pen.SAGE, high: float = 58) -> str:
    half = w / 2
    return pen.group(
        pen.path(
            f"M{-half},{-high} L{-half * 0.76:.1f},0 H{half * 0.76:.1f} L{half},{-high}Z", color
        ),
        pen.oval(0, -high, half, 13, pen.SKY),
        at=at,
    )


def soap(at: Point) -> str:
    bubbles = [pen.circle(x, y, r, pen.WHITE) for x, y, r in
               ((-26, -30, 9), (-4, -42, 12), (24, -34, 8), (8, -64, 7))]  # fmt: skip
    return pen.group(*bubbles, pen.box(-30, -22, 60, 24, pen.CORAL, round_=10), at=at)


def bubbles(*spots: tuple[float, float, float]) -> str:
    return "".join(pen.circle(x, y, r, pen.WHITE) for x, y, r in spots)


def clinic(at: Point, scale: float = 1) -> str:
    """A small health station with a cross; the door is in the middle."""
    return pen.group(
        pen.box(-88, -150, 176, 150, pen.WHITE, round_=4),
        pen.polygon((-106, -146), (0, -212), (106, -146), fill=pen.CORAL),
        pen.box(-26, -72, 52, 72, pen.HONEY, round_=4),
        pen.box(-74, -72, 34, 36, pen.SKY, round_=4),
        pen.box(40, -72, 34, 36, pen.SKY, round_=4),
        cross((0, -112)),
        at=at, scale=scale,
    )  # fmt: skip


def cross(at: Point, scale: float = 1) -> str:
    d = "M-7,-22 H7 V-7 H22 V7 H7 V22 H-7 V7 H-22 V-7 H-7Z"
    return pen.group(pen.path(d, pen.RED, line="none"), at=at, scale=scale)


def moon(at: Point) -> str:
    stars = [pen.soft(x, y, 4, 4, pen.HONEY) for x, y in ((60, -18), (88, 22), (-60, 14))]
    return pen.group(pen.path("M10,-34 A36,36 0 1 0 34,16 A30,30 0 0 1 10,-34Z", pen.HONEY),
                     *stars, at=at)  # fmt: skip


def sun(at: Point) -> str:
    rays = [pen.group(pen.line((0, -46), (0, -60), color=pen.HONEY), turn=turn)
            for turn in range(0, 360, 45)]  # fmt: skip
    return pen.group(pen.circle(0, 0, 34, pen.HONEY), *rays, at=at)


def phone(at: Point, turn: float = 0) -> str:
    return pen.group(
        pen.box(-14, -24, 28, 48, pen.INK, round_=6),
        pen.box(-9, -17, 18, 32, pen.SKY, round_=2, line="none"),
        at=at, turn=turn,
    )  # fmt: skip


def bottle(at: Point, color: str = pen.CORAL, scale: float = 1) -> str:
    """A medicine bottle with a cross on its label."""
    return pen.group(
        pen.box(-12, -76, 24, 18, pen.WHITE, round_=4),
        pen.box(-22, -60, 44, 60, color, round_=9),
        pen.box(-17, -44, 34, 30, pen.WHITE, round_=3, line="none"),
        cross((0, -29), 0.5),
        at=at, scale=scale,
    )  # fmt: skip


def thermometer(start: Point, end: Point) -> str:
    return (
        pen.tube(start, end, width=17, fill=pen.WHITE)
        + pen.line(((start[0] + end[0]) / 2, (start[1] + end[1]) / 2), end, color=pen.RED)
        + pen.circle(*end, 12, pen.RED)
    )


def ball(at: Point, r: float = 26, color: str = pen.CORAL) -> str:
    x, y = at
    return (
        pen.circle(x, y, r, color)
        + pen.curve((x - r, y), (x, y - r * 0.7), (x + r, y))
        + pen.curve((x - r * 0.5, y + r * 0.86), (x, y + r * 0.2), (x + r * 0.5, y + r * 0.86))
    )


def blocks(at: Point, *colors: str, size: float = 44) -> str:
    """A tower of blocks, the first one at the bottom."""
    x, y = at
    return "".join(
        pen.box(x - size / 2 + (n % 2) * 4, y - size * (n + 1), size, size, color, round_=6)
        for n, color in enumerate(colors)
    )


def book(at: Point, turn: float = 0, scale: float = 1) -> str:
    """An open picture book."""
    return pen.group(
        pen.path("M0,-6 Q-34,-26 -68,-12 V34 Q-34,20 0,38Z", pen.WHITE),
        pen.path("M0,-6 Q34,-26 68,-12 V34 Q34,20 0,38Z", pen.WHITE),
        pen.circle(-34, 6, 11, pen.HONEY),
        pen.path("M22,20 q12,-28 26,-4Z", pen.SAGE),
        at=at, turn=turn, scale=scale,
    )  # fmt: skip


def helmet(color: str = pen.CORAL) -> str:
    """For a head of radius 40 at (0, 0)."""
    return (
        pen.path("M-32,22 Q-18,44 0,46 Q18,44 32,22", line=pen.BROWN, width=5)
        + pen.path("M-47,4 Q-50,-52 0,-54 Q50,-52 47,4 Q0,-16 -47,4Z", color)
        + pen.curve((-40, -26), (0, -44), (40, -26), color=pen.WHITE)
    )


def bag(at: Point, color: str = pen.HONEY, scale: float = 1) -> str:
    return pen.group(
        pen.path("M-24,-58 Q-24,-92 0,-92 Q24,-92 24,-58"),
        pen.box(-46, -60, 92, 60, color, round_=14),
        pen.line((-46, -36), (46, -36)),
        at=at, scale=scale,
    )  # fmt: skip


def stool(x: float, y: float, w: float, ground: float, color: str = pen.HONEY) -> str:
    return table(x, y, w, ground, color)


def chair(x: float, seat: float, w: float, ground: float, back: int = -1) -> str:
    """A chair seen from the side; its back is on the left (-1) or on the right (1)."""
    edge = x if back < 0 else x + w
    return pen.tube((edge, seat), (edge + back * 8, seat - 130), width=15, fill=pen.CREAM) + table(
        x - 6, seat, w + 12, ground
    )


def teddy(at: Point) -> str:
    """A small bear to play with, sitting."""
    ears = [pen.circle(x, -92, 10, pen.BROWN) for x in (-20, 20)]
    paws = [
        pen.oval(x, y, 12, 9, "#a98467") for x, y in ((-26, -8), (26, -8), (-26, -40), (26, -40))
    ]
    eyes = [pen.soft(x, -78, 3, 3.5, pen.INK) for x in (-9, 9)]
    return pen.group(
        *ears, pen.oval(0, -26, 24, 28, "#a98467"), *paws, pen.circle(0, -74, 26, "#a98467"),
        pen.soft(0, -66, 12, 9, pen.CREAM), *eyes, pen.soft(0, -70, 4, 3, pen.INK),
        at=at,
    )  # fmt: skip
