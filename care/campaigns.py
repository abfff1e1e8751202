"""A campaign: what an officer may write, who must agree, and what may follow what."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from urllib.parse import urlsplit

from care.audience import EVERYBODY, Audience, Problem
from care.clock import local_day
from care.quiet_hours import next_allowed


class State(StrEnum):
    DRAFT = "draft"
    WAITING = "waiting"  # for who approves
    APPROVED = "approved"  # its time has not come; may be taken back
    SENDING = "sending"
    PAUSED = "paused"
    DONE = "done"
    CANCELLED = "cancelled"


MOVES: Mapping[State, frozenset[State]] = {
    State.DRAFT: frozenset({State.WAITING, State.APPROVED, State.CANCELLED}),
    State.WAITING: frozenset({State.DRAFT, State.APPROVED, State.CANCELLED}),
    State.APPROVED: frozenset({State.DRAFT, State.WAITING, State.SENDING, State.CANCELLED}),
    State.SENDING: frozenset({State.PAUSED, State.DONE, State.CANCELLED}),
    State.PAUSED: frozenset({State.SENDING, State.CANCELLED}),
    State.DONE: frozenset({State.SENDING}),  # what failed is tried again
    State.CANCELLED: frozenset(),
}

TITLE_MOST = 120
BODY_MOST = 1500
BUTTONS_MOST = 3
LABEL_MOST = 20
REPLY_MOST = 500
ASKED_MOST = 300
OPTION_MOST = 40
OPTIONS = (2, 6)
SCORES = 5
WORDS_MOST = 1000  # of an answer
VALID_HOURS = 48
VALID_MOST = 14 * 24
ALONE_MOST = 50  # people an officer may write to without a second one
START_DELAY = timedelta(minutes=10)
ALERT_APPROVALS = 2

PLACEHOLDERS = ("ten_be", "goi", "tram", "thon")


class Asks(StrEnum):
    POLL = "poll"
    SCORE = "score"  # 1 to 5
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Press:
    """A button: it opens `link`, or `reply` is the answer to a tap, or a tap is thanked for."""

    label: str
    reply: str | None = None
    link: str | None = None


@dataclass(frozen=True, slots=True)
class Question:
    kind: Asks
    asked: str
    options: tuple[str, ...] = ()  # of a poll

    @property
    def choices(self) -> int:
        """A choice is 1 to this; 0 of an open question."""
        return {Asks.POLL: len(self.options), Asks.SCORE: SCORES, Asks.OPEN: 0}[self.kind]


@dataclass(frozen=True, slots=True)
class Draft:
    """Everything an officer writes; may change only in State.DRAFT."""

    title: str
    body: str
    audience: Audience = EVERYBODY
    alert: bool = False  # flood, epidemic: goes first, also in quiet hours
    picture: str | None = None  # a name below content/media
    buttons: tuple[Press, ...] = ()
    question: Question | None = None
    valid_hours: int = VALID_HOURS
    starts_at: datetime | None = None  # None: as soon as it may
    yearly: bool = False
    late_until: date | None = None  # whoever comes to fit till then gets it too


class NotAllowed(Exception):
    """An officer or a moment that does not fit; `what` is a word for the console to explain."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what  # gone, state, author, twice, late, changed


def move(old: State, new: State) -> State:
    """Raises NotAllowed("state")."""
    if new not in MOVES[old]:
        raise NotAllowed("state")
    return new


def approvals_needed(alert: bool, people: int, alone_most: int = ALONE_MOST) -> int:
    """How many others than the author must agree."""
    if alert:
        return ALERT_APPROVALS
    return 1 if people > alone_most else 0


def code_first(people: int, alone_most: int) -> bool:
    """Whether so many are handed in from a chat only after a code: a chat has no session."""
    return people > min(alone_most, ALONE_MOST)


def check_approval(author: int, before: Collection[int | None], officer: int) -> None:
    """Raises NotAllowed: nobody approves what is their own, nor twice."""
    if officer == author:
        raise NotAllowed("author")
    if officer in before:
        raise NotAllowed("twice")


def begins_at(starts_at: datetime | None, held_until: datetime) -> datetime:
    """When an approved campaign starts; till then it may be taken back."""
    return max(starts_at, held_until) if starts_at is not None else held_until


def first_send(begins: datetime, alert: bool) -> datetime:
    """Quiet hours put off the start of what is no alert."""
    return begins if alert else next_allowed(begins)


def sending_day(begins: datetime, alert: bool) -> date:
    """The day on which ages count: the same from the first to the last of the audience."""
    return local_day(first_send(begins, alert))


def next_year(moment: datetime) -> datetime:
    """The same day and hour a year later; 29/02 becomes 28/02."""
    try:
        return moment.replace(year=moment.year + 1)
    except ValueError:
        return moment.replace(year=moment.year + 1, day=28)


