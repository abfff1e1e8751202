"""Which acts fit a case now, for the page that offers them and for the form that asks for one."""

from care.cases import Case

TAKE, BACK, ASSESS, PLAN = "take", "back", "assess", "plan"
STEP, DONE, SUPPORT, REFER = "step", "done", "support", "refer"
NOTE, URGENCY, FACTS = "note", "urgency", "facts"
OFFER, WITHDRAW = "offer", "withdraw"
EXCLUDE, LET_IN = "exclude", "let-in"
ASK_CLOSE, REFUSE_CLOSE, CLOSE, REOPEN = "ask-close", "refuse-close", "close", "reopen"
ALWAYS = frozenset({NOTE, URGENCY, FACTS, EXCLUDE, LET_IN})
WORK = frozenset({ASSESS, PLAN, STEP, DONE, SUPPORT, REFER})  # by whoever is there to do it


def fitting(case: Case, officer_id: int) -> frozenset[str]:
    if case.forgotten_at is not None:
        return frozenset()
    if case.closed_at is not None:
        return frozenset({NOTE, REOPEN})
    fits = set(ALWAYS)
    fits.add(OFFER if case.offered_area_id is None else WITHDRAW)
    if case.officer_id is None:
        return frozenset({*fits, TAKE})
    fits |= WORK
    if case.officer_id == officer_id:
        fits.add(BACK)
    if case.close_asked_at is None:
        return frozenset({*fits, ASK_CLOSE})
    fits.add(REFUSE_CLOSE)
    if case.close_asked_by != officer_id:
        fits.add(CLOSE)
    return frozenset(fits)
