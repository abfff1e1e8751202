"""An item as a family with a sample child reads it: the usual text and every other one it has."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from markupsafe import Markup

from content.campaign_words import SAMPLE_NAME
from content.library import Library
from content.pieces import Text
from content.render import Reader, render, tokens
from content.schema import Entry
from content.tree import MONTHS

SAMPLE_DAY = date(2027, 2, 15)
FOR_OTHERS = ("grandparent", "father")
APART = ("sms", "voice", "loudspeaker")  # the same once more, for other ways
OF_LISTS = ("seen", "not-yet", "go-now")  # what follows from the answers to a milestone list


@dataclass(frozen=True, slots=True)
class Preview:
    """`name` says which text it is: body, father, "months 0-5", sms, question-1 and so on."""

    name: str
    text: Markup
    buttons: tuple[str, ...] = ()
    typed: str = ""  # the words alone, to count them


def previews(library: Library, entry: Entry) -> list[Preview]:
    text = library.texts[entry.id]
    usual = Reader(library.label("goi.mother"), (SAMPLE_NAME,), library.label("con.default"), None)
    han = {"han": f"{SAMPLE_DAY:%d/%m/%Y}"}
    buttons = tuple(_buttons(library, entry))
    found = [_preview(library, entry, "body", usual, han, buttons)]
    for name in text.parts:
        if name.startswith(MONTHS):
            months = int(name.removeprefix(MONTHS).partition("-")[0])
            found.append(_preview(library, entry, name, usual, {**han, "months": months}, buttons))
    if "overdue" in text.parts:
        found.append(_preview(library, entry, "overdue", usual, {**han, "overdue": True}, buttons))
    found += [
        _preview(library, entry, role, _as(library, usual, role), han, buttons)
        for role in FOR_OTHERS
        if role in text.parts
    ]
    found += _parts(library, text, (*OF_LISTS, *APART), usual, han)
    return [*found, *_questions(library, entry, usual)]


def title_of(library: Library, item: str) -> str:
    """As most families read it; the id where there is none any more."""
    text = library.texts.get(item)
    if text is None or text.title is None:
        return item
    return text.title.fill(tokens(library, Reader("", (), "", None)))


def _preview(
    library: Library,
    entry: Entry,
    name: str,
    reader: Reader,
    params: dict[str, Any],
    buttons: tuple[str, ...],
) -> Preview:
    shown = render(library, entry.id, params, reader, draft_note=False)
    title, rest = shown.title or "", shown.text
    if title and rest.startswith(title):
        return Preview(name, bold(f"**{title}**{rest[len(title) :]}"), buttons, rest)
    return Preview(name, bold(rest), buttons, rest)


def _as(library: Library, reader: Reader, role: str) -> Reader:
    elder = role == "grandparent"
    con = library.label("con.grandparent" if elder else "con.default")
    return replace(reader, goi=library.label(f"goi.{role}"), con=con, role=role)


def _parts(
    library: Library, text: Text, names: tuple[str, ...], reader: Reader, han: dict[str, str]
) -> Iterator[Preview]:
    values = {**tokens(library, reader), **han}
    for name in names:
        if name in text.parts:
            words = text.parts[name].fill(values).strip()
            yield Preview(name, bold(words), typed=words)


def _questions(library: Library, entry: Entry, reader: Reader) -> Iterator[Preview]:
    """Of a quiz: the question with its answers as buttons, the right one marked, then why."""
    values = tokens(library, reader)
    for number, question in enumerate(library.quizzes.get(entry.id, ()), 1):
        words = f"{question.asked.fill(values)}\n\n✓ {question.why.fill(values)}"
        options = [option.fill(values) for option in question.options]
        options[question.right] = f"✓ {options[question.right]}"
        yield Preview(f"question-{number}", bold(words), tuple(options), words)


def _buttons(library: Library, entry: Entry) -> Iterator[str]:
    for key in entry.call:
        yield f"{library.label('call')} {library.numbers[key].number}"
    for card in entry.red_flags:
        yield library.meta[card].title.partition(":")[0]


def bold(text: str) -> Markup:
    """**words** as they are shown in a chat."""
    found = Markup()
    for index, piece in enumerate(text.split("**")):
        found += Markup("<b>{}</b>").format(piece) if index % 2 else Markup.escape(piece)
    return found
