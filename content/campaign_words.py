"""A campaign as one reader sees it: the same for families and for the preview of officers."""

import unicodedata
from collections.abc import Iterator

from care.campaigns import SCORES, Asks, Draft, Question, fill
from care.messages import Button, Outbound
from content.library import Library
from content.render import Reader, tokens

SAMPLE_NAME = "Bống"


def outbound(
    library: Library, campaign_id: int, draft: Draft, reader: Reader, tram: str, thon: str
) -> Outbound:
    """Title, text, picture and buttons. `reader.children`: nicknames of the children it is about.

    `tram` and `thon` are "" where nobody knows them.
    """
    values = values_of(library, reader, tram, thon)
    title = _clean(fill(draft.title, values))
    blocks = [title, _clean(fill(draft.body, values))]
    if draft.question is not None:
        blocks.append(_asked(library, draft.question))
    alt = next((t.alt for t in library.texts.values() if t.image == draft.picture), None)
    return Outbound(
        text="\n\n".join(blocks),
        message=f"campaign:{campaign_id}",
        title=title,
        buttons=tuple(_buttons(library, campaign_id, draft)),
        image=draft.picture,
        alt=(alt or title) if draft.picture else None,
    )


def sample(library: Library, campaign_id: int, draft: Draft, place: str) -> Outbound:
    """As a mother with one child reads it: what officers look at before it goes."""
    name = (SAMPLE_NAME,)
    reader = Reader(library.label("goi.mother"), name, library.label("con.default"), None)
    return outbound(library, campaign_id, draft, reader, library.label("tram.default"), place)


def reply(
    library: Library,
    campaign_id: int,
    draft: Draft,
    press: int,
    reader: Reader,
    tram: str,
    thon: str,
) -> Outbound:
    """What a button of the campaign answers; `press` counts from 1."""
    words = draft.buttons[press - 1].reply or ""
    text = _clean(fill(words, values_of(library, reader, tram, thon)))
    home = Button("menu.home", library.label("menu.home"))
    return Outbound(text, f"campaign:{campaign_id}", buttons=(home,))


def values_of(library: Library, reader: Reader, tram: str, thon: str) -> dict[str, str]:
    """What the placeholders of officers stand for, for this reader."""
    known = tokens(library, reader)
    return {
        "ten_be": known["be"],
        "goi": known["goi"],
        "tram": tram or library.label("tram.default"),
        "thon": thon or library.label("thon.default"),
    }


def _clean(text: str) -> str:
    return unicodedata.normalize("NFC", text).strip()


def _asked(library: Library, question: Question) -> str:
    """A poll has numbers: who sees no buttons types one."""
    lines = [question.asked.strip()]
    if question.kind is Asks.POLL:
        lines += [f"{n}. {option}" for n, option in enumerate(question.options, start=1)]
    if question.kind is Asks.SCORE:
        lines.append(library.label("campaign.scores"))
    return "\n".join(lines)


def _buttons(library: Library, campaign_id: int, draft: Draft) -> Iterator[Button]:
    question = draft.question
    if question is not None and question.kind is Asks.OPEN:
        yield Button(f"campaign.open:{campaign_id}", library.label("campaign.open"))
    elif question is not None:
        shown = question.options or [str(n) for n in range(1, SCORES + 1)]
        for n, label in enumerate(shown, start=1):
            yield Button(f"campaign.answer:{campaign_id}:{n}", label)
    for n, press in enumerate(draft.buttons, start=1):
        if press.link is not None:
            yield Button("campaign.link", press.label, press.link)
        else:
            yield Button(f"campaign.press:{campaign_id}:{n}", press.label)
