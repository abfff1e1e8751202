"""Who of child protection read the words about harm and despair: readings.yaml."""

from collections.abc import Collection, Iterator
from datetime import date
from hashlib import sha256
from typing import Annotated, Self

from pydantic import Field, TypeAdapter, model_validator

from care.discreet import CONVERSATIONS
from content.files import Level, Problem, YamlFile, read_yaml, shown
from content.render import REVIEWED
from content.schema import Name, Review, SourceId
from content.schema import Words as Filled
from content.tree import Tree
from content.validation import validate

FILE = "readings.yaml"


class Reading(Review):
    """Of one conversation; `words` says which words were read."""

    version: int = Field(ge=1)
    sources: list[SourceId] = Field(min_length=1)
    by: Filled | None = None
    read_on: date | None = None
    words: Annotated[str, Field(pattern=r"^[0-9a-f]{8}$")] | None = None

    @model_validator(mode="after")
    def _is_signed(self) -> Self:
        if self.status in REVIEWED and not (self.by and self.read_on and self.words):
            raise ValueError("what is approved says by whom, on which day and which words")
        return self


READINGS = TypeAdapter(dict[Name, Reading])


def check(tree: Tree, messages: Collection[str], today: date | None) -> Iterator[Problem]:
    """One row for every conversation; what was approved still has the words that were read."""
    present = {c.strip("/") for c in CONVERSATIONS if any(m.startswith(c) for m in messages)}
    path = tree.root / FILE
    if not path.is_file():
        if present:
            yield Problem(shown(tree.root, path), 1, "is missing")
        return
    problems: list[Problem] = []
    file = read_yaml(tree.root, path, problems)
    rows = validate(READINGS, file, problems) if file else None
    yield from problems
    if file is None or rows is None:
        return
    for name in sorted(present - rows.keys()):
        yield file.problem((), f"{name}: says nowhere who read it")
    for name in sorted(present & rows.keys()):
        yield from _row(tree, file, name, rows[name], today)


def _row(
    tree: Tree, file: YamlFile, name: str, row: Reading, today: date | None
) -> Iterator[Problem]:
    for source in row.sources:
        if source not in tree.sources:
            yield file.problem((name, "sources"), f"unknown source {source}")
    if row.status in REVIEWED and row.words != (now := words_of(tree, name)):
        said = f"{name}: the words are not those that were read; now they are {now}"
        yield file.problem((name, "words"), said)
    if today is not None and row.next_review < today:
        said = f"{name}: its review is overdue"
        yield Problem(file.path, file.line(name, "next_review"), said, Level.WARNING)


def words_of(tree: Tree, conversation: str) -> str:
    """The beginning of the hash of all its words."""
    mark = sha256()
    for message in sorted(m for m in tree.flows if m.startswith(f"{conversation}/")):
        page = tree.flows[message].page
        parts = [*([page.title] if page.title else []), *page.parts.values()]
        mark.update("\0".join([message, *(part.text for part in parts)]).encode() + b"\0")
    return mark.hexdigest()[:8]
