"""What comes in: on disk before it is acknowledged, once, in order, and poison set aside."""

import asyncio
import logging
from datetime import timedelta

import pytest
from sqlalchemy import LargeBinary, func, literal, select, update
from sqlalchemy.engine import Connection, Engine

from care.messages import Address, EventKind
from channels.errors import OutcomeUnknown, Transient
from content.library import Library
from handlers import ROUTES
from storage import caregivers
from storage.database import DatabaseDown
from storage.inbox import MOST_ATTEMPTS
from storage.tables import inbox
from tests.bot.receptions import Desk, Notes
from tests.fakes import ACCOUNT, NAME, RecordingChannel, WatchedDatabase, incoming, until

VIRTUAL_TIME = True
CHATS = ("an", "binh", "chi")
CALM = "bé nhà em hôm nay rất vui"
TROUBLE = "fallback/trouble"


@pytest.fixture
def notes() -> Notes:
    return Notes({"poison": ValueError("canary: Bống")})


@pytest.fixture
async def desk(db: WatchedDatabase, library: Library, notes: Notes) -> Desk:
    return Desk(db, library, notes.routes)


def count(engine: Engine) -> int:
    with engine.connect() as conn:
        return conn.execute(select(func.count()).select_from(inbox)).scalar_one()


async def test_when_receive_returns_others_can_read_it(desk: Desk, engine: Engine) -> None:
    await desk.reception.receive([incoming("một", id="1"), incoming("hai", id="2")])
    assert count(engine) == 2


async def test_receive_does_not_return_before_the_commit(desk: Desk, engine: Engine) -> None:
    """The control: while the write is held up, so is the acknowledgement."""
    gate = desk.db.gate("add")
    task = asyncio.create_task(desk.reception.receive([incoming("một")]))
    await asyncio.sleep(1)
    assert not task.done()
    assert count(engine) == 0
    gate.set()
    await task
    assert count(engine) == 1


async def test_the_same_event_twice_has_one_effect(desk: Desk, notes: Notes) -> None:
    async with desk.running():
        for _ in range(2):
            await desk.reception.receive([incoming("một", id="1"), incoming("một", id="1")])
            await desk.handled()
        await desk.reception.receive([incoming("một", id="1")])  # days later, after a restart
        desk.another_process()
        await desk.reception.receive([incoming("một", id="1")])
        await asyncio.sleep(2)
    assert notes.seen == [("chat-1", "một")]
    assert await desk.answers() == ["menu/hello"]


async def test_the_same_id_on_another_account_is_another_event(desk: Desk, notes: Notes) -> None:
    """The control of the one before."""
    async with desk.running():
        await desk.reception.receive([incoming("một", id="1")])
        await desk.reception.receive([incoming("một", id="2")])
        await desk.handled()
    assert len(notes.seen) == 2


async def test_every_chat_in_its_order_and_side_by_side(desk: Desk, notes: Notes) -> None:
    """Two processes handle the same inbox while forty events come in at once."""
    first = desk.reception

    async def writes(chat: str) -> None:
        for number in range(14):
            await first.receive([incoming(str(number), id=f"{chat}{number}", chat=chat)])

    async with desk.running():
        desk.another_process()
        async with desk.running():
            await asyncio.gather(*(writes(chat) for chat in CHATS))
            await desk.handled()
    for chat in CHATS:
        assert notes.of(chat) == [str(n) for n in range(14)]
    firsts = [chat for chat, text in notes.seen[: len(CHATS)]]
    assert len(set(firsts)) > 1  # nobody waits for another chat


async def test_poison_is_set_aside_after_three_tries(
    desk: Desk, notes: Notes, caplog: pytest.LogCaptureFixture
) -> None:
    async with desk.running():
        await asyncio.sleep(1)
        await desk.reception.receive([incoming("poison", id="p", chat="an")])
        await desk.reception.receive([incoming("sau", id="a", chat="an")])
        await desk.reception.receive([incoming("khác", id="b", chat="binh")])
        await desk.handled()
    assert await desk.states() == {"p": "quarantined", "a": "done", "b": "done"}
    assert notes.of("an") == ["poison"] * MOST_ATTEMPTS + ["sau"]
    assert notes.of("binh") == ["khác"]
    poisoned = (await desk.stored())[0]
    assert (poisoned.attempts, poisoned.error) == (3, "ValueError")
    answers = await desk.answers()
    assert sorted(answers) == sorted([TROUBLE, "menu/hello", "menu/hello"])
    assert [r.levelno for r in caplog.records].count(logging.ERROR) == 3


