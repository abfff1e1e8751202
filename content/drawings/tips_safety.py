"""Pictures for tips that keep children from harm: things put away, closed, held, buckled."""

from collections.abc import Callable

from content.drawings import babies, nature, pen, props
from content.drawings.figures import ADULT, BABY, CHILD, GRANDPARENT, TODDLER, head, person
from content.drawings.pen import Point
from content.drawings.props import GROUND, scene


def small_things() -> str:
    coin = pen.circle(0, 0, 24, pen.HONEY) + pen.circle(0, 0, 13, pen.HONEY)
    button = pen.circle(0, 0, 20, pen.CORAL) + "".join(
        pen.soft(x, y, 3, 3, pen.INK) for x in (-5, 5) for y in (-5, 5)
    )
    return pen.picture(
        props.floor(400),
        pen.path("M226,170 V400 A94,30 0 0 0 414,400 V170", pen.CREAM),
        pen.oval(320, 170, 94, 30, pen.WHITE),
        pen.oval(320, 170, 72, 22, "#e3d5bd"),
        pen.group(coin, at=(320, 96)), pen.line((286, 60), (286, 84), color=pen.GREY),
        pen.line((354, 60), (354, 84), color=pen.GREY),
        pen.group(button, at=(112, 414)), pen.group(coin, at=(168, 440), scale=0.9),
        pen.oval(64, 440, 22, 13, "#c89a6b"),
        pen.circle(520, 420, 22, pen.SKY), pen.path("M508,414 q12,-14 24,2"),
        pen.oval(584, 434, 24, 14, pen.GREY), pen.oval(584, 428, 24, 14, pen.WHITE),
    )  # fmt: skip


def hot_things_inside() -> str:
    flask = pen.group(
        pen.box(-18, -128, 36, 26, pen.WHITE, round_=6),
        pen.box(-30, -106, 60, 106, pen.CORAL, round_=14),
        pen.path("M30,-86 q26,4 24,32 q-2,24 -24,26"), pen.line((-30, -74), (30, -74)),
        at=(446, 300), scale=0.92,
    )  # fmt: skip
    return scene(
        pen.group(props.pan((0, 0)), at=(540, 300), scale=0.72),
        flask,
        pen.box(632, -10, 30, 424, pen.CREAM, round_=0),
        props.table(346, 300, 288, GROUND),
        person(ADULT, "kneel", (96, GROUND), shirt=pen.SAGE, trousers=pen.BROWN, look=0.7,
               near=(168, 396), lean=10),
        babies.sitting((232, 444), (-36, -50), (40, -40), look=-0.5, scale=0.95),
    )  # fmt: skip


def upside_down() -> str:
    return scene(
        pen.path("M96,440 L116,322 H216 L236,440Z", pen.CORAL),
        pen.oval(166, 322, 50, 10, pen.CORAL), pen.box(86, 428, 160, 14, pen.CORAL, round_=6),
        pen.path("M440,440 Q446,376 486,368 H586 Q626,376 632,440Z", pen.SAGE),
        pen.box(430, 428, 212, 14, pen.SAGE, round_=6),
        person(ADULT, "squat", (276, GROUND), shirt=pen.SKY, trousers=pen.BROWN, look=0.7,
               lean=26, near=(400, 362), far=(446, 340), down=0.3),
        pen.tube((440, 350), (462, 372), width=21, fill=pen.SKIN),
        closer=0.96, middle=352,
    )  # fmt: skip


def stair_gate() -> str:
    steps = [pen.box(400 + 60 * n, 380 - 60 * n, 320, 60, pen.HONEY, round_=4) for n in range(5)]
    bars = [pen.tube((x, 296), (x, 426), width=10, fill=pen.WHITE) for x in range(336, 400, 20)]
    return scene(
        *steps,
        pen.tube((318, 440), (318, 270), width=18, fill=pen.CREAM),
        *bars,
        pen.tube((318, 292), (408, 292), width=14, fill=pen.WHITE),
        pen.tube((318, 424), (408, 424), width=14, fill=pen.WHITE),
        pen.tube((410, 440), (410, 270), width=18, fill=pen.CREAM),
        babies.crawling((186, 440), scale=1.2),
    )  # fmt: skip


