"""From a row to the words on the way: who is spoken of, how, and what stands under it."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.engine import Connection

from bot.compose import Dropped, Ready, prepare
from bot.rendering import Compose, words
from care.clock import at_local
from care.messages import Kind, Outbound
from care.people import Caregiver, CaregiverState, ChildState, Frequency, Role
from channels.webchat.channel import WebChat
from content.library import Library
from content.render import reader_of
from storage import areas, caregivers, children, claims
from tests.fakes import ROUTE, Family, a_child, a_family, a_message, a_row
from tests.virtual_time import NOW

AREAS = [
    areas.AreaRow("20", "", "province", "Tỉnh", "Lạng Sơn", ()),
    areas.AreaRow("06001", "20", "commune", "Xã", "Đồng Tâm", ()),
]


@pytest.fixture
def compose(library: Library) -> Compose:
    return Compose(library, WebChat.caps)


@pytest.fixture
def mother(conn: Connection) -> Family:
    return a_family(conn)


def shown(
    conn: Connection, compose: Compose, family: Family, now: datetime = NOW, **values: Any
) -> Outbound:
    row = claims.claimed(conn, a_message(conn, family, **values))
    contact = caregivers.by_address_id(conn, family.address_id)
    assert contact is not None
    mine = children.of_caregiver(conn, family.caregiver_id)
    return words(conn, compose, row, contact.caregiver, mine, now)


def of_role(role: Role | None) -> Caregiver:
    active, normal = CaregiverState.ACTIVE, Frequency.NORMAL
    return Caregiver(1, active, role, normal, 1140, None, None, None, NOW)


@pytest.mark.parametrize(
    ("role", "goi", "con"),
    [
        (None, "bạn", "con"),
        (Role.MOTHER, "mẹ", "con"),
        (Role.FATHER, "bố", "con"),
        (Role.GRANDPARENT, "ông bà", "cháu"),
        (Role.KIN, "bạn", "cháu"),
    ],
)
def test_everybody_is_addressed_as_they_are(
    library: Library, role: Role | None, goi: str, con: str
) -> None:
    reader = reader_of(library, of_role(role), [])
    assert (reader.goi, reader.con) == (goi, con)


def test_a_push_names_its_child(conn: Connection, compose: Compose, mother: Family) -> None:
    other = a_child(conn, mother.caregiver_id, nickname="Tí")
    tip = shown(conn, compose, mother, kind=Kind.TIP)
    theirs = shown(conn, compose, mother, kind=Kind.TIP, child_id=other)
    assert "Bống" in tip.text
    assert "Tí" not in tip.text
    assert "Tí" in theirs.text


def test_twins_are_named_together(conn: Connection, compose: Compose, mother: Family) -> None:
    twin = a_child(conn, mother.caregiver_id, nickname="Na")
    params = {"children": [mother.child_id, twin]}
    assert "Bống và Na" in shown(conn, compose, mother, kind=Kind.TIP, params=params).text


def test_a_reply_speaks_of_all_who_live(conn: Connection, compose: Compose, mother: Family) -> None:
    a_child(conn, mother.caregiver_id, nickname="Khuất", state=ChildState.LOST)
    text = shown(conn, compose, mother).text
    assert "Bống" in text
    assert "Khuất" not in text


def test_a_child_of_somebody_else_is_never_named(
    conn: Connection, compose: Compose, mother: Family
) -> None:
    stranger = a_family(conn, "chat-2", nickname="Lạ")
    params = {"children": [mother.child_id, stranger.child_id]}
    assert "Lạ" not in shown(conn, compose, mother, kind=Kind.TIP, params=params).text


def test_a_duty_says_its_last_day_and_when_it_has_passed(
    conn: Connection, compose: Compose, mother: Family
) -> None:
    before = shown(conn, compose, mother, at_local(date(2026, 5, 11), 0), kind=Kind.REMINDER)
    after = shown(conn, compose, mother, at_local(date(2026, 5, 12), 0), kind=Kind.REMINDER, slot=1)
    assert "11/05/2026" in before.text
    assert before.text != after.text
    actions = [button.id.partition(":")[0] for button in before.buttons]
    assert actions[:2] == ["papers.done", "duties.later"]


def test_the_station_is_the_one_of_the_commune(
    conn: Connection, compose: Compose, mother: Family
) -> None:
    areas.import_rows(conn, AREAS, NOW)
    message = "fallback/unknown"
    assert "trạm y tế xã, phường" in shown(conn, compose, mother, message=message).text
    for code, named in (("06001", True), ("20", False)):
        area = areas.by_code(conn, code)
        assert area is not None
        caregivers.change(conn, mother.caregiver_id, area_id=area.id)
        text = shown(conn, compose, mother, message=message).text
        assert ("trạm y tế Đồng Tâm" in text) is named


def test_labels_come_from_the_action_unless_given(
    conn: Connection, compose: Compose, mother: Family
) -> None:
    wanted = [
        ["menu.home", None, None],
        ["children.open:12~7", "Bống", None],
        ["consent.yes~3", "", None],
        ["call", "Gọi 115", "tel:115"],
    ]
    out = shown(conn, compose, mother, params={"buttons": wanted})
    assert [(b.id, b.label, b.url) for b in out.buttons] == [
        ("menu.home", "Bảng chọn", None),
        ("children.open:12~7", "Bống", None),
        ("consent.yes~3", "Đồng ý", None),
        ("call", "Gọi 115", "tel:115"),
    ]


def test_an_edit_names_the_message_it_replaces(
    conn: Connection, compose: Compose, mother: Family
) -> None:
    assert shown(conn, compose, mother, params={"edit": "17"}).edit == "17"
    assert shown(conn, compose, mother).edit is None


def test_what_no_officer_read_says_so(conn: Connection, compose: Compose, mother: Family) -> None:
    note = compose.library.label("item.draft")
    assert shown(conn, compose, mother, kind=Kind.TIP).text.endswith(note)
    assert note not in shown(conn, compose, mother).text


def test_a_copy_comes_without_a_sound(engine: Engine, compose: Compose) -> None:
    with engine.begin() as conn:
        mother = a_family(conn)
        first = a_message(conn, mother)
        again = a_message(conn, mother)
        claims.release(conn, again, NOW, attempt=True, resend=True)
    quiet = {}
    for _ in range(2):
        with engine.begin() as conn:
            found = prepare(conn, compose, ROUTE, NOW, ())
        assert isinstance(found, Ready)
        quiet[found.row.id] = found.out.silent
    assert quiet == {first: False, again: True}


def test_nothing_waits_nothing_is_made(conn: Connection, compose: Compose) -> None:
    assert prepare(conn, compose, ROUTE, NOW, ()) is None


def test_preparing_claims_and_dropping_settles(
    conn: Connection, compose: Compose, mother: Family
) -> None:
    late = a_message(conn, mother, expires_at=NOW)
    good = a_message(conn, mother)
    assert prepare(conn, compose, ROUTE, NOW, ()) == Dropped(late, "window")
    found = prepare(conn, compose, ROUTE, NOW, ())
    assert isinstance(found, Ready)
    assert found.row.id == good
    assert (a_row(conn, late).state, a_row(conn, good).state) == ("expired", "sending")


def test_who_is_busy_waits(conn: Connection, compose: Compose, mother: Family) -> None:
    a_message(conn, mother)
    assert prepare(conn, compose, ROUTE, NOW, (mother.address_id,)) is None
    assert prepare(conn, compose, ROUTE, NOW, ()) is not None


def test_what_comes_after_another_try_waits_for_it(
    conn: Connection, compose: Compose, mother: Family
) -> None:
    first, second = a_message(conn, mother), a_message(conn, mother)
    neighbour = a_message(conn, a_family(conn, "chat-2"))
    claims.release(conn, first, NOW + timedelta(seconds=30), attempt=True)
    found = prepare(conn, compose, ROUTE, NOW, (), (first,))
    assert isinstance(found, Ready)
    assert found.row.id == neighbour
    assert prepare(conn, compose, ROUTE, NOW, (), (first,)) is None
    control = prepare(conn, compose, ROUTE, NOW, ())
    assert isinstance(control, Ready)
    assert control.row.id == second


def test_every_item_can_be_shown_to_everybody(
    conn: Connection, compose: Compose, mother: Family
) -> None:
    """Whatever the role, with and without a nickname: no hole, no token left."""
    nameless = a_child(conn, mother.caregiver_id, nickname=None)
    row = claims.claimed(conn, a_message(conn, mother))
    mine = children.of_caregiver(conn, mother.caregiver_id)
    for item in compose.library.items:
        for role in (None, *Role):
            for kids in ([mother.child_id], [nameless], [mother.child_id, nameless]):
                one = claims.Row(
                    row.id, row.caregiver_id, row.address_id, Kind.TIP, item, kids[0],
                    {"children": kids}, row.expires_at, 0, 0,
                )  # fmt: skip
                out = words(conn, compose, one, of_role(role), mine, NOW)
                assert out.text.strip()
                assert "{" not in out.text


@pytest.mark.parametrize(
    ("most", "buttons", "said"),
    [
        (40, 3, "bấm một nút"),
        (5, 3, "bấm một nút"),
        (5, 6, "gõ một số"),
        (0, 3, "gõ một số"),
        (0, 0, "gõ một số"),
    ],
)
def test_who_sees_numbers_is_told_to_type_one(
    conn: Connection, library: Library, mother: Family, most: int, buttons: int, said: str
) -> None:
    few = Compose(library, replace(WebChat.caps, buttons=most))
    params = {"buttons": [[f"menu.{n}", "Mục", None] for n in range(buttons)]}
    out = shown(conn, few, mother, message="fallback/unknown", params=params)
    assert f"Mẹ {said}, hoặc gõ GIÚP" in out.text


@pytest.mark.parametrize(("most", "said"), [(40, 'bấm "Đã tiêm"'), (0, 'gõ "Đã tiêm"')])
def test_a_reminder_with_its_own_buttons_too(
    conn: Connection, library: Library, mother: Family, most: int, said: str
) -> None:
    few = Compose(library, replace(WebChat.caps, buttons=most))
    late = at_local(date(2027, 12, 1), 600)
    out = shown(conn, few, mother, late, kind=Kind.REMINDER, message="rm-vx5m")
    assert out.buttons
    assert said in out.text


def test_a_button_to_a_page_of_ours_leads_to_where_families_reach_it(
    conn: Connection, library: Library, mother: Family
) -> None:
    params = {"buttons": [["book.page", None, "/book/abc"], ["call", "115", "tel:115"]]}
    reached = Compose(library, WebChat.caps, home="https://chat.example")
    urls = [b.url for b in shown(conn, reached, mother, params=params).buttons]
    assert urls == ["https://chat.example/book/abc", "tel:115"]
    alone = Compose(library, WebChat.caps)
    assert shown(conn, alone, mother, params=params).buttons[0].url == "/book/abc"
