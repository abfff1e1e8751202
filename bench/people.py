"""A throw-away database, and families in it by the thousand."""

import random
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert
from sqlalchemy.engine import Connection, Engine

from care.messages import Address, Kind
from care.people import CaregiverState, ChildState, Frequency
from storage import outbox
from storage.caregivers import chat_hash, route
from storage.crypto import Cipher, make_key
from storage.database import sync_engine
from storage.family_tables import addresses, care_links, caregivers, children
from storage.schema import prepare
from storage.tables import outbox as outbox_table

AGES = 2_000  # days, from a few months to six years


@dataclass(frozen=True, slots=True)
class Place:
    """A migrated SQLite database with its key, in a folder of its own."""

    folder: Path
    cipher: Cipher

    @property
    def url(self) -> str:
        return f"sqlite:///{self.folder}/bench.db"

    @property
    def path(self) -> Path:
        return self.folder / "bench.db"

    def engine(self) -> Engine:
        return sync_engine(self.url, self.cipher)


def make_place(folder: Path) -> Place:
    make_key(folder / "key")
    place = Place(folder, Cipher(b"0" * 32))
    return Place(folder, prepare(place.url, folder / "key"))


@contextmanager
def throw_away() -> Iterator[Place]:
    with tempfile.TemporaryDirectory(prefix="donghanh-bench-") as folder:
        yield make_place(Path(folder))


def settle(
    conn: Connection, people: Sequence[Address], today: date, now: datetime, *, first: int = 1
) -> None:
    """One active caregiver with one child per address; all ids count up from `first`."""
    chance = random.Random(7)
    numbers = range(first, first + len(people))
    conn.execute(
        insert(caregivers),
        [
            {
                "id": n,
                "state": CaregiverState.ACTIVE,
                "frequency": Frequency.NORMAL,
                "send_minutes": 19 * 60,
                "address_id": n,
                "route": route(one),
                "created_at": now,
                "seen_at": now,
            }
            for n, one in zip(numbers, people, strict=True)
        ],
    )
    conn.execute(
        insert(addresses),
        [
            {
                "id": n,
                "caregiver_id": n,
                "route": route(one),
                "chat": one.chat_id,
                "chat_hash": chat_hash(conn, one),
                "created_at": now,
            }
            for n, one in zip(numbers, people, strict=True)
        ],
    )
    conn.execute(insert(children), [_child(n, today, chance) for n in numbers])
    conn.execute(
        insert(care_links), [{"child_id": n, "caregiver_id": n, "since": today} for n in numbers]
    )


def _child(number: int, today: date, chance: random.Random) -> dict[str, Any]:
    born_on = today - timedelta(days=chance.randrange(100, AGES))
    return {
        "id": number,
        "state": ChildState.BORN,
        "nickname": f"Bé {number}",
        "born_on": born_on,
        "precision": "day",
        "corrected_on": born_on,
        "joined_on": today,
    }


def queue_campaign(
    conn: Connection, people: Sequence[Address], message: str, now: datetime, *, first: int = 1
) -> None:
    """One waiting campaign row for every address that `settle` made."""
    rows = [
        outbox.values(
            kind=Kind.CAMPAIGN,
            address_id=n,
            route=route(one),
            message=message,
            not_before=now - timedelta(hours=1),
            expires_at=now + timedelta(hours=48),
            caregiver_id=n,
            child_id=n,
        )
        for n, one in enumerate(people, start=first)
    ]
    conn.execute(insert(outbox_table), rows)
