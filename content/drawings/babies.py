"""Babies who lie, crawl or are carried; those who sit or stand are people of `figures`."""

from content.drawings import pen
from content.drawings.figures import ADULT, BABY, Build, arm, head
from content.drawings.pen import Point

NEWBORN = Build(head=31, wide=50, torso=46, leg=40, reach=56, arm=17, thigh=22, curl=True)


def on_back(at: Point, *, turn: float = 0, scale: float = 1, mood: str = "smile") -> str:
    """Lying on the back, seen from above; `at` is the chest, the head lies towards the top."""
    limbs = []
    for side in (-1, 1):
        foot = (side * 22, 96)
        limbs += [
            pen.tube(foot, (side * 26, 104), width=18, fill=pen.SKIN),
            pen.tube((side * 12, 44), (side * 40, 66), foot, width=24, fill=pen.HONEY),
            pen.tube((side * 50, -26), (side * 50, -34), width=16, fill=pen.SKIN),
            pen.tube((side * 16, 4), (side * 48, 4), (side * 50, -24), width=20, fill=pen.HONEY),
        ]
    body = pen.tube((0, 14), (0, 44), width=58, fill=pen.HONEY)
    return pen.group(*limbs, body, head(BABY, (0, -44), mood=mood), at=at, turn=turn, scale=scale)


def on_tummy(
    at: Point, *, flip: bool = False, scale: float = 1, mood: str = "smile",
    up: float = 0,
) -> str:  # fmt: skip
    """Lying on the tummy, head up, seen from the side; `at` is the ground below the chest."""
    chest = (6, -32 - up)
    return pen.group(
        pen.tube((28, -30 - up), (44, -8), (74, -9), width=17, fill=pen.HONEY),
        pen.tube((-128, -13), (-146, -12), width=17, fill=pen.SKIN),
        pen.tube((-66, -24), (-126, -14), width=26, fill=pen.HONEY),
        pen.tube((-66, -28), chest, width=52, fill=pen.HONEY),
        head(BABY, (36, -80 - up), look=0.6, mood=mood, turn=-6),
        pen.tube((52, -8), (58, -8), width=15, fill=pen.SKIN),
        pen.tube(
            chest, (12, -9 - up * 0.4), (48, -8), width=19, fill=pen.HONEY, bend=14
        ),
        at=at, flip=flip, scale=scale,
    )  # fmt: skip


def crawling(at: Point, *, scale: float = 1, suit: str = pen.HONEY, who: Build = BABY) -> str:
    return pen.group(
        pen.tube((38, -10), (52, -9), width=15, fill=pen.SKIN),
        pen.tube((28, -60), (38, -14), width=19, fill=suit),
        pen.tube((-40, -56), (-14, -16), (-58, -13), width=24, fill=suit, bend=12),
        pen.tube((-84, -12), (-98, -16), width=17, fill=pen.SKIN),
        pen.tube((-46, -58), (-34, -16), (-80, -13), width=25, fill=suit, bend=12),
        pen.tube((-44, -62), (18, -66), width=54, fill=suit),
        head(who, (56, -98), look=0.6),
        pen.tube((14, -10), (28, -9), width=15, fill=pen.SKIN),
        pen.tube((14, -60), (14, -14), width=19, fill=suit),
        at=at, scale=scale,
    )  # fmt: skip


def wrapped(
    at: Point, *, turn: float = 0, flip: bool = False, cloth: str = pen.CREAM,
    mood: str = "sleep",
) -> str:  # fmt: skip
    """A newborn in a cloth; `at` is the middle, the head lies to the left."""
    return pen.group(
        pen.tube((-14, 2), (52, 8), width=58, fill=cloth),
        head(NEWBORN, (-40, -6), mood=mood, turn=-40),
        pen.path("M-24,-26 Q-2,4 -24,30", cloth),
        pen.curve((-10, -20), (20, 16), (66, 22)),
        at=at, turn=turn, flip=flip,
    )  # fmt: skip


def upright(
    at: Point, *, flip: bool = False, suit: str = pen.HONEY, mood: str = "smile",
    bare: bool = False, look: float = -0.6, scale: float = 1,
) -> str:  # fmt: skip
    """Held upright against somebody on the left; `at` is the middle of the back."""
    skin_or_suit = pen.SKIN if bare else suit
    return pen.group(
        pen.tube((-2, 40), (-34, 66), width=24, fill=skin_or_suit),
        pen.tube((-34, 66), (-38, 78), width=18, fill=pen.SKIN),
        pen.tube((0, -4), (0, 34), width=54, fill=skin_or_suit),
        pen.path("M-27,24 Q0,40 27,24 L27,34 A27,27 0 0 1 -27,34Z", pen.WHITE) if bare else "",
        head(BABY, (-6, -58), look=look, mood=mood),
        pen.tube((-2, 0), (-34, -8), width=18, fill=skin_or_suit),
        at=at, flip=flip, scale=scale,
    )  # fmt: skip


def lying_adult(
    at: Point, *, shirt: str = pen.CORAL, trousers: str = pen.SKY,
    extra: str = "", mood: str = "smile", who: Build = ADULT,
) -> str:  # fmt: skip
    """On the back, seen from the side; `at` is the ground below the chest, head to the left."""
    return pen.group(
        pen.tube((250, -22), (262, -40), width=22, fill=pen.SKIN),
        pen.tube((92, -34), (180, -56), (250, -22), width=36, fill=trousers),
        pen.tube((0, -40), (86, -38), width=74, fill=shirt),
        head(who, (-78, -54), mood=mood, look=0.3, turn=-14),
        extra,
        at=at,
    )  # fmt: skip


def sitting(
    at: Point, left: Point, right: Point, *, suit: str = pen.HONEY, mood: str = "smile",
    look: float = 0, scale: float = 1,
) -> str:  # fmt: skip
    """On the floor, seen from the front; the hands are measured from `at`, the ground."""
    limbs = []
    for side in (-1, 1):
        limbs += [
            pen.tube((side * 12, -24), (side * 48, -15), (side * 66, -14), width=25, fill=suit),
            pen.oval(side * 76, -18, 10, 15, pen.SKIN),
        ]
    body = pen.tube((0, -64), (0, -27), width=56, fill=suit)
    arms = [arm(BABY, (side * 19, -72), hand, suit) for side, hand in ((-1, left), (1, right))]
    seen = head(BABY, (0, -122), mood=mood, look=look)
    return pen.group(*limbs, body, seen, *arms, at=at, scale=scale)


def nursing(at: Point) -> str:
    """Drinking at the breast: lying on the side, the face hidden; the head lies to the left."""
    return pen.group(
        pen.tube((0, 4), (66, 14), width=54, fill=pen.CREAM),
        pen.circle(-28, -4, NEWBORN.head, pen.SKIN),
        pen.path("M-58,-8 q-12,-4 -9,-12 q5,-6 9,2", width=3.5),
        pen.circle(-16, 2, 6, pen.SKIN),
        pen.path("M-8,-24 Q8,4 -8,32", pen.CREAM),
        at=at,
    )  # fmt: skip
