"""The command line: what it prints, and with which code it ends."""

import json
import re
import shutil
from pathlib import Path

import pytest

from bot.cli import ALREADY_RUNNING, FAILED, WRONG_USE
from storage import lock, reactions
from storage.crypto import read_key
from storage.database import sync_engine
from tests.bot.shell import Run, in_a_process
from tests.virtual_time import NOW

ROOT = Path(__file__).parents[2]


# --- using it ------------------------------------------------------------------------------------


def test_help_tells_every_command(run: Run) -> None:
    shown = run("--help")
    assert shown.exit_code == 0
    for command in (
        "run",
        "demo",
        "migrate",
        "check",
        "purge",
        "timeline",
        "rehearse",
        "bench",
        "area",
    ):
        assert command in shown.stdout


@pytest.mark.parametrize(
    "words",
    [
        ["fly"],
        ["timeline"],
        ["timeline", "--born", "30-02-2026"],
        ["timeline", "--born", "2026-03-12", "--frequency", "hourly"],
        ["timeline", "--born", "2026-03-12", "--gestation-weeks", "50"],
        ["timeline", "--born", "2026-03-12", "--joined", "2026-05-01", "--until", "2026-04-01"],
        ["rehearse", "--outage", "soon"],
        ["rehearse", "--families", "0"],
        ["bench", "nothing-of-this-name"],
        ["run", "--only", "everything"],
        ["run", "--only", "web"],  # SQLite is one process
        ["area", "import", "missing.csv"],
        ["timeline", "--born", "2026-03-12", "--done", "penta1"],
        ["timeline", "--born", "2026-03-12", "--done", "penta1=soon"],
        ["timeline", "--born", "2026-03-12", "--done", "nope=2026-05-01"],
        ["timeline", "--born", "2026-03-12", "--local", "pcv"],
        ["timeline", "--born", "2026-03-12", "--local", "pcv=7"],
        ["timeline", "--born", "2026-03-12", "--local", "moon=true"],
        ["area", "set", "20", "pcv"],
    ],
)
def test_wrong_use_ends_with_2_and_says_why(run: Run, words: list[str]) -> None:
    ended = run(*words)
    assert ended.exit_code == WRONG_USE
    assert ended.stderr.strip()


@pytest.mark.parametrize("command", [["run"], ["migrate"], ["purge"]])
def test_wrong_settings_are_told_one_line_each(
    run: Run, command: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DONGHANH_PORT", "many")
    monkeypatch.setenv("DONGHANH_DRAFTS", "hide")
    monkeypatch.setenv("DONGHANH_TELEGRAM_TOKNE", "1:canary")
    ended = run(*command)
    assert ended.exit_code == WRONG_USE
    lines = ended.stderr.splitlines()
    names = [line.partition(":")[0].removeprefix("DONGHANH_") for line in lines]
    assert sorted(names) == ["DRAFTS", "PORT", "TELEGRAM_TOKNE"]
    assert "canary" not in ended.stderr


def test_migrate_may_be_run_again(run: Run, tmp_path: Path) -> None:
    for _ in range(2):
        ended = run("migrate")
        assert (ended.exit_code, ended.stdout) == (0, "The schema is up to date.\n")
    key = tmp_path / "data" / "key"
    assert key.stat().st_mode & 0o777 == 0o600


def test_a_missing_key_is_refused_in_one_line(run: Run, tmp_path: Path) -> None:
    run("migrate")
    (tmp_path / "data" / "key").unlink()
    ended = run("migrate")
    assert ended.exit_code == FAILED
    assert ended.stderr == "key file key is missing; put the saved copy back\n"


def test_items_called_wrong_are_listed_and_let_go(run: Run, tmp_path: Path) -> None:
    assert run("held").stdout == ""
    data = tmp_path / "data"
    engine = sync_engine(f"sqlite:///{data}/donghanh.db", read_key(data / "key"))
    with engine.begin() as conn:
        for reader in (1, 2):
            reactions.add(conn, reader, "tip-d0009", reactions.WRONG, NOW)
    engine.dispose()
    assert run("held").stdout == "tip-d0009\n"
    assert run("held", "--release", "tip-d0009").stdout == ""
    assert run("held").stdout == ""


def test_purge_ends_well(run: Run) -> None:
    ended = run("purge")
    assert (ended.exit_code, ended.stdout) == (0, "Done.\n")


# --- one process at a time -----------------------------------------------------------------------


@pytest.mark.parametrize("words", [["run", "--port", "0"], ["migrate"]])
def test_a_second_process_ends_with_3(run: Run, tmp_path: Path, words: list[str]) -> None:
    """This process holds the database, as a running donghanh does; another one is started."""
    run("migrate")
    held = lock.hold(tmp_path / "data" / "donghanh.lock")
    try:
        second = in_a_process(*words)
    finally:
        lock.release(held)
    assert second.returncode == ALREADY_RUNNING
    assert second.stderr.splitlines() == [
        f"another donghanh already uses {tmp_path}/data/donghanh.db"
    ]
    assert second.stdout == ""


@pytest.mark.usefixtures("environment")
def test_without_the_first_the_second_may(tmp_path: Path) -> None:
    """The control: a lock file nobody holds is no obstacle."""
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "donghanh.lock").touch()
    ended = in_a_process("migrate")
    assert (ended.returncode, ended.stderr) == (0, "")


# --- check, rehearse -----------------------------------------------------------------------------


def test_check_passes_and_shows_what_is_covered(run: Run) -> None:
    ended = run("check")
    assert ended.exit_code == 0, ended.output
    assert re.search(r"^0 errors, \d+ warnings$", ended.stdout, re.MULTILINE)


def test_check_names_file_and_line_of_every_problem(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    copy = tmp_path / "content"
    skip = shutil.ignore_patterns("*.py", "__pycache__")
    shutil.copytree(ROOT / "content", copy, ignore=skip)
    (copy / "places.yaml").write_text(": [\n", encoding="utf-8")
    tip = copy / "text" / "vi" / "tips" / "tip-d0242.md"
    tip.write_text(tip.read_text(encoding="utf-8") + "\n{nobody}\n", encoding="utf-8")
    monkeypatch.setattr("bot.__main__.ROOT", tmp_path)
    monkeypatch.setenv("DONGHANH_PORT", "many")
    ended = run("check")
    assert ended.exit_code == FAILED
    lines = ended.stdout.splitlines()
    assert any(re.match(r".*places\.yaml:\d+: ", line) for line in lines)
    assert any(re.match(r".*tip-d0242\.md:\d+: .*nobody", line) for line in lines)
    assert any(line.startswith("DONGHANH_PORT: ") for line in lines)
    assert re.fullmatch(r"[1-9]\d* errors, \d+ warnings", lines[-1])


def test_rehearse_prints_a_summary_and_keeps_its_promises(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "sent.jsonl"
    words = ["--families", "3", "--from", "2026-03-01", "--days", "4", "--out", str(out), "--json"]
    ended = run("rehearse", *words)
    assert ended.exit_code == 0, ended.output
    summary = json.loads(ended.stdout)
    assert summary["broken"] == []
    lines = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert len(lines) == summary["sent"]
    assert all(
        line.keys() == {"at", "family", "children", "item", "kind", "channel"} for line in lines
    )


def test_an_unknown_root_area_stops_the_start(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DONGHANH_ROOT_AREA", "99999")
    result = run("run", "--port", "0")
    assert result.exit_code == WRONG_USE
    assert result.stderr.strip() == "DONGHANH_ROOT_AREA: there is no area 99999"
