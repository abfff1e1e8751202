"""Out of doors and larger things: water, fences, animals, vehicles, a mosquito net."""

from content.drawings import pen
from content.drawings.pen import Point


def pond(x: float, y: float, w: float, h: float) -> str:
    waves = [
        pen.path(
            f"M{pen.dots((x + w * part, y + h * low))} q14,-10 28,0 q14,10 28,0", line=pen.WHITE
        )
        for part, low in ((0.2, 0.35), (0.55, 0.6), (0.62, 0.25))
    ]
    return pen.oval(x + w / 2, y + h / 2, w / 2, h / 2, pen.SKY) + "".join(waves)


def fence(x: float, y: float, w: float, high: float) -> str:
    """Standing on y."""
    count = int(w // 44)
    step = (w - 24) / count
    rails = [
        pen.tube((x + 4, level), (x + w - 4, level), width=14, fill=pen.HONEY)
        for level in (y - high * 0.3, y - high * 0.72)
    ]
    posts = [
        pen.path(
            f"M{pen.dots((x + n * step, y))} v{pen.number(-high)} l12,-16 l12,16"
            f" v{pen.number(high)}Z",
            pen.HONEY,
        )
        for n in range(count + 1)
    ]
    return "".join(rails + posts)


def dog(at: Point, *, scale: float = 1) -> str:
    """A calm dog that sits and looks to the left."""
    return pen.group(
        pen.path("M58,-14 Q96,-22 86,-62", width=12),
        pen.path("M58,-14 Q96,-22 86,-62", line=pen.HONEY, width=5),
        pen.path("M-22,-78 Q-34,-20 -30,0 H56 Q74,-34 26,-84Z", pen.HONEY),
        pen.line((-8, 0), (-8, -34)),
        pen.circle(-14, -104, 34, pen.HONEY),
        pen.oval(-36, -92, 20, 15, pen.CREAM),
        pen.soft(-48, -98, 7, 5, pen.INK),
        pen.soft(-24, -114, 4, 5, pen.INK),
        pen.curve((-44, -84), (-36, -80), (-30, -86), width=3.5),
        pen.path("M-4,-132 Q30,-138 26,-92 Q10,-92 -2,-112Z", pen.BROWN),
        at=at, scale=scale,
    )  # fmt: skip


def motorbike(at: Point) -> str:
    """Seen from the side, going right; `at` is the ground in its middle."""
    wheels = [
        pen.circle(x, -36, 36, pen.INK) + pen.circle(x, -36, 17, pen.CREAM) for x in (-100, 104)
    ]
    return pen.group(
        *wheels,
        pen.path("M-122,-78 H-18 Q-6,-50 18,-50 L58,-56 L70,-104 L88,-112 L104,-76"
                 " Q84,-66 74,-34 H-58 Q-70,-70 -112,-66Z", pen.SAGE),
        pen.tube((-124, -92), (-10, -90), width=24, fill=pen.BROWN),
        pen.line((76, -104), (64, -142), width=8),
        pen.line((64, -142), (40, -136), width=10),
        pen.circle(86, -122, 12, pen.HONEY),
        at=at,
    )  # fmt: skip


def net(x: float, y: float, w: float, h: float) -> str:
    """A mosquito net, to be drawn over what it covers; one can see through it."""
    d = f"M{pen.dots((x + w * 0.1, y))} H{pen.number(x + w * 0.9)} L{pen.dots((x + w, y + h))}"
    d += f" H{pen.number(x)}Z"
    mesh = []
    for n in range(1, 9):
        top, low = x + w * (0.1 + 0.8 * n / 9), x + w * n / 9
        mesh.append(pen.line((top, y), (low, y + h), color="#d9e4e6", width=2))
    for n in range(1, 6):
        side = 0.1 * (1 - n / 6)
        level = y + h * n / 6
        mesh.append(
            pen.line((x + w * side, level), (x + w * (1 - side), level), color="#d9e4e6", width=2)
        )
    ties = [
        pen.line((x + w * part, y), (x + w * out, y - 40))
        for part, out in ((0.1, 0.02), (0.9, 0.98))
    ]
    return "".join(mesh) + pen.path(d) + "".join(ties)


def tree(at: Point, scale: float = 1) -> str:
    return pen.group(
        pen.tube((0, 0), (0, -90), width=24, fill=pen.BROWN),
        pen.circle(0, -140, 66, pen.SAGE),
        at=at,
        scale=scale,
    )
