"""Somebody worries about a child and tells an officer: danger first, then at most five questions.

What was written is in the draft of the discreet dialogue until it is sent; then only the case has
it, and the code leads back. Buttons of older screens show the screen that is open.
"""

from collections.abc import Callable, Mapping

from care.answers_vi import parse_yes_no
from care.folding import fold
from care.messages import EventKind
from handlers import discreet as leaving
from handlers import (
    emergency,
    report_code,
    report_place,
    report_questions,
    report_sending,
    report_word,
    talk,
)
from handlers.fallback import stale
from handlers.report_questions import NO, QUESTIONS, UNSURE, YES
from handlers.report_screens import Draft, choice, elsewhere, only_own, opened, shown, waiting
from handlers.report_sending import FIX, REVIEW
from handlers.routing import Handler, argument
from handlers.turn import Answer, Turn
from storage import discreet

SAFE, NOW, URGENT, RESUME = "report.safe", "report.now", "report.urgent", "report.resume"
ASK = report_questions.STEP
_SKIP = frozenset({"bo qua", "khong muon noi", "khong muon ke", "skip"})


def begin(turn: Turn) -> Answer:
    """From a button, a word or a safe word: before anything else, is this phone safe now?"""
    if not turn.deletes:
        return elsewhere(turn)
    draft = opened(turn)
    if report_place.unit(turn, draft) is None:  # nobody would get it
        return shown(turn, draft, None, "call")
    return _safe(turn, draft)


def begin_young(turn: Turn) -> Answer:
    """A child writes; in an open dialogue the same screen comes in other words."""
    if not turn.deletes:
        return elsewhere(turn)
    step = waiting(turn)
    draft = opened(turn)
    draft["young"] = True
    return SCREENS.get(step, _safe)(turn, draft)


def _tapped(turn: Turn) -> str:
    return argument(turn) if turn.event.kind is EventKind.CHOICE else ""


def _safe(turn: Turn, draft: Draft) -> Answer:
    yes = choice(turn, "report.safe:yes", "report.yes")
    no = choice(turn, "report.safe:no", "report.no")
    young = bool(draft.get("young"))
    return shown(turn, draft, SAFE, "safe", yes, no, "guidance.home", young=young)


def safe(turn: Turn) -> Answer:
    """A no takes everything away at once."""
    if waiting(turn) != SAFE:
        return _again(turn)
    said = _tapped(turn)
    agrees = said == YES if said else parse_yes_no(turn.text)
    if agrees is False:
        return leaving.leave(turn)
    draft = opened(turn)
    if agrees is None:
        return _safe(turn, draft)
    return _resume(turn, draft) if draft.get("ask") else _now(turn, draft)


def _now(turn: Turn, draft: Draft) -> Answer:
    buttons = [
        choice(turn, "report.now:yes", "report.yes"),
        choice(turn, "report.now:no", "report.no"),
    ]
    if not draft.get("young"):
        buttons.append(choice(turn, "report.young", "report.young"))
    return shown(turn, draft, NOW, "now", *buttons, young=bool(draft.get("young")))


def now(turn: Turn) -> Answer:
    """Danger now: the numbers, large, and the report is urgent. Whoever is unsure goes on."""
    if waiting(turn) != NOW:
        return _again(turn)
    said = _tapped(turn)
    draft = opened(turn)
    agrees = said == YES if said else parse_yes_no(turn.text)
    if agrees:
        draft["urgent"] = True
        return _urgent(turn, draft)
    if agrees is None:  # no yes and no no: it is told already
        draft["ask"] = QUESTIONS[0]
        report_questions.take(turn, draft, turn.text)
        return _on(turn, draft)
    return _ask(turn, draft)


def _urgent(turn: Turn, draft: Draft) -> Answer:
    young = bool(draft.get("young"))
    return shown(turn, draft, URGENT, "urgent", choice(turn, "report.go", "report.go"), young=young)


def go(turn: Turn) -> Answer:
    """To the questions: after the numbers, or where a draft was left."""
    step = waiting(turn)
    if step not in (URGENT, RESUME):
        return _again(turn)
    return _ask(turn, opened(turn))


def _resume(turn: Turn, draft: Draft) -> Answer:
    buttons = (choice(turn, "report.go", "report.resume"), "report.anew")
    return shown(turn, draft, RESUME, "resume", *buttons, young=bool(draft.get("young")))


def anew(turn: Turn) -> Answer:
    if waiting(turn) != RESUME:
        return _again(turn)
    return _now(turn, only_own(opened(turn)))


def _ask(turn: Turn, draft: Draft) -> Answer:
    """The question that is open, or the first."""
    asked = draft.get("ask", "")
    known = asked in report_questions.questions(draft)
    return report_questions.ask(turn, draft, asked if known else QUESTIONS[0])


