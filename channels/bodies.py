"""Reading JSON bodies that are hostile until every type in them was looked at."""

import hashlib
import json
from typing import Any

from channels.errors import Malformed
from channels.markup import clean

MAX_BODY = 1 << 20
ID_MAX = 100
REF_MAX = 64  # what is stored of a reference

Body = dict[str, Any]


def read(raw: bytes) -> object:
    """Raises Malformed and nothing else."""
    if len(raw) > MAX_BODY:
        raise Malformed("body too large")
    try:
        return json.loads(raw)
    except (ValueError, RecursionError):
        raise Malformed("not JSON") from None


def part(holder: Body, key: str) -> Body:
    """An object within; empty where there is none."""
    found = holder.get(key)
    return found if isinstance(found, dict) else {}


def words(holder: Body, key: str) -> str:
    """A text within, as it may be stored; empty where there is none."""
    found = holder.get(key)
    return clean(found).strip() if isinstance(found, str) else ""


def ident(holder: Body, key: str) -> str:
    """An id within, which may be a number or a string; empty where there is none of use."""
    found = holder.get(key)
    if isinstance(found, int) and not isinstance(found, bool) and 0 <= found < 1 << 63:
        return str(found)
    given = words(holder, key)
    return given if len(given) <= ID_MAX else ""


def event_id(name: str, ref: str) -> str:
    """Unique for ever, at most ID_MAX letters."""
    whole = f"{name}:{ref}"
    return whole if len(whole) <= ID_MAX else hashlib.sha256(whole.encode()).hexdigest()
