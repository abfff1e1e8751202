"""A copy in its file: compressed, then encrypted with age for whoever may read it.

Everything is streamed, so a large database takes no more memory than a small one, and no word of
it ever stands on the disk in the clear.
"""

import os
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import pyrage

from storage.copy_lines import Damaged
from storage.erasure_file import sync_folder

Recipient: TypeAlias = Any  # pyrage brings no types
Identity: TypeAlias = Any
_GZIP = 31  # so that age and gunzip open a copy as well


class BadKey(Exception):
    """No public key, no identity file, or not the one the copy was made for."""


class FileThere(Exception):
    """Nothing is ever overwritten."""


def recipient(text: str) -> Recipient:
    """A public key as it is written: age1… Raises BadKey."""
    try:
        return pyrage.x25519.Recipient.from_str(text.strip())
    except pyrage.RecipientError as error:
        raise BadKey("must be public keys of age, such as age1…") from error


def make_identity(path: Path) -> str:
    """A new identity file, mode 0600; returns its public key. Raises FileThere."""
    identity = pyrage.x25519.Identity.generate()
    public = str(identity.to_public())
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise FileThere(f"{path} is there already") from error
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(f"# public key: {public}\n{identity}\n")
        file.flush()
        os.fsync(file.fileno())
    return public


def read_identities(path: Path) -> list[Identity]:
    """Raises BadKey."""
    try:
        lines = path.read_text(encoding="ascii").split()
        found = [line for line in lines if line.startswith("AGE-SECRET-KEY-")]
        identities = [pyrage.x25519.Identity.from_str(line) for line in found]
    except (OSError, ValueError, pyrage.IdentityError) as error:
        raise BadKey(f"{path} cannot be read as an identity") from error
    if not identities:
        raise BadKey(f"there is no identity in {path}")
    return identities


def write(path: Path, lines: Iterable[bytes], recipients: Sequence[Recipient]) -> None:
    """All of the file appears at once, mode 0600. Raises FileThere; nothing stays on a failure."""
    if path.exists():
        raise FileThere(f"{path} is there already")
    draft = path.with_name(f".{path.name}.part")
    draft.unlink(missing_ok=True)
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    source = _Source(_compressed(lines))
    try:
        with os.fdopen(handle, "wb") as file:
            try:
                pyrage.encrypt_io(source, file, recipients)
            except pyrage.EncryptError as error:
                raise source.failure or OSError(str(error)) from error
            file.flush()
            os.fsync(file.fileno())
        path.hardlink_to(draft)  # unlike a rename it refuses an existing file
    except FileExistsError as error:
        raise FileThere(f"{path} is there already") from error
    finally:
        draft.unlink(missing_ok=True)
    sync_folder(path.parent)


def _compressed(lines: Iterable[bytes]) -> Iterator[bytes]:
    packer = zlib.compressobj(wbits=_GZIP)
    for line in lines:
        if packed := packer.compress(line):
            yield packed
    yield packer.flush()


class _Source:
    """The pieces as a file that age reads. It keeps an error: age would keep its words only."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._rest = b""
        self.failure: BaseException | None = None

    def read(self, most: int) -> bytes:
        try:
            while not self._rest:
                self._rest = next(self._pieces)
        except StopIteration:
            return b""
        except BaseException as error:
            self.failure = error
            raise
        piece, self._rest = self._rest[:most], self._rest[most:]
        return piece


def read(path: Path, identities: Sequence[Identity], feed: Callable[[bytes], None]) -> None:
    """Hands over line after line. Raises BadKey, Damaged, OSError, and what `feed` raises."""
    sink = _Sink(feed)
    try:
        with path.open("rb") as file:
            pyrage.decrypt_io(file, sink, identities)
        sink.end()
    except pyrage.DecryptError as error:
        if "No matching keys" in str(error):
            raise BadKey("the copy was not made for this identity") from error
        raise Damaged("it is no copy, or its beginning is damaged") from error
    except zlib.error as error:
        raise Damaged("it cannot be unpacked") from error
    except OSError as error:
        if error.errno is None and sink.failure is None:  # age's own word for a changed part
            raise Damaged("it was altered or cut off") from error
        raise


class _Sink:
    """What age has opened, unpacked and cut into lines."""

    def __init__(self, feed: Callable[[bytes], None]) -> None:
        self._feed = feed
        self._unpacker = zlib.decompressobj(wbits=_GZIP)
        self._rest = b""
        self.failure: BaseException | None = None

    def write(self, piece: bytes) -> int:
        try:
            *lines, self._rest = (self._rest + self._unpacker.decompress(piece)).split(b"\n")
            for line in lines:
                self._feed(line + b"\n")
        except BaseException as error:
            self.failure = error
            raise
        return len(piece)

    def flush(self) -> None:
        """Nothing waits here."""

    def end(self) -> None:
        if not self._unpacker.eof or self._rest:
            raise Damaged("it ends too early")
        if self._unpacker.unused_data:
            raise Damaged("there is more after the end")
