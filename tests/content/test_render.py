import unicodedata
from typing import Any

import pytest

from content.library import Library
from content.render import Reader, RenderError, render
from tests.content.site import Site

MOTHER = Reader("mẹ", ("An",), "con", "mother")
GRANDMOTHER = Reader("bà", ("An", "Bình"), "cháu", "grandparent")
NOBODY = Reader("", (), "", None)


def said(library: Library, message: str, reader: Reader = MOTHER, **params: Any) -> str:
    return render(library, message, params, reader, draft_note=False).text


def test_a_tip_reads_from_title_to_action(site: Site) -> None:
    shown = render(site.load(), "tip-a1", {}, MOTHER, draft_note=False)
    assert shown.title == "Bát bột đầu tiên"
    assert (shown.image, shown.alt) == (None, None)
    assert shown.text == (
        "Bát bột đầu tiên\n"
        "\n"
        "An ăn dặm được rồi, và vẫn bú mẹ nhé. Mẹ cho An ăn 2 đến 3 thìa bột.\n"
        "\n"
        "Sau 6 tháng, An cần thêm món khác.\n"
        "\n"
        "→ Việc hôm nay: Hôm nay thêm một món An chưa từng ăn."
    )


def test_a_danger_card_shows_lists_and_the_next_card(site: Site) -> None:
    text = said(site.load(), "dg-a1")
    assert text.startswith("Bé nhỏ: khi nào đi viện ngay\n\nAn tím hay co giật: gọi 115 ngay.")
    assert "\n\n**Dấu hiệu**\n- Bỏ bú\n- Nóng từ 38 độ\n\n**Nên làm**\n- Ôm An da kề da.\n" in text
    assert "\n\n**Không làm**\n- Không chờ sáng mai.\n" in text
    assert text.endswith("\n\nXem thêm thẻ: Mang thai: ra máu thì đi khám")


def test_sms_loudspeaker_and_sources_stay_out(site: Site) -> None:
    text = said(site.load(), "dg-a1")
    assert "Be nong" not in text
    assert "WHO" not in text
    assert text.count("Bé tím") == 0


def test_grandparents_read_their_own_words(site: Site) -> None:
    library = site.load()
    assert "Ông bà cho cháu ăn" in said(library, "tip-a1", GRANDMOTHER)
    assert "Mẹ cho An ăn" in said(library, "tip-a1", MOTHER)
    father = Reader("bố", ("An",), "con", "father")
    assert "Bố cho An ăn" in said(library, "tip-a1", father)


@pytest.mark.parametrize(
    ("children", "be"),
    [
        ((), "Bé"),
        (("",), "Bé"),
        (("Na",), "Na"),
        (("na",), "Na"),
        (("An", "Bình"), "An và Bình"),
        (("An", "Bình", "Chi"), "An, Bình và Chi"),
        (("", ""), "Hai bé"),
        (("An", ""), "Hai bé"),
        (("", "", ""), "Ba bé"),
        (("", "", "", ""), "Các bé"),
    ],
)
def test_how_children_are_named(site: Site, children: tuple[str, ...], be: str) -> None:
    reader = Reader("mẹ", children, "con", "mother")
    assert f"\n{be} ăn dặm được rồi" in said(site.load(), "tip-a1", reader)


def test_an_overdue_duty_has_words_of_its_own(site: Site) -> None:
    library = site.load()
    text = said(library, "rm-a1", han="05/12/2026", overdue=True)
    assert "Quá hạn vẫn đăng ký được. Mẹ đến nơi" in text
    assert "đúng hạn" not in text
    assert "đến hết ngày 05/12/2026" in said(library, "rm-a1", han="05/12/2026", overdue=False)


def test_merged_items_follow_with_title_and_body(site: Site) -> None:
    text = said(site.load(), "rm-a1", GRANDMOTHER, han="05/12/2026", also=["tip-a1"])
    assert text.endswith(
        "\n\nBát bột đầu tiên\n\nCháu ăn dặm được rồi. Ông bà cho cháu ăn 2 đến 3 thìa bột."
    )


