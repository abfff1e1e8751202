"""What the content library offers to somebody who writes a campaign: words and pictures."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from care.folding import fold
from content.library import ROOT, Library
from content.pieces import Text
from content.templates import Hole

SEASON, TIP = "season", "tip"
KINDS = (SEASON, TIP)
FOUND_MOST = 30
# Tokens of the library as a campaign writes them; it has no word that differs by who cares.
_AS_WRITTEN = {
    "be": "{ten_be}",
    "Be": "{ten_be}",
    "goi": "{goi}",
    "Goi": "{goi}",
    "con": "bé",
    "Con": "Bé",
    "tram": "{tram}",
}
_BEHIND_A_SENTENCE = re.compile(r"(?<=[.!?] )\{ten_be\}")  # there no name is made to begin large


@dataclass(frozen=True, slots=True)
class Offer:
    id: str
    title: str
    kind: str


def offers(library: Library, typed: str) -> list[Offer]:
    """The seasonal items; with words typed, seasonal items and tips whose title has them."""
    wanted = fold(typed)
    kinds = KINDS if wanted else (SEASON,)
    found = [
        Offer(id_, _title(library, library.texts[id_]), library.meta[id_].kind)
        for id_ in library.items
        if library.meta[id_].kind in kinds
    ]
    fitting = [offer for offer in found if wanted in fold(offer.title)]
    fitting.sort(key=lambda offer: KINDS.index(offer.kind))
    return fitting[:FOUND_MOST]


def _title(library: Library, text: Text) -> str:
    """For a list: with the words for any child and anybody."""
    words = {"be": library.label("be.one"), "goi": library.label("goi.default"), "con": "con"}
    words |= {name.capitalize(): word.capitalize() for name, word in words.items()}
    try:
        return text.title.fill(_numbers(library) | words) if text.title else ""
    except Hole:
        return ""


def _numbers(library: Library) -> dict[str, str]:
    return {f"so_{key}": number.number for key, number in library.numbers.items()}


def filled(library: Library, item_id: str) -> dict[str, str] | None:
    """Title, body and picture of an item as fields of the writing form; None without such one."""
    if item_id not in library.items or library.meta[item_id].kind not in KINDS:
        return None
    text = library.texts[item_id]
    values = _numbers(library) | _AS_WRITTEN
    pieces = [text.parts[name] for name in ("body", "action") if name in text.parts]
    try:
        title = text.title.fill(values) if text.title else ""
        body = "\n\n".join(piece.fill(values).strip() for piece in pieces)
    except Hole:  # a date that only an item with a due day has
        return None
    words = {"title": title, "body": body}
    found = {name: _BEHIND_A_SENTENCE.sub("Bé", told) for name, told in words.items()}
    picture = text.image if text.image in pictures(library) else None
    return found | {"picture": picture or ""}


def pictures(library: Library) -> Mapping[str, str]:
    """Every drawing that a text of the library uses, with what is to be seen on it."""
    found = {
        text.image: text.alt or text.image
        for text in library.texts.values()
        if text.image and (ROOT / "media" / text.image).is_file()
    }
    return dict(sorted(found.items(), key=lambda one: one[1]))
