"""`donghanh backup`, `backup-key` and `restore`: an encrypted copy of everything, and back."""

import contextlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli import ALREADY_RUNNING, FAILED, WRONG_USE, fail, settings_or_exit

if TYPE_CHECKING:
    from bot.config import Settings
    from storage.crypto import Cipher
    from storage.put_back import Settled
    from storage.tombstones import Tombstone

NO_RECIPIENT = (
    "nobody could open the copy: set DONGHANH_BACKUP_RECIPIENT to a public key;"
    " `donghanh backup-key FILE` makes one"
)
WITHOUT = "; it says what was deleted since the copy: give it with --erasures, or go on with "
WITHOUT += "--without-erasures"
A_FILE = {"exists": True, "dir_okay": False, "readable": True}


def backup_key(
    file: Annotated[Path, typer.Argument(help="where the identity goes; never on this server")],
) -> None:
    """Make the pair of keys for copies: an identity file, and the public key that is printed."""
    from storage.sealed_copy import FileThere, make_identity

    try:
        public = make_identity(file)
    except FileThere as error:
        raise fail(str(error)) from error
    except OSError as error:
        raise fail(f"{file} cannot be written: {error.strerror}") from error
    print(f"DONGHANH_BACKUP_RECIPIENT={public}")
    print(f"Keep {file} away from the server; only it opens the copies.")


def backup(
    file: Annotated[Path, typer.Argument(help="the copy; must not be there yet")],
) -> None:
    """Make an encrypted copy of the database; the programme may run meanwhile."""
    from bot.clock import utc_now
    from storage import backup as copies
    from storage.database import DatabaseDown
    from storage.schema import SchemaProblem
    from storage.sealed_copy import BadKey, FileThere, recipient

    settings = settings_or_exit()
    if not settings.backup_recipient:
        raise fail(NO_RECIPIENT, WRONG_USE)
    try:
        recipients = [recipient(text) for text in settings.backup_recipient]
        with copies.snapshot(settings.database_url, utc_now()) as found:
            rows = found.header.rows
            with typer.progressbar(length=rows, label="Copying") as bar:
                copies.write(found, file, recipients, bar.update)
    except BadKey as error:
        raise fail(f"DONGHANH_BACKUP_RECIPIENT: {error}", WRONG_USE) from error
    except (DatabaseDown, SchemaProblem, FileThere) as error:
        raise fail(str(error)) from error
    except OSError as error:
        raise fail(f"{file} cannot be written: {error.strerror or error}") from error
    print(f"{rows} rows are in {file}.")


def restore(
    file: Annotated[Path, typer.Argument(help="a copy", **A_FILE)],
    identity: Annotated[Path, typer.Option(help="the identity that opens it", **A_FILE)],
    replace: Annotated[bool, typer.Option(help="the data that is there now goes")] = False,
    erasures: Annotated[
        Path | None, typer.Option(help="instead of the file in DONGHANH_DATA_DIR", **A_FILE)
    ] = None,
    without_erasures: Annotated[
        bool, typer.Option("--without-erasures", help="what was deleted since may come back")
    ] = False,
) -> None:
    """Put a copy back: all of it, or nothing changes. The programme must not run."""
    from storage.crypto import KeyProblem, read_key

    settings = settings_or_exit()
    os.umask(0o077)  # as when it runs
    with _alone(settings):
        try:
            cipher = read_key(settings.key_file)
        except KeyProblem as error:
            raise fail(str(error)) from error
        known = _erasures(settings, cipher, erasures, without=without_erasures)
        _report(_put_back(settings, cipher, file, identity, known, replace=replace))


@contextlib.contextmanager
def _alone(settings: "Settings") -> Iterator[None]:
    """Holds the lock of the SQLite file."""
    from bot.running import Refused, hold_lock
    from storage import lock

    try:
        held = hold_lock(settings.database_url)
    except Refused as error:
        raise fail(str(error), error.code) from error
    try:
        yield
    finally:
        if held is not None:
            lock.release(held)


def _erasures(
    settings: "Settings", cipher: "Cipher", given: Path | None, *, without: bool
) -> "list[Tombstone]":
    from storage import erasure_file

    path = given or settings.data_dir / erasure_file.NAME
    try:
        return erasure_file.read(path, cipher)
    except erasure_file.ErasuresUnreadable as error:
        if not without:
            raise fail(f"{error}{WITHOUT}") from error
        print(f"{error}: what was deleted since the copy may come back.")
        return []


def _put_back(
    settings: "Settings",
    cipher: "Cipher",
    file: Path,
    identity: Path,
    known: "list[Tombstone]",
    *,
    replace: bool,
) -> "Settled":
    from bot.clock import utc_now
    from storage import erasure_file
    from storage import restore as copies
    from storage.copy_lines import Damaged
    from storage.crypto import KeyProblem
    from storage.database import DatabaseDown
    from storage.schema import SchemaProblem
    from storage.sealed_copy import BadKey, read_identities

    now = utc_now()
    try:
        source = copies.Source(file, read_identities(identity), known)
        with _bar() as progress:
            done = copies.restore(
                settings.database_url, cipher, source, now, replace=replace, progress=progress
            )
        erasure_file.keep(settings.data_dir / erasure_file.NAME, cipher, known, now)
    except Damaged as error:
        raise fail(f"{file} is damaged: {error}") from error
    except KeyProblem as error:
        raise fail(f"the key file does not fit the copy: {error}") from error
    except (BadKey, SchemaProblem, DatabaseDown, copies.NotEmpty) as error:
        raise fail(str(error)) from error
    except copies.InUse as error:
        raise fail(str(error), ALREADY_RUNNING) from error
    except OSError as error:
        raise fail(f"the copy cannot be put back: {error.strerror or error}", FAILED) from error
    return done


@contextlib.contextmanager
def _bar() -> Iterator[Callable[[Any, int], None]]:
    """Its length is known when the copy has been opened."""
    with typer.progressbar(length=1, label="Putting back") as bar:

        def progress(header: Any, rows: int) -> None:
            bar.length = header.rows
            bar.update(rows)

        yield progress


def _report(done: "Settled") -> None:
    print(f"The database is as it was on {done.header.made_at:%Y-%m-%d %H:%M} UTC.")
    print(f"Not sent, as they may have been sent since: {done.dropped} messages.")
    print(f"For an officer to look at before they go on: {done.campaigns} campaigns.")
    print(f"Deleted again: {done.erased}. Stopped again, a loss or a wish: {done.stopped}.")
