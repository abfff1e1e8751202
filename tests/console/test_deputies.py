"""Who is called when nobody opens a case in time: a mark on the accounts page."""

import pytest

from console.scope import Role
from storage import audit, officers
from tests.console.desk import Office

pytestmark = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)


async def _deputies(office: Office) -> set[str]:
    return {one.login for one in await office.db.read(officers.every) if one.deputy}


async def test_an_account_is_made_as_a_deputy_only_where_it_keeps_cases(office: Office) -> None:
    admin = await office.officer(Role.ADMIN, "20a")
    told = {"name": "Cán bộ", "area": "20a"}
    await admin.post("/accounts", login="nguoi.thay", role="protection", deputy="yes", **told)
    await admin.post("/accounts", login="nguoi.khac", role="protection", **told)
    await admin.post("/accounts", login="tram.yte", role="station", deputy="yes", **told)
    assert await _deputies(office) == {"nguoi.thay"}
    assert "người thay khi vắng" in (await admin.get("/accounts")).text


async def test_the_mark_is_set_and_taken_away_and_stays_in_the_trail(office: Office) -> None:
    admin = await office.officer(Role.ADMIN, "20a")
    keeper = await office.officer(Role.PROTECTION, "20a")
    path = f"/accounts/{keeper.id}/deputy"
    await admin.post(path)
    assert len(await _deputies(office)) == 1
    await admin.post(path)
    assert await _deputies(office) == set()
    lines = await office.db.read(audit.lines, None, 99, [f"officer:{admin.id}"])
    assert [line.action for line in lines] == ["deputy changed"] * 2


async def test_nobody_else_is_a_deputy(office: Office) -> None:
    admin = await office.officer(Role.ADMIN, "20a")
    station = await office.officer(Role.STATION, "20a")
    foreign = await office.officer(Role.PROTECTION, "20b")
    for one in (station, foreign):
        assert (await admin.post(f"/accounts/{one.id}/deputy")).status_code == 404
    assert await _deputies(office) == set()
