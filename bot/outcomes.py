"""What an error of a channel means for a message: the class table of the design, in one place."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from care.discreet import GONE
from care.messages import RESENDS_WHEN_UNKNOWN
from channels import errors
from storage.claims import Row
from storage.outbox import FAILED, UNKNOWN

HOLD = timedelta(hours=1)
LONGEST_BACK_OFF = 300
CRASHES_MOST = 5


class Scope(StrEnum):
    """Whom an error concerns besides the message."""

    NOBODY = "nobody"
    CHAT = "chat"
    ADDRESS_GONE = "address_gone"
    ALL = "all"  # too fast: the account waits
    CHANNEL = "channel"  # the account does not work: stop, check every minute


@dataclass(frozen=True, slots=True)
class Outcome:
    """Either a final `state`, or waiting again from `retry_at`."""

    scope: Scope
    state: str | None = None
    retry_at: datetime | None = None
    attempt: bool = True
    resend: bool = False
    seconds: float = 0.0


def outcome(row: Row, error: errors.ChannelError, now: datetime, jitter: float) -> Outcome:
    """Decides by the error's class alone. `jitter` is between 0 and 1."""
    match error:
        case errors.RetryAfter(scope="chat"):
            later = now + timedelta(seconds=error.seconds)
            return Outcome(Scope.CHAT, retry_at=later, attempt=False)
        case errors.RetryAfter():
            return Outcome(Scope.ALL, retry_at=now, attempt=False, seconds=error.seconds)
        case errors.Transient():
            wait = min(LONGEST_BACK_OFF, 2.0**row.attempts) * (0.5 + jitter / 2)
            return Outcome(Scope.NOBODY, retry_at=now + timedelta(seconds=wait))
        case errors.OutcomeUnknown() if row.message == GONE:
            return outcome(row, errors.Transient(error.reason), now, jitter)
        case errors.OutcomeUnknown():
            return when_unknown(row, now + timedelta(seconds=2 + 3 * jitter))
        case errors.RecipientGone():
            return Outcome(Scope.ADDRESS_GONE, state=FAILED)
        case errors.WindowClosed():
            return Outcome(Scope.NOBODY, retry_at=now + HOLD, attempt=False)
        case errors.QuotaExhausted() | errors.ChannelMisconfigured():
            return Outcome(Scope.CHANNEL, retry_at=now, attempt=False)
        case _:
            return Outcome(Scope.NOBODY, state=FAILED)


def theirs_alone(error: errors.ChannelError) -> errors.ChannelError:
    """Of somebody whom the account has no place for: refusing that one must not stop the others."""
    if isinstance(error, (errors.RetryAfter, errors.QuotaExhausted)):
        return errors.RecipientGone(error.reason)
    return error


def when_unknown(row: Row, again: datetime) -> Outcome:
    """It may have arrived: send again as often as its class allows, else leave it unknown."""
    if row.resends < RESENDS_WHEN_UNKNOWN[row.kind]:
        return Outcome(Scope.NOBODY, retry_at=again, resend=True)
    return Outcome(Scope.NOBODY, state=UNKNOWN)


def after_crash(row: Row, now: datetime) -> Outcome:
    """Found in `sending` at the start: the process died around the send.

    Two deaths may fall on one message before it ever left, so a class that may be repeated goes
    again each time; only one that dies again and again is called unknown.
    """
    if row.message == GONE:  # taking away twice is taking away
        return Outcome(Scope.NOBODY, retry_at=now)
    if RESENDS_WHEN_UNKNOWN[row.kind] and row.attempts <= CRASHES_MOST:
        return Outcome(Scope.NOBODY, retry_at=now, resend=row.resends == 0)
    return Outcome(Scope.NOBODY, state=UNKNOWN)
