"""One template as an officer types it: what it is sent for, its id there, its fields, its price."""

import re
from collections.abc import Mapping

from care.messages import Kind
from console.web import Call
from content.library import Library
from storage import campaigns
from storage.database import Connection
from storage.templates import Template

PLACEHOLDERS = frozenset({"goi", "ten_be", "tram", "han"})  # as bot.rendering fills them
MESSAGE_MOST, FIELDS_MOST, PRICE_MOST = 80, 2_000, 10_000
FIELDS_COUNT = 20
ALERT_MOST = 24
_ID = re.compile(r"[0-9]{1,40}")
_FIELD = re.compile(r"(\w{1,40})\s*=\s*\{?(\w{1,40})\}?", re.ASCII)


def is_alert(conn: Connection, message: str) -> bool:
    """Whether this is the id of an alert, `campaign:7`."""
    number = campaigns.id_of(message) if len(message) <= ALERT_MOST else None
    found = campaigns.get(conn, number) if number is not None else None
    return found is not None and found.kind is Kind.ALERT


def read(call: Call, library: Library, *, alert: bool) -> Template | str:
    """A template, or which box is wrong. `alert`: the item is one."""
    message = call.text("message", MESSAGE_MOST)
    template_id = call.text("template_id", 41)
    price = call.text("price", 8).replace(".", "")
    fields = fields_of(call.text("fields", FIELDS_MOST).splitlines())
    if not alert and message not in library.items:
        return "message"
    if not alert and library.items[message].due is None:
        return "purpose"
    if not _ID.fullmatch(template_id):
        return "template_id"
    if fields is None:
        return "fields"
    if not (price.isascii() and price.isdecimal() and int(price) <= PRICE_MOST):
        return "price"
    return Template(message, template_id, fields, int(price), bool(call.text("active", 3)))


def fields_of(lines: list[str]) -> dict[str, str] | None:
    """`ho_ten = ten_be` a line; None for a line that is not like that or names nothing of ours."""
    found = {}
    for line in filter(None, map(str.strip, lines)):
        match = _FIELD.fullmatch(line)
        if match is None or match[2] not in PLACEHOLDERS or match[1] in found:
            return None
        found[match[1]] = match[2]
    return found if len(found) <= FIELDS_COUNT else None


def told(fields: Mapping[str, str]) -> str:
    return "\n".join(f"{name} = {ours}" for name, ours in fields.items())
