"""A person who tells an officer of a worry, and what the database holds of it."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Engine

from care.cases import Case
from storage import caregivers, cases, discreet
from storage.areas import by_code, import_rows, read_file
from storage.case_tables import cases as table
from storage.crypto import Cipher
from storage.database import sync_engine
from storage.discreet import Discreet
from tests.handlers import families
from tests.handlers.conftest import AREAS, NOW
from tests.handlers.conversation import Conversation

CODE = re.compile(r"\*\*(\d{4}(?: \d{4}){3})\*\*")
QUESTIONS = ("told", "child", "place", "officer", "contact")
ANSWERS = {
    "told": "đêm nào cũng nghe tiếng khóc, tôi lo lắm",
    "child": "khoảng 5 tuổi, bé gái, hay gọi là Na",
    "place": "nhà cuối ngõ, xã Đồng Mỏ, ở với dượng",
    "contact": "0912 345 678, gọi buổi trưa",
}


def to_questions(chat: Conversation, *, danger: bool = False) -> None:
    chat.taps_exactly("report.begin")
    chat.taps("report.safe:yes")
    chat.taps("report.now:yes" if danger else "report.now:no")
    if danger:
        chat.taps("report.go")


def to_review(chat: Conversation, officer: str = "no") -> None:
    """Every question answered."""
    to_questions(chat)
    for question in QUESTIONS:
        chat.sees(f"report/ask-{question}")
        if question == "officer":
            chat.taps(f"report.officer:{officer}")
        else:
            chat.says(ANSWERS[question])
    chat.sees("report/review")


def skips_all(chat: Conversation) -> None:
    to_questions(chat)
    for question in QUESTIONS:
        chat.taps(f"report.skip:{question}")


def sends(chat: Conversation) -> str:
    """The code, as it stands on the screen."""
    chat.taps("report.send")
    chat.sees("report/sent")
    found = CODE.search(chat.last)
    assert found is not None
    return found[1]


def every(engine: Engine) -> list[tuple[Case, dict[str, str]]]:
    """Every case with what is known of it, the oldest first."""
    with engine.connect() as conn:
        ids = list(conn.execute(select(table.c.id).order_by(table.c.id)).scalars())
        found = [(cases.get(conn, one), cases.facts_of(conn, one)) for one in ids]
    return [(case, facts) for case, facts in found if case is not None]


def only(engine: Engine) -> tuple[Case, dict[str, str]]:
    [found] = every(engine)
    return found


def row(chat: Conversation) -> Discreet | None:
    address = families.me(chat).address_id
    with chat.engine.connect() as conn:
        return discreet.get(conn, address)


def draft(chat: Conversation) -> dict[str, Any]:
    found = row(chat)
    return found.draft if found is not None else {}


def fades(chat: Conversation) -> None:
    """What the clock does ten minutes after the last tap."""
    address = families.me(chat).address_id
    with chat.engine.connect() as conn, conn.begin():
        discreet.hide(conn, address)


def later(chat: Conversation, minutes: int) -> None:
    chat.now += timedelta(minutes=minutes)


def area(engine: Engine, code: str) -> int:
    with engine.connect() as conn:
        found = by_code(conn, code)
    assert found is not None
    return found.id


def engines(url: str, cipher: Cipher, folder: Path) -> Iterator[Engine]:
    """An engine on either database, with the units of tests/handlers/conftest.py."""
    engine = sync_engine(url, cipher)
    file = folder / "areas.csv"
    file.write_text(AREAS, encoding="utf-8")
    with engine.connect() as conn, conn.begin():
        import_rows(conn, read_file(file), NOW)
    yield engine
    engine.dispose()


def lives_in(chat: Conversation, code: str = "06001") -> int:
    number, me = area(chat.engine, code), families.me(chat).caregiver.id
    with chat.engine.connect() as conn, conn.begin():
        caregivers.change(conn, me, area_id=number)
    return number
