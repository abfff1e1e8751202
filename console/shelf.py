"""Every item in use, as reviewers need it: its facts and sources, who judges it, how it stands."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache

from care.clock import local_day
from console.scope import ALLOWED, May, Role
from content.library import LANGUAGE, ROOT, Library
from content.render import REVIEWED
from content.review_page import TITLES, in_order, slug_of
from content.schema import Entry, SourceEntry
from content.tree import read_tree
from storage import reactions, reviews
from storage.database import Connection
from storage.reviews import Review

CLINICAL = frozenset({"vaccine", "clinical_urgent", "mental_health", "bereavement"})
PROTECTION = "protection"


class Status(StrEnum):
    DRAFT = "draft"
    APPROVED = "approved"
    SENT_BACK = "sent_back"


@dataclass(frozen=True, slots=True)
class Shelf:
    """Items in the order they are read: by stage, then by age."""

    entries: Mapping[str, Entry]
    stages: Mapping[str, str]  # item -> one of content.review_page.TITLES
    sources: Mapping[str, SourceEntry]

    def unopened(self, item: str) -> list[SourceEntry]:
        """Sources that nobody has read yet: whoever approves has to compare them."""
        named = (self.sources[source] for source in self.entries[item].sources)
        return [source for source in named if source.seen == "known"]


@cache
def _read() -> Shelf:
    tree = read_tree(ROOT, LANGUAGE)
    entries = in_order(tree)
    stages = {entry.id: slug_of(entry) for entry in entries}
    rank = {slug: n for n, slug in enumerate(TITLES)}
    entries.sort(key=lambda entry: rank[stages[entry.id]])
    return Shelf({entry.id: entry for entry in entries}, stages, tree.sources)


async def shelf() -> Shelf:
    """Read when it is first needed: half a second that must not hold up anybody else."""
    return await asyncio.to_thread(_read)


def judges(entry: Entry) -> frozenset[Role]:
    """Who may approve an item or send it back."""
    all_of_them = ALLOWED[May.REVIEW_CONTENT]
    if entry.sensitivity == PROTECTION:
        return all_of_them & {Role.LEAD}
    if entry.sensitivity in CLINICAL:
        return all_of_them & {Role.STATION, Role.LEAD}
    return all_of_them


@dataclass(frozen=True, slots=True)
class Standing:
    """`wrong`: how many readers called it wrong; `due`: its review date has come."""

    entry: Entry
    stage: str
    status: Status
    wrong: int
    held: bool
    due: bool


def standings(conn: Connection, shelf: Shelf, library: Library, today: date) -> list[Standing]:
    """Every item; those somebody called wrong first."""
    said = reviews.current(conn, library.hashes)
    wrong = reactions.called_wrong(conn)
    found = [
        standing(shelf, entry, said.get(entry.id), wrong.get(entry.id, 0), today)
        for entry in shelf.entries.values()
        if entry.id in library.hashes
    ]
    return sorted(found, key=lambda one: -one.wrong)


def standing(
    shelf: Shelf, entry: Entry, review: Review | None, wrong: int, today: date
) -> Standing:
    status = _status(entry, review)
    held = wrong >= reactions.PAUSES or status is Status.SENT_BACK
    return Standing(
        entry, shelf.stages[entry.id], status, wrong, held, _is_due(entry, review, today)
    )


def _status(entry: Entry, review: Review | None) -> Status:
    if review is not None:
        return Status(review.status)
    return Status.APPROVED if entry.review.status in REVIEWED else Status.DRAFT


def _is_due(entry: Entry, review: Review | None, today: date) -> bool:
    """Whoever has read it since that day has done what was due."""
    day = entry.review.next_review
    return day <= today and (review is None or local_day(review.at) < day)
