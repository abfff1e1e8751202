"""What happens in a chat at the moment of something else: nothing is lost, nothing comes twice."""

import pytest
from sqlalchemy import Engine, Table, func, select
from sqlalchemy.engine import Connection

from bot.turns import apologise
from bot.windows import Account, decide, heard
from care.messages import Event, EventKind, Kind
from care.windows import Windows
from content.library import Library
from storage import (
    caregivers,
    claims,
    discreet,
    inbox,
    outbox,
    privacy,
    talks,
    web,
    windows,
)
from storage.caregivers import Contact
from storage.console_tables import talk_lines
from storage.console_tables import talks as talks_table
from tests.storage.families import (
    DAY,
    MINUTE,
    NOW,
    ROUTE,
    a_caregiver,
    a_row,
    address,
    crossing,
    together,
)

TOKEN = "a" * 32


def rows(engine: Engine, table: Table) -> int:
    with engine.connect() as conn:
        return conn.execute(select(func.count()).select_from(table)).scalar_one()


@pytest.fixture
def mother(engine: Engine) -> Contact:
    with engine.begin() as conn:
        return a_caregiver(conn)


def test_who_asks_twice_has_one_talk(engine: Engine, second: Engine, mother: Contact) -> None:
    me, here = mother.caregiver.id, mother.address_id
    one, other = together(engine, second, lambda conn: talks.ask(conn, me, here, None, NOW).id)
    assert one == other
    assert rows(engine, talks_table) == 1


def test_who_asks_while_the_talk_is_closed_gets_another(
    engine: Engine, second: Engine, mother: Contact
) -> None:
    me, here = mother.caregiver.id, mother.address_id
    with engine.begin() as conn:
        old = talks.ask(conn, me, here, None, NOW)
        talks.claim(conn, old.id, 7, NOW)
    _, new = crossing(
        engine,
        second,
        lambda conn: talks.close(conn, old.id, 7, NOW),
        lambda conn: talks.ask(conn, me, here, None, NOW),
    )
    assert (new.id != old.id, new.state) == (True, talks.WAITING)


def test_what_is_written_while_everything_is_erased_is_not_kept(
    engine: Engine, second: Engine, mother: Contact
) -> None:
    me, here = mother.caregiver.id, mother.address_id
    with engine.begin() as conn:
        talk = talks.ask(conn, me, here, None, NOW)
    crossing(
        engine,
        second,
        lambda conn: talks.erase(conn, me, NOW),
        lambda conn: talks.hear(conn, talk.id, here, "chào", NOW),
    )
    assert rows(engine, talk_lines) == 0


def test_pushes_follow_to_the_address_that_is_left(
    engine: Engine, second: Engine, mother: Contact
) -> None:
    me, here = mother.caregiver.id, mother.address_id
    with engine.begin() as conn:
        others = [a_caregiver(conn, chat).address_id for chat in ("left", "gone")]
        table = caregivers.addresses
        mine = table.update().where(table.c.id.in_(others)).values(caregiver_id=me)
        conn.execute(mine)
    left, gone = others
    crossing(
        engine,
        second,
        lambda conn: caregivers.mark_gone(conn, gone, NOW),
        lambda conn: caregivers.mark_gone(conn, here, NOW),
    )
    with engine.begin() as conn:
        found = caregivers.to_push(conn, me)
    assert found is not None
    assert found.address_id == left


def test_what_is_answered_on_another_messenger_during_an_erasure_goes_too(
    engine: Engine, second: Engine, mother: Contact
) -> None:
    me = mother.caregiver.id
    with engine.begin() as conn:
        other = a_caregiver(conn, "other").address_id
        table = caregivers.addresses
        conn.execute(table.update().where(table.c.id == other).values(caregiver_id=me))
        chat = conn.execute(select(table.c.chat_hash).where(table.c.id == other)).scalar_one()

    def turn(conn: Connection) -> None:
        inbox.hold_chat(conn, chat)
        outbox.add(conn, [a_row(caregiver_id=me, address_id=other, params={"name": "Bống"})])

    crossing(engine, second, turn, lambda conn: privacy.erase(conn, mother, "e1", NOW))
    with engine.begin() as conn:
        (row,) = conn.execute(select(outbox.outbox)).all()
    assert (row.caregiver_id, row.params) == (None, {})


def test_who_taps_at_the_last_moment_goes_on(
    engine: Engine, second: Engine, mother: Contact
) -> None:
    with engine.begin() as conn:
        discreet.touch(conn, mother.address_id, NOW)
    _, over = crossing(
        engine,
        second,
        lambda conn: discreet.touch(conn, mother.address_id, NOW + 10 * MINUTE),
        lambda conn: discreet.over(conn, NOW),
    )
    assert over == []
    with engine.begin() as conn:
        assert discreet.over(conn, NOW + 10 * MINUTE)  # the control


def test_who_writes_while_a_message_is_held_back_gets_it(
    engine: Engine, second: Engine, library: Library, mother: Contact
) -> None:
    here, account = mother.address_id, Account(Windows())
    row = a_row("officer/news", kind=Kind.NOTICE, address_id=here, expires_at=NOW + 30 * DAY)
    with engine.begin() as conn:
        windows.hear(conn, here, NOW - 9 * DAY)
        outbox.add(conn, [row])

    def hold_back(conn: Connection) -> None:
        """What delivery does with an unasked message."""
        claimed = claims.claim(conn, ROUTE, NOW, (), quiet=False)
        assert claimed is not None
        assert decide(conn, account, {}, library, claimed, mother, NOW) is None
        windows.hold(conn, claimed.id)

    crossing(engine, second, hold_back, lambda conn: heard(conn, library, here, NOW))
    with engine.begin() as conn:
        assert windows.held(conn, here) == []


def test_a_word_of_regret_and_the_next_turn_make_one_contact(
    engine: Engine, second: Engine
) -> None:
    event = Event(EventKind.TEXT, "e1", address("new"), NOW, "chào")

    def turn(conn: Connection) -> None:
        inbox.hold_chat(conn, caregivers.chat_hash(conn, event.address))
        caregivers.open_contact(conn, event.address, NOW)

    crossing(engine, second, turn, lambda conn: apologise(conn, event, NOW))
    assert rows(engine, caregivers.caregivers) == 1


def test_a_line_that_comes_twice_at_once_is_written_once(engine: Engine, second: Engine) -> None:
    with engine.begin() as conn:
        web.open_session(conn, TOKEN, NOW)
    one, other = together(engine, second, lambda conn: web.append(conn, TOKEN, "x", {}, NOW))
    assert one == other
