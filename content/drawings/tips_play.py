"""Pictures for tips on playing, talking and reading."""

from collections.abc import Callable

from content.drawings import babies, pen, props
from content.drawings.figures import ADULT, BABY, CHILD, GRANDPARENT, TODDLER, head, person
from content.drawings.props import GROUND, scene


def rattle() -> str:
    shaker = pen.group(
        pen.box(-13, -62, 26, 18, pen.CORAL, round_=5),
        pen.path("M-12,-44 Q-26,-34 -26,-18 V24 Q-26,34 -16,34 H16 Q26,34 26,24 V-18"
                 " Q26,-34 12,-44Z", pen.WHITE),
        *(pen.circle(x, y, 7, pen.HONEY) for x, y in ((-13, 4), (4, 6), (14, -6), (-6, -10))),
        at=(340, 252), turn=18, scale=1.15,
    )  # fmt: skip
    return scene(
        person(ADULT, "kneel", (180, GROUND), shirt=pen.SAGE, lean=10, near=(308, 290),
               far=(270, 376), look=0.7, mood="open"),
        shaker,
        pen.tube((304, 292), (318, 288), width=21, fill=pen.SKIN),
        pen.curve((372, 240), (384, 252), (384, 270)),
        pen.curve((388, 230), (404, 248), (404, 272)),
        babies.sitting((450, 444), (-36, -60), (40, -34), look=-0.7, mood="open"),
        closer=1.25, middle=320,
    )  # fmt: skip


def mirror() -> str:
    return scene(
        pen.box(330, 92, 236, 300, pen.HONEY, round_=20),
        pen.box(346, 108, 204, 268, "#dcebef", round_=12),
        pen.group(head(GRANDPARENT, (0, 0), look=-0.4), at=(470, 196)),
        pen.path("M420,376 V300 Q420,250 470,250 Q520,250 520,300 V376Z", pen.SAGE),
        pen.path("M376,376 V330 Q376,304 402,304 Q428,304 428,330 V376Z", pen.HONEY),
        head(BABY, (402, 272), look=-0.4, mood="open"),
        person(GRANDPARENT, "stand", (176, GROUND), shirt=pen.SAGE, near=(236, 318),
               far=(250, 280), look=0.7, holding=babies.upright((236, 288), flip=True, look=-0.6,
                                                                mood="open")),
        closer=1.05, middle=330,
    )  # fmt: skip


def reads_in_lap() -> str:
    return scene(
        props.mat(130, 404, 380, 48, pen.SKY),
        person(GRANDPARENT, "crossed", (320, 436), shirt=pen.SAGE, trousers=pen.BROWN, look=0,
               down=0.9, near=(236, 418), far=(404, 418), bends=(-1, -1)),
        babies.sitting((320, 440), (-50, -50), (50, -50), scale=0.8),
        props.book((320, 410), 0, 1.15),
        pen.tube((236, 416), (250, 414), width=21, fill=pen.SKIN),
        pen.tube((404, 416), (390, 414), width=21, fill=pen.SKIN),
        closer=1.5, middle=320,
    )  # fmt: skip


def under_the_cloth() -> str:
    return scene(
        props.mat(80, 404, 480, 50, pen.SAGE),
        props.ball((322, 422), 22),
        pen.path("M270,438 Q276,392 306,388 Q344,380 356,420 Q362,434 384,442Z", pen.SKY),
        pen.path("M300,404 q6,12 2,28 M330,400 q8,14 8,32"),
        person(ADULT, "kneel", (170, 436), shirt=pen.CORAL, lean=20, near=(252, 384),
               far=(240, 400), look=0.7, mood="open"),
        babies.sitting((460, 446), (-86, -34), (40, -30), look=-0.6, mood="open"),
        closer=1.25, middle=320,
    )  # fmt: skip


def floor_play() -> str:
    return scene(
        props.mat(50, 396, 540, 60, pen.SKY),
        babies.crawling((180, 446)),
        props.ball((330, 424), 24),
        person(ADULT, "crossed", (480, 440), facing=-1, shirt=pen.SAGE, trousers=pen.BROWN,
               look=-0.7, near=(384, 392), far=(420, 408), mood="open", lean=-14),
        closer=1.08, middle=325,
    )  # fmt: skip


def peekaboo() -> str:
    return scene(
        props.mat(100, 404, 450, 48, pen.SAGE),
        person(ADULT, "kneel", (210, 440), shirt=pen.CORAL, lean=8, look=0.6, mood="open",
               near=(158, 246), far=(284, 246)),
        *(pen.oval(x, 236, 15, 20, pen.SKIN) for x in (158, 284)),
        *(pen.line((x + dx, 218), (x + dx, 232), width=3) for x in (158, 284) for dx in (-5, 5)),
        babies.sitting((440, 446), (-52, -98), (52, -98), look=-0.4, mood="open"),
        closer=1.3, middle=320,
    )  # fmt: skip


