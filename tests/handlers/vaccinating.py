"""Doses as tests of the vaccination book name them, and what is known of a child's."""

from datetime import date, timedelta

from care.duties import Record, Told
from tests.handlers.conversation import Conversation
from tests.handlers.known import told

DAY = timedelta(days=1)
VISIT, CALL = "vx2m", "rm-vx2m"
AT_BIRTH, AT_TWO, AT_THREE = (
    ("hepb0", "bcg1"), ("penta1", "opv1", "rota1"), ("penta2", "opv2", "rota2"),
)  # fmt: skip
THREE = date(2026, 8, 20)  # born then, a child is three months old on TODAY
FIVE = date(2026, 6, 15)  # five


def given(*doses: str, day: date | None = None) -> dict[str, Record]:
    return {dose: Record(Told.DONE, day) for dose in doses}


def doses_of(chat: Conversation, number: int) -> dict[str, Record]:
    """What is known; doses before the first we heard of are kept as unknown."""
    known = {name: r for name, r in told(chat, number).items() if r.state is not Told.UNKNOWN}
    return {name: r for name, r in known.items() if name in chat.library.doses}


def unknown(chat: Conversation, number: int) -> set[str]:
    return {name for name, r in told(chat, number).items() if r.state is Told.UNKNOWN}
