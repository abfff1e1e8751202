"""A case: what is known of it, how it stands, what must be done by when, and who must be told.

The software never judges, investigates or closes a case; it keeps what people did with it.
Steps and times: Decree 56/2017, articles 25 to 32.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from care.clock import at_local, local_day, local_minutes
from care.talking import Hours, is_open, minutes_within


class State(StrEnum):
    """In the order of the work; derived from what was done, never set."""

    NEW = "new"  # mới
    TAKEN = "taken"  # đã tiếp nhận
    ASSESSED = "assessed"  # đánh giá ban đầu
    PLANNED = "planned"  # kế hoạch
    SUPPORTED = "supported"  # đang hỗ trợ
    REFERRED = "referred"  # chuyển tuyến
    CLOSED = "closed"  # đóng
    REOPENED = "reopened"  # mở lại


class Status(StrEnum):
    """What whoever reported may know."""

    RECEIVED = "received"  # đã nhận
    LOOKED_AT = "looked_at"  # đang xem xét
    IN_CHARGE = "in_charge"  # đã có người phụ trách
    DONE = "done"  # đã xong


class Act(StrEnum):
    """A line of a case's history. Reads are acts too."""

    REPORTED = "reported"
    ADDED = "added"  # by whoever reported, with the code
    STATUS_READ = "status_read"  # by whoever reported
    READ = "read"
    PRINTED = "printed"
    TAKEN = "taken"
    HANDED_BACK = "handed_back"
    ASSESSED = "assessed"
    PLANNED = "planned"
    STEP_ADDED = "step_added"
    STEP_DONE = "step_done"
    SUPPORTED = "supported"
    REFERRED = "referred"
    NOTED = "noted"
    FACTS_CHANGED = "facts_changed"
    URGENCY_CHANGED = "urgency_changed"
    MOVE_OFFERED = "move_offered"  # to another area
    MOVE_ACCEPTED = "move_accepted"
    MOVE_DECLINED = "move_declined"
    EXCLUDED = "excluded"  # an officer who shall not see it
    LET_IN = "let_in"
    CLOSE_ASKED = "close_asked"
    CLOSE_REFUSED = "close_refused"
    CLOSED = "closed"
    REOPENED = "reopened"
    DEPUTY_CALLED = "deputy_called"  # by the clock
    CLIMBED = "climbed"  # by the clock
    FORGOTTEN = "forgotten"  # its key was destroyed


class Danger(StrEnum):
    """The result of the initial assessment."""

    HIGH = "high"  # an emergency measure within 12 hours
    SOME = "some"
    LOW = "low"
    NONE = "none"


# Fields of Mẫu số 01, as far as known. The first five are what the chat asks.
FIELDS = (
    "told",  # what is worrying
    "child",  # name, age or estimated age, girl or boy
    "place",  # where it happened, where the child is
    "carer",  # who cares for the child now
    "contact",  # of whoever reports, only if they agree
    "child_name",
    "child_born",
    "child_sex",
    "event_at",  # hour and date
    "condition",  # how the child is now
    "harm",  # what may come without help
    "father",
    "mother",
    "family",
    "helped",  # help already given
    "notes",
)
FIELD_MOST = 2000  # characters
CODE_DIGITS = 16
RANKS = ("country", "province", "commune")  # from above to below


@dataclass(frozen=True, slots=True)
class Case:
    """The open part of a case: no word of it. `number` is random: ids count nothing.

    Officers of a unit between `lowest` and `highest` in RANKS see it (`highest` is the smaller
    number); `lowest` is 1 where nobody of the commune may.
    """

    id: int
    number: str
    area_id: int
    lowest: int
    highest: int
    urgent: bool
    pile: bool  # one of many of one sender that day
    reported_at: datetime
    waiting_since: datetime | None  # until somebody opens it; again after an addition
    stage: int  # how often the clock has called: 0 officers, 1 their deputies, 2 and more: above
    called_at: datetime | None  # when it last did
    seen_at: datetime | None
    officer_id: int | None
    taken_at: datetime | None
    assessed_at: datetime | None
    danger: str | None  # Danger
    planned_at: datetime | None
    supported_at: datetime | None
    referred_at: datetime | None
    close_asked_by: int | None
    close_asked_at: datetime | None
    closed_by: int | None
    closed_at: datetime | None
    reopened_at: datetime | None
    offered_area_id: int | None
    offered_by: int | None
    changed_at: datetime
    forgotten_at: datetime | None


