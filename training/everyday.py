"""Harmless words that no hand wrote: names of communes, and titles of our own items.

People type such names when they are asked where they live; the titles speak of danger, blood and
violence in the way of those who prevent them.
"""

import csv

from care.understanding import FAQ, MEDICAL, OTHER, UNKNOWN
from content.library import Library
from training.corpus import ROOT, Message

AREAS = ROOT / "data" / "areas.csv"
EVERY = 12
HAND = "ours"
WORDS = {"be": "bé", "Be": "Bé", "con": "con", "Con": "Con", "goi": "mình", "Goi": "Mình"}
TITLED = ("tip", "faq", "quiz")


def messages(library: Library) -> list[Message]:
    return [*_places(), *_titles(library)]


def _places() -> list[Message]:
    with AREAS.open(encoding="utf-8", newline="") as file:
        names = [row["name"] for row in csv.DictReader(file)]
    return [Message(name, UNKNOWN, "none", False, "std", False, HAND) for name in names[::EVERY]]


def _titles(library: Library) -> list[Message]:
    asked = {item: intent for intent, item in library.answers.items()}
    found = []
    for item, meta in library.meta.items():
        title = library.texts[item].title
        intent = asked.get(item, OTHER)
        if title is not None and meta.kind in TITLED and intent not in MEDICAL:
            text = title.fill(WORDS)
            found.append(Message(text, FAQ, intent, False, "std", True, HAND))
    return found
