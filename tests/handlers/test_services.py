"""Who helps near the family: by need and place, and never what is closed."""

from datetime import date

import pytest

from care.services import QUIET, Field
from storage import areas, caregivers, services
from storage.areas import Area
from tests.handlers import families
from tests.handlers.conversation import Conversation

TODAY = date(2026, 11, 24)
OPEN = [field for field in Field if field not in QUIET]


def lives(chat: Conversation, code: str) -> None:
    with chat.engine.connect() as conn, conn.begin():
        contact, area = caregivers.find(conn, chat.address), areas.by_code(conn, code)
        assert contact is not None
        assert area is not None
        caregivers.change(conn, contact.caregiver.id, area_id=area.id)


def there_is(chat: Conversation, code: str, name: str, field: Field = Field.HEALTH) -> int:
    with chat.engine.connect() as conn, conn.begin():
        area = areas.by_code(conn, code)
        assert area is not None
        told = (field, name, "0205.000 115", "Thôn Nà Lầu", "cả ngày đêm")
        return services.add(conn, area.id, *told, by=1, today=TODAY)


def close(chat: Conversation, service_id: int) -> None:
    with chat.engine.connect() as conn, conn.begin():
        services.close(conn, service_id, TODAY)


def test_the_nearest_first_with_phone_hours_and_the_day_of_the_check(chat: Conversation) -> None:
    families.has(chat)
    lives(chat, "06001")
    there_is(chat, "20", "Bệnh viện tỉnh")
    there_is(chat, "06001", "Trạm y tế Đồng Tâm")
    there_is(chat, "06002", "Trạm nơi khác")
    chat.says("nơi giúp ở gần")
    chat.sees("services/home")
    chat.taps("services.of:health")
    chat.sees("services/list")
    assert chat.last.index("Trạm y tế Đồng Tâm") < chat.last.index("Bệnh viện tỉnh")
    assert "Trạm nơi khác" not in chat.last
    assert "24/11/2026" in chat.last
    assert "cả ngày đêm" in chat.last
    assert [b.url for b in chat.said[-1].buttons if b.url] == ["tel:0205000115"] * 2


def test_what_is_closed_is_never_shown(chat: Conversation) -> None:
    families.has(chat)
    lives(chat, "06001")
    made = there_is(chat, "06001", "Trạm cũ")
    chat.taps_exactly("services.of:health")
    assert "Trạm cũ" in chat.last  # the control
    close(chat, made)
    chat.taps_exactly("services.of:health")
    chat.sees("services/none")
    assert "Trạm cũ" not in chat.last
    assert "111" in chat.last


@pytest.mark.parametrize("field", OPEN)
def test_where_there_is_nothing_the_line_and_the_station_are_named(
    chat: Conversation, field: Field
) -> None:
    families.has(chat)
    chat.taps_exactly(f"services.of:{field.value}")
    chat.sees("services/none")
    assert "place.change" in chat.buttons


@pytest.mark.parametrize("field", sorted(QUIET))
def test_what_nobody_should_find_is_told_without_a_trace(chat: Conversation, field: Field) -> None:
    families.has(chat)
    lives(chat, "06001")
    there_is(chat, "06001", "Người giúp", field)
    chat.taps_exactly("services.home")
    chat.taps(f"guidance.near:{field.value}")
    chat.sees("guidance/near")
    assert "Người giúp" in chat.last
    chat.taps_exactly(f"services.of:{field.value}")
    chat.sees("services/home")


def test_a_family_without_a_place_gets_those_of_where_we_work(
    chat: Conversation, commune: Area
) -> None:
    families.has(chat)
    chat.root = commune
    there_is(chat, "06001", "Trạm y tế")
    chat.taps_exactly("services.of:health")
    chat.sees("services/list")
