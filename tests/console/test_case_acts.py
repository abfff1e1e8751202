"""Every act in every state: what the page offers is done, everything else is explained."""

import pytest

from care.cases import Case, state_of
from console import case_fitting
from console.case_acts import ACTS
from console.scope import Role
from storage import case_acts, cases
from storage.cases import Viewer
from storage.database import Connection
from tests.console.casework import a_case, a_service, seen_by, the
from tests.console.desk import Office, OfficerAtDesk

ONE_ENGINE = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
WHY = "vì sao"
STATES = ("new", "mine", "theirs", "assessed", "offered", "asked", "asked_by_me", "closed")


def _bring(conn: Connection, me: Viewer, other: Viewer, case: Case, state: str, n: int) -> None:
    """The case of this number into a state, by acts."""
    at = case.reported_at

    def now() -> Case:
        return the(conn, me, case.number)

    if state != "new":
        case_acts.take(conn, other if state in ("theirs", "asked") else me, case, at)
        case_acts.add_step(conn, me, now(), "việc", None, at)
    case_acts.exclude(conn, me, now(), n, WHY, at)
    if state == "assessed":
        case_acts.plan(conn, me, now(), WHY, at)
    if state == "offered":
        case_acts.offer_move(conn, me, now(), me.area_id - 1, WHY, at)
    if state in ("asked", "closed"):
        case_acts.ask_close(conn, other, now(), WHY, at)
    if state == "asked_by_me":
        case_acts.ask_close(conn, me, now(), WHY, at)
    if state == "closed":
        case_acts.close(conn, me, now(), WHY, at)


@ONE_ENGINE
@pytest.mark.parametrize("state", STATES)
async def test_what_fits_is_offered_and_done_and_nothing_else(office: Office, state: str) -> None:
    me = await office.officer(Role.PROTECTION, "20a", "Chị Lan")
    other = await office.officer(Role.PROTECTION, "20a", "Anh Hùng")
    third = await office.officer(Role.PROTECTION, "20a", "Anh Ba")
    fourth = await office.officer(Role.PROTECTION, "20a", "Anh Tư")
    service = await office.db.write(a_service, office.area("20a"), "Trạm")
    form = {
        "text": WHY,
        "danger": "low",
        "service": service,
        "area": "20b",
        "step": 1,
        "urgent": "yes",
    }
    done, offered = set(), set()
    for act in ACTS:
        number = await a_case(office)
        viewers = [await office.db.read(seen_by, one.id) for one in (me, other)]
        case = await office.db.read(the, viewers[0], number)
        await office.db.write(_bring, *viewers, case, state, third.id)
        page = await me.get(f"/cases/{number}")
        if f'action="/console/cases/{number}/{act}"' in page.text:
            offered.add(act)
        before = await _written(office, me, number)
        whom = fourth.id if act == case_fitting.EXCLUDE else third.id
        answer = await me.post(f"/cases/{number}/{act}", **{**form, "officer": whom})
        assert answer.status_code in (303, 409), act
        if answer.status_code == 303:
            done.add(act)
        else:
            assert 'role="alert"' in answer.text, act
            assert await _written(office, me, number) == before, act
    assert done == offered
    current = await office.db.read(the, viewers[0], number)
    assert state_of(current) is not None
    sample = await _brought(office, me, other, third, state)
    assert done == case_fitting.fitting(sample, me.id) & set(ACTS)


async def _brought(
    office: Office, me: OfficerAtDesk, other: OfficerAtDesk, third: OfficerAtDesk, state: str
) -> Case:
    number = await a_case(office)
    viewers = [await office.db.read(seen_by, one.id) for one in (me, other)]
    case = await office.db.read(the, viewers[0], number)
    await office.db.write(_bring, *viewers, case, state, third.id)
    return await office.db.read(the, viewers[0], number)


async def _written(office: Office, me: OfficerAtDesk, number: str) -> Case | None:
    viewer = await office.db.read(seen_by, me.id)
    return await office.db.read(cases.find, viewer, number)


@ONE_ENGINE
@pytest.mark.parametrize(
    ("act", "form"),
    [
        ("assess", {"danger": "khong-co", "text": WHY}),
        ("step", {"text": WHY, "due_on": "31/02/2026"}),
        ("done", {"step": "0"}),
        ("done", {"step": "99"}),
        ("done", {"step": "-1"}),
        ("refer", {"service": "999999", "consent": "yes"}),
        ("refer", {"service": "", "consent": "yes"}),
        ("offer", {"area": "không có nơi này", "text": WHY}),
        ("exclude", {"officer": "999999", "text": WHY}),
        ("let-in", {"officer": "999999"}),
    ],
)
async def test_what_no_form_holds_is_explained(
    office: Office, act: str, form: dict[str, str]
) -> None:
    me = await office.officer(Role.PROTECTION, "20a")
    number = await a_case(office)
    await me.post(f"/cases/{number}/take")
    answer = await me.post(f"/cases/{number}/{act}", **form)
    assert answer.status_code == 409
    assert 'role="alert"' in answer.text


@ONE_ENGINE
@pytest.mark.parametrize("number", ["a" * 300, "%00", "..", "figures%2F", "ABCDEFG0", "🙂"])
async def test_a_number_that_is_none_is_missing(office: Office, number: str) -> None:
    me = await office.officer(Role.PROTECTION, "20a")
    assert (await me.get(f"/cases/{number}/facts")).status_code == 404
