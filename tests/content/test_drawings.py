"""The drawings: every one is shown somewhere, described, and what the builder draws."""

import struct

import pytest

from content.drawings.pen import HEIGHT, WIDTH
from content.drawings.scenes import SCENES
from content.library import ROOT, Library

MEDIA = ROOT / "media"
FEWEST_TIPS = 40
LONGEST_ALT = 100
LARGEST = 2_000_000  # bytes of all PNG files together


def items(library: Library, kind: str) -> set[str]:
    """The ids whose words lie in the folder of this kind."""
    there = {path.stem for path in (ROOT / "text" / "vi" / kind).glob("*.md")}
    return there & set(library.texts)


def pictured(library: Library, kind: str) -> set[str]:
    return {id_ for id_ in items(library, kind) if library.texts[id_].image == f"{kind}/{id_}.png"}


@pytest.mark.parametrize("kind", ["danger", "milestones"])
def test_every_danger_card_and_milestone_list_has_a_picture(library: Library, kind: str) -> None:
    assert pictured(library, kind) == items(library, kind) == set(SCENES[kind])


def test_at_least_forty_tips_have_a_picture(library: Library) -> None:
    assert pictured(library, "tips") == set(SCENES["tips"])
    assert len(SCENES["tips"]) >= FEWEST_TIPS


@pytest.mark.parametrize("kind", SCENES)
def test_every_picture_is_described_in_few_words(library: Library, kind: str) -> None:
    for id_ in SCENES[kind]:
        alt = library.texts[id_].alt
        assert alt, id_
        assert len(alt) <= LONGEST_ALT, id_


@pytest.mark.parametrize("kind", SCENES)
def test_the_files_are_what_the_builder_draws(kind: str) -> None:
    for id_, draw in SCENES[kind].items():
        assert (MEDIA / kind / f"{id_}.svg").read_bytes() == draw().encode(), id_


@pytest.mark.parametrize("kind", SCENES)
def test_nothing_else_lies_in_the_folder(kind: str) -> None:
    files = {path.name for path in (MEDIA / kind).iterdir()}
    assert files == {f"{id_}.{ending}" for id_ in SCENES[kind] for ending in ("svg", "png")}


def test_no_picture_holds_text() -> None:
    assert not any("<text" in draw() for scenes in SCENES.values() for draw in scenes.values())


def test_the_png_files_have_the_size_messengers_show_and_are_small() -> None:
    pictures = [path.read_bytes() for path in MEDIA.rglob("*.png")]
    assert {struct.unpack_from(">II", png, 16) for png in pictures} == {(WIDTH, HEIGHT)}
    assert sum(map(len, pictures)) < LARGEST
