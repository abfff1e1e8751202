"""Faults a test can ask the Bot API stand-in for."""

from collections.abc import Collection
from dataclasses import dataclass

from tests.standins.bot_api_rules import Refusal

MESSAGES = frozenset({"sendMessage", "sendPhoto", "editMessageText"})


@dataclass(frozen=True)
class Fault:
    """What happens in place of a proper answer. `accepted` faults record the message first."""

    refusal: Refusal | None = None
    body: bytes | None = None
    status: int = 200
    cut: bool = False
    truncated: bool = False
    accepted: bool = False
    delay: float = 0.0


BLOCKED = Fault(Refusal(403, "Forbidden: bot was blocked by the user"))
DEACTIVATED = Fault(Refusal(403, "Forbidden: user is deactivated"))
CHAT_NOT_FOUND = Fault(Refusal(400, "Bad Request: chat not found"))
UNAUTHORIZED = Fault(Refusal(401, "Unauthorized"))
NOT_FOUND = Fault(Refusal(404, "Not Found"))
CONFLICT = Fault(Refusal(409, "Conflict: terminated by other getUpdates request"))
BAD_GATEWAY = Fault(status=502, body=b"<html><h1>502 Bad Gateway</h1></html>")
CUT_BEFORE = Fault(cut=True)
CUT_AFTER = Fault(cut=True, accepted=True)
TRUNCATED = Fault(truncated=True, accepted=True)


def too_many(seconds: int) -> Fault:
    return Fault(Refusal(429, f"Too Many Requests: retry after {seconds}", seconds))


def refused(status: int, description: str) -> Fault:
    return Fault(Refusal(status, description))


def delayed(seconds: float) -> Fault:
    return Fault(accepted=True, delay=seconds)


@dataclass
class Script:
    fault: Fault
    chat: str | None
    methods: Collection[str] | None
    times: float
