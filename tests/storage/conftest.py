"""Every test of this folder runs on both engines, unless it says which one it is for."""

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
