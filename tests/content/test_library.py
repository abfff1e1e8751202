from datetime import date

import pytest

from care.age import Offset
from care.programme import Anchor, Basis, LateJoin
from content.library import ContentBroken, ContentMissing
from tests.content.site import Site


def test_an_item_becomes_an_item_of_the_programme(site: Site) -> None:
    item = site.load().items["tip-a1"]
    assert (item.kind, item.anchor, item.basis) == ("tip", Anchor.BIRTH, Basis.CORRECTED)
    assert (item.at, item.expires) == (Offset(days=183), Offset(days=244))
    assert (item.tier, item.priority, item.prefer_weekend) == ("A", 4, True)
    assert item.late_join is LateJoin.ONCE
    assert (item.dedupe_key, item.must_know, item.push) == ("bowl4", True, True)


def test_a_reminder_keeps_its_repeats(site: Site) -> None:
    library = site.load()
    item = library.items["rm-a1"]
    assert item.repeat == (Offset(days=7), Offset(days=30))
    assert (item.then_every, item.due, item.done) == (7, Offset(days=60), "birth_registered")
    openings = [opening for opening in library.openings if opening.item is item]
    assert [opening.at.days for opening in openings[:4]] == [7, 30, 37, 44]


def test_what_is_not_pushed_is_known_but_never_opens(site: Site) -> None:
    library = site.load()
    assert not library.items["dg-a1"].push
    assert {opening.item.id for opening in library.openings} == {"tip-a1", "rm-a1"}


def test_meta_tells_the_rest(site: Site) -> None:
    library = site.load()
    card, paper = library.meta["dg-a1"], library.meta["rm-a1"]
    assert (card.component, card.urgency, card.call) == ("safety_security", "now", ("cap_cuu",))
    assert card.red_flags == ("dg-b1",)
    assert card.title == "Bé nhỏ: khi nào đi viện ngay"
    assert (paper.status, paper.done) == ("approved", "birth_registered")
    assert (paper.roles, paper.valid_to) == (("mother", "father"), date(2027, 2, 28))


def test_messages_numbers_labels_and_typed_words(site: Site) -> None:
    library = site.load()
    assert library.messages == {"tip-a1", "dg-a1", "dg-b1", "rm-a1", "start/welcome"}
    assert library.numbers["cap_cuu"].number == "115"
    assert library.label("menu.home") == "Bảng chọn"
    assert library.commands == {"dung": "settings.stop", "stop": "settings.stop"}
    assert library.words == {"tin hom nay": "menu.today"}
    assert library.emergency.startswith("115 cấp cứu")


def test_an_unknown_label_is_named(site: Site) -> None:
    with pytest.raises(ContentMissing, match=r"menu\.nowhere"):
        site.load().label("menu.nowhere")


def test_a_retired_item_is_not_sent_but_can_be_read_again(site: Site) -> None:
    site.edit("programme/items.yaml", "draft_unreviewed", "retired")
    library = site.load()
    assert "tip-a1" not in library.items
    assert "tip-a1" not in {opening.item.id for opening in library.openings}
    assert library.meta["tip-a1"].status == "retired"
    assert "tip-a1" in library.messages


def test_the_library_cannot_be_changed(site: Site) -> None:
    library = site.load()
    with pytest.raises(TypeError):
        library.labels["menu.home"] = "x"  # type: ignore[index]
    with pytest.raises(AttributeError):
        library.emergency = ""  # type: ignore[misc]


def test_loading_names_every_problem_at_once(site: Site) -> None:
    site.edit("programme/items.yaml", "tier: A", "tier: X")
    site.edit("text/vi/danger/dg-b1.md", "{so_cap_cuu}", "{so_cap}")
    site.edit("text/vi/flows/start/welcome.md", "{% endif %}", "")
    with pytest.raises(ContentBroken) as broken:
        site.load()
    assert [str(problem).partition(" ")[0] for problem in broken.value.problems] == [
        "content/programme/items.yaml:11:",
        "content/text/vi/danger/dg-b1.md:6:",
        "content/text/vi/flows/start/welcome.md:10:",
    ]
    assert "unknown token {so_cap}" in str(broken.value)


def test_lint_does_not_keep_the_bot_from_starting(site: Site) -> None:
    site.edit("text/vi/tips/tip-a1.md", "vẫn bú mẹ", "mẹ phải cho bú")
    site.edit("ids.txt", "tip-a1\n", "")
    assert site.load()


def test_files_without_typed_words_load(site: Site) -> None:
    (site.root / "text/vi/words.yaml").unlink()
    assert site.load().commands == {}


@pytest.mark.parametrize(
    ("old", "new"),
    [("vẫn bú mẹ", "vẫn bú sữa mẹ"), ("## action", "## father"), ("# ", "# Mới: ")],
)
def test_other_words_have_another_hash(site: Site, old: str, new: str) -> None:
    before = site.load().hashes
    site.edit("text/vi/tips/tip-a1.md", old, new)
    after = site.load().hashes
    assert {item for item in before if before[item] != after[item]} == {"tip-a1"}


def test_when_an_item_is_sent_is_no_part_of_its_words(site: Site) -> None:
    before = site.load().hashes
    site.edit("programme/items.yaml", "P244D", "P240D")
    site.edit("programme/items.yaml", "draft_unreviewed", "approved")
    assert site.load().hashes == before
