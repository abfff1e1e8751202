"""A slip is used: where the family lives is known from now on, and what the list said is over."""

from collections.abc import Sequence
from dataclasses import replace

from handlers import place
from handlers.registration_name import ask_name
from handlers.turn import Answer, Turn
from storage import caregivers, children, hamlets, slips
from storage.slips import Slip


def take(turn: Turn, slip: Slip) -> Turn | None:
    """The turn as it is then; None when somebody else was quicker."""
    if not slips.use(turn.conn, slip.id, turn.caregiver.id, turn.now):
        return None
    if not _lives_elsewhere(turn, slip):
        caregivers.change(turn.conn, turn.caregiver.id, area_id=slip.area_id)
        here = replace(turn.caregiver, area_id=slip.area_id)
        return replace(turn, contact=replace(turn.contact, caregiver=here))
    return turn


def _lives_elsewhere(turn: Turn, slip: Slip) -> bool:
    """What the family said itself counts; a hamlet only makes its commune more exact."""
    own = turn.caregiver.area_id
    if own is None:
        return False
    commune = hamlets.commune_of(turn.conn, slip.area_id)
    return commune is None or commune.id != own


def keep(turn: Turn, ids: Sequence[int]) -> Answer:
    """After the children of a slip were saved."""
    code = turn.draft.get("slip")
    slip = slips.find(turn.conn, str(code))
    after = take(turn, slip) if slip is not None else None
    if after is None or len(ids) > 1:
        return ask_name(after or turn, ids)
    child = children.get(turn.conn, ids[0])
    if child is not None:
        children.change(turn.conn, child, nickname=turn.draft.get("name"))
    return place.then(after, ids)
