"""What a weighing is answered with: the numbers, the picture, which way it goes."""

from datetime import date

from care.folding import fold
from care.growth import Measure, Measurement, Sizes, months_on
from care.growth_course import Course, course
from care.messages import Button, Say
from care.people import Child
from content.growth_chart import points_of
from content.growth_tables import SEXES, standards
from handlers.turn import Turn, say
from handlers.wording import label
from storage import measurements

SMALL_CHANGE_G = 1000  # below it grams are plainer
LYING_UNTIL_MONTHS = 24
_GIRL = frozenset({"gai", "be gai", "con gai", "chau gai", "nu"})
_BOY = frozenset({"trai", "be trai", "con trai", "chau trai", "nam"})


def sex_in(text: str) -> str | None:
    typed = fold(text)
    return "girl" if typed in _GIRL else "boy" if typed in _BOY else None


def weight(turn: Turn, grams: int) -> str:
    return label(turn.library, "growth.kilograms", n=_decimal(grams, 1000))


def height(turn: Turn, millimetres: int) -> str:
    return label(turn.library, "growth.centimetres", n=_decimal(millimetres, 10))


def _decimal(size: int, unit: int) -> str:
    """ "7,25"; every digit that was measured and no more."""
    whole, part = divmod(size, unit)
    digits = str(part).zfill(len(str(unit)) - 1).rstrip("0")
    return f"{whole},{digits}" if digits else str(whole)


def both(turn: Turn, sizes: Sizes) -> str:
    """ "7,2 kg, 68 cm"."""
    parts = []
    if sizes.weight_g is not None:
        parts.append(weight(turn, sizes.weight_g))
    if sizes.height_mm is not None:
        parts.append(height(turn, sizes.height_mm))
    return ", ".join(parts)


def result(turn: Turn, child: Child, day: date) -> Say:
    """After a measurement of that day was kept."""
    known = measurements.of_child(turn.conn, child.id)
    new = next(m for m in known if m.day == day)
    newest = new is known[-1]
    found = course(child, known, standards(child.sex)) if newest else Course(None, False, None)
    shown = Measure.HEIGHT if new.sizes.weight_g is None else Measure.WEIGHT
    return say(
        "growth/result",
        *_buttons(child, known, shown),
        child=child,
        weight=None if new.sizes.weight_g is None else weight(turn, new.sizes.weight_g),
        height=None if new.sizes.height_mm is None else height(turn, new.sizes.height_mm),
        lying=_lay(child, new),
        on=day.isoformat(),
        direction=found.direction.value if found.direction else None,
        change=_change(turn, new, found.since),
        since=found.since.day.isoformat() if found.since else None,
        station=found.station,
        young=months_on(child, turn.today) < LYING_UNTIL_MONTHS,
        **_picture(child, known, shown),
    )


def curve(turn: Turn, child: Child, measure: Measure) -> Say:
    """The picture again."""
    known = measurements.of_child(turn.conn, child.id)
    drawn = _picture(child, known, measure)
    return say(
        "growth/see" if drawn else "growth/no-curve",
        *_buttons(child, known, measure),
        child=child,
        **({"height": measure is Measure.HEIGHT, **drawn} if drawn else {}),
    )


def _picture(child: Child, known: list[Measurement], measure: Measure) -> dict[str, str]:
    """The picture is drawn when the message is rendered, see `bot.compose`."""
    drawn = child.sex in SEXES and points_of(child, known, measure)
    return {"growth": measure.value} if drawn else {}


def _buttons(child: Child, known: list[Measurement], shown: Measure) -> list[str | Button]:
    buttons: list[str | Button] = []
    if child.sex not in SEXES:
        buttons.append(f"growth.sex:{child.id}")
    elif shown is Measure.WEIGHT and any(m.sizes.height_mm for m in known):
        buttons.append(f"growth.see-height:{child.id}")
    elif shown is Measure.HEIGHT and any(m.sizes.weight_g for m in known):
        buttons.append(f"growth.see-weight:{child.id}")
    return [*buttons, f"growth.open:{child.id}", "menu.home"]


def _lay(child: Child, measured: Measurement) -> bool:
    """Whether one says "dài" or "cao"."""
    lying = measured.sizes.lying
    return months_on(child, measured.day) < LYING_UNTIL_MONTHS if lying is None else lying


def _change(turn: Turn, new: Measurement, since: Measurement | None) -> str | None:
    if since is None or new.sizes.weight_g is None or since.sizes.weight_g is None:
        return None
    grams = abs(new.sizes.weight_g - since.sizes.weight_g)
    if not grams:
        return None
    if grams < SMALL_CHANGE_G:
        return label(turn.library, "growth.grams", n=grams)
    return weight(turn, grams)