class NotAllowed(Exception):
    """A moment or a person that does not fit; `what` is a word for the page to explain."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what  # state, same, empty, consent, own


def state_of(case: Case) -> State:
    """How a case stands, from the days on which things were done."""
    if case.closed_at is not None:
        return State.CLOSED
    steps = (
        (State.TAKEN, case.taken_at),
        (State.ASSESSED, case.assessed_at),
        (State.PLANNED, case.planned_at),
        (State.SUPPORTED, case.supported_at),
        (State.REFERRED, case.referred_at),
    )
    since = case.reopened_at
    done = [
        (at, n, state)
        for n, (state, at) in enumerate(steps)
        if at is not None and (since is None or at > since)
    ]
    if not done:
        return State.REOPENED if since is not None else State.NEW
    return max(done)[2]


def status_of(case: Case) -> Status:
    if case.closed_at is not None:
        return Status.DONE
    if case.officer_id is not None:
        return Status.IN_CHARGE
    return Status.LOOKED_AT if case.seen_at is not None else Status.RECEIVED


class Task(StrEnum):
    OPEN = "open"  # somebody reads it
    ASSESS = "assess"  # Mẫu 02, and where there is serious danger the emergency measure
    PLAN = "plan"
    CLOSE = "close"  # a second officer looks


ASSESS_WITHIN = timedelta(hours=12)  # of the receipt
PLAN_WORKING_DAYS = 5
CLOSE_WITHIN = timedelta(days=7)  # ours, not the law's


@dataclass(frozen=True, slots=True)
class Waits:
    """Minutes until a case that nobody opens climbs; `calm` counts office hours only."""

    urgent: int = 30
    urgent_at_night: int = 30  # outside office hours
    calm: int = 240


USUAL_WAITS = Waits()


@dataclass(frozen=True, slots=True)
class Due:
    task: Task
    by: datetime
    done_at: datetime | None

    def overdue(self, now: datetime) -> bool:
        return self.done_at is None and self.by < now


def tasks(case: Case, hours: Hours, waits: Waits) -> list[Due]:
    """What the law and we ask for, in order of time; a closed case has none left open."""
    start = max(case.reported_at, case.reopened_at or case.reported_at)
    plan_by = working_days_after(start, PLAN_WORKING_DAYS)
    due = [
        Due(
            Task.OPEN,
            open_by(case.waiting_since or start, hurried(case), hours, waits),
            case.seen_at if case.waiting_since is None else None,
        ),
        Due(Task.ASSESS, start + ASSESS_WITHIN, _since(case.assessed_at, start)),
        Due(Task.PLAN, plan_by, _since(case.planned_at, start)),
    ]
    if case.close_asked_at is not None:
        due.append(Due(Task.CLOSE, case.close_asked_at + CLOSE_WITHIN, case.closed_at))
    if case.closed_at is not None:
        due = [one for one in due if one.done_at is not None]
    return due


def _since(at: datetime | None, start: datetime) -> datetime | None:
    return at if at is not None and at >= start else None


def hurried(case: Case) -> bool:
    """Whether it may wake somebody; one of many of one sender does not."""
    return case.urgent and not case.pile


def open_by(since: datetime, in_a_hurry: bool, hours: Hours, waits: Waits) -> datetime:
    if in_a_hurry:
        minutes = waits.urgent if is_open(hours, since) else waits.urgent_at_night
        return since + timedelta(minutes=minutes)
    return office_time_after(hours, since, waits.calm)


def late(case: Case, hours: Hours, waits: Waits, now: datetime) -> bool:
    """Nobody has opened it in the time allowed since it came or since the last call."""
    if case.waiting_since is None or case.closed_at is not None:
        return False
    since = max(case.waiting_since, case.called_at or case.waiting_since)
    if hurried(case):
        minutes = waits.urgent if is_open(hours, since) else waits.urgent_at_night
        return now >= since + timedelta(minutes=minutes)
    return minutes_within(hours, since, now) >= waits.calm


def office_time_after(hours: Hours, start: datetime, minutes: int) -> datetime:
    """The moment when that many minutes of office hours have passed."""
    left, day = timedelta(minutes=minutes), local_day(start)
    while True:
        if day.isoweekday() in hours.days:
            for opens, closes in hours.spans:
                first, last = max(start, at_local(day, opens)), at_local(day, closes)
                if last - first >= left:
                    return first + left
                left -= max(last - first, timedelta())
        day += timedelta(days=1)


def working_days_after(start: datetime, days: int) -> datetime:
    """The same time of day so many working days later. Holidays are not known: rather too early."""
    day, minutes = local_day(start), local_minutes(start)
    while days:
        day += timedelta(days=1)
        days -= day.isoweekday() <= 5
    return at_local(day, minutes)
