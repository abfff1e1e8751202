"""What somebody sends to the hooks of Zalo who is not Zalo, and what is senseless though proven."""

import hashlib
import json
import random
from collections.abc import Callable
from typing import Any

from bot.web import HOOK_BODY_MOST
from tests.standins.zalo_bot import PROOF
from tests.standins.zalo_oa import APP_ID, APP_SECRET, SECRET_KEY
from tests.standins.zalo_oa_people import HEADER, signature

BOT, OA = "/hooks/zalo-bot", "/hooks/zalo-oa"
SECRET = "a-secret-of-the-bot"
OTHER_APP = "1234567890123456789"

Head = list[tuple[str, str]]
Request = tuple[Head, bytes, int]  # with what it must be answered
Forge = Callable[[random.Random, bytes], Request]


def encoded(body: Any) -> bytes:
    return json.dumps(body, ensure_ascii=False).encode()


def proof_of(path: str, raw: bytes) -> Head:
    return [(PROOF, SECRET)] if path == BOT else [(HEADER, signature(raw))]


# --- without a proof ------------------------------------------------------------------------------


def _letter(chance: random.Random, word: str) -> str:
    at = chance.randrange(len(word))
    other = chance.choice([letter for letter in "0123456789abcdef" if letter != word[at]])
    return word[:at] + other + word[at + 1 :]


def _of_bot(make: Callable[[random.Random], Head]) -> Forge:
    return lambda chance, raw: (make(chance), raw, 403)


def _mac(raw: bytes, app: str, key: str) -> str:
    time = str(json.loads(raw)["timestamp"])
    return f"mac={hashlib.sha256(app.encode() + raw + time.encode() + key.encode()).hexdigest()}"


def _signed(make: Callable[[random.Random, bytes], Head]) -> Forge:
    return lambda chance, raw: (make(chance, raw), raw, 403)


def _altered(change: Callable[[random.Random, bytes], bytes]) -> Forge:
    """Signed before it was changed."""
    return lambda chance, raw: ([(HEADER, signature(raw))], change(chance, raw), 403)


def _flip(chance: random.Random, raw: bytes) -> bytes:
    at = chance.randrange(len(raw))
    return raw[:at] + bytes([raw[at] ^ chance.randrange(1, 256)]) + raw[at + 1 :]


def _with(raw: bytes, **other: Any) -> bytes:
    return encoded({**json.loads(raw), **other})


def _older(chance: random.Random, raw: bytes) -> bytes:
    time = int(json.loads(raw)["timestamp"])
    return _with(raw, timestamp=str(time - chance.randrange(1, 10**10)))


def _another(chance: random.Random, raw: bytes) -> bytes:
    person = {"id": str(chance.randrange(10**18))}
    return _with(raw, **{"follower" if "follower" in json.loads(raw) else "sender": person})


def _cut(chance: random.Random, raw: bytes) -> bytes:
    return raw[: chance.randrange(len(raw))]