def stacks() -> str:
    return scene(
        props.mat(100, 404, 440, 48, pen.SKY),
        props.blocks((320, 440), pen.CORAL, pen.SAGE, size=40),
        person(TODDLER, "kneel", (210, 440), shirt=pen.HONEY, trousers=pen.CORAL, lean=16,
               near=(290, 350), far=(288, 372), look=0.6, mood="open"),
        pen.box(298, 312, 40, 40, pen.SKY, round_=6),
        pen.tube((288, 350), (300, 346), width=16, fill=pen.SKIN),
        person(ADULT, "kneel", (470, 440), facing=-1, shirt=pen.SAGE, lean=-14, look=-0.7,
               near=(400, 400), far=(410, 396)),
        closer=1.3, middle=330,
    )  # fmt: skip


def _broom(top: tuple[float, float], low: tuple[float, float], size: float) -> str:
    x, y = low
    return pen.tube(top, low, width=9, fill=pen.BROWN) + pen.path(
        f"M{x - 5},{y - 8} L{x + size},{y + size} H{x - size * 0.5}Z", pen.HONEY
    )


def sweeps() -> str:
    leaves = [pen.group(pen.path("M0,0 q8,-18 24,-12 q-2,16 -24,12Z", pen.SAGE), at=at)
              for at in ((322, 440), (350, 452), (296, 456))]  # fmt: skip
    return scene(
        person(ADULT, "stand", (150, GROUND), shirt=pen.SKY, trousers=pen.BROWN, look=0.7,
               lean=10, near=(214, 300), far=(222, 268),
               holding=_broom((210, 220), (254, 404), 44)),
        person(TODDLER, "stand", (452, GROUND), facing=-1, shirt=pen.CORAL, look=-0.6,
               mood="open", near=(412, 356), far=(410, 340),
               holding=pen.group(_broom((4, -64), (32, 10), 30), at=(416, 408), flip=True)),
        *leaves,
        closer=1.25, middle=300,
    )  # fmt: skip


def feeds_the_doll() -> str:
    return scene(
        props.mat(120, 404, 420, 48, pen.SAGE),
        props.teddy((366, 444)),
        person(TODDLER, "kneel", (250, 440), shirt=pen.SKY, trousers=pen.HONEY, lean=16,
               near=(312, 364), far=(300, 404), look=0.6),
        props.bowl((306, 420), pen.WHITE, pen.CREAM, 0.55),
        pen.line((306, 362), (336, 386), width=5), pen.oval(340, 389, 8, 5, pen.WHITE),
        person(ADULT, "crossed", (490, 440), facing=-1, shirt=pen.CORAL, trousers=pen.BROWN,
               look=-0.6, mood="open"),
        closer=1.2, middle=345,
    )  # fmt: skip


def bedtime_story() -> str:
    return scene(
        props.moon((520, 130)),
        props.mat(60, 400, 550, 56, pen.SAGE),
        pen.box(236, 392, 96, 42, pen.WHITE, round_=18),
        person(GRANDPARENT, "crossed", (170, 436), shirt=pen.CORAL, trousers=pen.BROWN, look=0.7,
               near=(262, 356), far=(264, 300), mood="open", down=0.3),
        pen.group(babies.lying_adult((0, 0), shirt=pen.HONEY, who=CHILD), at=(376, 444),
                  scale=0.8),
        pen.path("M352,444 Q344,392 386,386 H500 Q590,386 602,444Z", pen.SKY),
        pen.path("M366,444 Q362,404 392,400"),
        closer=1.05, middle=330,
    )  # fmt: skip


def jumps_rope() -> str:
    return scene(
        pen.path("M228,328 C80,40 540,40 392,328", line=pen.BROWN, width=6),
        pen.soft(310, 440, 60, 9, "#e3d5bd"),
        person(CHILD, "jump", (310, 424), shirt=pen.CORAL, trousers=pen.SKY, look=0,
               near=(228, 324), far=(392, 324), mood="open"),
        closer=1.25, middle=310,
    )  # fmt: skip


SCENES: dict[str, Callable[[], str]] = {
    "tip-d0092": rattle,
    "tip-d0120": mirror,
    "tip-d0137": reads_in_lap,
    "tip-d0221": under_the_cloth,
    "tip-d0235": floor_play,
    "tip-d0270": peekaboo,
    "tip-d0379": stacks,
    "tip-d0477": sweeps,
    "tip-d0617": feeds_the_doll,
    "tip-d1740": bedtime_story,
    "tip-d2118": jumps_rope,
}
