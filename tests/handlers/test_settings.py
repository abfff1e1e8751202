"""Less, more, another hour, a pause, stop, and on again."""

from datetime import date

import pytest

from care.people import Caregiver, CaregiverState, Frequency
from storage import caregivers
from tests.handlers import families
from tests.handlers.conversation import Conversation


def who(chat: Conversation) -> Caregiver:
    return families.me(chat).caregiver


@pytest.mark.parametrize(
    ("typed", "frequency"),
    [("ít", Frequency.FEW), ("IT", Frequency.FEW), ("nhiều", Frequency.MANY),
     ("vua", Frequency.NORMAL)],
)  # fmt: skip
def test_a_word_sets_how_often_at_once(
    chat: Conversation, typed: str, frequency: Frequency
) -> None:
    families.has(chat)
    chat.says(typed)
    chat.sees("settings/frequency")
    assert who(chat).frequency is frequency


def test_the_word_is_understood_inside_a_question_and_the_question_stays(
    chat: Conversation,
) -> None:
    number = families.has(chat)
    chat.taps_exactly(f"children.name:{number}")
    chat.says("ít")
    chat.sees("settings/frequency")
    chat.says("Na")
    chat.sees("children/named")


def test_settings_show_what_is_set_and_offer_the_rest(chat: Conversation) -> None:
    families.has(chat)
    chat.says("cài đặt")
    chat.sees("settings/home")
    assert "Vừa" in chat.last
    assert "19:00" in chat.last
    assert {"settings.few", "settings.many", "settings.hour", "settings.pause", "settings.stop",
            "place.change", "privacy.known"} <= set(chat.buttons)  # fmt: skip
    assert "settings.normal" not in chat.buttons
    chat.taps("settings.stop")
    chat.says("cài đặt")
    assert "settings.resume" in chat.buttons
    assert "settings.stop" not in chat.buttons


@pytest.mark.parametrize(
    ("typed", "minutes"), [("7 giờ sáng", 420), ("6h chiều", 1080), ("19:30", 1170)]
)
def test_an_hour_is_typed(chat: Conversation, typed: str, minutes: int) -> None:
    families.has(chat)
    chat.says("đổi giờ")
    chat.sees("settings/ask-hour")
    chat.says(typed)
    chat.sees("settings/hour")
    assert who(chat).send_minutes == minutes


def test_an_hour_is_tapped(chat: Conversation) -> None:
    families.has(chat)
    chat.says("đổi giờ")
    chat.taps("settings.at:690")
    chat.sees("settings/hour")
    assert who(chat).send_minutes == 690


@pytest.mark.parametrize(
    ("typed", "message"),
    [("23 giờ", "settings/quiet-hour"), ("20:30", "settings/quiet-hour"),
     ("6 giờ sáng", "settings/quiet-hour"), ("lúc nào cũng được", "settings/bad-hour")],
)  # fmt: skip
def test_an_hour_that_does_not_do_is_asked_again(
    chat: Conversation, typed: str, message: str
) -> None:
    families.has(chat)
    chat.says("đổi giờ")
    chat.says(typed)
    chat.sees(message)
    assert who(chat).send_minutes == 1140
    chat.says("7 giờ tối")
    chat.sees("settings/hour")


def test_only_offered_hours_and_pauses_are_believed(chat: Conversation) -> None:
    families.has(chat)
    chat.taps_exactly("settings.at:1439")
    chat.sees("settings/ask-hour")
    chat.taps_exactly("settings.pause-for:9999")
    chat.sees("settings/ask-pause")
    assert who(chat).state is CaregiverState.ACTIVE
    assert who(chat).send_minutes == 1140


def test_a_pause_withdraws_what_waits_and_ends_by_itself(chat: Conversation) -> None:
    number = families.has(chat)
    families.queued(chat, number, "tip-d0242")
    families.waits(chat, number, "tip-d0288")
    chat.says("tạm nghỉ")
    chat.sees("settings/ask-pause")
    chat.taps("settings.pause-for:14")
    chat.sees("settings/paused")
    assert "08/12/2026" in chat.last
    assert who(chat).state is CaregiverState.PAUSED
    assert families.pushed(chat) == {"tip-d0242": ("cancelled", "paused")}
    assert families.decided(chat) == {"tip-d0288": ("skipped", "paused")}
    with chat.engine.connect() as conn, conn.begin():
        for caregiver_id in caregivers.pauses_over(conn, date(2026, 12, 8)):
            caregivers.resume(conn, caregiver_id)
    assert who(chat).state is CaregiverState.ACTIVE


@pytest.mark.parametrize("typed", ["DỪNG", "DUNG", "stop", "không nhận nữa", "đừng gửi nữa"])
def test_stop_stops_at_once_in_one_message(chat: Conversation, typed: str) -> None:
    number = families.has(chat)
    families.queued(chat, number, "tip-d0242")
    families.waits(chat, number, "tip-d0288")
    chat.taps_exactly(f"children.name:{number}")
    chat.says(typed)
    chat.sees("settings/stopped")
    assert who(chat).state is CaregiverState.STOPPED
    assert families.pushed(chat) == {"tip-d0242": ("cancelled", "stopped")}
    assert families.decided(chat) == {"tip-d0288": ("skipped", "stopped")}


def test_after_a_stop_one_can_still_ask_and_come_back(chat: Conversation) -> None:
    number = families.has(chat)
    families.queued(chat, number, "tip-d0242")
    chat.says("dừng")
    chat.says("hôm nay")
    assert chat.seen[0].startswith("tip-")
    chat.taps_exactly("settings.pause-for:7")
    chat.sees("settings/stopped")
    chat.says("bật")
    chat.sees("settings/resumed")
    assert who(chat).state is CaregiverState.ACTIVE
    assert families.pushed(chat) == {"tip-d0242": ("cancelled", "stopped")}  # no flood


def test_stop_before_consent_promises_nothing_and_agrees_to_nothing(chat: Conversation) -> None:
    chat.says("dừng")
    chat.sees("settings/stopped")
    assert who(chat).state is CaregiverState.NEW
