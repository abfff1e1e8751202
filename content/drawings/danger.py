"""A picture for every danger card: the right thing to do, and nobody in pain."""

from collections.abc import Callable

from content.drawings import babies, nature, pen, props
from content.drawings.figures import ADULT, BABY, CHILD, GRANDPARENT, TODDLER, head, person
from content.drawings.pen import Point
from content.drawings.props import GROUND, scene


def pats(at: Point, turn: float = 0) -> str:
    """Small arcs that say: patting here."""
    arcs = [pen.curve((-s, -s), (0, -s * 1.7), (s, -s), color=pen.INK) for s in (14, 24)]
    return pen.group(*arcs, at=at, turn=turn)


def record(at: Point, turn: float = 0) -> str:
    """The health record families carry along."""
    return pen.group(
        pen.box(-22, -28, 44, 56, pen.WHITE, round_=5), props.cross((0, 0), 0.6), at=at, turn=turn
    )


def bite() -> str:
    return scene(
        nature.dog((560, GROUND), scale=0.9),
        person(ADULT, "squat", (120, GROUND), lean=26, far=(290, 330), near=(250, 352),
               shirt=pen.SAGE, down=0.4),
        props.tap((330, 250), drop=150),
        props.basin((330, GROUND), 190, pen.HONEY),
        person(CHILD, "stand", (228, GROUND), near=(330, 338), far=(300, 350), shirt=pen.CORAL,
               look=0.8, down=0.5),
        props.bubbles((312, 322, 9), (334, 312, 12), (352, 330, 9), (346, 350, 7), (322, 352, 7)),
        props.soap((424, GROUND)),
        closer=1.1, middle=325,
    )  # fmt: skip


def burn() -> str:
    return scene(
        props.stove(446, 310, 120, GROUND),
        props.pan((494, 300)),
        person(GRANDPARENT, "squat", (112, GROUND), lean=30, far=(330, 344), near=(268, 330),
               shirt=pen.SAGE, down=0.4),
        person(CHILD, "stand", (222, GROUND), near=(330, 328), far=(240, 390), shirt=pen.HONEY,
               look=0.8, down=0.5),
        pen.tube((254, 314), (326, 327), width=20, fill=pen.SKIN),
        pen.soft(300, 322, 18, 6, "#e8836a"),
        props.tap((306, 236), drop=176),
        props.basin((320, GROUND), 180, pen.SKY),
        closer=1.13, middle=315,
    )  # fmt: skip


def child() -> str:
    return scene(
        props.moon((90, 84)),
        props.clinic((492, GROUND), 1.2),
        person(ADULT, "step", (196, GROUND), near=(266, 300), far=(276, 270), shirt=pen.SAGE,
               look=0.7, mood="calm",
               holding=babies.upright((256, 268), suit=pen.HONEY, mood="sleep")),
        closer=1.08, middle=330,
    )  # fmt: skip


def choke1() -> str:
    baby = pen.group(
        pen.tube((-18, -4), (-70, -22), width=24, fill=pen.HONEY),
        pen.tube((-70, -22), (-84, -26), width=17, fill=pen.SKIN),
        pen.tube((0, 0), (54, 18), width=52, fill=pen.HONEY),
        head(BABY, (100, 36), mood="calm", look=0.2, turn=105),
    )
    return scene(
        props.chair(146, 348, 90, GROUND),
        person(ADULT, "chair", (196, GROUND + 4), lean=22, near=(318, 246), far=(396, 352),
               shirt=pen.SAGE, down=0.5, mood="calm", bends=(-1, 1),
               holding=pen.group(baby, at=(268, 284))),
        pen.tube((300, 330), (392, 352), width=24, fill=pen.SAGE),
        pen.tube((392, 352), (402, 338), width=19, fill=pen.SKIN),
        pats((322, 232), 16),
        closer=1.38, middle=280,
    )  # fmt: skip


def choke2() -> str:
    return scene(
        person(ADULT, "stand", (238, GROUND), lean=34, near=(338, 312), far=(392, 372),
               shirt=pen.SAGE, down=0.4, mood="calm", bends=(-1, 1),
               holding=person(CHILD, "stand", (320, GROUND), lean=58, shirt=pen.HONEY,
                              near=(412, 396), far=(440, 390), mood="oh", nod=34, down=0.4)),
        pats((316, 334), -42),
        closer=1.2, middle=320,
    )  # fmt: skip


def protect() -> str:
    return scene(
        props.mat(110, 396, 420, 56, pen.SKY),
        person(GRANDPARENT, "kneel", (228, 432), lean=16, near=(352, 366), far=(300, 408),
               shirt=pen.CORAL, look=0.8),
        person(CHILD, "crossed", (390, 436), facing=-1, shirt=pen.HONEY, look=-0.7, mood="calm",
               near=(424, 414), far=(362, 414), bends=(-1, -1)),
        pen.tube((350, 366), (362, 362), width=21, fill=pen.SKIN),
        props.stool(520, 350, 84, GROUND),
        props.phone((562, 342), 84),
        closer=1.14, middle=350,
    )  # fmt: skip


