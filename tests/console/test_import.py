"""A class or hamlet list: bad rows are named, good ones become slips once, nobody is registered."""

import html
import io
import re
from datetime import date, timedelta

import httpx
import openpyxl
import pytest

from care.folding import fold
from console import sheets, slips
from console.scope import Role
from storage import areas, hamlets
from storage import slips as stored
from storage.database import Connection
from tests.console.desk import Office, OfficerAtDesk
from tests.console.registered import TODAY, family, links, trail, words

HEAD = "STT,Ngày sinh,Tên ở nhà,Lớp,Ghi chú\n"
GOOD = "1,12/3/2024,Na,Mầm 1,nhà chị Hoa\n2,5/4/2023,Bống,Mầm 1,\n"
# Lines 4, 5 and 6 of the table.
BAD = "3,31/2/2024,Tí,Mầm 1,\n4,,Tèo,Mầm 2,\n5,12/3/2024,na,mầm 1,\n"
Posted = httpx.Response


@pytest.fixture
async def school(office: Office) -> OfficerAtDesk:
    return await office.officer(Role.SCHOOL, "20a")


async def looks(
    officer: OfficerAtDesk, data: bytes | str, area: int | None = None, name: str = "lop.csv"
) -> Posted:
    body = data.encode() if isinstance(data, str) else data
    return await officer.client.post(
        "/console/slips/look",
        data={"csrf": officer.csrf, "area": str(area or "")},
        files={"file": (name, body)},
    )


def hidden(answer: Posted) -> dict[str, str]:
    """What the button of the preview sends back."""
    found = re.findall(r'<input type="hidden" name="(rows|area)" value="([^"]*)">', answer.text)
    return {name: html.unescape(value) for name, value in found}


async def makes(officer: OfficerAtDesk, answer: Posted) -> str:
    """Presses the button; the batch."""
    done = await officer.post("/slips/make", **hidden(answer))
    assert done.status_code == 303, done.text
    return done.headers["location"].rpartition("/")[2]


async def made(office: Office, batch: str) -> list[stored.Slip]:
    return await office.db.read(stored.of_batch, batch, [], True)


def troubles(answer: Posted) -> list[tuple[int, str]]:
    """(line, what is said) of the preview."""
    part = answer.text.partition("Dòng cần sửa")[2].partition("Dòng dùng được")[0]
    return [
        (int(number), said)
        for number, said in re.findall(r'<td class="n">(\d+)</td><td>([^<]*)</td>', part)
    ]


async def test_three_bad_rows_are_named_and_the_good_ones_become_slips(
    office: Office, school: OfficerAtDesk
) -> None:
    answer = await looks(school, HEAD + GOOD + BAD)
    assert answer.status_code == 200
    assert troubles(answer) == [
        (4, "trên lịch không có ngày này"),
        (5, "thiếu ngày sinh"),
        (6, "giống hệt dòng 2"),
    ]
    assert await office.db.read(stored.batches, [], True) == []
    batch = await makes(school, answer)
    found = await made(office, batch)
    assert [(s.name, s.group, s.note) for s in found] == [
        ("Na", "Mầm 1", "nhà chị Hoa"),
        ("Bống", "Mầm 1", ""),
    ]
    assert len({slip.code for slip in found}) == 2
    lead = await office.officer(Role.LEAD, "20a")
    assert links(await lead.get("/families")) == []
    assert [line[0] for line in await trail(office)].count("slips made") == 1


@pytest.mark.parametrize(
    "head",
    [
        "ten o nha;ngay sinh;lop;ghi chu",
        "GHI CHÚ;LỚP;NGÀY SINH;TÊN Ở NHÀ",
        "Danh sách lớp Mầm\n\nSTT;Họ và tên trẻ;Ngày, tháng, năm sinh (dương lịch);Nhóm lớp",
        "Tên gọi của bé\tNgày sinh\tThôn",
    ],
)
async def test_headings_are_read_in_any_order_and_writing(
    office: Office, school: OfficerAtDesk, head: str
) -> None:
    separator = "\t" if "\t" in head else ";"
    told = {"ten": "Na", "ngay": "12/3/2024", "lop": "Mầm", "ghi": "x", "stt": "1", "ho": ""}
    cells = []
    for heading in head.rpartition("\n")[2].split(separator):
        first = fold(heading).split()[0]
        value = "Nguyễn Thị Na" if first == "ho" else told.get(first, "Mầm")
        cells.append(value)
    answer = await looks(school, f"{head}\n{separator.join(cells)}\n")
    assert troubles(answer) == []
    (slip,) = await made(office, await makes(school, answer))
    assert slip.name == "Na"
    assert slip.born_on is not None


