"""Overdue lists: the number, the page and the file are the same list, in the own area only."""

import io
import random
import re
from datetime import timedelta

import httpx
import openpyxl
import pytest

from care.duties import Record, Source, Told
from care.people import ChildState
from console import downloads
from console.scope import Role
from content.library import Library
from storage import children, duties
from storage.database import Connection
from tests.console.desk import NOW, Office, OfficerAtDesk
from tests.console.registered import TODAY, days_ago, family, links, trail, words
from tests.fakes import Family

PLACES = ("20a", "20a1", "20a2", "20b", "46a")
PURPOSE = "Mời đi tiêm"
SEEDS = range(3)


@pytest.fixture
async def station(office: Office) -> OfficerAtDesk:
    return await office.officer(Role.STATION, "20a")


def numbers(answer: httpx.Response) -> dict[str, tuple[int, int, int]]:
    """Of the overview: duty -> overdue, unknown, both."""
    found = re.findall(
        r"/console/overdue/(\w+)\?[^>]*>[^<]*</a></td>"
        r'<td class="n">(\d+)</td><td class="n">(\d+)</td><td class="n">(\d+)</td>',
        answer.text,
    )
    return {duty: (int(late), int(unknown), int(both)) for duty, late, unknown, both in found}


def shown(answer: httpx.Response) -> list[tuple[str, str]]:
    """Rows of a list: (family, state)."""
    rows = re.findall(r'<tr><td><a href="/console/families/(\d+)">.*?</tr>', answer.text)
    states = re.findall(r"<td>(Quá hạn|Chưa rõ đã làm chưa)</td></tr>", answer.text)
    return list(zip(rows, states, strict=True))


async def exported(
    officer: OfficerAtDesk, duty: str, area: int | None = None, kind: str = "xlsx"
) -> list[tuple[str, ...]]:
    answer = await officer.post(
        f"/overdue/{duty}/export", area=area or "", purpose=PURPOSE, format=kind
    )
    assert answer.status_code == 200, answer.headers.get("location")
    assert "attachment" in answer.headers["content-disposition"]
    book = openpyxl.load_workbook(io.BytesIO(answer.content), read_only=True)
    return [tuple(str(v) for v in row) for row in book.worksheets[0].iter_rows(values_only=True)]


def _told(conn: Connection, one: Family, chance: random.Random, library: Library) -> None:
    known = [*library.duties, *library.doses]
    for name in chance.sample(known, chance.randrange(4)):
        record = Record(chance.choice(list(Told)), None, chance.choice(list(Source)))
        duties.put(conn, one.child_id, name, record, one.caregiver_id, NOW)


def _joined(conn: Connection, one: Family, ago: int) -> None:
    found = children.get(conn, one.child_id)
    assert found is not None
    children.change(conn, found, joined_on=days_ago(ago))


async def many(office: Office, library: Library, chance: random.Random, count: int) -> None:
    """Families of every age and place; of some something was told, some joined long ago."""
    for _ in range(count):
        code = chance.choice(PLACES)
        expected = chance.random() < 0.15
        values = {"born_on": days_ago(chance.randrange(2_900))}
        if expected:
            due = TODAY + timedelta(days=chance.randrange(-10, 240))
            values = {"state": ChildState.EXPECTED, "born_on": None, "due_on": due}
        one = await family(office, code, chance.choice(["Na", None, "=Tí"]), **values)
        await office.db.write(_told, one, chance, library)
        if chance.random() < 0.5:
            await office.db.write(_joined, one, chance.randrange(900))


@pytest.mark.parametrize("seed", SEEDS)
async def test_the_number_the_list_and_the_file_agree(
    office: Office, library: Library, seed: int
) -> None:
    chance = random.Random(seed)
    await many(office, library, chance, 40)
    for role, home in ((Role.STATION, "20a"), (Role.CHILD, "20"), (Role.LEAD, "VN")):
        officer = await office.officer(role, home)
        place = office.area("20a1" if (seed, home) == (0, "20a") else home)
        counted = numbers(await officer.get("/overdue", area=place))
        assert counted
        for duty in chance.sample(sorted(library.duties), 12):
            late, unknown, both = counted.get(duty, (0, 0, 0))
            page = await officer.get(f"/overdue/{duty}", area=place)
            rows = shown(page)
            assert len(rows) == both == late + unknown
            assert sum(state == "Quá hạn" for _, state in rows) == late
            headings, *lines = await exported(officer, duty, place)
            assert len(headings) == 6
            assert [(line[5], line[4]) for line in lines] == rows


