"""What can be seen in one text alone: words, marks, spelling, sentences, numbers.

Every function takes a text whose tokens still stand in braces and yields remarks with their place.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from content.syllables import is_syllable
from content.templates import TOKEN
from content.wordlists import Wordlists

SENTENCE_MOST = 20
# Braces and % have rules of their own.
MARKS = frozenset(' \n.,;:!?…()"“”-/+→{}%\ufffc')

_TAG = re.compile(r"(?:^[ \t]*)?(?:\{%.*?%\}|\{#.*?#\})", re.DOTALL | re.MULTILINE)
_COMMAND = re.compile(r"(?<!\S)/[a-z]\S*")
_HOLE = re.compile(r"\{[^{}]*\}")
_HTML = re.compile(r"</?[A-Za-z][^<>]*>")
_BOLD = re.compile(r"\*\*(?=\S)[^*\n]+(?<=\S)\*\*")
_END = re.compile(r"[.!?…]+[\"”)]*(?=\s|$)|\n+|$")
_NUMBER = re.compile(r"\d+(?:[.,/]\d+)*")
_WORD = re.compile(r"[^\W\d_]+")
_WHOLE_WORD = re.compile(r"(?<!\w)[^\W\d_]+(?![\w\ufffc])")
_PHONE = re.compile(r"(?<![\d,./])11[1-5](?![\d/]|[.,]\d)|\b1[89]00(?: ?\d){4,}|(?:\d[ .]?){8,}\d")
_NEW_TONE = re.compile(r"(?:o[àáảãạèéẻẽẹ]|(?<!q)u[ỳýỷỹỵ])(?!\w)", re.IGNORECASE)
_LOST_TONE = re.compile(r"(?:[òóỏõọ][ae]|(?<!q)[ùúủũụ]y)(?=\w)", re.IGNORECASE)
_ACCENTLESS_MOST = 6
FILLER = "\ufffc"
_SPEAKS = frozenset({"goi", "be", "con", "bam", "nut"})
# "bấm một nút", half of it as a token too, and "bấm" before the words of a button.
_BUTTON = re.compile(
    r'(?<!\w)(?:(?:bấm|\{bam\})[^.!?\n"]*?(?<!\w)(?:nút(?!\w)|\{nut\})|bấm ")', re.IGNORECASE
)
_TOKENS_OF_BUTTONS = re.compile(r"\{bam\}.*\{nut\}", re.IGNORECASE | re.DOTALL)


class Remark(NamedTuple):
    offset: int
    message: str


def visible(text: str) -> str:
    """The text without Jinja tags and /commands; offsets stay, expressions become one token."""
    bare = text
    for hidden in (_TAG, _COMMAND):
        bare = hidden.sub(lambda m: re.sub(r"[^\n]", FILLER, m.group()), bare)
    return _HOLE.sub(lambda m: "{" + re.sub(r"\W", "_", m.group()[1:-1]) + "}", bare)


def masked(text: str) -> str:
    """Tokens and HTML made unreadable, every other character where it was."""
    for hidden in (_HOLE, _HTML):
        text = hidden.sub(lambda m: FILLER * len(m.group()), text)
    return text


def expand(text: str, values: Mapping[str, str]) -> str:
    """Capital tokens take the value of the small one; unknown tokens stay."""

    def value(match: re.Match[str]) -> str:
        name = match[1]
        return values.get(name, values.get(name.lower(), match.group()))

    return TOKEN.sub(value, text)


def sentences(text: str) -> list[tuple[int, str]]:
    """Sentences with their offsets; the end of a line ends a sentence."""
    found, start = [], 0
    for end in _END.finditer(text):
        piece = text[start : end.end()]
        if any(map(str.isalnum, piece)):
            found.append((start + len(piece) - len(piece.lstrip()), piece.strip()))
        start = end.end()
    return found


def syllables(text: str) -> int:
    """What stands between spaces and holds a letter or a digit."""
    return sum(any(map(str.isalnum, word)) for word in text.split())


def numbers(text: str) -> list[tuple[int, str]]:
    bare = _PHONE.sub(lambda m: FILLER * len(m.group()), masked(text))
    return [(m.start(), m.group()) for m in _NUMBER.finditer(bare)]


def phones(text: str) -> Iterator[Remark]:
    for match in _PHONE.finditer(masked(text)):
        yield Remark(match.start(), f"a phone number is never typed: {match.group()} (use a token)")


def phone_like(text: str) -> list[str]:
    """Phone numbers, and emergency numbers at the start of a line or after a word."""
    return [match.group().strip() for match in _PHONE.finditer(text)]


def banned(text: str, lists: Wordlists) -> Iterator[Remark]:
    for entry in lists.banned:
        for offset, line in _lines(text):
            for match in entry.regex.finditer(line):
                word = match.group().strip()[:60]
                said = f"{word!r} is not for families ({entry.why}): {entry.instead}"
                yield Remark(offset + match.start(), said)


def reassurance(text: str, lists: Wordlists) -> Iterator[Remark]:
    for word in lists.reassuring:
        for match in re.finditer(rf"(?<!\w){re.escape(word)}(?!\w)", text, re.IGNORECASE):
            yield Remark(match.start(), f"{word!r} calms, so red_flags must name a danger card")


def ranges(text: str, lists: Wordlists) -> Iterator[Remark]:
    for allowed in lists.ranges:
        for match in allowed.regex.finditer(masked(text)):
            value = float(match["n"].replace(",", "."))
            if not allowed.low <= value <= allowed.high:
                limits = f"{allowed.low:g} to {allowed.high:g}"
                yield Remark(match.start(), f"{allowed.topic} {match['n']} is outside {limits}")


def marks(text: str) -> Iterator[Remark]:
    """Only **bold**, "- " lists and the signs of a sentence."""
    for match in _HTML.finditer(text):
        yield Remark(match.start(), f"no HTML: {match.group()}")
    bare = _BOLD.sub(lambda m: FILLER * 2 + m.group()[2:-2] + FILLER * 2, masked(text))
    for offset, char in enumerate(bare):
        if not (char.isalnum() or char in MARKS or unicodedata.combining(char)):
            yield Remark(offset, f"this mark is not allowed: {char!r} {unicodedata.name(char, '')}")
    for offset, line in _lines(bare):
        if line.startswith((" ", "\t")) or re.match(r"-\S|-  ", line):
            yield Remark(offset, 'a line begins with its first letter or with "- "')


def tones(text: str) -> Iterator[Remark]:
    for match in _NEW_TONE.finditer(text):
        yield Remark(match.start(), f"tone mark as in hòa, thúy, khỏe: {_around(text, match)}")
    for match in _LOST_TONE.finditer(text):
        yield Remark(match.start(), f"tone mark on the wrong letter: {_around(text, match)}")


def spelling(text: str, lists: Wordlists) -> Iterator[Remark]:
    for match in _WHOLE_WORD.finditer(masked(text)):
        if match.group() not in lists.foreign and not is_syllable(match.group()):
            said = f"{match.group()!r} is no Vietnamese syllable; a name goes to wordlists.yaml"
            yield Remark(match.start(), said)


def accents_lost(text: str) -> Iterator[Remark]:
    for offset, sentence in sentences(text):
        letters = _HOLE.sub("", sentence)
        if letters.isascii() and len(_WORD.findall(letters)) > _ACCENTLESS_MOST:
            yield Remark(offset, "a sentence without accents")


def long_sentences(text: str, usual: Mapping[str, str]) -> Iterator[Remark]:
    for offset, sentence in sentences(text):
        count = syllables(expand(sentence, usual))
        if count > SENTENCE_MOST:
            yield Remark(offset, f"a sentence of {count} syllables (at most {SENTENCE_MOST})")


def capitals(text: str) -> Iterator[Remark]:
    """{Be} at the start of a sentence, {be} inside; {tram} never at the start."""
    for match in TOKEN.finditer(text):
        small = match[1].lower()
        if small not in _SPEAKS and match[1] != "tram":
            continue
        starts = _starts_sentence(text[: match.start()])
        if starts and match[1] == "tram":
            yield Remark(match.start(), "{tram} has no capital form: turn the sentence round")
        elif starts and match[1] == small:
            said = f"write {{{small.capitalize()}}} at the start of a sentence"
            yield Remark(match.start(), said)
        elif starts is False and match[1] != small:
            yield Remark(match.start(), f"write {{{small}}} inside a sentence")


def _starts_sentence(before: str) -> bool | None:
    """None where both may be right: after a colon, an opening quotation mark or a Jinja tag."""
    line = before.rpartition("\n")[2].removeprefix("- ").replace("**", "").rstrip()
    bare = line.rstrip(f" {FILLER}")
    if not bare:
        return True
    if bare[-1] in '"“(:':
        return None
    starts = bare[-1] in ".!?…”"
    return starts if starts or line == bare else None


def buttons(text: str) -> Iterator[Remark]:
    """Not every messenger has buttons: where there are none, people type a number."""
    for match in _BUTTON.finditer(text):
        if not _TOKENS_OF_BUTTONS.fullmatch(match.group()):
            said = f"write {{bam}} and {{nut}}, some messengers have no buttons: {match.group()!r}"
            yield Remark(match.start(), said)


def similar(texts: Mapping[str, str]) -> Iterator[tuple[str, str, float]]:
    """Pairs that share many runs of four syllables, with their Jaccard index."""
    grams = {key: _grams(text) for key, text in texts.items()}
    homes: dict[tuple[str, ...], list[str]] = {}
    for key, found in grams.items():
        for gram in found:
            homes.setdefault(gram, []).append(key)
    pairs: dict[tuple[str, str], int] = {}
    for keys in homes.values():
        for index, one in enumerate(keys):
            for other in keys[index + 1 :]:
                pairs[one, other] = pairs.get((one, other), 0) + 1
    for (one, other), shared in sorted(pairs.items()):
        yield one, other, shared / (len(grams[one]) + len(grams[other]) - shared)


def _grams(text: str) -> set[tuple[str, ...]]:
    found = _WORD.findall(unicodedata.normalize("NFC", text.lower()))
    return {tuple(found[index : index + 4]) for index in range(len(found) - 3)}


def _lines(text: str) -> Iterable[tuple[int, str]]:
    offset = 0
    for line in text.split("\n"):
        yield offset, line
        offset += len(line) + 1


def _around(text: str, match: re.Match[str]) -> str:
    start = re.search(r"\w*$", text[: match.start()])
    end = re.match(r"\w*", text[match.end() :])
    return (start.group() if start else "") + match.group() + (end.group() if end else "")
