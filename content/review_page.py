"""Pages to print for reviewers: every item with its words, facts and sources, and room to sign.

What the pages say around the items stands in review_page.html, in English and Vietnamese.
"""

from base64 import b64encode
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache, partial
from itertools import groupby
from mimetypes import guess_type
from pathlib import Path
from typing import NamedTuple

import jinja2
from markupsafe import Markup

from care.programme import Anchor
from content.coverage import BANDS, coverage
from content.files import Page, Part
from content.library import RETIRED, Library
from content.pieces import Number
from content.quizzes import pieces
from content.render import REVIEWED, Reader, tokens
from content.schema import COMPONENTS, Entry, SourceEntry
from content.skills import LINE
from content.templates import TOKEN
from content.timing import when
from content.tree import FOLDERS, Tree

NOBODY = Reader("", (), "", None)
DEADLINE = "dd/mm/yyyy"
OTHER = FOLDERS["special"]
_ENDS = {band.name: band.end for band in BANDS}


class Stage(NamedTuple):
    """Tips that open on a day before `end` and in no earlier stage."""

    slug: str
    title: str
    anchor: Anchor
    end: int


STAGES = (
    Stage("weeks-04-13", "Pregnancy, weeks 4 to 13", Anchor.DUE, _ENDS["weeks 4-13"]),
    Stage("weeks-14-27", "Pregnancy, weeks 14 to 27", Anchor.DUE, _ENDS["weeks 14-27"]),
    Stage("weeks-28-42", "Pregnancy, weeks 28 to 42", Anchor.DUE, _ENDS["weeks 28-42"]),
    Stage("days-000-060", "Days 0 to 60", Anchor.BIRTH, 61),
    Stage("months-02-05", "Months 2 to 5", Anchor.BIRTH, _ENDS["months 3-5"]),
    Stage("months-06-11", "Months 6 to 11", Anchor.BIRTH, _ENDS["months 9-11"]),
    Stage("year-1", "One year old", Anchor.BIRTH, _ENDS["months 18-23"]),
    Stage("year-2", "Two years old", Anchor.BIRTH, _ENDS["months 30-35"]),
    Stage("year-3", "Three years old", Anchor.BIRTH, _ENDS["year 3"]),
    Stage("year-4", "Four years old", Anchor.BIRTH, _ENDS["year 4"]),
    Stage("year-5", "Five years old", Anchor.BIRTH, _ENDS["year 5"]),
    Stage("year-6", "Six years old", Anchor.BIRTH, _ENDS["year 6"]),
    Stage("year-7", "Seven years old", Anchor.BIRTH, _ENDS["year 7"]),
)
TITLES = {stage.slug: stage.title for stage in STAGES} | {
    FOLDERS["danger"]: "Danger cards",
    FOLDERS["reminder"]: "Reminders",
    FOLDERS["milestone"]: "Milestone lists",
    FOLDERS["quiz"]: "Quizzes",
    FOLDERS["season"]: "Seasons",
    FOLDERS["special"]: "Special tracks",
    FOLDERS["faq"]: "Answers to questions",
}
BY_AGE = frozenset({"tip", "reminder", "milestone", "quiz"})  # others as they stand in the files


class Sheet(NamedTuple):
    """One item as it is printed."""

    entry: Entry
    title: Part | None
    parts: Mapping[str, Part]
    picture: str | None  # as a data URL, so that a page can be mailed alone
    alt: str | None
    when: str
    expert: str
    call: list[Number]
    red_flags: list[tuple[str, Page]]
    sources: list[tuple[str, SourceEntry]]

    @property
    def must_know(self) -> bool:
        return "must_know" in self.entry.tags

    @property
    def unopened(self) -> bool:
        return any(source.seen == "known" for _, source in self.sources)

    @property
    def approved(self) -> bool:
        return self.entry.review.status in REVIEWED


