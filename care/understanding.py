"""What a message is about: a question, a command, danger, harm. Decides nothing else.

A linear model over words and pieces of words, trained in the repository (`training/`). Whatever it
says can be explained: every word and piece adds its weight, and `why` names the heaviest.
"""

import json
import struct
import zlib
from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import sqrt
from typing import NamedTuple

from care.folding import accented, fold

PIECES = (3, 4, 5)  # letters in a piece
LONG = 50  # words; of a longer message the words say enough
PIECES_OF_LONG = (4,)
LITTLE = 3  # words
LONGEST = 20  # letters of a word
WORDS_MOST = 300  # of a longer message the beginning and the end are read
MAGIC = b"DHU1"
HARM = (
    "self_harm_adult",
    "self_harm_child",
    "harm_child_risk",
    "dv_support",
    "child_protection",
)
EMERGENCY, FAQ, COMMAND, BEREAVEMENT, UNKNOWN = (
    "emergency",
    "faq",
    "bot_command",
    "bereavement",
    "unknown",
)
OTHER = "other"  # a question that no answer is written for
NO_TOPIC = frozenset({OTHER, "none"})


class Reading(NamedTuple):
    """`intents` are the likeliest, best first; `unsure` asks for one gentle question.

    Where a question is not understood for sure, `intent` is the best guess and the route unknown.
    """

    route: str
    intent: str
    imminence: str  # "now", "unclear", or "" where nobody is in danger
    score: float  # how far from the border of its decision; 0 is on it
    unsure: bool
    intents: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Head:
    """Columns of weights that share one table; each with its scale and bias.

    `rarity` says of each bucket how seldom it occurs: what is seldom counts more.
    """

    labels: tuple[str, ...]
    buckets: int
    scales: tuple[float, ...]
    biases: tuple[float, ...]
    rarity: bytes
    weights: "array[int]"  # bucket by bucket, one small number a label


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """What training left: the heads, the borders, and words that mean the same."""

    heads: Mapping[str, Head]
    borders: Mapping[str, float]
    same: Mapping[str, str]


def features(text: str, same: Mapping[str, str]) -> list[str]:
    """Words, pairs and threes of words without accents, words with them, and pieces of words."""
    bare = _ends([same.get(word, word)[:LONGEST] for word in fold(text).split()])
    typed = _ends([word[:LONGEST] for word in accented(text).split()])
    if not bare:
        return []
    found = [f"w:{word}" for word in bare]
    found += [f"b:{one} {two}" for one, two in pairwise(bare)]
    found += [f"s:{one} {two}" for one, two in zip(bare, bare[2:], strict=False)]
    found += [
        f"t:{one} {two} {three}" for one, two, three in zip(bare, bare[1:], bare[2:], strict=False)
    ]
    if typed != bare:
        found += [f"A:{word}" for word in typed]
        found += [f"B:{one} {two}" for one, two in pairwise(typed)]
    whole = f" {' '.join(bare)} "
    for size in PIECES if len(bare) <= LONG else PIECES_OF_LONG:
        found += [f"c:{whole[at : at + size]}" for at in range(len(whole) - size + 1)]
    return found


def _ends(words: list[str]) -> list[str]:
    half = WORDS_MOST // 2
    return words if len(words) <= WORDS_MOST else words[:half] + words[-half:]


def bucket(feature: str, buckets: int) -> int:
    return zlib.crc32(feature.encode()) % buckets


def scores(head: Head, hashes: Sequence[int]) -> list[float]:
    """One number a label; a message counts the same however long it is."""
    width = len(head.labels)
    own = {number % head.buckets for number in hashes}
    rows = [head.weights[at * width : at * width + width] for at in own]
    norm = 1 / sqrt(max(sum(head.rarity[at] ** 2 for at in own), 1))
    sums = [sum(column) for column in zip(*rows, strict=True)] if rows else [0] * width
    return [
        total * scale * norm + bias
        for total, scale, bias in zip(sums, head.scales, head.biases, strict=True)
    ]


