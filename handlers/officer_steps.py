"""An officer hands a campaign in, approves one, takes one back, pauses and resumes, in the chat.

Before a campaign for many is handed in or approved the code on the officer's phone is asked for,
each time: a chat has no session. The code itself is kept nowhere. Draft: `campaign`, `version`,
`does`.
"""

from collections.abc import Callable
from typing import Any

from care.campaigns import NotAllowed, State, check_approval, code_first
from care.scope import May
from handlers.officer_desk import MENU, At, at_desk, ended, find, meant, nothing, refused, take
from handlers.officer_view import count_of, opened
from handlers.routing import Handler
from handlers.turn import Answer, Turn, ask, say
from handlers.wording import wants_out
from storage import campaigns, inbox, one_time, taken_away
from storage.campaigns import Campaign

CODE = "officer.code"
HAND_IN, APPROVE = "hand-in", "approve"


def hand_in(turn: Turn, at: At) -> Answer:
    campaign, seen, _ = meant(turn, at)
    if campaign is None:
        return nothing(turn)
    if campaign.state is not State.DRAFT:
        return refused(turn, campaign.id, "state")
    if _changed(campaign, seen):
        return refused(turn, campaign.id, "changed")
    if code_first(count_of(turn, campaign).get, turn.office.alone_most) and not turn.office.sample:
        return _ask_code(turn, at, campaign, HAND_IN)
    return _do(turn, at, campaign, seen, HAND_IN)


def approve(turn: Turn, at: At) -> Answer:
    """Who may not approve it hears so before any code."""
    campaign, seen, _ = meant(turn, at)
    if campaign is None:
        return nothing(turn)
    if no := _not_by(at, campaign, seen):
        return refused(turn, campaign.id, no)
    if not turn.office.sample:
        return _ask_code(turn, at, campaign, APPROVE)
    return _do(turn, at, campaign, seen, APPROVE)


def _not_by(at: At, campaign: Campaign, seen: int | None) -> str | None:
    if campaign.state is not State.WAITING:
        return "state"
    try:
        check_approval(campaign.officer_id, (campaign.approved_by,), at.officer.id)
    except NotAllowed as no:
        return no.what
    return "changed" if _changed(campaign, seen) else None


def _changed(campaign: Campaign, seen: int | None) -> bool:
    return seen is not None and seen != campaign.version


def _ask_code(turn: Turn, at: At, campaign: Campaign, does: str) -> Answer:
    if not at.officer.totp:
        return ended(turn, say("officer/no-code", MENU))
    text = say("officer/ask-code", "officer.leave", does=does, title=campaign.draft.title)
    return ask(CODE, text, campaign=campaign.id, version=campaign.version, does=does)


def code(turn: Turn, at: At) -> Answer:
    """Whatever is typed here is taken for a code, so nothing of it is kept."""
    if wants_out(turn.text):
        return leave(turn, at)
    _blank(turn)
    campaign = find(turn, at, turn.draft.get("campaign"))
    if campaign is None:
        return nothing(turn)
    right, wait = one_time.step_up(turn.conn, at.officer.id, turn.text, turn.now)
    if not right:
        told = say("officer/wrong-code", "officer.leave", wait=wait)
        return ask(CODE, told, **turn.draft)
    return _do(turn, at, campaign, turn.draft.get("version"), str(turn.draft.get("does")))


def _blank(turn: Turn) -> None:
    """Here and, where messages can be taken back, in the chat."""
    inbox.blank(turn.conn, turn.event.address, turn.event.id)
    if turn.deletes:
        taken_away.take_back(turn.conn, turn.contact, turn.event.left, turn.now)


def leave(turn: Turn, at: At) -> Answer:
    campaign = find(turn, at, turn.draft.get("campaign"))
    if campaign is None:
        return nothing(turn)
    return ended(turn, *opened(turn, at, campaign))


def _do(turn: Turn, at: At, campaign: Campaign, seen: int | None, does: str) -> Answer:
    """The one or the other; who may do it is asked once more."""
    me, now = at.officer.id, turn.now
    if does == HAND_IN and at.scope.may(May.WRITE_CAMPAIGNS):
        most, quotas = turn.office.alone_most, turn.office.quotas
        args: tuple[Any, ...] = (me, turn.library.rules, now, most, quotas)
        no = take(turn, at, "campaign handed in", campaign.id, seen, campaigns.submit, *args)
    elif does == APPROVE and at.scope.may(May.APPROVE_CAMPAIGNS):
        args = (me, now)
        no = take(turn, at, "campaign approved", campaign.id, seen, campaigns.approve, *args)
    else:
        return nothing(turn)
    return _after(turn, at, campaign, does, no)


def _after(turn: Turn, at: At, campaign: Campaign, did: str, no: str | None) -> Answer:
    now = find(turn, at, campaign.id)
    if now is None:
        return nothing(turn)
    if no:
        return refused(turn, campaign.id, no)
    told = say("officer/did", did=did, state=now.state.value)
    says = opened(turn, at, now)
    return ended(turn, told, says[-1])


def _button(
    name: str, action: str, f: Callable[..., Any], needs: May, *, clocked: bool = True
) -> Handler:
    """A step that needs no code."""

    def handler(turn: Turn, at: At) -> Answer:
        campaign, seen, _ = meant(turn, at)
        if campaign is None:
            return nothing(turn)
        args = (turn.now,) if clocked else ()
        no = take(turn, at, action, campaign.id, seen, f, *args)
        return _after(turn, at, campaign, name, no)

    return at_desk(needs, handler)


_WRITE, _APPROVE = May.WRITE_CAMPAIGNS, May.APPROVE_CAMPAIGNS
ACTIONS: dict[str, Handler] = {
    "officer.hand-in": at_desk(_WRITE, hand_in),
    "officer.approve": at_desk(_APPROVE, approve),
    "officer.send-back": _button(
        "send-back", "campaign sent back", campaigns.send_back, _WRITE, clocked=False
    ),
    "officer.undo": _button("undo", "campaign taken back", campaigns.undo, _WRITE),
    "officer.pause": _button("pause", "campaign paused", campaigns.pause, _WRITE),
    "officer.resume": _button("resume", "campaign resumed", campaigns.resume, _WRITE),
    "officer.leave": at_desk(_WRITE, leave),
}
STEPS: dict[str, Handler] = {CODE: at_desk(_WRITE, code)}
OPEN_ACTIONS = frozenset(ACTIONS)  # also before consent