async def test_a_workbook_with_real_dates_is_read(office: Office, school: OfficerAtDesk) -> None:
    book = openpyxl.Workbook()
    book.active.append(["Tên ở nhà", "Ngày sinh", "Lớp"])
    book.active.append(["Na", TODAY - timedelta(days=900), "Mầm 1"])
    target = io.BytesIO()
    book.save(target)
    answer = await looks(school, target.getvalue(), name="lop.xlsx")
    (slip,) = await made(office, await makes(school, answer))
    assert slip.born_on == TODAY - timedelta(days=900)


async def test_the_same_list_again_makes_no_second_slip(
    office: Office, school: OfficerAtDesk
) -> None:
    first = await made(office, await makes(school, await looks(school, HEAD + GOOD)))
    used = first[0]
    await office.db.write(stored.use, used.id, 77, office.now)
    more = "3,1/1/2024,Tí,Mầm 1,\n"
    answer = await looks(school, HEAD + GOOD + more)
    assert [int(n) for n in re.findall(r'class="number">(\d+)<', answer.text)] == [3, 1, 1, 1]
    second = await made(office, await makes(school, answer))
    assert sorted(s.name or "" for s in second) == ["Bống", "Tí"]
    kept = next(slip for slip in second if slip.name == "Bống")
    assert kept.code == first[1].code


async def test_an_expired_slip_lives_again_with_its_list(
    office: Office, school: OfficerAtDesk
) -> None:
    (first, _) = await made(office, await makes(school, await looks(school, HEAD + GOOD)))
    office.later(days=100)
    await office.db.write(stored.forget, office.now)
    fresh = await office.officer(Role.SCHOOL, "20a")
    (again, _) = await made(office, await makes(fresh, await looks(fresh, HEAD + GOOD)))
    assert (again.code, again.name) == (first.code, "Na")
    assert again.expires_at > office.now


async def test_families_of_a_hamlet_list_are_invited_into_the_hamlet(
    office: Office, school: OfficerAtDesk
) -> None:
    rows = (
        "Tên ở nhà,Ngày sinh,Thôn\nNa,1/2/2024,thôn nà lầu\nTí,1/3/2024,Khuoi Keo\nAn,1/4/2024,Ba\n"
    )
    found = await made(office, await makes(school, await looks(school, rows)))
    wanted = [office.area("20a1"), office.area("20a2"), office.area("20a")]
    assert [slip.area_id for slip in found] == wanted


async def test_a_list_stays_inside_the_own_area(office: Office, school: OfficerAtDesk) -> None:
    beside = office.area("20b")
    assert (await looks(school, HEAD + GOOD, beside)).status_code == 404
    answer = await looks(school, HEAD + GOOD)
    form = {**hidden(answer), "area": beside}
    assert (await school.post("/slips/make", **form)).status_code == 404
    batch = await makes(school, answer)
    other = await office.officer(Role.SCHOOL, "20b")
    assert (await other.get(f"/slips/{batch}")).status_code == 404
    assert (await other.get(f"/slips/{batch}/print")).status_code == 404
    assert batch not in (await other.get("/slips")).text
    assert batch in (await school.get("/slips")).text
    hamlet = await office.officer(Role.UNION, "20a1")
    assert (await hamlet.get(f"/slips/{batch}")).status_code == 404
    province = await office.officer(Role.SCHOOL, "20")
    assert (await looks(province, HEAD + GOOD)).status_code == 404


@pytest.mark.parametrize(
    ("data", "name", "said"),
    [
        ("a,b\n1,2\n", "a.csv", "Thiếu cột tên ở nhà, ngày sinh"),
        ("Tên ở nhà\nNa\n", "a.csv", "Thiếu cột ngày sinh"),
        ("", "a.csv", "không có dòng nào"),
        (b"\xd0\xcf\x11\xe0", "a.xls", "lưu thành .xlsx"),
        (b"PK\x03\x04", "a.xlsm", "macro"),
        (b"x" * (sheets.BYTES_MOST + 1), "a.csv", "2 MB"),
        ("x\n" * 2_001, "a.csv", "2000 dòng"),
    ],
)
async def test_a_file_that_cannot_be_used_is_answered_kindly(
    school: OfficerAtDesk, data: bytes | str, name: str, said: str
) -> None:
    answer = await looks(school, data, name=name)
    assert answer.status_code == 400
    assert said in words(answer)


