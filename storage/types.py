"""Column types that behave the same on SQLite and PostgreSQL."""

import json
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DateTime, LargeBinary
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

from storage.crypto import Cipher


def cipher_of(dialect: Dialect) -> Cipher:
    """The cipher given to this engine when it was opened: two databases, two keys."""
    cipher = getattr(dialect, "donghanh_cipher", None)
    if not isinstance(cipher, Cipher):
        raise TypeError("this engine was opened without a key")
    return cipher


class UtcDateTime(TypeDecorator[datetime]):
    """Aware datetimes in, UTC out. A naive one is a programming error."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("naive datetime: give it a zone")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class SealedJson(TypeDecorator[dict[str, Any]]):
    """A JSON object, sealed; an empty one takes no space. `place` as for Encrypted."""

    impl = LargeBinary
    cache_ok = True

    def __init__(self, place: str) -> None:
        super().__init__()
        self.place = place

    def process_bind_param(self, value: dict[str, Any] | None, dialect: Dialect) -> bytes | None:
        if not value:
            return None
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        return cipher_of(dialect).seal(self.place, text)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> dict[str, Any]:
        if value is None:
            return {}
        found: dict[str, Any] = json.loads(cipher_of(dialect).open(self.place, bytes(value)))
        return found


class Encrypted(TypeDecorator[str]):
    """Text sealed with the engine's cipher. `place` is "table.column" and part of the seal."""

    impl = LargeBinary
    cache_ok = True

    def __init__(self, place: str) -> None:
        super().__init__()
        self.place = place

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:
        return None if value is None else cipher_of(dialect).seal(self.place, value)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> str | None:
        return None if value is None else cipher_of(dialect).open(self.place, bytes(value))
