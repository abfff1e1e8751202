"""The content that families get."""

import pytest

from content.check import check, coverage
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
