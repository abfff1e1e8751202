"""A messenger that may have only so many people: who comes later is told so, and helped."""

import random
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.engine import Connection

from bot.outcomes import theirs_alone
from bot.rendering import Compose, words
from bot.turns import take_turn
from care.messages import Address, Event, EventKind, Kind
from care.people import CaregiverState
from channels.errors import QuotaExhausted, RecipientGone, RetryAfter, Transient
from channels.webchat.channel import WebChat
from content.library import Library
from handlers import ROUTES
from handlers.turn import Office
from storage import caregivers, children, claims, messengers, privacy
from storage.tables import conversations
from tests.bot.posts import Post
from tests.bot.receptions import Desk
from tests.fakes import RecordingChannel, WatchedDatabase, incoming, rows
from tests.virtual_time import NOW

VIRTUAL_TIME = True
MOST = 2
FULL, WELCOME = "start/full", "start/welcome"
CRY, HURT, CALM = "cứu với, con em bị co giật", "chồng tôi đánh con bầm tím hết", "xin chào"
BOT = Address("zalo-bot", "1", "")
WAY = caregivers.route(BOT)


class Bot:
    """Turns of many chats with one bot that has room for MOST people."""

    def __init__(self, engine: Engine, library: Library) -> None:
        self.engine = engine
        self.library = library
        self.now = NOW
        self.most: int | None = MOST
        self._count = 0

    def hears(self, chat: str, text: str = CALM, kind: EventKind = EventKind.TEXT) -> list[str]:
        """The ids of what is answered."""
        self._count += 1
        self.now += timedelta(seconds=1)
        to = replace(BOT, chat_id=chat)
        event = Event(kind, f"e{self._count}", to, self.now, text)
        with self.engine.begin() as conn:
            before = len(rows(conn))
            take_turn(
                conn,
                event,
                self.now,
                routes=ROUTES,
                library=self.library,
                root=None,
                chance=random.Random(1),
                deletes=False,
                numbered=True,
                office=Office(home="https://chat.example"),
                audience=self.most,
            )
            return [row.message for row in rows(conn)[before:]]

    def agreed(self, chat: str) -> None:
        """Somebody who is in for good."""
        with self.engine.begin() as conn:
            contact = caregivers.open_contact(conn, replace(BOT, chat_id=chat), NOW)
            caregivers.change(conn, contact.caregiver.id, state=CaregiverState.ACTIVE)

    def left(self, chat: str) -> None:
        self.hears(chat, "", EventKind.LEFT)

    def said(self) -> str:
        """The last answer as its reader sees it."""
        with self.engine.begin() as conn:
            row = claims.claimed(conn, rows(conn)[-1].id)
            contact = caregivers.by_address_id(conn, row.address_id)
            assert contact is not None
            compose = Compose(self.library, replace(WebChat.caps, buttons=0))
            mine = children.of_caregiver(conn, contact.caregiver.id)
            return words(conn, compose, row, contact.caregiver, mine, self.now).text

    @property
    def people(self) -> int:
        with self.engine.connect() as conn:
            return messengers.people(conn, WAY)


@pytest.fixture
def bot(engine: Engine, library: Library) -> Bot:
    return Bot(engine, library)


@pytest.fixture
def full(bot: Bot) -> Bot:
    for chat in ("an", "binh"):
        bot.agreed(chat)
    return bot


def test_who_comes_when_it_is_full_is_told_where_else_and_whom_to_call(full: Bot) -> None:
    assert full.hears("chi") == [FULL]
    said = full.said()
    assert "https://chat.example/chat" in said
    assert all(number in said for number in ("115", "111", "113"))
    assert full.people == MOST


def test_the_last_place_is_taken(bot: Bot) -> None:
    """The control: one before is signed up as ever."""
    bot.agreed("an")
    assert bot.hears("chi") == [WELCOME]
    assert bot.people == MOST


def test_without_such_a_limit_nobody_is_too_many(full: Bot) -> None:
    full.most = None
    assert full.hears("chi") == [WELCOME]


def test_it_is_said_once_a_day(full: Bot) -> None:
    assert full.hears("chi") == [FULL]
    assert full.hears("chi", "alo?") == []
    assert full.hears("chi", "sticker", EventKind.MEDIA) == []
    full.now += timedelta(days=1)
    assert full.hears("chi") == [FULL]
    assert full.people == MOST


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("menu", EventKind.TEXT),
        ("dừng", EventKind.TEXT),
        ("nối máy 123456", EventKind.TEXT),
        ("", EventKind.START),
        ("", EventKind.UNSUPPORTED),
        ("consent.yes~1", EventKind.CHOICE),
        ("menu.help", EventKind.CHOICE),
    ],
)
def test_there_is_no_other_way_in(full: Bot, text: str, kind: EventKind) -> None:
    assert full.hears("chi", text, kind) == [FULL]
    assert full.people == MOST


