"""What is due for a child: the list, one duty, done, not needed, later."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from care.clock import at_local
from care.duties import Record, Told
from content.library import Library
from handlers.duties import how
from handlers.standings import ASKED_FOR_SLOT
from storage.areas import Area
from tests.handlers import families, known
from tests.handlers.conversation import Conversation
from tests.handlers.families import TODAY

Another = Callable[[str], Conversation]
DAY = timedelta(days=1)
PAPER, ITEM = "birth_registered", "rm-birthcert"
VISIT, CALL = "vx2m", "rm-vx2m"


def names(library: Library, *duties: str) -> list[str]:
    return [library.label(f"duty.{duty}") for duty in duties]


def offered(chat: Conversation) -> list[str]:
    """The duties of the list that can be tapped."""
    ones = [b for b in chat.buttons if b.startswith("duties.one:")]
    return [button.split(":")[1] for button in ones]


# The list


def test_the_list_of_a_child_of_two_months(chat: Conversation) -> None:
    number = known.born(chat)
    chat.says("việc của bé")
    chat.sees("duties/list")
    assert offered(chat) == ["pnc3", PAPER, VISIT, "hearing_check"]  # by their last days
    assert chat.buttons[-4:] == [
        f"doses.open:{number}",
        f"book.open:{number}",
        f"growth.open:{number}",
        "menu.home",
    ]
    for name in names(chat.library, VISIT, "vx3m"):  # now, and within 45 days
        assert name in chat.last
    others = ("residence", "health_card", "ck46", "vx0", "newborn_screening")
    for name in names(chat.library, *others):
        assert name not in chat.last  # they wait, come later, nobody told us, or are over


def test_what_was_due_before_the_family_came_is_asked_about(chat: Conversation) -> None:
    number = known.born(chat, joined=TODAY)
    chat.taps_exactly(f"duties.open:{number}")
    assert offered(chat) == [VISIT, "hearing_check", PAPER, "pnc3"]
    known.tell(chat, number, PAPER, state=Told.MISSED)
    chat.taps_exactly(f"duties.open:{number}")
    assert offered(chat) == [PAPER, VISIT, "hearing_check", "pnc3"]


def test_what_is_settled_leaves_the_list_and_lets_others_follow(chat: Conversation) -> None:
    number = known.born(chat)
    known.tell(chat, number, PAPER, "pnc3", day=TODAY)
    known.tell(chat, number, "hearing_check", state=Told.NOT_APPLICABLE)
    chat.taps_exactly(f"duties.open:{number}")
    assert offered(chat) == ["health_card", VISIT, "residence"]


def test_the_list_goes_by_the_doses_once_some_are_known(chat: Conversation) -> None:
    number = known.born(chat)
    known.tell(chat, number, "hepb0", "bcg1", day=known.BORN)
    known.tell(chat, number, "penta1", "opv1", "rota1", day=date(2026, 11, 23))
    chat.taps_exactly(f"duties.open:{number}")
    assert VISIT not in offered(chat)
    assert "21/12/2026" in chat.last  # the next one, 28 days later
    known.tell(chat, number, "bcg1", state=Told.MISSED)
    chat.taps_exactly(f"duties.open:{number}")
    assert "bcg" in offered(chat)  # long past, but known to be missing


def test_the_session_of_the_station_is_named(chat: Conversation, commune: Area) -> None:
    number = known.born(chat)
    known.lives_in(chat, commune, vaccine_session={"days": [5, 20], "place": "Trạm", "time": ""})
    chat.taps_exactly(f"duties.open:{number}")
    assert "05/12/2026" in chat.last
    chat.taps_exactly(f"duties.one:{VISIT}:{number}")
    assert "05/12/2026" in chat.said[-2].text


def test_what_the_area_leaves_out_is_not_in_the_list(chat: Conversation, commune: Area) -> None:
    number = known.born(chat)
    known.lives_in(chat, commune, **{"duty.hearing_check": "off"})
    chat.taps_exactly(f"duties.open:{number}")
    assert "hearing_check" not in offered(chat)


def test_of_several_children_one_is_chosen(chat: Conversation) -> None:
    one, other = known.born(chat, nickname="An"), known.born(chat, nickname="Bình")
    chat.says("viec cua be")
    chat.sees("duties/which")
    assert chat.buttons == [f"duties.open:{one}", f"duties.open:{other}", "menu.home"]
    chat.taps(f"duties.open:{other}")
    chat.sees("duties/list")
    assert "Bình" in chat.last


def test_a_pregnancy_has_a_list_of_its_own(chat: Conversation) -> None:
    number = families.expects(chat)  # due on 10/12, week 37
    chat.says("việc của bé")
    chat.sees("duties/list")
    assert offered(chat) == ["anc7", "tetanus_pregnancy", "anc6"]
    assert f"doses.open:{number}" not in chat.buttons


def test_without_a_child_there_is_no_list(chat: Conversation) -> None:
    families.joins(chat)
    chat.says("việc của bé")
    chat.sees("children/none")


# One duty


def test_one_duty_says_how_it_is_done(chat: Conversation) -> None:
    number = known.born(chat)
    chat.says("việc của bé")
    chat.taps(f"duties.one:{PAPER}")
    chat.sees("duties/one", "duties/how-birth_registered")
    assert chat.buttons == [
        f"duties.done:{PAPER}:{number}",
        f"duties.not:{PAPER}:{number}",
        f"duties.open:{number}",
        "menu.home",
    ]
    chat.taps_exactly(f"duties.one:{VISIT}:{number}")
    chat.sees("duties/one", "duties/how-doses")
    assert chat.buttons == [
        f"doses.given:{VISIT}:{number}",
        f"doses.ill:{VISIT}:{number}",
        f"doses.refuse:{VISIT}:{number}",
        f"duties.open:{number}",
        "menu.home",
    ]


@pytest.mark.parametrize("state", [None, *Told])
def test_every_duty_can_be_looked_at_whatever_is_told_of_it(
    chat: Conversation, state: Told | None
) -> None:
    number, expected = known.born(chat), families.expects(chat)
    for id_, duty in chat.library.duties.items():
        child = expected if duty.pregnancy else number
        if state is not None:
            known.tell(chat, child, id_, state=state, day=TODAY)
        chat.taps_exactly(f"duties.one:{id_}:{child}")
        chat.sees("duties/one", str(how(chat.library, id_)))
        settled = state in (Told.DONE, Told.NOT_APPLICABLE, Told.REFUSED)
        assert (f"duties.undo:{id_}:{child}" in chat.buttons) is settled


# Done, not needed, and back


def everything_waits(person: Conversation, number: int) -> None:
    families.queued(person, number, ITEM, slot=1)
    families.queued(person, number, "tip-d0242")
    families.waits(person, number, ITEM, slot=2)
    families.waits(person, number, "tip-d0288")


@pytest.mark.parametrize(
    ("action", "message", "state", "reason"),
    [
        ("duties.done", "papers/done", "done", "done"),
        ("duties.not", "duties/not-needed", "not_applicable", "not_for_child"),
    ],
)
def test_what_is_settled_stops_for_everybody_and_undo_brings_it_back(
    chat: Conversation, another: Another, action: str, message: str, state: str, reason: str
) -> None:
    number, father = known.born(chat), another("chat-2")
    families.shares(chat, father, number)
    for person in (chat, father):
        everything_waits(person, number)
    chat.taps_exactly(f"{action}:{PAPER}:{number}")
    chat.sees(message)
    assert known.states(chat, number) == {PAPER: state}
    for person in (chat, father):
        assert families.pushed(person) == {
            ITEM: ("cancelled", reason),
            "tip-d0242": ("pending", None),
        }
        assert families.decided(person) == {
            ITEM: ("skipped", reason),
            "tip-d0288": ("waiting", "budget"),
        }
    father.taps_exactly(f"duties.open:{number}")
    assert PAPER not in offered(father)
    father.taps_exactly(f"duties.undo:{PAPER}:{number}")
    father.sees("duties/undone")
    assert known.told(chat, number) == {}
    for person in (chat, father):
        assert families.pushed(person)[ITEM] == ("pending", None)
        assert families.decided(person)[ITEM] == ("waiting", "budget")
    chat.taps_exactly(f"duties.open:{number}")
    assert PAPER in offered(chat)


def test_done_is_done_today_and_said_once(chat: Conversation) -> None:
    number = known.born(chat)
    chat.taps_exactly(f"duties.done:{PAPER}:{number}")
    assert known.told(chat, number) == {PAPER: Record(Told.DONE, TODAY)}
    first = chat.last
    chat.taps_exactly(f"duties.done:{PAPER}:{number}")
    chat.sees("papers/done")
    assert chat.last != first


def test_undo_brings_nothing_else_back(chat: Conversation) -> None:
    number = known.born(chat)
    families.queued(chat, number, ITEM, slot=1)
    families.queued(chat, number, "rm-bhyt")
    for duty in (PAPER, "health_card"):
        chat.taps_exactly(f"duties.done:{duty}:{number}")
    chat.taps_exactly(f"duties.undo:{PAPER}:{number}")
    assert families.pushed(chat) == {ITEM: ("pending", None), "rm-bhyt": ("cancelled", "done")}


def test_twins_are_meant_together(chat: Conversation) -> None:
    one, other = known.twins(chat)
    for tapped in (one, other):
        chat.taps_exactly(f"duties.done:{PAPER}:{tapped}")
        assert "An và Bình" in chat.last
        assert known.states(chat, one) == known.states(chat, other) == {PAPER: "done"}
        chat.taps_exactly(f"duties.undo:{PAPER}:{tapped}")
        assert known.told(chat, one) == known.told(chat, other) == {}


# Later


def test_a_duty_put_off_comes_once_more_on_that_day(chat: Conversation) -> None:
    number = known.born(chat)
    chat.taps_exactly(f"duties.later:{ITEM}:{number}")
    chat.sees("duties/when")
    later = f"duties.later:{ITEM}:{number}"
    assert chat.buttons == [f"{later}:7", f"{later}:14", f"{later}:30", "menu.home"]
    assert known.told(chat, number) == {}
    chat.taps(f"{later}:7")
    chat.sees("duties/put-off")
    day = TODAY + 7 * DAY
    assert "01/12/2026" in chat.last
    assert chat.buttons == [f"duties.done:{PAPER}:{number}", "menu.home"]
    assert known.told(chat, number) == {PAPER: Record(Told.PUT_OFF, day)}
    (row,) = known.rows(chat, ITEM)
    assert row.slot == ASKED_FOR_SLOT == 100
    assert (row.kind, row.child_id, row.state) == ("reminder", number, "pending")
    assert (row.planned_on, row.params) == (day, {})
    minutes = families.me(chat).caregiver.send_minutes
    assert row.not_before == at_local(day, minutes)
    assert row.expires_at == row.not_before + 7 * DAY
    chat.taps_exactly(f"duties.open:{number}")
    assert PAPER in offered(chat)


def test_putting_off_again_moves_the_reminder(chat: Conversation, another: Another) -> None:
    number, father = known.born(chat), another("chat-2")
    families.shares(chat, father, number)
    father.taps_exactly(f"duties.later:{ITEM}:{number}:7")
    for days in (7, 7, 30):
        chat.taps_exactly(f"duties.later:{ITEM}:{number}:{days}")
    rows = [(row.slot, row.state, row.planned_on) for row in known.rows(chat, ITEM)]
    assert [row for row in rows if row[1] == "pending"] == [(102, "pending", TODAY + 30 * DAY)]
    assert len(rows) == 3
    theirs = known.rows(father, ITEM)  # what the other one asked for stays
    assert [(row.state, row.planned_on) for row in theirs] == [("pending", TODAY + 7 * DAY)]
    assert known.told(chat, number) == {PAPER: Record(Told.PUT_OFF, TODAY + 30 * DAY)}


def test_what_was_put_off_and_done_does_not_come(chat: Conversation) -> None:
    number = known.born(chat)
    chat.taps_exactly(f"duties.later:{ITEM}:{number}:7")
    chat.taps(f"duties.done:{PAPER}")
    assert families.pushed(chat) == {ITEM: ("cancelled", "done")}


def test_a_visit_may_wait_for_the_day_before_the_session(chat: Conversation, commune: Area) -> None:
    number = known.born(chat)
    known.lives_in(chat, commune, vaccine_session={"days": [5]})
    chat.taps_exactly(f"duties.later:{CALL}:{number}")
    assert chat.buttons[0] == f"duties.later:{CALL}:{number}:10"
    chat.taps(f"duties.later:{CALL}:{number}:10")
    chat.sees("duties/put-off")
    assert chat.buttons == ["menu.home"]
    assert [row.planned_on for row in known.rows(chat, CALL)] == [date(2026, 12, 4)]
    chat.taps_exactly(f"duties.later:{ITEM}:{number}")  # no visit
    assert chat.buttons[0] == f"duties.later:{ITEM}:{number}:7"


@pytest.mark.parametrize("day", [24, 25])
def test_a_session_of_today_or_tomorrow_is_no_day_to_wait_for(
    chat: Conversation, commune: Area, day: int
) -> None:
    number = known.born(chat)
    known.lives_in(chat, commune, vaccine_session={"days": [day]})
    chat.taps_exactly(f"duties.later:{CALL}:{number}")
    assert chat.buttons[0] == f"duties.later:{CALL}:{number}:7"


def test_nobody_waits_longer_than_the_longest_offer(chat: Conversation) -> None:
    number = known.born(chat)
    chat.taps_exactly(f"duties.later:{ITEM}:{number}:4000")
    assert [row.planned_on for row in known.rows(chat, ITEM)] == [TODAY + 30 * DAY]


def test_twins_are_reminded_of_together(chat: Conversation) -> None:
    one, other = known.twins(chat)
    chat.taps_exactly(f"duties.later:{ITEM}:{other}:14")
    chat.sees("duties/put-off")
    until = {PAPER: Record(Told.PUT_OFF, TODAY + 14 * DAY)}
    assert known.told(chat, one) == known.told(chat, other) == until
    (row,) = known.rows(chat, ITEM)
    assert (row.child_id, row.params) == (other, {"children": [one, other]})


def test_the_button_of_before_still_works(chat: Conversation) -> None:
    number = known.born(chat)
    chat.taps_exactly(f"papers.later:{ITEM}:{number}")
    chat.sees("duties/when")


# Ids in buttons are never believed


@pytest.mark.parametrize(
    "button",
    [
        "duties.one:nope:{mine}",
        "duties.one:birth_registered:{theirs}",
        "duties.one:birth_registered",
        "duties.one",
        "duties.done:nope:{mine}",
        "duties.done:birth_registered:{theirs}",
        "duties.done:birth_registered:x",
        "duties.done",
        "duties.not:nope:{mine}",
        "duties.not:birth_registered:{theirs}",
        "duties.undo:nope:{mine}",
        "duties.undo:birth_registered:{theirs}",
        "duties.later:nope:{mine}",
        "duties.later:nope:{mine}:7",
        "duties.later:tip-d0242:{mine}:7",
        "duties.later:rm-birthcert:{theirs}:7",
        "duties.later:rm-birthcert",
        "duties.later",
    ],
)
def test_wrong_ids_change_nothing(chat: Conversation, another: Another, button: str) -> None:
    mine, stranger = known.born(chat), another("chat-2")
    theirs = known.born(stranger)
    for person, number in ((chat, mine), (stranger, theirs)):
        known.tell(person, number, PAPER, day=TODAY)
    chat.taps_exactly(button.format(mine=mine, theirs=theirs))
    chat.sees("papers/unknown")
    for person, number in ((chat, mine), (stranger, theirs)):
        assert known.told(person, number) == {PAPER: Record(Told.DONE, TODAY)}
        assert families.pushed(person) == {}


def test_the_list_of_another_family_is_never_shown(chat: Conversation, another: Another) -> None:
    stranger = another("chat-2")
    theirs = known.born(stranger, nickname="Lạ")
    known.born(chat)
    chat.taps_exactly(f"duties.open:{theirs}")
    chat.sees("duties/which")
    assert "Lạ" not in chat.last
    assert all(b.label != "Lạ" for b in chat.said[-1].buttons)
