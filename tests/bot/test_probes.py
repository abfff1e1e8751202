"""What the probes say, to people and to whatever restarts this programme."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from bot.web import Health, application
from channels.base import Health as ChannelHealth
from content.library import Library
from tests.bot.sites import LINE, Site, running
from tests.fakes import WatchedDatabase

VIRTUAL_TIME = True


@pytest.fixture
async def site(db: WatchedDatabase, library: Library, tmp_path: Path) -> AsyncIterator[Site]:
    async with running(db, library, tmp_path) as site:
        yield site


async def test_the_probes_tell_whether_all_is_well(site: Site, db: WatchedDatabase) -> None:
    health = await site.client.get("/healthz")
    assert (health.status_code, health.json()) == (200, {"ok": True, "problems": {}})
    assert (await site.client.get("/readyz")).json() == {"ready": True}
    db.down = True
    health = await site.client.get("/healthz")
    assert health.status_code == 503
    assert health.json()["problems"].keys() == {"database"}
    ready = await site.client.get("/readyz")
    assert (ready.status_code, ready.json()) == (503, {"ready": False})
    db.down = False
    assert (await site.client.get("/healthz")).status_code == 200


async def test_a_database_that_hangs_is_not_well(site: Site, db: WatchedDatabase) -> None:
    db.gate("count")
    assert (await site.client.get("/healthz")).status_code == 503


async def test_a_messenger_that_is_away_is_told_but_is_no_reason_to_restart(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refused() -> ChannelHealth:
        return ChannelHealth(False, "token refused")

    monkeypatch.setattr(site.app.web_channel, "check", refused)
    site.app.deliveries[0].down = "token refused"
    health = await site.client.get("/healthz")
    assert health.status_code == 200
    assert health.json() == {"ok": False, "problems": {"webchat:local": "token refused"}}
    assert (await site.client.get("/readyz")).status_code == 200


async def test_it_is_ready_only_between_start_and_stop() -> None:
    async def well() -> dict[str, str]:
        return {}

    health = Health(well)
    transport = httpx.ASGITransport(application([], health, Path("/nowhere"), ""))
    async with httpx.AsyncClient(transport=transport, base_url=LINE) as client:
        assert (await client.get("/readyz")).status_code == 503
        assert (await client.get("/healthz")).status_code == 200
        health.ready = True
        assert (await client.get("/readyz")).status_code == 200
