"""What can go wrong when sending. The type is the decision; delivery reads nothing else."""

from typing import Literal


class ChannelError(Exception):
    """Base of all errors a channel raises. `reason` is short, fixed text: safe to log and store."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class RetryAfter(ChannelError):
    """Too fast: not sent. Pause the account or the chat for `seconds`; no attempt is used up."""

    def __init__(self, seconds: float, scope: Literal["all", "chat"] = "all") -> None:
        super().__init__("rate limited")
        self.seconds = seconds
        self.scope = scope


class Transient(ChannelError):
    """Certainly not sent (no connection, name not found): try again later."""


class OutcomeUnknown(ChannelError):
    """It may have been sent (cut after the request, time-out, 5xx): the message class decides."""


class RecipientGone(ChannelError):
    """Blocked, deleted or never existed. Stop writing to this address until it writes again."""


class WindowClosed(ChannelError):
    """The messenger allows no free message now; hold until the person writes."""


class QuotaExhausted(ChannelError):
    """The account may not send any more for now; stop the channel and tell the operator."""


class ChannelMisconfigured(ChannelError):
    """Wrong token, two pollers, account not allowed: stop the channel, check every minute."""


class Permanent(ChannelError):
    """This message can never be sent as it is; others may."""


class Forged(Exception):
    """An incoming request that does not prove where it comes from."""


class Malformed(Exception):
    """An incoming request that cannot be understood; acknowledged and counted, never raised on."""
