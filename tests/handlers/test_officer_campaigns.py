"""An officer writes campaigns in the own chat, by the rules of the pages; nobody else can."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from care.audience import Audience
from care.campaigns import Asks, Draft, State
from care.scope import Role
from content.campaign_words import sample
from handlers import ROUTES
from handlers.turn import Office
from storage import conversations, discreet, officer_chats, officers
from tests.handlers import families
from tests.handlers.conversation import Conversation
from tests.handlers.officers import Desk, chooses, desk, engine, opens, writes

__all__ = ["desk", "engine"]
ONE_ENGINE = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)


def test_a_small_campaign_goes_after_the_delay_and_can_be_taken_back(desk: Desk) -> None:
    desk.reaches(3, "06001a")
    chat = desk.chat("lan", Role.STATION)
    opens(chat)
    writes(chat, "6-35")
    assert desk.newest().draft.audience == Audience(months=(6, 35))
    chat.taps("officer.who")
    chooses(chat, "officer.who-is", "all")
    hamlet = desk.area("06001a").id
    chooses(chat, "officer.where-is", str(hamlet))
    assert desk.newest().draft.audience == Audience(areas=(hamlet,))
    chat.taps("officer.preview")
    chat.sees(desk.newest().message, "officer/count")
    assert "**3** người" in chat.last
    chat.taps("officer.hand-in")
    chat.sees("officer/did", "officer/approved")
    made = desk.newest()
    assert (made.state, made.counted) == (State.APPROVED, 3)
    assert made.held_until == chat.now + timedelta(minutes=10)
    chat.taps("officer.undo")
    chat.sees("officer/did", "officer/draft")
    assert desk.newest().state is State.DRAFT
    chosen = ["audience chosen"] * 4
    told = ["campaign written", *chosen, "campaign handed in", "campaign taken back"]
    assert desk.acts() == told


def test_too_late_to_take_back(desk: Desk) -> None:
    desk.reaches(1)
    chat = desk.chat("lan", Role.STATION)
    opens(chat)
    writes(chat)
    chat.taps("officer.preview")
    chat.taps("officer.hand-in")
    chat.now += timedelta(minutes=10)
    chat.taps("officer.undo")
    chat.sees("officer/refused")
    assert desk.newest().state is State.APPROVED


def test_the_preview_is_what_a_family_gets(desk: Desk) -> None:
    desk.reaches(1)
    chat = desk.chat("lan", Role.STATION)
    opens(chat)
    writes(chat)
    chat.taps("officer.preview")
    made = desk.newest()
    shown = next(out for out in chat.said if out.message == made.message)
    assert shown == sample(desk.library, made.id, made.draft, "Đồng Tâm")
    assert "Mời mẹ đưa Bống ra " in shown.text
    assert not any("{" in out.text for out in chat.said[-2:])


def test_a_poll_is_typed_line_by_line(desk: Desk) -> None:
    chat = desk.chat("lan", Role.STATION)
    opens(chat)
    writes(chat)
    chat.taps("officer.question")
    chat.says("Nhà mình đi được không?")
    chat.sees("officer/ask-options")
    chat.says("Đi được")
    chat.sees("officer/wrong")
    chat.says("Đi được\n\n  Chưa  đi được \n")
    chat.sees("officer/draft")
    asked = desk.newest().draft.question
    assert asked is not None
    assert (asked.kind, asked.options) == (Asks.POLL, ("Đi được", "Chưa đi được"))
    chat.taps("officer.no-question")
    chat.sees("officer/draft")
    assert desk.newest().draft.question is None


@ONE_ENGINE
@pytest.mark.parametrize(
    ("steps", "typed", "told"),
    [
        (("officer.new",), "x" * 121, "120 ký tự"),
        (("officer.new",), "Chào {ten}", "{ten_be}"),
        (("officer.new",), "Xem evil.example.com", "Đường dẫn"),
        (("officer.new", "Tiêu đề"), "x" * 1501, "1500 ký tự"),
        (("officer.new", "Tiêu đề"), "Một dấu { lẻ", "{ten_be}"),
        (("officer.new", "Tiêu đề"), "https://evil.example.com/a", "Đường dẫn"),
    ],
)
def test_what_is_wrong_is_told_in_words_and_asked_again(
    desk: Desk, steps: tuple[str, ...], typed: str, told: str
) -> None:
    chat = desk.chat("lan", Role.STATION)
    opens(chat)
    chat.taps(steps[0])
    for text in steps[1:]:
        chat.says(text)
    chat.says(typed)
    chat.sees("officer/wrong")
    assert told in chat.last
    chat.says("Lời đúng")
    assert chat.seen in (["officer/ask-body"], ["officer/who"])


@ONE_ENGINE
def test_links_go_where_the_installation_allows(desk: Desk) -> None:
    chat = desk.chat("lan", Role.STATION)
    chat.office = Office(link_hosts=("moh.example.vn",))
    opens(chat)
    chat.taps("officer.new")
    chat.says("Tiêu đề")
    chat.says("Xem https://moh.example.vn/a")
    chat.sees("officer/who")


def test_half_written_text_outlives_the_menu(desk: Desk) -> None:
    chat = desk.chat("lan", Role.STATION)
    families.joins(chat)
    opens(chat)
    chat.taps("officer.new")
    chat.says("Uống vitamin A")
    chat.taps("menu.home") if "menu.home" in chat.buttons else chat.says("/menu")
    chat.sees("menu/home")
    opens(chat)
    chat.taps("officer.go-on")
    chat.sees("officer/ask-body")
    chat.says("Mời {goi} đến.")
    assert desk.newest().draft.title == "Uống vitamin A"
    opens(chat)
    assert "officer.go-on" not in chat.buttons


@ONE_ENGINE
def test_a_draft_of_the_pages_is_finished_here(desk: Desk) -> None:
    desk.reaches(2)
    chat = desk.chat("lan", Role.STATION)
    audience = Audience(duty="birth-registration")
    desk.writes(chat, Draft("Khai sinh", "Mời {goi} ra xã.", audience))
    opens(chat)
    chat.taps("officer.drafts")
    chat.taps("officer.open")
    chat.taps("officer.title")
    chat.says("Khai sinh cho bé")
    chat.sees("officer/draft")
    made = desk.newest().draft
    assert (made.title, made.audience) == ("Khai sinh cho bé", audience)


@ONE_ENGINE
def test_what_tells_of_a_danger_is_kept_and_the_numbers_stand_beside_it(desk: Desk) -> None:
    chat = desk.chat("lan", Role.STATION)
    opens(chat)
    chat.taps("officer.new")
    chat.says("Phòng đuối nước")
    chat.says("Bé không thở, tím tái: gọi cấp cứu ngay.")
    chat.sees("officer/if-real", "officer/who")
    chat.taps_exactly("officer.new")
    chat.says("/menu")
    chat.says("Bé không thở, tím tái")  # the negative control: nothing is written now
    assert chat.seen[0].startswith("emergency/")


def ordinary(chat: Conversation) -> list[str]:
    chat.says("cán bộ")
    return chat.seen


@pytest.mark.parametrize("typed", ["cán bộ", "can bo", "/canbo"])
def test_families_hear_what_they_always_heard(desk: Desk, typed: str) -> None:
    family = Conversation(desk.engine, desk.library, desk.chat("lan", Role.STATION).now)
    families.has(family)
    family.says(typed)
    assert not any(message.startswith("officer/") for message in family.seen)
    assert typed != "/canbo" or family.seen == ["talk/opened"]


@ONE_ENGINE
@pytest.mark.parametrize("button", ["menu", "new", "drafts", "open:1", "approve:1:1", "go-on"])
def test_buttons_do_nothing_for_families(desk: Desk, button: str) -> None:
    family = Conversation(desk.engine, desk.library, desk.chat("lan", Role.STATION).now)
    families.has(family)
    family.taps_exactly(f"officer.{button}")
    family.sees("fallback/stale")


Gone = Callable[[Desk, Conversation], None]


def disabled(desk: Desk, chat: Conversation) -> None:
    officer_id = desk.officer(chat)
    with desk.engine.begin() as conn:
        officers.disable(conn, officer_id)


def set_aside(desk: Desk, chat: Conversation) -> None:
    """The state alone, with the chat still linked."""
    desk.sets(chat, state=officers.DISABLED)


@pytest.mark.parametrize("gone", [disabled, set_aside])
@pytest.mark.parametrize("typed", ["Uống vitamin A", "tin hôm nay"])
def test_a_disabled_officer_gets_the_ordinary_answer(desk: Desk, gone: Gone, typed: str) -> None:
    chat = desk.chat("lan", Role.STATION)
    families.has(chat)
    family = Conversation(desk.engine, desk.library, chat.now, chat_id="nha")
    families.has(family)
    opens(chat)
    chat.taps("officer.new")
    gone(desk, chat)
    chat.says(typed)
    family.says(typed)
    assert chat.seen == family.seen
    assert ordinary(chat) == ordinary(family)
    chat.taps_exactly("officer.new")
    chat.sees("fallback/stale")


@ONE_ENGINE
def test_a_role_that_writes_nothing_sees_no_campaigns(desk: Desk) -> None:
    chat = desk.chat("lan", Role.ADMIN)
    chat.says("cán bộ")
    chat.sees("officer/no-campaigns")
    chat.taps_exactly("officer.new")
    assert chat.seen[0].startswith("fallback/stale")


@ONE_ENGINE
def test_after_linking_the_menu_is_one_tap_away(desk: Desk) -> None:
    lan = desk.chat("lan", Role.STATION)
    officer_id = desk.officer(lan)
    with desk.engine.begin() as conn:
        officer_chats.offer(conn, officer_id, "ABCD2345", lan.now)
    phone = Conversation(desk.engine, desk.library, lan.now, chat_id="phone")
    phone.says("cán bộ ABCD2345")
    phone.taps("officer.menu")
    phone.sees("officer/menu")


@ONE_ENGINE
def test_a_question_of_another_conversation_stays_open(desk: Desk) -> None:
    chat = desk.chat("lan", Role.STATION)
    families.has(chat)
    opens(chat)
    writes(chat)
    made = desk.newest()
    chat.taps_exactly("settings.hour")
    chat.taps_exactly(f"officer.who-is:{made.id}:{made.version}:0-5")
    chat.sees("officer/where")
    chat.says("9 giờ")
    chat.sees("settings/hour")


@ONE_ENGINE
def test_what_is_told_discreetly_never_gets_into_a_campaign(desk: Desk) -> None:
    chat = desk.chat("lan", Role.STATION)
    families.has(chat)
    opens(chat)
    chat.taps("officer.new")
    me, awaited = families.me(chat).address_id, next(iter(ROUTES.quiet))
    with desk.engine.begin() as conn:
        discreet.touch(conn, me, chat.now)
        discreet.put(conn, me, awaited, {}, chat.now)
    chat.says("Cháu ở nhà bên hay bị mắng")
    assert not any(message.startswith("officer/") for message in chat.seen)
    with desk.engine.begin() as conn:
        assert "mắng" not in str(conversations.get(conn, me))
        discreet.end(conn, me)
    chat.says("Uống vitamin A")
    chat.sees("officer/ask-body")
