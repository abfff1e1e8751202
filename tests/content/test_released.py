"""The content that families get."""

from dataclasses import replace

import pytest

from care.understanding import NO_TOPIC
from content.check import check, coverage
from content.coverage import gaps
from content.files import Level
from content.library import Library, load
from content.render import Reader, render

READERS = (
    Reader("mẹ", ("Nguyệt Anh",), "con", "mother"),
    Reader("ông bà", ("", ""), "cháu", "grandparent"),
    Reader("", (), "", None),
)
MOST = 4096  # a Telegram message


@pytest.fixture(scope="module")
def library() -> Library:
    return load()


def test_it_has_no_error() -> None:
    assert [str(p) for p in check() if p.level is Level.ERROR] == []


def test_every_item_can_be_shown_to_every_reader(library: Library) -> None:
    for id_ in library.meta:
        for reader in READERS:
            shown = render(library, id_, {"han": "31/12/2026"}, reader, draft_note=True)
            assert "{" not in shown.text
            assert len(shown.text) < MOST


def test_no_age_is_left_out(library: Library) -> None:
    assert all(any(row[1:]) for row in coverage(library))


def test_no_stretch_without_a_tip(library: Library) -> None:
    assert [said for said, level in gaps(library) if level is Level.ERROR] == []


def test_a_stretch_without_a_tip_is_noticed(library: Library) -> None:
    """The control."""
    kept = {i: v for i, v in library.items.items() if not 400 <= v.at.about_days <= 430}
    found = list(gaps(replace(library, items=kept)))
    assert any(level is Level.ERROR and "no tip from day 39" in said for said, level in found)


def test_every_recognised_topic_has_an_answer(library: Library) -> None:
    assert library.model is not None
    topics = set(library.model.heads["intent"].labels) - NO_TOPIC - {"medical_other"}
    assert {t for t in topics if not t.startswith("bot_")} <= library.answers.keys()


@pytest.mark.parametrize("months", [0, 5, 6, 8, 11, 23, 40, 95])
def test_every_answer_can_be_given_for_every_age(library: Library, months: int) -> None:
    for item in library.answers.values():
        shown = render(library, item, {"months": months}, READERS[0], draft_note=True)
        assert "{" not in shown.text
        assert len(shown.text) < MOST
