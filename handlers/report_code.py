"""Coming back with the code: how it stands, in four words, and something more to tell.

A wrong code, none, a forgotten one and too many tries get the same answer.
"""

from collections.abc import Callable, Mapping

from care.cases import Case
from care.codes import case_code_in
from handlers.code_tries import MOST_TRIES
from handlers.fallback import stale
from handlers.report_screens import Draft, elsewhere, opened, shown, waiting
from handlers.routing import Handler
from handlers.turn import Answer, Turn
from storage import cases, discreet

STATUS, MORE = "report.status", "report.more"


def asked(turn: Turn) -> Answer:
    if not turn.deletes:
        return elsewhere(turn)
    draft = opened(turn)
    code = case_code_in(turn.text) or ""
    if _find(turn, code) is None:
        draft.pop("code", None)
        return shown(turn, draft, None, "no-code")
    status = cases.status_by_code(turn.conn, code, turn.now)
    draft["code"] = code
    return shown(turn, draft, STATUS, "status", MORE, status=status.value if status else "")


def _find(turn: Turn, code: str) -> Case | None:
    """Looked for in any case, so that too many tries take as long as a wrong one."""
    who, hour = turn.contact.address_id, turn.now.strftime("%Y-%m-%dT%H")
    found = cases.by_code(turn.conn, code)
    if discreet.counted(turn.conn, "code", who, hour) >= MOST_TRIES:
        return None
    if found is None or found.forgotten_at is not None:
        discreet.count(turn.conn, "code", who, hour, turn.now)
        return None
    return found


def more(turn: Turn) -> Answer:
    if waiting(turn) not in (STATUS, MORE):
        return stale(turn)
    return _more(turn, opened(turn))


def _more(turn: Turn, draft: Draft) -> Answer:
    return shown(turn, draft, MORE, "more")


def told(turn: Turn, *, cry: bool = False) -> Answer:
    """Something more, for the case the code belongs to."""
    draft = opened(turn)
    if cry:
        draft.pop("at", None)
    if not cases.add_by_code(turn.conn, draft.get("code", ""), turn.text, turn.now):
        return shown(turn, draft, None, "no-code")
    return shown(turn, draft, STATUS, "added", MORE)


def told_in_a_cry(turn: Turn) -> Answer:
    return told(turn, cry=True)


ACTIONS: dict[str, Handler] = {MORE: more}
SCREENS: Mapping[str, Callable[[Turn, Draft], Answer]] = {MORE: _more}
QUIET: dict[str, Handler] = {MORE: told}
