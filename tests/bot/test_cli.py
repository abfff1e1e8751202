"""The command line: what it prints, and with which code it ends."""

import json
import logging
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from typer.testing import CliRunner, Result

from bot.__main__ import app
from bot.cli import ALREADY_RUNNING, FAILED, WRONG_USE
from care.local import NOWHERE, Local, Session
from storage import area_settings, areas, lock, reactions
from storage.crypto import read_key
from storage.database import sync_engine
from storage.tables import areas as areas_table
from storage.tables import audit
from tests.virtual_time import NOW

ROOT = Path(__file__).parents[2]
Run = Callable[..., Result]
STATES = {"sent", "merged", "skipped", "expired", "waiting"}
REASONED = {"merged", "skipped", "expired", "waiting"}
HEADER = "code,parent_code,level,kind,name,aliases\n"
GOOD = HEADER + "VN,,country,Nước,Việt Nam,\n20,VN,province,Tỉnh,Lạng Sơn,lang son cu|xứ Lạng\n"


@pytest.fixture(autouse=True)
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A place of its own: no setting of this machine, no .env, data in a folder of the test."""
    for name in list(os.environ):
        if name.startswith("DONGHANH_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("DONGHANH_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    mask, root = os.umask(0o077), logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    os.umask(mask)
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.fixture
def run() -> Run:
    runner = CliRunner()

    def invoke(*words: str) -> Result:
        return runner.invoke(app, words, catch_exceptions=False)

    return invoke


def count(folder: Path, table: Any) -> int:
    data = folder / "data"
    engine = sync_engine(f"sqlite:///{data}/donghanh.db", read_key(data / "key"))
    with engine.connect() as conn:
        found: int = conn.execute(select(func.count()).select_from(table)).scalar_one()
    engine.dispose()
    return found


def in_a_process(*words: str) -> subprocess.CompletedProcess[str]:
    """As from a shell: another process, the very command."""
    environ = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
    command = [sys.executable, "-W", "error", "-m", "bot", *words]
    return subprocess.run(
        command, capture_output=True, text=True, timeout=60, env=environ, check=False
    )


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


def test_without_the_first_the_second_may(tmp_path: Path) -> None:
    """The control: a lock file nobody holds is no obstacle."""
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "donghanh.lock").touch()
    ended = in_a_process("migrate")
    assert (ended.returncode, ended.stderr) == (0, "")


# --- timeline ------------------------------------------------------------------------------------


def timeline(run: Run, *words: str) -> list[dict[str, Any]]:
    ended = run("timeline", *words, "--json")
    assert ended.exit_code == 0, ended.output
    found: list[dict[str, Any]] = json.loads(ended.stdout)
    return found


def test_the_timeline_has_the_form_of_the_design(run: Run) -> None:
    entries = timeline(run, "--born", "2026-03-12", "--until", "2027-03-12")
    assert entries
    for entry in entries:
        assert list(entry)[:6] == ["on", "item", "kind", "state", "reason", "title"]
        assert list(entry)[6:] == (["duty"] if entry["kind"] == "reminder" else [])
        assert re.fullmatch(r"\d{4}-\d\d-\d\d", entry["on"])
        assert "2026-03-12" <= entry["on"] <= "2027-03-12"
        assert entry["state"] in STATES
        assert bool(entry["reason"]) is (entry["state"] in REASONED)
        assert entry["title"].strip()
    assert [e["on"] for e in entries] == sorted(e["on"] for e in entries)
    sent = [(e["on"]) for e in entries if e["state"] == "sent"]
    assert len(sent) == len(set(sent))


def test_one_of_the_two_dates_is_enough_and_both_are_a_whole_life(run: Run) -> None:
    due = timeline(run, "--due", "2026-06-01", "--until", "2026-06-10")
    sent = [e["item"] for e in due if e["state"] == "sent"]
    assert not [item for item in sent if item.startswith(("tip-d", "dg-nb", "rm-vx", "ms-"))]
    both = timeline(run, "--due", "2026-06-01", "--born", "2026-05-20", "--until", "2026-08-01")
    kinds = {e["item"] for e in both if e["state"] == "sent"}
    assert {"tip-p28a", "tip-d0009"} <= kinds


def test_options_change_what_comes(run: Run) -> None:
    usual = timeline(run, "--born", "2024-03-12", "--until", "2025-06-01")
    early = timeline(
        run, "--born", "2024-03-12", "--gestation-weeks", "30", "--until", "2025-06-01"
    )
    late = timeline(run, "--born", "2024-03-12", "--joined", "2024-12-01", "--until", "2025-06-01")
    twins = timeline(run, "--born", "2024-03-12", "--twins", "--until", "2025-06-01")
    when = {e["item"]: e["on"] for e in usual if e["state"] == "sent"}
    later = {e["item"]: e["on"] for e in early if e["state"] == "sent"}
    assert later["tip-d0365"] > when["tip-d0365"]  # by corrected age
    assert min(e["on"] for e in late) == "2024-12-01"
    assert "joined_late" in {e["reason"] for e in late}
    sent = [e for e in twins if e["state"] == "sent"]
    assert len(sent) <= len([e for e in usual if e["state"] == "sent"])
    assert ("merged", "same_message") in {(e["state"], e["reason"]) for e in twins}


def test_what_is_done_and_where_change_what_comes(run: Run) -> None:
    done = [f"--done={duty}=2026-03-05" for duty in ("birth_registered", "residence")]
    words = ["--born", "2026-03-01", "--until", "2026-06-30", *done]
    doses = [f"--done={dose}=2026-05-20" for dose in ("hepb0", "bcg1", "penta1", "opv1", "rota1")]
    station = "vaccine_session=" + json.dumps({"days": [20]})
    plain, known, local = (
        {e["item"]: e for e in timeline(run, *words, *more) if e["item"] == "rm-vx3m"}["rm-vx3m"]
        for more in ([], doses, ["--local", station])
    )
    assert (plain["on"], plain["state"]) == ("2026-06-01", "sent")
    assert plain["duty"] == {
        "id": "vx3m",
        "state": "open",
        "opens": "2026-06-01",
        "due": "2026-07-01",
        "closes": None,
    }
    assert (known["on"], known["state"]) == ("2026-06-17", "sent")  # 28 days after dose 1
    assert (known["duty"]["state"], known["duty"]["opens"]) == ("open", "2026-06-17")
    assert (local["on"], local["state"]) == ("2026-06-13", "sent")  # a week before the session
    papers = {e["reason"] for e in timeline(run, *words) if e["item"] == "rm-birthcert"}
    assert papers == {"done"}


def test_the_timeline_can_be_read_by_people(run: Run) -> None:
    shown = run("timeline", "--born", "2026-03-12", "--until", "2026-05-01")
    assert shown.exit_code == 0
    assert "Giấy khai sinh" in shown.stdout
    assert re.search(r"^2026-03-\d\d  sent +tip-d0000", shown.stdout, re.MULTILINE)


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


# --- areas ---------------------------------------------------------------------------------------


def test_areas_are_added_and_renamed(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "areas.csv"
    file.write_text(GOOD, encoding="utf-8")
    assert run("area", "import", str(file)).stdout == "2 added, 0 changed\n"
    assert run("area", "import", str(file)).stdout == "0 added, 0 changed\n"
    file.write_text(GOOD.replace("Lạng Sơn", "Xứ Lạng"), encoding="utf-8")
    assert run("area", "import", str(file)).stdout == "0 added, 1 changed\n"
    assert count(tmp_path, areas_table) == 2
    assert count(tmp_path, audit) >= 1


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("code,name\n20,Lạng Sơn\n", ["areas.csv:1: "]),
        (HEADER + ",VN,province,Tỉnh,Lạng Sơn,\n", ["areas.csv:2: "]),
        (
            GOOD + "x,VN,village,Xã,A,\n" + "y,VN,commune,Xã,,\n" + "z\n",
            ["areas.csv:4: ", "areas.csv:5: ", "areas.csv:6: "],
        ),
        (HEADER + "20,VN,province,Tỉnh,Lạng Sơn,\n", ["20: its parent VN is unknown"]),
    ],
)
def test_a_wrong_file_names_every_line_and_changes_nothing(
    run: Run, tmp_path: Path, text: str, lines: list[str]
) -> None:
    run("migrate")
    file = tmp_path / "areas.csv"
    file.write_text(text, encoding="utf-8")
    ended = run("area", "import", str(file))
    assert ended.exit_code == FAILED
    told = ended.stderr.splitlines()
    assert len(told) == len(lines)
    for line, beginning in zip(told, lines, strict=True):
        assert line.startswith(beginning)
    assert count(tmp_path, areas_table) == 0


def decided(folder: Path, code: str) -> Local:
    data = folder / "data"
    engine = sync_engine(f"sqlite:///{data}/donghanh.db", read_key(data / "key"))
    with engine.connect() as conn:
        area = areas.by_code(conn, code)
        found = area_settings.of_area(conn, area.id if area else None)
    engine.dispose()
    return found


@pytest.fixture
def province(run: Run, tmp_path: Path) -> str:
    file = tmp_path / "areas.csv"
    file.write_text(GOOD, encoding="utf-8")
    run("area", "import", str(file))
    return "20"


def test_a_unit_decides_for_its_families(run: Run, tmp_path: Path, province: str) -> None:
    session = {"days": [5, 20], "place": "Trạm", "time": "7:30"}
    summer = {"from": "--06-01", "to": "--06-20"}
    for name, value in (
        ("pcv", True), ("vaccine_session", session), ("duty.eye_check", "off"),
        ("duty.grade1_enrolled", summer),
    ):  # fmt: skip
        ended = run("area", "set", province, name, json.dumps(value, ensure_ascii=False))
        assert ended.exit_code == 0, ended.output
        assert ended.stdout.startswith(f"Lạng Sơn: {name} = ")
    found = decided(tmp_path, province)
    assert (found.on, found.off) == ({"pcv"}, {"eye_check"})
    assert found.session == Session((5, 20), "Trạm", "7:30")
    assert set(found.windows) == {"grade1_enrolled"}
    assert run("area", "set", province, "pcv", "null").exit_code == 0
    assert decided(tmp_path, province).on == frozenset()


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["20", "pcv", "yes"], WRONG_USE, "not JSON: yes"),
        (["20", "pcv", "7"], WRONG_USE, "pcv is true or false"),
        (["20", "moon", "true"], WRONG_USE, "no setting 'moon'; there are "),
        (["20", "vaccine_session", '{"days": [40]}'], WRONG_USE, "the days of vaccine_session"),
        (["20", "duty.nope", '"off"'], WRONG_USE, "there is no duty 'nope'"),
        (["20", "duty.eye_check", '"on"'], WRONG_USE, 'duty.eye_check is "off" or '),
        (["99", "pcv", "true"], FAILED, "no unit has the code 99"),
    ],
)
def test_what_a_unit_cannot_decide_changes_nothing(
    run: Run, tmp_path: Path, province: str, words: list[str], code: int, said: str
) -> None:
    before = count(tmp_path, audit)
    ended = run("area", "set", *words)
    assert ended.exit_code == code
    assert ended.stderr.startswith(said)
    assert len(ended.stderr.splitlines()) == 1
    assert decided(tmp_path, province) == NOWHERE
    assert count(tmp_path, audit) == before


def test_the_areas_that_come_with_it_can_be_read() -> None:
    rows = areas.read_file(ROOT / "data" / "areas.csv")
    levels = [row.level for row in rows]
    assert (levels.count("province"), levels.count("commune")) == (34, 3321)


def test_an_unknown_root_area_stops_the_start(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DONGHANH_ROOT_AREA", "99999")
    result = run("run", "--port", "0")
    assert result.exit_code == WRONG_USE
    assert result.stderr.strip() == "DONGHANH_ROOT_AREA: there is no area 99999"
