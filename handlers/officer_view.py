"""The officer's desk in the own chat: what waits, and one campaign as it stands."""

from collections.abc import Sequence
from typing import Any

from care.campaigns import State, approvals_needed
from care.clock import local_time
from care.messages import Button, Say
from care.scope import May
from handlers.menu import half_written
from handlers.officer_audience import place_name, where_of, who_of
from handlers.officer_desk import MENU, At, at_desk, button, ended, meant, nothing
from handlers.routing import Handler
from handlers.turn import Answer, Turn, say
from handlers.wording import cut
from storage import campaign_results, campaign_steps, campaigns, officers
from storage.audiences import Count, Left
from storage.campaign_steps import Work
from storage.campaigns import Campaign

SHOWN_MOST = 8
LISTS = ("to-approve", "drafts", "running")


def menu(turn: Turn, at: At) -> Answer:
    """Numbers only: a phone lies about."""
    if not at.scope.may(May.WRITE_CAMPAIGNS):
        return ended(turn, say("officer/no-campaigns", "officer.unlink", "menu.home"))
    found = campaign_steps.work_of(turn.conn, at.scope)
    counts: dict[str, Any] = {name.replace("-", "_"): len(_listed(found, name)) for name in LISTS}
    half = bool(half_written(turn))
    lists = [f"officer.{name}" for name in LISTS if _listed(found, name)]
    goes_on = ["officer.go-on"] if half else []
    ways = (*lists, *goes_on, "officer.new", "menu.home")
    return ended(turn, say("officer/menu", *ways, half=half, **counts))


def _listed(found: Work, name: str) -> list[Campaign]:
    return {"to-approve": found.to_approve, "drafts": found.drafts, "running": found.running}[name]


def _list_of(name: str) -> Handler:
    def listed(turn: Turn, at: At) -> Answer:
        shown = _listed(campaign_steps.work_of(turn.conn, at.scope), name)
        opens = [Button(f"officer.open:{c.id}", cut(c.draft.title)) for c in shown[:SHOWN_MOST]]
        more = max(0, len(shown) - SHOWN_MOST)
        return ended(turn, say("officer/list", *opens, MENU, which=name, more=more))

    return at_desk(May.WRITE_CAMPAIGNS, listed)


def open_one(turn: Turn, at: At) -> Answer:
    campaign, _, _ = meant(turn, at)
    return nothing(turn) if campaign is None else ended(turn, *opened(turn, at, campaign))


def opened(turn: Turn, at: At, campaign: Campaign) -> tuple[Say, ...]:
    """As it stands, with what this officer may do about it."""
    if campaign.state is State.DRAFT:
        return (card(turn, campaign),)
    if campaign.state is State.WAITING:
        return (_shown(campaign), _counted(turn, campaign), _waiting(turn, at, campaign))
    if campaign.state is State.APPROVED:
        held = button("officer.undo", campaign)
        begins = local_time(campaign.begins_at or turn.now)
        when = {"begins": begins.date().isoformat(), "clock": f"{begins:%H:%M}"}
        return (_told(turn, campaign, "officer/approved", held, **when),)
    return (_under_way(turn, campaign),)


def card(turn: Turn, campaign: Campaign) -> Say:
    """A draft: what there is of it, and what may be done."""
    draft = campaign.draft
    asks = "officer.no-question" if draft.question else "officer.question"
    actions = ("preview", "title", "body", "who")
    ways = [button(f"officer.{name}", campaign) for name in actions]
    return say(
        "officer/draft",
        *ways,
        button(asks, campaign),
        MENU,
        title=draft.title,
        who=who_of(turn, campaign),
        where=where_of(turn, campaign),
        asked=draft.question.asked if draft.question else None,
        alert=draft.alert,
    )


def preview(turn: Turn, at: At) -> Answer:
    """As families get it, and whom it would reach."""
    campaign, _, _ = meant(turn, at)
    if campaign is None:
        return nothing(turn)
    if campaign.state is not State.DRAFT:
        return ended(turn, *opened(turn, at, campaign))
    ways = [button("officer.hand-in", campaign), Button(f"officer.open:{campaign.id}", "")]
    return ended(turn, _shown(campaign), _counted(turn, campaign, *ways, MENU))


def _shown(campaign: Campaign) -> Say:
    return say(campaign.message, preview=True)


def count_of(turn: Turn, campaign: Campaign) -> Count:
    rules, quotas = turn.library.rules, turn.office.quotas
    return campaign_steps.count(turn.conn, campaign, rules, turn.now, quotas)


def _counted(turn: Turn, campaign: Campaign, *ways: Button | str) -> Say:
    counted = count_of(turn, campaign)
    left = [[why.value, counted.left[why]] for why in Left if counted.left.get(why)]
    alert, most = campaign.draft.alert, turn.office.alone_most
    return say(
        "officer/count",
        *ways,
        get=counted.get,
        left=left,
        others=counted.others,
        everybody=counted.everybody,
        place=place_name(turn, campaign.area_id),
        day=campaigns.planned_day(campaign, turn.now).isoformat(),
        approvals=approvals_needed(alert, counted.get, most),
    )


def _waiting(turn: Turn, at: At, campaign: Campaign) -> Say:
    may = campaign_steps.may_approve(at.scope, campaign)
    ways: list[Button | str] = [button("officer.approve", campaign)] if may else []
    ways.append(button("officer.send-back", campaign))
    return say(
        "officer/waiting",
        *ways,
        MENU,
        author=_name(turn, campaign.officer_id),
        counted=campaign.counted or 0,
        alert=campaign.draft.alert,
        first=campaign.approved_by is not None,
        mine=campaign.officer_id == at.officer.id,
        may=may,
    )


def _name(turn: Turn, officer_id: int) -> str:
    officer = officers.get(turn.conn, officer_id)
    return officer.name if officer is not None else ""


def _under_way(turn: Turn, campaign: Campaign) -> Say:
    found = campaign_results.progress(turn.conn, campaign.id)
    step = {State.SENDING: "officer.pause", State.PAUSED: "officer.resume"}.get(campaign.state)
    ways: Sequence[Button] = [button(step, campaign)] if step else []
    numbers: dict[str, Any] = {
        "sent": found.sent,
        "waiting": found.waiting,
        "expected": found.expected,
    }
    others = found.failed + found.expired + found.cancelled + found.unknown
    state = campaign.state.value
    return _told(turn, campaign, "officer/running", *ways, state=state, others=others, **numbers)


def _told(turn: Turn, campaign: Campaign, message: str, *ways: Button, **params: Any) -> Say:
    counted = campaign.counted or 0
    return say(message, *ways, MENU, title=campaign.draft.title, counted=counted, **params)


ACTIONS: dict[str, Handler] = {
    MENU: at_desk(May.COME_IN, menu),
    **{f"officer.{name}": _list_of(name) for name in LISTS},
    "officer.open": at_desk(May.WRITE_CAMPAIGNS, open_one),
    "officer.preview": at_desk(May.WRITE_CAMPAIGNS, preview),
}
STEPS: dict[str, Handler] = {}
OPEN_ACTIONS = frozenset(ACTIONS)  # also before consent
