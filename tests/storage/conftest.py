"""Every test of this folder runs on both engines, unless it says which one it is for."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from storage.crypto import Cipher
from storage.database import sync_engine


@pytest.fixture
def second(database_url: str, cipher: Cipher) -> Iterator[Engine]:
    """Another process's engine on the same database."""
    engine = sync_engine(database_url, cipher)
    yield engine
    engine.dispose()
