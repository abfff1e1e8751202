"""Rules that need more than one file: ids, emergency text, labels, flows, coverage."""

import shutil
from itertools import pairwise

import pytest

from care.programme import Anchor
from content.coverage import BANDS, Band, coverage
from content.schema import COMPONENTS
from tests.content.site import DANGER, ITEMS, TIP, Site

IDS = "content/ids.txt"
FLOW_PATH = "text/vi/flows/start/welcome.md"
LABELS = "text/vi/labels.yaml"


def only(site: Site) -> tuple[str, str]:
    ((level, said),) = site.problems()
    return level, said


def test_every_id_is_released_in_ids_txt(site: Site) -> None:
    site.edit("ids.txt", "dg-b1\n", "")
    assert only(site) == ("E", "content/programme/items.yaml:47: add dg-b1 to ids.txt")


def test_an_id_may_not_vanish(site: Site) -> None:
    site.edit("ids.txt", "tip-old retired", "tip-old")
    assert only(site) == ("E", f"{IDS}:3: tip-old is gone: write retired after it")


def test_a_retired_id_is_never_used_again(site: Site) -> None:
    site.edit("ids.txt", "tip-a1\n", "tip-a1 retired\n")
    assert only(site) == ("E", f"{IDS}:2: tip-a1 is retired; ids are never used again")


def test_a_retired_item_may_keep_its_words(site: Site) -> None:
    site.edit("ids.txt", "tip-a1\n", "tip-a1 retired\n")
    site.edit("programme/items.yaml", "draft_unreviewed", "retired")
    assert site.problems() == []


@pytest.mark.parametrize(
    ("new", "said"),
    [
        ("dg-a1\ndg-a1", f"{IDS}:5: dg-a1 stands here twice"),
        ("dg-a1 old", f"{IDS}:4: only the word retired may follow an id"),
    ],
)
def test_ids_txt_is_a_plain_list(site: Site, new: str, said: str) -> None:
    site.edit("ids.txt", "dg-a1", new)
    assert only(site) == ("E", said)


def test_an_id_stands_in_one_place(site: Site) -> None:
    site.write("programme/more.yaml", ITEMS.split("\n\n")[0] + "\n")
    said = "content/programme/more.yaml:1: tip-a1 stands in content/programme/items.yaml already"
    assert only(site) == ("E", said)


def test_a_renamed_id_is_three_faults(site: Site) -> None:
    site.edit("programme/items.yaml", "id: tip-a1", "id: tip-a2")
    assert [said for _, said in site.problems()] == [
        f"{IDS}:2: tip-a1 is gone: write retired after it",
        "content/programme/items.yaml:1: add tip-a2 to ids.txt",
        "content/programme/items.yaml:1: tip-a2 has no text: content/text/vi/tips/tip-a2.md",
        "content/text/vi/tips/tip-a1.md:1: no item of the programme has the text tip-a1 here",
    ]


def test_words_without_an_item(site: Site) -> None:
    site.write("text/vi/tips/tip-b9.md", TIP)
    said = "content/text/vi/tips/tip-b9.md:1: no item of the programme has the text tip-b9 here"
    assert ("E", said) in site.problems()


def test_words_in_the_folder_of_another_kind(site: Site) -> None:
    site.write("text/vi/tips/dg-a1.md", DANGER)
    (site.root / "text/vi/danger/dg-a1.md").unlink()
    said = "content/text/vi/tips/dg-a1.md:1: no item of the programme has the text dg-a1 here"
    assert only(site) == ("E", said)


def test_an_item_without_words(site: Site) -> None:
    (site.root / "text/vi/tips/tip-a1.md").unlink()
    said = "content/programme/items.yaml:1: tip-a1 has no text: content/text/vi/tips/tip-a1.md"
    assert only(site) == ("E", said)


LISTS = "## signs\n- Máu\n\n## do\n- Nằm.\n\n## dont\n- Không đi.\n"


def test_words_without_a_body(site: Site) -> None:
    site.write("text/vi/danger/dg-b1.md", "---\nversion: 1\n---\n# Mang thai\n\n" + LISTS)
    assert only(site) == ("E", "content/text/vi/danger/dg-b1.md:1: has no body")