async def test_what_failed_leaves_nothing_behind(desk: Desk) -> None:
    async with desk.running():
        await desk.reception.receive([incoming("poison", id="p")])
        await desk.handled()
    address = Address(NAME, ACCOUNT, "chat-1")
    contact = await desk.db.read(caregivers.find, address)
    assert contact is not None  # only from the apology
    assert await desk.answers() == [TROUBLE]


async def test_what_killed_the_process_is_handled_alone_and_set_aside(
    desk: Desk, notes: Notes
) -> None:
    """A death leaves the row new; only its count of starts tells that it is deadly."""
    await desk.reception.receive([incoming("deadly", id="d", chat="an")])
    await desk.reception.receive([incoming("khác", id="b", chat="binh")])
    for start in range(1, MOST_ATTEMPTS):
        reception = desk.another_process()
        await reception._mark_suspects()
        desk.db.refuse("_turn", 1)
        with pytest.raises(DatabaseDown):  # as far as the process came
            await reception.handle_waiting()
        assert [row.attempts for row in await desk.stored()] == [start, 0]
        assert not notes.seen
    async with desk.running_again():
        await desk.handled()
    assert await desk.states() == {"d": "quarantined", "b": "done"}
    assert notes.seen == [("binh", "khác")]


async def test_what_only_waited_at_the_start_is_handled_once(desk: Desk, notes: Notes) -> None:
    """The control: innocent events are suspects too, and are answered."""
    for number in range(5):
        await desk.reception.receive([incoming("một", id=f"{number}", chat=f"c{number}")])
    async with desk.running_again():
        await desk.handled()
    assert sorted(notes.seen) == [(f"c{n}", "một") for n in range(5)]
    assert {row.attempts for row in await desk.stored()} == {1}


async def test_a_tap_is_told_to_the_messenger_once(desk: Desk) -> None:
    await desk.reception.receive([incoming("menu.home", id="t", kind=EventKind.CHOICE)])
    async with desk.running_again():
        await desk.handled()
        await asyncio.sleep(1)
    assert [event.id for event in desk.channel.tapped] == ["t"]


async def test_a_body_nobody_can_read_is_set_aside(desk: Desk, notes: Notes) -> None:
    await desk.reception.receive([incoming("một", id="1", chat="an")])
    await desk.reception.receive([incoming("hai", id="2", chat="binh")])
    desk.another_process()  # which has not seen the words itself
    await desk.db.write(_garble, "1")
    async with desk.running():
        await desk.handled()
    assert await desk.states() == {"1": "quarantined", "2": "done"}
    assert notes.seen == [("binh", "hai")]


def _garble(conn: Connection, event_id: str) -> None:
    conn.execute(update(inbox).where(inbox.c.event_id == event_id).values(body="not|an event"))


async def test_a_sealed_body_that_was_damaged_holds_up_nobody(
    desk: Desk, notes: Notes, engine: Engine
) -> None:
    await desk.reception.receive([incoming("một", id="1", chat="an")])
    await desk.reception.receive([incoming("hai", id="2", chat="binh")])
    desk.another_process()
    torn = update(inbox).values(body=literal(b"\x01torn" * 8, LargeBinary))
    with engine.begin() as conn:
        conn.execute(torn.where(inbox.c.event_id == "1"))
    async with desk.running():
        await desk.handled()
    assert await desk.states() == {"1": "quarantined", "2": "done"}
    assert notes.seen == [("binh", "hai")]


async def test_a_row_of_a_channel_that_is_gone_is_finished(desk: Desk, notes: Notes) -> None:
    await desk.reception.receive([incoming("một", id="1", channel="pigeon")])
    async with desk.running():
        await desk.handled()
    assert not notes.seen
    assert await desk.states() == {"1": "done"}


@pytest.mark.parametrize("way", ["down", "hangs"])
async def test_without_the_database_nothing_is_acknowledged(desk: Desk, way: str) -> None:
    if way == "down":
        desk.db.down = True
    else:
        desk.db.gate("add")
    with pytest.raises(DatabaseDown):
        await desk.reception.receive([incoming("bé bị sốt nhẹ", id="1")])
    assert not desk.channel.calls


@pytest.mark.parametrize("way", ["down", "hangs"])
async def test_a_cry_for_help_is_answered_from_memory(
    desk: Desk, library: Library, way: str
) -> None:
    if way == "down":
        desk.db.down = True
    else:
        desk.db.gate("add")
    began = asyncio.get_running_loop().time()
    with pytest.raises(DatabaseDown):
        await desk.reception.receive([incoming("cứu với, con em bị co giật", id="1")])
    assert asyncio.get_running_loop().time() - began < 2
    assert [call.out.text for call in desk.channel.calls] == [library.emergency]


