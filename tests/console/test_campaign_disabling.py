"""The officers' pages disable an officer whose campaign waits."""

import pytest

from care.campaigns import State
from console.scope import Role
from storage import audit
from tests.console.campaigning import found, presses, reachable, written
from tests.console.desk import Office


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
async def test_the_campaigns_of_a_disabled_officer_go_back(office: Office) -> None:
    await reachable(office, 2, "20a1")
    lan = await office.officer(Role.STATION, "20a", "Lan")
    number = await written(lan)
    assert await presses(lan, number, "submit") == ""
    assert (await found(office, number)).state is State.APPROVED
    admin = await office.officer(Role.ADMIN, "20a")
    answer = await admin.post(f"/accounts/{lan.id}/disable")
    assert answer.headers["location"] == "/console/accounts"
    assert (await found(office, number)).state is State.DRAFT
    lines = await office.db.read(audit.lines, None, 2)
    told = [(line.actor, line.action, line.object) for line in reversed(lines)]
    me = f"officer:{admin.id}"
    assert told == [
        (me, "account disabled", f"officer:{lan.id}"),
        (me, "campaign taken back", f"campaign:{number}"),
    ]