WITHOUT_SECRET: dict[str, Forge] = {
    "no secret": _of_bot(lambda _: []),
    "no secret and nothing said": lambda chance, raw: ([], b"{}", 403),
    "empty secret": _of_bot(lambda _: [(PROOF, "")]),
    "wrong secret": _of_bot(lambda chance: [(PROOF, f"{chance.randrange(10**18):019}")]),
    "one letter of the secret": _of_bot(lambda chance: [(PROOF, _letter(chance, SECRET))]),
    "half of the secret": _of_bot(lambda _: [(PROOF, SECRET[: len(SECRET) // 2])]),
    "longer secret": _of_bot(lambda _: [(PROOF, f"{SECRET}x")]),
    "secret in capitals": _of_bot(lambda _: [(PROOF, SECRET.upper())]),
    "secret twice": _of_bot(lambda _: [(PROOF, SECRET), (PROOF, SECRET)]),
    "secret elsewhere": _of_bot(lambda _: [(f"{PROOF}s", SECRET), ("Authorization", SECRET)]),
    "secret of the account": _of_bot(lambda _: [(PROOF, SECRET_KEY)]),
}
WITHOUT_SIGNATURE: dict[str, Forge] = {
    "no signature": _signed(lambda chance, raw: []),
    "empty signature": _signed(lambda chance, raw: [(HEADER, chance.choice(["", "mac="]))]),
    "wrong signature": _signed(
        lambda chance, raw: [(HEADER, f"mac={chance.getrandbits(256):064x}")]
    ),
    "one digit of the signature": _signed(
        lambda chance, raw: [(HEADER, f"mac={_letter(chance, signature(raw)[4:])}")]
    ),
    "signature twice": _signed(lambda chance, raw: [(HEADER, signature(raw))] * 2),
    "signature elsewhere": _signed(lambda chance, raw: [("X-Signature", signature(raw))]),
    "key of another app": _signed(lambda chance, raw: [(HEADER, _mac(raw, OTHER_APP, "other"))]),
    "name of another app": _signed(
        lambda chance, raw: [(HEADER, _mac(raw, OTHER_APP, SECRET_KEY))]
    ),
    "the app's own secret": _signed(lambda chance, raw: [(HEADER, _mac(raw, APP_ID, APP_SECRET))]),
    "one byte of the body": _altered(_flip),
    "another person": _altered(_another),
    "another time": _altered(_older),
    "something more": _altered(lambda chance, raw: _with(raw, more=1)),
    "a space more": _altered(lambda chance, raw: raw + b" "),
    "another order": _altered(lambda chance, raw: encoded(dict(sorted(json.loads(raw).items())))),
    "cut after signing": _altered(_cut),
}

# --- with a proof, and senseless all the same -----------------------------------------------------

WRONG: tuple[Any, ...] = (None, True, -1, 1.5, 1 << 63, "", "x" * 101, [], [[]], {}, {"id": 1})
NO_OBJECT = (b"", b"[]", b'"x"', b"5", b"null", b"\xff", b"{", encoded({"event_name": 5}))
DEEP = (
    b"[" * 100_000,
    b'{"event_name":"user_send_text","message":' + b'{"a":' * 100_000,
)


def _proven(path: str, change: Callable[[random.Random, bytes], bytes]) -> Forge:
    def forge(chance: random.Random, raw: bytes) -> Request:
        changed = change(chance, raw)
        return proof_of(path, changed), changed, 400

    return forge


def _wrong_type(chance: random.Random, raw: bytes) -> bytes:
    """Nobody can tell from whom it is, or which message."""
    body = json.loads(raw)
    wrong = chance.choice(WRONG[:-1])
    if "follower" in body:
        return _with(raw, **chance.choice([{"follower": {"id": wrong}}, {"timestamp": wrong}]))
    if "sender" in body:
        return _with(raw, **{chance.choice(["sender", "message"]): wrong})
    update = body.get("result", body)
    message = {"from": {"id": chance.choice(WRONG)}, "chat": wrong}
    return encoded({**update, "message": chance.choice([*WRONG, {**update["message"], **message}])})


def _huge(path: str) -> Forge:
    def forge(chance: random.Random, raw: bytes) -> Request:
        large = raw[:-1] + b" " * HOOK_BODY_MOST + raw[-1:]
        return proof_of(path, large), large, 413

    return forge


def _time_in_body(chance: random.Random, raw: bytes) -> Request:
    """What was signed is body and time in one row: this has the same signature."""
    time = str(json.loads(raw)["timestamp"]).encode()
    return [(HEADER, signature(raw))], raw + time, 400


def _senseless(path: str) -> dict[str, Forge]:
    return {
        "cut": _proven(path, _cut),
        "twice in one": _proven(path, lambda chance, raw: raw + raw),
        "no object": _proven(path, lambda chance, raw: chance.choice(NO_OBJECT)),
        "wrong types": _proven(path, _wrong_type),
        "deep": _proven(path, lambda chance, raw: chance.choice(DEEP)),
        "huge": _huge(path),
    }


FORGERIES = {
    BOT: {**WITHOUT_SECRET, **_senseless(BOT)},
    OA: {**WITHOUT_SIGNATURE, **_senseless(OA), "time in the body": _time_in_body},
}
RARE = {"huge": 0.1, "deep": 0.2}
