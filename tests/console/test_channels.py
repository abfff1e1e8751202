"""The page of accounts: who sees it, what it says, and the templates kept there."""

from datetime import timedelta

from sqlalchemy.engine import Connection

from care.campaigns import Draft
from console.scope import Role
from content.library import Library
from storage import audit, campaigns, channel_tokens, templates
from storage.channel_tokens import REFUSED, Pair
from tests import fakes
from tests.console.desk import BOT_ROUTE, OA, OA_ROUTE, Office

FORM = {
    "message": "rm-birthcert",
    "template_id": "4321",
    "fields": "ten = ten_be\nhan={han}",
    "price": "1.200",
    "active": "on",
}


async def _pair(office: Office, days: int, state: str = channel_tokens.GOOD) -> None:
    at = office.now - timedelta(days=days)
    pair = Pair("access", "refresh", at + timedelta(hours=25), at, state)
    await office.db.write(channel_tokens.put, OA, pair)


async def test_only_the_unit_that_the_installation_serves_sees_it(office: Office) -> None:
    for role, area, sees in (
        (Role.ADMIN, "20a", True),
        (Role.ADMIN, "VN", True),
        (Role.ADMIN, "20", False),  # above the installation, but not the country
        (Role.ADMIN, "20a1", False),
        (Role.ADMIN, "20b", False),
        (Role.LEAD, "20a", False),
    ):
        officer = await office.officer(role, area)
        answer = await officer.get("/channels")
        assert answer.status_code == (200 if sees else 404), (role, area)
        menu = (await officer.get("")).text
        assert ('href="/console/channels"' in menu) == sees, (role, area)
        posted = await officer.post("/channels/templates", **FORM)
        assert posted.status_code == (303 if sees else 404), (role, area)


async def test_each_account_says_whether_it_works_and_who_is_on_it(office: Office) -> None:
    for number in range(50):
        await office.db.write(fakes.a_family, f"bot-{number}", BOT_ROUTE)
    admin = await office.officer(Role.ADMIN, "20a")
    page = (await admin.get("/channels")).text
    assert "50 trong 50 người" in page
    assert "đã đủ" in page
    assert "0 trong 3.000" in page
    assert "token refused" in page
    assert page.count("không gửi được") == 1
    assert "0 trong 500, giữ ít nhất 200" in page


async def test_the_state_of_the_tokens_is_told_in_words(office: Office) -> None:
    admin = await office.officer(Role.ADMIN, "20a")
    page = (await admin.get("/channels")).text
    assert page.count("chưa được phép") == 2  # an account without tokens does not run
    assert "đang chạy" not in page
    await _pair(office, 59)
    page = (await admin.get("/channels")).text
    assert "đã được phép" in page
    assert "chưa đổi" not in page
    await _pair(office, 60)
    assert "Mã đã 60 ngày chưa đổi" in (await admin.get("/channels")).text
    await _pair(office, 1, REFUSED)
    page = (await admin.get("/channels")).text
    assert "Cần đồng ý lại" in page
    assert "refresh" not in page


async def test_a_template_is_kept_changed_switched_off_and_removed(office: Office) -> None:
    admin = await office.officer(Role.ADMIN, "20a")
    assert (await admin.post("/channels/templates", **FORM)).status_code == 303
    (kept,) = await office.db.read(templates.every, OA_ROUTE)
    assert kept == templates.Template("rm-birthcert", "4321", {"ten": "ten_be", "han": "han"}, 1200)
    page = (await admin.get("/channels")).text
    assert "1.200 đ" in page
    off = {name: value for name, value in FORM.items() if name != "active"}
    await admin.post("/channels/templates", **off)
    assert await office.db.read(templates.find, OA_ROUTE, "rm-birthcert") is None
    (kept,) = await office.db.read(templates.every, OA_ROUTE)
    assert not kept.active
    await admin.post("/channels/templates/remove", message="rm-birthcert")
    assert await office.db.read(templates.every, OA_ROUTE) == []
    lines = await office.db.read(audit.lines, None, 99, [f"officer:{admin.id}"])
    told = [line.action for line in reversed(lines)]
    assert told == ["template saved", "template saved", "template removed"]


async def test_a_template_that_cannot_be_filled_is_not_kept(office: Office) -> None:
    admin = await office.officer(Role.ADMIN, "20a")
    for box, wrong in (
        ("message", "tip-khong-co"),
        ("message", ""),
        ("message", "campaign:7"),
        ("message", "campaign:" + "9" * 60),
        ("template_id", "12a"),
        ("template_id", ""),
        ("template_id", "1" * 41),
        ("fields", "ten_be"),
        ("fields", "ten_be = dia_chi"),
        ("fields", "ten = ten_be\nten = goi"),
        ("price", "-1"),
        ("price", "10001"),
        ("price", ""),
    ):
        answer = await admin.post("/channels/templates", **{**FORM, box: wrong})
        assert answer.status_code == 400, (box, wrong)
        assert 'role="alert"' in answer.text
    assert await office.db.read(templates.every, OA_ROUTE) == []


async def test_a_template_is_for_deadlines_of_the_law_and_alerts_only(
    office: Office, library: Library
) -> None:
    admin = await office.officer(Role.ADMIN, "20a")
    items = library.items
    tip = next(id_ for id_ in items if id_.startswith("tip-"))
    undated = next(id_ for id_, it in items.items() if it.kind == "reminder" and it.due is None)
    news = f"campaign:{await office.db.write(_written, office, admin.id, alert=False)}"
    for message in (tip, undated):
        answer = await admin.post("/channels/templates", **{**FORM, "message": message})
        assert answer.status_code == 400
        assert "hạn theo luật hoặc tin cảnh báo. Tin này không có hạn" in answer.text
    assert (await admin.post("/channels/templates", **{**FORM, "message": news})).status_code == 400
    assert await office.db.read(templates.every, OA_ROUTE) == []

    alert = f"campaign:{await office.db.write(_written, office, admin.id, alert=True)}"
    for message in (alert, FORM["message"]):
        answer = await admin.post("/channels/templates", **{**FORM, "message": message})
        assert answer.status_code == 303
    kept = await office.db.read(templates.every, OA_ROUTE)
    assert {template.message for template in kept} == {alert, "rm-birthcert"}
    gone = await admin.post("/channels/templates/remove", message=alert)
    assert gone.status_code == 303
    assert len(await office.db.read(templates.every, OA_ROUTE)) == 1
    assert (await admin.post("/channels/templates/remove", message=alert)).status_code == 404


def _written(conn: Connection, office: Office, officer_id: int, *, alert: bool) -> int:
    draft = Draft("Bão số 3", "Mời {goi} ở trong nhà.", alert=alert)
    return campaigns.create(conn, office.ids["20a"], officer_id, draft, office.now)
