"""Campaigns through their pages: two officers, from the first word to the table of results."""

from datetime import date, datetime

import pytest

from care.campaigns import State
from console.scope import Role
from storage import audit, campaign_results, claims, officers, outbox
from storage.database import Connection
from tests.console.campaigning import (
    POLL,
    found,
    numbers,
    on_its_way,
    presses,
    reachable,
    sent,
    sent_to_all,
    steps_up,
    two,
    written,
)
from tests.console.desk import Office, OfficerAtDesk

ONE_ENGINE = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
EIGHT_MONTHS, FIVE_YEARS = date(2026, 3, 12), date(2021, 11, 1)


async def test_from_the_first_word_to_the_results(office: Office) -> None:
    author, lead = await two(office)
    await reachable(office, 60, "20a1", born_on=EIGHT_MONTHS)
    await reachable(office, 5, "20a2", born_on=EIGHT_MONTHS)
    await reachable(office, 3, "20a1", born_on=FIVE_YEARS)
    await office.families(2, "20a1", born_on=EIGHT_MONTHS)  # they never agreed
    number = await written(author, **POLL)
    hamlet = {"areas": [office.area("20a1")], "months_from": "6", "months_to": "35"}
    answer = await author.post(f"/campaigns/{number}/audience", do="on", **hamlet)
    assert answer.headers["location"] == f"/console/campaigns/{number}/count"
    page = await author.get(f"/campaigns/{number}/count")
    assert '<p class="number">60</p>' in page.text
    assert sum(numbers(page)[:-1]) == numbers(page)[-1] == 70
    page = await author.get(f"/campaigns/{number}/preview")
    assert "Mời mẹ đưa Bống ra" in page.text
    assert "1. Đi được" in page.text
    assert "Moi ba con dua be ra" in page.text

    assert await presses(author, number, "submit") == ""
    assert (await found(office, number)).state is State.WAITING
    assert await presses(lead, number, "approve") == ""
    assert office.woken == 0
    assert await on_its_way(office) == 0  # there is time to take it back
    office.later(minutes=11)
    assert await on_its_way(office) == 60
    page = await author.get(f"/campaigns/{number}")
    assert page.headers["refresh"] == f"5; url=/console/campaigns/{number}?again=1"
    still = await author.get(f"/campaigns/{number}", still="1")
    assert "refresh" not in still.headers
    assert f"/campaigns/{number}/cancel" in still.text  # asked once more, where nothing moves
    assert f"/campaigns/{number}/cancel" not in page.text
    assert numbers(page)[:7] == [0, 60, 0, 0, 0, 0, 60]

    assert await presses(author, number, "pause") == ""
    assert (await found(office, number)).state is State.PAUSED
    assert "refresh" not in (await author.get(f"/campaigns/{number}")).headers
    assert await presses(lead, number, "resume") == ""
    assert office.woken == 1
    assert await sent(office, number) == 60
    await on_its_way(office)
    assert (await found(office, number)).state is State.DONE
    page = await author.get(f"/campaigns/{number}")
    assert "Xem từng người" in page.text
    people = await author.get(f"/campaigns/{number}/people")
    assert people.text.count("/console/families/") == 60


async def test_a_poll_is_shown_as_numbers_and_a_picture(office: Office) -> None:
    author, lead = await two(office)
    families = await reachable(office, 3, "20a1")
    number = await sent_to_all(office, author, **POLL)
    for family, choice in zip(families, (1, 1, 2), strict=True):
        args = (number, family.caregiver_id, choice, None, office.now)
        await office.db.write(campaign_results.put_answer, *args)
    page = await lead.get(f"/campaigns/{number}")
    assert "<strong>3</strong> người trả lời trên 3" in page.text
    assert '<td>Đi được</td><td class="n">2</td>' in page.text
    assert "Đi được: 2</title>" in page.text


async def test_open_answers_are_for_those_who_see_the_families(office: Office) -> None:
    author, lead = await two(office)
    school = await office.officer(Role.SCHOOL, "20a")
    (family,) = await reachable(office, 1, "20a1")
    number = await sent_to_all(office, author, ask="open", asked="Nhà mình cần gì?")
    words = "<script>alert(1)</script> cần sách"
    args = (number, family.caregiver_id, None, words, office.now)
    await office.db.write(campaign_results.put_answer, *args)
    page = await lead.get(f"/campaigns/{number}/words")
    assert "&lt;script&gt;alert(1)&lt;/script&gt; cần sách" in page.text
    assert "cần sách" not in (await lead.get(f"/campaigns/{number}")).text
    for path in ("words", "people"):
        assert (await school.get(f"/campaigns/{number}/{path}")).status_code == 404
    page = await school.get(f"/campaigns/{number}")
    assert page.status_code == 200
    assert f"/campaigns/{number}/words" not in page.text
    lines = await office.db.read(audit.lines, None, 50)
    assert "campaign answers read" in {line.action for line in lines}
    assert not any("cần sách" in (line.detail or "") for line in lines)


async def test_what_was_taken_back_is_never_sent(office: Office) -> None:
    author, _ = await two(office)
    await reachable(office, 2, "20a1")
    number = await written(author)
    assert await presses(author, number, "submit") == ""
    assert "Thu hồi" in (await author.get(f"/campaigns/{number}")).text
    assert await presses(author, number, "undo") == ""
    assert (await found(office, number)).state is State.DRAFT
    office.later(minutes=20)
    assert await on_its_way(office) == 0
    assert await presses(author, number, "undo") == "state"


async def test_it_is_too_late_to_take_back_what_has_begun(office: Office) -> None:
    author, _ = await two(office)
    await reachable(office, 2, "20a1")
    number = await written(author)
    await presses(author, number, "submit")
    office.later(minutes=11)
    await on_its_way(office)
    assert await presses(author, number, "undo") == "late"
    page = await author.get(f"/campaigns/{number}?no=late")
    assert 'role="alert"' in page.text


