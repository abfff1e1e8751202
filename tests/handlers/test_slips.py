"""A slip of a class or hamlet list: shown, corrected or confirmed by the family, never silent."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from care.people import ChildState
from care.roster import Entry
from handlers.code_tries import MOST_TRIES
from storage import areas, caregivers, hamlets, slips
from storage.areas import Area
from storage.slips import Slip
from tests.handlers.conversation import Conversation
from tests.handlers.families import BORN, child, has, kids, me

Another = Callable[[str], Conversation]
OLD = date(2022, 5, 4)


@pytest.fixture
def hamlet(chat: Conversation, commune: Area) -> int:
    with chat.engine.connect() as conn, conn.begin():
        made = hamlets.add(conn, commune, "Thôn", "Nà Lầu")
    assert made is not None
    return made


@pytest.fixture
def slip(chat: Conversation, hamlet: int) -> Slip:
    return made(chat, hamlet)


def made(chat: Conversation, area_id: int, name: str = "Na", born_on: date = OLD) -> Slip:
    entry = Entry(2, name, born_on, "Mầm 1", "")
    with chat.engine.connect() as conn, conn.begin():
        slips.make(conn, [(entry, area_id)], "list", 1, chat.now)
        (slip,) = slips.of_batch(conn, "list", [area_id], False)
    return slip


def again(chat: Conversation, slip: Slip) -> Slip:
    with chat.engine.connect() as conn:
        found = slips.find(conn, slip.code)
    assert found is not None
    return found


def agrees(chat: Conversation) -> None:
    chat.taps("consent.yes")
    chat.taps("registration.mother")


def area_of(chat: Conversation) -> int | None:
    return me(chat).caregiver.area_id


def test_who_scans_the_code_agrees_sees_what_is_known_and_is_registered_in_the_hamlet(
    chat: Conversation, slip: Slip, hamlet: int
) -> None:
    chat.says(f"/start p{slip.code}")
    chat.sees("start/welcome")
    assert "Na" not in chat.last
    chat.taps("consent.yes")
    chat.sees("registration/ask-role")
    chat.taps("registration.mother")
    chat.sees("slips/confirm")
    assert all(words in chat.last for words in ("Na", "04/05/2022", "Mầm 1"))
    assert kids(chat) == []
    chat.taps("slips.right")
    assert chat.seen[0] == "registration/done"
    (kid,) = kids(chat)
    assert (kid.nickname, kid.born_on, kid.state) == ("Na", OLD, ChildState.BORN)
    assert area_of(chat) == hamlet
    used = again(chat, slip)
    assert (used.caregiver_id, used.name, used.born_on) == (me(chat).caregiver.id, None, None)


@pytest.mark.parametrize("form", ["tham gia {}", "THAM GIA MÃ {}", "{}", "tham gia {low}"])
def test_the_code_may_be_typed_first(chat: Conversation, slip: Slip, form: str) -> None:
    chat.says(form.format(slip.code, low=f"{slip.code[:4]} {slip.code[4:]}".lower()))
    chat.sees("start/welcome")
    agrees(chat)
    chat.sees("slips/confirm")


@pytest.mark.parametrize("form", ["tham gia {}", "{}", "mã {}"])
def test_who_is_known_already_types_it_anywhere(chat: Conversation, slip: Slip, form: str) -> None:
    has(chat, "Tí")
    chat.says(form.format(slip.code))
    chat.sees("slips/confirm")
    chat.taps("slips.right")
    assert [kid.nickname for kid in kids(chat)] == ["Tí", "Na"]


def test_of_a_young_child_it_asks_whether_it_came_early(chat: Conversation, hamlet: int) -> None:
    slip = made(chat, hamlet, born_on=BORN)
    chat.says(f"/start p{slip.code}")
    agrees(chat)
    chat.says("đúng ạ")
    chat.sees("registration/ask-term")
    chat.taps("registration.preterm")
    chat.taps("registration.weeks-32")
    assert chat.seen[0] == "registration/done"
    (kid,) = kids(chat)
    assert (kid.nickname, kid.gestation_weeks) == ("Na", 32)


def test_twins_are_asked_for_both_names(chat: Conversation, hamlet: int) -> None:
    slip = made(chat, hamlet, born_on=BORN)
    chat.says(f"/start p{slip.code}")
    agrees(chat)
    chat.taps("slips.right")
    chat.taps("registration.twins")
    chat.taps("registration.full")
    chat.sees("registration/ask-nickname")
    chat.says("An và Bình")
    assert [kid.nickname for kid in kids(chat)] == ["An", "Bình"]
    assert area_of(chat) == hamlet


def test_name_and_date_can_be_corrected(chat: Conversation, slip: Slip) -> None:
    chat.says(f"/start p{slip.code}")
    agrees(chat)
    chat.says("không đúng")
    chat.sees("slips/wrong")
    chat.taps("slips.name")
    chat.sees("slips/ask-name")
    chat.says("???")
    chat.sees("slips/bad-name")
    chat.says("Nga")
    chat.sees("slips/confirm")
    assert "Nga" in chat.last
    chat.taps("slips.date")
    chat.sees("registration/ask-date")
    chat.says("5/4/2022")
    chat.sees("registration/confirm-birth")
    chat.taps("registration.right")
    assert chat.seen[0] == "registration/done"
    (kid,) = kids(chat)
    assert (kid.nickname, kid.born_on) == ("Nga", date(2022, 4, 5))
    assert again(chat, slip).used_at is not None


def test_a_name_may_stay_after_all(chat: Conversation, slip: Slip) -> None:
    chat.says(f"/start p{slip.code}")
    agrees(chat)
    chat.taps("slips.name")
    chat.taps("slips.back")
    chat.sees("slips/confirm")
    assert "Na" in chat.last


def test_a_slip_of_another_family_stays_for_it(
    chat: Conversation, another: Another, slip: Slip
) -> None:
    chat.says(f"/start p{slip.code}")
    agrees(chat)
    chat.taps("slips.no")
    chat.sees("slips/not-mine")
    assert kids(chat) == []
    assert again(chat, slip).used_at is None
    right = another("right")
    right.says(f"/start p{slip.code}")
    agrees(right)
    right.taps("slips.right")
    assert [kid.nickname for kid in kids(right)] == ["Na"]


def test_a_used_slip_is_answered_kindly(chat: Conversation, another: Another, slip: Slip) -> None:
    chat.says(f"/start p{slip.code}")
    agrees(chat)
    chat.taps("slips.right")
    chat.says(f"tham gia {slip.code}")
    chat.sees("slips/used")
    second = another("second")
    second.says(f"/start p{slip.code}")
    agrees(second)
    second.sees("slips/used")
    assert kids(second) == []
    assert len(kids(chat)) == 1


def test_two_who_confirm_the_same_slip_both_keep_their_child(
    chat: Conversation, another: Another, slip: Slip
) -> None:
    second = another("second")
    for person in (chat, second):
        person.says(f"/start p{slip.code}")
        agrees(person)
        person.sees("slips/confirm")
    chat.taps("slips.right")
    second.taps("slips.right")
    assert again(chat, slip).caregiver_id == me(chat).caregiver.id
    assert kids(second) == []  # the buttons are over; nothing is said twice


def test_an_expired_slip_is_answered_kindly(chat: Conversation, slip: Slip) -> None:
    chat.now += slips.LIVES + timedelta(days=1)
    chat.says(f"/start p{slip.code}")
    agrees(chat)
    chat.sees("slips/expired")
    assert "registration.another" in chat.buttons


def test_wrong_codes_are_counted_and_then_even_a_right_one_waits(
    chat: Conversation, slip: Slip
) -> None:
    has(chat)
    for _ in range(MOST_TRIES):
        chat.says("tham gia ABCD2345")
        chat.sees("slips/unknown")
    chat.says(f"tham gia {slip.code}")
    chat.sees("slips/unknown")
    chat.now += timedelta(hours=1)
    chat.says(f"tham gia {slip.code}")
    chat.sees("slips/confirm")


def test_a_child_that_is_registered_already_is_not_added_again(
    chat: Conversation, hamlet: int
) -> None:
    first = has(chat, "na")
    slip = made(chat, hamlet, born_on=BORN)
    chat.says(f"tham gia {slip.code}")
    chat.sees("slips/known")
    assert [kid.id for kid in kids(chat)] == [first]
    assert area_of(chat) == hamlet
    assert again(chat, slip).used_at is not None


def test_the_place_a_family_named_itself_stays(
    chat: Conversation, slip: Slip, commune: Area, hamlet: int
) -> None:
    has(chat)
    mine = me(chat).caregiver.id
    with chat.engine.connect() as conn, conn.begin():
        other = areas.by_code(conn, "06003")
        assert other is not None
        caregivers.change(conn, mine, area_id=other.id)
    chat.says(f"tham gia {slip.code}")
    chat.taps("slips.right")
    assert area_of(chat) == other.id


def test_a_hamlet_makes_the_commune_more_exact(
    chat: Conversation, slip: Slip, commune: Area, hamlet: int
) -> None:
    has(chat)
    mine = me(chat).caregiver.id
    with chat.engine.connect() as conn, conn.begin():
        caregivers.change(conn, mine, area_id=commune.id)
    chat.says(f"tham gia {slip.code}")
    chat.taps("slips.right")
    assert area_of(chat) == hamlet


def test_for_the_words_a_hamlet_is_its_commune(chat: Conversation, slip: Slip, hamlet: int) -> None:
    chat.says(f"/start p{slip.code}")
    agrees(chat)
    chat.taps("slips.right")
    chat.says("cài đặt")
    assert "Nà Lầu, Đồng Tâm" in chat.last
    chat.says("đổi xã")
    chat.says("đồng tâm lạng sơn")
    chat.sees("place/saved")
    assert area_of(chat) == hamlet
    chat.says("đổi xã")
    chat.says("ba đình")
    assert area_of(chat) != hamlet


def test_a_link_may_name_a_hamlet(chat: Conversation, hamlet: int) -> None:
    chat.says("/start x06001-1")
    agrees(chat)
    assert area_of(chat) == hamlet


def test_a_family_code_still_works(chat: Conversation, another: Another) -> None:
    kid = has(chat)
    chat.says("mời bố")
    code = chat.last.split("**")[1]
    father = another("father")
    father.says(f"tham gia {code}")
    father.taps("consent.yes")
    father.taps("registration.father")
    assert [c.id for c in kids(father)] == [kid]
    assert child(father, kid) is not None
