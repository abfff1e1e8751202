"""People made of a round head and tubes: who they are, how they sit or stand, where hands go."""

from dataclasses import dataclass, replace
from math import cos, hypot, radians, sin, sqrt

from content.drawings import pen
from content.drawings.pen import Point, number


@dataclass(frozen=True, slots=True)
class Build:
    """The measures of a body; `reach` is from shoulder to hand."""

    head: float
    wide: float
    torso: float
    leg: float
    reach: float
    arm: float
    thigh: float
    hair: str = pen.BROWN
    glasses: bool = False
    curl: bool = False


ADULT = Build(head=42, wide=76, torso=104, leg=128, reach=128, arm=26, thigh=35)
GRANDPARENT = replace(ADULT, hair=pen.GREY, glasses=True)
CHILD = Build(head=38, wide=58, torso=70, leg=82, reach=92, arm=21, thigh=27)
TODDLER = Build(head=37, wide=54, torso=56, leg=54, reach=74, arm=19, thigh=25)
BABY = Build(head=34, wide=50, torso=46, leg=40, reach=56, arm=17, thigh=22, curl=True)

# A pose: height of the hip, then knee and foot of the near and of the far leg. Measured in
# lengths of the leg from the hip's place on the ground, x towards where the person looks.
_POSES: dict[str, tuple[float, tuple[Point, ...], tuple[Point, ...]]] = {
    "stand": (1.0, ((-0.12, 0.5), (-0.13, 0.09)), ((0.16, 0.5), (0.17, 0.09))),
    "step": (0.97, ((0.2, 0.5), (0.38, 0.09)), ((-0.16, 0.48), (-0.42, 0.12))),
    "kneel": (0.46, ((0.5, 0.16), (-0.3, 0.12)), ((0.56, 0.18), (-0.2, 0.14))),
    "squat": (0.42, ((0.52, 0.62), (0.2, 0.09)), ((0.62, 0.56), (0.36, 0.09))),
    "chair": (0.86, ((0.6, 0.82), (0.6, 0.09)), ((0.68, 0.84), (0.74, 0.09))),
    "legs out": (0.22, ((0.45, 0.24), (0.92, 0.12)), ((0.5, 0.3), (1.0, 0.2))),
    "knees up": (0.22, ((0.5, 0.52), (0.78, 0.09)), ((0.58, 0.5), (0.92, 0.12))),
    "crossed": (0.22, ((-0.62, 0.16), (0.2, 0.1)), ((0.62, 0.16), (-0.2, 0.12))),
    "hop": (1.12, ((0.0, 0.66), (-0.02, 0.24)), ((0.5, 0.98), (0.42, 0.52))),
    "jump": (1.3, ((-0.22, 0.85), (-0.12, 0.46)), ((0.26, 0.85), (0.3, 0.46))),
    "kick": (0.98, ((-0.12, 0.5), (-0.16, 0.09)), ((0.36, 0.6), (0.72, 0.3))),
}


def face(r: float, look: float, down: float, mood: str) -> str:
    """Eyes, mouth and cheeks; `look` from -1 to 1 says left or right, `down` from -1 to 1."""
    x, y, apart = look * 0.32 * r, down * 0.2 * r, 0.33 * r * (1 - 0.2 * abs(look))
    shapes = []
    for side in (-1, 1):
        ex, ey = x + side * apart, y + 0.04 * r
        shapes.append(pen.soft(x + side * apart * 1.6, y + 0.32 * r, 0.15 * r, 0.11 * r, "#efb196"))
        if mood == "sleep":
            shapes.append(pen.curve((ex - 5, ey), (ex, ey + 7), (ex + 5, ey), width=3.5))
        else:
            shapes.append(pen.soft(ex, ey, 0.075 * r + 0.8, 0.095 * r + 0.8, pen.INK))
    my, half = y + 0.4 * r, 0.2 * r
    if mood == "open":
        d = f"M{pen.dots((x - half, my - 3))} Q{pen.dots((x, my + 0.5 * r), (x + half, my - 3))}Z"
        shapes.append(pen.path(d, "#b5604e", width=3))
    elif mood == "oh":
        shapes.append(pen.oval(x, my + 2, 0.1 * r, 0.12 * r, "#b5604e", pen.INK))
    else:
        depth = {"smile": 0.24, "sleep": 0.12, "calm": 0.08}[mood] * r
        shapes.append(pen.curve((x - half, my), (x, my + depth * 1.6), (x + half, my), width=3.5))
    return "".join(shapes)


