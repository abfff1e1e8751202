"""The outlined programme as items: when each is said, without its words.

`outline.csv` holds facts of the schedule. What it leaves open is filled by the sending rules:
classes of priority, and who catches up (reminders and must-know; the menu has the danger cards).
"""

import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from care.age import Offset, parse_offset
from care.programme import Anchor, Basis, Item, LateJoin, Opening, openings

FILE = Path(__file__).with_name("outline.csv")
PUSHED_CARDS = {"dg-preg1", "dg-preg2", "dg-pp", "dg-nb", "dg-child"}
CARD_ENDS = {"dg-preg1": 22 * 7, "dg-preg2": 42 * 7}
PREGNANCY_WINDOW_DAYS = 14


@cache
def outlined() -> tuple[Opening, ...]:
    return openings(items())


@cache
def items() -> tuple[Item, ...]:
    """Without what floats to a calendar date."""
    with FILE.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return tuple(_item(row) for row in rows if not _floats(row["at_calendar"]))


def _floats(at: str) -> bool:
    return at.startswith("--") or at == "flood_by_region"


def _item(row: Mapping[str, str]) -> Item:
    tags = row["tags"].split(";")
    must_know = "must_know" in tags
    starts, expires = _times(row)
    catches_up = must_know or row["kind"] == "reminder"
    return Item(
        id=row["id"],
        kind=row["kind"],
        anchor=Anchor.DUE if row["anchor"] == "edd" else Anchor.BIRTH,
        at=starts[0],
        expires=expires,
        basis=Basis(row["age_basis"]),
        tier=row["tier"],
        priority=_priority(row["kind"], row["tier"], urgent=must_know or "danger" in tags),
        prefer_weekend=row["kind"] == "milestone",
        late_join=LateJoin.ONCE if catches_up else LateJoin.SKIP,
        dedupe_key=row["dedupe_key"] or None,
        must_know=must_know,
        repeat=starts if len(starts) > 1 else (),
        push=row["kind"] != "danger" or row["id"] in PUSHED_CARDS,
    )


def _times(row: Mapping[str, str]) -> tuple[tuple[Offset, ...], Offset]:
    if row["anchor"] == "edd":
        day = int(row["gestational_day_from"])
        end = CARD_ENDS.get(row["id"], day + PREGNANCY_WINDOW_DAYS)
        return (Offset(days=day),), Offset(days=end)
    expires = Offset(days=int(row["age_to_days"]))
    if row["at_calendar"].startswith("P"):
        return tuple(map(parse_offset, row["at_calendar"].split(";"))), expires
    return (Offset(days=int(row["age_from_days"])),), expires


def _priority(kind: str, tier: str, *, urgent: bool) -> int:
    if kind in ("reminder", "milestone"):
        return 1 if kind == "reminder" else 3
    if urgent:
        return 2
    return 4 if tier == "A" else 5
