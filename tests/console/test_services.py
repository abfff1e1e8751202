"""The referral directory on the officers' pages."""

import io
from datetime import timedelta

import openpyxl
import pytest

from care.services import Field
from console.scope import Role
from storage import services
from tests.console.desk import Office, OfficerAtDesk
from tests.console.doors import told

FORM = {
    "field": "health",
    "name": "Trạm Y tế xã",
    "phone": "0205 000 115",
    "address": "Thôn Nà Lầu",
    "hours": "cả ngày đêm",
}


@pytest.fixture
async def keeper(office: Office) -> OfficerAtDesk:
    return await office.officer(Role.PROTECTION, "20a")


async def added(office: Office, officer: OfficerAtDesk, code: str, **other: str) -> int:
    answer = await officer.post(f"/services/{office.area(code)}/add", **{**FORM, **other})
    assert answer.status_code == 303, answer.text
    return int(answer.headers["location"].partition("#s")[2])


async def test_a_service_is_added_corrected_checked_closed_and_opened(
    office: Office, keeper: OfficerAtDesk
) -> None:
    made = await added(office, keeper, "20a")
    page = (await keeper.get("/services")).text
    assert "Trạm Y tế xã" in page
    assert "cần kiểm tra lại" not in page
    office.now += timedelta(days=366)
    keeper = await office.officer(Role.CHILD, "20a")
    assert "cần kiểm tra lại" in (await keeper.get("/services")).text
    await keeper.post(f"/services/{made}/check")
    assert "cần kiểm tra lại" not in (await keeper.get("/services")).text
    await keeper.post(f"/services/{made}/correct", **{**FORM, "phone": "0205.000.999"})
    assert "tel:0205000999" in (await keeper.get("/services")).text
    await keeper.post(f"/services/{made}/close")
    assert "đã đóng" in (await keeper.get("/services")).text
    assert await office.db.read(services.serving, office.area("20a")) == []
    await keeper.post(f"/services/{made}/open")
    assert len(await office.db.read(services.serving, office.area("20a"))) == 1
    acts = [line.partition(" ")[2] for line in await told(office)]
    assert acts == [
        f"service {done}" for done in ("added", "checked", "corrected", "closed", "opened")
    ]


@pytest.mark.parametrize(
    "wrong",
    [
        {"field": "zoo"},
        {"name": ""},
        {"name": "..."},
        {"name": "x" * 161},
        {"phone": ""},
        {"phone": "gọi trưởng thôn"},
        {"phone": "0205 000 115; 0205 000 116"},
        {"address": "x" * 201},
        {"hours": "x" * 121},
    ],
)
async def test_what_is_typed_wrongly_comes_back(
    office: Office, keeper: OfficerAtDesk, wrong: dict[str, str]
) -> None:
    answer = await keeper.post(f"/services/{office.area('20a')}/add", **{**FORM, **wrong})
    assert answer.status_code == 400
    assert 'role="alert"' in answer.text
    made = await added(office, keeper, "20a")
    answer = await keeper.post(f"/services/{made}/correct", **{**FORM, **wrong})
    assert answer.status_code == 400
    kept = await office.db.read(services.get, made)
    assert kept is not None
    assert kept.name == FORM["name"]


async def test_nobody_changes_what_is_elsewhere(office: Office, keeper: OfficerAtDesk) -> None:
    province = await office.officer(Role.STATION, "20")
    above = await added(office, province, "20", name="Trung tâm của tỉnh")
    page = (await keeper.get("/services")).text
    assert "Trung tâm của tỉnh" in page
    assert f"/services/{above}/" not in page
    for act in ("correct", "check", "close", "open"):
        assert (await keeper.post(f"/services/{above}/{act}", **FORM)).status_code == 404
    for code in ("20", "20b"):
        answer = await keeper.post(f"/services/{office.area(code)}/add", **FORM)
        assert answer.status_code == 404
    hamlet = office.area("20a1")
    assert (await keeper.post(f"/services/{hamlet}/add", **FORM)).status_code == 404


async def test_the_province_sees_which_communes_have_all_six_fields(
    office: Office, keeper: OfficerAtDesk
) -> None:
    province = await office.officer(Role.ADMIN, "20")
    for field in list(Field)[1:]:
        await added(office, keeper, "20a", field=field.value)
    assert "Đủ 5 trong 6 lĩnh vực. Còn thiếu: Y tế." in (await keeper.get("/services")).text
    assert "0 trong 2 xã, phường đủ 6" in (await province.get("/services")).text
    made = await added(office, province, "20", field="health")
    assert "Đủ 6 lĩnh vực:" in (await keeper.get("/services")).text
    assert "1 trong 2 xã, phường đủ 6" in (await province.get("/services")).text
    country = await office.officer(Role.ADMIN, "VN")
    assert "1 trong 3 xã, phường đủ 6" in (await country.get("/services")).text
    await province.post(f"/services/{made}/close")
    assert "0 trong 2 xã, phường đủ 6" in (await province.get("/services")).text


async def test_the_table_has_text_only_and_leaves_a_line(
    office: Office, keeper: OfficerAtDesk
) -> None:
    await added(office, keeper, "20a", name="=1+1 Trạm")
    answer = await keeper.post(f"/services/{office.area('20a')}/export")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    assert sheet is not None
    rows = [[cell.value for cell in row] for row in sheet.rows]
    assert rows[1][:4] == ["Đồng Tâm", "Y tế", "'=1+1 Trạm", "0205 000 115"]
    assert all(cell.data_type != "f" for row in sheet.rows for cell in row)
    assert (await told(office))[-1].endswith("directory exported")
