"""What is known of the duties of a family's children, and what its area decides."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import select, update

from care.duties import Record, Source, Told
from care.people import ChildState
from storage import area_settings, caregivers, duties
from storage.areas import Area
from storage.family_tables import children as children_table
from storage.tables import outbox
from tests.handlers import families
from tests.handlers.conversation import Conversation

BORN = date(2026, 9, 20)  # two months and four days old on families.TODAY
DAY = timedelta(days=1)


def born(
    chat: Conversation,
    on: date = BORN,
    nickname: str = "Bống",
    joined: date | None = None,
    **values: Any,
) -> int:
    """A child of this person, who came on the day of its birth unless told otherwise."""
    number = families.has(
        chat, nickname, state=ChildState.BORN, born_on=on, precision="day", **values
    )
    came = update(children_table).where(children_table.c.id == number)
    with chat.engine.begin() as conn:
        conn.execute(came.values(joined_on=joined or on))
    return number


def twins(chat: Conversation, on: date = BORN) -> tuple[int, int]:
    one, other = born(chat, on, "An"), born(chat, on, "Bình")
    both = update(children_table).where(children_table.c.id.in_((one, other)))
    with chat.engine.begin() as conn:
        conn.execute(both.values(twin_group=one))
    return one, other


def told(chat: Conversation, child_id: int) -> dict[str, Record]:
    with chat.engine.connect() as conn:
        return duties.of_child(conn, child_id)


def states(chat: Conversation, child_id: int) -> dict[str, str]:
    return {name: record.state.value for name, record in told(chat, child_id).items()}


def tell(
    chat: Conversation,
    child_id: int,
    *names: str,
    state: Told = Told.DONE,
    day: date | None = None,
    source: Source = Source.CAREGIVER,
) -> None:
    with chat.engine.begin() as conn:
        for name in names:
            duties.put(conn, child_id, name, Record(state, day, source), None, chat.now)


def lives_in(chat: Conversation, area: Area, **settings: Any) -> None:
    """This person lives there, and that is what the unit decides."""
    me = families.me(chat).caregiver.id
    with chat.engine.begin() as conn:
        caregivers.change(conn, me, area_id=area.id)
        for name, value in settings.items():
            area_settings.put(conn, area.id, name, value, "operator", chat.now)


def rows(chat: Conversation, item: str) -> list[Any]:
    """The pushes of an item to this person, in order of their slots."""
    mine = families.me(chat).caregiver.id
    query = select(outbox).where(outbox.c.caregiver_id == mine, outbox.c.message == item)
    with chat.engine.connect() as conn:
        return list(conn.execute(query.order_by(outbox.c.slot)))
