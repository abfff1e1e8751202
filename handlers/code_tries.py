"""Codes are short because people read them aloud or copy them: wrong ones are counted."""

from datetime import datetime, timedelta

from handlers.turn import Turn

STEP = "family.code"
MOST_TRIES = 5
WHILE = timedelta(hours=1)


def recent(turn: Turn) -> list[str]:
    """When wrong codes were typed in the last hour."""
    since = turn.now - WHILE
    return [at for at in turn.draft.get("bad", ()) if datetime.fromisoformat(at) > since]