def understand(text: str, model: Model) -> Reading:
    """Self-harm and danger now before abuse, abuse before illness, illness before questions."""
    hashes = [zlib.crc32(found.encode()) for found in features(text, model.same)]
    if not hashes:
        return Reading(UNKNOWN, "", "", 0.0, False, ())
    danger = dict(_scored(model.heads["danger"], hashes))
    borders = model.borders
    ranked = _ranked(model, hashes)
    best = ranked[0][0] if ranked else OTHER
    topic = next((score for name, score in ranked if name not in NO_TOPIC), 0.0)
    everyday = borders["pull"] * max(0.0, topic - borders["topic"])  # a clear question calms
    little = borders["little"] if len(text.split()) <= LITTLE else 0.0  # says too little to be sure
    harm = danger["harm"] - everyday - borders["harm"] - little
    medical = danger[EMERGENCY] - borders[EMERGENCY] - little
    if harm >= 0 and harm >= medical:
        route = max(HARM, key=lambda name: danger[name])
        imminence = "now" if danger["now"] >= borders["now"] else "unclear"
        unsure = harm < borders["unsure"]
        near = _topics(ranked, borders["intent"]) if unsure else ()
        return Reading(route, route, imminence, harm, unsure, near)
    if medical >= 0:
        intent = next((name for name, _ in ranked if name in MEDICAL), "medical_other")
        return Reading(EMERGENCY, intent, "now", medical, False, (intent,))
    for route in (BEREAVEMENT, COMMAND):
        if danger[route] >= borders[route] + little:
            names = tuple(name for name, _ in ranked[:3])
            return Reading(route, best, "", danger[route] - borders[route], False, names)
    unsure = harm >= borders["ask"]
    if best in NO_TOPIC or ranked[0][1] < borders["intent"]:
        near = _topics(ranked, borders["near"])
        score = ranked[0][1] - borders["intent"] if ranked else 0.0
        return Reading(UNKNOWN, near[0] if near else "", "", score, unsure, near)
    near = (best, *(n for n, _ in ranked[1:4] if n not in NO_TOPIC))
    return Reading(FAQ, best, "", ranked[0][1] - borders["intent"], unsure, near[:3])


MEDICAL = frozenset(
    {
        "fever_young",
        "bleeding_pregnancy",
        "fetal_movement",
        "headache_pregnancy",
        "burn_firstaid",
        "choking_now",
        "drowning_now",
        "poison_now",
        "seizure_now",
        "dog_bite",
        "medical_other",
    }
)


def _topics(ranked: Sequence[tuple[str, float]], border: float) -> tuple[str, ...]:
    topics = (name for name, score in ranked[:4] if name not in NO_TOPIC and score >= border)
    return tuple(topics)[:3]


def _ranked(model: Model, hashes: Sequence[int]) -> list[tuple[str, float]]:
    """Intents, likeliest first. "None of them" has to be likelier by far."""
    back = model.borders["other"]
    pairs = (
        (name, score - back if name in NO_TOPIC else score)
        for name, score in _scored(model.heads["intent"], hashes)
    )
    return sorted(pairs, key=lambda pair: (-pair[1], pair[0]))


def _scored(head: Head, hashes: Sequence[int]) -> Iterable[tuple[str, float]]:
    return zip(head.labels, scores(head, hashes), strict=True)


def why(text: str, model: Model, head: str, label: str, most: int = 5) -> list[tuple[str, float]]:
    """The words and pieces that spoke most for a label, heaviest first."""
    table = model.heads[head]
    column, width = table.labels.index(label), len(table.labels)
    found = features(text, model.same)
    own = {bucket(feature, table.buckets) for feature in found}
    step = table.scales[column] / sqrt(max(sum(table.rarity[at] ** 2 for at in own), 1))
    weights = {
        feature: table.weights[bucket(feature, table.buckets) * width + column] * step
        for feature in found
    }
    heaviest = sorted(weights.items(), key=lambda pair: (-pair[1], pair[0]))
    return [(feature, round(weight, 3)) for feature, weight in heaviest[:most] if weight > 0]


def dump(model: Model) -> bytes:
    """The model as a file: a head of JSON, then the weights, all compressed."""
    head = {
        "borders": dict(model.borders),
        "same": dict(model.same),
        "heads": {
            name: {
                "labels": h.labels,
                "buckets": h.buckets,
                "scales": h.scales,
                "biases": h.biases,
            }
            for name, h in model.heads.items()
        },
    }
    words = json.dumps(head, ensure_ascii=False, sort_keys=True).encode()
    tables = (model.heads[name] for name in sorted(model.heads))
    weights = b"".join(table.rarity + table.weights.tobytes() for table in tables)
    return MAGIC + zlib.compress(struct.pack("<I", len(words)) + words + weights, 9)


def load(raw: bytes) -> Model:
    """Raises ValueError on anything that `dump` did not write."""
    if not raw.startswith(MAGIC):
        raise ValueError("not a model")
    try:
        whole = zlib.decompress(raw[len(MAGIC) :])
        (length,) = struct.unpack_from("<I", whole)
        head = json.loads(whole[4 : 4 + length])
        heads, at = {}, 4 + length
        for name in sorted(head["heads"]):
            one = head["heads"][name]
            size = one["buckets"] * len(one["labels"])
            rarity, at = whole[at : at + one["buckets"]], at + one["buckets"]
            weights, at = array("b", whole[at : at + size]), at + size
            if len(weights) != size:
                raise ValueError("a model that was cut off")
            lists = (tuple(one[key]) for key in ("labels", "scales", "biases"))
            labels, scales, biases = lists
            heads[name] = Head(labels, one["buckets"], scales, biases, rarity, weights)
        return Model(heads, head["borders"], head["same"])
    except (zlib.error, struct.error, KeyError, TypeError) as error:
        raise ValueError("a damaged model") from error
