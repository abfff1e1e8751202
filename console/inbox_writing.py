"""Writing in a talk: an answer, a note for officers, or an answer of the library to begin with.

This page does not load itself anew: what is half written stays.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from starlette.responses import Response

from care.age import full_months
from care.clock import local_day
from care.people import ChildState
from care.talking import ANSWER_MOST
from console.inbox import view_of
from console.inbox_talk import Shown, is_mine, look, who
from console.previews import title_of
from console.scope import May
from console.web import Call, Page
from content.library import Library
from content.render import REVIEWED, reader_of, render
from storage import audit, caregivers, children, reviews, talk_answers, talk_queue, talks
from storage.database import Connection
from storage.talks import Talk

FOUND_MOST = 6
ONCE_MORE = timedelta(minutes=1)  # the same words within it are a button pressed twice
SEND, NOTE, SEARCH, PICK = "send", "note", "search", "pick-"


@dataclass(frozen=True, slots=True)
class Offer:
    """An answer of the library that may be picked."""

    item: str
    title: str
    approved: bool


async def show(call: Call) -> Response:
    shown = await _mine(call)
    return _page(call, shown) if shown else call.missing()


async def _mine(call: Call) -> Shown | None:
    shown = await call.read(look, call, int(call.path["talk"]))
    return shown if shown is not None and is_mine(shown.talk, call) else None


def _page(call: Call, shown: Shown, status: int = 200, **more: Any) -> Response:
    values = {"text": "", "q": "", "offers": None, "problem": None, "most": ANSWER_MOST, **more}
    values |= {"who": who(call), "numbers": call.desk.library.numbers}
    return call.page("inbox/write.html", status, shown=shown, **values)


async def take(call: Call) -> Response:
    """One form, so that looking for an answer does not lose what is written."""
    shown = await _mine(call)
    if shown is None:
        return call.go(f"/console/inbox/{call.path['talk']}")
    do, text, q = call.text("do", 60), call.text("text", ANSWER_MOST * 4), call.text("q", 100)
    if do in (SEND, NOTE):
        problem = await _said(call, shown.talk, do, text)
        if problem is None:
            return call.go(f"/console/inbox/{shown.talk.id}")
        return _page(call, shown, 400, text=text, q=q, problem=problem)
    if do.startswith(PICK):
        picked = await call.read(_picked, call, shown.talk, do.removeprefix(PICK))
        text = "\n\n".join(part for part in (text, picked) if part)
    offers = await call.read(_offers, call.desk.library, q) if q else None
    return _page(call, shown, text=text, q=q, offers=offers)


async def _said(call: Call, talk: Talk, do: str, text: str) -> str | None:
    """Why it was not said, or None."""
    if not text:
        return "empty"
    if len(text) > ANSWER_MOST:
        return "long"
    problem = await call.write(_note if do == NOTE else _answer, call, talk.id, text)
    call.desk.wake()
    return problem


def _note(conn: Connection, call: Call, talk_id: int, text: str) -> str | None:
    talk = talk_queue.get(conn, view_of(call.scope), talk_id)
    if talk is None or not is_mine(talk, call):
        return "taken"
    talks.note(conn, talk.id, call.officer.id, text, call.now)
    audit.record(conn, call.actor, "talk note", f"talk:{talk.id}", call.now)
    return None


def _answer(conn: Connection, call: Call, talk_id: int, text: str) -> str | None:
    talk = talk_queue.get(conn, view_of(call.scope), talk_id)
    if talk is None or not is_mine(talk, call):
        return "taken"
    if talk_answers.is_said(conn, talk.id, call.officer.id, text, call.now - ONCE_MORE):
        return None
    contact = caregivers.by_address_id(conn, talk.address_id)
    if contact is None or contact.gone:
        return "gone"
    line_id = talks.answer(conn, talk.id, call.officer.id, text, call.now)
    if line_id is None:
        return "taken"
    params = {"who": who(call), "text": text, "buttons": [["talk.close", None, None]]}
    talk_answers.put(conn, talk, talk_answers.ANSWER, params, call.now, line_id)
    audit.record(conn, call.actor, "talk answered", f"talk:{talk.id}", call.now)
    return None


def _offers(conn: Connection, library: Library, q: str) -> list[Offer]:
    """Answers to questions that have these words; none that was sent back."""
    answers = set(library.answers.values())
    found = []
    for item in library.index.search(q, most=len(library.texts)):
        verdict = reviews.verdict(conn, item, library.hashes[item]) if item in answers else None
        if item in answers and verdict != reviews.SENT_BACK:
            approved = verdict == reviews.APPROVED or library.meta[item].status in REVIEWED
            found.append(Offer(item, title_of(library, item), approved))
    return sorted(found[:FOUND_MOST], key=lambda offer: not offer.approved)


def _picked(conn: Connection, call: Call, talk: Talk, item: str) -> str:
    """Its words for this family, to be changed before they are sent."""
    library = call.desk.library
    contact = caregivers.by_address_id(conn, talk.address_id)
    if contact is None or item not in library.answers.values():
        return ""
    kids = [c for c in children.of_caregiver(conn, talk.caregiver_id) if c.state is ChildState.BORN]
    today = local_day(call.now)
    months = {kid: full_months(kid.born_on, today) for kid in kids if kid.born_on}
    youngest = sorted(months, key=months.__getitem__)[:1]
    params = {"months": months[youngest[0]]} if youngest else {}
    reader = reader_of(library, contact.caregiver, youngest)
    return render(library, item, params, reader, draft_note=False).text.replace("**", "")


PAGES = (
    Page("/inbox/{talk:int}/write", show, May.TALK),
    Page("/inbox/{talk:int}/write", take, May.TALK, "POST"),
)
