"""What comes in and what goes out, in words no messenger owns."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Any


@dataclass(frozen=True, slots=True)
class Address:
    """One person on one messenger; `chat_id` is a string whatever the messenger says."""

    channel: str
    account: str
    chat_id: str


class EventKind(StrEnum):
    TEXT = "text"
    CHOICE = "choice"  # a tapped button; text holds the button id
    START = "start"  # first contact or deep link; text holds the payload
    MEDIA = "media"  # text holds the kind: photo, voice, sticker, video, file, location, contact
    LEFT = "left"  # the person blocked or left the bot
    EDITED = "edited"  # an already handled message was changed by its author
    UNSUPPORTED = "unsupported"


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened on a messenger.

    `id` is unique per (channel, account) for ever. `ref` is the provider's id of the message, of a
    tap that of the message the button hangs on; `tap` is what the provider wants back as proof that
    a tap was seen; `echo` is the id of the line that a tap leaves in the chat, where it does.
    """

    kind: EventKind
    id: str
    address: Address
    at: datetime
    text: str = ""
    ref: str | None = None
    tap: str | None = None
    echo: str | None = None

    @property
    def left(self) -> tuple[str, ...]:
        """References of what the person left in the chat with it."""
        own = self.echo if self.kind is EventKind.CHOICE else self.ref
        return (own,) if own else ()


@dataclass(frozen=True, slots=True)
class Button:
    """A choice under a message. With `url` it opens something instead of coming back."""

    id: str
    label: str
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Outbound:
    """A rendered message, ready for a channel.

    `message` names the text shown (a content id or conversation/message); `image` names a stored
    picture, `picture` is one drawn for this message (PNG) and goes before it; `edit` is the
    provider's reference of the message to replace; `silent` asks for no sound. With `remove`
    nothing is shown: the messages with these references are taken away ("key:" and a key of `send`
    where no reference is known); `text` stands where one can only be changed.
    `template` is one that the messenger approved, by its id there, with its data; it goes in place
    of the text.
    """

    text: str
    message: str
    title: str | None = None
    buttons: tuple[Button, ...] = ()
    image: str | None = None
    alt: str | None = None
    edit: str | None = None
    silent: bool = False
    picture: bytes | None = field(default=None, repr=False)
    remove: tuple[str, ...] = ()
    template: tuple[str, dict[str, str]] | None = None


@dataclass(frozen=True, slots=True)
class Say:
    """What a handler wants said: a reference to words, not the words.

    `params` must be JSON values; they are kept in the outbox until the message is rendered.
    """

    message: str
    params: dict[str, Any] = field(default_factory=dict)
    buttons: tuple[str | Button, ...] = ()
    child_id: int | None = None
    edit: str | None = None


class Lane(IntEnum):
    """Order at the sending slot; a smaller number goes first."""

    EMERGENCY = 0
    REPLY = 1
    ALERT = 2
    REMINDER = 3
    TIP = 4
    CAMPAIGN = 5


class Kind(StrEnum):
    """Message classes of the delivery table (design, section 3)."""

    EMERGENCY = "emergency"
    REPLY = "reply"
    REMINDER = "reminder"
    TIP = "tip"
    CAMPAIGN = "campaign"
    ALERT = "alert"  # a campaign about a danger; two other officers agreed
    NOTICE = "notice"


LANES = {
    Kind.EMERGENCY: Lane.EMERGENCY,
    Kind.REPLY: Lane.REPLY,
    Kind.NOTICE: Lane.REPLY,
    Kind.REMINDER: Lane.REMINDER,
    Kind.TIP: Lane.TIP,
    Kind.CAMPAIGN: Lane.CAMPAIGN,
    Kind.ALERT: Lane.ALERT,
}
RESENDS_WHEN_UNKNOWN = {
    Kind.EMERGENCY: 0,
    Kind.REPLY: 1,
    Kind.NOTICE: 3,
    Kind.REMINDER: 1,
    Kind.TIP: 1,
    Kind.CAMPAIGN: 1,
    Kind.ALERT: 1,
}
KEEPS_QUIET_HOURS = frozenset({Kind.REMINDER, Kind.TIP, Kind.CAMPAIGN})
OF_CAMPAIGNS = frozenset({Kind.CAMPAIGN, Kind.ALERT})
