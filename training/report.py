"""How well messages are understood: by route and register, on messages the model has not seen."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from statistics import mean

from care.folding import fold
from care.understanding import EMERGENCY, FAQ, HARM, UNKNOWN, Model, Reading, understand
from training.corpus import Message

DANGER = (*HARM, EMERGENCY)
Seen = tuple[Message, Reading]


def read_all(messages: Iterable[Message], model: Model) -> list[Seen]:
    return [(message, understand(message.text, model)) for message in messages]


def across(
    messages: Sequence[Message], folds: int, train: Callable[[Sequence[Message]], Model]
) -> list[Seen]:
    """Each part is read by a model that was trained on the others."""
    seen: list[Seen] = []
    for part in range(folds):
        rest = [m for n, m in enumerate(messages) if n % folds != part]
        seen += read_all((m for n, m in enumerate(messages) if n % folds == part), train(rest))
    return seen


def summary(seen: Sequence[Seen]) -> dict[str, float]:
    """Shares between 0 and 1; what there is none of is left out."""
    harm = [pair for pair in seen if pair[0].route in HARM]
    alike = [pair for pair in seen if pair[0].lookalike]
    asked = [p for p in seen if p[0].route == FAQ and p[0].intent not in ("other", "none")]
    shares = {
        "disclosures recognised": [r.route in HARM for _, r in harm],
        "imminent recognised": [r.route in DANGER for m, r in seen if m.now and m.route in DANGER],
        "medical danger recognised": [r.route in DANGER for m, r in seen if m.route == EMERGENCY],
        "right kind of harm": [m.route == r.route for m, r in harm if r.route in HARM],
        "look-alikes taken for danger": [r.route in DANGER for _, r in alike],
        "everyday taken for danger": [r.route in DANGER for m, r in seen if m.route not in DANGER],
        "questions answered right": [_right(m, r) for m, r in asked],
        "right or offered first": [r.intents[:1] == (m.intent,) for m, r in asked],
        "questions answered wrong": [r.route == FAQ and not _right(m, r) for m, r in asked],
        "questions left open": [r.route == UNKNOWN for _, r in asked],
    }
    return {name: round(mean(found), 3) for name, found in shares.items() if found}


def _right(message: Message, reading: Reading) -> bool:
    return reading.route == FAQ and reading.intent == message.intent


def table(seen: Sequence[Seen]) -> list[str]:
    """The summary as lines: all messages, then register by register."""
    groups = {"all": list(seen)}
    for pair in seen:
        groups.setdefault(pair[0].register, []).append(pair)
    names = list(summary(seen))
    lines = ["  ".join(["register".ljust(12), "n".rjust(5), *(name for name in names)])]
    for register, pairs in groups.items():
        found = summary(pairs)
        cells = [
            f"{found[n]:.3f}".rjust(len(n)) if n in found else "-".rjust(len(n)) for n in names
        ]
        lines.append("  ".join([register.ljust(12), str(len(pairs)).rjust(5), *cells]))
    return lines


def routes(seen: Sequence[Seen]) -> list[str]:
    """What became of each route."""
    counted: dict[str, Counter[str]] = {}
    for message, reading in seen:
        counted.setdefault(message.route, Counter())[reading.route] += 1
    return [
        f"{route.ljust(18)} {sum(found.values()):5d}: "
        + ", ".join(f"{name} {count}" for name, count in found.most_common())
        for route, found in sorted(counted.items())
    ]


def worst(seen: Sequence[Seen], most: int = 10) -> list[str]:
    """Harm that was not seen, and everyday messages taken for harm, by how sure the model was."""
    wrong = [
        (abs(r.score), m, r)
        for m, r in seen
        if (m.route in HARM) != (r.route in HARM) and (m.route in HARM or m.lookalike)
    ]
    wrong.sort(key=lambda found: (-found[0], fold(found[1].text)))
    return [f"{m.route} read as {r.route}: {m.text}" for _, m, r in wrong[:most]]
