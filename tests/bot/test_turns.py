"""One event, one transaction: all of a turn or nothing of it."""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.engine import Engine

from bot.turns import EMERGENCY_LIVES, REPLY_LIVES, take_turn
from care.messages import Address, Button, Event, EventKind, Kind
from care.people import CaregiverState
from content.library import Library
from handlers import ROUTES
from handlers.routing import Routes
from handlers.turn import Answer, Turn, ask, done, say
from storage import caregivers, conversations
from storage.conversations import Conversation
from storage.tables import metadata
from storage.tables import outbox as outbox_table
from tests.bot.receptions import routes
from tests.fakes import ACCOUNT, NAME, ROUTE, a_family, another_address, rows
from tests.handlers.conversation import Conversation as Person
from tests.virtual_time import NOW

ADDRESS = Address(NAME, ACCOUNT, "chat-1")


class Talk:
    """Turns of one chat on one database."""

    def __init__(self, engine: Engine, library: Library, wanted: Routes = ROUTES) -> None:
        self.engine = engine
        self.library = library
        self.routes = wanted
        self.now = NOW
        self._count = 0

    def __call__(self, text: str, kind: EventKind = EventKind.TEXT, chat: str = "chat-1") -> None:
        self._count += 1
        event = Event(kind, f"{chat}-{self._count}", replace(ADDRESS, chat_id=chat), self.now, text)
        with self.engine.begin() as conn:
            take_turn(
                conn,
                event,
                self.now,
                routes=self.routes,
                library=self.library,
                root=None,
                chance=random.Random(1),
            )

    def taps(self, action: str, chat: str = "chat-1") -> None:
        self(action, EventKind.CHOICE, chat)

    @property
    def outbox(self) -> list[Any]:
        with self.engine.connect() as conn:
            return rows(conn)

    @property
    def answers(self) -> list[str]:
        return [row.message for row in self.outbox]

    def button(self, action: str) -> str:
        """The newest button with this action, as it was sent."""
        for row in reversed(self.outbox):
            for found, _, _ in row.params.get("buttons", ()):
                if str(found).partition("~")[0] == action:
                    return str(found)
        raise AssertionError(f"no button {action}")

    def conversation(self) -> Conversation:
        with self.engine.connect() as conn:
            contact = caregivers.find(conn, ADDRESS)
            return conversations.get(conn, contact.address_id) if contact else Conversation()


@pytest.fixture
def talk(engine: Engine, library: Library) -> Talk:
    return Talk(engine, library)


@pytest.fixture
def with_routes(engine: Engine, library: Library) -> Callable[[Routes], Talk]:
    return lambda wanted: Talk(engine, library, wanted)


def everything(engine: Engine) -> dict[str, int]:
    with engine.connect() as conn:
        return {
            name: conn.execute(select(func.count()).select_from(table)).scalar_one()
            for name, table in metadata.tables.items()
        }


def test_a_handler_that_raises_leaves_nothing(
    engine: Engine, with_routes: Callable[[Routes], Talk]
) -> None:
    def breaks(turn: Turn) -> Answer:
        caregivers.change(turn.conn, turn.caregiver.id, state=CaregiverState.ACTIVE)
        conversations.put(turn.conn, turn.contact.address_id, Conversation("x", 3), turn.now)
        raise ValueError("a bug")

    before = everything(engine)
    with pytest.raises(ValueError, match="a bug"):
        with_routes(routes(breaks))("xin chào")
    assert everything(engine) == before


def test_an_answer_that_cannot_be_stored_leaves_nothing_either(
    engine: Engine, with_routes: Callable[[Routes], Talk]
) -> None:
    before = everything(engine)
    talk = with_routes(routes(lambda turn: done(say("menu/hello", params=object()))))
    with pytest.raises(Exception, match="JSON"):
        talk("xin chào")
    assert everything(engine) == before


def test_the_same_handler_without_the_bug_leaves_its_mark(
    engine: Engine, with_routes: Callable[[Routes], Talk]
) -> None:
    """The control of the two above."""
    before = everything(engine)
    with_routes(routes(lambda turn: ask("x", say("menu/hello"))))("xin chào")
    after = everything(engine)
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {"caregivers", "addresses", "conversations", "outbox"}


def test_replies_and_emergencies_live_as_long_as_the_table_says(talk: Talk) -> None:
    talk("xin chào")
    talk("cấp cứu")
    reply, emergency = talk.outbox
    assert (reply.kind, reply.expires_at - NOW) == (Kind.REPLY, REPLY_LIVES)
    assert (emergency.kind, emergency.expires_at - NOW) == (Kind.EMERGENCY, EMERGENCY_LIVES)
    assert (reply.route, reply.not_before, reply.state) == (ROUTE, NOW, "pending")
    assert timedelta(seconds=120) == EMERGENCY_LIVES
    assert timedelta(minutes=10) == REPLY_LIVES


def test_a_sensitive_answer_is_sent_like_an_emergency(
    with_routes: Callable[[Routes], Talk],
) -> None:
    talk = with_routes(routes(lambda turn: ask("x", say("menu/hello"), sensitive=True)))
    talk("một chuyện buồn")
    assert talk.outbox[0].kind == Kind.EMERGENCY
    assert talk.conversation().sensitive


