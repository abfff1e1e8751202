"""Calls of a JSON API over HTTP, for messengers whose library we do not use."""

import functools
import logging
import ssl
from dataclasses import dataclass
from typing import Any

import httpx

from channels.errors import OutcomeUnknown, Transient

NOT_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
)
POOL = 16
LOUD = ("httpx", "httpcore")  # these log addresses and headers, and tokens are in both


@dataclass(frozen=True, slots=True)
class Reply:
    """`body` is empty when the answer was no JSON object."""

    status: int
    body: dict[str, Any]


def client(timeout: float, connections: int = POOL) -> httpx.AsyncClient:
    limits = httpx.Limits(max_connections=connections, max_keepalive_connections=connections)
    patience = httpx.Timeout(timeout, connect=min(timeout, 5.0))
    return httpx.AsyncClient(limits=limits, timeout=patience, verify=certificates())


@functools.cache
def certificates() -> ssl.SSLContext:
    """Read once: it takes as long as a hundred messages, and each client would do it again."""
    return httpx.create_ssl_context()


def hush(*more: str) -> None:
    for name in (*LOUD, *more):
        logger = logging.getLogger(name)
        logger.setLevel(max(logger.level, logging.WARNING))


async def ask(client: httpx.AsyncClient, method: str, url: str, **request: Any) -> Reply:
    """One call. Raises Transient or OutcomeUnknown, never chained to the library's error:

    that one holds the request, and the request holds tokens and what is said to a family.
    """
    try:
        answer = await client.request(method, url, **request)
    except Exception as error:
        sent = not isinstance(error, NOT_SENT)
    else:
        return Reply(answer.status_code, _object(answer))
    raise OutcomeUnknown("no readable answer") if sent else Transient("no connection")


def _object(answer: httpx.Response) -> dict[str, Any]:
    try:
        body = answer.json()
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}
