"""The doses of programme/doses.yaml: read, checked against the rest, made into rules."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Annotated, Self

from pydantic import Field, TypeAdapter, model_validator

from care.immunisation import Dose
from care.local import SWITCHES
from content.files import Key, Problem, YamlFile, read_yaml
from content.schema import After, Name, Strict, Words
from content.tree import Tree
from content.validation import validate

FILE = "doses.yaml"

DoseId = Annotated[str, Field(pattern=r"^[a-z]+\d$")]
Days = Annotated[int, Field(ge=1, le=1_000)]


class Entry(Strict):
    """What the doses of children and of mothers have in common."""

    id: DoseId
    antigen: Words
    dose_no: int = Field(ge=0, le=9)
    after: DoseId | None = None
    gap: Days | None = None
    spacing: Days | None = None
    valid_from: date
    valid_to: date | None
    confirm: bool
    source: Words

    @model_validator(mode="after")
    def _begins_before_it_ends(self) -> Self:
        if self.valid_to and self.valid_to < self.valid_from:
            raise ValueError("valid_to is before valid_from")
        if self.after is None and (self.gap or self.spacing):
            raise ValueError("gap and spacing go with after")
        if self.gap and self.spacing and self.spacing < self.gap:
            raise ValueError("spacing is shorter than gap")
        return self


class ChildEntry(Entry):
    due: After
    earliest: After | None = None
    alone: bool = False
    target: After | None = None
    catch_up: After | None = None
    latest: After | None = None
    only_where: Name | None = None

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.earliest is None and self.gap is None:
            raise ValueError("needs earliest or gap: nothing keeps it back")
        if self.alone and (self.after is None or self.earliest is None):
            raise ValueError("alone goes with after and earliest")
        if self.latest and self.target:
            raise ValueError("latest and target exclude each other")
        if self.catch_up and not self.target:
            raise ValueError("catch_up goes with target")
        ages = (self.earliest, self.due, self.target, self.catch_up, self.latest)
        days = [age.about_days for age in ages if age]
        if days != sorted(days):
            raise ValueError("earliest, due, target, catch_up and latest must rise")
        return self


class MothersEntry(Entry):
    """`before_birth`: how long before the day the child is expected, at least."""

    before_birth: After | None = None


class Schedule(Strict):
    checked_on: date
    doses: list[ChildEntry]
    mothers: list[MothersEntry]


SCHEDULE = TypeAdapter(Schedule)


def read_doses(tree: Tree) -> dict[str, Dose]:
    """In the order of the file; what is wrong goes to the problems of the tree."""
    path = tree.root / "programme" / FILE
    file = read_yaml(tree.root, path, tree.problems) if path.exists() else None
    schedule = validate(SCHEDULE, file, tree.problems) if file else None
    if file is None or schedule is None:
        return {}
    for group, entries in (("doses", schedule.doses), ("mothers", schedule.mothers)):
        tree.problems.extend(_wrong(file, group, entries, tree))
    return doses_of(schedule.doses)


def doses_of(entries: Sequence[ChildEntry]) -> dict[str, Dose]:
    """By id; the entries of one id become the versions of its rule, one after the other."""
    found: dict[str, Dose] = {}
    for entry in reversed(entries):
        found[entry.id] = Dose(**dict(entry), later=found.get(entry.id))
    return {entry.id: found[entry.id] for entry in entries}


def _wrong(file: YamlFile, group: str, entries: Sequence[Entry], tree: Tree) -> Iterator[Problem]:
    order = {id_: n for n, id_ in enumerate(dict.fromkeys(entry.id for entry in entries))}
    versions: dict[str, Entry] = {}
    for index, entry in enumerate(entries):
        for key, said in _unfit(entry, versions.get(entry.id), order, tree):
            where: tuple[Key, ...] = (group, index, key)
            yield file.problem(where, f"{entry.id}: {said}")
        versions[entry.id] = entry


def _unfit(
    entry: Entry, version: Entry | None, order: dict[str, int], tree: Tree
) -> Iterator[tuple[str, str]]:
    """`version`: the one before; `order`: where each dose stands first."""
    if entry.after and order.get(entry.after, len(order)) >= order[entry.id]:
        yield "after", f"no dose {entry.after} stands above"
    if version and (version.valid_to is None or entry.valid_from <= version.valid_to):
        yield "valid_from", "the version above is still in force: give it a valid_to before this"
    if isinstance(entry, ChildEntry) and entry.only_where and entry.only_where not in SWITCHES:
        yield "only_where", f"no setting {entry.only_where} of an area"
    if version is None and tree.labels and f"dose.{entry.id}" not in tree.labels:
        yield "id", f"the label dose.{entry.id} is missing"
