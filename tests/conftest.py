"""Fixtures every test may use: the real content, and a database on either engine."""

import pytest

from content.library import Library, load
from tests.engines import (
    cipher,
    conn,
    database_url,
    db,
    dialect,
    empty_url,
    engine,
    key_file,
    postgres,
    servers_end,
)

__all__ = [
    "cipher",
    "conn",
    "database_url",
    "db",
    "dialect",
    "empty_url",
    "engine",
    "key_file",
    "postgres",
    "servers_end",
]


@pytest.fixture(scope="session")
def library() -> Library:
    """The real content, loaded once."""
    return load()
