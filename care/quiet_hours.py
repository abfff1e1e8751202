"""When a family may be written to unasked."""

from datetime import datetime, timedelta

from care.clock import at_local, local_day, local_minutes

QUIET_FROM = 20 * 60 + 30
QUIET_UNTIL = 7 * 60


def is_quiet(moment: datetime) -> bool:
    minutes = local_minutes(moment)
    return minutes >= QUIET_FROM or minutes < QUIET_UNTIL


def next_allowed(moment: datetime) -> datetime:
    """The same moment, or the end of the quiet hours it falls in."""
    if not is_quiet(moment):
        return moment
    day = local_day(moment)
    if local_minutes(moment) >= QUIET_FROM:
        day += timedelta(days=1)
    return at_local(day, QUIET_UNTIL)
