"""`donghanh officer`: an account is made; it ends, and what it was sending waits."""

import os
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.__main__ import app
from care.campaigns import State
from care.reminding import Rules
from storage import areas, audit, campaigns, officers
from storage.crypto import read_key
from storage.database import sync_engine
from tests.storage.broadcasting import EVERYBODY, GOOD, a_country, seen
from tests.storage.crowds import NOW

ONE_ENGINE = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)


def _set_up(database_url: str, key_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("DONGHANH_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("DONGHANH_DATABASE_URL", database_url)
    monkeypatch.setenv("DONGHANH_KEY_FILE", str(key_file))
    monkeypatch.setenv("DONGHANH_DATA_DIR", str(key_file.parent))
    monkeypatch.chdir(key_file.parent)


@ONE_ENGINE
def test_an_account_may_be_that_of_a_deputy(
    database_url: str, key_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _set_up(database_url, key_file, monkeypatch)
    engine = sync_engine(database_url, read_key(key_file))
    with engine.begin() as conn:
        home = areas.get(conn, a_country(conn))
    assert home is not None
    for login, more in (("lan", ["--deputy"]), ("hung", [])):
        told = ["officer", "add", login, "protection", home.code, *more]
        assert CliRunner().invoke(app, told, catch_exceptions=False).exit_code == 0
    with engine.connect() as conn:
        deputies = {one.login: one.deputy for one in officers.every(conn)}
    engine.dispose()
    assert deputies == {"lan": True, "hung": False}


@ONE_ENGINE
def test_disabling_takes_campaigns_back(
    database_url: str, key_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _set_up(database_url, key_file, monkeypatch)
    engine = sync_engine(database_url, read_key(key_file))
    with engine.begin() as conn:
        home = a_country(conn)
        made = officers.add(
            conn, login="lan", name="Lan", role="station", area_id=home, password_hash="x", now=NOW
        )
        assert made is not None
        number = campaigns.create(conn, home, made, GOOD, NOW)
        campaigns.submit(conn, number, made, Rules(), NOW, EVERYBODY)
    result = CliRunner().invoke(app, ["officer", "disable", "lan"], catch_exceptions=False)
    assert result.exit_code == 0
    with engine.connect() as conn:
        assert seen(conn, number).state is State.DRAFT
        lines = [(line.actor, line.action) for line in audit.lines(conn, None, 2)]
    engine.dispose()
    assert lines == [("operator", "campaign taken back"), ("operator", "account disabled")]
