"""What an officer does with a campaign, from a page or from the own chat: by the same rules."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy.engine import Connection

from care.audience import Audience
from care.campaigns import Draft, NotAllowed, State
from care.reminding import Rules
from care.scope import May, Scope
from storage import audiences, audit, campaigns
from storage.audiences import Count
from storage.campaign_rows import Campaign, where
from storage.console_tables import campaigns as table
from storage.quotas import Quotas

T = TypeVar("T")
UNDER_WAY = (State.WAITING, State.APPROVED, State.SENDING, State.PAUSED)


@dataclass(frozen=True, slots=True)
class Work:
    """What waits for an officer, the newest first."""

    to_approve: list[Campaign]
    drafts: list[Campaign]  # the officer's own
    running: list[Campaign]  # handed in or on their way, but for what is to be approved


def take(
    conn: Connection,
    officer_id: int,
    action: str,
    campaign_id: int,
    seen: int | None,
    now: datetime,
    f: Callable[..., T],
    *args: Any,
) -> T:
    """A step, if the campaign is still the one the officer saw, and its line in the audit trail.

    `f` gets the connection, the id and the `args`. Raises NotAllowed.
    """
    campaign = campaigns.locked(conn, campaign_id)  # nobody changes it between look and step
    if seen is not None and seen != campaign.version:
        raise NotAllowed("changed")
    result = f(conn, campaign_id, *args)
    name = campaigns.message_of(campaign_id)
    audit.record(conn, f"officer:{officer_id}", action, name, now)
    return result


def write(conn: Connection, scope: Scope, draft: Draft, now: datetime) -> int:
    """A new draft of this officer, for the whole area; returns its id."""
    campaign_id = campaigns.create(conn, scope.area_id, scope.officer_id, draft, now)
    name = campaigns.message_of(campaign_id)
    audit.record(conn, f"officer:{scope.officer_id}", "campaign written", name, now)
    return campaign_id


def keep_audience(conn: Connection, campaign_id: int, audience: Audience) -> None:
    """The words stay. Raises NotAllowed."""
    campaign = campaigns.locked(conn, campaign_id)
    campaigns.save(conn, campaign_id, replace(campaign.draft, audience=audience))


def count(
    conn: Connection, campaign: Campaign, rules: Rules, now: datetime, quotas: Quotas
) -> Count:
    """Whom it would reach if it went as early as it may."""
    day = campaigns.planned_day(campaign, now)
    return audiences.count(conn, campaigns.aim_of(conn, campaign, rules, day, quotas))


def find(conn: Connection, scope: Scope, campaign_id: int) -> Campaign | None:
    """None where it does not exist or is outside the scope."""
    campaign = campaigns.get(conn, campaign_id)
    return campaign if campaign is not None and scope.holds(campaign.area_id) else None


def work_of(conn: Connection, scope: Scope) -> Work:
    me, here = scope.officer_id, table.c.area_id.in_(scope.areas)
    handed_in = where(conn, here, table.c.state.in_([state.value for state in UNDER_WAY]))
    own = table.c.officer_id == me
    drafts = where(conn, here, own, table.c.state == State.DRAFT.value)
    mine = {c.id for c in handed_in if may_approve(scope, c)}
    return Work(
        [c for c in reversed(handed_in) if c.id in mine],
        drafts[::-1],
        [c for c in reversed(handed_in) if c.id not in mine],
    )


def may_approve(scope: Scope, campaign: Campaign) -> bool:
    """It waits for somebody like this officer."""
    before = (campaign.officer_id, campaign.approved_by)
    waits = campaign.state is State.WAITING and scope.officer_id not in before
    return waits and scope.may(May.APPROVE_CAMPAIGNS)
