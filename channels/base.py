"""The one interface of every messenger, and its abilities as plain flags."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from care.messages import Address, Event, Outbound
from care.windows import Windows


@dataclass(frozen=True, slots=True)
class Caps:
    """What a messenger can do. `text_max` counts UTF-16 units; `rate` is messages a second.

    `rate` None means no limit of the messenger's own. `chat_gap` is the least number of seconds
    between two messages to one person. `month_quota` is the messages a calendar month takes,
    `audience` the people an account may have, `windows` how long after a person's last action it
    may write.
    """

    text_max: int
    caption_max: int
    buttons: int
    button_id_max: int
    edits: bool
    deletes: bool
    photos: bool
    tel_links: bool
    rate: float | None = None
    chat_gap: float = 0.0
    month_quota: int | None = None
    audience: int | None = None
    windows: Windows | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """`ref` is the messenger's reference of the message; None when it gives none (an edit, say).

    `cost` in đồng, where the messenger tells.
    """

    ref: str | None
    cost: int | None = None


@dataclass(frozen=True, slots=True)
class Health:
    ok: bool
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Incoming:
    """One event with the bytes it came in; `raw` is what the inbox keeps."""

    event: Event
    raw: bytes


NO_REF = "key:"  # begins a reference that is the key of a send


Receive = Callable[[Sequence[Incoming]], Awaitable[None]]
"""Stores events for good; returns only when they are committed."""


class Channel(Protocol):
    """A messenger account. `secrets` are the strings the log filter must remove."""

    name: str
    account: str
    caps: Caps
    secrets: tuple[str, ...]

    async def start(self, receive: Receive) -> None: ...

    async def stop_receiving(self) -> None:
        """Take nothing in any more; sending goes on until `stop`."""

    async def stop(self) -> None: ...

    def parse(
        self, headers: Mapping[str, str], raw: bytes, received_at: datetime
    ) -> list[Incoming]:
        """Events of one webhook body. Raises Forged before reading it, Malformed after."""
        ...

    def revive(self, raw: bytes, received_at: datetime) -> Event:
        """The event of a stored body, as `parse` gave it."""
        ...

    async def send(self, to: Address, out: Outbound, key: str) -> Receipt:
        """Sends one message; `key` is the outbox row, stable over retries. Raises ChannelError.

        Takes messages away where `out` says so: what is gone already is as good as taken, and what
        can neither be taken nor changed stays without an error. Permanent where `caps.deletes` is
        False.
        """
        ...

    async def seen(self, event: Event) -> None:
        """Tells the messenger that a tap arrived (stops the spinner). Never raises."""

    async def check(self) -> Health:
        """Asks the messenger whether this account works; sends no message."""
        ...
