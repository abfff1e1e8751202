"""A model so small that every weight is known: each word speaks for what stands beside it."""

from array import array
from collections.abc import Mapping

from care.understanding import BEREAVEMENT, COMMAND, EMERGENCY, HARM, Head, Model, bucket

BUCKETS = 2**14
QUIET = -1.0  # what every label scores without a word that speaks for it
STRONG = 100
DANGER = (*HARM, "harm", "now", EMERGENCY, BEREAVEMENT, COMMAND)
INTENTS = (
    "bot_stop",
    "choking_now",
    "fever_young",
    "medical_other",
    "none",
    "other",
    "solids_when",
    "swaddle",
)
# What each word of the tests speaks for.
WORDS: Mapping[str, Mapping[str, int]] = {
    "hurt": {"harm": STRONG, "child_protection": STRONG},
    "despair": {"harm": STRONG, "self_harm_adult": STRONG, "self_harm_child": 50},
    "tonight": {"now": STRONG},
    "maybe": {"harm": 8, "child_protection": 8},
    "fever": {EMERGENCY: STRONG, "fever_young": STRONG},
    "crumb": {EMERGENCY: STRONG, "choking_now": STRONG},
    "fainted": {EMERGENCY: STRONG, "medical_other": STRONG},
    "gone": {BEREAVEMENT: STRONG},
    "stop": {COMMAND: STRONG, "bot_stop": STRONG},
    "spoon": {"solids_when": STRONG},
    "cloth": {"swaddle": 60},
    "clouds": {"other": STRONG},
}
BORDERS = {
    **dict.fromkeys(("harm", EMERGENCY, BEREAVEMENT, COMMAND, "now", "intent", "topic"), 0.0),
    **dict.fromkeys(("pull", "little", "other"), 0.0),
    "unsure": 1.0,
    "ask": -0.5,
    "near": -0.5,
}


def head(labels: tuple[str, ...]) -> Head:
    weights = array("b", bytes(BUCKETS * len(labels)))
    for word, spoken in WORDS.items():
        for label, weight in spoken.items():
            if label in labels:
                at = bucket(f"w:{word}", BUCKETS) * len(labels) + labels.index(label)
                weights[at] = weight
    ones = (1.0,) * len(labels)
    return Head(labels, BUCKETS, ones, (QUIET,) * len(labels), b"\x01" * BUCKETS, weights)


def model(**borders: float) -> Model:
    heads = {"danger": head(DANGER), "intent": head(INTENTS)}
    return Model(heads, {**BORDERS, **borders}, {"hrt": "hurt"})
