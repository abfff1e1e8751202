"""The family's commune."""

import pytest

from storage import areas, caregivers
from storage.areas import Area
from storage.tables import area_aliases
from storage.tables import areas as areas_table
from tests.handlers.conversation import Conversation


@pytest.fixture
def asked(chat: Conversation) -> Conversation:
    """At the question for the commune."""
    _until_named(chat)
    chat.sees("place/ask")
    return chat


def _until_named(chat: Conversation, payload: str = "") -> None:
    chat.says(f"/start {payload}".strip())
    chat.taps("consent.yes")
    chat.taps("registration.mother")
    chat.says("12/3/2026")
    chat.taps("registration.term")
    chat.says("Na")


def place(chat: Conversation) -> str | None:
    with chat.engine.connect() as conn:
        contact = caregivers.find(conn, chat.address)
        assert contact is not None
        area_id = contact.caregiver.area_id
        area = areas.get(conn, area_id) if area_id is not None else None
    return area.code if area else None


@pytest.mark.parametrize("typed", ["Ba Đình", "phuong ba dinh", "Phường Ba Đình, thành phố Hà Nội"])
def test_the_only_exact_name_is_taken_at_once_and_told(asked: Conversation, typed: str) -> None:
    asked.says(typed)
    assert asked.seen[:2] == ["place/saved", "registration/done"]
    assert place(asked) == "06004"


def test_several_places_of_one_name_are_buttons(asked: Conversation) -> None:
    asked.says("đồng tâm")
    asked.sees("place/pick")
    labels = [button.label for button in asked.said[-1].buttons]
    assert "Đồng Tâm, Lạng Sơn" in labels
    assert "Đồng Tâm, Hà Nội" in labels
    asked.says("đồng tâm lạng sơn")
    assert asked.seen[:2] == ["place/saved", "registration/done"]
    assert place(asked) == "06001"


def test_search_as_they_type(asked: Conversation) -> None:
    asked.says("dong m")
    asked.sees("place/pick")
    asked.taps("place.pick")
    assert asked.seen[:2] == ["place/saved", "registration/done"]
    assert place(asked) == "06002"


def test_an_unknown_place_is_asked_again_and_can_be_skipped(asked: Conversation) -> None:
    asked.says("xã không có thật")
    asked.sees("place/none")
    asked.says("bo qua")
    assert asked.seen[0] == "registration/done"
    assert place(asked) is None


@pytest.mark.parametrize("bad", ["place.pick:999", "place.pick:x", "place.pick:1", "place.pick"])
def test_a_made_up_button_picks_nothing(asked: Conversation, bad: str) -> None:
    asked.taps_exactly(bad)
    asked.sees("place/ask")
    assert place(asked) is None


def test_the_place_can_be_changed_later(asked: Conversation) -> None:
    asked.says("Ba Đình")
    asked.says("đổi xã")
    asked.sees("place/ask")
    asked.says("Đồng Mỏ")
    asked.sees("place/saved")
    assert place(asked) == "06002"
    asked.taps("place.change")
    asked.taps("place.skip")
    asked.sees("place/kept")
    assert place(asked) == "06002"


def test_a_link_with_the_commune_spares_the_question(chat: Conversation) -> None:
    _until_named(chat, "x06001")
    assert chat.seen[0] == "registration/done"
    assert place(chat) == "06001"


def test_the_commune_of_the_installation_spares_the_question(
    chat: Conversation, commune: Area
) -> None:
    chat.root = commune
    _until_named(chat)
    assert chat.seen[0] == "registration/done"
    assert place(chat) == "06001"


def test_a_province_searches_only_within_itself(asked: Conversation) -> None:
    with asked.engine.connect() as conn:
        asked.root = areas.by_code(conn, "20")
    asked.says("ba dinh")
    asked.sees("place/none")
    asked.says("đồng tâm")
    assert place(asked) == "06001"


def test_without_a_list_of_places_nothing_is_asked(chat: Conversation) -> None:
    with chat.engine.connect() as conn, conn.begin():
        conn.execute(area_aliases.delete())
        conn.execute(areas_table.delete().where(areas_table.c.level == "commune"))
        conn.execute(areas_table.delete().where(areas_table.c.level == "province"))
        conn.execute(areas_table.delete())
    _until_named(chat)
    assert chat.seen[0] == "registration/done"
    chat.says("đổi xã")
    chat.sees("place/unknown")
