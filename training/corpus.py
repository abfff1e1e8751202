"""The labelled messages of data/messages, and the examples that came with the task."""

import csv
from pathlib import Path
from typing import NamedTuple

from care.folding import fold
from care.understanding import BEREAVEMENT, COMMAND, EMERGENCY, FAQ, HARM, UNKNOWN

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "data" / "messages"
ASIDE = "aside.csv"  # never trained on, never tuned on
FIRST = "first"
SAME = FOLDER / "same_words.txt"
ROUTES = {
    "question": FAQ,
    "medical": EMERGENCY,
    "command": COMMAND,
    "bereavement": BEREAVEMENT,
    "chat": UNKNOWN,
    **{name: name for name in HARM},
}


class Message(NamedTuple):
    text: str
    route: str
    intent: str
    now: bool
    register: str
    lookalike: bool
    hand: str


def read(path: Path) -> list[Message]:
    with path.open(encoding="utf-8", newline="") as file:
        return [
            Message(
                row["text"],
                ROUTES[row["route"]],
                row["intent"] or "none",
                row["imminence"] == "now",
                row["register"],
                row["lookalike"] == "1",
                f"{path.stem}{row.get('hand') or ''}",
            )
            for row in csv.DictReader(file)
        ]


def training() -> list[Message]:
    """Every file but the one kept aside, without repetitions and without its messages."""
    kept_aside = {fold(message.text) for message in aside()}
    found: dict[str, Message] = {}
    for path in sorted(FOLDER.glob("*.csv")):
        if path.name != ASIDE:
            for message in read(path):
                found.setdefault(fold(message.text), message)
    return [message for folded, message in found.items() if folded not in kept_aside]


def first() -> list[Message]:
    """The examples that came with the task."""
    return read(FOLDER / f"{FIRST}.csv")


def aside() -> list[Message]:
    return read(FOLDER / ASIDE)


def same_words() -> dict[str, str]:
    """Folded spelling -> the word it stands for: "ko" is "khong". One line a word."""
    same = {}
    for line in SAME.read_text(encoding="utf-8").splitlines():
        word, _, spellings = line.partition(":")
        same.update(dict.fromkeys(spellings.split(), word.strip()))
    return same
