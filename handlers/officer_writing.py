"""An officer writes a campaign in the own chat: title, text, for whom, and a poll.

From the text on it is the row that the pages show too; only what is not complete yet lies in the
draft of the conversation: `campaign`, `version`, `title`, `asked`. Drafts outlive a look at the
menu (`handlers.menu.half_written`).
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from care.campaigns import (
    ASKED_MOST,
    BODY_MOST,
    OPTION_MOST,
    OPTIONS,
    PLACEHOLDERS,
    TITLE_MOST,
    Asks,
    Draft,
    Question,
    State,
    problems,
)
from care.emergency import is_emergency
from care.folding import clean
from care.messages import Say
from care.scope import May
from handlers import officer_audience
from handlers.officer_desk import (
    MENU,
    At,
    at_desk,
    ended,
    find,
    meant,
    nothing,
    refused,
    settled,
    take,
)
from handlers.officer_view import card, menu
from handlers.reading import discloses
from handlers.routing import Handler
from handlers.turn import Answer, Turn, ask, say
from handlers.wording import wants_out
from storage import campaign_steps, campaigns
from storage.campaigns import Campaign

TITLE, BODY = "officer.title", "officer.body"
QUESTION, OPTION_LINES = "officer.question", "officer.options"
FIELDS = {TITLE: "title", BODY: "body", QUESTION: "question", OPTION_LINES: "options"}
HOLES = ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)
LIMITS: dict[str, dict[str, Any]] = {
    TITLE: {"most": TITLE_MOST},
    BODY: {"most": BODY_MOST, "holes": HOLES},
    QUESTION: {"most": ASKED_MOST},
    OPTION_LINES: {"fewest": OPTIONS[0], "most": OPTIONS[1], "longest": OPTION_MOST},
}
FILLED = Draft("x", "x")  # what is not looked at has nothing wrong with it


def _ask(step: str, *before: Say, **draft: Any) -> Answer:
    again = say(f"officer/ask-{FIELDS[step]}", MENU, **LIMITS[step])
    return ask(step, *before, again, **draft)


def new(turn: Turn, _at: At) -> Answer:
    return _ask(TITLE)


def go_on(turn: Turn, _at: At) -> Answer:
    """Where it was left for the menu."""
    left = dict(turn.draft.get("officer", {}))
    step = left.pop("step", None)
    return _ask(step, **left) if step in FIELDS else nothing(turn)


def _edit(step: str) -> Handler:
    """A button below a draft."""

    def asked(turn: Turn, at: At) -> Answer:
        campaign, seen, _ = meant(turn, at)
        if campaign is None:
            return nothing(turn)
        if campaign.state is not State.DRAFT:
            return refused(turn, campaign.id, "state")
        return _ask(step, campaign=campaign.id, version=seen)

    return at_desk(May.WRITE_CAMPAIGNS, asked)


def _typed(step: str, read: Callable[[Turn, At, str], Answer]) -> Handler:
    """What was typed; a danger in it may be meant for families, or be one right now."""

    def answered(turn: Turn, at: At) -> Answer:
        if wants_out(turn.text):
            return menu(turn, at)
        answer = read(turn, at, clean(turn.text).strip())
        if is_emergency(turn.text) or discloses(turn):
            real = say("officer/if-real", "menu.emergency")
            answer = replace(answer, says=(real, *answer.says))
        return answer

    return at_desk(May.WRITE_CAMPAIGNS, answered)


def _wrong(turn: Turn, step: str, draft: Draft) -> Answer | None:
    """Everything that is wrong with what was typed, told at once; it is asked for again."""
    found = problems(draft, turn.office.link_hosts)
    told = [f"{p.field}.{p.what}" for p in found if p.field == FIELDS[step]]
    if not told:
        return None
    return ask(step, say("officer/wrong", MENU, wrong=told, **_room(step)), **turn.draft)


def _room(step: str) -> dict[str, Any]:
    return {"fewest": 0, "longest": 0, "holes": HOLES, **LIMITS[step]}


def title(turn: Turn, at: At, typed: str) -> Answer:
    line = " ".join(typed.split())
    if wrong := _wrong(turn, TITLE, replace(FILLED, title=line)):
        return wrong
    if "campaign" in turn.draft:
        return _save(turn, at, title=line)
    return _ask(BODY, title=line)


def body(turn: Turn, at: At, typed: str) -> Answer:
    if wrong := _wrong(turn, BODY, replace(FILLED, body=typed)):
        return wrong
    if "campaign" in turn.draft:
        return _save(turn, at, body=typed)
    draft = Draft(str(turn.draft.get("title", "")), typed)
    if not draft.title:
        return _ask(TITLE)
    campaign = find(turn, at, campaign_steps.write(turn.conn, at.scope, draft, turn.now))
    if campaign is None:
        return nothing(turn)
    return settled(turn, officer_audience.ask_who(turn, campaign))


def question(turn: Turn, _at: At, typed: str) -> Answer:
    line = " ".join(typed.split())
    asked = Question(Asks.POLL, line, ("1", "2"))
    if wrong := _wrong(turn, QUESTION, replace(FILLED, question=asked)):
        return wrong
    return _ask(OPTION_LINES, **{**turn.draft, "asked": line})


def options(turn: Turn, at: At, typed: str) -> Answer:
    """One a line."""
    lines = tuple(" ".join(line.split()) for line in typed.splitlines() if line.strip())
    asked = Question(Asks.POLL, str(turn.draft.get("asked", "")), lines)
    if wrong := _wrong(turn, OPTION_LINES, replace(FILLED, question=asked)):
        return wrong
    return _save(turn, at, question=asked)


def _save(turn: Turn, at: At, **words: Any) -> Answer:
    """Into the row that the pages show, if it is still as this officer saw it."""
    campaign = find(turn, at, turn.draft.get("campaign"))
    if campaign is None:
        return nothing(turn)
    return _kept(turn, at, campaign, turn.draft.get("version"), replace(campaign.draft, **words))


def _kept(turn: Turn, at: At, campaign: Campaign, seen: int | None, draft: Draft) -> Answer:
    if no := take(turn, at, "campaign written", campaign.id, seen, campaigns.save, draft):
        return settled(turn, *refused(turn, campaign.id, no).says)
    return _card(turn, at, campaign)


def _card(turn: Turn, at: At, campaign: Campaign) -> Answer:
    now = find(turn, at, campaign.id)
    return nothing(turn) if now is None else settled(turn, card(turn, now))


def no_question(turn: Turn, at: At) -> Answer:
    campaign, seen, _ = meant(turn, at)
    if campaign is None:
        return nothing(turn)
    return _kept(turn, at, campaign, seen, replace(campaign.draft, question=None))


def who(turn: Turn, at: At) -> Answer:
    campaign, _, _ = meant(turn, at)
    if campaign is None:
        return nothing(turn)
    if campaign.state is not State.DRAFT:
        return refused(turn, campaign.id, "state")
    return ended(turn, officer_audience.ask_who(turn, campaign))


def who_is(turn: Turn, at: At) -> Answer:
    return officer_audience.took_who(turn, at, _card)


def where_is(turn: Turn, at: At) -> Answer:
    return officer_audience.took_where(turn, at, _card)


_ACTIONS = {
    "officer.new": new,
    "officer.go-on": go_on,
    "officer.no-question": no_question,
    "officer.who": who,
    "officer.who-is": who_is,
    "officer.where-is": where_is,
}
ACTIONS: dict[str, Handler] = {
    **{name: at_desk(May.WRITE_CAMPAIGNS, f) for name, f in _ACTIONS.items()},
    **{step: _edit(step) for step in (TITLE, BODY, QUESTION)},
}
STEPS: dict[str, Handler] = {
    TITLE: _typed(TITLE, title),
    BODY: _typed(BODY, body),
    QUESTION: _typed(QUESTION, question),
    OPTION_LINES: _typed(OPTION_LINES, options),
}
OPEN_ACTIONS = frozenset(ACTIONS)  # also before consent