def pages(library: Library, tree: Tree) -> dict[str, str]:
    """File name -> page: one for each stage and `index.html`. For content without errors."""
    placed: dict[str, list[Sheet]] = {slug: [] for slug in TITLES}
    for entry in in_order(tree):
        placed[slug_of(entry)].append(_sheet(entry, library, tree))
    values = tokens(library, NOBODY) | {"han": DEADLINE}
    template = _template()
    say = {
        "language": tree.language,
        "titles": TITLES,
        "lines": partial(_lines, values),
        "line": partial(_line, values),
        "pieces": pieces,
        "skills": LINE.findall,
    }
    found = {
        f"{slug}.html": template.render(say, slug=slug, sheets=sheets)
        for slug, sheets in placed.items()
    }
    found["index.html"] = template.render(
        say,
        slug=None,
        placed=placed,
        components=COMPONENTS,
        coverage=coverage(library),
        unopened=_unopened(tree),
    )
    return found


@cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined
    )
    return environment.from_string(Path(__file__).with_suffix(".html").read_text("utf-8"))


def in_order(tree: Tree) -> list[Entry]:
    """Items in use that have words; what has an age by its age, the rest as in the files."""
    entries = [p.entry for id_, p in tree.items.items() if id_ in tree.texts]
    return sorted((e for e in entries if e.review.status != RETIRED), key=_age)


def _age(entry: Entry) -> tuple[bool, int]:
    plan = entry.schedule
    if plan is None or entry.kind not in BY_AGE:
        return False, 0
    return plan.anchor != "due", plan.at.about_days


def slug_of(entry: Entry) -> str:
    """The page it stands on."""
    plan = entry.schedule
    if plan is None or entry.kind != "tip":
        return FOLDERS[entry.kind]
    opens = plan.at.about_days
    fit = (s.slug for s in STAGES if s.anchor == plan.anchor and opens < s.end)
    return next(fit, OTHER)


def _sheet(entry: Entry, library: Library, tree: Tree) -> Sheet:
    words = tree.texts[entry.id]
    page, front = words.page, words.front
    picture = tree.root / "media" / front.image if front.image else None
    return Sheet(
        entry=entry,
        title=page.title,
        parts=page.parts,
        picture=_data_url(picture) if picture else None,
        alt=front.alt,
        when=when(entry),
        expert=_expert(entry),
        call=[library.numbers[key] for key in entry.call],
        red_flags=[(card, tree.texts[card].page) for card in entry.red_flags],
        sources=[(source, tree.sources[source]) for source in entry.sources],
    )


def _data_url(picture: Path) -> str:
    kind, _ = guess_type(picture.name, strict=False)
    return f"data:{kind};base64,{b64encode(picture.read_bytes()).decode()}"


def _expert(entry: Entry) -> str:
    """Who has to agree besides the language editor (content-design, section 7)."""
    if entry.sensitivity in ("protection", "law"):
        return "protection"
    plain = entry.sensitivity == "general" and entry.urgency == "none"
    if plain and entry.component == "early_learning" and entry.kind != "milestone":
        return "teacher"
    return "clinician"


def _unopened(tree: Tree) -> list[tuple[str, SourceEntry, int]]:
    """Sources that stand in the way of approval, with how many items rest on each."""
    used = Counter(source for entry in in_order(tree) for source in set(entry.sources))
    return [
        (id_, source, used[id_])
        for id_, source in tree.sources.items()
        if source.seen == "known" and used[id_]
    ]


# --- words ---------------------------------------------------------------------------------------


def _lines(values: Mapping[str, str], text: str) -> Iterator[tuple[bool, list[Markup]]]:
    """Paragraphs and lists: whether it is a list, and its lines."""
    for block in text.split("\n\n"):
        for listed, lines in groupby(block.splitlines(), lambda line: line.startswith("- ")):
            yield listed, [_line(values, line.removeprefix("- ")) for line in lines]


def _line(values: Mapping[str, str], text: str) -> Markup:
    """**bold** as such, tokens as most families read them, and marked."""
    found = Markup()
    for index, piece in enumerate(text.split("**")):
        filled = _filled(values, piece)
        found += Markup("<b>{}</b>").format(filled) if index % 2 else filled
    return found


def _filled(values: Mapping[str, str], text: str) -> Markup:
    found = Markup()
    for index, piece in enumerate(TOKEN.split(text)):
        token = f"{{{piece}}}"
        marked = Markup('<span class="token" title="{}">{}</span>')
        found += marked.format(token, values.get(piece, token)) if index % 2 else piece
    return found
