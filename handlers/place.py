"""The family's commune: by link, by search as they type, or not at all."""

import re
from collections.abc import Sequence
from typing import Any

from care.folding import fold
from care.messages import Button, Say
from handlers.asking import elsewhere
from handlers.joining import finish
from handlers.routing import Handler, argument
from handlers.turn import Answer, Turn, ask, done, say
from storage import areas, caregivers, hamlets
from storage.areas import Area

STEP = "place.name"
MOST = 8
LABEL_MOST = 40
SHORTEST = 2

_SKIP = frozenset({"bo qua", "khong", "thoi", "de sau", "khong biet", "khong ro", "skip"})
_UNIT = re.compile(r"^(?:xa|phuong|dac khu|thi tran) ")
_PROVINCE = re.compile(r"(?<=\w) (?:tinh|thanh pho|tp) (?=\w)")


def then(turn: Turn, ids: Sequence[int], *before: Say) -> Answer:
    """After the children are known: the commune, unless it is known or was asked before."""
    if turn.root is not None and turn.root.level == "commune":
        if turn.caregiver.area_id is None:
            caregivers.change(turn.conn, turn.caregiver.id, area_id=turn.root.id)
        return finish(turn, ids, *before)
    asked = turn.caregiver.area_id is not None or turn.draft.get("another")
    if asked or not areas.count(turn.conn):
        return finish(turn, ids, *before)
    return ask_place(turn, *before, children=list(ids))


def ask_place(turn: Turn, *before: Say, **draft: Any) -> Answer:
    return ask(STEP, *before, say("place/ask", "place.skip"), **draft)


def change(turn: Turn) -> Answer:
    """From the settings."""
    if not areas.count(turn.conn):
        return done(say("place/unknown", "menu.home"))
    return ask_place(turn)


def typed(turn: Turn) -> Answer:
    """Names of communes as they are typed; the only exact one is taken at once."""
    wanted = _PROVINCE.sub(" ", fold(turn.text))
    if wanted in _SKIP:
        return skip(turn)
    found = (
        areas.search(turn.conn, wanted, _province(turn), MOST) if len(wanted) >= SHORTEST else []
    )
    exact = [area for area in found if _UNIT.sub("", wanted) in _names(area)]
    if len(exact) == 1:
        return _take(turn, exact[0])
    if found:
        buttons = [Button(f"place.pick:{area.id}", label) for area, label in _labels(turn, found)]
        more = len(found) == MOST
        return ask(STEP, say("place/pick", *buttons, "place.skip", more=more), **turn.draft)
    return elsewhere(turn) or ask(STEP, say("place/none", "place.skip"), **turn.draft)


def _province(turn: Turn) -> int | None:
    return turn.root.id if turn.root is not None and turn.root.level == "province" else None


def _names(area: Area) -> tuple[str, str]:
    return fold(area.name), fold(f"{area.name} {area.parent_name or ''}")


def _labels(turn: Turn, found: Sequence[Area]) -> list[tuple[Area, str]]:
    """Name and province; with the kind of unit where a name alone would be two places."""
    whole = _province(turn) is None
    short = [f"{a.name}, {a.parent_name}" if whole and a.parent_name else a.name for a in found]
    return [
        (area, (label if short.count(label) == 1 else f"{area.kind} {label}")[:LABEL_MOST])
        for area, label in zip(found, short, strict=True)
    ]


def pick(turn: Turn) -> Answer:
    number = argument(turn)
    area = areas.get(turn.conn, int(number)) if re.fullmatch(r"\d{1,15}", number) else None
    if area is None or area.level != "commune":
        return ask_place(turn, **turn.draft)
    return _take(turn, area)


def _take(turn: Turn, area: Area) -> Answer:
    """The commune; a hamlet in it that an officer or a slip named stays."""
    before = hamlets.commune_of(turn.conn, turn.caregiver.area_id)
    if before is None or before.id != area.id:
        caregivers.change(turn.conn, turn.caregiver.id, area_id=area.id)
    where = f"{area.name}, {area.parent_name}" if area.parent_name else area.name
    return _go_on(turn, say("place/saved", "place.change", where=where))


def skip(turn: Turn) -> Answer:
    return _go_on(turn) if turn.draft.get("children") else done(say("place/kept", "menu.home"))


def _go_on(turn: Turn, *before: Say) -> Answer:
    ids = [i for i in turn.draft.get("children", ()) if turn.child(i) is not None]
    return finish(turn, ids, *before) if ids else done(*before)


ACTIONS: dict[str, Handler] = {
    "place.pick": pick,
    "place.skip": skip,
    "place.change": change,
}
STEPS: dict[str, Handler] = {STEP: typed}