@pytest.mark.parametrize("name", ["next_ones", "write_each"])
async def test_a_cry_that_was_stored_but_cannot_be_handled(
    desk: Desk, library: Library, notes: Notes, name: str
) -> None:
    """It is acknowledged and waits; the numbers do not wait with it."""
    async with desk.running():
        await asyncio.sleep(1)
        desk.db.refuse(name, 1000)
        began = asyncio.get_running_loop().time()
        await desk.reception.receive([incoming(CALM, id="1"), incoming("cấp cứu", id="2")])
        await until(lambda: desk.channel.calls)
        assert asyncio.get_running_loop().time() - began < 2
        await asyncio.sleep(5)
        assert [call.out.text for call in desk.channel.calls] == [library.emergency]
        desk.db.mend()
        await desk.handled()
    assert len(notes.seen) == 2


@pytest.fixture
def _wall(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.from_memory.monotonic", lambda: asyncio.get_running_loop().time())


async def _cry(desk: Desk, event_id: str, chat: str = "chat-1", text: str = "cấp cứu") -> int:
    before = len(desk.channel.calls)
    with pytest.raises(DatabaseDown):
        await desk.reception.receive([incoming(text, id=event_id, chat=chat)])
    return len(desk.channel.calls) - before


@pytest.mark.usefixtures("_wall")
async def test_once_an_event_and_once_in_thirty_seconds_a_chat(desk: Desk) -> None:
    desk.db.down = True
    assert await _cry(desk, "1") == 1
    assert await _cry(desk, "1") == 0
    assert await _cry(desk, "2") == 0
    assert await _cry(desk, "3", chat="another") == 1
    await asyncio.sleep(31)
    assert await _cry(desk, "1") == 0  # the messenger repeats it
    assert await _cry(desk, "4") == 1
    assert await _cry(desk, "5", chat="third", text="con ăn gì hôm nay") == 0


@pytest.mark.usefixtures("_wall")
async def test_the_emergency_button_is_a_cry_too(desk: Desk) -> None:
    desk.db.down = True
    with pytest.raises(DatabaseDown):
        await desk.reception.receive([incoming("menu.emergency", kind=EventKind.CHOICE)])
    assert len(desk.channel.calls) == 1


@pytest.mark.usefixtures("_wall")
async def test_an_answer_that_did_not_go_is_tried_when_it_is_repeated(desk: Desk) -> None:
    desk.db.down = True
    desk.channel.script(Transient("no connection"))
    assert await _cry(desk, "1") == 1
    assert await _cry(desk, "1") == 1
    desk.channel.script(OutcomeUnknown("cut"), chat="another")
    assert await _cry(desk, "2", chat="another") == 1
    assert await _cry(desk, "2", chat="another") == 0  # it may have arrived
    assert len(desk.channel.arrived) == 1


async def test_events_are_handled_when_the_database_is_back(desk: Desk, notes: Notes) -> None:
    await desk.reception.receive([incoming("một", id="1")])
    async with desk.running():
        desk.db.down = True
        await asyncio.sleep(60)
        desk.db.down = False
        await desk.handled()
    assert notes.seen == [("chat-1", "một")]


async def test_memory_is_not_used_while_the_database_works(
    db: WatchedDatabase, library: Library
) -> None:
    """The control: then the answer is a row in the outbox like any other."""
    desk = Desk(db, library, ROUTES, RecordingChannel())
    async with desk.running():
        await desk.reception.receive([incoming("cấp cứu", id="1")])
        await desk.handled()
    assert not desk.channel.calls
    assert await desk.answers() == ["emergency/numbers"]


async def test_a_thousand_events_of_one_chat_hold_up_nobody(desk: Desk, notes: Notes) -> None:
    flood = [incoming("a", id=f"f{n}", chat="flood") for n in range(100)]
    await desk.reception.receive(flood)
    async with desk.running():
        await asyncio.sleep(0)
        await desk.reception.receive([incoming("xin chào", id="1", chat="an")])
        before = len(notes.seen)
        await desk.handled(600)
    at = [chat for chat, _ in notes.seen].index("an")
    assert at <= before + 2


async def test_nothing_is_handled_after_stop(desk: Desk, notes: Notes) -> None:
    async with desk.running():
        await asyncio.sleep(1)
    await desk.reception.receive([incoming("một", id="1")])
    await asyncio.sleep(timedelta(minutes=1).total_seconds())
    assert not notes.seen
    assert desk.woken == 0
