"""What came of a campaign: in sum, person by person, and what families answered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from starlette.responses import Response

from care.campaigns import SCORES, Asks
from console.campaign_finding import BEGUN, find, name_of, number, path_of, place_name
from console.scope import May, Scope
from console.web import Call, Page
from storage import campaign_results
from storage.campaign_results import Answers, Result, Words
from storage.campaigns import Campaign
from storage.database import Connection
from storage.outbox import CANCELLED, EXPIRED, FAILED, PENDING, SENDING, SENT, UNKNOWN

A_PAGE = 100
STATES = (SENT, PENDING, SENDING, FAILED, EXPIRED, CANCELLED, UNKNOWN)


@dataclass(frozen=True, slots=True)
class Tables:
    """`choices`: what could be answered, and how often it was."""

    answers: Answers
    choices: list[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class Line:
    result: Result
    place: str
    answer: str


def tables_of(conn: Connection, campaign: Campaign) -> Tables | None:
    """None without a question."""
    if campaign.draft.question is None:
        return None
    answers = campaign_results.answers(conn, campaign.id)
    named = enumerate(choices_of(campaign), 1)
    return Tables(answers, [(name, answers.choices.get(n, 0)) for n, name in named])


def choices_of(campaign: Campaign) -> Sequence[str]:
    question = campaign.draft.question
    if question is None or question.kind is Asks.OPEN:
        return ()
    if question.kind is Asks.POLL:
        return question.options
    return [str(score) for score in range(1, SCORES + 1)]


async def people(call: Call) -> Response:
    """Numbers of caregivers, no names; the page of a family shows more to who may see it."""
    campaign = await find(call)
    if campaign is None or campaign.state not in BEGUN:
        return call.missing()
    state = call.query.get("state", "")
    after = number(call.query.get("after", ""), 2**53) or 0
    wanted = state if state in STATES else None
    lines, last = await call.read(lines_of, call.scope, campaign, wanted, after, A_PAGE)
    await call.noted("campaign people read", name_of(campaign.id))
    return call.page(
        "campaigns/people.html",
        campaign=campaign,
        lines=lines,
        last=last,
        state=wanted or "",
        states=STATES,
    )


def lines_of(
    conn: Connection,
    scope: Scope,
    campaign: Campaign,
    state: str | None,
    after: int,
    limit: int,
) -> tuple[list[Line], int | None]:
    """Those the officer may see, and the last row looked at; None when nothing comes after it.

    Who has moved out of the officer's areas since, or was erased, is in the sums only.
    """
    found = campaign_results.results(conn, campaign.id, state, after, limit)
    choices, names = choices_of(campaign), dict[int | None, str]()
    lines = []
    for _, result in found:
        if result.caregiver_id is None or not scope.holds(result.area_id):
            continue
        if result.area_id not in names:
            names[result.area_id] = place_name(conn, result.area_id or 0)
        lines.append(Line(result, names[result.area_id], _answer(result, choices)))
    return lines, found[-1][0] if len(found) == limit else None


def _answer(result: Result, choices: Sequence[str]) -> str:
    if result.choice is None or not 1 <= result.choice <= len(choices):
        return ""
    return choices[result.choice - 1]


async def words(call: Call) -> Response:
    """Open answers; only where the officer may see the families."""
    campaign = await find(call)
    if campaign is None or campaign.state not in BEGUN or not _is_open(campaign):
        return call.missing()
    before = _moment(call.query.get("before", ""))
    found = await call.read(campaign_results.words, campaign.id, before, A_PAGE)
    await call.noted("campaign answers read", name_of(campaign.id))
    more = found[-1].at if len(found) == A_PAGE else None
    return call.page(
        "campaigns/answers.html",
        campaign=campaign,
        found=within(call.scope, found),
        more=more,
        back=path_of(campaign.id),
    )


def within(scope: Scope, found: Sequence[Words]) -> list[Words]:
    return [one for one in found if scope.holds(one.area_id)]


def _is_open(campaign: Campaign) -> bool:
    question = campaign.draft.question
    return question is not None and question.kind is Asks.OPEN


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.utcoffset() is not None else None


PAGES = (
    Page("/campaigns/{campaign:int}/people", people, May.SEE_FAMILIES),
    Page("/campaigns/{campaign:int}/words", words, May.SEE_FAMILIES),
)
