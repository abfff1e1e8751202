"""What every channel must do with the bodies it gets, run over all of them."""

import copy
import functools
import json
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from care.messages import EventKind
from channels.errors import Forged, Malformed
from tests.channels.every_rig import READERS, RIGS
from tests.channels.rigs import NOON, Rig

every_name = pytest.mark.parametrize("name", READERS)


@functools.cache
def offline(name: str) -> Rig:
    """For reading only; made once, because a client takes long to make."""
    return RIGS[name]()


@every_name
def test_bodies_are_read_and_revived_alike(name: str) -> None:
    rig = offline(name)
    for kind, text, body in rig.bodies():
        [incoming] = rig.channel.parse(rig.headers_of(body), body, NOON)
        event = incoming.event
        assert (event.kind, event.text, event.address, event.at) == (kind, text, rig.to, NOON)
        assert rig.channel.revive(incoming.raw, NOON) == event
        assert (event.tap is not None) == (kind is EventKind.CHOICE)
        if kind in (EventKind.TEXT, EventKind.START, EventKind.MEDIA, EventKind.EDITED):
            assert event.ref or kind is EventKind.START  # to follow is no message
            assert event.left == ((event.ref,) if event.ref else ())  # it can be taken away


@every_name
def test_bodies_have_ids_of_their_own(name: str) -> None:
    rig = offline(name)
    bodies = [body for _, _, body in rig.bodies()]
    events = [rig.channel.parse(rig.headers_of(b), b, NOON)[0].event for b in bodies]
    assert len({event.id for event in events}) == len(events)


@pytest.mark.parametrize("name", [name for name in READERS if "proof" in RIGS[name].shows])
def test_a_hundred_forged_requests_are_refused(name: str) -> None:
    rig = offline(name)
    chance = random.Random(1)
    body = rig.bodies()[0][2]
    for _ in range(100):
        honest = rig.headers_of(body)
        forged = {key: _forged(value, chance) for key, value in honest.items()}
        with pytest.raises(Forged):
            rig.channel.parse(chance.choice([forged, {}, {"x": "y"}]), body, NOON)
        with pytest.raises(Forged):
            rig.channel.parse(forged, b"{not read", NOON)


def _forged(secret: str, chance: random.Random) -> str:
    at = chance.randrange(len(secret))
    return chance.choice(
        ["", secret[:at], secret + "x", secret.upper(), secret[:at] + "é" + secret[at:], "\ud800"]
    )


JUNK: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=6)
    | st.sampled_from([2**63, -1, 10**40, "\ud800", "\0", "private", "/start", "kicked"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=6,
)


def mutated(body: Any, data: st.DataObject) -> Any:
    """Replaces, removes or nests one value somewhere in `body`."""
    holder, key = _somewhere(body, data)
    how = data.draw(st.sampled_from(["replace", "remove", "nest"]))
    if how == "remove":
        del holder[key]
    else:
        holder[key] = data.draw(JUNK) if how == "replace" else [holder[key]]
    return body


def _somewhere(body: Any, data: st.DataObject) -> tuple[Any, Any]:
    places = []
    waiting = [body]
    while waiting:
        holder = waiting.pop()
        keys = holder if isinstance(holder, dict) else range(len(holder))
        for key in list(keys):
            places.append((holder, key))
            if isinstance(holder[key], dict | list):
                waiting.append(holder[key])
    return places[data.draw(st.integers(0, len(places) - 1))]


@every_name
@settings(max_examples=400, deadline=None)
@given(data=st.data())
def test_mutated_bodies_are_read_or_malformed(name: str, data: st.DataObject) -> None:
    rig = offline(name)
    bodies = [json.loads(body) for _, _, body in rig.bodies()]
    body = copy.deepcopy(data.draw(st.sampled_from(bodies)))
    for _ in range(data.draw(st.integers(1, 3))):
        if body:
            body = mutated(body, data)
    read_or_malformed(rig, json.dumps(body).encode())


@every_name
@settings(max_examples=200, deadline=None)
@given(body=st.binary(max_size=40) | JUNK.map(lambda junk: json.dumps(junk).encode()))
def test_any_bytes_are_read_or_malformed(name: str, body: bytes) -> None:
    read_or_malformed(offline(name), body)


@every_name
@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"null", b"\xff\xfe", b"[" * 500_000, b"1" * 9000, b" " * 2_000_000],
    ids=["empty", "cut", "list", "null", "not text", "deep", "number", "large"],
)
def test_senseless_bodies_are_malformed(name: str, body: bytes) -> None:
    rig = offline(name)
    with pytest.raises(Malformed):
        rig.channel.parse(rig.headers_of(body), body, NOON)


def read_or_malformed(rig: Rig, body: bytes) -> None:
    try:
        incoming = rig.channel.parse(rig.headers_of(body), body, NOON)
    except Malformed:
        return
    for each in incoming:
        event = each.event
        assert rig.channel.revive(each.raw, NOON) == event
        for text in (event.id, event.text, event.address.chat_id, event.ref or "", event.tap or ""):
            text.encode()  # a lone half of a character would break the database later
            assert "\0" not in text
