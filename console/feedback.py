"""What families think: of items, of talks with officers, and what they asked in vain."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from starlette.responses import Response

from care.clock import local_day
from console import downloads
from console.previews import title_of
from console.render import said
from console.scope import May, Scope
from console.web import Call, Page
from content.library import Library
from storage import campaign_rows, feedback, reactions, surveys, tasks
from storage.database import Connection
from storage.feedback import Said
from storage.surveys import Score
from storage.tasks import Task

PERIODS = (30, 90, 365)  # days
ITEMS_MOST = 40
TOPICS_MOST = 12
ANSWERS_MOST = 30
TASKS_MOST = 50
WORDS = "feedback/said.html"


@dataclass(frozen=True, slots=True)
class Results:
    """Of one officer's areas; topics are those of the whole installation."""

    items: Mapping[str, Said]
    scores: Mapping[int, int]
    answers: list[Score]
    topics: list[tuple[str, int]]
    tasks: list[Task]

    @property
    def answered(self) -> int:
        return sum(self.scores.values())

    @property
    def mean(self) -> float:
        whole = sum(score * times for score, times in self.scores.items())
        return whole / self.answered if self.answered else 0.0


def _results(conn: Connection, scope: Scope, days: int, now: datetime) -> Results:
    where = (scope.areas, scope.everywhere)
    since, today = now - timedelta(days=days), local_day(now)
    return Results(
        items=feedback.of_items(conn, *where, since),
        scores=surveys.counts(conn, *where, since),
        answers=surveys.answers(conn, *where, since, ANSWERS_MOST),
        topics=reactions.misses(conn, today - timedelta(days=days), today),
        tasks=open_tasks(conn, scope),
    )


def open_tasks(conn: Connection, scope: Scope) -> list[Task]:
    """The one list behind the page and the number on the first page."""
    waiting = tasks.waiting(conn, scope.areas, scope.everywhere)
    return [one for one in waiting if one.kind in (tasks.WRONG, tasks.LOW_SCORE)]


async def overview(call: Call) -> Response:
    days = _days(call.query.get("days", ""))
    found = await call.read(_results, call.scope, days, call.now)
    library = call.desk.library
    items = sorted(found.items.items(), key=lambda pair: (-pair[1].wrong, -pair[1].total, pair[0]))
    hardest = sorted(found.items.items(), key=lambda pair: -pair[1].not_yet)
    return call.page(
        "feedback/overview.html",
        days=days,
        periods=PERIODS,
        purpose_missing=call.query.get("purpose") == "missing",
        found=found,
        items=[(item, title_of(library, item), told) for item, told in items[:ITEMS_MOST]],
        hardest=[
            (title_of(library, item), told.not_yet)
            for item, told in hardest[: TOPICS_MOST // 2]
            if told.not_yet
        ],
        scores=[
            (library.label(f"surveys.{score}"), found.scores.get(score, 0))
            for score in surveys.SCORES
        ],
        topics=[(_topic(library, near), near, times) for near, times in found.topics[:TOPICS_MOST]],
        tasks=[_told(library, one) for one in found.tasks[:TASKS_MOST]],
    )


def _days(text: str) -> int:
    return int(text) if text in {str(days) for days in PERIODS} else PERIODS[0]


def _topic(library: Library, near: str) -> str | None:
    """The title of the answer the questions came nearest to; None: near nothing."""
    item = library.answers.get(near)
    return title_of(library, item) if item else near or None


def _told(library: Library, task: Task) -> tuple[Task, str, str]:
    """A task with what it is about: its kind of thing, and the title or number of the thing."""
    if task.kind == tasks.WRONG:
        return task, "item", title_of(library, task.ref)
    campaign = campaign_rows.id_of(task.ref)
    if campaign is not None:
        return task, "campaign", str(campaign)
    return task, "talk", task.ref.removeprefix(surveys.TALK)


async def finish(call: Call) -> Response:
    """The officer has looked; an item somebody called wrong needs a word on its own page."""
    task = await call.read(tasks.get, int(call.path["task"]))
    if task is None or not call.scope.holds(task.area_id) or task.kind != tasks.LOW_SCORE:
        return call.missing()
    done = (tasks.finish_one, task.id, call.officer.id, call.now)
    await call.act("task done", f"task:{task.id}", *done)
    return call.go("/console/feedback")


async def export(call: Call) -> Response:
    """Numbers only: what families wrote stays on the page."""
    why, days = downloads.purpose(call), _days(call.text("days", 4))
    if why is None:
        return call.go(f"/console/feedback?days={days}&purpose=missing#export")
    found = await call.read(_results, call.scope, days, call.now)
    rows = [
        (item, title_of(call.desk.library, item), told.did, told.not_yet, told.wrong)
        for item, told in sorted(found.items.items())
    ]
    name, where = f"phan-hoi-{local_day(call.now):%Y-%m-%d}", f"area:{call.scope.area_id}"
    headings = said(WORDS, "headings")
    return await downloads.table(call, "feedback exported", where, why, name, rows, headings)


PAGES = (
    Page("/feedback", overview, May.SEE_FEEDBACK),
    Page("/feedback/tasks/{task:int}", finish, May.SEE_FEEDBACK, "POST"),
    Page("/feedback/export", export, May.EXPORT, "POST", step_up=True),
)