@pytest.mark.parametrize("rows", ["", "{", "[1]", '[{"number": 1}]', '{"a": 1}', "null"])
async def test_what_our_page_never_sends_makes_no_slip(
    office: Office, school: OfficerAtDesk, rows: str
) -> None:
    answer = await school.post("/slips/make", area="", rows=rows)
    assert answer.status_code in (400, 404)
    assert await office.db.read(stored.batches, [], True) == []


async def test_scripts_in_a_list_stay_words(school: OfficerAtDesk) -> None:
    payload = '"<script>alert(1)</script>"'
    rows = f"Tên ở nhà,Ngày sinh,Lớp,Ghi chú\nNa <i>,1/2/2024,{payload},{payload}\n"
    answer = await looks(school, rows + "Na,<img src=x onerror=alert(1)>,Mầm,\n")
    assert "<script" not in answer.text
    assert "<img src=x" not in answer.text
    batch = await makes(school, answer)
    for page in ("", "/print"):
        assert "<script" not in (await school.get(f"/slips/{batch}{page}")).text


async def test_slips_are_printed_eight_on_a_sheet_with_a_code_to_scan(
    office: Office, school: OfficerAtDesk
) -> None:
    rows = "".join(f"Bé {n},{n + 1}/5/2024,Mầm 1\n" for n in range(20))
    batch = await makes(school, await looks(school, f"Tên,Ngày sinh,Lớp\n{rows}"))
    page = await school.get(f"/slips/{batch}/print")
    assert page.text.count('class="slips"') == 3
    assert page.text.count('class="slip"') == 20
    codes = re.findall(r"THAM GIA <span>(\w{4}) (\w{4})", page.text)
    found = await made(office, batch)
    assert [a + b for a, b in codes] == [slip.code for slip in found]
    assert page.text.count("data:image/svg") == 20
    await office.db.write(stored.use, found[0].id, 5, office.now)
    assert (await school.get(f"/slips/{batch}/print")).text.count('class="slip"') == 19
    assert "đã dùng" in words(await school.get(f"/slips/{batch}"))


async def test_long_lists_are_printed_in_parts(
    school: OfficerAtDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slips, "A_PAGE", 8)
    rows = "".join(f"Bé {n},{n + 1}/5/2024\n" for n in range(10))
    batch = await makes(school, await looks(school, f"Tên,Ngày sinh\n{rows}"))
    first = await school.get(f"/slips/{batch}/print")
    assert "print?page=2" in first.text
    assert (await school.get(f"/slips/{batch}/print", page=2)).text.count('class="slip"') == 2
    assert (await school.get(f"/slips/{batch}/print", page=9)).status_code == 200


async def test_a_slip_for_a_child_that_is_registered_is_shown_as_needless(
    office: Office, school: OfficerAtDesk
) -> None:
    one = await family(office, "20a", "na", born_on=date(2024, 3, 12))
    await makes(school, await looks(school, HEAD + GOOD))
    lead = await office.officer(Role.LEAD, "20a")
    page = await lead.get("/families/duplicates")
    assert links(page) == [one.caregiver_id]
    assert "không cần đưa" in words(page)


def test_the_letters_of_a_picture_are_the_link_or_the_words() -> None:
    assert slips._picture("https://x.example", "ABCD2345") != slips._picture("", "ABCD2345")


async def test_a_hamlet_made_later_takes_new_rows(office: Office, school: OfficerAtDesk) -> None:
    await office.db.write(_ba, office.area("20a"))
    rows = "Tên,Ngày sinh,Thôn\nAn,1/4/2024,Ba\n"
    (slip,) = await made(office, await makes(school, await looks(school, rows)))
    assert slip.area_id not in office.ids.values()


def _ba(conn: Connection, commune_id: int) -> None:
    commune = areas.get(conn, commune_id)
    assert commune is not None
    hamlets.add(conn, commune, "Thôn", "Ba")