def diarrhoea() -> str:
    return scene(
        props.table(420, 320, 190, GROUND),
        pen.path("M470,318 L462,226 H520 L512,318Z", pen.WHITE),
        pen.path("M468,296 L466,262 H516 L513,318 H469Z", pen.SKY, line="none"),
        pen.path("M470,318 L462,226 H520 L512,318Z"),
        pen.box(540, 262, 48, 58, pen.HONEY, round_=3),
        pen.line((540, 276), (588, 276)),
        pen.soft(564, 298, 8, 10, pen.SKY),
        person(ADULT, "kneel", (150, GROUND), lean=16, near=(252, 326), far=(222, 354),
               shirt=pen.SAGE, look=0.8),
        props.cup((226, 372), pen.HONEY, handle=False, scale=0.9),
        person(TODDLER, "legs out", (360, GROUND), facing=-1, shirt=pen.CORAL, look=-0.8,
               mood="open"),
        props.spoon((248, 322), (312, 346)),
        closer=1.13, middle=345,
    )  # fmt: skip


def drowning() -> str:
    return pen.picture(
        props.floor(330),
        nature.pond(250, 300, 470, 230),
        person(ADULT, "stand", (60, 400), far=(24, 250), near=(106, 222), shirt=pen.HONEY,
               mood="open", look=0.7, bends=(1, 1)),
        props.phone((110, 208), 10),
        person(GRANDPARENT, "kneel", (190, 440), lean=40, near=(282, 376), far=(316, 382),
               shirt=pen.SAGE, look=0.8,
               holding=pen.tube((226, 366), (474, 398), width=13, fill=pen.BROWN)),
        head(CHILD, (500, 346), look=-0.6, mood="calm"),
        pen.tube((510, 394), (466, 392), width=21, fill=pen.CORAL),
        pen.tube((480, 392), (462, 394), width=17, fill=pen.SKIN),
        pen.path("M452,424 q12,-10 26,0 q14,10 28,0 q14,-10 28,0 q14,10 26,0 V402 H452Z",
                 pen.SKY, line="none"),
        pen.path("M452,410 q12,-10 26,0 q14,10 28,0 q14,-10 28,0 q14,10 26,0", line=pen.WHITE),
        pen.path("M438,432 q14,-10 28,0 q14,10 28,0 q14,-10 28,0 q14,10 28,0", line=pen.WHITE),
    )  # fmt: skip


def fever() -> str:
    return scene(
        props.mat(60, 400, 420, 54, pen.SAGE),
        person(ADULT, "kneel", (160, 436), lean=16, near=(272, 348), far=(296, 372),
               shirt=pen.SKY, trousers=pen.BROWN, look=0.8),
        props.cup((292, 366), pen.HONEY, handle=False),
        person(TODDLER, "legs out", (376, 438), facing=-1, shirt=pen.WHITE, trousers=pen.CORAL,
               look=-0.7, near=(306, 352), far=(300, 356), mood="calm"),
        props.stool(508, 360, 100, GROUND),
        props.thermometer((598, 348), (524, 350)),
        closer=1.1, middle=334,
    )  # fmt: skip


def head_injury() -> str:
    return scene(
        props.mat(90, 396, 470, 60, pen.SAGE),
        person(ADULT, "kneel", (330, 412), facing=-1, lean=-30, near=(222, 356), far=(228, 222),
               shirt=pen.CORAL, look=-0.6, down=0.6, mood="calm"),
        props.phone((246, 216), 8),
        pen.group(babies.lying_adult((0, 0), shirt=pen.HONEY, who=CHILD, mood="calm"),
                  at=(216, 440), scale=0.84),
        pen.tube((226, 358), (216, 368), width=21, fill=pen.SKIN),
        closer=1.25, middle=320,
    )  # fmt: skip


def too_much() -> str:
    return scene(
        pen.box(84, 352, 320, 26, pen.HONEY, round_=10),
        pen.tube((112, 384), (112, 430), width=18, fill=pen.HONEY),
        pen.tube((376, 384), (376, 430), width=18, fill=pen.HONEY),
        person(ADULT, "chair", (170, GROUND), shirt=pen.SKY, trousers=pen.BROWN, look=0.6,
               far=(300, 262), near=(226, 322), lean=6),
        person(ADULT, "chair", (282, GROUND), facing=1, shirt=pen.CORAL, look=-0.3, down=0.9,
               mood="calm", nod=-14, lean=-8, near=(322, 330), far=(338, 330)),
        pen.tube((236, 262), (314, 270), width=26, fill=pen.SKY),
        pen.tube((318, 270), (326, 276), width=21, fill=pen.SKIN),
        person(GRANDPARENT, "stand", (522, GROUND), facing=-1, shirt=pen.SAGE, near=(500, 300),
               far=(470, 298), down=0.4,
               holding=babies.wrapped((494, 270), turn=-12)),
        closer=1.1, middle=340,
    )  # fmt: skip


