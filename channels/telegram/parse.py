"""Updates of the Bot API as events. The body is hostile until every type in it was looked at."""

import json
from datetime import datetime
from typing import Any

from telegram import CallbackQuery, Message, Update

from care.messages import Address, Event, EventKind
from channels.errors import Malformed
from channels.telegram.text import clean

MAX_BODY = 1 << 20
MAX_ID = 1 << 63
KINDS = ("message", "edited_message", "callback_query", "my_chat_member")
GONE = ("kicked", "left")
HERE = ("member", "administrator", "restricted")
UNREAD = ("entities", "caption_entities", "reply_to_message", "reply_markup", "external_reply")
"""Parts no event is made of; thousands of them would hold up everyone else."""

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
    try:
        what = _read(Update.de_json(_pruned(body), None))
    except Exception:  # the library raises a dozen types on odd input; the person still wrote
        what = UNSUPPORTED
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


def _pruned(body: Body) -> Body:
    return {key: _without_unread(value) for key, value in body.items()}


def _without_unread(value: object) -> object:
    if not isinstance(value, dict):
        return value
    kept = {key: part for key, part in value.items() if key not in UNREAD}
    if isinstance(kept.get("message"), dict):
        kept["message"] = _without_unread(kept["message"])
    return kept


def _read(update: Update) -> What | None:
    if update.message:
        return _message(update.message)
    if update.edited_message:
        text = update.edited_message.text or update.edited_message.caption or ""
        return EventKind.EDITED, clean(text), None, None
    if update.callback_query:
        return _choice(update.callback_query)
    if update.my_chat_member:
        gone = update.my_chat_member.new_chat_member.status in GONE
        return (EventKind.LEFT, "", None, None) if gone else None
    return UNSUPPORTED


def _message(message: Message) -> What:
    if message.text is not None:
        text = clean(message.text)
        command, *payload = text.split(maxsplit=1) or [""]
        if command.partition("@")[0] == "/start":
            return EventKind.START, "".join(payload).strip(), None, None
        return EventKind.TEXT, text, None, None
    for attribute, kind in MEDIA.items():
        if getattr(message, attribute):
            text = f"{kind}\n{clean(message.caption)}" if message.caption else kind
            return EventKind.MEDIA, text, None, None
    return UNSUPPORTED


def _choice(query: CallbackQuery) -> What:
    message = query.message
    if not query.data or not message or not _is_id(message.message_id):
        return UNSUPPORTED
    return EventKind.CHOICE, clean(query.data), str(message.message_id), clean(query.id)
