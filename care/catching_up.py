"""What a late joiner gets of what is open already (content-design, rule 6)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from care.people import Child
from care.programme import LateJoin, Opening, open_on

CATCH_UP_MOST = 6
CATCH_UP_DAYS = (2, 3, 9, 10, 16, 17)  # two a week, before newer tips have used it up


@dataclass(frozen=True, slots=True)
class Joining:
    """What a late joiner gets: one item now, some later, the rest never, each with a reason."""

    now: Opening | None
    later: tuple[tuple[Opening, date], ...]
    skipped: tuple[Opening, ...]


def on_joining(all_openings: Iterable[Opening], child: Child, today: date) -> Joining:
    """Rule 6: today's item at once; at most six must-know items whose window is open, two a week.

    The item shown now is the newest open tip, else the newest open danger card.
    """
    live = open_on(all_openings, child, today)
    now = next((o for o in live if o.item.kind == "tip"), None) or next(
        (o for o in live if o.item.kind == "danger"), None
    )
    rest = [o for o in live if o is not now]
    wanted = [o for o in rest if o.item.late_join is LateJoin.ONCE or o.opens_on(child) == today]
    reminders = [o for o in wanted if o.item.kind == "reminder"]
    others = [o for o in wanted if o.item.kind != "reminder"]
    others.sort(key=lambda o: (o.item.priority, o.expires_on(child), o.item.id))
    later = [(o, today + timedelta(days=1)) for o in reminders]
    taken = {today + timedelta(days=1)} if reminders else set()
    later += _spread(others, child, today, taken)
    kept = {id(o) for o, _ in later}
    return Joining(now, tuple(later), tuple(o for o in rest if id(o) not in kept))


def _spread(
    others: list[Opening], child: Child, today: date, used: set[date]
) -> list[tuple[Opening, date]]:
    """A day for each of the first CATCH_UP_MOST: two a week, none after its last day."""
    chosen: list[tuple[Opening, date]] = []
    for opening in others:
        if len(chosen) == CATCH_UP_MOST:
            break
        last = opening.expires_on(child) or today
        on = min(today + timedelta(days=CATCH_UP_DAYS[len(chosen)]), last)
        while on in used:
            on -= timedelta(days=1)
        if on > today:
            used.add(on)
            chosen.append((opening, on))
    return chosen
