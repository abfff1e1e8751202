"""Pictures for tips on pregnancy, feeding, sleep and hygiene."""

from collections.abc import Callable

from content.drawings import babies, pen, props
from content.drawings.figures import ADULT, GRANDPARENT, head, person
from content.drawings.pen import Point
from content.drawings.props import GROUND, scene


def hand(at: Point, wrist: Point, sleeve: str = pen.CORAL) -> str:
    """A large hand of a close-up, coming from `wrist`."""
    x, y = wrist[0] + (at[0] - wrist[0]) * 0.6, wrist[1] + (at[1] - wrist[1]) * 0.6
    return pen.tube((x, y), at, width=54, fill=pen.SKIN) + pen.tube(
        wrist, (x, y), width=74, fill=sleeve
    )


def first_feed() -> str:
    return scene(
        person(ADULT, "kneel", (180, GROUND), shirt=pen.SKY, trousers=pen.BROWN, look=0.7,
               lean=20, near=(268, 384), far=(336, 340), down=0.4),
        person(ADULT, "crossed", (350, GROUND), shirt=pen.CORAL, trousers=pen.SAGE, look=0.2,
               down=0.9, near=(420, 380), far=(430, 372), bends=(1, -1), nod=8,
               holding=babies.nursing((352, 336))),
        closer=1.35, middle=300,
    )  # fmt: skip


def sleeps_on_back() -> str:
    return pen.picture(
        pen.soft(320, 240, 300, 220, "#fdf1df"),
        pen.box(150, 24, 340, 432, pen.SAGE, round_=36),
        pen.box(172, 46, 296, 388, pen.WHITE, round_=24),
        babies.on_back((320, 226), scale=1.75, mood="sleep"),
    )


def tummy_time() -> str:
    return scene(
        props.mat(60, 396, 520, 62, pen.SAGE),
        babies.on_tummy((230, 446), up=6, mood="open"),
        person(GRANDPARENT, "kneel", (470, 440), facing=-1, lean=-50, shirt=pen.CORAL,
               near=(352, 408), far=(330, 424), look=-0.7, down=0.7, mood="open"),
        props.ball((330, 428), 18, pen.HONEY),
        closer=1.2, middle=320,
    )  # fmt: skip


def on_fathers_chest() -> str:
    baby = pen.group(babies.on_tummy((0, 0), flip=True, mood="open"), at=(24, -76), turn=8,
                     scale=0.8)  # fmt: skip
    return scene(
        pen.box(70, 386, 130, 62, pen.WHITE, round_=24),
        babies.lying_adult((236, GROUND), shirt=pen.SKY, trousers=pen.BROWN, extra=baby,
                           mood="open"),
        pen.tube((220, 416), (286, 380), (330, 352), width=26, fill=pen.SKY),
        pen.tube((330, 352), (342, 344), width=21, fill=pen.SKIN),
        closer=1.25, middle=300,
    )  # fmt: skip


def skin_to_skin() -> str:
    baby = babies.upright((300, 262), bare=True, mood="sleep")
    return scene(
        props.chair(206, 348, 92, GROUND),
        person(ADULT, "chair", (252, GROUND + 4), shirt=pen.SKIN, trousers=pen.SKY, look=0.5,
               down=0.8, lean=-6, near=(318, 296), far=(330, 260),
               holding=baby + pen.path("M262,246 Q300,226 330,248 Q342,300 316,332 Q286,344 266,324"
                                       " Q254,284 262,246Z", pen.HONEY)),
        closer=1.3, middle=300,
    )  # fmt: skip


def latch() -> str:
    """A close-up: mouth wide open, chin at the breast, more of the dark ring seen above."""
    return pen.picture(
        pen.path("M640,-10 H420 Q300,70 262,190 Q232,262 300,318 Q420,400 640,372Z", pen.SKIN),
        pen.path("M640,300 Q520,356 400,344 Q440,420 420,490 H640Z", pen.CORAL),
        pen.path("M283,140 C340,160 346,268 290,304 Q248,270 250,220 Q258,176 283,140Z", "#cf9a7c"),
        pen.path("M-10,360 Q60,330 120,372 Q200,400 206,490 H-10Z", pen.HONEY),
        pen.path(
            "M150,92 Q216,96 226,146 Q230,162 243,172 Q256,186 240,200 Q254,204 266,196"
            " Q252,246 262,282 Q276,290 274,306 Q258,348 210,352 Q170,410 90,392"
            " Q10,370 12,240 Q20,92 150,92Z", pen.SKIN),
        pen.path("M238,202 Q254,206 268,198 Q252,246 262,282 Q228,268 222,240 Q222,214 238,202Z",
                 "#b5604e"),
        pen.path("M262,282 Q280,288 276,304"),
        pen.curve((168, 176), (182, 188), (198, 178), width=5),
        pen.soft(150, 256, 30, 20, "#efb196"),
        pen.path("M76,214 q-30,-6 -30,26 q2,30 32,26"),
        pen.path("M120,98 q-4,-34 22,-30 q18,8 4,26"),
    )  # fmt: skip


