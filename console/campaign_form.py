"""The writing form of a campaign: from its fields to a draft, and from a draft back to fields."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from care import campaigns
from care.audience import Problem
from care.campaigns import (
    BUTTONS_MOST,
    OPTIONS,
    Asks,
    Draft,
    Press,
    Question,
    problems,
)
from care.clock import at_local, local_day, local_time
from console.campaign_finding import number
from console.web import Call

LONGER = 5_000  # what is typed beyond the limits is shown again, to be cut by its writer
MORNING = 8 * 60  # minutes; a day without an hour begins then
Fields = Mapping[str, str]
BUTTONS = range(1, BUTTONS_MOST + 1)
CHOICES = range(1, OPTIONS[1] + 1)
_LINES = (
    "title",
    "ask",
    "asked",
    "valid_hours",
    "starts_on",
    "starts_at",
    "late_until",
    "alert",
    "yearly",
    "picture",
)


def empty() -> dict[str, str]:
    return fields_of(Draft("", ""))


def typed(call: Call) -> dict[str, str]:
    """The fields as they were sent."""
    found = {name: " ".join(call.text(name, LONGER).split()) for name in _LINES}
    found["body"] = call.text("body", LONGER)
    for n in BUTTONS:
        for name in ("label", "reply", "link"):
            found[f"{name}_{n}"] = call.text(f"{name}_{n}", LONGER)
    found |= {f"option_{n}": call.text(f"option_{n}", LONGER) for n in CHOICES}
    return found


def fields_of(draft: Draft) -> dict[str, str]:
    begins = local_time(draft.starts_at) if draft.starts_at else None
    question = draft.question
    found = {
        "title": draft.title,
        "body": draft.body,
        "picture": draft.picture or "",
        "alert": "1" if draft.alert else "",
        "ask": question.kind.value if question else "",
        "asked": question.asked if question else "",
        "valid_hours": str(draft.valid_hours),
        "starts_on": f"{begins:%Y-%m-%d}" if begins else "",
        "starts_at": f"{begins:%H:%M}" if begins else "",
        "yearly": "1" if draft.yearly else "",
        "late_until": draft.late_until.isoformat() if draft.late_until else "",
    }
    for n in BUTTONS:
        press = draft.buttons[n - 1] if n <= len(draft.buttons) else Press("")
        found[f"label_{n}"] = press.label
        found[f"reply_{n}"], found[f"link_{n}"] = press.reply or "", press.link or ""
    options = question.options if question else ()
    return found | {f"option_{n}": options[n - 1] if n <= len(options) else "" for n in CHOICES}


def read_draft(
    call: Call, fields: Fields, before: Draft, pictures: Mapping[str, str]
) -> tuple[Draft, list[Problem]]:
    """The draft with everything that is wrong with it; who it is for stays as it was."""
    wrong: list[Problem] = []
    draft = replace(
        before,
        title=fields["title"],
        body=fields["body"],
        alert=bool(fields["alert"]),
        picture=fields["picture"] or None,
        buttons=tuple(_buttons(fields)),
        question=_question(fields, wrong),
        valid_hours=_hours(fields, wrong),
        starts_at=_starts_at(fields, local_day(call.now), wrong),
        yearly=bool(fields["yearly"]),
        late_until=_day(fields, "late_until", wrong),
    )
    if draft.picture is not None and draft.picture not in pictures:
        wrong.append(Problem("picture", "name"))
    if draft.late_until is not None and draft.late_until < local_day(call.now):
        wrong.append(Problem("late_until", "past"))
    wrong += problems(draft, hosts_of(call))
    return draft, list(dict.fromkeys(wrong))


def hosts_of(call: Call) -> tuple[str, ...]:
    return campaigns.hosts_of(call.desk.public_url, call.desk.link_hosts)


def _buttons(fields: Fields) -> Iterator[Press]:
    for n in BUTTONS:
        label, reply, link = (fields[f"{name}_{n}"] for name in ("label", "reply", "link"))
        if label or reply or link:
            yield Press(" ".join(label.split()), reply or None, link or None)


def _question(fields: Fields, wrong: list[Problem]) -> Question | None:
    if not fields["ask"]:
        return None
    if fields["ask"] not in list(Asks):
        wrong.append(Problem("question", "unknown"))
        return None
    kind = Asks(fields["ask"])
    options = tuple(" ".join(o.split()) for n in CHOICES if (o := fields[f"option_{n}"]))
    return Question(kind, fields["asked"], options if kind is Asks.POLL else ())


def _hours(fields: Fields, wrong: list[Problem]) -> int:
    hours = number(fields["valid_hours"])
    if hours is None:
        wrong.append(Problem("valid_hours", "range"))
    return hours or 0


def _starts_at(fields: Fields, today: date, wrong: list[Problem]) -> datetime | None:
    day = _day(fields, "starts_on", wrong, "starts_at")
    try:
        at = datetime.strptime(fields["starts_at"] or "08:00", "%H:%M")  # noqa: DTZ007  an hour
    except ValueError:
        wrong.append(Problem("starts_at", "type"))
        return None
    if day is None:
        if fields["starts_at"] and not fields["starts_on"]:
            wrong.append(Problem("starts_at", "day"))
        return None
    if day < today:
        wrong.append(Problem("starts_at", "past"))
    return at_local(day, at.hour * 60 + at.minute)


def _day(fields: Fields, name: str, wrong: list[Problem], told: str = "") -> date | None:
    if not fields[name]:
        return None
    try:
        day = date.fromisoformat(fields[name])
    except ValueError:
        wrong.append(Problem(told or name, "type"))
        return None
    if not 2000 <= day.year <= 2100:
        wrong.append(Problem(told or name, "type"))
        return None
    return day


def as_typed(problem: Any) -> str:
    return f"{problem.field}.{problem.what}"
