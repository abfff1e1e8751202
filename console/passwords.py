"""Passwords, one-time codes and recovery codes. Nothing here is our own cryptography."""

import asyncio
import re
import secrets
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from hashlib import sha256
from typing import TypeVar

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from care.folding import fold
from storage.one_time import STEP as STEP
from storage.one_time import code_step as code_step

T = TypeVar("T")
SHORTEST = 10
LONGEST = 200
RECOVERY_CODES = 8
ISSUER = "Đồng Hành"
AT_ONCE = 2  # hashes under way: each takes 19 MiB, and 200 logins must not take all memory
WAITING_MOST = 400  # who comes then is told that the server is busy

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_room = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="passwords")
_waiting = 0
_EASY = re.compile(r"[\d ]+|.*(mat ?khau|password|dong ?hanh|qwerty|12345|abcde).*")


def new_password() -> str:
    """Sixteen letters and digits that are not mistaken for each other."""
    return "".join(secrets.choice("abcdefghjkmnpqrstuvwxyz23456789") for _ in range(16))


def hash_now(password: str) -> str:
    """For the command line; pages use `hashed`."""
    return _hasher.hash(_typed(password))


async def hashed(password: str) -> str:
    return await _in_room(partial(hash_now, password))


async def fits(password_hash: str | None, password: str) -> bool:
    """`password_hash` None: nobody has this login; it takes as long to say so."""
    found = await _in_room(partial(_verify, password_hash, password[:LONGEST]))
    return found and password_hash is not None


async def _in_room(f: Callable[[], T]) -> T:
    """Raises TimeoutError when too many wait already."""
    global _waiting
    if _waiting >= WAITING_MOST:
        raise TimeoutError
    _waiting += 1
    try:
        return await asyncio.get_running_loop().run_in_executor(_room, f)
    finally:
        _waiting -= 1


def _verify(password_hash: str | None, password: str) -> bool:
    try:
        return _hasher.verify(password_hash or _nobody(), _typed(password))
    except (VerificationError, InvalidHashError):
        return False


@cache
def _nobody() -> str:
    """What is looked at for a login that nobody has."""
    return _hasher.hash(secrets.token_hex(16))


def _typed(password: str) -> bytes:
    """Keyboards spell accents in two ways; the same words must be the same password."""
    return unicodedata.normalize("NFC", password).encode("utf-8", "replace")


def problem(password: str, again: str, login: str) -> str | None:
    """The message that says why not, or None."""
    if password != again:
        return "differs"
    if not SHORTEST <= len(password) <= LONGEST:
        return "short"
    easy = fold(password)
    if login.lower() in password.lower() or len(set(easy)) < 4 or _EASY.fullmatch(easy):
        return "weak"
    return None


def new_totp() -> str:
    return pyotp.random_base32()


def totp_address(secret: str, login: str) -> str:
    """What a phone scans."""
    return pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=ISSUER)


def recovery_codes() -> list[str]:
    return [f"{secrets.token_hex(4)}-{secrets.token_hex(4)}" for _ in range(RECOVERY_CODES)]


def recovery_hash(code: str) -> str:
    """The codes are random enough that a plain hash keeps them."""
    return sha256(code.strip().lower().encode()).hexdigest()
