"""Where a report goes: the commune it names, else the family's, else where we work."""

import re
from collections.abc import Iterator

from care.folding import fold
from care.scope import ALLOWED, May
from handlers.report_screens import Draft
from handlers.turn import Turn
from storage import areas, hamlets, officer_chats
from storage.areas import Area

MOST_NAMED = 3  # units looked up in one answer
LONGEST_NAME = 6  # words, with the province behind
_UNIT = re.compile(r"(?:^| )(?:xa|phuong|dac khu|thi tran) (.+)")
_PROVINCE = re.compile(r"(?<=\w) (?:tinh|thanh pho|tp) (?=\w)")


def named(turn: Turn, text: str) -> Area | None:
    """The only commune, of those below where we work, whose whole name was written."""
    root = turn.root
    province = root.id if root is not None and root.level == "province" else None
    found: dict[int, Area] = {}
    for rest in _after_units(_PROVINCE.sub(" ", fold(text))):
        found |= {area.id: area for area in _exact(turn, rest, province)}
    if len(found) != 1:
        return None
    area = next(iter(found.values()))
    within = root is None or root.id in areas.above(turn.conn, area.id)
    return area if within else None


def _after_units(typed: str) -> Iterator[list[str]]:
    """The words after "xa", "phuong", and so on; a short answer may be the bare name."""
    words = typed.split()
    if len(words) <= LONGEST_NAME:
        yield words
    for _ in range(MOST_NAMED):
        unit = _UNIT.search(typed)
        if unit is None:
            return
        typed = unit[1]
        yield typed.split()[:LONGEST_NAME]


def _exact(turn: Turn, words: list[str], province: int | None) -> list[Area]:
    """The communes with the longest name that these words begin with."""
    for length in range(len(words), 0, -1):
        name = " ".join(words[:length])
        communes = areas.search(turn.conn, name, province)
        both = ((area, fold(area.name), fold(area.parent_name or "")) for area in communes)
        if exact := [a for a, own, above in both if name in (own, f"{own} {above}")]:
            return exact
    return []


def unit(turn: Turn, draft: Draft) -> Area | None:
    """Whose officers get it; None where no unit is known at all."""
    number = draft.get("area") or turn.caregiver.area_id
    if number is not None:
        return hamlets.commune_of(turn.conn, number) or areas.get(turn.conn, number)
    root = turn.root
    if root is None:
        tops = areas.above(turn.conn, None)
        root = areas.get(turn.conn, tops[0]) if tops else None
    return _with_officers(turn, root) if root is not None else None


def _with_officers(turn: Turn, root: Area) -> Area:
    """Where nobody there or above keeps cases and one unit below does, it is theirs."""
    seats = officer_chats.seats(turn.conn, ALLOWED[May.KEEP_CASES])
    units = {seat.area_id for seat in seats}
    if units & set(areas.above(turn.conn, root.id)):
        return root
    below = [unit for unit in units if root.id in areas.above(turn.conn, unit)]
    return (areas.get(turn.conn, below[0]) or root) if len(below) == 1 else root
