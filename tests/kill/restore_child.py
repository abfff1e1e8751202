"""Puts a copy back when told to, to be killed meanwhile."""

import sys
from datetime import UTC, datetime
from pathlib import Path

from storage import restore, sealed_copy
from storage.crypto import read_key


def main() -> None:
    url, key, copy, identity = sys.argv[1:]
    source = restore.Source(Path(copy), sealed_copy.read_identities(Path(identity)), ())
    cipher, now = read_key(Path(key)), datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
    print("ready", flush=True)
    sys.stdin.readline()
    restore.restore(url, cipher, source, now, replace=True, progress=lambda _header, _rows: None)
    print("done", flush=True)


if __name__ == "__main__":
    main()