def newborn() -> str:
    baby = babies.upright((240, 254), bare=True, mood="sleep", scale=0.86)
    shawl = pen.path("M206,240 Q250,220 276,244 Q284,300 262,328 Q226,336 206,318Z", pen.CORAL)
    return scene(
        props.moon((84, 80)),
        props.clinic((516, GROUND), 1.1),
        person(GRANDPARENT, "step", (84, GROUND), shirt=pen.SKY, trousers=pen.BROWN,
               near=(110, 352), far=(186, 262), look=0.7),
        record((116, 376), 8),
        person(ADULT, "step", (208, GROUND), shirt=pen.CORAL, near=(272, 314), far=(284, 282),
               look=0.7, down=0.6, holding=baby + shawl),
    )  # fmt: skip


def poison() -> str:
    return scene(
        person(ADULT, "kneel", (230, GROUND), lean=6, near=(206, 246), far=(356, 300),
               shirt=pen.SKY, trousers=pen.BROWN, look=0.7, mood="calm"),
        props.phone((204, 236), -8),
        props.bottle((364, 322), pen.CORAL, 1.25),
        pen.tube((350, 300), (364, 296), width=21, fill=pen.SKIN),
        person(TODDLER, "legs out", (480, GROUND), facing=-1, shirt=pen.HONEY, look=-0.6,
               mood="calm"),
        closer=1.38, middle=340,
    )  # fmt: skip


def after_birth() -> str:
    return scene(
        props.clinic((540, GROUND), 0.86),
        person(GRANDPARENT, "step", (76, GROUND), shirt=pen.SAGE, near=(116, 306),
               far=(146, 300), down=0.4, holding=babies.wrapped((108, 276), turn=8, flip=True)),
        person(ADULT, "step", (244, GROUND), shirt=pen.SKY, trousers=pen.BROWN, look=0.7,
               far=(376, 268), near=(310, 310)),
        person(ADULT, "step", (330, GROUND), shirt=pen.CORAL, trousers=pen.HONEY, look=0.6,
               mood="calm", lean=8, far=(382, 330), near=(294, 312)),
        pen.tube((294, 306), (306, 314), width=21, fill=pen.SKIN),
    )  # fmt: skip


def early_pregnancy() -> str:
    return scene(
        pen.box(286, 70, 84, 84, pen.WHITE, round_=8),
        props.cross((328, 112), 1.3),
        props.chair(232, 348, 78, GROUND),
        person(ADULT, "stand", (116, GROUND), shirt=pen.SAGE, near=(146, 330), far=(238, 262),
               look=0.7),
        person(ADULT, "chair", (270, GROUND), shirt=pen.CORAL, trousers=pen.HONEY, belly=42,
               near=(308, 316), far=(316, 300), look=0.7),
        props.chair(484, 348, 78, GROUND, back=1),
        person(ADULT, "chair", (524, GROUND), facing=-1, shirt=pen.WHITE, trousers=pen.SKY,
               near=(432, 312), far=(446, 318), look=-0.7),
        record((424, 312), -12),
        closer=1.1, middle=330,
    )  # fmt: skip


def late_pregnancy() -> str:
    return scene(
        props.moon((70, 80)),
        props.clinic((520, GROUND), 1.1),
        person(ADULT, "step", (130, GROUND), shirt=pen.SKY, trousers=pen.BROWN, look=0.7,
               near=(106, 352), far=(230, 260)),
        props.bag((104, 432), pen.SAGE, 0.95),
        person(ADULT, "step", (252, GROUND), shirt=pen.CORAL, trousers=pen.HONEY, belly=54,
               near=(304, 312), far=(318, 280), look=0.7),
    )  # fmt: skip


SCENES: dict[str, Callable[[], str]] = {
    "dg-bite": bite,
    "dg-burn": burn,
    "dg-child": child,
    "dg-choke1": choke1,
    "dg-choke2": choke2,
    "dg-cp": protect,
    "dg-diar": diarrhoea,
    "dg-drown": drowning,
    "dg-fever": fever,
    "dg-head": head_injury,
    "dg-mh": too_much,
    "dg-nb": newborn,
    "dg-poison": poison,
    "dg-pp": after_birth,
    "dg-preg1": early_pregnancy,
    "dg-preg2": late_pregnancy,
}
