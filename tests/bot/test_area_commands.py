"""`donghanh area`: units come from a file, and decide for their families."""

import json
from pathlib import Path

import pytest

from bot.cli import FAILED, WRONG_USE
from care.local import NOWHERE, Local, Session
from storage import area_settings, areas
from storage.crypto import read_key
from storage.database import sync_engine
from storage.tables import areas as areas_table
from storage.tables import audit
from tests.bot.shell import ROOT, Run, count

HEADER = "code,parent_code,level,kind,name,aliases\n"
GOOD = HEADER + "VN,,country,Nước,Việt Nam,\n20,VN,province,Tỉnh,Lạng Sơn,lang son cu|xứ Lạng\n"


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
