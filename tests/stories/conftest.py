"""Whole conversations: a running programme for each file of stories."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import chromium
from tests.stories.running import Programme

# `python -m tests.chromium`, the first line of `make test`, says when these do not run.
collect_ignore = [] if chromium.find() else ["test_browser.py"]


@pytest.fixture(scope="module")
def programme(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Programme]:
    """One installation for a whole file; every story opens sessions of its own."""
    running = Programme(tmp_path_factory.mktemp("installation"))
    running.start()
    try:
        yield running
    finally:
        assert running.stop() == 0, running.said


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Programme]:
    """An installation that the story itself starts and stops."""
    running = Programme(tmp_path)
    try:
        yield running
    finally:
        running.stop()
