"""A picture for every list of milestones: one skill many children of that age show."""

from collections.abc import Callable

from content.drawings import babies, pen, props
from content.drawings.figures import ADULT, BABY, CHILD, GRANDPARENT, TODDLER, person
from content.drawings.props import GROUND, scene


def smiles_back() -> str:
    return scene(
        person(ADULT, "crossed", (250, GROUND), shirt=pen.SAGE, look=0.7, near=(318, 344),
               far=(352, 318), mood="open", lean=6,
               holding=babies.wrapped((352, 296), turn=-62, flip=True, mood="open",
                                      cloth=pen.HONEY)),
        pen.tube((312, 344), (340, 340), width=21, fill=pen.SKIN),
        closer=1.4, middle=290,
    )  # fmt: skip


def props_on_elbows() -> str:
    return scene(
        props.mat(70, 400, 500, 60, pen.SKY),
        babies.on_tummy((300, 440), scale=1.35, up=8),
        props.ball((470, 410), 34),
        closer=1.15, middle=320,
    )  # fmt: skip


def sits_on_hands() -> str:
    return scene(
        props.mat(160, 404, 320, 48, pen.SAGE),
        babies.sitting((290, 444), (-18, -14), (18, -14), look=0.3),
        props.blocks((420, 440), pen.CORAL, pen.SKY, size=38),
        closer=1.75, middle=320,
    )  # fmt: skip


def bangs_cups() -> str:
    cups = [pen.group(props.cup((0, 0), color, handle=False, scale=0.62), at=(x, 410), turn=turn)
            for x, color, turn in ((284, pen.CORAL, 38), (356, pen.SKY, -38))]  # fmt: skip
    hands = [pen.tube((x - 3, 398), (x + 3, 398), width=17, fill=pen.SKIN) for x in (280, 360)]
    return scene(
        props.mat(170, 404, 300, 48, pen.SKY),
        babies.sitting((320, 444), (-44, -46), (44, -46), mood="open"),
        *cups,
        *hands,
        closer=1.75, middle=320,
    )  # fmt: skip


def stands_holding_on() -> str:
    return scene(
        pen.tube((140, 384), (140, 430), width=18, fill=pen.HONEY),
        pen.tube((318, 384), (318, 430), width=18, fill=pen.HONEY),
        pen.box(110, 364, 236, 24, pen.HONEY, round_=9),
        props.ball((190, 342), 22),
        person(BABY, "step", (394, GROUND), facing=-1, shirt=pen.SAGE, trousers=pen.SAGE,
               lean=-6, near=(338, 362), far=(326, 358), look=-0.5, mood="open"),
        closer=1.7, middle=278,
    )  # fmt: skip


def walks() -> str:
    return scene(
        person(TODDLER, "step", (250, GROUND), shirt=pen.HONEY, trousers=pen.CORAL,
               near=(300, 356), far=(316, 342), mood="open", lean=6),
        person(ADULT, "squat", (440, GROUND), facing=-1, lean=-14, shirt=pen.SAGE,
               near=(334, 344), far=(340, 312), look=-0.7, mood="open"),
        closer=1.35, middle=340,
    )  # fmt: skip


def scribbles() -> str:
    sheet = pen.polygon((300, 418), (430, 418), (452, 452), (290, 452), fill=pen.WHITE)
    scrawl = "M322,440 q14,-22 26,-4 q10,18 24,-4 q12,-16 24,4 q8,10 20,-6"
    return scene(
        sheet,
        pen.path(scrawl, line=pen.RED),
        person(TODDLER, "kneel", (240, GROUND + 6), lean=26, near=(340, 412), far=(302, 424),
               shirt=pen.SAGE, look=0.6, down=0.5),
        pen.tube((352, 396), (334, 432), width=10, fill=pen.CORAL),
        pen.tube((336, 414), (346, 410), width=15, fill=pen.SKIN),
        closer=1.7, middle=320,
    )  # fmt: skip


def kicks() -> str:
    return scene(
        person(TODDLER, "kick", (250, GROUND), shirt=pen.CORAL, lean=-8, near=(204, 330),
               far=(306, 330), mood="open"),
        props.ball((352, 400), 28, pen.HONEY),
        pen.curve((310, 424), (318, 414), (316, 404), width=3.5),
        person(GRANDPARENT, "squat", (510, GROUND), facing=-1, shirt=pen.SAGE, near=(416, 370),
               far=(428, 340), look=-0.7),
        closer=1.35, middle=356,
    )  # fmt: skip


def jumps() -> str:
    return scene(
        pen.soft(320, 436, 70, 10, "#e3d5bd"),
        person(TODDLER, "jump", (320, 424), shirt=pen.HONEY, trousers=pen.SAGE, look=0,
               near=(252, 262), far=(388, 262), mood="open"),
        pen.curve((238, 420), (226, 400), (236, 380), width=4),
        pen.curve((402, 420), (414, 400), (404, 380), width=4),
        closer=1.65, middle=320,
    )  # fmt: skip