async def test_the_rest_can_be_cancelled_and_the_numbers_add_up(office: Office) -> None:
    author, _ = await two(office)
    await reachable(office, 7, "20a1")
    number = await written(author)
    await presses(author, number, "submit")
    office.later(minutes=11)
    await on_its_way(office)
    assert await presses(author, number, "cancel") == ""
    page = await author.get(f"/campaigns/{number}")
    assert numbers(page) == [0, 0, 0, 0, 7, 0, 7]
    assert await presses(author, number, "resume") == "state"


async def test_only_what_failed_goes_again(office: Office) -> None:
    author, _ = await two(office)
    await reachable(office, 4, "20a1")
    number = await written(author)
    await presses(author, number, "submit")
    office.later(minutes=11)
    await on_its_way(office)
    await office.db.write(_fail_one, number, office.now)
    await sent(office, number)
    await on_its_way(office)
    assert "Gửi lại 1 người" in (await author.get(f"/campaigns/{number}")).text
    answer = await author.post(f"/campaigns/{number}/retry")
    assert answer.headers["location"].endswith("?done=retry")
    progress = await office.db.read(campaign_results.progress, number)
    assert (progress.sent, progress.waiting, progress.failed) == (3, 1, 0)


def _fail_one(conn: Connection, campaign_id: int, now: datetime) -> None:
    row_id, _ = campaign_results.results(conn, campaign_id, outbox.PENDING, limit=1)[0]
    claims.settle(conn, row_id, outbox.FAILED, now, reason="RecipientGone")


@ONE_ENGINE
async def test_two_who_write_at_once_lose_no_words(office: Office) -> None:
    author, lead = await two(office)
    number = await written(author)
    form = {"title": "Một", "body": "Lời một", "valid_hours": "48", "version": "1"}
    assert (await author.post(f"/campaigns/{number}/write", **form)).status_code == 303
    answer = await lead.post(f"/campaigns/{number}/write", **{**form, "title": "Hai"})
    assert answer.status_code == 409
    assert 'value="Hai"' in answer.text
    assert (await found(office, number)).draft.title == "Một"


WRONG_STEPS = {
    State.DRAFT: ("undo", "pause", "resume", "retry", "send-back", "approve"),
    State.WAITING: ("submit", "undo", "pause", "resume", "retry"),
    State.APPROVED: ("submit", "pause", "resume", "retry", "send-back", "approve"),
    State.SENDING: ("submit", "resume", "send-back", "approve", "undo"),
    State.PAUSED: ("submit", "retry", "send-back", "approve", "undo"),
    State.DONE: ("submit", "pause", "resume", "send-back", "approve", "undo", "cancel"),
    State.CANCELLED: ("submit", "pause", "resume", "send-back", "approve", "undo", "retry"),
}


@ONE_ENGINE
@pytest.mark.parametrize("state", list(State))
async def test_a_step_that_does_not_fit_is_refused_kindly(office: Office, state: State) -> None:
    author, lead = await two(office)
    await reachable(office, 51 if state is State.WAITING else 2, "20a1")
    number = await _in_state(office, author, state)
    before = await found(office, number)
    await steps_up(office, lead)
    for step in WRONG_STEPS[state]:
        assert await presses(lead, number, step) in ("state", "late"), step
    assert await found(office, number) == before
    assert (await lead.get(f"/campaigns/{number}?no=state")).status_code == 200
    for page in ("write", "audience"):
        answer = await lead.get(f"/campaigns/{number}/{page}")
        assert answer.status_code == (200 if state is State.DRAFT else 303)


async def _in_state(office: Office, author: OfficerAtDesk, state: State) -> int:
    number = await written(author)
    steps = {
        State.DRAFT: (),
        State.WAITING: ("submit",),
        State.APPROVED: ("submit",),
        State.SENDING: ("submit", "go"),
        State.PAUSED: ("submit", "go", "pause"),
        State.DONE: ("submit", "go", "send"),
        State.CANCELLED: ("cancel",),
    }[state]
    for step in steps:
        if step == "go":
            office.later(minutes=11)
            await on_its_way(office)
        elif step == "send":
            await sent(office, number)
            await on_its_way(office)
        else:
            await presses(author, number, step)
    assert (await found(office, number)).state is state
    return number


@ONE_ENGINE
async def test_a_test_goes_to_the_officers_own_chat_only(office: Office) -> None:
    author, _ = await two(office)
    (own, other) = await reachable(office, 2, "20a1")
    number = await written(author)
    answer = await author.post(f"/campaigns/{number}/test")
    assert answer.headers["location"].endswith("?test=unlinked")
    await office.db.write(_link, author.id, own.caregiver_id)
    answer = await author.post(f"/campaigns/{number}/test")
    assert answer.headers["location"].endswith("?test=sent")
    assert office.woken == 1
    assert (await office.db.read(outbox.waiting))[outbox.PENDING] == 1
    progress = await office.db.read(campaign_results.progress, number)
    assert progress.total == 0
    assert (await found(office, number)).state is State.DRAFT
    assert other


def _link(conn: Connection, officer_id: int, caregiver_id: int) -> None:
    officers.change(conn, officer_id, caregiver_id=caregiver_id)


@ONE_ENGINE
async def test_a_copy_is_a_new_draft(office: Office) -> None:
    author, _ = await two(office)
    await reachable(office, 1, "20a1")
    number = await sent_to_all(office, author)
    answer = await author.post(f"/campaigns/{number}/copy")
    assert answer.headers["location"] == f"/console/campaigns/{number + 1}/write"
    assert (await found(office, number + 1)).state is State.DRAFT
