"""The duties of programme/duties.yaml: read, checked against the rest, made into rules."""

from collections.abc import Iterator

from care.duties import Duty
from care.local import SWITCHES
from care.yearly import YearDay
from content import validation
from content.files import Problem, read_yaml
from content.schema import DutyEntry, OnDay, Rounds
from content.tree import Tree
from content.validation import validate

FILE = "duties.yaml"


def read_duties(tree: Tree) -> dict[str, Duty]:
    """In the order of the file; what is wrong goes to the problems of the tree."""
    file = read_yaml(tree.root, tree.root / "programme" / FILE, tree.problems)
    if file is None:
        return {}
    if not isinstance(file.data, list):
        tree.problems.append(file.problem((), "must be a list of duties"))
        return {}
    found: dict[str, Duty] = {}
    entries: list[tuple[int, DutyEntry]] = []
    for index in range(len(file.data)):
        entry = validate(validation.DUTY, file, tree.problems, (index,))
        if entry is None:
            continue
        if entry.id in found:
            tree.problems.append(file.problem((index, "id"), f"{entry.id} stands here twice"))
        entries.append((index, entry))
        found[entry.id] = _duty(entry)
    for index, entry in entries:
        for key, said in _unknown(tree, entry, found):
            tree.problems.append(file.problem((index, key), f"{entry.id}: {said}"))
    tree.problems.extend(_undefined(tree, found))
    return found


def _unknown(tree: Tree, entry: DutyEntry, known: dict[str, Duty]) -> Iterator[tuple[str, str]]:
    for name in entry.after:
        if name not in known:
            yield "after", f"no duty {name}"
    for source in entry.sources if tree.sources else ():  # its file may be broken
        if source not in tree.sources:
            yield "sources", f"no source {source} in sources.yaml"
    if any(entry.id in duty.doses for duty in known.values()):
        yield "id", "a dose has this name; what is told of one would count for the other"
    if entry.only_where and entry.only_where not in SWITCHES:
        yield "only_where", f"no setting {entry.only_where} of an area"
    if tree.labels and f"duty.{entry.id}" not in tree.labels:
        yield "id", f"the label duty.{entry.id} is missing"


def _undefined(tree: Tree, known: dict[str, Duty]) -> Iterator[Problem]:
    """Reminders that are said to end with a duty which nobody defined."""
    for placed in tree.items.values():
        plan = placed.entry.schedule
        if plan and plan.done and plan.done not in known:
            yield placed.problem(f"no duty {plan.done} in {FILE}", "schedule", "done")


def _duty(entry: DutyEntry) -> Duty:
    return Duty(
        id=entry.id,
        group=entry.group,
        opens=entry.opens,
        due=entry.due,
        closes=entry.closes,
        pregnancy=entry.anchor == "due",
        opens_on=year_day(entry.on_day) if entry.on_day else None,
        renews=entry.renews.days if entry.renews else None,
        rounds=days_of(entry.rounds) if entry.rounds else (),
        months=entry.rounds.months if entry.rounds else None,
        after=tuple(entry.after),
        gap=entry.gap.days if entry.gap else 0,
        doses=tuple(entry.doses),
        valid_from=entry.valid_from,
        valid_to=entry.valid_to,
        only_where=entry.only_where,
    )


def year_day(on: OnDay) -> YearDay:
    return YearDay(*_month_and_day(on.day), on.turns)


def days_of(rounds: Rounds) -> tuple[YearDay, ...]:
    """The days of all years in which a child may have the age of the rounds."""
    first, last = (months // 12 for months in rounds.months)
    years = range(first, last + 2)
    return tuple(YearDay(*_month_and_day(day), turns) for turns in years for day in rounds.days)


def _month_and_day(text: str) -> tuple[int, int]:
    return int(text[2:4]), int(text[5:7])
