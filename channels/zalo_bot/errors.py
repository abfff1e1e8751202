"""Answers of the Zalo Bot API as the errors of `channels.errors`."""

import logging
from collections.abc import Mapping
from typing import Any

import httpx

from channels.errors import (
    ChannelError,
    ChannelMisconfigured,
    OutcomeUnknown,
    Permanent,
    RetryAfter,
    Transient,
)
from channels.wire import Reply, ask

IDLE = 408  # how a poll ends when nobody wrote
TOO_MUCH = 429
BACK_OFF = 60.0
log = logging.getLogger(__name__)


class Api:
    """One bot's methods. The token is part of every address."""

    def __init__(self, client: httpx.AsyncClient, api_url: str, token: str) -> None:
        self._client = client
        self._base = f"{api_url.rstrip('/')}/bot{token}"

    async def call(
        self, method: str, params: Mapping[str, Any] | None = None, wait: float | None = None
    ) -> Any:
        """The result; `wait` is longer than usual for a poll. Raises ChannelError only."""
        more: dict[str, Any] = {} if wait is None else {"timeout": wait}
        reply = await ask(self._client, "POST", f"{self._base}/{method}", json=params or {}, **more)
        if (problem := classify(reply)) is not None:
            raise problem
        return reply.body.get("result")


class Idle(ChannelError):
    """408: normal for a poll."""


def classify(reply: Reply) -> ChannelError | None:
    """None for a success; HTTP 200 may carry an error."""
    if reply.status < httpx.codes.MULTIPLE_CHOICES and reply.body.get("ok") is True:
        return None
    code = reply.body.get("error_code")
    if not isinstance(code, int) or isinstance(code, bool):
        code = reply.status
    if code >= httpx.codes.INTERNAL_SERVER_ERROR or code < httpx.codes.BAD_REQUEST:
        return OutcomeUnknown("no readable answer")
    return _refused(code)


def _refused(code: int) -> ChannelError:
    match code:
        case 400:
            return Permanent("refused by Zalo")
        case 401:
            return ChannelMisconfigured("token refused")
        case 403:  # its description is "Internal server error"
            return Transient("Zalo is in trouble")
        case 404:
            return Permanent("not found")
        case 408:
            return Idle("nothing new")
        case 429:
            return RetryAfter(BACK_OFF)
    log.warning("zalo-bot: unknown error %d", code)
    return Permanent("refused by Zalo")
