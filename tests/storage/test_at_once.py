"""Two processes that store the same row at the same moment: neither fails, nothing is lost."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import Engine, func, insert, select, update
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from storage import (
    channel_tokens,
    conversations,
    discreet,
    marks,
    menus,
    officers,
    reactions,
    reviews,
    templates,
    windows,
)
from storage.channel_tokens import Pair
from storage.console_tables import officer_sessions
from storage.conversations import Conversation
from storage.officers import FULL
from storage.tables import marks as marks_table
from storage.templates import Template
from tests.storage.families import NOW, TODAY, a_caregiver, together
from tests.storage.test_officers import an_officer

PAIR = Pair("access", "refresh", NOW, NOW)
NEWER = Pair("access 2", "refresh 2", NOW, NOW)
WRITES: dict[str, Callable[[Connection, int], object]] = {
    "mark": lambda conn, _: marks.put(conn, "a", "1"),
    "tokens": lambda conn, _: channel_tokens.put(conn, "oa", PAIR),
    "template": lambda conn, _: templates.put(conn, "oa", Template("health.a", "1", {}, 200)),
    "review": lambda conn, _: reviews.put(conn, "health.a", "hash", "approved", None, 1, NOW),
    "menu": lambda conn, who: menus.put(conn, who, [("a", "Có")], NOW),
    "heard": lambda conn, who: windows.hear(conn, who, NOW),
    "conversation": lambda conn, who: conversations.put(conn, who, Conversation("a"), NOW),
}


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_what_two_store_at_once_is_stored(
    engine: Engine, second: Engine, write: Callable[[Connection, int], object]
) -> None:
    with engine.begin() as conn:
        who = a_caregiver(conn).address_id
    together(engine, second, lambda conn: write(conn, who))


@pytest.mark.parametrize("dialect", ["postgresql"], indirect=True)
def test_looking_first_and_then_writing_fails(engine: Engine, second: Engine) -> None:
    """The control of the one before."""

    def look_and_write(conn: Connection) -> None:
        same = marks_table.c.name == "a"
        if not conn.execute(update(marks_table).where(same).values(value="1")).rowcount:
            conn.execute(insert(marks_table).values(name="a", value="1"))

    with pytest.raises(IntegrityError):
        together(engine, second, look_and_write)


def test_both_are_counted(engine: Engine, second: Engine) -> None:
    with engine.begin() as conn:
        who = a_caregiver(conn).address_id
    together(engine, second, lambda conn: reactions.miss(conn, TODAY, "health"))
    counts = together(engine, second, lambda conn: discreet.count(conn, "report", who, "day", NOW))
    assert counts == (1, 2)
    with engine.connect() as conn:
        assert reactions.misses(conn, TODAY, TODAY) == [("health", 2)]


def test_one_renews_the_tokens(engine: Engine, second: Engine) -> None:
    """Where nobody has before, and where somebody's lease is over."""
    for now in (NOW, NOW + timedelta(hours=1)):
        take = partial(channel_tokens.take_lease, account="oa", now=now)
        assert sum(lease is not None for lease in together(engine, second, take)) == 1


def test_one_of_two_new_pairs_is_kept(engine: Engine, second: Engine) -> None:
    with engine.begin() as conn:
        channel_tokens.put(conn, "oa", PAIR)
    done = together(engine, second, lambda conn: channel_tokens.replace(conn, "oa", PAIR, NEWER))
    assert done == (True, False)


def test_two_logins_leave_one_session(engine: Engine, second: Engine) -> None:
    with engine.begin() as conn:
        me = an_officer(conn)
    tokens = ["one", "two"]
    together(engine, second, lambda conn: officers.open_session(conn, me, tokens.pop(), FULL, NOW))
    with engine.connect() as conn:
        assert conn.execute(select(func.count()).select_from(officer_sessions)).scalar() == 1
