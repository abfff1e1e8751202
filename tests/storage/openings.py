"""Items of the programme and decisions about them."""

from typing import Any

from care.age import Offset
from care.programme import Anchor, Basis, Item, Opening, openings
from storage import decisions
from tests.storage.families import DAY, TODAY


def an_opening(at: Offset, name: str = "tip.one", **values: Any) -> Opening:
    """The only opening of an item that lives two weeks."""
    usual: dict[str, Any] = {
        "kind": "tip",
        "anchor": Anchor.BIRTH,
        "basis": Basis.CHRONOLOGICAL,
        "tier": "core",
        "priority": 3,
    }
    item = Item(id=name, at=at, expires=Offset(at.months, at.days + 14), **{**usual, **values})
    (opening,) = openings([item])
    return opening


def a_decision(child_id: int, caregiver_id: int, **values: Any) -> dict[str, Any]:
    opening = an_opening(Offset(days=7), values.pop("name", "tip.one"))
    usual: dict[str, Any] = {
        "opened_on": TODAY,
        "expires_on": TODAY + 14 * DAY,
        "state": decisions.WAITING,
        "reason": "budget",
        "decided_on": TODAY,
        "retry_on": TODAY + DAY,
    }
    return decisions.decision(opening, child_id, caregiver_id, **{**usual, **values})
