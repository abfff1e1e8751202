"""A child's book in words for its page, and as data to keep (docs/child-book.md)."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import segno
from markupsafe import Markup

from care.book import Book, DoseLine, DutyLine, Known
from care.duties import State
from care.growth import Measurement, Sizes
from content import growth_chart
from content.ages import age
from content.library import Library
from content.render import Reader, tokens
from handlers.book import curve
from handlers.wording import day, label

FORMAT = "donghanh-book-1"
MOST_MEASURED, MOST_LISTS = 8, 8  # the newest; more would need a second sheet


def as_page(library: Library, book: Book, back: str) -> dict[str, Any]:
    """What the template shows; `back` is where the QR code leads."""
    child, words = book.child, library.label
    return {
        "w": words,
        "heading": label(library, "book.heading", name=child.nickname or words("be.one")),
        "about": ", ".join(filter(None, (_dated(library, book), age(library, child, book.on)))),
        "printed": label(library, "book.printed", ngay=day(book.on)),
        "papers": [_named(library, line, _paper(library, line)) for line in book.papers],
        "checkups": [
            _named(library, line, _on(line.done_on) or words("book.done")) for line in book.checkups
        ],
        "doses": [
            (words(f"dose.{line.id}"), line.known.value, _dose(library, line))
            for line in book.doses
        ],
        "measured": [_measured(m) for m in book.measured[-MOST_MEASURED:]],
        "chart": _chart(library, book),
        "lists": list(_lists(library, book))[-MOST_LISTS:],
        "coming": [_named(library, line, _when(library, book, line)) for line in book.coming],
        "qr": Markup(segno.make_qr(back, error="m").svg_inline(border=0, omitsize=True)),  # noqa: S704 # its squares only
    }


def _dated(library: Library, book: Book) -> str:
    child = book.child
    if child.born_on is None:
        return label(library, "book.expected", ngay=day(child.due_on)) if child.due_on else ""
    born = label(library, "book.born", ngay=day(child.born_on))
    if not child.preterm:
        return born
    return f"{born} {label(library, 'book.weeks', n=child.gestation_weeks)}"


def _named(library: Library, line: DutyLine, told: str) -> tuple[str, str]:
    return library.label(f"duty.{line.id}"), told


def _on(on: date | None) -> str:
    return day(on) if on else ""


def _paper(library: Library, line: DutyLine) -> str:
    if line.state is State.DONE:
        return _on(line.done_on) or library.label("book.done")
    if line.state is State.NOT_APPLICABLE:
        return library.label("book.not-needed")
    if line.state is State.OPEN and line.due:
        return label(library, "book.until", ngay=day(line.due))
    return library.label("book.untold")


def _dose(library: Library, line: DoseLine) -> str:
    if line.known is Known.GIVEN:
        return _on(line.given_on) or library.label("book.given")
    if line.known is Known.NEXT:
        if line.earliest is None:
            return library.label("book.after")
        return label(library, "book.earliest", ngay=day(line.earliest))
    return library.label(f"book.{line.known.value}")


def _when(library: Library, book: Book, line: DutyLine) -> str:
    if line.opens and line.opens > book.on:
        return label(library, "book.from", ngay=day(line.opens))
    if line.due and line.due >= book.on:
        return label(library, "book.until", ngay=day(line.due))
    return library.label("book.now")


def _measured(measured: Measurement) -> tuple[str, str, str]:
    """Day, kilograms, centimetres."""
    sizes = measured.sizes
    return day(measured.day), _decimal(sizes.weight_g, 1000), _decimal(sizes.height_mm, 10)


def _decimal(size: int | None, unit: int) -> str:
    if size is None:
        return ""
    return f"{size / unit:.3f}".rstrip("0").rstrip(".").replace(".", ",")


def _chart(library: Library, book: Book) -> Markup | None:
    measure = curve(book)
    drawn = growth_chart.draw(library, book.child, book.measured, measure) if measure else None
    return Markup(drawn) if drawn else None  # noqa: S704 # numbers and our own labels


def _lists(library: Library, book: Book) -> Iterator[tuple[str, str, list[str]]]:
    """Title, day, and what was seen, in words."""
    filling = tokens(library, Reader("", (book.child.nickname or "",), "", None))
    for looked in book.looked:
        title = library.texts[looked.checklist].title
        seen = [s for s in library.skills[looked.checklist] if s.key in looked.seen]
        yield (
            title.fill(filling) if title else looked.checklist,
            label(library, "book.looked", ngay=day(looked.on)),
            [skill.text.fill(filling) for skill in seen],
        )


def as_data(library: Library, book: Book) -> dict[str, Any]:
    """Keys and ids that stay; names are there to be read."""
    child = book.child
    return {
        "format": FORMAT,
        "made_on": _iso(book.on),
        "child": {
            "nickname": child.nickname,
            "state": child.state.value,
            "born_on": _iso(child.born_on),
            "precision": child.precision,
            "due_on": _iso(child.due_on),
            "gestation_weeks": child.gestation_weeks,
            "sex": child.sex,
        },
        "papers": [_duty(library, line) for line in book.papers],
        "checkups": [_duty(library, line) for line in book.checkups],
        "doses": [
            {
                "id": line.id,
                "name": library.label(f"dose.{line.id}"),
                "state": line.known.value,
                "given_on": _iso(line.given_on),
                "earliest_on": _iso(line.earliest),
            }
            for line in book.doses
        ],
        "measurements": [_sizes(m.day, m.sizes) for m in book.measured],
        "milestones": [
            {
                "list": looked.checklist,
                "title": title,
                "looked_on": _iso(looked.on),
                "seen": [
                    {"skill": key, "text": text}
                    for key, text in zip(looked.seen, seen, strict=True)
                ],
            }
            for looked, (title, _, seen) in zip(book.looked, _lists(library, book), strict=True)
        ],
        "next": [_duty(library, line) for line in book.coming],
    }


def _iso(on: date | None) -> str | None:
    return on.isoformat() if on else None


def _duty(library: Library, line: DutyLine) -> dict[str, Any]:
    return {
        "id": line.id,
        "name": library.label(f"duty.{line.id}"),
        "state": line.state.value,
        "done_on": _iso(line.done_on),
        "opens_on": _iso(line.opens),
        "due_on": _iso(line.due),
    }


def _sizes(on: date, sizes: Sizes) -> dict[str, Any]:
    return {
        "on": _iso(on),
        "weight_g": sizes.weight_g,
        "height_mm": sizes.height_mm,
        "lying": sizes.lying,
    }
