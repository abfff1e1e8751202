"""What the Bot API stand-in remembers."""

from dataclasses import dataclass, field
from typing import Any

from tests.standins.bot_api_rules import Params, Rows, Upload


@dataclass(frozen=True)
class Call:
    method: str
    params: Params


@dataclass(frozen=True)
class Sent:
    """An accepted message or edit, as the person sees it."""

    method: str
    chat: str
    message_id: int
    text: str
    bold: tuple[str, ...]
    rows: Rows
    silent: bool
    at: float
    photo: str | None = None
    upload: Upload | None = None

    @property
    def buttons(self) -> list[tuple[str, str]]:
        return [button for row in self.rows for button in row]

    def as_json(self) -> dict[str, Any]:
        message: dict[str, Any] = {
            "message_id": self.message_id,
            "date": 1_790_000_000,
            "chat": {"id": int(self.chat), "type": "private"},
        }
        if not self.photo:
            return {**message, "text": self.text}
        size = {"file_unique_id": self.photo, "width": 90, "height": 90}
        return {**message, "photo": [{"file_id": self.photo, **size}], "caption": self.text}


@dataclass(frozen=True)
class Written:
    """What a person wrote, as it stands in the chat."""

    text: str
    at: float


@dataclass(frozen=True)
class Refused:
    method: str
    chat: str
    status: int
    description: str
    at: float


@dataclass
class Webhook:
    url: str
    secret: str
    params: Params = field(default_factory=dict)


def update_id(update: Any) -> int:
    number = update.get("update_id") if isinstance(update, dict) else None
    return number if isinstance(number, int) else 0