def _on(r: float, angle: float) -> Point:
    return r * cos(radians(angle)), r * sin(radians(angle))


def hair(r: float, look: float, down: float, color: str) -> str:
    left = 190 - (45 if look > 0 else 30) * look
    right = 350 - (30 if look > 0 else 45) * look
    over = r * 1.04
    control = (-0.3 * look * r, (-0.72 + 0.2 * max(down, 0) + 0.2 * abs(look)) * r)
    d = (
        f"M{pen.dots(_on(over, left))} A{number(over)},{number(over)} 0 {int(right - left > 180)}"
        f" 1 {pen.dots(_on(over, right))} Q{pen.dots(control, _on(over, left))}Z"
    )
    return pen.path(d, color)


def head(
    who: Build,
    at: Point,
    *,
    look: float = 0,
    down: float = 0,
    mood: str = "smile",
    turn: float = 0,
) -> str:
    r = who.head
    away = r * 0.98 * (1 - abs(look) * 0.4)
    ears = [
        pen.circle(side * away, r * 0.1, r * 0.17, pen.SKIN)
        for side in (-1, 1)
        if side * look <= 0.1
    ]
    skull = pen.circle(0, 0, r, pen.SKIN)
    # The ear of a turned head lies on its side, that of a straight one behind it.
    shapes = [skull, *ears] if abs(look) > 0.4 else [*ears, skull]
    if who.curl:
        shapes.append(pen.path(f"M{pen.dots((-4, -r * 0.72))} q2,-14 10,-12 q8,4 1,9", width=3.5))
    else:
        shapes.append(hair(r, look, down, who.hair))
    shapes.append(face(r, look, down, mood))
    if who.glasses:
        shapes.append(_glasses(r, look, down))
    return pen.group(*shapes, at=at, turn=turn)


def _glasses(r: float, look: float, down: float) -> str:
    x, y = look * 0.32 * r, down * 0.2 * r + 0.05 * r
    apart = 0.34 * r * (1 - 0.2 * abs(look))
    rims = [pen.path(f"M{pen.dots((x - 3, y))} h6", width=3)]
    for side in (-1, 1):
        d = f"M{pen.dots((x + side * apart - 10, y))} a10,10 0 1 0 20,0 a10,10 0 1 0 -20,0"
        rims.append(pen.path(d, width=3))
    return "".join(rims)


def elbow(shoulder: Point, hand: Point, reach: float, side: float) -> Point:
    """Where the arm bends; `side` 1 bends downwards, -1 upwards."""
    dx, dy = hand[0] - shoulder[0], hand[1] - shoulder[1]
    far = hypot(dx, dy) or 1.0
    out = sqrt(max((reach / 2) ** 2 - (far / 2) ** 2, 0)) * side
    nx, ny = -dy / far, dx / far
    if ny < 0 or (abs(ny) < 0.2 and nx * dx > 0):
        nx, ny = -nx, -ny
    return shoulder[0] + dx / 2 + nx * out, shoulder[1] + dy / 2 + ny * out


def arm(who: Build, shoulder: Point, hand: Point, sleeve: str, side: float = 1) -> str:
    bend = elbow(shoulder, hand, who.reach, side)
    wrist = bend[0] + (hand[0] - bend[0]) * 0.82, bend[1] + (hand[1] - bend[1]) * 0.82
    return pen.tube(wrist, hand, width=who.arm * 0.82, fill=pen.SKIN) + pen.tube(
        shoulder, bend, wrist, width=who.arm, fill=sleeve
    )


