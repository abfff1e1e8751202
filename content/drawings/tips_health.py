"""Pictures for tips on clean hands, teeth, meals, rest and calm."""

from collections.abc import Callable

from content.drawings import babies, nature, pen, props
from content.drawings.figures import ADULT, CHILD, GRANDPARENT, TODDLER, person
from content.drawings.props import GROUND, scene


def _brush(dab: float, beside: str) -> str:
    """A close-up of a toothbrush and, beside it, what the dab of paste is as large as."""
    return pen.picture(
        pen.soft(320, 240, 290, 200, "#fdf1df"),
        pen.tube((70, 330), (420, 330), (600, 330), width=44, fill=pen.SAGE),
        *(pen.box(420 + 24 * n, 240, 24, 70, pen.WHITE, round_=5) for n in range(7)),
        pen.path(
            f"M{500 - dab},240 q0,{-dab * 1.1:.0f} {dab},{-dab * 1.1:.0f} q{dab},0 {dab},"
            f"{dab * 1.1:.0f}Z", pen.SKY),
        beside,
    )  # fmt: skip


def rice_grain() -> str:
    grains = [pen.group(pen.oval(0, 0, 24, 11, pen.WHITE), at=at, turn=turn)
              for at, turn in (((190, 170), -24), ((262, 150), 14), ((226, 216), 2))]  # fmt: skip
    return _brush(17, "".join(grains))


def pea() -> str:
    pod = pen.path("M110,190 Q200,96 320,150 Q230,256 110,190Z", pen.SAGE)
    peas = [pen.circle(x, y, 24, "#bcd6b4") for x, y in ((172, 182), (222, 170), (270, 160))]
    return _brush(26, pod + "".join(peas))


def washes_hands() -> str:
    return scene(
        props.tap((330, 206), drop=176),
        props.basin((330, GROUND), 180, pen.HONEY, 70),
        person(ADULT, "squat", (140, GROUND), lean=26, near=(306, 352), far=(330, 342),
               shirt=pen.SAGE, look=0.7, mood="open"),
        person(CHILD, "stand", (436, GROUND), facing=-1, lean=-10, near=(352, 350),
               far=(340, 344), shirt=pen.CORAL, look=-0.6, mood="open"),
        props.bubbles((304, 334, 9), (324, 324, 12), (350, 330, 10), (368, 346, 7), (292, 354, 7),
                      (336, 356, 9)),
        props.soap((540, GROUND)),
        closer=1.15, middle=320,
    )  # fmt: skip


def tests_the_bath() -> str:
    return scene(
        props.basin((360, GROUND), 260, pen.SAGE, 96),
        pen.path("M300,322 q-10,-12 0,-24 q10,-12 0,-22", line=pen.GREY),
        person(ADULT, "kneel", (150, GROUND), shirt=pen.CORAL, trousers=pen.BROWN, lean=30,
               look=0.7, down=0.5, near=(222, 332), far=(250, 372)),
        pen.tube((226, 334), (286, 356), (352, 304), width=24, fill=pen.SKIN, bend=10),
        pen.tube((160, 308), (232, 336), width=27, fill=pen.CORAL),
        pen.path("M252,348 Q284,372 320,344", line=pen.WHITE),
        *(pen.box(528, 420 - 22 * n, 96, 24, color, round_=10)
          for n, color in enumerate((pen.HONEY, pen.WHITE))),
        closer=1.08, middle=345,
    )  # fmt: skip


def cuts_small() -> str:
    half = "M0,-34 A34,34 0 0 1 0,34Z"
    return pen.picture(
        pen.soft(320, 240, 290, 200, "#fdf1df"),
        pen.oval(130, 160, 50, 40, pen.SAGE),
        pen.path("M130,120 q4,-18 18,-22"),
        pen.line((214, 160), (276, 160), color=pen.GREY), pen.line((258, 142), (278, 160),
                                                                   color=pen.GREY),
        pen.line((278, 160), (258, 178), color=pen.GREY),
        *(pen.group(pen.path(half, pen.SAGE), pen.soft(9, 0, 4, 12, pen.CREAM), at=at, turn=turn)
          for at, turn in (((336, 150), -20), ((406, 172), 60), ((470, 140), 150),
                           ((540, 170), -70))),
        pen.tube((80, 344), (180, 344), width=56, fill=pen.CORAL),
        pen.line((214, 344), (276, 344), color=pen.GREY), pen.line((258, 326), (278, 344),
                                                                   color=pen.GREY),
        pen.line((278, 344), (258, 362), color=pen.GREY),
        *(pen.group(pen.path("M-26,-12 H26 Q30,12 18,14 H-18 Q-30,12 -26,-12Z", pen.CORAL),
                    at=at, turn=turn)
          for at, turn in (((330, 322), 10), ((400, 366), -30), ((452, 318), 40),
                           ((520, 356), -10), ((568, 310), 80), ((350, 384), 60))),
    )  # fmt: skip


