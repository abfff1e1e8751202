"""Accounts on messengers as the pages know them; the composition root says what they can do."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from care.windows import Windows
from storage.channel_tokens import Pair


@dataclass(frozen=True, slots=True)
class Messenger:
    """One account. `trouble` says why it does not work now; None: nothing is known against it.

    `paid` and `templates` are messages a month that may cost something; `reserve` of the paid ones
    are kept for deadlines of the law.
    """

    route: str
    trouble: Callable[[], str | None]
    audience: int | None = None  # people it may have
    month_quota: int | None = None
    windows: Windows | None = None
    paid: int = 0
    reserve: int = 0
    templates: int = 0

    @property
    def name(self) -> str:
        return self.route.partition(":")[0]


class NoTokens(Exception):
    """The messenger gave none: it refused the code, or (`away`) could not be asked."""

    def __init__(self, *, away: bool = False) -> None:
        super().__init__("no tokens")
        self.away = away


@dataclass(frozen=True, slots=True)
class Official:
    """The account that a person must allow us to use, once in a while.

    `origin` is where they are asked. `permission` makes that address, of where they come back to,
    the state and the verifier; `exchange` brings the tokens for code and verifier. Raises NoTokens.
    """

    account: str
    route: str
    origin: str
    permission: Callable[[str, str, str], str]
    exchange: Callable[[str, str, datetime], Awaitable[Pair]]
