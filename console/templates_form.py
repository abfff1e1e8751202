"""One template as an officer types it: what it is sent for, its id there, its fields, its price."""

import re
from collections.abc import Mapping

from console.web import Call
from content.library import Library
from storage.templates import Template

PLACEHOLDERS = frozenset({"goi", "ten_be", "tram", "han"})  # as bot.rendering fills them
MESSAGE_MOST, FIELDS_MOST, PRICE_MOST = 80, 2_000, 10_000
FIELDS_COUNT = 20
_ID = re.compile(r"[0-9]{1,40}")
_FIELD = re.compile(r"(\w{1,40})\s*=\s*\{?(\w{1,40})\}?", re.ASCII)


def read(call: Call, library: Library) -> Template | str:
    """A template, or which box is wrong."""
    message = call.text("message", MESSAGE_MOST)
    template_id = call.text("template_id", 41)
    price = call.text("price", 8).replace(".", "")
    fields = fields_of(call.text("fields", FIELDS_MOST).splitlines())
    if message not in library.items:
        return "message"
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