def test_nothing_is_kept_but_an_address_that_is_forgotten(full: Bot) -> None:
    full.hears("chi")
    with full.engine.begin() as conn:
        contact = caregivers.find(conn, replace(BOT, chat_id="chi"))
        assert contact is not None
        assert contact.gone
        assert contact.caregiver.state is CaregiverState.NEW
        assert conn.execute(select(conversations)).all() == []
        privacy.purge_unconsented(conn, full.now + timedelta(seconds=1))
        assert caregivers.find(conn, replace(BOT, chat_id="chi")) is None


@pytest.mark.parametrize("first", [True, False])
def test_cries_for_help_get_the_numbers_first(full: Bot, first: bool) -> None:
    if not first:
        full.hears("chi")
    assert full.hears("chi", CRY) == ["emergency/numbers"]
    assert full.hears("chi", "menu.emergency", EventKind.CHOICE) == ["emergency/numbers"]
    assert full.hears("chi", "danger.open:dg-child", EventKind.CHOICE) == ["dg-child"]
    (told,) = full.hears("chi", HURT)
    assert told != FULL
    assert all(number in full.said() for number in ("115", "111", "113"))
    assert full.hears("chi") == ([FULL] if first else [])
    assert full.people == MOST


def test_who_is_here_is_never_turned_away(full: Bot) -> None:
    full.most = 1
    assert full.hears("an", "menu") == ["menu/home"]


def test_when_somebody_leaves_the_next_one_gets_in(full: Bot) -> None:
    full.hears("chi")
    full.left("an")
    assert full.hears("chi") == [WELCOME]
    assert full.people == MOST
    assert full.hears("dung") == [FULL]


def test_who_agreed_and_left_finds_the_door_open(full: Bot) -> None:
    full.left("an")
    full.hears("chi")
    assert FULL not in full.hears("an")
    assert full.people == MOST + 1


def test_when_somebody_is_erased_the_next_one_gets_in(full: Bot) -> None:
    full.hears("an", "privacy.delete", EventKind.CHOICE)
    assert full.hears("an", "ĐÚNG") == ["privacy/deleted"]
    assert full.people == MOST - 1
    assert full.hears("chi") == [WELCOME]
    assert full.hears("an") == [FULL]


def test_what_is_refused_to_one_outside_stops_nobody_else() -> None:
    for error in (RetryAfter(60), QuotaExhausted("x")):
        assert isinstance(theirs_alone(error), RecipientGone)
    away = Transient("x")
    assert theirs_alone(away) is away


async def test_delivery_goes_on_after_it_was_refused_to_one_outside(
    db: WatchedDatabase, library: Library
) -> None:
    channel = RecordingChannel()
    channel.caps = replace(channel.caps, audience=1)
    post = Post(db, library, channel)
    mother, late = await post.family("an"), await post.family("chi")
    await db.write(caregivers.mark_gone, late.address_id, NOW)
    channel.script(RetryAfter(60), QuotaExhausted("x"), chat="chi")
    refused, good = await post.add(late, kind=Kind.REPLY), await post.add(mother, kind=Kind.REPLY)
    async with post.running():
        await post.settled(seconds=20)
        assert post.delivery.down is None
    assert (await post.state(refused), await post.state(good)) == ("failed", "sent")


async def test_reception_goes_by_what_the_messenger_may_have(
    db: WatchedDatabase, library: Library
) -> None:
    channel = RecordingChannel()
    channel.caps = replace(channel.caps, audience=1)
    desk = Desk(db, library, ROUTES, channel)
    async with desk.running() as reception:
        for chat in ("an", "chi"):
            await reception.receive([incoming(CALM, chat=chat, id=chat)])
            await desk.handled()
    assert await desk.answers() == [WELCOME, FULL]


async def test_an_apology_lets_nobody_in(db: WatchedDatabase, library: Library) -> None:
    channel = RecordingChannel()
    channel.caps = replace(channel.caps, audience=0)
    desk = Desk(db, library, ROUTES, channel)
    event = incoming(CALM, chat="chi", id="1").event
    await desk.reception._apologise(event)
    assert await db.read(_people, caregivers.route(event.address)) == 0
    assert await desk.answers() == ["fallback/trouble"]


def _people(conn: Connection, way: str) -> int:
    return messengers.people(conn, way)
