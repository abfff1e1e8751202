"""One talk: what was said, who answers, and taking, giving back, ending it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from starlette.responses import Response

from care.clock import local_day
from console.inbox import LOOKS_AGAIN, Family, family_of, officer_name, view_of
from console.scope import May
from console.web import AGAIN, Call, Page
from storage import audit, surveys, talk_answers, talk_queue, talks
from storage.database import Connection
from storage.talks import CLAIMED, OFFICER, Talk
from storage.talks import Line as TalkLine


@dataclass(frozen=True, slots=True)
class Bubble:
    """A line and what became of it on its way to the family."""

    line: TalkLine
    officer: str | None
    outcome: str | None


@dataclass(frozen=True, slots=True)
class Shown:
    talk: Talk
    family: Family
    bubbles: Sequence[Bubble]
    officer: str | None  # who answers


def look(conn: Connection, call: Call, talk_id: int) -> Shown | None:
    """None for what is not there, is outside the officer's areas, or has not climbed so far."""
    talk = talk_queue.get(conn, view_of(call.scope), talk_id)
    if talk is None:
        return None
    outcomes = talk_answers.outcomes(conn, talk.caregiver_id)
    bubbles = [
        Bubble(line, officer_name(conn, line.officer_id), outcomes.get(line.id))
        for line in talks.lines(conn, talk.id)
    ]
    family = family_of(conn, call.desk.library, talk, local_day(call.now))
    return Shown(talk, family, bubbles, officer_name(conn, talk.officer_id))


def is_mine(talk: Talk, call: Call) -> bool:
    return talk.state == CLAIMED and talk.officer_id == call.officer.id


async def show(call: Call) -> Response:
    """Only the officer who answers sees it anew by itself: every other look is noted."""
    shown = await call.read(look, call, int(call.path["talk"]))
    if shown is None:
        return call.missing()
    mine = is_mine(shown.talk, call)
    if not (mine and AGAIN in call.query):
        await call.noted("talk read", f"talk:{shown.talk.id}")
    numbers = call.desk.library.numbers
    page = call.page("inbox/talk.html", shown=shown, mine=mine, numbers=numbers, still=call.still)
    return call.live(page, LOOKS_AGAIN if mine else 0)


Act = Callable[[Connection, Call, Talk], bool]  # False when somebody or something was quicker


async def claim(call: Call) -> Response:
    """The first one gets it; whoever was slower sees by whom it was taken."""
    return await _turned(call, "talk claimed", _claimed)


async def hand_back(call: Call) -> Response:
    return await _turned(call, "talk handed back", _handed_back)


async def close(call: Call) -> Response:
    return await _turned(call, "talk closed", _closed)


async def _turned(call: Call, action: str, act: Act) -> Response:
    talk_id = int(call.path["talk"])
    if not await call.write(_act, call, talk_id, action, act):
        return call.missing()
    call.desk.wake()
    return call.go(f"/console/inbox/{talk_id}")


def _act(conn: Connection, call: Call, talk_id: int, action: str, act: Act) -> bool:
    """False when there is no such talk here; what came too late changes nothing."""
    talk = talk_queue.get(conn, view_of(call.scope), talk_id)
    if talk is None:
        return False
    if act(conn, call, talk):
        audit.record(conn, call.actor, action, f"talk:{talk.id}", call.now)
    return True


def _claimed(conn: Connection, call: Call, talk: Talk) -> bool:
    return talks.claim(conn, talk.id, call.officer.id, call.now)


def _handed_back(conn: Connection, call: Call, talk: Talk) -> bool:
    return talks.hand_back(conn, talk.id, call.officer.id, call.now)


def _closed(conn: Connection, call: Call, talk: Talk) -> bool:
    """The family hears that the bot is back, and is asked how it was."""
    if not talks.close(conn, talk.id, call.officer.id, call.now):
        return False
    params = {"who": who(call), "buttons": [["talk.open", None, None], ["menu.home", None, None]]}
    talk_answers.put(conn, talk, talk_answers.ENDED, params, call.now)
    if any(line.who == OFFICER for line in talks.lines(conn, talk.id)):
        surveys.ask(conn, talk.id, call.now)
    return True


def who(call: Call) -> str:
    """How families read who writes: the office, no name."""
    return call.desk.library.label(f"talk.who-{call.officer.role}")


PAGES = (
    Page("/inbox/{talk:int}", show, May.TALK),
    Page("/inbox/{talk:int}/claim", claim, May.TALK, "POST"),
    Page("/inbox/{talk:int}/back", hand_back, May.TALK, "POST"),
    Page("/inbox/{talk:int}/close", close, May.TALK, "POST"),
)
