"""Another language over the Vietnamese; what is stale falls back and is listed."""

import pytest

from content.files import Level
from content.library import Library, load
from content.translation import mark_of, stale
from tests.content.site import LABELS, TIP, TYPED, Site

CARD = """\
---
version: 1
of: "{of}"
---
# Small baby: when to go to hospital now

{{Be}} is blue: call {{so_cap_cuu}} now.

## signs
- Does not drink

## do
- Hold {{be}}.

## dont
- Do not wait.
"""


@pytest.fixture
def english(site: Site) -> Site:
    """The card, the welcome, labels and typed words in English, all up to date."""
    site.write("text/en/danger/dg-a1.md", CARD.format(of=mark(site, "danger/dg-a1.md")))
    of = mark(site, "flows/start/welcome.md")
    welcome = f'---\nof: "{of}"\nparams: {{minutes: 1140, twins: false}}\n---\nHello {{goi}}.\n'
    site.write("text/en/flows/start/welcome.md", welcome)
    site.write("text/en/labels.yaml", f'# of: {mark(site, "labels.yaml")}\nmenu.home: "Menu"\n')
    typed = 'commands:\n  settings.stop: ["enough"]\nwords:\n  menu.help: ["help"]\n'
    site.write("text/en/words.yaml", f"# of: {mark(site, 'words.yaml')}\n{typed}")
    site.write("emergency/en.txt", "115 ambulance\n")
    return site


def mark(site: Site, path: str) -> str:
    return mark_of(site.root / "text/vi" / path)


def in_english(site: Site) -> Library:
    return load(site.root, "en")


def title(library: Library, message: str) -> str:
    words = library.texts[message].title
    return words.fill({}) if words else ""


def told(site: Site) -> list[tuple[str, str, Level]]:
    found = stale(site.root, "en", "vi")
    return [(p.path.removeprefix("content/text/en/"), p.message, p.level) for p in found]


def test_what_is_translated_is_shown(english: Site) -> None:
    library = in_english(english)
    assert title(library, "dg-a1").startswith("Small baby")
    assert library.meta["dg-a1"].title.startswith("Small baby")
    assert library.source("start/welcome") == "Hello {goi}."
    assert library.label("menu.home") == "Menu"
    assert library.emergency == "115 ambulance"


def test_what_is_not_translated_stays_vietnamese(english: Site) -> None:
    library, vietnamese = in_english(english), english.load()
    assert title(library, "tip-a1") == title(vietnamese, "tip-a1")
    assert library.label("be.one") == vietnamese.label("be.one")
    assert library.messages == vietnamese.messages
    assert library.items == vietnamese.items


def test_the_vietnamese_is_not_touched(english: Site) -> None:
    library = english.load()
    assert not title(library, "dg-a1").startswith("Small baby")
    assert library.label("menu.home") != "Menu"
    assert "enough" not in library.commands


def test_typed_words_of_both_languages_work(english: Site) -> None:
    library = in_english(english)
    assert library.commands == {
        "dung": "settings.stop",
        "stop": "settings.stop",
        "enough": "settings.stop",
    }
    assert library.words == {"tin hom nay": "menu.today", "help": "menu.help"}


def test_nothing_is_listed_while_all_is_up_to_date(english: Site) -> None:
    assert told(english) == []


def test_when_the_vietnamese_changes_families_read_vietnamese(english: Site) -> None:
    english.edit("text/vi/danger/dg-a1.md", "Không chờ sáng mai.", "Không chờ ai.")
    library = in_english(english)
    assert not title(library, "dg-a1").startswith("Small baby")
    assert library.label("menu.home") == "Menu"  # the control
    ((path, message, level),) = told(english)
    assert (path, level) == ("danger/dg-a1.md", Level.WARNING)
    assert mark(english, "danger/dg-a1.md") in message


@pytest.mark.parametrize(
    ("path", "text"), [("labels.yaml", LABELS), ("words.yaml", TYPED), ("tips/tip-a1.md", TIP)]
)
def test_every_kind_of_file_can_grow_stale(english: Site, path: str, text: str) -> None:
    if path.endswith(".md"):
        of = mark(english, path)
        english.write(
            f"text/en/{path}", f'---\nversion: 1\nof: "{of}"\n---\n# First bowl\n\nEat.\n'
        )
        assert title(in_english(english), "tip-a1") == "First bowl"
    english.write(f"text/vi/{path}", text + "\n")
    assert [found for found, _, _ in told(english)] == [path]
    library, vietnamese = in_english(english), english.load()
    if path == "labels.yaml":
        assert library.labels == vietnamese.labels
    if path == "words.yaml":
        assert (library.commands, library.words) == (vietnamese.commands, vietnamese.words)
    assert title(library, "tip-a1") == title(vietnamese, "tip-a1")


def test_a_translation_that_names_no_original_is_stale(english: Site) -> None:
    card = "danger/dg-a1.md"
    english.edit(f"text/en/{card}", f'of: "{mark(english, card)}"\n', "")
    assert [path for path, _, _ in told(english)] == ["danger/dg-a1.md"]
    assert not title(in_english(english), "dg-a1").startswith("Small baby")


def test_a_translation_of_nothing_is_listed_and_left_out(english: Site) -> None:
    english.write("text/en/tips/tip-gone.md", CARD.format(of="00000000"))
    assert told(english) == [("tips/tip-gone.md", "translates nothing", Level.WARNING)]
    assert "tip-gone" not in in_english(english).messages


def test_the_check_lists_what_is_stale(english: Site) -> None:
    assert english.problems() == []
    english.edit("text/en/danger/dg-a1.md", mark(english, "danger/dg-a1.md"), "00000000")
    (problem,) = english.problems()
    assert problem[0] == "W"
    assert "content/text/en/danger/dg-a1.md" in problem[1]


def test_a_picture_stays_and_may_be_described_anew(english: Site) -> None:
    english.write("media/tips/a.png", "x")
    head = "---\nversion: 1\n"
    english.edit("text/vi/tips/tip-a1.md", head, f'{head}image: tips/a.png\nalt: "Bát"\n')
    of = mark(english, "tips/tip-a1.md")
    english.write("text/en/tips/tip-a1.md", f'{head}of: "{of}"\n---\n# First bowl\n\nEat.\n')
    text = in_english(english).texts["tip-a1"]
    assert (title(in_english(english), "tip-a1"), text.image, text.alt) == (
        "First bowl",
        "tips/a.png",
        "Bát",
    )


def test_the_real_translation_loads() -> None:
    assert load(language="en").messages == load().messages