async def test_the_filter_of_the_register_finds_the_families_of_the_list(
    office: Office, library: Library, station: OfficerAtDesk
) -> None:
    await many(office, library, random.Random(11), 30)
    for duty in ("birth_registered", "vx2m", "vitamin_a"):
        listed = {int(number) for number, _ in shown(await station.get(f"/overdue/{duty}"))}
        assert set(links(await station.get("/families", duty=duty))) == listed


async def test_children_of_other_communes_are_in_no_number(
    office: Office, station: OfficerAtDesk
) -> None:
    mine = await family(office, "20a2", "Na", born_on=days_ago(400))
    other = await family(office, "20b", "Tí", born_on=days_ago(400))
    assert numbers(await station.get("/overdue"))["birth_registered"] == (0, 1, 1)
    page = await station.get("/overdue/birth_registered")
    assert links(page) == [mine.caregiver_id]
    assert "Khuổi Kéo" in page.text
    _, *lines = await exported(station, "birth_registered")
    assert [line[1] for line in lines] == ["Na"]
    for path in ("/overdue", "/overdue/birth_registered"):
        assert (await station.get(path, area=office.area("20b"))).status_code == 404
    form = {"area": office.area("20b"), "purpose": PURPOSE}
    answer = await station.post("/overdue/birth_registered/export", **form)
    assert answer.status_code == 404
    assert str(other.caregiver_id) not in {line[5] for line in lines}


async def test_unknown_is_what_was_due_before_the_family_came_and_nobody_told(
    office: Office, station: OfficerAtDesk
) -> None:
    one = await family(office, "20a", "Na", born_on=days_ago(400))
    assert numbers(await station.get("/overdue"))["birth_registered"] == (0, 1, 1)
    missed = Record(Told.MISSED)
    args = (one.child_id, "birth_registered", missed, one.caregiver_id, office.now)
    await office.db.write(duties.put, *args)
    assert numbers(await station.get("/overdue"))["birth_registered"] == (1, 0, 1)
    done = Record(Told.DONE)
    args = (one.child_id, "birth_registered", done, one.caregiver_id, office.now)
    await office.db.write(duties.put, *args)
    assert "birth_registered" not in numbers(await station.get("/overdue"))


async def test_a_lost_child_is_in_no_list(office: Office, station: OfficerAtDesk) -> None:
    one = await family(office, "20a", "Na", born_on=days_ago(400))
    form = {"child": one.child_id, "what": "died", "sure": 1}
    await station.post(f"/families/{one.caregiver_id}/report", **form)
    assert numbers(await station.get("/overdue")) == {}


async def test_an_export_needs_a_code_a_purpose_and_is_noted(office: Office) -> None:
    await family(office, "20a", "=cmd|' /C calc'!A0", born_on=days_ago(400))
    fresh = await office.officer(Role.STATION, "20a", stepped_up=False)
    path = "/overdue/birth_registered/export"
    answer = await fresh.post(path, purpose=PURPOSE)
    assert answer.headers["location"].startswith("/console/confirm")
    station = await office.officer(Role.STATION, "20a")
    refused = await station.post(path, purpose="a")
    assert refused.status_code == 400
    assert "ít nhất 5 chữ" in refused.text
    assert not [line for line in await trail(office) if line[0] == "overdue list exported"]
    _, line = await exported(station, "birth_registered")
    assert line[1].startswith("'=")
    obj = f"duty:birth_registered area:{office.area('20a')}"
    assert ("overdue list exported", obj, f"1 rows: {PURPOSE}") in await trail(office)
    answer = await station.post(path, purpose=PURPOSE, format="csv")
    assert answer.content.startswith(b"\xef\xbb\xbf")
    assert b"\"'=cmd" in answer.content
    union = await office.officer(Role.UNION, "20a")
    assert (await union.post(path, purpose=PURPOSE)).status_code == 404


async def test_no_more_than_the_allowed_rows_leave(
    office: Office, station: OfficerAtDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(downloads, "ROWS_MOST", 2)
    for code in ("20a1", "20a1", "20a2"):
        await family(office, code, "Na", born_on=days_ago(400))
    path = "/overdue/birth_registered/export"
    refused = await station.post(path, purpose=PURPOSE)
    assert refused.status_code == 400
    assert "nơi nhỏ hơn" in words(refused)
    assert len(await exported(station, "birth_registered", office.area("20a1"))) == 3


async def test_a_duty_that_does_not_exist_is_missing(station: OfficerAtDesk) -> None:
    assert (await station.get("/overdue/khong_co")).status_code == 404
    answer = await station.post("/overdue/khong_co/export", purpose=PURPOSE)
    assert answer.status_code == 404
