"""Which of today's candidates one family gets, and why the others wait or never come.

Rules 1-5, 8-10 of content-design section 3.1. Pure: the planner, the timeline and the rehearsal
all decide here. One push a day; a budget per caregiver, not per child.
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from enum import StrEnum
from functools import partial
from typing import NamedTuple

from care.people import Frequency
from care.programme import Opening


class State(StrEnum):
    SEND = "send"
    WAITING = "waiting"
    MERGED = "merged"
    SKIPPED = "skipped"
    EXPIRED = "expired"


class Reason(StrEnum):
    """Why something was not sent; stored with the decision and shown by `timeline`."""

    FREQUENCY = "frequency"  # tier not part of the frequency the caregiver chose
    SAME_MESSAGE = "same_message"  # twins or siblings: one message names both
    SAME_TOPIC = "same_topic"  # the same dedupe key was or is being sent
    BUDGET = "budget"  # waits: enough messages for now
    WEEKEND = "weekend"  # waits for Saturday
    WINDOW = "window"  # its last day passed while it waited
    NEWER = "newer"  # the next reminder of the same item has come
    SHOWN = "shown"  # told in an answer when the caregiver joined
    JOINED_LATE = "joined_late"  # its window opened before the caregiver joined
    PAUSED = "paused"
    NO_CHANNEL = "no_channel"  # no messenger reaches the caregiver any more
    STOPPED = "stopped"
    LOSS = "loss"
    MOVED = "moved"  # the child lives elsewhere, an officer says
    DONE = "done"
    DATE_CHANGED = "date_changed"
    NOT_FOR_CHILD = "not_for_child"  # the family or the rule says so
    REFUSED = "refused"
    CLOSED = "closed"  # it can no longer be done
    NOT_HERE = "not_here"  # not offered where the family lives
    NO_RULE = "no_rule"  # its rule is not in force
    NOT_YET = "not_yet"  # waits: an interval is not over
    OTHER_FIRST = "other_first"  # waits: another duty comes first
    PUT_OFF = "put_off"  # waits: the family chose a day
    SESSION = "session"  # waits: till some days before the station's next session
    HELD_BACK = "held_back"  # two readers called it wrong; waits for an officer


WEEK_MOST = {Frequency.FEW: 2, Frequency.NORMAL: 3, Frequency.MANY: 4}
WEEK_MOST_YOUNG = {Frequency.FEW: 2, Frequency.NORMAL: 4, Frequency.MANY: 5}
REMINDERS_A_WEEK = 1
NEWBORN_DAYS = 10
YOUNG_DAYS = 63
SAME_TOPIC_DAYS = 30
SIBLING_TOPIC_DAYS = 180
HISTORY_DAYS = SIBLING_TOPIC_DAYS
WEEK = timedelta(days=7)
SATURDAY = 5
REMINDER_PRIORITY = 1


class Candidate(NamedTuple):
    child_id: int
    opening: Opening
    opened_on: date
    expires_on: date
    age_days: int | None  # of the child today; None in pregnancy


class Past(NamedTuple):
    """A push that was sent or waits in the outbox."""

    on: date
    priority: int
    item_id: str
    child_id: int
    dedupe_key: str | None


class Decision(NamedTuple):
    candidate: Candidate
    state: State
    reason: Reason | None = None
    into: Candidate | None = None  # the message it became part of


def choose(
    frequency: Frequency, candidates: Sequence[Candidate], history: Sequence[Past], today: date
) -> list[Decision]:
    """One decision for every candidate; at most one of them is SEND.

    1. Drop what expired, what the chosen frequency leaves out, and older repeats of an item.
    2. Fold siblings and topics already told.
    3. If a push went out today, all wait.
    4. Send the first by priority, then by earliest expiry, that its weekly budget allows.
    5. What shares its topic or its item merges into it; the rest waits.
    """
    if len(candidates) == 1 and not history:
        return [_alone(frequency, candidates[0], today)]
    decided: list[Decision] = []
    live: list[Candidate] = []
    newest = _newest_slots(candidates)
    for candidate in candidates:
        verdict = _unfit(frequency, candidate, newest, history, today)
        if verdict:
            decided.append(verdict)
        else:
            live.append(candidate)
    live.sort(key=partial(_rank, today=today))
    pushed_today = any(past.on == today for past in history)
    winner = None if pushed_today else _first_allowed(frequency, live, history, today)
    decided.extend(_place(candidate, winner, today) for candidate in live)
    return decided


def _alone(frequency: Frequency, candidate: Candidate, today: date) -> Decision:
    verdict = _unfit(frequency, candidate, {}, (), today)
    if verdict:
        return verdict
    return _place(candidate, None if _waits_for_weekend(candidate, today) else candidate, today)


def _unfit(
    frequency: Frequency,
    candidate: Candidate,
    newest: dict[tuple[int, str], int],
    history: Sequence[Past],
    today: date,
) -> Decision | None:
    item = candidate.opening.item
    if candidate.expires_on < today:
        return Decision(candidate, State.EXPIRED, Reason.WINDOW)
    if not _in_frequency(frequency, item.tier):
        return Decision(candidate, State.SKIPPED, Reason.FREQUENCY)
    if newest and newest[candidate.child_id, item.id] > candidate.opening.slot:
        return Decision(candidate, State.SKIPPED, Reason.NEWER)
    if history and _told_already(candidate, history, today):
        return Decision(candidate, State.MERGED, Reason.SAME_TOPIC)
    return None


def _in_frequency(frequency: Frequency, tier: str) -> bool:
    if frequency is Frequency.FEW:
        return tier == "A"
    return tier != "C" or frequency is Frequency.MANY


def _newest_slots(candidates: Iterable[Candidate]) -> dict[tuple[int, str], int]:
    newest: dict[tuple[int, str], int] = {}
    for candidate in candidates:
        key = candidate.child_id, candidate.opening.item.id
        newest[key] = max(newest.get(key, 0), candidate.opening.slot)
    return newest


def _told_already(candidate: Candidate, history: Sequence[Past], today: date) -> bool:
    """Same topic for this child within 30 days, or the same item or topic for a sibling in 180.

    A reminder has its date: neither a tip told before nor a sibling's reminder replaces it.
    """
    item = candidate.opening.item
    if item.priority == REMINDER_PRIORITY:
        return False
    for past in history:
        topic = item.dedupe_key is not None and past.dedupe_key == item.dedupe_key
        if past.child_id == candidate.child_id:
            same, days = topic and past.item_id != item.id, SAME_TOPIC_DAYS
        else:
            same, days = topic or past.item_id == item.id, SIBLING_TOPIC_DAYS
        if same and (today - past.on).days < days:
            return True
    return False


def _rank(candidate: Candidate, today: date) -> tuple[int, bool, date, bool, date, str, int]:
    """What a family must know goes before a reminder on its last day: a reminder comes again."""
    item = candidate.opening.item
    last_day = item.must_know and candidate.expires_on == today
    priority = REMINDER_PRIORITY if last_day else item.priority
    tip = item.priority != REMINDER_PRIORITY
    end, opened = candidate.expires_on, candidate.opened_on
    again = _comes_on_and_on(candidate)
    return (priority, again, end, tip, opened, item.id, candidate.child_id)


def _comes_on_and_on(candidate: Candidate) -> bool:
    """A weekly "still not done?" must not push a vaccine back for weeks."""
    item = candidate.opening.item
    return item.then_every is not None and candidate.opening.slot >= max(1, len(item.repeat))


def _first_allowed(
    frequency: Frequency, live: Sequence[Candidate], history: Sequence[Past], today: date
) -> Candidate | None:
    recent = [past for past in history if today - past.on < WEEK]
    reminders = sum(past.priority == REMINDER_PRIORITY for past in recent)
    fresh = _newborn_until(live, today)
    tips = sum(past.priority != REMINDER_PRIORITY and past.on > fresh for past in recent)
    most = week_budget(frequency, live)
    topics: set[tuple[int, str]] = set()  # of reminders that have to wait
    for candidate in live:
        item = candidate.opening.item
        topic = (candidate.child_id, item.dedupe_key or "")
        if _waits_for_weekend(candidate, today):
            continue
        if item.priority == REMINDER_PRIORITY:
            if most is None or reminders < REMINDERS_A_WEEK:
                return candidate
            topics.add(topic)
        elif item.dedupe_key and topic in topics and candidate.expires_on > today:
            continue  # goes with its reminder
        elif most is None or tips < most:
            return candidate
    return None


def _newborn_until(live: Sequence[Candidate], today: date) -> date:
    """The last of the days with a message a day; they do not use up the week that follows."""
    ages = [c.age_days for c in live if c.age_days is not None]
    return today - timedelta(days=min(ages) - NEWBORN_DAYS) if ages else date.min


def week_budget(frequency: Frequency, live: Sequence[Candidate]) -> int | None:
    """Tips in any seven days; None in the first days after a birth: one push a day, of any kind."""
    ages = [c.age_days for c in live if c.age_days is not None]
    if any(age <= NEWBORN_DAYS for age in ages):
        return None
    if any(age < YOUNG_DAYS for age in ages):
        return WEEK_MOST_YOUNG[frequency]
    return WEEK_MOST[frequency]


def _waits_for_weekend(candidate: Candidate, today: date) -> bool:
    """Only for its first Saturday: a weekend that was full must not cost another week."""
    if not candidate.opening.item.prefer_weekend or today.weekday() >= SATURDAY:
        return False
    opened = candidate.opened_on
    saturday = opened + timedelta(days=(SATURDAY - opened.weekday()) % 7)
    return today < saturday <= candidate.expires_on


def _place(candidate: Candidate, winner: Candidate | None, today: date) -> Decision:
    if candidate is winner:
        return Decision(candidate, State.SEND)
    folded = _folds_into(candidate, winner) if winner else None
    if folded:
        return Decision(candidate, State.MERGED, folded, winner)
    if candidate.expires_on == today:
        return Decision(candidate, State.EXPIRED, Reason.WINDOW)
    reason = Reason.WEEKEND if _waits_for_weekend(candidate, today) else Reason.BUDGET
    return Decision(candidate, State.WAITING, reason)


def _folds_into(candidate: Candidate, winner: Candidate) -> Reason | None:
    """Why one message tells both; a reminder joins only reminders, and of the same birth."""
    item, other = candidate.opening.item, winner.opening.item
    reminder = item.priority == REMINDER_PRIORITY
    if item.id == other.id:
        same_dates = candidate.opened_on == winner.opened_on
        return Reason.SAME_MESSAGE if same_dates or not reminder else None
    if item.dedupe_key is None or item.dedupe_key != other.dedupe_key:
        return None
    twins = candidate.age_days is not None and candidate.age_days == winner.age_days
    same_birth = twins or candidate.child_id == winner.child_id
    if not reminder or (other.priority == REMINDER_PRIORITY and same_birth):
        return Reason.SAME_TOPIC
    return None
