"""From messages to a model: linear classifiers, their weights rounded to small numbers."""

import zlib
from array import array
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import scipy.sparse as sp
from sklearn.svm import LinearSVC

from care.understanding import (
    BEREAVEMENT,
    COMMAND,
    EMERGENCY,
    HARM,
    MEDICAL,
    UNKNOWN,
    Head,
    Model,
    features,
)
from training.corpus import Message

Weights = np.ndarray[Any, Any]

DANGER_BUCKETS = 2**17
INTENT_BUCKETS = 2**15
SEEN_TWICE = 2
RARITY = 20  # steps in one unit of the logarithm
COSTS = {"harm": 0.7, EMERGENCY: 2.0, "now": 1.0, "route": 2.0, "intent": 1.0}
BORDERS = {
    "harm": -0.47,
    "topic": -0.6,
    "pull": 1.5,
    "little": 0.1,
    EMERGENCY: -0.45,
    "now": -0.1,
    "unsure": 0.2,
    "ask": -0.15,
    BEREAVEMENT: -0.3,
    COMMAND: -0.4,
    "intent": -0.48,
    "near": -0.9,
    "other": 0.4,
}


def fit(messages: Sequence[Message], same: Mapping[str, str]) -> Model:
    hashes = [_hashes(message.text, same) for message in messages]
    return Model(
        {"danger": _danger(messages, hashes), "intent": _intents(messages, hashes)}, BORDERS, same
    )


def _hashes(text: str, same: Mapping[str, str]) -> list[int]:
    return [zlib.crc32(found.encode()) for found in features(text, same)]


def _matrix(hashes: Sequence[Sequence[int]], buckets: int) -> tuple[sp.csr_matrix, Weights]:
    """A row a message, of length 1, as `care.understanding.scores` counts it; and the rarities."""
    found = [sorted({number % buckets for number in one}) for one in hashes]
    counts = [len(one) for one in found]
    columns = np.concatenate([np.array(one, dtype=np.int64) for one in found])
    starts = np.concatenate([[0], np.cumsum(counts)])
    ones = sp.csr_matrix((np.ones(len(columns)), columns, starts), shape=(len(found), buckets))
    often = np.bincount(columns, minlength=buckets)
    rarity = np.rint(RARITY * (np.log((1 + len(found)) / (1 + often)) + 1)).clip(1, 255)
    weighted = ones @ sp.diags(rarity)
    lengths = np.sqrt(np.asarray(weighted.multiply(weighted).sum(axis=1)).ravel())
    return sp.diags(1 / np.maximum(lengths, 1e-9)) @ weighted, rarity.astype(np.uint8)


def _danger(messages: Sequence[Message], hashes: Sequence[Sequence[int]]) -> Head:
    rows, rarity = _matrix(hashes, DANGER_BUCKETS)
    routes = np.array([message.route for message in messages])
    harm = np.isin(routes, HARM)
    columns = {
        "harm": _column(rows, harm, COSTS["harm"], 1.0),
        EMERGENCY: _column(rows, routes == EMERGENCY, COSTS[EMERGENCY], 2.0),
        BEREAVEMENT: _column(rows, routes == BEREAVEMENT, 2.0, 2.0),
        COMMAND: _column(rows, routes == COMMAND, 2.0, 2.0),
        "now": _column(rows[harm], np.array([m.now for m in messages])[harm], COSTS["now"], 2.0),
    }
    columns |= {
        name: _column(rows[harm], (routes == name)[harm], COSTS["route"], 1.5) for name in HARM
    }
    return _head(columns, rarity)


def _intents(messages: Sequence[Message], hashes: Sequence[Sequence[int]]) -> Head:
    """Of questions, commands and sudden illness; harm and small talk are none of them."""
    rows, rarity = _matrix(hashes, INTENT_BUCKETS)
    often = np.asarray((rows > 0).sum(axis=0)).ravel() >= SEEN_TWICE
    rows = rows @ sp.diags(often.astype(float))
    names = np.array([_intent(message) for message in messages])
    model = LinearSVC(C=COSTS["intent"], class_weight=None, random_state=1)
    model.fit(rows, names)
    columns = {
        str(name): (model.coef_[n] * often, float(model.intercept_[n]))
        for n, name in enumerate(model.classes_)
    }
    return _head(columns, rarity)


def _intent(message: Message) -> str:
    if message.route == UNKNOWN or message.route in HARM:
        return "none"
    if message.route == EMERGENCY and message.intent not in MEDICAL:
        return "medical_other"
    return message.intent


def _column(
    rows: sp.csr_matrix, wanted: Weights, cost: float, weight: float
) -> tuple[Weights, float]:
    model = LinearSVC(C=cost, class_weight={True: weight, False: 1.0}, random_state=1)
    model.fit(rows, wanted)
    return model.coef_[0], float(model.intercept_[0])


def _head(columns: Mapping[str, tuple[Weights, float]], rarity: Weights) -> Head:
    labels = tuple(sorted(columns))
    scales, small = [], []
    for label in labels:
        weights = columns[label][0] * rarity
        scale = max(float(np.abs(weights).max()), 1e-9) / 127
        scales.append(scale)
        small.append(np.rint(weights / scale).astype(np.int8))
    table = np.stack(small, axis=1)
    return Head(
        labels,
        len(rarity),
        tuple(round(scale, 9) for scale in scales),
        tuple(round(columns[label][1], 6) for label in labels),
        rarity.tobytes(),
        array("b", table.tobytes()),
    )