def test_buttons_of_a_question_carry_its_number_and_the_menu_never(talk: Talk) -> None:
    talk("/start", EventKind.START)
    first = talk.button("consent.yes")
    assert first.endswith("~1")
    talk.taps(first)
    assert talk.button("registration.mother").endswith("~2")
    talk("cấp cứu")
    assert talk.button("menu.danger") == "menu.danger"


def test_an_old_button_changes_nothing(talk: Talk) -> None:
    talk("/start", EventKind.START)
    old = talk.button("consent.no")
    talk.taps(talk.button("consent.yes"))
    before = talk.conversation()
    talk.taps(old)
    assert talk.answers[-1] in ("fallback/stale", "fallback/stale-waiting")
    with talk.engine.connect() as conn:
        contact = caregivers.find(conn, ADDRESS)
    assert contact is not None
    assert contact.caregiver.state is CaregiverState.ACTIVE
    assert talk.conversation().step == before.step


def test_a_double_tap_has_one_effect(talk: Talk) -> None:
    talk("/start", EventKind.START)
    yes = talk.button("consent.yes")
    talk.taps(yes)
    talk.taps(yes)
    with talk.engine.connect() as conn:
        contact = caregivers.find(conn, ADDRESS)
        assert contact is not None
        given = conn.execute(
            select(func.count()).select_from(metadata.tables["consents"])
        ).scalar_one()
    assert given == 2  # one for each purpose
    assert talk.answers.count("registration/ask-role") == 1


@pytest.mark.parametrize(
    "forged",
    ["consent.yes~0", "consent.yes~99", "consent.yes~", "consent.yes~-1", "consent.yes~1 ", "~1"],
)
def test_a_number_that_was_never_given_is_refused(talk: Talk, forged: str) -> None:
    talk("/start", EventKind.START)
    talk.taps(forged)
    with talk.engine.connect() as conn:
        contact = caregivers.find(conn, ADDRESS)
    assert contact is not None
    assert contact.caregiver.state is CaregiverState.NEW


def test_the_right_number_is_accepted(talk: Talk) -> None:
    """The control of the one before."""
    talk("/start", EventKind.START)
    talk.taps("consent.yes~1")
    with talk.engine.connect() as conn:
        contact = caregivers.find(conn, ADDRESS)
    assert contact is not None
    assert contact.caregiver.state is CaregiverState.ACTIVE


def test_a_number_of_another_chat_does_not_help(talk: Talk) -> None:
    talk("/start", EventKind.START)
    talk("/start", EventKind.START, chat="chat-2")
    talk.taps(talk.button("consent.yes"))  # chat-2's button says ~1 too, but acts on chat-1 only
    with talk.engine.connect() as conn:
        other = caregivers.find(conn, replace(ADDRESS, chat_id="chat-2"))
    assert other is not None
    assert other.caregiver.state is CaregiverState.NEW


def test_a_cry_for_help_in_the_middle_keeps_the_conversation(talk: Talk) -> None:
    talk("/start", EventKind.START)
    talk.taps(talk.button("consent.yes"))
    talk.taps(talk.button("registration.mother"))
    asked = talk.conversation()
    pregnant = talk.button("registration.pregnant")
    talk("cứu với, con em bị co giật")
    assert talk.answers[-1] == "emergency/numbers"
    assert talk.conversation() == asked
    talk.taps(pregnant)
    assert talk.answers[-1] == "registration/ask-due"


def test_the_same_without_the_cry_goes_on_too(talk: Talk) -> None:
    """The control: ordinary words at the same place are read as an answer, not set aside."""
    talk("/start", EventKind.START)
    talk.taps(talk.button("consent.yes"))
    talk.taps(talk.button("registration.mother"))
    talk("12/3/2026")
    assert talk.answers[-1] == "registration/confirm-birth"


def test_pushes_follow_the_person_to_the_messenger_used_last(
    engine: Engine, library: Library
) -> None:
    with engine.begin() as conn:
        family = a_family(conn, "chat-1")
        other = another_address(conn, family, "browser")
    person = Person(engine, library, NOW, chat_id="browser")
    person.says("xin chào")
    with engine.connect() as conn:
        contact = caregivers.by_address_id(conn, other)
        assert contact is not None
        assert contact.caregiver.address_id == other
        route = conn.execute(select(metadata.tables["caregivers"].c.route)).scalar_one()
    assert route == "webchat:local"


def test_who_leaves_does_not_become_reachable_by_it(engine: Engine, library: Library) -> None:
    with engine.begin() as conn:
        family = a_family(conn, "chat-1")
        another_address(conn, family, "browser")
    Person(engine, library, NOW, chat_id="browser").leaves()
    with engine.connect() as conn:
        route = conn.execute(select(metadata.tables["caregivers"].c.route)).scalar_one()
    assert route == ROUTE


def test_a_url_button_and_a_label_are_kept_as_they_are(
    with_routes: Callable[[Routes], Talk],
) -> None:
    call = Button("call", "Gọi 115", "tel:115")
    talk = with_routes(routes(lambda turn: done(say("menu/hello", call, "menu.home"))))
    talk("xin chào")
    assert talk.outbox[0].params["buttons"] == [
        ["call", "Gọi 115", "tel:115"],
        ["menu.home", None, None],
    ]


def test_nothing_is_sent_inside_a_turn(talk: Talk) -> None:
    talk("xin chào")
    with talk.engine.connect() as conn:
        states = set(conn.execute(select(outbox_table.c.state)).scalars())
    assert states == {"pending"}