@pytest.mark.parametrize("name", ["sources.yaml", "ids.txt", "wordlists.yaml"])
def test_a_missing_file(site: Site, name: str) -> None:
    (site.root / name).unlink()
    assert only(site) == ("E", f"content/{name}:1: the file is missing")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("- id: tip-a1", "- id: [tip", "not YAML"),
        ("review: {status: approved, ", "review: {", "review.status: is missing"),
        ("next_review: 2027-05-22", "next_review: 2027-13-22", "not YAML: month must be in"),
    ],
)
def test_broken_yaml_has_a_line(site: Site, old: str, new: str, said: str) -> None:
    for path in ("programme/items.yaml", "programme/reminders/papers.yaml"):
        if old in (site.root / path).read_text("utf-8"):
            site.edit(path, old, new)
            break
    assert any(f"{path}:" in found and said in found for _, found in site.problems())


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("115 cấp cứu", "117 cấp cứu", "1: the number of cap_cuu (115) is missing"),
        ("114 cháy", "114 cháy\n1900 123 456 khác", "5: 1900 123 456 is not in places.yaml"),
        ("111 trẻ em", "trẻ em", "1: the number of tre_em (111) is missing"),
        ("111 trẻ em", "111 trẻ em, 112 lũ", "2: 112 is not in places.yaml"),
    ],
)
def test_the_emergency_text_agrees_with_places(site: Site, old: str, new: str, said: str) -> None:
    site.edit("emergency/vi.txt", old, new)
    assert only(site) == ("E", f"content/emergency/vi.txt:{said}")


def test_the_numbers_need_a_known_source(site: Site) -> None:
    site.edit("places.yaml", "source: WHO-A", "source: WHO-Z")
    assert only(site) == ("E", "content/places.yaml:8: unknown source WHO-Z")


@pytest.mark.parametrize(
    ("new", "level", "said"),
    [
        ("Bảng chọn và mọi việc", "W", "warning: menu.home: 21 characters (a button shows 20)"),
        ("Bảng " * 8 + "to", "E", "menu.home: 42 characters (at most 40)"),
        (" ", "E", "menu.home: String should match pattern"),
        ("Gọi 115", "E", "menu.home: a phone number is never typed: 115"),
        ("Bảng {chọn", "E", "menu.home: a brace that belongs to no token"),
        ("Mẹ phải chọn", "E", "menu.home: 'Mẹ phải' is not for families"),
    ],
)
def test_labels(site: Site, new: str, level: str, said: str) -> None:
    site.edit(LABELS, "Bảng chọn", new)
    found = site.problems()
    assert [(one, said in found) for one, found in found] == [(level, True)]
    assert found[0][1].startswith(f"content/{LABELS}:15: ")


def test_a_label_that_ends_like_a_sentence_is_no_button(site: Site) -> None:
    site.edit(LABELS, "Bảng chọn", "Tin dài quá. Chia thành vài tin ngắn giúp mình nhé.")
    assert site.problems() == []


def test_a_label_every_message_needs(site: Site) -> None:
    site.edit(LABELS, 'be.two: "hai bé"\n', "")
    assert only(site) == ("E", f"content/{LABELS}:1: the label be.two is missing")


def test_one_phrase_leads_to_one_action(site: Site) -> None:
    site.edit("text/vi/words.yaml", '["tin hôm nay"]', '["tin hôm nay", "DUNG"]')
    said = "content/text/vi/words.yaml:4: 'DUNG' reads like a phrase of settings.stop"
    assert only(site) == ("E", said)


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("{goi}", "{gio}", 1, "{gio} is neither a token nor in params"),
        ("{minutes|gio}", "{minutes|hour}", 6, "not a template: No filter named 'hour'"),
        ("{% endif %}\n", "", 9, "not a template: Unexpected end of template"),
        ("minutes: 1140", "minutes: muộn", 6, "start/welcome: "),
        ("minutes: 1140", "minutes: null", 6, "the filter gio needs minutes after midnight"),
        ("{minutes|gio}", "{minutes.x}", 6, "has no attribute 'x'"),
        ("{Goi} chọn", "{goi} chọn", 10, "write {Goi} at the start of a sentence"),
        ("{Goi} chọn", "{Goi} bấm một nút để chọn", 10, "write {bam} and {nut}, some messengers"),
        ("giúp mình", "giúp mình 115", 10, "a phone number is never typed: 115"),
        ("vui quá", "khoẻ quá", 8, "tone mark as in hòa"),
        ("vui quá", "update quá", 8, "'update' is no Vietnamese syllable"),
        ("vui quá", "cậu bé quá", 8, "'cậu bé' is not for families"),
        ("# Xin chào", "# Xin" + " chào" * 12, 4, "title: 63 characters (at most 60)"),
        ("vui quá", "[vui](quá)", 8, "this mark is not allowed: '['"),
        ("{Goi} chọn giúp", "## action\n{Goi} chọn giúp", 10, "no such heading here"),
        ("giúp mình", "giúp mình rồi " * 150 + "đi", 6, "characters (at most 2000)"),
    ],
)
def test_flows(site: Site, old: str, new: str, line: int, said: str) -> None:
    site.edit(FLOW_PATH, old, new)
    found = [text for _, text in site.problems() if said in text]
    assert found
    assert found[0].startswith(f"content/{FLOW_PATH}:{line}: ")


