"""What an officer does for a family: duties, a loss, a pause, erasure, where it lives."""

import pytest
from sqlalchemy import select

from care.duties import Record, Told
from care.people import CaregiverState, ChildState
from console.scope import Role
from content.library import Library
from storage import caregivers, children, duties
from storage.database import Connection
from storage.family_tables import addresses
from tests.console.desk import Office, OfficerAtDesk
from tests.console.registered import (
    days_ago,
    family,
    links,
    pushes,
    queue,
    share,
    sibling,
    trail,
    words,
)
from tests.fakes import Family

DUTY = "birth_registered"


@pytest.fixture
async def station(office: Office) -> OfficerAtDesk:
    return await office.officer(Role.STATION, "20a")


async def child(office: Office, one: Family) -> ChildState | None:
    found = await office.db.read(children.get, one.child_id)
    return found.state if found else None


async def person(office: Office, one: Family) -> CaregiverState | None:
    found = await office.db.read(caregivers.by_address_id, one.address_id)
    return found.caregiver.state if found else None


def _stop(conn: Connection, one: Family) -> None:
    caregivers.change(conn, one.caregiver_id, state=CaregiverState.STOPPED)


async def test_an_officer_marks_a_duty_done_and_takes_it_back(
    office: Office, station: OfficerAtDesk, library: Library
) -> None:
    one = await family(office, "20a", "Na")
    (item, *_) = library.reminders(DUTY)
    await office.db.write(queue, one, item)
    path = f"/families/{one.caregiver_id}"
    day = days_ago(30).isoformat()
    answer = await station.post(f"{path}/done", child=one.child_id, duty=DUTY, day=day)
    assert answer.status_code == 303
    told = await office.db.read(duties.of_child, one.child_id)
    assert told[DUTY] == Record(Told.DONE, days_ago(30), told[DUTY].source)
    assert told[DUTY].source.value == "officer"
    assert await office.db.read(pushes, one) == [("cancelled", "done")]
    await station.post(f"{path}/undone", child=one.child_id, duty=DUTY)
    assert await office.db.read(duties.of_child, one.child_id) == {}
    assert await office.db.read(pushes, one) == [("pending", None)]
    assert ("duty done", f"child:{one.child_id}", DUTY) in await trail(office)


async def test_a_visit_that_an_officer_saw_has_its_doses(
    office: Office, station: OfficerAtDesk, library: Library
) -> None:
    one = await family(office, "20a", "Na")
    path = f"/families/{one.caregiver_id}"
    await station.post(f"{path}/done", child=one.child_id, duty="vx2m", day="")
    told = await office.db.read(duties.of_child, one.child_id)
    assert "penta1" in told
    assert "penta1" in library.duties["vx2m"].doses
    seen = words(await station.get(path))
    assert library.label("dose.penta1") in seen


async def test_what_the_family_told_is_not_taken_back(
    office: Office, station: OfficerAtDesk
) -> None:
    one = await family(office, "20a", "Na")
    await office.db.write(duties.mark_done, one.child_id, DUTY, one.caregiver_id, office.now)
    answer = await station.post(
        f"/families/{one.caregiver_id}/undone", child=one.child_id, duty=DUTY
    )
    assert answer.status_code == 404
    assert DUTY in await office.db.read(duties.of_child, one.child_id)


async def test_a_death_stops_everything_and_can_be_taken_back(
    office: Office, station: OfficerAtDesk, library: Library
) -> None:
    mother = await family(office, "20a", "Na")
    father = await family(office, "20b", "Chi")
    await share(office, mother, father)
    for one in (mother, father):
        await office.db.write(queue, mother, "tip-d0242", one.caregiver_id)
    await office.db.write(queue, father, "tip-d0288")
    path = f"/families/{mother.caregiver_id}"
    form = {"child": mother.child_id, "what": "died"}
    assert (await station.post(f"{path}/report", **form)).status_code == 400
    assert await child(office, mother) is ChildState.BORN
    assert (await station.post(f"{path}/report", sure=1, **form)).status_code == 303
    assert await child(office, mother) is ChildState.LOST
    assert await person(office, mother) is CaregiverState.PAUSED
    assert await person(office, father) is CaregiverState.PAUSED
    assert set(await office.db.read(pushes, mother)) == {("cancelled", "loss")}
    assert await office.db.read(pushes, father) == [("cancelled", "loss")]
    assert "Gia đình đã mất bé" in words(await station.get(path))
    assert (await station.post(f"{path}/back", child=mother.child_id)).status_code == 303
    assert await child(office, mother) is ChildState.BORN
    assert await person(office, father) is CaregiverState.ACTIVE
    assert set(await office.db.read(pushes, mother)) == {("pending", None)}
    assert await office.db.read(pushes, father) == [("pending", None)]
    assert ("child died", f"child:{mother.child_id}", None) in await trail(office)


async def test_a_loss_is_taken_back_for_30_days_only(
    office: Office, station: OfficerAtDesk
) -> None:
    one = await family(office, "20a", "Na")
    path = f"/families/{one.caregiver_id}"
    await station.post(f"{path}/report", sure=1, child=one.child_id, what="died")
    await office.db.write(_lost_long_ago, one)
    assert (await station.post(f"{path}/back", child=one.child_id)).status_code == 404


