"""The only place that asks the machine for the time of day."""

from datetime import UTC, datetime


def utc_now() -> datetime:
    return datetime.now(UTC)
