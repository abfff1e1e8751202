"""Updates of the Bot API as events. The body is hostile until every type in it was looked at."""

import json
from datetime import datetime
from typing import Any

from care.messages import Address, Event, EventKind
from channels.errors import Malformed
from channels.markup import clean

MAX_BODY = 1 << 20
MAX_ID = 1 << 63
KINDS = ("message", "edited_message", "callback_query", "my_chat_member")
GONE = ("kicked", "left")
HERE = ("member", "administrator", "restricted")
MEDIA = {
    "photo": "photo",
    "voice": "voice",
    "sticker": "sticker",
    "video": "video",
    "video_note": "video",
    "animation": "video",
    "audio": "file",
    "document": "file",
    "venue": "location",
    "location": "location",
    "contact": "contact",
}

Body = dict[str, Any]
What = tuple[EventKind, str, str | None, str | None]
UNSUPPORTED: What = (EventKind.UNSUPPORTED, "", None, None)


def decode(raw: bytes) -> Body:
    """One update as a dict with a usable `update_id`. Raises Malformed and nothing else."""
    if len(raw) > MAX_BODY:
        raise Malformed("body too large")
    try:
        body = json.loads(raw)
    except (ValueError, RecursionError):
        raise Malformed("not JSON") from None
    return checked(body)


def checked(body: object) -> Body:
    if not isinstance(body, dict) or not _is_id(body.get("update_id")):
        raise Malformed("not an update")
    return body


def to_event(body: Body, account: str, received_at: datetime) -> Event | None:
    """None for what is none of our business: groups, channels, someone coming back."""
    payload = _payload(body)
    chat = _chat(payload)
    if chat.get("type") in ("group", "supergroup", "channel"):
        return None
    if chat.get("type") != "private" or not _is_id(chat.get("id")):
        raise Malformed("no private chat")
    what = _read(body)
    if what is None:
        return None
    kind, text, ref, tap = what
    address = Address("telegram", account, str(chat["id"]))
    return Event(kind, str(body["update_id"]), address, received_at, text, ref, tap)


def group_to_leave(body: Body) -> int | None:
    """The group or channel this bot was just put into."""
    member = body.get("my_chat_member")
    if not isinstance(member, dict):
        return None
    chat, new = member.get("chat"), member.get("new_chat_member")
    if not isinstance(chat, dict) or not isinstance(new, dict):
        return None
    chat_id = chat.get("id")
    strange = chat.get("type") in ("group", "supergroup", "channel")
    if strange and new.get("status") in HERE and isinstance(chat_id, int):
        return chat_id
    return None


def _is_id(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < MAX_ID


def _payload(body: Body) -> Body:
    known = [body[kind] for kind in KINDS if kind in body]
    for value in known or body.values():
        if isinstance(value, dict):
            return value
    return {}


def _chat(payload: Body) -> Body:
    message = payload.get("message")
    for holder in (payload, message):
        if isinstance(holder, dict) and isinstance(holder.get("chat"), dict):
            chat: Body = holder["chat"]
            return chat
    return {}


def _read(body: Body) -> What | None:
    """What is not as it should be becomes UNSUPPORTED: the person still wrote."""
    if message := _part(body, "message"):
        return _message(message)
    if edited := _part(body, "edited_message"):
        text = clean(_text(edited, "text") or _text(edited, "caption"))
        return EventKind.EDITED, text, _own(edited), None
    if query := _part(body, "callback_query"):
        return _choice(query)
    if member := _part(body, "my_chat_member"):
        gone = _part(member, "new_chat_member").get("status") in GONE
        return (EventKind.LEFT, "", None, None) if gone else None
    return UNSUPPORTED


def _message(message: Body) -> What:
    own = _own(message)
    if text := clean(_text(message, "text")):
        command, *payload = text.split(maxsplit=1) or [""]
        if command.partition("@")[0] == "/start":
            return EventKind.START, "".join(payload).strip(), own, None
        return EventKind.TEXT, text, own, None
    for attribute, kind in MEDIA.items():
        if message.get(attribute):
            caption = clean(_text(message, "caption"))
            return EventKind.MEDIA, f"{kind}\n{caption}" if caption else kind, own, None
    return EventKind.UNSUPPORTED, "", own, None


def _own(message: Body) -> str | None:
    """The id of what the person wrote, by which it can be taken away."""
    number = message.get("message_id")
    return str(number) if _is_id(number) else None


def _choice(query: Body) -> What:
    message_id = _part(query, "message").get("message_id")
    data, tap = _text(query, "data"), _text(query, "id")
    if not data or not tap or not _is_id(message_id):
        return UNSUPPORTED
    return EventKind.CHOICE, clean(data), str(message_id), clean(tap)


def _part(holder: Body, key: str) -> Body:
    part = holder.get(key)
    return part if isinstance(part, dict) else {}


def _text(holder: Body, key: str) -> str:
    text = holder.get(key)
    return text if isinstance(text, str) else ""
