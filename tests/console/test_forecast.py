"""The forecast of a month: what it counts, what it keeps to itself, and the table that leaves."""

import io
from datetime import timedelta

import openpyxl

from care.messages import Kind
from care.windows import Way
from console.scope import Role
from storage import windows
from storage.database import Connection
from storage.tables import outbox
from tests import fakes
from tests.console.desk import OA_ROUTE, Office

LATER = timedelta(days=2)


def _spend(conn: Connection, office: Office) -> None:
    """23 days and 9 hours of a month of 30: 250 for nothing, 117 for 55 đồng, 1 template."""
    for number in range(250):
        windows.charge(conn, number, OA_ROUTE, Way.FREE, False, 0, office.now)
    for number in range(250, 367):
        windows.charge(conn, number, OA_ROUTE, Way.PAID, number % 2 == 0, 55, office.now)
    windows.charge(conn, 367, OA_ROUTE, Way.TEMPLATE, True, 200, office.now)
    before = office.now - timedelta(days=30)
    windows.charge(conn, 368, OA_ROUTE, Way.PAID, True, 55, before)


def _rows(conn: Connection, office: Office) -> None:
    family = fakes.a_family(conn, "on-the-oa", OA_ROUTE)

    def row(kind: Kind, message: str, **values: object) -> None:
        made = fakes.a_message(
            conn, family, kind=kind, message=message, not_before=office.now, expires_at=office.now
        )
        conn.execute(outbox.update().where(outbox.c.id == made).values(route=OA_ROUTE, **values))

    row(Kind.TIP, "tip-d0242", reason=windows.CLOSED)
    row(Kind.REMINDER, "rm-birthcert", reason=windows.CLOSED)
    row(Kind.TIP, "tip-d0200", state="expired", reason=windows.CLOSED, at=office.now)
    row(Kind.TIP, "tip-d0201", state="cancelled", reason=windows.MERGED, at=office.now)
    row(Kind.TIP, "tip-d0202", state="failed", at=office.now - timedelta(days=40))
    row(Kind.REPLY, "report/now", state="cancelled", reason="taken away", at=office.now)


async def test_a_lead_of_the_whole_reads_it_and_nobody_else_below(office: Office) -> None:
    for role, area, sees in (
        (Role.LEAD, "20a", True),
        (Role.LEAD, "VN", True),
        (Role.LEAD, "20a1", False),
        (Role.LEAD, "20", False),
        (Role.STATION, "20a", False),
    ):
        officer = await office.officer(role, area)
        answer = await officer.get("/channels/forecast")
        assert answer.status_code == (200 if sees else 404), (role, area)


async def test_the_month_is_counted_and_drawn_on_to_its_end(office: Office) -> None:
    await office.db.write(_spend, office)
    lead = await office.officer(Role.LEAD, "20a")
    page = (await lead.get("/channels/forecast")).text
    assert "6.635 đ" in page  # 117 x 55 + 200
    assert "383" in page  # left of 500
    assert "tháng 11/2026" in page
    assert "Gói hết" not in page


async def test_what_waits_and_what_did_not_arrive_is_told_but_no_dialogue(office: Office) -> None:
    await office.db.write(_rows, office)
    lead = await office.officer(Role.LEAD, "20a")
    page = (await lead.get("/channels/forecast")).text
    assert "người nhận lâu không nhắn cho kênh" in page
    assert "có tin quan trọng hơn" in page
    assert "không gửi được" not in page  # of another month
    assert "taken away" not in page
    assert "câu trả lời" not in page


async def test_the_table_leaves_with_a_purpose(office: Office) -> None:
    await office.db.write(_spend, office)
    await office.db.write(_rows, office)
    lead = await office.officer(Role.LEAD, "20a")
    assert (await lead.post("/channels/forecast/export")).status_code == 303
    answer = await lead.post("/channels/forecast/export", purpose="báo cáo tháng")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    assert sheet is not None
    headings, *rows = [[str(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]
    assert headings[-1] == "Tiền (đồng)"
    assert ["250", "0"] in [row[-2:] for row in rows]
    assert sum(row[1] == "Chờ người nhận nhắn" for row in rows) == 2
    assert sum(row[1] == "Không đến" for row in rows) == 2