def _on(turn: Turn, draft: Draft) -> Answer:
    question = report_questions.following(draft)
    if question is None:
        return report_sending.review(turn, draft)
    return report_questions.ask(turn, draft, question)


def heard(turn: Turn, *, cry: bool = False) -> Answer:
    """An answer in words. After a cry for help the next screen stands below the numbers."""
    step = waiting(turn)
    draft = opened(turn)
    if cry:
        draft["urgent"] = True
        draft.pop("at", None)
    if step == ASK and fold(turn.text) in _SKIP:
        report_questions.empty(draft, draft.get("ask", ""))
        return _on(turn, draft)
    if cry and step == ASK and draft.get("ask") == "officer":
        report_questions.add(draft, turn.text)
        return _ask(turn, draft)
    if step in (REVIEW, FIX):  # something more came to mind
        report_questions.add(draft, turn.text)
        return report_sending.review(turn, draft)
    if step != ASK:
        draft["ask"] = draft.get("ask") or QUESTIONS[0]
    report_questions.take(turn, draft, turn.text)
    return _on(turn, draft)


def skip(turn: Turn) -> Answer:
    if waiting(turn) != ASK:
        return _again(turn)
    draft = opened(turn)
    if draft.get("ask") != argument(turn):
        return _ask(turn, draft)
    report_questions.empty(draft, argument(turn))
    return _on(turn, draft)


def officer(turn: Turn) -> Answer:
    """Does it concern somebody who works at the commune, at a school, with the police?"""
    said = argument(turn)
    if waiting(turn) != ASK:
        return _again(turn)
    draft = opened(turn)
    if draft.get("ask") != "officer" or said not in (YES, NO, UNSURE):
        return _ask(turn, draft)
    draft["officer"] = said
    return _on(turn, draft)


def review(turn: Turn) -> Answer:
    if waiting(turn) not in (ASK, FIX):
        return _again(turn)
    draft = opened(turn)
    draft.pop("fix", None)
    return report_sending.review(turn, draft)


def fix(turn: Turn) -> Answer:
    return report_sending.fix_tapped(turn) if waiting(turn) in (REVIEW, FIX) else _again(turn)


def drop(turn: Turn) -> Answer:
    """Nothing of it is kept, and the screen goes."""
    if waiting(turn) != REVIEW:
        return _again(turn)
    draft = only_own(opened(turn))
    discreet.put(turn.conn, turn.contact.address_id, None, draft, turn.now)
    return leaving.leave(turn)


def media(turn: Turn) -> Answer:
    """No pictures, no voices: they are not fetched, and the question stays."""
    step = waiting(turn)
    draft = opened(turn)
    return shown(turn, draft, step, "media", choice(turn, "report.back", "report.back"))


def _again(turn: Turn) -> Answer:
    """A button of an older screen: the one that is open; nothing where none waits."""
    step = waiting(turn)
    if step not in SCREENS:
        return stale(turn)
    return SCREENS[step](turn, opened(turn))


def in_emergency(turn: Turn) -> Answer:
    """The numbers, as always. What was written is an answer all the same."""
    step = waiting(turn) if turn.event.kind is EventKind.TEXT else ""
    if step not in TOLD:
        return talk.in_emergency(turn)
    says = (*emergency.answer(turn).says, *TOLD[step](turn).says)
    return Answer(says, keep=True)


def _cried(turn: Turn) -> Answer:
    return heard(turn, cry=True)


# Screens that can be shown again, by what they wait for.
SCREENS: Mapping[str, Callable[[Turn, Draft], Answer]] = {
    SAFE: _safe,
    NOW: _now,
    URGENT: _urgent,
    RESUME: _resume,
    ASK: _ask,
    REVIEW: report_sending.review,
    FIX: report_sending.fix,
    **report_code.SCREENS,
    **report_word.SCREENS,
}
# Where a cry for help is an answer as well.
TOLD: Mapping[str, Handler] = {
    **dict.fromkeys((NOW, URGENT, ASK, REVIEW, FIX), _cried),
    report_code.MORE: report_code.told_in_a_cry,
}

ACTIONS: dict[str, Handler] = {
    "report.begin": begin,
    "report.young": begin_young,
    "report.safe": safe,
    "report.now": now,
    "report.go": go,
    "report.anew": anew,
    "report.skip": skip,
    "report.officer": officer,
    "report.review": review,
    "report.fix": fix,
    "report.send": report_sending.send,
    "report.drop": drop,
    "report.back": _again,
    **report_code.ACTIONS,
    **report_word.ACTIONS,
}
STEPS: dict[str, Handler] = {}
# What an open dialogue waits for, apart from the steps of other conversations.
QUIET: dict[str, Handler] = {
    SAFE: safe,
    NOW: now,
    **dict.fromkeys((URGENT, RESUME, ASK, REVIEW, FIX), heard),
    **report_code.QUIET,
    **report_word.QUIET,
}
OPEN_ACTIONS = frozenset(ACTIONS)  # also before consent
