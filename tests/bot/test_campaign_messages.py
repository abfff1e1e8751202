"""A campaign as each reader gets it: called by their name, about the children that fit."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy.engine import Connection

from bot.rendering import Compose, words
from care.campaigns import Asks, Draft, Press, Question
from care.messages import Kind, Outbound
from care.people import ChildState, Role
from channels.webchat.channel import WebChat
from content.library import Library
from content.render import RenderError
from storage import campaigns, caregivers, children, claims
from storage.areas import by_code, import_rows
from tests.fakes import Family, a_child, a_family, a_message
from tests.storage.crowds import AREAS
from tests.virtual_time import NOW

DRAFT = Draft("Mời {goi}", "{goi} đưa {ten_be} đến {tram}, {thon} nhé. {goi.x} {{7*7}}")


@pytest.fixture
def compose(library: Library) -> Compose:
    return Compose(library, WebChat.caps)


@pytest.fixture
def mother(conn: Connection) -> Family:
    import_rows(conn, AREAS, NOW)
    return a_family(conn)


def shown(
    conn: Connection, compose: Compose, family: Family, draft: Draft = DRAFT, **params: Any
) -> Outbound:
    country = by_code(conn, "VN")
    assert country is not None
    campaign_id = campaigns.create(conn, country.id, 1, draft, NOW)
    row_id = a_message(
        conn,
        family,
        kind=Kind.CAMPAIGN,
        message=f"campaign:{campaign_id}",
        child_id=0,
        params=params,
    )
    contact = caregivers.by_address_id(conn, family.address_id)
    assert contact is not None
    mine = children.of_caregiver(conn, family.caregiver_id)
    return words(conn, compose, claims.claimed(conn, row_id), contact.caregiver, mine, NOW)


def test_placeholders_are_filled_and_everything_else_stays(
    conn: Connection, compose: Compose, mother: Family
) -> None:
    out = shown(conn, compose, mother)
    told = "Mẹ đưa Bống đến trạm y tế xã, phường, nơi mình ở nhé. {goi.x} {{7*7}}"
    assert out.text == f"Mời mẹ\n\n{told}"
    assert (out.title, out.buttons, out.image) == ("Mời mẹ", (), None)


@pytest.mark.parametrize(
    ("code", "places"),
    [
        ("06001-1", "đến trạm y tế Đồng Tâm, thôn Nà Pàn nhé"),
        ("06001", "đến trạm y tế Đồng Tâm, nơi mình ở nhé"),
    ],
)
def test_places_are_where_the_family_lives(
    conn: Connection, compose: Compose, mother: Family, code: str, places: str
) -> None:
    area = by_code(conn, code)
    assert area is not None
    caregivers.change(conn, mother.caregiver_id, area_id=area.id)
    assert places in shown(conn, compose, mother).text


def test_only_children_that_fit_and_live_are_named(
    conn: Connection, compose: Compose, mother: Family
) -> None:
    second = a_child(conn, mother.caregiver_id, nickname="Na")
    lost = a_child(conn, mother.caregiver_id, nickname="Khuất", state=ChildState.LOST)
    every = shown(conn, compose, mother).text
    assert "Bống và Na" in every
    some = shown(conn, compose, mother, children=[second, lost]).text
    assert "Na" in some
    assert "Bống" not in some
    assert "Khuất" not in every + some


def test_a_name_is_never_read_as_a_placeholder(
    conn: Connection, compose: Compose, mother: Family
) -> None:
    child = children.get(conn, mother.child_id)
    assert child is not None
    children.change(conn, child, nickname="{tram}")
    assert "đưa {tram} đến trạm" in shown(conn, compose, mother).text


def test_a_reader_is_called_as_their_role(
    conn: Connection, compose: Compose, mother: Family
) -> None:
    caregivers.change(conn, mother.caregiver_id, role=Role.GRANDPARENT)
    assert shown(conn, compose, mother).title == "Mời ông bà"


def test_a_poll_has_numbers_and_a_button_each(
    conn: Connection, compose: Compose, mother: Family
) -> None:
    poll = Question(Asks.POLL, "Nhà mình đi được không?", ("Đi được", "Không"))
    presses = (Press("Lịch", "7 giờ"), Press("Đọc", None, "https://moh.gov.vn"))
    out = shown(conn, compose, mother, replace(DRAFT, question=poll, buttons=presses))
    assert out.text.endswith("Nhà mình đi được không?\n1. Đi được\n2. Không")
    number = out.message.removeprefix("campaign:")
    assert [(b.id, b.label, b.url) for b in out.buttons] == [
        (f"campaign.answer:{number}:1", "Đi được", None),
        (f"campaign.answer:{number}:2", "Không", None),
        (f"campaign.press:{number}:1", "Lịch", None),
        ("campaign.link", "Đọc", "https://moh.gov.vn"),
    ]


@pytest.mark.parametrize(
    ("kind", "buttons"),
    [
        (Asks.SCORE, ["campaign.answer"] * 5),
        (Asks.OPEN, ["campaign.open"]),
    ],
)
def test_a_score_has_five_buttons_and_an_open_question_one(
    conn: Connection, compose: Compose, mother: Family, kind: Asks, buttons: list[str]
) -> None:
    out = shown(conn, compose, mother, replace(DRAFT, question=Question(kind, "Thế nào?")))
    assert [b.id.partition(":")[0] for b in out.buttons] == buttons


def test_a_picture_is_told_to_who_cannot_see_it(
    conn: Connection, compose: Compose, mother: Family, library: Library
) -> None:
    known = next(text for text in library.texts.values() if text.image and text.alt)
    out = shown(conn, compose, mother, replace(DRAFT, picture=known.image))
    assert (out.image, out.alt) == (known.image, known.alt)
    out = shown(conn, compose, mother, replace(DRAFT, picture="tips/unknown.png"))
    assert out.alt == out.title


def test_a_button_is_answered_with_the_officers_words(
    conn: Connection, compose: Compose, mother: Family
) -> None:
    draft = replace(DRAFT, buttons=(Press("Lịch", "7 giờ, {goi} đưa {ten_be} đến nhé"),))
    out = shown(conn, compose, mother, draft, press=1)
    assert out.text == "7 giờ, mẹ đưa Bống đến nhé"
    assert [b.id for b in out.buttons] == ["menu.home"]


def test_a_row_without_its_campaign_is_not_rendered(
    conn: Connection, compose: Compose, mother: Family
) -> None:
    row_id = a_message(conn, mother, kind=Kind.REPLY, message="campaign:999999")
    contact = caregivers.by_address_id(conn, mother.address_id)
    assert contact is not None
    with pytest.raises(RenderError):
        words(conn, compose, claims.claimed(conn, row_id), contact.caregiver, [], NOW)
