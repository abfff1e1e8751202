"""Fixtures every test may use."""

import pytest

from content.library import Library, load


@pytest.fixture(scope="session")
def library() -> Library:
    """The real content, loaded once."""
    return load()
