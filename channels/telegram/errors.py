"""Answers and faults of the Bot API as the errors of `channels.errors`."""

import json
from collections.abc import Awaitable
from typing import Any, TypeVar

import httpx
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    EndPointNotFound,
    Forbidden,
    InvalidToken,
    NetworkError,
    TelegramError,
)
from telegram.request import HTTPXRequest

from channels.errors import (
    ChannelError,
    ChannelMisconfigured,
    OutcomeUnknown,
    Permanent,
    RecipientGone,
    RetryAfter,
    Transient,
)
from channels.wire import NOT_SENT

T = TypeVar("T")

RETRY_WHEN_UNSAID = 5.0


class NotModified(Permanent):
    """The message already looks like this: as good as edited."""


class Uneditable(Permanent):
    """The message to edit is gone, too old or a photo: a new one has to be sent."""


class Undeletable(Permanent):
    """The message to delete is gone already, or too old."""


class StaleFile(Permanent):
    """A remembered file id is no longer known: upload again."""


class FloodError(TelegramError):
    """429. The library's own class warns when its seconds are read, so it is not used."""

    def __init__(self, seconds: float) -> None:
        super().__init__("too fast")
        self.seconds = seconds


class Wire(HTTPXRequest):
    """The library's transport, except that it never logs an answer it cannot read."""

    async def do_request(self, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        code, payload = await super().do_request(*args, **kwargs)
        if code == httpx.codes.TOO_MANY_REQUESTS:
            raise FloodError(_retry_after(payload))
        if code == httpx.codes.REQUEST_ENTITY_TOO_LARGE:
            raise BadRequest("too large")
        return code, payload

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        try:
            answer = json.loads(payload)
        except (ValueError, RecursionError):
            answer = None
        if not isinstance(answer, dict):
            raise TelegramError("unreadable answer")
        return answer


def _retry_after(payload: bytes) -> float:
    try:
        seconds = float(json.loads(payload)["parameters"]["retry_after"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return RETRY_WHEN_UNSAID
    return seconds if 0 < seconds < 86_400 else RETRY_WHEN_UNSAID


async def call(request: Awaitable[T]) -> T:
    """Awaits one Bot API call. Raises ChannelError only, never chained to the library's error:

    that one holds the address of the request, and the address holds the token.
    """
    try:
        return await request
    except Exception as error:
        problem = classify(error)
    raise problem


def classify(error: Exception) -> ChannelError:
    """The decision for one failed call. Whatever is not known to be unsent may have been sent."""
    match error:
        case ChannelError():
            return error
        case FloodError():
            return RetryAfter(error.seconds)
        case Forbidden():
            return RecipientGone("blocked or deactivated")
        case InvalidToken() | EndPointNotFound():
            return ChannelMisconfigured("token refused")
        case Conflict():
            return ChannelMisconfigured("another process receives with this token")
        case ChatMigrated():
            return Permanent("chat has moved")
        case BadRequest():  # a NetworkError to the library, so it comes first
            return _bad_request(error.message.lower())
        case NetworkError() if isinstance(error.__cause__, NOT_SENT):
            return Transient("no connection")
        case _:
            return OutcomeUnknown("no readable answer")


def _bad_request(words: str) -> ChannelError:
    for said, problem in _BAD_REQUESTS:
        if said in words:
            return problem()
    return Permanent("refused by Telegram")


_BAD_REQUESTS = (
    ("chat not found", lambda: RecipientGone("chat not found")),
    ("message is not modified", lambda: NotModified("not modified")),
    ("message to edit not found", lambda: Uneditable("message to edit not found")),
    ("message can't be edited", lambda: Uneditable("message cannot be edited")),
    ("no text in the message to edit", lambda: Uneditable("message is not a text")),
    ("message_id_invalid", lambda: Uneditable("message to edit not found")),
    ("message to delete not found", lambda: Undeletable("message to delete not found")),
    ("message can't be deleted", lambda: Undeletable("message cannot be deleted")),
    ("message identifier is not specified", lambda: Undeletable("no message to delete")),
    ("wrong file identifier", lambda: StaleFile("file id unknown")),
    ("wrong remote file", lambda: StaleFile("file id unknown")),
    ("button_data_invalid", lambda: Permanent("button id refused")),
    ("too long", lambda: Permanent("message too long")),
    ("too large", lambda: Permanent("message too large")),
    ("can't parse entities", lambda: Permanent("markup refused")),
)