def locked_high() -> str:
    return scene(
        pen.box(330, 60, 250, 150, pen.CREAM, round_=8),
        pen.box(342, 72, 108, 126, "#eef5f6", round_=5),
        pen.box(460, 72, 108, 126, "#eef5f6", round_=5),
        props.bottle((374, 196), pen.CORAL, 1.05), props.bottle((424, 196), pen.SAGE, 0.9),
        props.bottle((492, 196), pen.HONEY, 1.05),
        pen.box(518, 126, 40, 70, pen.SKY, round_=6),
        pen.box(530, 110, 16, 18, pen.WHITE, round_=3),
        pen.path("M446,126 v-12 a9,9 0 0 1 18,0 v12"),
        pen.box(440, 124, 30, 26, pen.HONEY, round_=5),
        person(ADULT, "stand", (262, GROUND), shirt=pen.SAGE, trousers=pen.BROWN, look=0.7,
               far=(340, 192), down=-0.6),
        babies.sitting((470, 444), (-36, -50), (36, -50), look=-0.5),
        props.ball((566, 420), 20),
    )  # fmt: skip


def in_a_sling() -> str:
    rider = person(
        ADULT,
        "chair",
        (262, 392),
        shirt=pen.SKY,
        trousers=pen.BROWN,
        look=0.7,
        near=(352, 292),
        far=(360, 290),
        hat=props.helmet(pen.HONEY),
    )
    baby = pen.group(
        pen.tube((0, 0), (0, 40), width=48, fill=pen.HONEY),
        head(BABY, (0, -32), look=0.4, mood="sleep"),
        pen.path("M-34,-4 Q0,18 30,-8 L30,54 Q0,72 -34,50Z", pen.CORAL),
        at=(206, 232), scale=0.86,
    )  # fmt: skip
    return scene(
        person(ADULT, "chair", (158, 392), shirt=pen.SAGE, trousers=pen.SKY, look=0.7,
               near=(232, 292), far=(238, 268), hat=props.helmet(pen.CORAL), holding=baby),
        rider,
        nature.motorbike((262, GROUND + 6)),
        pen.tube((262, 284), (334, 296), (332, 392), width=35, fill=pen.BROWN),
        pen.tube((160, 290), (226, 300), (226, 386), width=35, fill=pen.SKY),
        pen.tube((332, 402), (350, 404), width=20, fill=pen.SKIN),
        pen.tube((226, 398), (246, 400), width=20, fill=pen.SKIN),
        middle=262, closer=1.12,
    )  # fmt: skip


def fenced_pond() -> str:
    return pen.picture(
        props.floor(300, "#e9e6c9"),
        nature.tree((566, 300), 0.8),
        nature.pond(286, 262, 330, 110),
        nature.fence(236, 410, 404, 120),
        person(GRANDPARENT, "stand", (96, 440), shirt=pen.SAGE, trousers=pen.BROWN, look=0.6,
               far=(158, 346)),
        person(TODDLER, "stand", (188, 446), shirt=pen.CORAL, look=0.5, near=(152, 350)),
    )  # fmt: skip


def handle_inwards() -> str:
    return scene(
        props.stove(300, 284, 420, GROUND),
        props.pan((400, 274)),
        person(ADULT, "stand", (214, GROUND), shirt=pen.SAGE, trousers=pen.BROWN, look=0.7,
               near=(300, 246), far=(330, 214), down=0.3),
        pen.tube((322, 230), (404, 218), width=9, fill=pen.HONEY),
        person(TODDLER, "stand", (92, GROUND), shirt=pen.CORAL, look=0.5),
        closer=1.08, middle=335,
    )  # fmt: skip


def hand_in_hand() -> str:
    stripes = [pen.polygon((x, 420), (x + 52, 420), (x + 34, 486), (x - 30, 486), fill=pen.WHITE)
               for x in (70, 170, 270, 370, 470, 570)]  # fmt: skip
    return pen.picture(
        props.floor(440),
        pen.box(-10, 404, 660, 90, pen.GREY, round_=0, line="none"),
        *stripes,
        nature.tree((560, 402), 1.0),
        person(ADULT, "step", (250, 446), shirt=pen.SKY, trousers=pen.BROWN, look=0.6,
               far=(322, 346)),
        person(CHILD, "step", (376, 450), shirt=pen.CORAL, trousers=pen.HONEY, look=0.6,
               near=(328, 346)),
        pen.tube((318, 346), (332, 344), width=19, fill=pen.SKIN),
    )  # fmt: skip


