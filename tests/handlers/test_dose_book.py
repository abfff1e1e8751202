"""The vaccination book: read, copied whole, corrected one by one."""

from collections.abc import Callable
from datetime import date

import pytest

from care.duties import Record, Source, Told
from storage.areas import Area
from tests.handlers import families, known
from tests.handlers.conversation import Conversation
from tests.handlers.families import TODAY
from tests.handlers.known import born, states, tell, told
from tests.handlers.vaccinating import (
    AT_BIRTH,
    AT_THREE,
    AT_TWO,
    CALL,
    DAY,
    THREE,
    VISIT,
    doses_of,
    given,
    unknown,
)

Another = Callable[[str], Conversation]


# The book and its copy


def test_the_book_says_what_was_given_what_is_due_and_where(
    chat: Conversation, commune: Area
) -> None:
    number = born(chat)
    chat.says("sổ tiêm")
    chat.sees("doses/book")
    assert chat.buttons == [f"doses.card:-:{number}", "menu.home"]
    unknown = chat.last
    session = {"days": [5], "place": "Nhà văn hóa", "time": "7:30"}
    known.lives_in(chat, commune, vaccine_session=session)
    tell(chat, number, *AT_BIRTH, "penta1", day=date(2026, 11, 20))
    tell(chat, number, "rota1", state=Told.UNKNOWN)
    chat.taps_exactly(f"doses.open:{number}")
    assert chat.buttons == [
        f"doses.given:-:{number}",
        f"doses.card:-:{number}",
        f"doses.visits:-:{number}",
        "menu.home",
    ]
    for said in ("05/12/2026", "7:30", "Nhà văn hóa", "18/12/2026", "20/11/2026"):
        assert said in chat.last
        assert said not in unknown
    for dose in ("opv1", "penta1", "rota1", "penta2"):
        assert chat.library.label(f"dose.{dose}") in chat.last


@pytest.mark.parametrize(
    ("which", "done"),
    [
        ("none", ()),
        ("vx0", ("hepb0",)),
        ("bcg", AT_BIRTH),
        ("vx2m", (*AT_BIRTH, *AT_TWO)),
        ("vx3m", (*AT_BIRTH, *AT_TWO, *AT_THREE)),
    ],
)
def test_a_past_book_is_copied_up_to_a_visit(
    chat: Conversation, which: str, done: tuple[str, ...]
) -> None:
    number = born(chat, THREE)
    families.queued(chat, number, CALL)
    chat.taps_exactly(f"doses.card:-:{number}")
    chat.sees("doses/card")
    offers = ["none", "vx0", "bcg", "vx2m", "vx3m", "forgotten"]
    assert chat.buttons == [*(f"doses.upto:{o}:{number}" for o in offers), "menu.home"]
    assert told(chat, number) == {}
    chat.taps(f"doses.upto:{which}:{number}")
    chat.sees("doses/copied", "doses/book")
    records = doses_of(chat, number)
    assert set(records) == {*AT_BIRTH, *AT_TWO, *AT_THREE}
    assert {name for name, record in records.items() if record.state is Told.DONE} == set(done)
    assert {record.source for record in records.values()} == {Source.CARD}
    visits = {"vx0": ("hepb0",), "bcg": ("bcg1",), "vx2m": AT_TWO, "vx3m": AT_THREE}
    settled = {visit for visit, doses in visits.items() if set(doses) <= set(done)}
    assert {name for name in told(chat, number) if name in visits} == settled
    gone = ("cancelled", "done") if VISIT in settled else ("pending", None)
    assert families.pushed(chat) == {CALL: gone}


def test_a_book_nobody_remembers_is_left_to_the_station(chat: Conversation) -> None:
    number = born(chat, THREE)
    chat.taps_exactly(f"doses.upto:forgotten:{number}")
    chat.sees("doses/copied", "doses/book")
    assert unknown(chat, number) >= {"hepb0", "bcg1", "penta1", "penta2"}
    assert doses_of(chat, number) == {}
    assert f"doses.given:-:{number}" not in chat.buttons


def test_a_copy_keeps_what_was_told_before_and_replaces_a_copy(chat: Conversation) -> None:
    number = born(chat, THREE)
    tell(chat, number, "penta1", day=date(2026, 10, 22))
    chat.taps_exactly(f"doses.upto:vx2m:{number}")
    chat.taps_exactly(f"doses.upto:none:{number}")
    assert told(chat, number)["penta1"] == Record(Told.DONE, date(2026, 10, 22))
    assert told(chat, number)["opv1"].state is Told.MISSED
    assert VISIT not in told(chat, number)


