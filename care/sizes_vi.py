"""Weights and heights as families type them: "7kg2", "7 cân rưỡi", "1m05", "nặng 7,2 cao 68".

A number that nothing explains makes the whole text unread: asking again is better than guessing.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from care.dates_vi import DateProblem
from care.growth import Measure, Sizes
from care.typed_vi import COUNT, accented, normalise, number, tidy
from care.when import When, past

LONGEST = 100  # characters
# Of a number without a unit:
METRES_BELOW, MILLIMETRES_FROM, GRAMS_FROM = 3, 300, 300
CENTIMETRES_FROM = 30  # beside a weight


@dataclass(frozen=True, slots=True)
class Typed:
    """`readings`: none, one, or several that it may mean. `only`: nothing else was said."""

    readings: tuple[Sizes, ...] = ()
    when: date | DateProblem | None = None
    only: bool = False


_LYING = re.compile(r"\b(?:nằm|do nam|dai nam|nam do|nam thang|nam ngua)\b")
_STANDING = re.compile(r"\b(?:đứng|do dung|cao dung|dung do)\b")
# Accents tell them from three, five and four.
_NO_NUMBERS = re.compile(r"\b(?:bà|bá|nằm|đứng|từ)\b")
_DATES = re.compile(
    r"\b(?:hom|bua|sang|trua|chieu|toi|dem) (?:qua|kia|nay)\b|\b(?:ngay|sang|chieu|toi) mai\b"
    r"|(?<![0-9.,/\-])(?:\b(?:ngay|hom|mung) )?"
    r"[0-9]{1,2} ?/ ?[0-9]{1,2}(?: ?/ ?[0-9]{2,4})?(?![0-9/])"
    r"|(?<![0-9.,/\-])(?:\bngay )?[0-9]{1,2}([.\-])[0-9]{1,2}\1(?:[0-9]{4}|[0-9]{2})(?![0-9])"
    r"|\bngay [0-9]{1,2}[.\-][0-9]{1,2}(?![0-9.\-])"
    r"|\b(?:ngay |hom |mung )?[0-9]{1,2} thang [0-9]{1,2}(?: nam [0-9]{4})?\b"
    r"|\b[0-9]{1,2} (?:ngay|tuan) truoc\b"
)
_PAST_AGE = re.compile(
    r"\b(?:luc|khi|hoi) (?:be |con |chau )?[0-9]{1,3} (?:thang|tuan|tuoi|ngay)\b"
)
_AGE = re.compile(r"\b[0-9]{1,3} (?:thang|tuan|ngay|tuoi)\b(?: (?:tuoi|ruoi))*")
_KILO = r"(?:kilogram|kilogam|kilo|ky lo|ki lo|kgs|kg|ky|ki|k|can)"
_UNIT = rf"(?:{_KILO}|met|m|phan|cm|lang)"
_IN_WORDS = re.compile(rf"\b({COUNT})(?= {_UNIT}\b(?! [0-9]))")
_TENTH_IN_WORDS = re.compile(
    rf"(?<=[0-9] )({_UNIT}) (mot|hai|ba|bon|tu|nam|lam|ruoi|sau|bay|tam|chin)\b"
)
_START, _END = r"(?<![0-9.,/:+\-])(?<![+\-] )", r"(?![0-9]|[.,/:\-][0-9]| ?- ?[0-9])"
_KILOGRAMS = re.compile(
    rf"{_START}([0-9]{{1,3}})[.,]([0-9]{{1,3}}) ?{_KILO}\b"
    rf"|{_START}([0-9]{{1,3}}) ?{_KILO}\b(?: ([0-9]{{1,3}})(?: (lang|gram|gam|gr|g))?\b"
    rf"(?! ?(?:cm|phan|mm|met|m|{_KILO})\b){_END})?"
)
_GRAMS = re.compile(rf"{_START}([0-9]{{1,2}}[.,]?[0-9]{{3}}|[0-9]{{3}}) (?:grams|gram|gam|gr|g)\b")
_METRES = re.compile(
    rf"{_START}([0-9])[.,]([0-9]{{1,3}}) ?(?:met|m)\b"
    rf"|{_START}([0-9]) ?(?:met|m)\b(?: ([0-9]{{1,2}})(?: (cm|phan))?\b(?! ?{_KILO}\b){_END})?"
)
_CENTIMETRES = re.compile(
    rf"{_START}([0-9]{{1,3}})(?:[.,]([0-9]))? ?(?:centimet|xentimet|cm|phan)\b"
    rf"(?: ([0-9])\b(?! ?{_KILO}\b){_END})?"
)
_MILLIMETRES = re.compile(rf"{_START}([0-9]{{3,4}}) (?:mm|ly|li)\b")
_BARE = re.compile(rf"{_START}([0-9]{{1,5}})(?:[.,]([0-9]{{1,3}}))?{_END}")
_BEFORE_WEIGHT = re.compile(r"\b(?:nang|can)(?: (?:la|duoc|khoang|tam|nang|con|len))*[ :]*$")
_BEFORE_HEIGHT = re.compile(r"\b(?:cao|dai)(?: (?:la|duoc|khoang|tam))*[ :]*$")
_FILLERS = frozenset(
    [
        "be",
        "chau",
        "con",
        "em",
        "nang",
        "cao",
        "dai",
        "can",
        "chieu",
        "duoc",
        "la",
        "khoang",
        "tam",
        "hom",
        "nay",
        "nhe",
        "nha",
        "a",
        "ah",
        "da",
        "va",
        "thi",
        "do",
        "moi",
        "vua",
        "roi",
        "thang",
        "nam",
        "dung",
        "ghi",
        "giup",
        "minh",
        "me",
        "bo",
        "ba",
        "ong",
        "so",
    ]
)


def read_sizes(text: str, asked: Measure | None, today: date) -> Typed:
    """A bare number is what was asked for; None where nothing was."""
    if len(text) > LONGEST:
        return Typed()
    typed = tidy(_NO_NUMBERS.sub(" ", accented(text)))
    if _PAST_AGE.search(typed):
        return Typed()
    found = _DATES.search(typed)
    when = _day(found.group(), today) if found else None
    typed = _AGE.sub(" ", _DATES.sub(" ", typed, count=1))
    typed = _IN_WORDS.sub(lambda match: str(number(match[1])), typed)
    typed = _TENTH_IN_WORDS.sub(_tenth, typed)
    sizes, rest = _take(typed, asked)
    if re.search("[0-9]", rest):
        return Typed(when=when)
    readings = tuple(replace(one, lying=_lying(text)) if one.height_mm else one for one in sizes)
    only = set(re.findall("[a-z]+", rest)) <= _FILLERS
    return Typed(readings, when, bool(readings) and only)


def _day(typed: str, today: date) -> date | DateProblem:
    when = past(normalise(typed), today)
    return when.on if isinstance(when, When) else when


def _lying(text: str) -> bool | None:
    spelt = accented(text)
    if _LYING.search(spelt):
        return True
    return False if _STANDING.search(spelt) else None


def _tenth(match: re.Match[str]) -> str:
    half = {"ruoi": 5, "lam": 5}.get(match[2])
    return f"{match[1]} {half or number(match[2])}"


def _take(typed: str, asked: Measure | None) -> tuple[tuple[Sizes, ...], str]:
    """What it may mean, and the text without it."""
    weights = [(_grams(m),) for m in _KILOGRAMS.finditer(typed)]
    typed = _KILOGRAMS.sub(" ", typed)
    weights += [(int(re.sub("[.,]", "", m[1])),) for m in _GRAMS.finditer(typed)]
    typed = _GRAMS.sub(" ", typed)
    heights = [_from_metres(m) for m in _METRES.finditer(typed)]
    typed = _METRES.sub(" ", typed)
    heights += [(int(m[1]) * 10 + int(m[2] or m[3] or 0),) for m in _CENTIMETRES.finditer(typed)]
    typed = _CENTIMETRES.sub(" ", typed)
    heights += [(int(m[1]),) for m in _MILLIMETRES.finditer(typed)]
    typed = _MILLIMETRES.sub(" ", typed)
    for measure, size in _bare(typed, asked, weighed=bool(weights)):
        (weights if measure is Measure.WEIGHT else heights).append((size,))
        typed = _BARE.sub(" ", typed, count=1)
    if len(weights) > 1 or len(heights) > 1:
        return (), typed
    grams = weights[0][0] if weights else None
    if not heights:
        return (() if grams is None else (Sizes(grams),)), typed
    return tuple(Sizes(grams, size) for size in heights[0]), typed


def _grams(match: re.Match[str]) -> int:
    if match[1]:
        return int(match[1]) * 1000 + int(match[2].ljust(3, "0"))
    rest, unit = match[4] or "", match[5]
    if unit:
        return int(match[3]) * 1000 + int(rest) * (100 if unit == "lang" else 1)
    return int(match[3]) * 1000 + int(rest.ljust(3, "0"))


def _from_metres(match: re.Match[str]) -> tuple[int, ...]:
    """ "1m5" is one metre fifty; some write it for one metre and five centimetres."""
    if match[1]:
        return (int(match[1]) * 1000 + int(match[2].ljust(3, "0")),)
    whole, rest, unit = int(match[3]) * 1000, match[4] or "", match[5]
    if unit or len(rest) == 2:
        return (whole + int(rest) * 10,)
    return (whole + int(rest) * 100, whole + int(rest) * 10) if rest else (whole,)


def _bare(typed: str, asked: Measure | None, *, weighed: bool) -> Iterator[tuple[Measure, int]]:
    """Numbers without a unit: by the word before them, else by what was asked.

    Beside a weight a second number is the height if it is long enough for one.
    """
    for match in _BARE.finditer(typed):
        measure = _named(typed[: match.start()])
        second = measure is None and weighed
        measure = measure or (Measure.HEIGHT if weighed else asked)
        if measure is None:
            return
        if second and int(match[1]) < CENTIMETRES_FROM:
            return
        weighed = weighed or measure is Measure.WEIGHT
        yield measure, _without_unit(measure, int(match[1]), match[2] or "")


def _named(before: str) -> Measure | None:
    if _BEFORE_HEIGHT.search(before):
        return Measure.HEIGHT
    return Measure.WEIGHT if _BEFORE_WEIGHT.search(before) else None


def _without_unit(measure: Measure, whole: int, part: str) -> int:
    thousandths = whole * 1000 + int(part.ljust(3, "0"))
    if measure is Measure.WEIGHT:
        return whole if whole >= GRAMS_FROM and not part else thousandths
    if whole >= MILLIMETRES_FROM and not part:
        return whole
    return thousandths if whole < METRES_BELOW else round(thousandths / 100)
