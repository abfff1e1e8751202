"""Officers with a chat of their own, and a commune with two hamlets, on both engines."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyotp
import pytest
from sqlalchemy.engine import Engine

from care.campaigns import Draft
from care.scope import Role
from content.library import Library
from storage import areas, audit, campaigns, caregivers, officers
from storage.areas import Area
from storage.campaigns import Campaign
from storage.crypto import Cipher
from storage.database import sync_engine
from tests.handlers import families
from tests.handlers.conftest import AREAS, NOW
from tests.handlers.conversation import Conversation

TOTP = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
HAMLETS = "06001a,06001,hamlet,Thôn,Nà Lầu,\n06001b,06001,hamlet,Thôn,Khuổi Kéo,\n"
ABOVE_THE_SIZE = 51


@pytest.fixture
def engine(database_url: str, cipher: Cipher, tmp_path: Path) -> Iterator[Engine]:
    engine = sync_engine(database_url, cipher)
    file = tmp_path / "areas.csv"
    file.write_text(AREAS + HAMLETS, encoding="utf-8")
    with engine.begin() as conn:
        areas.import_rows(conn, areas.read_file(file), NOW)
    yield engine
    engine.dispose()


class Desk:
    """The commune's officers, each in a chat; whoever stands there agreed to nothing."""

    def __init__(self, engine: Engine, library: Library) -> None:
        self.engine = engine
        self.library = library

    def area(self, code: str) -> Area:
        with self.engine.connect() as conn:
            found = areas.by_code(conn, code)
        assert found is not None
        return found

    def chat(self, name: str, role: Role, code: str = "06001") -> Conversation:
        """A linked officer; the chat is named after the officer."""
        chat = Conversation(self.engine, self.library, NOW, chat_id=name)
        chat.says("/start")
        me, area_id = families.me(chat).caregiver.id, self.area(code).id
        with self.engine.begin() as conn:
            made = officers.add(
                conn, login=name, name=name.title(), role=role, area_id=area_id,
                password_hash="x", now=NOW,
            )  # fmt: skip
            assert made is not None
            officers.change(conn, made, state=officers.ACTIVE, totp=TOTP, caregiver_id=me)
        return chat

    def officer(self, chat: Conversation) -> int:
        with self.engine.connect() as conn:
            found = officers.by_login(conn, chat.address.chat_id)
        assert found is not None
        return found.id

    def newest(self) -> Campaign:
        here = self.area("06001").id
        with self.engine.connect() as conn:
            found = campaigns.listed(conn, [here])
        return found[0]

    def sets(self, chat: Conversation, **columns: Any) -> None:
        """Columns of the officer's account."""
        officer_id = self.officer(chat)
        with self.engine.begin() as conn:
            officers.change(conn, officer_id, **columns)

    def writes(self, author: Conversation, draft: Draft) -> Campaign:
        """On the pages."""
        officer_id, area_id = self.officer(author), self.area("06001").id
        with self.engine.begin() as conn:
            campaigns.create(conn, area_id, officer_id, draft, author.now)
        return self.newest()

    def changes(self, campaign: Campaign) -> None:
        """On the pages, while it waits: sent back, written anew and handed in again."""
        rules = self.library.rules
        with self.engine.begin() as conn:
            campaigns.send_back(conn, campaign.id)
            campaigns.save(conn, campaign.id, Draft("Khác", "Khác"))
            campaigns.submit(conn, campaign.id, campaign.officer_id, rules, NOW, 0)

    def acts(self) -> list[str]:
        """The audit trail of campaigns and codes, oldest first, with who did it."""
        told = ("campaign", "audience", "code", "stepped")
        with self.engine.connect() as conn:
            lines = audit.lines(conn, None, 100)
        return [line.action for line in reversed(lines) if line.action.startswith(told)]

    def reaches(self, count: int, code: str = "06001", first: int = 0) -> None:
        """Who agreed to the news of the commune."""
        area_id = self.area(code).id
        for number in range(first, first + count):
            family = Conversation(self.engine, self.library, NOW, chat_id=f"family-{number}")
            me = families.joins(family)
            with self.engine.begin() as conn:
                caregivers.change(conn, me, area_id=area_id)


def code_of(chat: Conversation) -> str:
    """What the officer's phone shows at the next event."""
    return pyotp.TOTP(TOTP).at(chat.now + timedelta(seconds=5))


@pytest.fixture
def desk(engine: Engine, library: Library) -> Desk:
    return Desk(engine, library)


def writes(chat: Conversation, who: str = "all", where: str = "all") -> None:
    """A whole draft."""
    chat.taps("officer.new")
    chat.says("Uống vitamin A")
    chat.says("Mời {goi} đưa {ten_be} ra {tram} uống vitamin A.")
    chat.sees("officer/who")
    chooses(chat, "officer.who-is", who)
    chat.sees("officer/where")
    chooses(chat, "officer.where-is", where)
    chat.sees("officer/draft")


def chooses(chat: Conversation, action: str, what: str) -> None:
    """One of several buttons of the last message."""
    ids = [button for button in chat.buttons if button.startswith(f"{action}:")]
    chat.taps_exactly(next(one for one in ids if one.endswith(f":{what}")))


def opens(chat: Conversation) -> None:
    chat.says("cán bộ")
    chat.sees("officer/menu")


def handed_in(desk: Desk, author: Conversation) -> Campaign:
    """Above the size: it waits for another officer."""
    desk.reaches(ABOVE_THE_SIZE)
    opens(author)
    writes(author)
    author.taps("officer.preview")
    author.taps("officer.hand-in")
    author.sees("officer/ask-code")
    author.says(code_of(author))
    author.sees("officer/did", "officer/waiting")
    return desk.newest()
