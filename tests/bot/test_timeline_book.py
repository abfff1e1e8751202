"""The timeline of a child of whose duties something is told, where the area decides something."""

import json
from collections.abc import Sequence
from datetime import date, timedelta

import pytest

from bot.timeline import Entry, Life, entries, read_book
from care.duties import Record, Told
from care.people import Frequency
from care.programme import Opening
from content.library import Library

DAY = timedelta(days=1)
AUGUST = date(2025, 8, 31)
LIFE = Life(AUGUST, None, None, AUGUST, Frequency.NORMAL)


def said(found: Sequence[Entry]) -> list[tuple[str, str, str]]:
    return [(f"{e.on:%d/%m/%y}", e.opening.item.id, e.reason or e.state) for e in found]


@pytest.fixture
def calls(library: Library) -> list[Opening]:
    """Nothing but the calls to the station in the way."""
    wanted = {"rm-bcg", "rm-vx2m", "rm-vx3m"}
    return [o for o in library.openings if o.item.id in wanted]


DONE = ["hepb0=2025-08-31", "bcg1=2025-08-31"]
DOSES = [f"{dose}=2025-11-20" for dose in ("penta1", "opv1", "rota1")]


def booked(library: Library, calls: Sequence[Opening], *done: str, local: str = "") -> list[Entry]:
    book = read_book(library.rules, done, [local] if local else [])
    return entries(calls, LIFE, date(2025, 12, 31), book)


def test_what_is_told_counts_from_its_day_on(library: Library, calls: list[Opening]) -> None:
    assert said(booked(library, calls)) == [
        ("14/09/25", "rm-bcg", "sent"),
        ("31/10/25", "rm-vx2m", "sent"),
        ("30/11/25", "rm-vx3m", "sent"),
    ]
    assert said(booked(library, calls, *DONE, *DOSES)) == [
        ("14/09/25", "rm-bcg", "done"),
        ("31/10/25", "rm-vx2m", "sent"),  # its doses were given three weeks later
        ("18/12/25", "rm-vx3m", "sent"),  # 28 days after them
    ]
    third = booked(library, calls, "vx3m=2025-11-01")
    assert said(third)[2] == ("30/11/25", "rm-vx3m", "done")


def test_what_the_area_decides_counts(library: Library, calls: list[Opening]) -> None:
    session = 'vaccine_session={"days": [20]}'
    assert said(booked(library, calls, local=session)) == [
        ("14/09/25", "rm-bcg", "sent"),
        ("13/11/25", "rm-vx2m", "sent"),
        ("13/12/25", "rm-vx3m", "sent"),
    ]
    assert said(booked(library, calls, local='duty.vx2m="off"'))[1] == (
        "31/10/25", "rm-vx2m", "not_here",
    )  # fmt: skip


def test_a_reminder_says_how_its_duty_stood(library: Library, calls: list[Opening]) -> None:
    rows = [entry.as_json({}) for entry in booked(library, calls, *DONE, *DOSES)]
    assert json.loads(json.dumps(rows)) == rows
    assert [row["duty"] for row in rows] == [
        {"id": "bcg", "state": "done", "opens": None, "due": None, "closes": None},
        {"id": "vx2m", "state": "open", "opens": "2025-10-31", "due": "2025-10-31", "closes": None},
        {"id": "vx3m", "state": "open", "opens": "2025-12-18", "due": "2025-12-20", "closes": None},
    ]
    until = date(2025, 12, 10)
    book = read_book(library.rules, [*DONE, *DOSES], [])
    waits = entries(calls, LIFE, until, book)[-1]
    assert (waits.state, waits.reason, waits.on) == ("waiting", "not_yet", until)
    assert waits.as_json({})["duty"]["state"] == "not_yet"


def test_without_rules_a_duty_has_a_name_only(library: Library) -> None:
    only = [o for o in library.openings if o.item.id == "rm-birthcert"]
    row = entries(only, LIFE, AUGUST + 10 * DAY)[0].as_json({})
    assert row["duty"] == {
        "id": "birth_registered", "state": None, "opens": None, "due": None, "closes": None,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("done", "local", "why"),
    [
        (["nope=2025-11-20"], [], "--done knows no duty or dose 'nope'"),
        (["penta1"], [], "--done takes NAME=DATE"),
        (["penta1=20/11/2025"], [], "--done takes NAME=DATE"),
        (["penta1=2025-02-30"], [], "--done takes NAME=DATE"),
        ([], ["pcv"], "--local takes NAME=JSON"),
        ([], ["pcv=ja"], "--local takes NAME=JSON"),
        ([], ["pcv=1"], "pcv is true or false"),
        ([], ["moon=true"], "no setting 'moon'"),
    ],
)
def test_what_cannot_be_told_says_why(
    library: Library, done: list[str], local: list[str], why: str
) -> None:
    with pytest.raises(ValueError, match=why):
        read_book(library.rules, done, local)


def test_a_book_is_read_as_typed(library: Library) -> None:
    book = read_book(library.rules, ["vx2m=2025-11-01", *DOSES], ["pcv=true", "deworming=false"])
    assert book.told["vx2m"] == Record(Told.DONE, date(2025, 11, 1))
    assert book.local.on == {"pcv"}
    assert set(book.on(date(2025, 11, 19))) == {"vx2m"}
    assert len(book.on(date(2025, 11, 20))) == 4