def test_a_copy_leaves_a_refusal_alone(chat: Conversation) -> None:
    number = born(chat, THREE)
    chat.taps_exactly(f"doses.refuse:{VISIT}:{number}")
    chat.taps_exactly(f"doses.upto:bcg:{number}")
    assert states(chat, number)[VISIT] == "refused"
    chat.taps_exactly(f"doses.upto:vx2m:{number}")  # given after all
    assert states(chat, number)[VISIT] == "done"


# One dose after the other


def test_a_tap_changes_a_dose_in_the_same_message(chat: Conversation) -> None:
    number = born(chat)
    families.queued(chat, number, CALL)
    chat.taps_exactly(f"doses.visits:-:{number}")
    chat.sees("doses/visits")
    picks = [f"doses.pick:{visit}:{number}" for visit in ("vx0", "bcg", VISIT)]
    assert chat.buttons == [*picks, f"doses.open:{number}", "menu.home"]
    chat.taps(picks[-1])
    chat.sees("doses/pick")
    assert chat.said[-1].edit is None
    ends = [f"doses.visits:-:{number}", f"doses.open:{number}"]  # pcv1 is not offered here
    assert chat.buttons == [*(f"{picks[-1]}:{dose}" for dose in AT_TWO), *ends]
    before = [b.label for b in chat.said[-1].buttons]
    for dose in AT_TWO:
        assert VISIT not in told(chat, number)
        chat.taps_exactly(f"{picks[-1]}:{dose}")
        chat.sees("doses/pick")
        assert chat.said[-1].edit == "1"
    assert told(chat, number) == {**given(*AT_TWO), VISIT: Record(Told.DONE)}
    assert families.pushed(chat) == {CALL: ("cancelled", "done")}
    after = [b.label for b in chat.said[-1].buttons]
    assert [a == b for a, b in zip(before, after, strict=True)] == [False] * 3 + [True] * 2
    chat.taps_exactly(f"{picks[-1]}:rota1")  # a slip of the finger
    assert told(chat, number)["rota1"] == Record(Told.MISSED)
    assert VISIT not in told(chat, number)
    assert families.pushed(chat) == {CALL: ("pending", None)}


def test_the_dose_of_birth_is_a_dose_like_any_other(chat: Conversation) -> None:
    """Its visit has another name, so what is told of one never counts for the other."""
    number = born(chat, TODAY - DAY)
    key = f"doses.pick:vx0:{number}:hepb0"
    for state in (Told.DONE, Told.MISSED, Told.DONE):
        chat.taps_exactly(key)
        assert told(chat, number)["hepb0"] == Record(state)
        assert ("vx0" in told(chat, number)) is (state is Told.DONE)


def test_what_the_area_does_not_offer_can_be_corrected_but_not_added(
    chat: Conversation, commune: Area
) -> None:
    number = born(chat)
    key = f"doses.pick:{VISIT}:{number}"
    known.lives_in(chat, commune, pcv=True)
    chat.taps_exactly(f"{key}:pcv1")
    assert f"{key}:pcv1" in chat.buttons
    known.lives_in(chat, commune, pcv=False)
    chat.taps_exactly(key)
    assert f"{key}:pcv1" in chat.buttons


def test_what_was_told_of_one_twin_alone_is_kept(chat: Conversation) -> None:
    one, other = known.twins(chat)
    chat.taps_exactly(f"doses.pick:{VISIT}:{other}:rota1")
    assert "rota1" not in told(chat, one)
    chat.taps_exactly(f"doses.upto:bcg:{one}")
    assert told(chat, other)["rota1"] == Record(Told.DONE)
    assert told(chat, one)["rota1"] == Record(Told.MISSED, None, Source.CARD)


def test_a_dose_of_another_visit_is_not_changed(chat: Conversation) -> None:
    number = born(chat)
    for dose in ("penta2", "nope"):
        chat.taps_exactly(f"doses.pick:{VISIT}:{number}:{dose}")
        chat.sees("doses/pick")
    assert told(chat, number) == {}


def test_the_book_of_another_family_is_never_shown(chat: Conversation, another: Another) -> None:
    stranger = another("chat-2")
    theirs = born(stranger, nickname="Lạ")
    families.expects(chat)
    chat.taps_exactly(f"doses.open:{theirs}")
    chat.sees("doses/not-born")
