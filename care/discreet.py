"""What must leave no trace in a chat: how long it stays, and which messages it is."""

from datetime import timedelta

STAYS = timedelta(minutes=10)  # after the last tap; then every message of it is taken away
DRAFT_LIVES = timedelta(minutes=60)  # what was written and not sent
CONVERSATIONS = ("harm/", "report/", "guidance/", "emergency/")
NUMBERS = "emergency/"  # part of a dialogue only where one is open
DESPAIR = frozenset({"dg-mh"})  # does not go by itself
GONE = "discreet/gone"  # the row that takes messages away; nobody reads it
CARDS = frozenset({"dg-cp", "dg-mh"})


def is_discreet(message: str) -> bool:
    """Whether a message (a content id or conversation/message) goes when the dialogue ends."""
    return message.startswith(CONVERSATIONS) or message in CARDS