def eats_together() -> str:
    return scene(
        person(GRANDPARENT, "crossed", (320, GROUND - 26), shirt=pen.SAGE, look=0.2),
        person(ADULT, "crossed", (150, GROUND), shirt=pen.SKY, trousers=pen.BROWN, look=0.8,
               near=(230, 366), far=(206, 380)),
        person(TODDLER, "crossed", (490, GROUND), facing=-1, shirt=pen.HONEY, look=-0.7,
               near=(420, 362), far=(440, 356), mood="open"),
        pen.oval(324, 398, 134, 40, pen.CREAM),
        pen.path("M190,398 V408 A134,40 0 0 0 458,408 V398", pen.HONEY),
        pen.oval(324, 394, 134, 38, pen.CREAM),
        props.bowl((254, 398), pen.WHITE, pen.CREAM, 0.75),
        props.bowl((396, 396), pen.WHITE, pen.HONEY, 0.7),
        props.bowl((330, 416), pen.SKY, pen.SAGE, 0.95),
        closer=1.2, middle=320,
    )  # fmt: skip


def under_the_net() -> str:
    mosquito = pen.group(
        pen.line((-8, 4), (-16, 10), (-14, 24), width=2.5),
        pen.line((2, 4), (-2, 12), (2, 26), width=2.5),
        pen.line((8, 3), (16, 10), (18, 24), width=2.5), pen.line((-20, -4), (-36, 6), width=2.5),
        pen.oval(6, 0, 22, 5, pen.INK), pen.circle(-16, -4, 6, pen.INK),
        pen.group(pen.oval(10, -12, 6, 18, pen.WHITE), turn=30),
        pen.group(pen.oval(0, -14, 6, 18, pen.WHITE), turn=-6),
        at=(596, 214), scale=1.25,
    )  # fmt: skip
    return scene(
        props.mat(96, 384, 450, 60, pen.SAGE),
        pen.box(150, 374, 90, 40, pen.WHITE, round_=18),
        pen.group(babies.lying_adult((0, 0), shirt=pen.HONEY, who=TODDLER, mood="sleep",
                                     trousers=pen.CORAL), at=(280, 424), scale=0.8),
        nature.net(80, 150, 480, 296),
        props.sun((70, 90)),
        mosquito,
    )  # fmt: skip


def coughs_into_elbow() -> str:
    return scene(
        person(CHILD, "stand", (300, GROUND), shirt=pen.SAGE, look=0.6, mood="sleep", nod=8,
               lean=6, far=(312, 366), bends=(1, -1)),
        pen.tube((338, 218), (335, 202), width=18, fill=pen.SKIN),
        pen.tube((284, 298), (356, 268), (340, 218), width=25, fill=pen.SAGE, bend=16),
        pen.curve((384, 240), (396, 254), (390, 272), width=3.5),
        pen.curve((400, 232), (416, 254), (408, 280), width=3.5),
        closer=1.6, middle=320,
    )  # fmt: skip


def takes_a_break() -> str:
    return scene(
        pen.box(36, 286, 312, 168, pen.SAGE, round_=26),
        pen.box(52, 302, 280, 136, pen.WHITE, round_=16),
        babies.on_back((174, 370), turn=-90, scale=1.12, mood="calm"),
        pen.tube((384, 120), (384, 434), width=18, fill=pen.CREAM),
        pen.tube((380, 120), (600, 120), width=18, fill=pen.CREAM),
        pen.box(394, 130, 214, 306, pen.SKY, round_=4, line="none"),
        props.sun((560, 180)),
        person(ADULT, "stand", (484, GROUND), shirt=pen.CORAL, trousers=pen.BROWN, look=0.5,
               mood="sleep", near=(500, 262), far=(528, 372)),
        pen.curve((536, 232), (552, 224), (566, 234), color=pen.WHITE),
        pen.curve((540, 248), (560, 242), (578, 252), color=pen.WHITE),
    )  # fmt: skip


def names_the_feeling() -> str:
    return scene(
        props.mat(120, 404, 400, 50, pen.SKY),
        person(ADULT, "kneel", (220, 440), shirt=pen.CORAL, trousers=pen.BROWN, lean=24,
               look=0.7, near=(352, 352), far=(300, 410), down=0.2),
        person(CHILD, "stand", (400, 446), facing=-1, shirt=pen.HONEY, look=-0.6, down=0.6,
               mood="calm", nod=-8),
        pen.tube((352, 352), (372, 340), width=21, fill=pen.SKIN),
        closer=1.4, middle=310,
    )  # fmt: skip


SCENES: dict[str, Callable[[], str]] = {
    "tip-d0023": takes_a_break,
    "tip-d0067": tests_the_bath,
    "tip-d0249": rice_grain,
    "tip-d0305": eats_together,
    "tip-d0400": washes_hands,
    "tip-d0463": names_the_feeling,
    "tip-d0491": cuts_small,
    "tip-d0694": under_the_net,
    "tip-d1194": pea,
    "tip-d1572": coughs_into_elbow,
}
