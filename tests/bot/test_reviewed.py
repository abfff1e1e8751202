"""What an officer said of the words of an item decides how, and whether, it goes out."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy.engine import Connection

from bot.compose import Dropped, Ready, prepare
from bot.rendering import Compose
from care.messages import Kind
from channels.webchat.channel import WebChat
from content.library import Library
from storage import reactions, reviews
from storage.reviews import APPROVED, SENT_BACK
from tests.bot.plans import DAY, Calendar
from tests.fakes import ROUTE, TIP, WatchedDatabase, a_family, a_message, a_row
from tests.virtual_time import NOW

BORN = date(2026, 3, 1)
SAFE_SLEEP = "tip-d0009"
LAST = BORN + 12 * DAY
NEW_WORDS = "0" * 64
BESIDE = "rm-residence"


def judge(conn: Connection, library: Library, item: str, status: str) -> None:
    reviews.put(conn, item, library.hashes[item], status, "", 7, NOW)


def changed(library: Library, item: str) -> Library:
    """The same content with other words for one item."""
    return replace(library, hashes={**library.hashes, item: NEW_WORDS})


def goes_out(
    conn: Connection, library: Library, kind: Kind = Kind.TIP, drafts: str = "show"
) -> Ready | Dropped | None:
    number = len(list(conn.exec_driver_sql("SELECT id FROM caregivers")))
    values = {} if kind is not Kind.REPLY else {"message": TIP}
    a_message(conn, a_family(conn, f"chat-{number}"), kind=kind, **values)
    return prepare(conn, Compose(library, WebChat.caps, drafts), ROUTE, NOW, ())


def is_a_draft(conn: Connection, library: Library, kind: Kind = Kind.TIP) -> bool:
    found = goes_out(conn, library, kind)
    assert isinstance(found, Ready)
    return library.label("item.draft") in found.out.text


@pytest.mark.parametrize("kind", [Kind.TIP, Kind.REPLY])
def test_approved_words_lose_the_note_and_changed_ones_get_it_back(
    conn: Connection, library: Library, kind: Kind
) -> None:
    assert is_a_draft(conn, library, kind)
    judge(conn, library, TIP, APPROVED)
    assert not is_a_draft(conn, library, kind)
    assert is_a_draft(conn, changed(library, TIP), kind)


def test_refusing_drafts_lets_approved_words_pass(conn: Connection, library: Library) -> None:
    assert isinstance(goes_out(conn, library, drafts="refuse"), Dropped)
    judge(conn, library, TIP, APPROVED)
    assert isinstance(goes_out(conn, library, drafts="refuse"), Ready)
    assert isinstance(goes_out(conn, changed(library, TIP), drafts="refuse"), Dropped)


def test_what_was_sent_back_is_not_delivered_until_its_words_change(
    conn: Connection, library: Library
) -> None:
    judge(conn, library, TIP, APPROVED)
    judge(conn, library, TIP, SENT_BACK)
    found = goes_out(conn, library)
    assert isinstance(found, Dropped)
    row = a_row(conn, found.row_id)
    assert (row.state, row.reason) == ("cancelled", "sent back")
    assert isinstance(goes_out(conn, changed(library, TIP)), Ready)


def test_a_file_that_says_approved_does_not_outdo_an_officer(
    conn: Connection, library: Library
) -> None:
    meta = {**library.meta, TIP: replace(library.meta[TIP], status="approved")}
    settled = replace(library, meta=meta)
    assert not is_a_draft(conn, settled)
    judge(conn, library, TIP, SENT_BACK)
    assert isinstance(goes_out(conn, settled), Dropped)


def test_who_asks_for_it_may_read_what_was_sent_back(conn: Connection, library: Library) -> None:
    judge(conn, library, TIP, SENT_BACK)
    assert is_a_draft(conn, library, Kind.REPLY)


def test_a_verdict_on_one_item_says_nothing_of_another(conn: Connection, library: Library) -> None:
    for item in library.meta:
        if item != TIP:
            judge(conn, library, item, APPROVED)
    assert is_a_draft(conn, library)


def also(conn: Connection, other: str) -> None:
    """A reminder that tells of another item too."""
    family = a_family(conn, f"with {other}")
    params = {"also": [other]}
    a_message(conn, family, kind=Kind.REMINDER, message="rm-bcg", params=params)


def test_what_is_told_beside_it_counts_too(conn: Connection, library: Library) -> None:
    compose = Compose(library, WebChat.caps)
    title, note = library.meta[BESIDE].title, library.label("item.draft")
    judge(conn, library, "rm-bcg", APPROVED)
    also(conn, BESIDE)
    found = prepare(conn, compose, ROUTE, NOW, ())
    assert isinstance(found, Ready)
    assert title in found.out.text
    assert note in found.out.text  # for the one that nobody has read
    reactions.add(conn, 901, BESIDE, reactions.WRONG, NOW)
    reactions.add(conn, 902, BESIDE, reactions.WRONG, NOW)
    conn.exec_driver_sql("DELETE FROM outbox")
    also(conn, BESIDE)
    found = prepare(conn, compose, ROUTE, NOW, ())
    assert isinstance(found, Ready)
    assert title not in found.out.text
    assert note not in found.out.text


async def test_what_was_sent_back_is_not_planned_until_it_is_approved(
    db: WatchedDatabase, library: Library
) -> None:
    calendar = Calendar(db, library)
    mother = await calendar.family(BORN, born_on=BORN)
    await db.write(judge, library, SAFE_SLEEP, SENT_BACK)
    await calendar.days(BORN, LAST)
    pushed = {item for _, item, _ in await calendar.pushes(mother)}
    assert SAFE_SLEEP not in pushed
    assert pushed  # everything else goes on
    await db.write(judge, library, SAFE_SLEEP, APPROVED)
    await calendar.days(LAST + DAY, LAST + 2 * DAY)
    assert SAFE_SLEEP in {item for _, item, _ in await calendar.pushes(mother)}
