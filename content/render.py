"""A message for one reader: tokens filled, lists with their headings, never a hole."""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from re import compile as pattern
from typing import Any

from care.people import Caregiver, Child, Role
from content.library import Library
from content.pieces import Text
from content.templates import Hole
from content.tree import LISTS, MONTHS

REVIEWED = frozenset({"approved", "published"})
ROLES = frozenset({"grandparent", "father"})
_WIDE_GAPS = pattern(r"\n[ \t]*(?:\n[ \t]*)+")


class RenderError(Exception):
    """A text could not be filled; names the message and the token."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads: `goi` and `con` as they are called, nicknames of the children ("" without).

    `numbered`: there are no buttons to press, a number is typed.
    """

    goi: str
    children: tuple[str, ...]
    con: str
    role: str | None
    numbered: bool = False


@dataclass(frozen=True, slots=True)
class Rendered:
    """`text` begins with `title` when there is one."""

    title: str | None
    text: str
    image: str | None
    alt: str | None


def render(
    library: Library, message: str, params: Mapping[str, Any], reader: Reader, draft_note: bool
) -> Rendered:
    """Raises RenderError. In `params`, `also` (more item ids), `more` (ready
    paragraphs) and `overdue` shape an item."""
    text = library.texts.get(message)
    if text is None:
        raise RenderError(f"{message}: no such message")
    values = {**tokens(library, reader), **params}
    try:
        title = text.title.fill(values) if text.title else None
        if message in library.meta:
            blocks = _item(library, message, values, reader, draft_note)
        else:
            blocks = [text.parts["body"].fill(values)]
    except Hole as error:
        raise RenderError(f"{message}: {error}") from error
    whole = "\n\n".join(part.strip() for part in [title or "", *blocks] if part.strip())
    whole = _WIDE_GAPS.sub("\n\n", unicodedata.normalize("NFC", whole))
    if not whole:
        raise RenderError(f"{message}: nothing to say")
    shown = unicodedata.normalize("NFC", title).strip() if title else None
    return Rendered(shown, whole, text.image, text.alt)


def reader_of(
    library: Library, caregiver: Caregiver, spoken: Sequence[Child], numbered: bool = False
) -> Reader:
    """This caregiver, reading about these children."""
    role = caregiver.role.value if caregiver.role else "default"
    elder = caregiver.role in (Role.GRANDPARENT, Role.KIN)
    return Reader(
        goi=library.label(f"goi.{role}"),
        children=tuple(c.nickname or "" for c in spoken),
        con=library.label(f"con.{role}" if elder else "con.default"),
        role=caregiver.role.value if caregiver.role else None,
        numbered=numbered,
    )


def tokens(library: Library, reader: Reader) -> dict[str, str]:
    """What may stand in every text, for this reader."""
    goi = reader.goi or library.label("goi.default")
    con = reader.con or library.label("con.default")
    be = _children(library, reader.children)
    how = "number" if reader.numbered else "button"
    found = {"goi": goi, "be": be, "con": con}
    found |= {word: library.label(f"{word}.{how}") for word in ("bam", "nut")}
    found |= {_capital(word): _capital(value) for word, value in found.items()}
    found["tram"] = library.label("tram.default")
    return found | {f"so_{key}": number.number for key, number in library.numbers.items()}


def _children(library: Library, names: tuple[str, ...]) -> str:
    """One name, "An, Bình và Chi", or "hai bé" as soon as one of several has no nickname."""
    if len(names) < 2:
        return (names and names[0]) or library.label("be.one")
    if all(names):
        return f"{', '.join(names[:-1])} {library.label('be.and')} {names[-1]}"
    counted = {2: "be.two", 3: "be.three"}
    return library.label(counted.get(len(names), "be.many"))


def _capital(word: str) -> str:
    return word[:1].upper() + word[1:]


def _item(
    library: Library, id_: str, values: Mapping[str, Any], reader: Reader, draft_note: bool
) -> list[str]:
    text, meta = library.texts[id_], library.meta[id_]
    blocks = [_body(text, values, reader), *map(str, values.get("more") or ())]
    for name in LISTS:
        if name in text.parts:
            heading = library.label(f"danger.{name}")
            blocks.append(f"**{heading}**\n{text.parts[name].fill(values)}")
    if id_ in library.skills:
        blocks.append("\n".join(f"- {skill.text.fill(values)}" for skill in library.skills[id_]))
        if "disclaimer" in text.parts:
            blocks.append(text.parts["disclaimer"].fill(values))
    if "action" in text.parts:
        action = text.parts["action"].fill(values)
        blocks.append(f"→ {library.label('item.action')}: {action}")
    if named := library.cards(id_, values.get("months")):
        label = library.label("item.red_flag")
        cards = (_title(library, card, values) for card in named)
        blocks.append("\n".join(f"{label}: {card}" for card in cards))
    for other in _also(values):
        if other not in library.meta:
            raise Hole(f"also names an unknown item: {other}")
        blocks.append(_title(library, other, values))
        blocks.append(_body(library.texts[other], values, reader))
    shown = [meta, *(library.meta[other] for other in _also(values))]
    if draft_note and any(one.status not in REVIEWED for one in shown):
        blocks.append(library.label("item.draft"))
    return blocks


def _also(values: Mapping[str, Any]) -> Iterable[str]:
    return [str(id_) for id_ in values.get("also") or ()]


def _title(library: Library, id_: str, values: Mapping[str, Any]) -> str:
    title = library.texts[id_].title
    return title.fill(values) if title else ""


def _for_age(text: Text, months: Any) -> str | None:
    """The part for children of so many months; where it stands, it is all that is told."""
    if months is None:
        return None
    for name in text.parts:
        if name.startswith(MONTHS):
            first, _, last = name.removeprefix(MONTHS).partition("-")
            if int(first) <= int(months) <= int(last):
                return name
    return None


def _body(text: Text, values: Mapping[str, Any], reader: Reader) -> str:
    name = _for_age(text, values.get("months")) or "body"
    if values.get("overdue") and "overdue" in text.parts:
        name = "overdue"
    elif reader.role in ROLES and reader.role in text.parts:
        name = str(reader.role)
    return text.parts[name].fill(values)