def draws_a_circle() -> str:
    sheet = pen.polygon((252, 384), (400, 384), (420, 414), (236, 414), fill=pen.WHITE)
    return scene(
        person(CHILD, "crossed", (330, 430), shirt=pen.CORAL, look=0, down=0.8, near=(290, 378),
               far=(396, 384), bends=(-1, -1)),
        pen.box(176, 400, 308, 44, pen.CREAM, round_=6),
        pen.box(150, 380, 360, 40, pen.HONEY, round_=8),
        sheet,
        pen.oval(320, 399, 28, 10, "none", pen.RED),
        pen.tube((276, 356), (294, 396), width=10, fill=pen.SKY),
        pen.tube((282, 380), (292, 374), width=17, fill=pen.SKIN),
        pen.tube((390, 396), (402, 392), width=17, fill=pen.SKIN),
        closer=1.6, middle=330,
    )  # fmt: skip


def catches() -> str:
    return scene(
        person(GRANDPARENT, "stand", (140, GROUND), shirt=pen.SAGE, trousers=pen.BROWN,
               near=(236, 260), far=(250, 240), look=0.7, mood="open"),
        pen.path("M262,232 Q310,196 352,230", line=pen.GREY, width=4),
        props.ball((388, 270), 38, pen.CORAL),
        person(CHILD, "stand", (480, GROUND), facing=-1, shirt=pen.HONEY, near=(428, 290),
               far=(414, 256), look=-0.6, mood="open", bends=(1, -1)),
        closer=1.2, middle=320,
    )  # fmt: skip


def hops() -> str:
    squares = [pen.polygon((x, 412), (x + 88, 412), (x + 78, 456), (x - 14, 456), fill=pen.WHITE)
               for x in (130, 222, 314, 406)]  # fmt: skip
    return scene(
        *squares,
        person(CHILD, "hop", (300, GROUND), shirt=pen.CORAL, near=(226, 262), far=(376, 250),
               mood="open"),
        closer=1.3, middle=310,
    )  # fmt: skip


def brushes_teeth() -> str:
    return scene(
        pen.box(350, 106, 130, 126, pen.WHITE, round_=16),
        pen.path("M372,190 L420,134 M396,206 L440,154", line=pen.SKY),
        pen.box(330, 340, 170, 34, pen.WHITE, round_=12),
        pen.path("M372,374 L384,440 H446 L458,374Z", pen.WHITE),
        props.tap((420, 322), drop=12),
        props.cup((364, 338), pen.HONEY, handle=False, scale=0.7),
        person(CHILD, "stand", (220, GROUND), shirt=pen.SAGE, near=(268, 282), far=(276, 330),
               look=0.5, mood="open", bends=(1, 1)),
        pen.box(214, 260, 22, 12, pen.WHITE, round_=3),
        pen.tube((290, 292), (220, 276), width=9, fill=pen.CORAL),
        pen.tube((262, 284), (272, 280), width=17, fill=pen.SKIN),
        closer=1.3, middle=320,
    )  # fmt: skip


def reads_aloud() -> str:
    return scene(
        pen.box(110, 374, 420, 24, pen.HONEY, round_=10),
        pen.tube((146, 404), (146, 434), width=18, fill=pen.HONEY),
        pen.tube((494, 404), (494, 434), width=18, fill=pen.HONEY),
        person(ADULT, "chair", (228, GROUND + 16), shirt=pen.SKY, trousers=pen.BROWN, look=0.7,
               down=0.4, far=(330, 330)),
        person(CHILD, "chair", (380, GROUND), shirt=pen.CORAL, look=-0.1, down=0.5,
               near=(344, 352), far=(424, 352), mood="open", trousers=pen.SAGE),
        props.book((384, 342), 0, 0.95),
        pen.tube((318, 350), (326, 346), width=17, fill=pen.SKIN),
        pen.tube((446, 346), (454, 350), width=17, fill=pen.SKIN),
        closer=1.15, middle=320,
    )  # fmt: skip


SCENES: dict[str, Callable[[], str]] = {
    "ms-02m": smiles_back,
    "ms-04m": props_on_elbows,
    "ms-06m": sits_on_hands,
    "ms-09m": bangs_cups,
    "ms-12m": stands_holding_on,
    "ms-15m": walks,
    "ms-18m": scribbles,
    "ms-24m": kicks,
    "ms-30m": jumps,
    "ms-36m": draws_a_circle,
    "ms-48m": catches,
    "ms-60m": hops,
    "ob-72m": brushes_teeth,
    "ob-84m": reads_aloud,
}
