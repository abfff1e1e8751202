"""An officer's own chat: linked by a code, one chat an officer, gone with the account."""

import pytest
from sqlalchemy.engine import Connection

from storage import areas, officer_chats, officers, privacy
from storage.areas import AreaRow
from tests.storage.families import DAY, MINUTE, NOW, a_caregiver

TREE = (
    AreaRow("VN", "", "country", "quốc gia", "Việt Nam", ()),
    AreaRow("20a", "VN", "commune", "xã", "Đồng Tâm", ()),
)


@pytest.fixture
def home(conn: Connection) -> int:
    areas.import_rows(conn, TREE, NOW)
    area = areas.by_code(conn, "20a")
    assert area is not None
    return area.id


def an_officer(conn: Connection, area_id: int, login: str = "lan", role: str = "station") -> int:
    made = officers.add(
        conn, login=login, name=login, role=role, area_id=area_id, password_hash="x", now=NOW
    )
    assert made is not None
    officers.change(conn, made, state=officers.ACTIVE)
    return made


def test_a_code_links_a_chat_once_within_its_time(conn: Connection, home: int) -> None:
    lan = an_officer(conn, home)
    officer_chats.offer(conn, lan, "ABCD2345", NOW)
    assert officer_chats.take(conn, "ABCD2346", 7, NOW) is None
    found = officer_chats.take(conn, "abcd2345", 7, NOW + 14 * MINUTE)
    assert found is not None
    assert found.id == lan
    linked = officer_chats.of_caregiver(conn, 7)
    assert linked is not None
    assert linked.id == lan
    assert officer_chats.take(conn, "ABCD2345", 8, NOW) is None


def test_an_old_code_links_nothing(conn: Connection, home: int) -> None:
    lan = an_officer(conn, home)
    officer_chats.offer(conn, lan, "ABCD2345", NOW)
    officer_chats.offer(conn, lan, "WXYZ2345", NOW)
    assert officer_chats.take(conn, "ABCD2345", 7, NOW) is None
    assert officer_chats.take(conn, "WXYZ2345", 7, NOW + 15 * MINUTE) is None
    assert officer_chats.of_caregiver(conn, 7) is None


def test_a_chat_speaks_for_one_officer(conn: Connection, home: int) -> None:
    lan, mai = an_officer(conn, home), an_officer(conn, home, "mai")
    for officer, code in ((lan, "ABCD2345"), (mai, "WXYZ2345")):
        officer_chats.offer(conn, officer, code, NOW)
        officer_chats.take(conn, code, 7, NOW)
    seats = officer_chats.seats(conn, {"station"})
    assert [(seat.officer_id, seat.caregiver_id) for seat in seats] == [(lan, None), (mai, 7)]
    assert officer_chats.seats(conn, {"lead"}) == []


def test_a_disabled_officer_is_unlinked_and_no_code_works(conn: Connection, home: int) -> None:
    lan = an_officer(conn, home)
    officer_chats.offer(conn, lan, "ABCD2345", NOW)
    officer_chats.take(conn, "ABCD2345", 7, NOW)
    officer_chats.offer(conn, lan, "WXYZ2345", NOW)
    officers.disable(conn, lan)
    assert officer_chats.of_caregiver(conn, 7) is None
    assert officer_chats.take(conn, "WXYZ2345", 7, NOW) is None
    assert officer_chats.seats(conn, {"station"}) == []


def test_an_officers_chat_outlives_the_unconsented_till_it_is_unlinked(
    conn: Connection, home: int
) -> None:
    contact = a_caregiver(conn, "9", state="new")
    lan = an_officer(conn, home)
    officer_chats.offer(conn, lan, "ABCD2345", NOW)
    officer_chats.take(conn, "ABCD2345", contact.caregiver.id, NOW)
    assert privacy.purge_unconsented(conn, NOW + 99 * DAY) == 0
    privacy.erase(conn, contact, "event-1", NOW)
    found = officers.get(conn, lan)
    assert found is not None
    assert found.caregiver_id is None
    assert privacy.purge_unconsented(conn, NOW + 99 * DAY) == 1
