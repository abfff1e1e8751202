"""Codes of the OA's API as the errors of `channels.errors`."""

import logging

import httpx

from channels.errors import (
    ChannelError,
    ChannelMisconfigured,
    OutcomeUnknown,
    Permanent,
    QuotaExhausted,
    RecipientGone,
    RetryAfter,
    WindowClosed,
)
from channels.wire import Reply

TOO_FAST, NOT_THIS_API = -32, -235
PAUSE = 60.0  # no time is given
STALE = frozenset({-216, -220, -124})
GONE = frozenset({-213, -217, -218, -227, -244, -114, -118, -119, -139, -140, -141})
CLOSED = frozenset({-230, -232})
AT_NIGHT = frozenset({-234, -133})
USED_UP = frozenset({-211, -144, -147, -1441})
NOT_ALLOWED = frozenset({-204, -205, -209, -212, -219, -221, -223, -224, -240, -320, -321})
REFUSED = frozenset({-201, -210, -233, -248})
log = logging.getLogger(__name__)


class TokenInvalid(ChannelMisconfigured):
    """The access token is old or was replaced: refresh once, then alarm."""


class NotThisApi(ChannelMisconfigured):
    """This kind of account may not use this version of the message API."""


def classify(reply: Reply) -> ChannelError | None:
    """None for a success. HTTP 200 carries most errors."""
    code = reply.body.get("error")
    if isinstance(code, int) and not isinstance(code, bool):
        if code == 0:
            return None if reply.status < httpx.codes.MULTIPLE_CHOICES else _unreadable()
        return refused(code)
    if reply.status == httpx.codes.TOO_MANY_REQUESTS:
        return RetryAfter(PAUSE)
    if reply.status == httpx.codes.UNAUTHORIZED:
        return TokenInvalid("token refused")
    if httpx.codes.BAD_REQUEST <= reply.status < httpx.codes.INTERNAL_SERVER_ERROR:
        log.warning("zalo-oa: unknown answer %d", reply.status)
        return Permanent("refused by Zalo")
    return _unreadable()


def refused(code: int) -> ChannelError:
    """The decision for one code. What pauses at night waits alone: its chat must stay open."""
    reason = f"Zalo says {code}"
    if code == TOO_FAST:
        return RetryAfter(PAUSE)
    if code == NOT_THIS_API:
        return NotThisApi(reason)
    for codes, kind in _KINDS:
        if code in codes:
            return kind(reason)
    log.warning("zalo-oa: unknown error %d", code)
    return Permanent(reason)


_KINDS: tuple[tuple[frozenset[int], type[ChannelError]], ...] = (
    (STALE, TokenInvalid),
    (GONE, RecipientGone),
    (CLOSED, WindowClosed),
    (AT_NIGHT, WindowClosed),
    (USED_UP, QuotaExhausted),
    (NOT_ALLOWED, ChannelMisconfigured),
    (REFUSED, Permanent),
)


def _unreadable() -> ChannelError:
    return OutcomeUnknown("no readable answer")
