"""What officers do with a case, by forms on its page.

Each act finds the case for this officer and does it, in one transaction. Its line stands in the
history of the case and nowhere else: the audit trail of the console knows no case.
"""

from collections.abc import Callable, Mapping
from datetime import date
from functools import partial

from starlette.responses import Response

from care.cases import FIELD_MOST, RANKS, Case, Danger, NotAllowed
from care.folding import fold
from console import case_fitting, case_page
from console.case_fitting import fitting
from console.cases import number_of, viewer_of
from console.scope import May
from console.web import Call, Page
from storage import areas, case_acts, case_files, cases, services
from storage.cases import Viewer
from storage.database import Connection

Act = Callable[[Connection, Call, Viewer, Case], None]


def _text(call: Call) -> str:
    return call.text("text", FIELD_MOST)


def _chosen(call: Call, name: str) -> int:
    """A number the form offered; raises NotAllowed for anything else."""
    typed = call.text(name, 20)
    if not typed.isdecimal() or len(typed) > 15:
        raise NotAllowed("choice")
    return int(typed)


def _take(conn: Connection, call: Call, viewer: Viewer, case: Case) -> None:
    case_acts.take(conn, viewer, case, call.now)


def _hand_back(conn: Connection, call: Call, viewer: Viewer, case: Case) -> None:
    case_acts.hand_back(conn, viewer, case, _text(call), call.now)


def _assess(conn: Connection, call: Call, viewer: Viewer, case: Case) -> None:
    danger = call.text("danger", 10)
    if danger not in list(Danger):
        raise NotAllowed("choice")
    case_acts.assess(conn, viewer, case, Danger(danger), _text(call), call.now)


def _plan(conn: Connection, call: Call, viewer: Viewer, case: Case) -> None:
    case_acts.plan(conn, viewer, case, _text(call), call.now)


def _add_step(conn: Connection, call: Call, viewer: Viewer, case: Case) -> None:
    typed = call.text("due_on", 10)
    try:
        due_on = date.fromisoformat(typed) if typed else None
    except ValueError:
        raise NotAllowed("date") from None
    case_acts.add_step(conn, viewer, case, _text(call), due_on, call.now)


def _finish_step(conn: Connection, call: Call, viewer: Viewer, case: Case) -> None:
    """Steps are counted within the case: a number of all cases would tell of others."""
    steps, n = case_files.steps_of(conn, case.id), _chosen(call, "step")
    if not 1 <= n <= len(steps):
        raise NotAllowed("choice")
    case_acts.finish_step(conn, viewer, case, steps[n - 1].id, call.now)


def _support(conn: Connection, call: Call, viewer: Viewer, case: Case) -> None:
    case_acts.support(conn, viewer, case, _text(call), call.now)


def _refer(conn: Connection, call: Call, viewer: Viewer, case: Case) -> None:
    service = _chosen(call, "service")
    if service not in {one.id for one in services.serving(conn, case.area_id)}:
        raise NotAllowed("choice")
    agreed = call.text("consent", 3) == "yes"
    case_acts.refer(conn, viewer, case, service, agreed, _text(call), call.now)


def _note(conn: Connection, call: Call, viewer: Viewer, case: Case) -> None:
    case_acts.note(conn, viewer, case, _text(call), call.now)


def _set_urgency(conn: Connection, call: Call, viewer: Viewer, case: Case) -> None:
    case_acts.set_urgency(conn, viewer, case, call.text("urgent", 3) == "yes", call.now)


def _offer(conn: Connection, call: Call, viewer: Viewer, case: Case) -> None:
    area_id = _area(conn, call.text("area", 80))
    if cases.rank_of(conn, area_id) >= len(RANKS):  # nobody keeps cases there
        raise NotAllowed("area")
    case_acts.offer_move(conn, viewer, case, area_id, _text(call), call.now)


def _area(conn: Connection, typed: str) -> int:
    """By its code, or by the name of a commune that is the only one of that name."""
    coded = areas.by_code(conn, typed)
    if coded is not None:
        return coded.id
    found = areas.search(conn, typed, None)
    if len(found) > 1:
        found = [area for area in found if fold(area.name) == fold(typed)]
    if len(found) != 1:
        raise NotAllowed("area")
    return found[0].id


