"""What families read: every item to look at, to approve or to send back."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from starlette.responses import Response

from care.clock import local_day
from console.previews import previews, title_of
from console.scope import May, Role
from console.shelf import Shelf, Standing, Status, judges, shelf, standing, standings
from console.web import Call, Page
from content.library import Library
from content.review_page import TITLES
from content.schema import Entry
from content.tree import FOLDERS
from storage import reactions, reviews, tasks
from storage.database import Connection
from storage.reviews import Review

A_PAGE = 50
FOUND_MOST = 60
SOON = timedelta(days=60)
NOTE_MOST = 600
SHOWS: Mapping[str, Callable[[Standing, date], bool]] = {
    "wrong": lambda one, _: one.wrong > 0,
    "draft": lambda one, _: one.status is Status.DRAFT,
    "approved": lambda one, _: one.status is Status.APPROVED,
    "sent_back": lambda one, _: one.status is Status.SENT_BACK,
    "due": lambda one, today: one.due or one.entry.review.next_review <= today + SOON,
}


@dataclass(frozen=True, slots=True)
class Filter:
    """What the list is narrowed to; "" for everything."""

    q: str
    kind: str
    stage: str
    show: str

    @classmethod
    def of(cls, call: Call) -> "Filter":
        asked = {name: call.query.get(name, "")[:80] for name in ("q", "kind", "stage", "show")}
        known = {"kind": FOLDERS, "stage": TITLES, "show": SHOWS}
        for name, values in known.items():
            if asked[name] not in values:
                asked[name] = ""
        return cls(**asked)

    def holds(self, one: Standing, today: date) -> bool:
        return (
            (not self.kind or one.entry.kind == self.kind)
            and (not self.stage or one.stage == self.stage)
            and (not self.show or SHOWS[self.show](one, today))
        )


async def overview(call: Call) -> Response:
    books, library, asked = await shelf(), call.desk.library, Filter.of(call)
    today = local_day(call.now)
    every = await call.read(standings, books, library, today)
    found = [one for one in every if asked.holds(one, today)]
    if asked.q:
        found = await asyncio.to_thread(_searched, library, asked.q, found)
    first = _number(call.query.get("from", ""))
    return call.page(
        "content/list.html",
        counts={name: sum(map(fits, every, [today] * len(every))) for name, fits in SHOWS.items()},
        total=len(every),
        asked=asked,
        kinds=FOLDERS,
        stages=TITLES,
        found=len(found),
        lines=[(one, title_of(library, one.entry.id)) for one in found[first : first + A_PAGE]],
        first=first,
        a_page=A_PAGE,
    )


def _searched(library: Library, typed: str, among: Sequence[Standing]) -> list[Standing]:
    """The best first; an id finds its item."""
    known = {one.entry.id: one for one in among}
    ids = [typed.strip(), *library.index.search(typed, FOUND_MOST)]
    return [known[item] for item in dict.fromkeys(ids) if item in known]


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 6 else 0


async def show(call: Call, problem: str | None = None) -> Response:
    entry, books = await _named(call)
    if entry is None:
        return call.missing()
    library = call.desk.library
    said, wrong = await call.read(_said, entry.id)
    now_said = next((one for one in said if one.text_hash == library.hashes[entry.id]), None)
    text = library.texts[entry.id]
    return call.page(
        "content/item.html",
        409 if problem == "changed" else 400 if problem else 200,
        entry=entry,
        title=title_of(library, entry.id),
        stands=standing(books, entry, now_said, wrong, local_day(call.now)),
        previews=previews(library, entry),
        image=text.image,
        alt=text.alt,
        sources=[(key, books.sources[key]) for key in entry.sources],
        unopened=books.unopened(entry.id),
        words_hash=library.hashes[entry.id],
        history=said,
        judges=[role for role in Role if role in judges(entry)],
        may_judge=call.scope.role in judges(entry),
        problem=problem,
        note=call.text("note", NOTE_MOST),
        after=call.query.get("after", "") in books.entries,
    )


def _said(conn: Connection, item: str) -> tuple[list[Review], int]:
    return reviews.of_message(conn, item), reactions.called_wrong(conn).get(item, 0)


async def _named(call: Call) -> tuple[Entry | None, Shelf]:
    books = await shelf()
    entry = books.entries.get(call.path["item"])
    known = entry is not None and entry.id in call.desk.library.hashes
    return (entry if known else None), books


async def approve(call: Call) -> Response:
    return await _judge(call, reviews.APPROVED)


async def send_back(call: Call) -> Response:
    return await _judge(call, reviews.SENT_BACK)


async def _judge(call: Call, status: str) -> Response:
    """The verdict is on the words the officer saw, not on what a restart brought meanwhile."""
    entry, books = await _named(call)
    if entry is None or call.scope.role not in judges(entry):
        return call.missing()
    words, note = call.desk.library.hashes[entry.id], call.text("note", NOTE_MOST)
    if call.text("words") != words:
        return await show(call, "changed")
    if status == reviews.SENT_BACK and not note:
        return await show(call, "note")
    if status == reviews.APPROVED and books.unopened(entry.id) and not call.text("compared"):
        return await show(call, "compared")
    await call.act(f"content {status}", f"item:{entry.id}", _keep, call, entry.id, words, status)
    following = await call.read(_following, books, call, entry)
    return call.go(f"/console/content/{following or entry.id}?after={entry.id}")


def _keep(conn: Connection, call: Call, item: str, words: str, status: str) -> None:
    """Whoever judges a text has looked at what readers said of it."""
    note = call.text("note", NOTE_MOST)
    reviews.put(conn, item, words, status, note, call.officer.id, call.now)
    _settle(conn, call, item)


def _settle(conn: Connection, call: Call, item: str) -> None:
    reactions.settle(conn, [item])
    tasks.finish(conn, tasks.WRONG, item, call.officer.id, call.now)


def _following(conn: Connection, books: Shelf, call: Call, entry: Entry) -> str | None:
    """The next draft of the same stage that this officer may judge."""
    said = reviews.current(conn, call.desk.library.hashes)
    of_stage = [id_ for id_, slug in books.stages.items() if slug == books.stages[entry.id]]
    at = of_stage.index(entry.id)
    for id_ in [*of_stage[at + 1 :], *of_stage[:at]]:
        if id_ not in said and call.scope.role in judges(books.entries[id_]):
            return id_
    return None


async def release(call: Call) -> Response:
    """What readers called wrong is sent again: an officer has looked and found it right."""
    entry, _ = await _named(call)
    if entry is None or call.scope.role not in judges(entry):
        return call.missing()
    await call.act("content released", f"item:{entry.id}", _settle, call, entry.id)
    return call.go(f"/console/content/{entry.id}")


PAGES = (
    Page("/content", overview, May.REVIEW_CONTENT),
    Page("/content/{item}", show, May.REVIEW_CONTENT),
    Page("/content/{item}/approve", approve, May.REVIEW_CONTENT, "POST"),
    Page("/content/{item}/send-back", send_back, May.REVIEW_CONTENT, "POST"),
    Page("/content/{item}/release", release, May.REVIEW_CONTENT, "POST"),
)
