"""The page of figures: who sees which, what is told, and what leaves as a table."""

import io

import openpyxl
import pytest

from console.scope import Role
from storage import audit
from tests.console.casework import a_case, seen_by, shut_out, the, work
from tests.console.desk import Office, OfficerAtDesk

PURPOSE = "báo cáo quý"


async def _table(officer: OfficerAtDesk) -> list[list[str]]:
    answer = await officer.post("/cases/figures/export", purpose=PURPOSE)
    assert answer.status_code == 200
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    return [[str(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]


async def _this_month(officer: OfficerAtDesk) -> dict[str, str]:
    headings, *rows = await _table(officer)
    assert len(rows) == 12
    return dict(zip(headings, rows[-1], strict=True))


async def test_figures_begin_where_there_are_five(office: Office) -> None:
    lead = await office.officer(Role.LEAD, "20a")
    for _ in range(4):
        await a_case(office)
    assert set(list((await _this_month(lead)).values())[1:]) == {"dưới 5"}
    await a_case(office)
    month = await _this_month(lead)
    assert month["Tháng"] == "11/2026"
    assert month["Tiếp nhận"] == "5"
    assert month["mới"] == "không nêu"  # or it would tell that nobody is anywhere else
    assert month["Mở đúng hạn"] == "dưới 5"


async def test_a_smaller_number_beside_a_shown_one_is_hidden_with_its_rest(
    office: Office,
) -> None:
    lead = await office.officer(Role.LEAD, "20a")
    keeper = await office.officer(Role.PROTECTION, "20a")
    numbers = [await a_case(office) for _ in range(9)]
    for number in numbers[:2]:
        await keeper.post(f"/cases/{number}/take")
    month = await _this_month(lead)
    assert month["Tiếp nhận"] == "9"
    assert month["đã tiếp nhận"] == "dưới 5"
    assert month["mới"] == "không nêu"  # 9 less 7 would be the 2


async def test_figures_count_what_the_officer_may_see(office: Office) -> None:
    lead = await office.officer(Role.LEAD, "20a")
    keeper = await office.officer(Role.PROTECTION, "20a")
    above = await office.officer(Role.LEAD, "20")
    numbers = [await a_case(office) for _ in range(6)]
    for _ in range(7):
        await a_case(office, province=True)
    assert (await _this_month(lead))["Tiếp nhận"] == "6"
    assert (await _this_month(above))["Tiếp nhận"] == "7"
    await office.db.write(shut_out, office, numbers[0], keeper.id, lead.id)
    assert (await _this_month(lead))["Tiếp nhận"] == "5"
    assert (await _this_month(keeper))["Tiếp nhận"] == "6"


async def test_what_was_done_in_time_is_counted_by_its_first_time(office: Office) -> None:
    keeper = await office.officer(Role.PROTECTION, "20a")
    viewer = await office.db.read(seen_by, keeper.id)
    for _ in range(5):
        number = await a_case(office)
        case = await office.db.read(the, viewer, number)
        await office.db.write(work, office, case, viewer, "x")
    office.later(days=3)
    keeper = await office.officer(Role.PROTECTION, "20a")
    answer = await keeper.post(f"/cases/{number}/assess", danger="low", text="lần hai")
    assert answer.status_code == 303
    month = await _this_month(keeper)
    wanted = ("Mở đúng hạn", "Đánh giá trong 12 giờ", "Kế hoạch trong 5 ngày làm việc")
    assert [month[name] for name in wanted] == ["5", "5", "5"]


async def test_figures_leave_with_a_purpose_that_stays_in_the_trail(office: Office) -> None:
    lead = await office.officer(Role.LEAD, "20a")
    refused = await lead.post("/cases/figures/export", purpose="x")
    assert refused.headers["location"] == "/console/cases/figures?purpose=missing#export"
    await _table(lead)
    lines = await office.db.read(audit.lines, None, 99, [f"officer:{lead.id}"])
    told = [(line.action, line.object, line.detail) for line in lines]
    expected = ("case figures exported", f"area:{office.area('20a')}", f"12 rows: {PURPOSE}")
    assert told == [expected]


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
async def test_a_lead_sees_figures_and_no_case(office: Office) -> None:
    number = await a_case(office)
    lead = await office.officer(Role.LEAD, "20a")
    page = (await lead.get("/cases/figures")).text
    assert number not in page
    assert 'href="/console/cases"' not in page
    assert (await lead.get("/cases")).status_code == 404
    assert (await lead.get(f"/cases/{number}")).status_code == 404