def sleeps_on_side() -> str:
    return pen.picture(
        props.floor(400),
        props.moon((560, 80)),
        props.mat(20, 330, 600, 120, pen.SKY),
        pen.box(60, 256, 150, 96, pen.WHITE, round_=34),
        pen.tube((230, 252), (400, 262), width=52, fill=pen.SAGE),
        pen.tube((400, 316), (496, 372), (560, 330), width=44, fill=pen.HONEY, bend=34),
        pen.tube((400, 306), (510, 344), (580, 298), width=44, fill=pen.HONEY, bend=34),
        pen.circle(334, 348, 66, pen.CORAL),
        pen.tube((232, 310), (392, 312), width=92, fill=pen.CORAL),
        pen.path("M280,312 L386,312", line=pen.CORAL, width=84),
        pen.group(head(ADULT, (0, 0), mood="sleep"), at=(146, 300), turn=-76, scale=1.15),
        pen.tube((240, 330), (276, 384), (330, 368), width=30, fill=pen.CORAL),
        pen.tube((330, 368), (344, 364), width=24, fill=pen.SKIN),
    )


def hospital_bag() -> str:
    return scene(
        person(ADULT, "kneel", (160, GROUND), shirt=pen.CORAL, belly=44, near=(292, 316),
               far=(276, 352), look=0.7, lean=6),
        props.bag((318, GROUND), pen.SAGE, 1.35),
        pen.box(280, 290, 48, 58, pen.WHITE, round_=5), props.cross((304, 318), 0.6),
        pen.tube((286, 318), (294, 314), width=21, fill=pen.SKIN),
        pen.box(255.9, 359, 124.2, 81, pen.SAGE, round_=19), pen.line((256, 391), (380, 391)),
        pen.path("M424,384 L446,370 H474 L496,384 L484,404 L472,398 V440 H448 V398 L436,404Z",
                 pen.HONEY),
        *(pen.box(512, 428 - 16 * n, 76, 18, color, round_=8)
          for n, color in enumerate((pen.WHITE, pen.SKY, pen.WHITE))),
        closer=1.18, middle=340,
    )  # fmt: skip


def voice_at_belly() -> str:
    return scene(
        props.chair(380, 348, 92, GROUND, back=1),
        person(ADULT, "chair", (424, GROUND + 4), facing=-1, shirt=pen.CORAL,
               trousers=pen.HONEY, belly=56, near=(398, 268), far=(378, 352), down=0.7),
        person(ADULT, "kneel", (226, GROUND), shirt=pen.SKY, trousers=pen.BROWN, lean=8,
               mood="open", near=(342, 340), far=(352, 320), look=0.7),
        closer=1.3, middle=330,
    )  # fmt: skip


def four_groups() -> str:
    fish = pen.path("M0,0 q26,-26 60,0 l22,-18 v36 l-22,-18 q-34,26 -60,0Z", pen.SKY)
    leaf = pen.path("M0,0 q6,-46 40,-52 q14,38 -40,52Z M4,-4 L30,-36", pen.SAGE)
    return pen.picture(
        pen.soft(320, 240, 300, 220, "#fdf1df"),
        pen.circle(320, 240, 150, pen.WHITE),
        pen.path("M320,240 L320,118 A122,122 0 0 1 442,240Z", pen.CORAL),
        pen.path("M320,240 L442,240 A122,122 0 0 1 320,362Z", pen.SAGE),
        pen.path("M320,240 L320,362 A122,122 0 0 1 198,240Z", pen.HONEY),
        pen.path("M320,240 L198,240 A122,122 0 0 1 320,118Z", pen.CREAM),
        *(
            pen.soft(x, y, 10, 6, pen.WHITE)
            for x, y in ((262, 200), (288, 176), (242, 222), (292, 214), (270, 224), (298, 146))
        ),
        pen.group(fish, at=(500, 92), scale=1.25),
        pen.oval(540, 158, 26, 20, pen.CREAM),
        pen.group(leaf, at=(500, 410), scale=1.2),
        pen.oval(574, 392, 34, 30, "#e8a04f"),
        pen.curve((574, 362), (566, 392), (574, 422)),
        pen.path("M574,362 l6,-14", width=8),
        pen.box(64, 350, 54, 92, pen.HONEY, round_=14),
        pen.box(78, 322, 26, 30, pen.WHITE),
        props.bowl((100, 158), pen.WHITE, pen.CREAM, 1.35),
        *(pen.soft(x, y, 8, 5, pen.WHITE) for x, y in ((84, 116), (104, 112), (120, 118))),
        pen.line((158, 150), (200, 176), color=pen.GREY),
        pen.line((488, 118), (446, 152), color=pen.GREY),
        pen.line((488, 376), (444, 336), color=pen.GREY),
        pen.line((130, 370), (196, 326), color=pen.GREY),
    )


