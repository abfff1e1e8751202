"""Items, children and families for the tests of care, and the days of a family."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from care import choosing
from care.age import Offset, parse_offset
from care.choosing import Candidate, Decision, Past, State
from care.people import Child, ChildState, Frequency
from care.programme import Anchor, Basis, Item, LateJoin, Opening, openings

DAY = timedelta(days=1)
REMINDER = 1


def item(id_: str = "tip-a", at: str = "P0D", expires: str = "P30D", **values: object) -> Item:
    """A tip of tier A by chronological age, unless said otherwise; `repeat` as texts."""
    kind = {"rm": "reminder", "ms": "milestone", "dg": "danger"}.get(id_.partition("-")[0], "tip")
    priority = {"reminder": REMINDER, "danger": 2, "milestone": 3}.get(kind, 4)
    given: dict[str, object] = {
        "kind": kind,
        "anchor": Anchor.DUE if at.startswith("W") else Anchor.BIRTH,
        "basis": Basis.GESTATIONAL if at.startswith("W") else Basis.CHRONOLOGICAL,
        "tier": "A",
        "priority": priority,
        "late_join": LateJoin.SKIP,
    }
    repeat = tuple(parse_offset(text) for text in values.pop("repeat", ()))  # type: ignore[attr-defined]
    given |= values
    return Item(id_, at=parse_offset(at), expires=parse_offset(expires), repeat=repeat, **given)  # type: ignore[arg-type]


def opening(wanted: Item, slot: int = 0) -> Opening:
    return next(o for o in openings([wanted]) if o.slot == slot)


def born(on: date, weeks: int | None = None, id_: int = 1, joined: date | None = None) -> Child:
    return Child(id_, ChildState.BORN, None, on, "day", None, weeks, joined or on)


def expected(due: date, id_: int = 1, joined: date | None = None) -> Child:
    return Child(id_, ChildState.EXPECTED, None, None, None, due, None, joined or due)


def candidate(
    wanted: Item,
    opened: date,
    expires: date,
    child: int = 1,
    age: int | None = 400,
    slot: int = 0,
) -> Candidate:
    """A candidate with the window the test wants, whatever the item says."""
    made = Opening(wanted, slot, Offset(), Offset(), opening(wanted).column)
    return Candidate(child, made, opened, expires, age)


def past(on: date, wanted: Item, child: int = 1) -> Past:
    return Past(on, wanted.priority, wanted.id, child, wanted.dedupe_key)


@dataclass
class Family:
    """One caregiver's days: what opens and what waits goes to `choose`, the rest is kept."""

    children: Sequence[Child]
    frequency: Frequency = Frequency.NORMAL
    history: list[Past] = field(default_factory=list)
    days: dict[date, list[Decision]] = field(default_factory=dict)
    waiting: list[tuple[Child, Opening]] = field(default_factory=list)

    def live(
        self, programme: Iterable[Opening], first: date, last: date, *more: tuple[Opening, date]
    ) -> "Family":
        """`more`: what comes on other days than it opens, for the first child."""
        coming: dict[date, list[tuple[Child, Opening]]] = {}
        for one, on in more:
            coming.setdefault(on, []).append((self.children[0], one))
        for child in self.children:
            for one in programme:
                opens = one.opens_on(child)
                if opens is not None and first <= opens <= last:
                    coming.setdefault(opens, []).append((child, one))
        for n in range((last - first).days + 1):
            self._day(first + n * DAY, coming.get(first + n * DAY, []))
        return self

    def _day(self, today: date, coming: list[tuple[Child, Opening]]) -> None:
        both = [*self.waiting, *coming]
        known = {(child.id, id(one)): (child, one) for child, one in both}
        candidates = [
            Candidate(child.id, one, _day(one.opens_on(child)), _day(one.expires_on(child)), age)
            for child, one in both
            for age in [(today - child.born_on).days if child.born_on else None]
        ]
        recent = [p for p in self.history if (today - p.on).days < choosing.HISTORY_DAYS]
        decided = choosing.choose(self.frequency, candidates, recent, today)
        assert len(decided) == len(candidates)
        self.days[today] = decided
        self.waiting = [
            known[d.candidate.child_id, id(d.candidate.opening)]
            for d in decided
            if d.state is State.WAITING
        ]
        for d in decided:
            if d.state is State.SEND:
                self.history.append(past(today, d.candidate.opening.item, d.candidate.child_id))

    def all(self, *states: State) -> list[tuple[date, Decision]]:
        return [(on, d) for on, ds in self.days.items() for d in ds if d.state in states]


def _day(found: date | None) -> date:
    assert found is not None
    return found
