"""What a rehearsal plays before: a clock that jumps and a messenger that takes everything."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from care.messages import Address, Event, EventKind, Outbound
from channels.base import Caps, Health, Incoming, Receipt, Receive

NAME, ACCOUNT = "rehearsal", "local"


@dataclass(slots=True)
class FakeTime:
    """A clock that only moves when somebody sleeps or the rehearsal says so."""

    now: datetime
    ticks: float = 0.0

    def clock(self) -> datetime:
        return self.now

    def monotonic(self) -> float:
        return self.ticks

    async def sleep(self, seconds: float) -> None:
        self.ticks += seconds
        self.now += timedelta(seconds=seconds)

    def go_to(self, moment: datetime) -> None:
        if moment > self.now:
            self.ticks += (moment - self.now).total_seconds()
            self.now = moment


@dataclass(slots=True)
class FakeMessenger:
    """Takes everything at a real messenger's pace and remembers it."""

    time: FakeTime
    name: str = NAME
    account: str = ACCOUNT
    caps: Caps = field(
        default_factory=lambda: Caps(
            text_max=4096,
            caption_max=1024,
            buttons=100,
            button_id_max=64,
            edits=True,
            deletes=True,
            photos=True,
            tel_links=False,
            rate=25.0,
            chat_gap=1.0,
        )
    )
    secrets: tuple[str, ...] = ()
    taken: list[tuple[datetime, int, str]] = field(default_factory=list)

    async def start(self, receive: Receive) -> None:
        """Nothing to start."""

    async def stop_receiving(self) -> None:
        """Nothing comes in."""

    async def stop(self) -> None:
        """Nothing to stop."""

    def parse(
        self, headers: Mapping[str, str], raw: bytes, received_at: datetime
    ) -> list[Incoming]:
        return []

    def revive(self, raw: bytes, received_at: datetime) -> Event:
        return Event(EventKind.UNSUPPORTED, "0", Address(NAME, ACCOUNT, ""), received_at)

    async def send(self, to: Address, out: Outbound, key: str) -> Receipt:
        self.taken.append((self.time.now, int(key), out.message))
        return Receipt(key)

    async def seen(self, event: Event) -> None:
        """No spinner to stop."""

    async def check(self) -> Health:
        return Health(True)