def _lost_long_ago(conn: Connection, one: Family) -> None:
    found = children.get(conn, one.child_id)
    assert found is not None
    children.change(conn, found, lost_on=days_ago(31))


async def test_a_child_that_moved_is_written_about_no_more_but_its_sibling_is(
    office: Office, station: OfficerAtDesk
) -> None:
    mother = await family(office, "20a", "Na")
    await sibling(office, mother, "Tí")
    await office.db.write(queue, mother, "tip-d0242")
    path = f"/families/{mother.caregiver_id}"
    await station.post(f"{path}/report", sure=1, child=mother.child_id, what="moved")
    assert await child(office, mother) is ChildState.GONE
    assert await person(office, mother) is CaregiverState.ACTIVE
    assert await office.db.read(pushes, mother) == [("cancelled", "moved")]
    await station.post(f"{path}/back", child=mother.child_id)
    assert await office.db.read(pushes, mother) == [("pending", None)]


async def test_a_pause_ends_by_itself_or_by_an_officer(
    office: Office, station: OfficerAtDesk
) -> None:
    one = await family(office, "20a", "Na")
    await office.db.write(queue, one, "tip-d0242")
    path = f"/families/{one.caregiver_id}/pause"
    await station.post(path, person=one.caregiver_id, days=14)
    found = await office.db.read(caregivers.by_address_id, one.address_id)
    assert found is not None
    assert found.caregiver.paused_until == days_ago(-14)
    assert await office.db.read(pushes, one) == [("cancelled", "paused")]
    await station.post(path, person=one.caregiver_id)
    assert await person(office, one) is CaregiverState.ACTIVE


async def test_who_stopped_or_grieves_is_not_woken_by_an_officer(
    office: Office, station: OfficerAtDesk
) -> None:
    one = await family(office, "20a", "Na")
    path = f"/families/{one.caregiver_id}"
    await station.post(f"{path}/report", sure=1, child=one.child_id, what="died")
    await station.post(f"{path}/pause", person=one.caregiver_id)
    assert await person(office, one) is CaregiverState.PAUSED
    await office.db.write(_stop, one)
    await station.post(f"{path}/pause", person=one.caregiver_id)
    await station.post(f"{path}/pause", person=one.caregiver_id, days=7)
    assert await person(office, one) is CaregiverState.STOPPED


async def test_erasure_needs_a_code_a_purpose_and_leaves_nothing(office: Office) -> None:
    one = await family(office, "20a", "Na")
    path = f"/families/{one.caregiver_id}/erase"
    fresh = await office.officer(Role.STATION, "20a", stepped_up=False)
    form = {"person": one.caregiver_id, "sure": 1, "purpose": "Gia đình yêu cầu"}
    answer = await fresh.post(path, **form)
    assert answer.headers["location"].startswith("/console/confirm")
    station = await office.officer(Role.STATION, "20a")
    assert (await station.post(path, **{**form, "purpose": "x"})).status_code == 400
    assert (await station.post(path, **{**form, "sure": ""})).status_code == 400
    assert await person(office, one) is not None
    answer = await station.post(path, **form)
    assert answer.headers["location"] == "/console/families"
    assert await office.db.read(caregivers.by_address_id, one.address_id) is None
    assert await child(office, one) is None
    assert await office.db.read(_addresses) == 0
    done = ("family erased", f"caregiver:{one.caregiver_id}", "Gia đình yêu cầu")
    assert done in await trail(office)


def _addresses(conn: Connection) -> int:
    return len(conn.execute(select(addresses.c.id)).all())


async def test_a_family_is_put_into_a_hamlet_of_its_commune_only(
    office: Office, station: OfficerAtDesk
) -> None:
    one = await family(office, "20a", "Na")
    path = f"/families/{one.caregiver_id}/place"
    await station.post(path, area=office.area("20a1"))
    assert links(await station.get("/families", area=office.area("20a1"))) == [one.caregiver_id]
    for code in ("20b1", "20", "46a"):
        assert (await station.post(path, area=office.area(code))).status_code == 404
    province = await office.officer(Role.STATION, "20")
    await province.post(path, area=office.area("20b1"))
    assert links(await station.get("/families", area=office.area("20a1"))) == [one.caregiver_id]


@pytest.mark.parametrize("what", ["place", "pause", "done", "undone", "report", "back", "erase"])
async def test_nothing_is_done_to_a_family_of_another_commune(
    office: Office, station: OfficerAtDesk, what: str
) -> None:
    mine = await family(office, "20a", "Na")
    beside = await family(office, "20b", "Tí")
    form = {
        "area": office.area("20a1"),
        "person": beside.caregiver_id,
        "child": beside.child_id,
        "days": 7,
        "duty": DUTY,
        "what": "died",
        "sure": 1,
        "purpose": "không được phép",
    }
    for number in (beside.caregiver_id, mine.caregiver_id):
        if (what, number) == ("place", mine.caregiver_id):
            continue
        answer = await station.post(f"/families/{number}/{what}", **form)
        assert answer.status_code == 404, number
    assert await child(office, beside) is ChildState.BORN
    assert await person(office, beside) is CaregiverState.ACTIVE
    assert await office.db.read(duties.of_child, beside.child_id) == {}
