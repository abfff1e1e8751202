"""The class table of the design: what every error means for every kind of message."""

from datetime import timedelta

import pytest

from bot.outcomes import HOLD, LONGEST_BACK_OFF, Outcome, Scope, outcome, when_unknown
from care.messages import LANES, RESENDS_WHEN_UNKNOWN, Kind, Lane
from channels import errors
from storage.claims import Row
from storage.outbox import FAILED, UNKNOWN
from tests.virtual_time import NOW

EVERY_ERROR = [
    errors.RetryAfter(7),
    errors.RetryAfter(7, "chat"),
    errors.Transient("x"),
    errors.OutcomeUnknown("x"),
    errors.RecipientGone("x"),
    errors.WindowClosed("x"),
    errors.QuotaExhausted("x"),
    errors.ChannelMisconfigured("x"),
    errors.Permanent("x"),
]


def a_row(kind: Kind = Kind.REPLY, attempts: int = 0, resends: int = 0) -> Row:
    return Row(1, 1, 1, kind, "menu/help", None, {}, NOW + timedelta(minutes=10), attempts, resends)


def of(error: errors.ChannelError, row: Row | None = None, jitter: float = 1.0) -> Outcome:
    return outcome(row or a_row(), error, NOW, jitter)


def test_too_fast_costs_no_attempt_and_blames_nobody() -> None:
    account, chat = of(errors.RetryAfter(7)), of(errors.RetryAfter(7, "chat"))
    assert (account.scope, account.state, account.attempt, account.seconds) == (
        Scope.ALL,
        None,
        False,
        7,
    )
    assert (chat.scope, chat.state, chat.attempt) == (Scope.CHAT, None, False)
    assert chat.retry_at == NOW + timedelta(seconds=7)


@pytest.mark.parametrize(("attempts", "seconds"), [(0, 1), (1, 2), (5, 32), (30, LONGEST_BACK_OFF)])
@pytest.mark.parametrize(("jitter", "share"), [(0.0, 0.5), (1.0, 1.0)])
def test_not_sent_backs_off(attempts: int, seconds: int, jitter: float, share: float) -> None:
    found = of(errors.Transient("x"), a_row(attempts=attempts), jitter)
    assert found == Outcome(Scope.NOBODY, retry_at=NOW + timedelta(seconds=seconds * share))
    assert found.attempt


@pytest.mark.parametrize("kind", Kind)
def test_what_may_have_arrived_goes_again_as_often_as_its_class_allows(kind: Kind) -> None:
    allowed = RESENDS_WHEN_UNKNOWN[kind]
    for resends in range(allowed + 2):
        found = of(errors.OutcomeUnknown("x"), a_row(kind, resends=resends))
        if resends < allowed:
            assert found.state is None
            assert found.resend
        else:
            assert found.state == UNKNOWN
            assert found.retry_at is None


def test_an_emergency_never_goes_twice() -> None:
    assert RESENDS_WHEN_UNKNOWN[Kind.EMERGENCY] == 0
    assert when_unknown(a_row(Kind.EMERGENCY), NOW).state == UNKNOWN


def test_the_other_errors() -> None:
    assert of(errors.RecipientGone("x")) == Outcome(Scope.ADDRESS_GONE, state=FAILED)
    closed = of(errors.WindowClosed("x"))
    assert (closed.state, closed.retry_at, closed.attempt) == (None, NOW + HOLD, False)
    for error in (errors.QuotaExhausted("x"), errors.ChannelMisconfigured("x")):
        stopped = of(error)
        assert (stopped.scope, stopped.state, stopped.attempt) == (Scope.CHANNEL, None, False)
    assert of(errors.Permanent("x")) == Outcome(Scope.NOBODY, state=FAILED)
    assert of(errors.ChannelError("new one")) == Outcome(Scope.NOBODY, state=FAILED)


@pytest.mark.parametrize("error", EVERY_ERROR, ids=lambda e: type(e).__name__)
@pytest.mark.parametrize("kind", Kind)
def test_it_is_over_or_it_waits_never_both(error: errors.ChannelError, kind: Kind) -> None:
    found = of(error, a_row(kind))
    assert (found.state is None) != (found.retry_at is None)


def test_every_kind_has_a_lane_and_a_rule() -> None:
    assert LANES.keys() == RESENDS_WHEN_UNKNOWN.keys() == set(Kind)
    kinds = (Kind.EMERGENCY, Kind.REPLY, Kind.ALERT, Kind.REMINDER, Kind.TIP, Kind.CAMPAIGN)
    order = [LANES[k] for k in kinds]
    assert order == sorted(order) == list(Lane)
