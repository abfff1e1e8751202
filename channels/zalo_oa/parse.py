"""Webhook bodies of the OA as events. Hostile until every type in them was looked at."""

from datetime import datetime, timedelta
from enum import StrEnum

from care.messages import Address, Event, EventKind
from channels.bodies import Body, event_id, ident, part, read, words
from channels.errors import Malformed
from channels.markup import clean

NAME = "zalo-oa"
CHOICE = "#dh:"  # begins what one of our buttons sends; people can type it too
SENT = "user_send_"
REPEATED = timedelta(days=20)  # retries end long before, ids are kept for longer (bot.retention)
MS_DIGITS = 13  # from 2001 to 2286
MEDIA = {
    "image": "photo",
    "gif": "photo",
    "audio": "voice",
    "video": "video",
    "sticker": "sticker",
    "location": "location",
    "business_card": "contact",
    "file": "file",
}


class Ignored(StrEnum):
    """Why a body is no event."""

    ECHO = "echo"  # of what we sent
    BY_HAND = "by hand"  # an officer wrote in Zalo's own pages
    ANONYMOUS = "anonymous"  # a visitor of the profile page: cannot be answered later
    OTHER_ACCOUNT = "other account"
    GROUP = "group"
    NOT_NEEDED = "not needed"  # received, seen, reactions, contact data
    OLD = "old"  # caught and sent again, when nobody knows its id any more


def decode(raw: bytes) -> Body:
    body = read(raw)
    if not isinstance(body, dict) or not isinstance(body.get("event_name"), str):
        raise Malformed("not an event")
    return body


def to_event(body: Body, account: str, received_at: datetime) -> Event | Ignored:
    name = clean(body["event_name"])
    if _is_old(body, received_at):
        return Ignored.OLD
    if name in ("follow", "unfollow"):
        return _follower(name, body, account, received_at)
    sender = part(body, "sender")
    if name.startswith("oa_send_"):
        return Ignored.BY_HAND if sender.get("admin_id") else Ignored.ECHO
    if not name.startswith(SENT):
        return Ignored.NOT_NEEDED
    if name.startswith(f"{SENT}group"):
        return Ignored.GROUP
    if _is_anonymous(body, sender):
        return Ignored.ANONYMOUS
    if ident(part(body, "recipient"), "id") not in ("", account):
        return Ignored.OTHER_ACCOUNT
    person, message = ident(sender, "id"), part(body, "message")
    ref = ident(message, "msg_id")
    if not person or not ref:
        raise Malformed("no sender or no message id")
    what = name.removeprefix(SENT)
    kind, text = _content(what, message)
    address = Address(NAME, account, person)
    unique = event_id(name, ref)
    if kind is EventKind.CHOICE:
        return Event(kind, unique, address, received_at, text, tap=ref)
    return Event(kind, unique, address, received_at, text, ref)


def _follower(name: str, body: Body, account: str, received_at: datetime) -> Event | Ignored:
    person, when = ident(part(body, "follower"), "id"), ident(body, "timestamp")
    if ident(body, "oa_id") not in ("", account):
        return Ignored.OTHER_ACCOUNT
    if not person or not when:
        raise Malformed("no follower or no time")
    kind = EventKind.START if name == "follow" else EventKind.LEFT
    unique = event_id(name, f"{person}:{when}")
    return Event(kind, unique, Address(NAME, account, person), received_at)


def _is_old(body: Body, received_at: datetime) -> bool:
    """By its own time, which the signature covers; in ms, and nothing is said of other forms."""
    when = ident(body, "timestamp")
    if not (when.isascii() and when.isdecimal() and len(when) == MS_DIGITS):
        return False
    return int(when) < (received_at - REPEATED).timestamp() * 1000


def _is_anonymous(body: Body, sender: Body) -> bool:
    places = (body, sender, part(body, "message"))
    return any(place.get("anonymous_id") for place in places)


def _content(what: str, message: Body) -> tuple[EventKind, str]:
    text = words(message, "text")
    if what in ("text", "link") and text:
        if text.startswith(CHOICE) and text != CHOICE:
            return EventKind.CHOICE, text.removeprefix(CHOICE)
        return EventKind.TEXT, text
    if what in MEDIA:
        return EventKind.MEDIA, f"{MEDIA[what]}\n{text}" if text else MEDIA[what]
    return EventKind.UNSUPPORTED, ""
