"""Updates of the Zalo Bot API as events. The body is hostile until every type was looked at."""

from datetime import datetime

from care.messages import Address, Event, EventKind
from channels.bodies import Body, event_id, ident, part, read, words
from channels.errors import Malformed
from channels.markup import clean

NAME = "zalo-bot"
MEDIA = {"image": "photo", "sticker": "sticker", "voice": "voice"}


def decode(raw: bytes) -> Body:
    """The update within a body, which comes bare or as the result of an answer."""
    return checked(read(raw))


def checked(body: object) -> Body:
    if isinstance(body, dict) and "event_name" not in body:
        body = body.get("result")
    if not isinstance(body, dict) or not isinstance(body.get("event_name"), str):
        raise Malformed("not an update")
    return body


def to_event(update: Body, account: str, received_at: datetime) -> Event | None:
    """None for what is none of our business: groups, other bots, things that are no message."""
    event, _, rest = clean(update["event_name"]).partition(".")
    what, _, done = rest.partition(".")
    if event != "message" or done != "received" or what == "reaction":
        return None
    message = update.get("message")
    if not isinstance(message, dict):
        raise Malformed("no message")
    sender, chat = part(message, "from"), part(message, "chat")
    if sender.get("is_bot") is True or chat.get("chat_type", "PRIVATE") != "PRIVATE":
        return None
    chat_id = ident(chat, "id") or ident(sender, "id")
    if not chat_id:
        raise Malformed("no private chat")
    ref = ident(message, "message_id")
    kind, text = _content(what, message)
    unique = event_id(f"message.{what}.received", ref or _when(chat_id, message))
    address = Address(NAME, account, chat_id)
    return Event(kind, unique, address, received_at, text, ref or None)


def _content(what: str, message: Body) -> tuple[EventKind, str]:
    text = words(message, "text")
    if what in ("text", "link") and text:
        return EventKind.TEXT, text
    if what in MEDIA:
        caption = words(message, "caption")
        return EventKind.MEDIA, f"{MEDIA[what]}\n{caption}" if caption else MEDIA[what]
    return EventKind.UNSUPPORTED, ""


def _when(chat_id: str, message: Body) -> str:
    """For an event without content, which may lack the id of a message."""
    date = message.get("date")
    if not isinstance(date, int) or isinstance(date, bool) or not 0 < date < 1 << 63:
        raise Malformed("no message id")
    return f"{chat_id}:{date}"