def test_the_draft_note_is_for_what_nobody_approved(site: Site) -> None:
    library = site.load()
    note = "(Bản nháp, cán bộ y tế chưa duyệt.)"
    assert render(library, "tip-a1", {}, MOTHER, draft_note=True).text.endswith("\n\n" + note)
    due = {"han": "05/12/2026"}
    assert note not in render(library, "rm-a1", due, MOTHER, draft_note=True).text
    assert note not in render(library, "tip-a1", {}, MOTHER, draft_note=False).text


def test_a_flow_message_is_a_template(site: Site) -> None:
    library = site.load()
    params = {"minutes": 420, "twins": False}
    shown = render(library, "start/welcome", params, MOTHER, draft_note=True)
    assert shown.title == "Xin chào"
    assert shown.text == ("Xin chào\n\nChào mẹ, mình gửi tin lúc 7:00.\nMẹ chọn giúp mình nhé.")
    twins = said(library, "start/welcome", minutes=1140, twins=True)
    assert "lúc 19:00.\nMẹ có hai bé, vui quá.\n" in twins


@pytest.mark.parametrize("value", ["2026-03-12", "2026-03-12T08:00:00+07:00"])
def test_days_are_written_as_families_write_them(site: Site, value: str) -> None:
    site.write(
        "text/vi/flows/start/day.md", "---\nparams: {day: 2026-01-31}\n---\nNgày {day|ngay}.\n"
    )
    assert said(site.load(), "start/day", day=value) == "Ngày 12/03/2026."


def test_params_win_over_tokens(site: Site) -> None:
    site.write("text/vi/flows/start/where.md", "Hỏi {tram} nhé.\n")
    library = site.load()
    assert said(library, "start/where") == "Hỏi trạm y tế xã nhé."
    assert said(library, "start/where", tram="trạm y tế Đồng Tâm") == "Hỏi trạm y tế Đồng Tâm nhé."


def test_labels_stand_in_for_a_reader_we_know_nothing_of(site: Site) -> None:
    site.write("text/vi/flows/start/who.md", "{Goi}, {goi}, {con}, {Be}.\n")
    assert said(site.load(), "start/who", NOBODY) == "Bạn, bạn, con, Bé."


@pytest.mark.parametrize(
    ("message", "params", "names"),
    [
        ("start/welcome", {"twins": False}, "minutes"),
        ("start/welcome", {"minutes": 60}, "twins"),
        ("start/welcome", {"minutes": None, "twins": False}, "gio"),
        ("rm-a1", {}, "han"),
        ("rm-a1", {"han": None}, "han"),
        ("tip-a1", {"also": ["tip-zz"]}, "tip-zz"),
        ("tip-a1", {"also": ["rm-a1"]}, "han"),
        ("start/nowhere", {}, "no such message"),
    ],
)
def test_a_hole_is_never_shown(
    site: Site, message: str, params: dict[str, Any], names: str
) -> None:
    with pytest.raises(RenderError, match=names) as error:
        render(site.load(), message, params, MOTHER, draft_note=False)
    assert str(error.value).startswith(f"{message}: ")


def test_templates_reach_no_python(site: Site) -> None:
    site.write("text/vi/flows/start/sly.md", "{goi.__class__.__mro__}\n")
    with pytest.raises(RenderError):
        said(site.load(), "start/sly")


def test_a_nickname_is_text_not_a_template(site: Site) -> None:
    reader = Reader("mẹ", ("{so_cap_cuu}{% x %}",), "con", "mother")
    assert "{so_cap_cuu}{% x %} ăn dặm" in said(site.load(), "tip-a1", reader)


def test_what_is_shown_is_nfc(site: Site) -> None:
    reader = Reader("mẹ", (unicodedata.normalize("NFD", "Bống"),), "con", "mother")
    shown = render(site.load(), "tip-a1", {}, reader, draft_note=False)
    assert unicodedata.is_normalized("NFC", shown.text)
    assert "\nBống ăn dặm" in shown.text
