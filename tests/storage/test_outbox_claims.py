"""Several claimers at once: every row goes to exactly one of them."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest
from sqlalchemy import Engine

from storage import claims, outbox
from storage.crypto import Cipher
from storage.database import sync_engine
from tests.storage.families import NOW, ROUTE, a_row, plans

ROWS, CLAIMERS = 200, 4


@pytest.fixture
def engines(database_url: str, cipher: Cipher) -> Iterator[list[Engine]]:
    """One engine for each claimer, as separate processes have."""
    engines = [sync_engine(database_url, cipher) for _ in range(CLAIMERS)]
    yield engines
    for engine in engines:
        engine.dispose()


def _claim(engine: Engine, busy: tuple[int, ...] = ()) -> int | None:
    with engine.begin() as conn:
        row = claims.claim(conn, ROUTE, NOW, busy, quiet=False)
        return row.id if row else None


def _claim_all(engine: Engine, ready: threading.Barrier) -> list[int]:
    ready.wait(10)
    return list(iter(lambda: _claim(engine) or 0, 0))


def test_every_row_is_claimed_exactly_once(engines: list[Engine]) -> None:
    with engines[0].begin() as conn:
        outbox.add(conn, [a_row(f"tip.{n}", address_id=n) for n in range(ROWS)])
    ready = threading.Barrier(CLAIMERS)
    with ThreadPoolExecutor(CLAIMERS) as pool:
        found = list(pool.map(lambda engine: _claim_all(engine, ready), engines))
    everything = [row_id for ids in found for row_id in ids]
    assert len(everything) == ROWS
    assert len(set(everything)) == ROWS
    with engines[0].begin() as conn:
        assert outbox.waiting(conn) == {"pending": 0, "sending": ROWS}


@pytest.mark.parametrize("dialect", ["postgresql"], indirect=True)
def test_a_claimer_passes_by_what_another_is_claiming(engines: list[Engine]) -> None:
    with engines[0].begin() as conn:
        outbox.add(conn, [a_row(f"tip.{n}", address_id=n) for n in range(2)])
    with ExitStack() as open_transactions:
        ids = []
        for engine in engines[:3]:
            conn = open_transactions.enter_context(engine.begin())
            row = claims.claim(conn, ROUTE, NOW, (), quiet=False)
            ids.append(row.id if row else None)
    assert None not in ids[:2]
    assert len(set(ids)) == 3
    assert ids[2] is None


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_waiting_messages_are_found_by_their_index(engine: Engine) -> None:
    """A claim must not look at the rows that were sent long ago."""
    with engine.begin() as conn, plans(conn) as seen:
        claims.claim(conn, ROUTE, NOW, (), quiet=False)
        claims.claim(conn, ROUTE, NOW, [1, 2], quiet=True, again=[3])
        claims.sending(conn, ROUTE)
    assert [line for line in seen if "ix_outbox_pending" in line]
    assert [line for line in seen if "ix_outbox_sending" in line]
    assert not [line for line in seen if "SCAN outbox" in line or "FOR ORDER BY" in line]