def waits_with_spoon() -> str:
    return scene(
        props.stool(352, 380, 130, GROUND, pen.CREAM),
        person(ADULT, "crossed", (190, GROUND), shirt=pen.SAGE, look=0.7, mood="open",
               near=(290, 330), far=(262, 384), bends=(1, 1), lean=10),
        props.bowl((276, 386), pen.WHITE, pen.HONEY),
        pen.group(babies.sitting((0, 0), (-44, -34), (44, -30), mood="open", look=-0.5),
                  at=(418, 382), scale=1),
        props.spoon((286, 330), (352, 280)),
        closer=1.35, middle=300,
    )  # fmt: skip


def mixes_ors() -> str:
    return pen.picture(
        props.floor(400),
        pen.path("M232,440 L214,196 H426 L408,440Z", pen.WHITE),
        pen.path("M228,420 L218,262 H422 L411,420 Q408,438 400,438 H238 Q230,438 228,420Z",
                 pen.SKY, line="none"),
        pen.path("M232,440 L214,196 H426 L408,440Z"),
        pen.line((396, 262), (420, 262)), pen.line((398, 310), (417, 310)),
        pen.line((402, 358), (414, 358)),
        *(pen.soft(x, y, 5, 5, color) for x, y, color in
          ((318, 166, pen.GREY), (326, 190, pen.GREY), (314, 214, pen.GREY), (326, 238, pen.GREY),
           (312, 290, pen.WHITE), (340, 320, pen.WHITE), (300, 340, pen.WHITE))),
        hand((414, 84), (640, 20), pen.CORAL),
        pen.group(pen.box(-44, -60, 88, 112, pen.HONEY, round_=5), pen.line((-44, -40), (44, -40)),
                  pen.path("M0,-14 q20,26 0,34 q-20,-8 0,-34Z", pen.SKY), at=(366, 92), turn=-128),
        pen.tube((412, 110), (384, 116), width=26, fill=pen.SKIN),
        props.spoon((560, 330), (520, 428)), props.cup((90, 440), pen.CORAL, scale=1.6),
    )  # fmt: skip


def drinks_from_cup() -> str:
    return scene(
        props.mat(120, 404, 420, 48, pen.SKY),
        person(ADULT, "kneel", (190, 436), shirt=pen.CORAL, trousers=pen.BROWN, look=0.7,
               near=(322, 352), far=(292, 396), lean=16),
        babies.sitting((388, 444), (-36, -92), (-24, -84), look=-0.6, suit=pen.HONEY),
        pen.group(props.cup((0, 0), pen.SAGE, handle=False, scale=0.72), at=(336, 366), turn=14),
        pen.tube((316, 354), (330, 350), width=21, fill=pen.SKIN),
        pen.tube((352, 356), (344, 352), width=15, fill=pen.SKIN),
        closer=1.35, middle=310,
    )  # fmt: skip


SCENES: dict[str, Callable[[], str]] = {
    "tip-d0000": first_feed,
    "tip-d0009": sleeps_on_back,
    "tip-d0030": tummy_time,
    "tip-d0044": skin_to_skin,
    "tip-d0081": on_fathers_chest,
    "tip-d0179": waits_with_spoon,
    "tip-d0183": four_groups,
    "tip-d0211": mixes_ors,
    "tip-d0291": drinks_from_cup,
    "tip-p21b": voice_at_belly,
    "tip-p28b": sleeps_on_side,
    "tip-p33a": latch,
    "tip-p35b": hospital_bag,
}
