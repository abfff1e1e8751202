"""What leaves the console: results as a table, and words for those without a phone."""

import csv
import io

import openpyxl
import pytest

from console.scope import Role
from storage import audit, campaign_results
from tests.console.campaigning import presses, reachable, sent_to_all, steps_up, two, written
from tests.console.desk import Office

ONE_ENGINE = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)


@ONE_ENGINE
async def test_results_leave_as_text_with_a_purpose(office: Office) -> None:
    author, lead = await two(office)
    families = await reachable(office, 2, "20a1")
    number = await sent_to_all(office, author, ask="open", asked="Nhà mình cần gì?")
    args = (number, families[0].caregiver_id, None, "=1+1", office.now)
    await office.db.write(campaign_results.put_answer, *args)
    await steps_up(office, lead)
    assert await presses(lead, number, "export", purpose="x") == "purpose#export"
    purpose = {"purpose": "Báo cáo tháng 11"}
    answer = await lead.post(f"/campaigns/{number}/export", format="csv", **purpose)
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert len(rows) == 3
    assert rows[1][1:4] == ["Nà Lầu", "Trang chat", "Đã gửi"]
    assert rows[1][6] == "'=1+1"
    answer = await lead.post(f"/campaigns/{number}/export", format="xlsx", **purpose)
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    cells = [cell for row in book.active.iter_rows() for cell in row]
    assert all(cell.data_type in ("s", "n") for cell in cells)
    assert not any(cell.data_type == "n" and cell.value is not None for cell in cells)
    lines = await office.db.read(audit.lines, None, 50)
    told = [line for line in lines if line.action == "campaign exported"]
    assert [line.detail for line in told] == ["Báo cáo tháng 11"] * 2


@ONE_ENGINE
async def test_an_export_needs_a_code_and_the_right_role(office: Office) -> None:
    author, _ = await two(office)
    school = await office.officer(Role.SCHOOL, "20a")
    late = await office.officer(Role.LEAD, "20a", stepped_up=False)
    await reachable(office, 1, "20a1")
    number = await sent_to_all(office, author)
    purpose = {"purpose": "Báo cáo tháng 11"}
    assert (await school.post(f"/campaigns/{number}/export", **purpose)).status_code == 404
    answer = await late.post(f"/campaigns/{number}/export", **purpose)
    assert answer.headers["location"].startswith("/console/confirm")


@ONE_ENGINE
async def test_the_loudspeaker_the_poster_and_the_short_message(office: Office) -> None:
    author, _ = await two(office)
    number = await written(author)
    script = await author.get(f"/campaigns/{number}/script")
    assert "đưa bé ra" in script.text
    poster = await author.get(f"/campaigns/{number}/poster")
    assert "data:image/svg+xml" in poster.text
    assert "http://desk.example/chat" in poster.text
    short = await author.get(f"/campaigns/{number}/sms")
    assert "Uong vitamin A ngay 1/12. Moi ba con dua be ra" in short.text
    for page in (script, poster, short):
        assert "{" not in page.text.partition("<main")[2]