def _life_jacket(at: Point, w: float, h: float) -> str:
    x, y = at
    return (
        pen.box(x - w / 2, y, w, h, "#ef9a55", round_=14)
        + pen.line((x, y), (x, y + h))
        + pen.line((x - w / 2, y + h * 0.4), (x + w / 2, y + h * 0.4), color=pen.WHITE, width=7)
        + pen.box(x - 9, y + h * 0.4 - 7, 18, 14, pen.INK, round_=3)
    )


def life_jackets() -> str:
    return pen.picture(
        pen.soft(320, 240, 290, 200, "#fdf1df"),
        props.sun((550, 90)),
        person(ADULT, "crossed", (230, 392), shirt=pen.SKY, look=0.5),
        _life_jacket((230, 266), 70, 100),
        person(CHILD, "crossed", (380, 392), shirt=pen.CORAL, look=-0.1, mood="open"),
        _life_jacket((380, 308), 54, 70),
        pen.path("M80,352 Q320,384 570,352 Q540,436 470,440 H180 Q110,436 80,352Z", pen.HONEY),
        pen.path("M94,376 Q320,406 556,376"),
        pen.box(-10, 416, 660, 80, pen.SKY, round_=0, line="none"),
        *(pen.path(f"M{x},{y} q18,-12 36,0 q18,12 36,0", line=pen.WHITE)
          for x, y in ((40, 440), (200, 456), (360, 436), (520, 456))),
    )  # fmt: skip


def buckles_the_helmet() -> str:
    return scene(
        person(CHILD, "stand", (390, GROUND), facing=-1, shirt=pen.HONEY, look=-0.4,
               hat=props.helmet(pen.CORAL)),
        person(ADULT, "squat", (230, GROUND), shirt=pen.SAGE, trousers=pen.BROWN, look=0.7,
               lean=20, near=(350, 290), far=(360, 286), hat=props.helmet(pen.SKY)),
        pen.tube((346, 294), (364, 290), width=21, fill=pen.SKIN),
        closer=1.4, middle=310,
    )  # fmt: skip


def crawls_under_smoke() -> str:
    smoke = ("M-10,-10 V170 Q40,216 90,180 Q130,220 190,184 Q240,226 300,184 Q350,218 400,178"
             " Q460,214 510,176 Q560,206 660,170 V-10Z")  # fmt: skip
    return scene(
        pen.box(520, 150, 100, 288, pen.SAGE, round_=4),
        pen.box(534, 164, 72, 274, "#fdf6d8", round_=3),
        pen.path(smoke, "#ddd6cc", line=pen.GREY),
        babies.crawling((160, GROUND), suit=pen.SKY, who=CHILD, scale=1.35),
        babies.crawling((390, GROUND), suit=pen.CORAL, who=CHILD, scale=0.95),
    )  # fmt: skip


def between_child_and_dog() -> str:
    return scene(
        person(ADULT, "kneel", (330, GROUND), shirt=pen.SAGE, trousers=pen.BROWN, look=-0.3,
               near=(252, 380)),
        babies.sitting((206, 444), (-36, -50), (36, -50), look=0.4, mood="open"),
        nature.dog((500, GROUND)),
        closer=1.2, middle=335,
    )  # fmt: skip


SCENES: dict[str, Callable[[], str]] = {
    "tip-d0134": small_things,
    "tip-d0225": hot_things_inside,
    "tip-d0242": upside_down,
    "tip-d0260": stair_gate,
    "tip-d0284": locked_high,
    "tip-d0319": between_child_and_dog,
    "tip-d0354": in_a_sling,
    "tip-d0386": fenced_pond,
    "tip-d0421": handle_inwards,
    "tip-d0862": hand_in_hand,
    "tip-d0897": life_jackets,
    "tip-d1404": buckles_the_helmet,
    "tip-d1530": crawls_under_smoke,
}
