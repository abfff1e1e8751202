"""The child's book in one tap: what is known, what comes next, and a page to print or keep."""

from datetime import date, timedelta
from functools import partial
from typing import Any

from care.book import Book, Looked, gather
from care.clock import local_day
from care.growth import Measure
from care.local import Local
from care.messages import Button, Say
from care.milestones import Seen, fitting
from care.people import Child, ChildState
from content.ages import age
from content.growth_chart import points_of
from content.growth_tables import SEXES
from content.library import Library
from handlers import duties as duty_list
from handlers.child_list import asked_child, of_one
from handlers.growth_telling import both
from handlers.menu import beside
from handlers.routing import Handler
from handlers.standings import local
from handlers.turn import Answer, Turn, say
from storage import book_links, duties, measurements, milestones
from storage.database import Connection

LIVES = timedelta(hours=24)
TOKEN_BITS = 160
MOST_NEXT = 3
PAGE, FILE = "/book/{}", "/book/{}.json"


def book_of(conn: Connection, library: Library, child: Child, today: date, here: Local) -> Book:
    """Everything that is kept of the child, as it is today."""
    told = duties.of_child(conn, child.id)
    measured = measurements.of_child(conn, child.id)
    return gather(library.rules, child, told, measured, _looked(conn, library, child), today, here)


def _looked(conn: Connection, library: Library, child: Child) -> list[Looked]:
    """In the order of the lists' ages."""
    answers, times = milestones.of_child(conn, child.id), milestones.looked_at(conn, child.id)
    return [
        Looked(
            checklist,
            local_day(times[checklist]),
            tuple(s.key for s in skills if answers[checklist].seen.get(s.key) is Seen.SEEN),
        )
        for checklist, skills in sorted(library.skills.items())
        if checklist in answers
    ]


def opened(turn: Turn) -> Answer:
    """For one child; which one is asked where there are several."""
    return of_one(turn, "book.open", "book/which", partial(_book, turn))


def _book(turn: Turn, child: Child) -> Say:
    book = book_of(turn.conn, turn.library, child, turn.today, local(turn))
    last = book.measured[-1] if book.measured else None
    return say(
        "book/open",
        *_parts(turn, child),
        f"book.print:{child.id}",
        f"book.json:{child.id}",
        "menu.home",
        child=child,
        born=child.state is ChildState.BORN,
        on=str(child.born_on or child.due_on),
        about=child.precision not in (None, "day"),
        age=age(turn.library, child, turn.today),
        next=[_next(turn, line.id, line.opens) for line in book.coming[:MOST_NEXT]],
        sizes=both(turn, last.sizes) if last else None,
        weighed=last.day.isoformat() if last else None,
        **_picture(book),
    )


def _parts(turn: Turn, child: Child) -> list[str]:
    """Where each part of the book is told in full."""
    parts = ["duties.open"]
    if child.state is ChildState.BORN:
        parts += ["doses.open", "growth.open"]
    if now := fitting(turn.library.openings, child, turn.today):
        parts.append(f"milestones.start:{now.id}")
    return [f"{part}:{child.id}" for part in parts]


def _next(turn: Turn, duty: str, opens: date | None) -> dict[str, Any]:
    later = opens is not None and opens > turn.today
    return {
        "name": turn.library.label(f"duty.{duty}"),
        "on": opens.isoformat() if opens and later else None,
    }


def _picture(book: Book) -> dict[str, str]:
    """Drawn when the message is rendered, see `bot.compose`."""
    measure = curve(book)
    return {"growth": measure.value} if measure else {}


def curve(book: Book) -> Measure | None:
    """What can be drawn of the child's growth: weight rather than height."""
    if book.child.sex not in SEXES:
        return None
    drawn = (m for m in (Measure.WEIGHT, Measure.HEIGHT) if points_of(book.child, book.measured, m))
    return next(drawn, None)


def printed(turn: Turn) -> Answer:
    return _link(turn, "print")


def kept(turn: Turn) -> Answer:
    return _link(turn, "json")


def _link(turn: Turn, wanted: str) -> Answer:
    """A new link; the one before is worth nothing any more, so both its pages are given again."""
    child = asked_child(turn)
    if child is None:
        return opened(turn) if turn.living else duty_list.gone(turn)
    token = f"{turn.chance.getrandbits(TOKEN_BITS):0{TOKEN_BITS // 4}x}"
    book_links.put(turn.conn, child.id, turn.caregiver.id, token, turn.now + LIVES)
    page = Button("book.page", "", PAGE.format(token))
    file = Button("book.file", "", FILE.format(token))
    ways = (page, file) if wanted == "print" else (file, page)
    hours = int(LIVES.total_seconds()) // 3600
    back = f"book.open:{child.id}"
    return beside(turn, say(f"book/{wanted}", *ways, back, "menu.home", child=child, hours=hours))


ACTIONS: dict[str, Handler] = {
    "book.open": opened,
    "book.print": printed,
    "book.json": kept,
}
STEPS: dict[str, Handler] = {}
