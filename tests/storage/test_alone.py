"""One process plans and one sends, however many run."""

from collections.abc import Iterator

import pytest

from storage.alone import Alone
from tests.engines import Postgres


@pytest.fixture
def rivals(database_url: str) -> Iterator[tuple[Alone, Alone]]:
    pair = Alone(database_url), Alone(database_url)
    yield pair
    for alone in pair:
        alone.close()


@pytest.mark.parametrize("dialect", ["postgresql"], indirect=True)
def test_only_one_has_the_right(rivals: tuple[Alone, Alone]) -> None:
    mine, theirs = rivals
    assert mine.hold("planner")
    assert mine.hold("planner")
    assert not theirs.hold("planner")
    assert theirs.hold("delivery telegram:main")
    assert not mine.hold("delivery telegram:main")


@pytest.mark.parametrize("dialect", ["postgresql"], indirect=True)
def test_it_is_free_again_when_its_holder_ends(rivals: tuple[Alone, Alone]) -> None:
    mine, theirs = rivals
    assert mine.hold("planner")
    mine.close()
    assert theirs.hold("planner")


@pytest.mark.parametrize("dialect", ["postgresql"], indirect=True)
def test_the_right_is_asked_for_again_after_the_server_was_away(
    rivals: tuple[Alone, Alone], postgres: Postgres
) -> None:
    mine, theirs = rivals
    assert mine.hold("planner")
    postgres.stop()
    assert not mine.hold("planner")
    assert not theirs.hold("planner")
    postgres.start()
    assert theirs.hold("planner")
    assert not mine.hold("planner")


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_one_sqlite_process_has_every_right(rivals: tuple[Alone, Alone]) -> None:
    assert rivals[0].hold("planner")