def _withdraw(conn: Connection, call: Call, viewer: Viewer, case: Case) -> None:
    case_acts.decline_move(conn, viewer, case, _text(call), call.now)


def _exclude(conn: Connection, call: Call, viewer: Viewer, case: Case) -> None:
    officer_id = _chosen(call, "officer")
    if officer_id not in case_page.excludable(conn, viewer, case):
        raise NotAllowed("choice")
    case_acts.exclude(conn, viewer, case, officer_id, _text(call), call.now)


def _let_in(conn: Connection, call: Call, viewer: Viewer, case: Case) -> None:
    case_acts.let_in(conn, viewer, case, _chosen(call, "officer"), call.now)


def _ask_close(conn: Connection, call: Call, viewer: Viewer, case: Case) -> None:
    case_acts.ask_close(conn, viewer, case, _text(call), call.now)


def _refuse_close(conn: Connection, call: Call, viewer: Viewer, case: Case) -> None:
    case_acts.refuse_close(conn, viewer, case, _text(call), call.now)


def _close(conn: Connection, call: Call, viewer: Viewer, case: Case) -> None:
    case_acts.close(conn, viewer, case, _text(call), call.now)


def _reopen(conn: Connection, call: Call, viewer: Viewer, case: Case) -> None:
    case_acts.reopen(conn, viewer, case, _text(call), call.now)


ACTS: Mapping[str, Act] = {
    case_fitting.TAKE: _take,
    case_fitting.BACK: _hand_back,
    case_fitting.ASSESS: _assess,
    case_fitting.PLAN: _plan,
    case_fitting.STEP: _add_step,
    case_fitting.DONE: _finish_step,
    case_fitting.SUPPORT: _support,
    case_fitting.REFER: _refer,
    case_fitting.NOTE: _note,
    case_fitting.URGENCY: _set_urgency,
    case_fitting.OFFER: _offer,
    case_fitting.WITHDRAW: _withdraw,
    case_fitting.EXCLUDE: _exclude,
    case_fitting.LET_IN: _let_in,
    case_fitting.ASK_CLOSE: _ask_close,
    case_fitting.REFUSE_CLOSE: _refuse_close,
    case_fitting.CLOSE: _close,
    case_fitting.REOPEN: _reopen,
}


async def _post(name: str, call: Call) -> Response:
    try:
        found = await call.write(_do, call, name)
    except NotAllowed as no:
        return await case_page.explained(call, name, no.what)
    if not found:
        return call.missing()
    call.desk.wake()
    return call.go(f"/console/cases/{number_of(call)}")


def _do(conn: Connection, call: Call, name: str) -> bool:
    """False when this officer sees no such case."""
    viewer = viewer_of(conn, call.scope)
    case = cases.hold(conn, viewer, number_of(call))
    if case is None:
        return False
    if name not in fitting(case, viewer.officer_id):
        raise NotAllowed("state")
    ACTS[name](conn, call, viewer, case)
    return True


async def _answer(accepts: bool, call: Call) -> Response:
    """To what another area offers: by the officers it is offered to."""
    try:
        found = await call.write(_do_answer, call, accepts)
    except NotAllowed as no:
        return call.go(f"/console/cases?no={no.what}")
    if not found:
        return call.missing()
    call.desk.wake()
    return call.go(f"/console/cases/{number_of(call)}" if accepts else "/console/cases")


def _do_answer(conn: Connection, call: Call, accepts: bool) -> bool:
    viewer = viewer_of(conn, call.scope)
    case = cases.hold_offered(conn, viewer, number_of(call))
    if case is None:
        return False
    if accepts:
        case_acts.accept_move(conn, viewer, case, call.now)
    else:
        case_acts.decline_move(conn, viewer, case, _text(call), call.now)
    return True


PAGES = (
    *(
        Page(f"/cases/{{number}}/{name}", partial(_post, name), May.KEEP_CASES, "POST")
        for name in ACTS
    ),
    Page("/cases/{number}/accept", partial(_answer, True), May.KEEP_CASES, "POST"),
    Page("/cases/{number}/decline", partial(_answer, False), May.KEEP_CASES, "POST"),
)
