"""A case as it comes in, and any other by its fields."""

from datetime import UTC, datetime
from typing import Any

from care.cases import Case

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)  # a Tuesday, 9:00 in Viet Nam


def a_case(**values: Any) -> Case:
    """Of a commune, seen there only; nobody has opened it."""
    usual: dict[str, Any] = {
        "id": 1,
        "number": "ABCD2345",
        "area_id": 3,
        "lowest": 2,
        "highest": 2,
        "urgent": False,
        "pile": False,
        "reported_at": NOW,
        "waiting_since": NOW,
        "stage": 0,
        "changed_at": NOW,
    }
    empty = {name: None for name in Case.__slots__ if name not in usual}
    return Case(**{**empty, **usual, **values})