def test_a_param_that_nothing_uses(site: Site) -> None:
    site.edit(FLOW_PATH, "twins: false}", "twins: false, more: 1}")
    assert only(site) == ("W", f"content/{FLOW_PATH}:2: warning: nothing uses the param more")


def test_a_flow_that_is_no_template_is_not_rendered(site: Site) -> None:
    site.edit(FLOW_PATH, "vui quá", "vui {quá")
    said = f"content/{FLOW_PATH}:9: not a template"
    assert [text for _, text in site.problems() if said in text]


def test_a_capital_in_the_other_branch_of_a_choice(site: Site) -> None:
    site.edit(FLOW_PATH, "vui quá", "{% if twins %}Hai bé{% else %}{Be}{% endif %} vui quá")
    assert site.problems() == []


def test_commands_and_codes_are_no_words(site: Site) -> None:
    site.edit(FLOW_PATH, "vui quá", "gõ ABC234 hay mở /chat?start=g{goi}")
    assert site.problems() == []


def test_texts_that_tell_the_same(site: Site) -> None:
    site.edit("programme/items.yaml", "- id: dg-b1", ITEMS.split("\n\n")[0] + "\n- id: dg-b1")
    text = (site.root / "programme/items.yaml").read_text("utf-8")
    tail = text.rindex("- id: tip-a1")
    site.write("programme/items.yaml", text[:tail] + text[tail:].replace("tip-a1", "tip-b1"))
    site.edit("ids.txt", "rm-a1", "rm-a1\ntip-b1")
    shutil.copy(site.root / "text/vi/tips/tip-a1.md", site.root / "text/vi/tips/tip-b1.md")
    assert only(site)[0] == "E"
    assert "tip-b1.md:1: reads like tip-a1 (1.00 of the words" in only(site)[1]
    site.edit("text/vi/tips/tip-b1.md", "Sau 6 tháng, {be} cần thêm món khác.", "Chờ 6 tháng đã.")
    site.edit("text/vi/tips/tip-b1.md", "ăn dặm được rồi", "lớn thêm rồi")
    assert only(site)[0] == "W"


def test_a_picture_needs_its_words(site: Site) -> None:
    site.edit("text/vi/tips/tip-a1.md", "version: 1", "version: 1\nimage: bowl.png")
    assert "image and alt go together" in only(site)[1]
    site.edit("text/vi/tips/tip-a1.md", "image:", "alt: Bát bột\nimage:")
    assert only(site)[1].endswith("tip-a1.md:4: no such picture in media: bowl.png")
    site.write("media/bowl.png", "")
    assert site.problems() == []


HALF_YEAR = Band("half a year", Anchor.BIRTH, 180, 200)
OLDER = Band("older", Anchor.BIRTH, 300, 400)


def test_a_band_without_an_item_is_an_error_and_a_gap_a_warning(site: Site) -> None:
    found = site.problems(bands=(HALF_YEAR, OLDER))
    gaps = "nutrition, responsive_caregiving, early_learning, safety_security"
    assert found == [
        ("W", f"content/programme:1: warning: half a year: nothing about {gaps}"),
        ("E", "content/programme:1: older: no item at all"),
    ]


def test_coverage_is_a_row_a_band_and_a_column_a_component(site: Site) -> None:
    table = coverage(site.load())
    assert len(table) == 17
    assert {len(row) for row in table} == {1 + len(COMPONENTS)}
    assert ["months 6-8", 1, 0, 0, 0, 0] in table
    assert ["weeks 4-13", 0, 0, 0, 0, 0] in table  # in the menu only, never sent


def test_the_bands_touch_each_other() -> None:
    for anchor, first, end in ((Anchor.DUE, 28, 301), (Anchor.BIRTH, 0, 2922)):
        edges = [(band.first, band.end) for band in BANDS if band.anchor is anchor]
        assert edges[0][0] == first
        assert edges[-1][1] == end
        assert all(one[1] == other[0] for one, other in pairwise(edges))