def leg(who: Build, hip: Point, knee: Point, foot: Point, color: str, facing: float) -> str:
    toe = foot[0] + facing * who.thigh * 0.55, foot[1] + who.thigh * 0.1
    return pen.tube(
        (foot[0], foot[1] + who.thigh * 0.1), toe, width=who.thigh * 0.62, fill=pen.SKIN
    ) + pen.tube(hip, knee, foot, width=who.thigh, fill=color)


def person(
    who: Build,
    pose: str,
    at: Point,
    *,
    facing: int = 1,
    lean: float = 0,
    near: Point | None = None,
    far: Point | None = None,
    shirt: str = pen.CORAL,
    trousers: str = pen.SKY,
    look: float | None = None,
    down: float = 0,
    mood: str = "smile",
    nod: float = 0,
    belly: float = 0,
    bends: tuple[float, float] = (1, 1),
    holding: str = "",
    hat: str = "",
) -> str:
    """One person. `at` is the ground below the hip; `near` and `far` are where the hands are.

    `lean` moves the shoulders sideways, `holding` is drawn between the body and the near arm.
    """
    x, ground = at
    high, near_leg, far_leg = _POSES[pose]
    hip = (x, ground - high * who.leg)
    top = (x + lean, hip[1] - sqrt(max(who.torso**2 - lean**2, 0)))
    legs = []
    for way, (knee, foot) in ((1, far_leg), (-1, near_leg)):
        start = (hip[0] + way * facing * who.thigh * 0.3, hip[1])
        points = [(x + facing * px * who.leg, ground - py * who.leg) for px, py in (knee, foot)]
        legs.append(leg(who, start, points[0], points[1], trousers, facing))
    crown = (top[0] + lean * 0.25, top[1] - who.head * 0.84)
    shoulder = top[1] + who.wide * 0.34
    swing = who.wide * 0.33 * facing
    near_at, far_at = (top[0] - swing, shoulder), (top[0] + swing, shoulder)
    rest = _hands_at_rest(who, pose, (x, hip[1]), facing, top[0], shoulder)
    near_hand, far_hand = near or rest[0], far or rest[1]
    middle = (top[0], top[1] + who.wide / 2)
    body = pen.tube(middle, hip, width=who.wide, fill=shirt)
    if belly:
        body = _round_belly(who, middle, hip, facing, belly, shirt)
    seen = head(
        who, crown, look=facing * 0.6 if look is None else look, down=down, mood=mood, turn=nod
    )
    return "".join(
        (
            arm(who, far_at, far_hand, shirt, bends[1]),
            *legs,
            body,
            seen,
            pen.group(hat, at=crown, turn=nod, scale=who.head / 40) if hat else "",
            holding,
            arm(who, near_at, near_hand, shirt, bends[0]),
        )
    )


def _hands_at_rest(
    who: Build, pose: str, hip: Point, facing: int, top: float, shoulder: float
) -> tuple[Point, Point]:
    if _POSES[pose][0] >= 0.97:
        out, low = facing * who.wide * 0.6, shoulder + who.reach * 0.97
        return (top - out, low), (top + out, low)
    knee = hip[1] - who.leg * 0.06
    if pose == "crossed":
        out = facing * who.leg * 0.4
        return (hip[0] - out, knee), (hip[0] + out, knee)
    return (hip[0] + facing * who.leg * 0.42, knee), (hip[0] + facing * who.leg * 0.5, knee)


def _round_belly(who: Build, top: Point, hip: Point, facing: int, belly: float, shirt: str) -> str:
    half = who.wide / 2
    x, y = hip[0] + facing * (half - belly * 0.35), hip[1] - belly * 0.55
    return (
        pen.tube(top, hip, width=who.wide, fill=shirt)
        + pen.circle(x, y, belly, shirt)
        + pen.path(f"M{pen.dots(top)} L{pen.dots(hip)}", line=shirt, width=who.wide - pen.LINE)
    )
