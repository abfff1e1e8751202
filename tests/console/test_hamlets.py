"""Hamlets of a commune, named by its officers."""

import pytest

from console.scope import Role
from tests.console.desk import Office, OfficerAtDesk


@pytest.fixture
async def station(office: Office) -> OfficerAtDesk:
    return await office.officer(Role.STATION, "20a")


async def test_hamlets_are_added_and_renamed_by_officers_of_the_commune(
    office: Office, station: OfficerAtDesk
) -> None:
    commune = office.area("20a")
    answer = await station.post(f"/hamlets/{commune}/add", kind="Xóm", name="Xóm 3")
    assert answer.status_code == 303
    page = await station.get("/hamlets")
    assert "20a-3" in page.text
    again = await station.post(f"/hamlets/{commune}/add", kind="Xóm", name="xom 3")
    assert again.status_code == 400
    form = {"hamlet": office.area("20a1"), "kind": "Thôn", "name": "Nà Lầu Trên"}
    assert (await station.post(f"/hamlets/{commune}/rename", **form)).status_code == 303
    assert "Nà Lầu Trên" in (await station.get("/hamlets")).text
    for bad in ("", "...", "x" * 61):
        answer = await station.post(f"/hamlets/{commune}/add", kind="Xóm", name=bad)
        assert answer.status_code == 400
    beside = office.area("20b")
    assert (await station.post(f"/hamlets/{beside}/add", kind="Xóm", name="Y")).status_code == 404
    form["hamlet"] = office.area("20b1")
    assert (await station.post(f"/hamlets/{commune}/rename", **form)).status_code == 404
    province = await office.officer(Role.STATION, "20")
    assert (await province.get("/hamlets")).status_code == 200
    assert (
        await province.post(f"/hamlets/{office.area('20')}/add", kind="Xã", name="Z")
    ).status_code == 404