_BRACES = re.compile(r"\{([^{}]*)\}")
_KNOWN = re.compile(r"\{(" + "|".join(PLACEHOLDERS) + r")\}")
_LINK = re.compile(
    r"(?:https?:)?//[^\s<>()]+|\bwww\.[^\s<>()]+"
    r"|\b(?:[a-z0-9-]{1,63}\.){1,4}(?:com|net|org|vn|info|me|io|ly|gl|link|app|xyz|top|site|online)"
    r"\b(?:/[^\s<>()]*)?",
    re.IGNORECASE,
)
_PICTURE = re.compile(r"[a-z0-9][a-z0-9_-]*(?:/[a-z0-9][a-z0-9_-]*){0,3}\.(?:png|jpg|jpeg|webp)")


def unknown_braces(text: str) -> list[str]:
    """What stands in braces and is no placeholder, and braces without a partner."""
    found = [f"{{{name}}}" for name in _BRACES.findall(text) if name not in PLACEHOLDERS]
    rest = _BRACES.sub("", text)
    return found + [brace for brace in "{}" if brace in rest]


def fill(text: str, values: Mapping[str, str]) -> str:
    """Placeholders replaced in one pass: what is put in is never read again, the rest stays.

    A value at the beginning of a line begins with a capital.
    """

    def put(match: re.Match[str]) -> str:
        value = values[match[1]]
        at = match.start()
        first = at == 0 or text[at - 1] == "\n"
        return value[:1].upper() + value[1:] if first else value

    return _KNOWN.sub(put, text)


def hosts_of(public_url: str, others: Collection[str]) -> tuple[str, ...]:
    """Where links may lead: as the installation says, and to our own pages."""
    own = urlsplit(public_url).hostname
    return (*others, *([own] if own else []))


def allowed_link(link: str, hosts: Collection[str]) -> bool:
    """An https address of one of these hosts or below them."""
    try:
        parts = urlsplit(link)
        host = (parts.hostname or "").lower()
        plain = parts.port is None and parts.username is None and parts.password is None
    except ValueError:
        return False
    below = any(host == allowed or host.endswith(f".{allowed}") for allowed in hosts)
    return parts.scheme == "https" and plain and below


def problems(draft: Draft, hosts: Collection[str] = ()) -> list[Problem]:
    """Everything that keeps a draft from being saved: field and what is wrong.

    What: empty, long, braces, link, many, few, twice, both, range, name, order.
    """
    found = [*_text("title", draft.title, TITLE_MOST, hosts)]
    found += _text("body", draft.body, BODY_MOST, hosts)
    if draft.picture is not None and not _PICTURE.fullmatch(draft.picture):
        found.append(Problem("picture", "name"))
    found += _buttons(draft.buttons, hosts)
    if draft.question is not None:
        found += _question(draft.question, hosts)
    if not 1 <= draft.valid_hours <= VALID_MOST:
        found.append(Problem("valid_hours", "range"))
    if draft.yearly and draft.starts_at is None:
        found.append(Problem("starts_at", "empty"))
    first = local_day(draft.starts_at) if draft.starts_at is not None else None
    if first is not None and draft.late_until is not None and draft.late_until < first:
        found.append(Problem("late_until", "order"))
    return list(dict.fromkeys(found))


def _text(
    field: str, text: str, most: int, hosts: Collection[str], *, holes: bool = True
) -> list[Problem]:
    found = []
    if not text.strip():
        found.append(Problem(field, "empty"))
    if len(text) > most:
        found.append(Problem(field, "long"))
    if unknown_braces(text) if holes else ("{" in text or "}" in text):
        found.append(Problem(field, "braces"))
    if any(not allowed_link(link.rstrip(".,;:!?"), hosts) for link in _LINK.findall(text)):
        found.append(Problem(field, "link"))
    return found


def _buttons(buttons: tuple[Press, ...], hosts: Collection[str]) -> list[Problem]:
    found = []
    if len(buttons) > BUTTONS_MOST:
        found.append(Problem("buttons", "many"))
    if len({press.label.strip() for press in buttons}) < len(buttons):
        found.append(Problem("buttons", "twice"))
    for press in buttons:
        found += _text("buttons", press.label, LABEL_MOST, (), holes=False)
        if press.reply is not None:
            found += _text("buttons", press.reply, REPLY_MOST, hosts)
        if press.link is not None and not allowed_link(press.link, hosts):
            found.append(Problem("buttons", "link"))
        if press.reply is not None and press.link is not None:
            found.append(Problem("buttons", "both"))
    return found


def _question(question: Question, hosts: Collection[str]) -> list[Problem]:
    found = _text("question", question.asked, ASKED_MOST, hosts, holes=False)
    if question.kind is not Asks.POLL:
        return found + ([Problem("options", "many")] if question.options else [])
    fewest, most = OPTIONS
    if len(question.options) < fewest:
        found.append(Problem("options", "few"))
    if len(question.options) > most:
        found.append(Problem("options", "many"))
    if len({option.strip() for option in question.options}) < len(question.options):
        found.append(Problem("options", "twice"))
    for option in question.options:
        found += _text("options", option, OPTION_MOST, (), holes=False)
    return found
