"""Encryption of single fields and the keyed hash they are looked up by.

AES-256-GCM with the table and column as associated data, so a value copied to another place does
not open. The key file (32 random bytes, base64) lives outside backups of the data.
"""

import base64
import hashlib
import hmac
import os
import secrets
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_VERSION = b"\x01"
_NONCE = 12


class KeyProblem(Exception):
    """The key file is missing, unreadable or not the one this data was written with."""


class Cipher:
    """Field encryption and blind index from one 32-byte master key."""

    def __init__(self, master: bytes) -> None:
        if len(master) != 32:
            raise KeyProblem("the key must be 32 bytes")
        self._aead = AESGCM(_derive(master, b"donghanh field v1"))
        self._index = _derive(master, b"donghanh index v1")
        self._chain = _derive(master, b"donghanh chain v1")

    def seal(self, place: str, text: str) -> bytes:
        nonce = os.urandom(_NONCE)
        sealed = self._aead.encrypt(nonce, text.encode("utf-8", "replace"), place.encode())
        return _VERSION + nonce + sealed

    def open(self, place: str, sealed: bytes) -> str:
        """Raises KeyProblem for a wrong key, a damaged value or a value from another column."""
        nonce, body = sealed[1 : 1 + _NONCE], sealed[1 + _NONCE :]
        try:
            if not sealed.startswith(_VERSION):
                raise ValueError("unknown version")
            return self._aead.decrypt(nonce, body, place.encode()).decode()
        except (InvalidTag, ValueError) as error:
            raise KeyProblem(f"{place} does not open with this key") from error

    def blind(self, *parts: str) -> str:
        """Keyed hash for equality look-up: 32 hex digits."""
        message = "\x1f".join(parts).encode("utf-8", "replace")
        return hmac.new(self._index, message, hashlib.sha256).hexdigest()[:32]

    def link(self, *parts: str) -> str:
        """Keyed hash of a line of a chain: 64 hex digits."""
        message = "\x1f".join(parts).encode("utf-8", "replace")
        return hmac.new(self._chain, message, hashlib.sha256).hexdigest()


def _derive(master: bytes, info: bytes) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=info).derive(master)


def read_key(path: Path) -> Cipher:
    try:
        return Cipher(base64.b64decode(path.read_text(encoding="ascii").strip(), validate=True))
    except FileNotFoundError as error:
        raise KeyProblem(f"key file {path.name} is missing; put the saved copy back") from error
    except (OSError, ValueError) as error:
        raise KeyProblem(f"key file {path.name} cannot be read: {error}") from error


def make_key(path: Path) -> Cipher:
    """Writes a new key, mode 0600; never over an existing file.

    The whole key appears at once and is on disk before any data is written with it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    master = secrets.token_bytes(32)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(base64.b64encode(master) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        path.hardlink_to(draft)  # unlike a rename it refuses an existing file
    finally:
        draft.unlink()
    _sync_folder(path.parent)
    return Cipher(master)


def _sync_folder(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
