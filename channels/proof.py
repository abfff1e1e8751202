"""The secret that a messenger sends along with its requests."""

import hmac
from collections.abc import Mapping

from channels.errors import Forged


def check_secret(headers: Mapping[str, str], name: str, secret: str | None) -> None:
    """Raises Forged unless the header `name` is there once and equal, in constant time."""
    given = [value for key, value in headers.items() if key.lower() == name]
    if not secret or len(given) != 1:
        raise Forged("no secret")
    if not hmac.compare_digest(_encoded(given[0]), _encoded(secret)):
        raise Forged("wrong secret")


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
