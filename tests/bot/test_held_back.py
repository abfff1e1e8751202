"""What two readers called wrong is neither planned nor delivered until an officer has looked."""

from datetime import date

import pytest
from sqlalchemy.engine import Connection

from bot.compose import Dropped, Ready, prepare
from bot.rendering import Compose
from care.messages import Kind
from channels.webchat.channel import WebChat
from content.library import Library
from storage import reactions
from tests.bot.plans import DAY, Calendar
from tests.fakes import ROUTE, TIP, Family, WatchedDatabase, a_family, a_message, a_row
from tests.virtual_time import NOW

BORN = date(2026, 3, 1)
SAFE_SLEEP = "tip-d0009"
LAST = BORN + 12 * DAY


@pytest.fixture
def calendar(db: WatchedDatabase, library: Library) -> Calendar:
    return Calendar(db, library)


async def families(calendar: Calendar, *chats: str) -> list[Family]:
    return [await calendar.family(BORN, chat, born_on=BORN) for chat in chats]


def items(pushes: list[tuple[date, str, int]]) -> set[str]:
    return {item for _, item, _ in pushes}


async def test_what_two_people_call_wrong_is_not_planned(calendar: Calendar) -> None:
    mother, *_ = await families(calendar, "chat-1", "chat-2", "chat-3")
    await calendar.taps(f"reactions.wrong:{SAFE_SLEEP}", BORN, "chat-2")
    await calendar.taps(f"reactions.wrong:{SAFE_SLEEP}", BORN, "chat-3")
    await calendar.days(BORN, LAST)
    sent = items(await calendar.pushes(mother))
    assert SAFE_SLEEP not in sent
    assert sent  # everything else goes on


@pytest.mark.parametrize("taps", [("chat-2",), ("chat-2", "chat-2")])
async def test_one_person_holds_nothing_back(calendar: Calendar, taps: tuple[str, ...]) -> None:
    mother, *_ = await families(calendar, "chat-1", "chat-2")
    for chat in taps:
        await calendar.taps(f"reactions.wrong:{SAFE_SLEEP}", BORN, chat)
    await calendar.days(BORN, LAST)
    assert SAFE_SLEEP in items(await calendar.pushes(mother))


async def test_what_is_settled_is_planned_again(calendar: Calendar) -> None:
    mother, *_ = await families(calendar, "chat-1", "chat-2", "chat-3")
    for chat in ("chat-2", "chat-3"):
        await calendar.taps(f"reactions.wrong:{SAFE_SLEEP}", BORN, chat)
    await calendar.db.write(reactions.settle, [SAFE_SLEEP])
    await calendar.days(BORN, LAST)
    assert SAFE_SLEEP in items(await calendar.pushes(mother))


def calls_wrong(conn: Connection, *people: int) -> None:
    for person in people:
        reactions.add(conn, person, TIP, reactions.WRONG, NOW)


@pytest.mark.parametrize("kind", [Kind.TIP, Kind.CAMPAIGN])
def test_what_waits_already_is_not_delivered(
    conn: Connection, library: Library, kind: Kind
) -> None:
    mother = a_family(conn)
    row = a_message(conn, mother, kind=kind)
    calls_wrong(conn, 901, 902)
    found = prepare(conn, Compose(library, WebChat.caps), ROUTE, NOW, ())
    assert isinstance(found, Dropped)
    assert (found.row_id, a_row(conn, row).state) == (row, "cancelled")


def test_what_one_called_wrong_and_what_was_settled_is_delivered(
    conn: Connection, library: Library
) -> None:
    compose = Compose(library, WebChat.caps)
    a_message(conn, a_family(conn), kind=Kind.TIP)
    calls_wrong(conn, 901)
    assert isinstance(prepare(conn, compose, ROUTE, NOW, ()), Ready)
    a_message(conn, a_family(conn, "chat-2"), kind=Kind.TIP)
    calls_wrong(conn, 902)
    reactions.settle(conn, [TIP])
    assert isinstance(prepare(conn, compose, ROUTE, NOW, ()), Ready)


def test_who_asks_for_it_may_read_it(conn: Connection, library: Library) -> None:
    """Held back is what comes unasked."""
    a_message(conn, a_family(conn), message=TIP)
    calls_wrong(conn, 901, 902)
    assert isinstance(prepare(conn, Compose(library, WebChat.caps), ROUTE, NOW, ()), Ready)
