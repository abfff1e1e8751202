"""The parts of the linter that are easy to get wrong, on single words and lines."""

import pytest

from content.lint import (
    accents_lost,
    buttons,
    capitals,
    marks,
    numbers,
    phone_like,
    phones,
    sentences,
    syllables,
    tones,
    visible,
)
from content.syllables import is_syllable


def test_sentences_end_at_marks_and_lines() -> None:
    text = 'Nóng từ 38,5 độ. Gọi {so_cap_cuu}!\n- Bú mẹ\n\nNói: "Chờ nhé." Rồi đi.'
    assert sentences(text) == [
        (0, "Nóng từ 38,5 độ."),
        (17, "Gọi {so_cap_cuu}!"),
        (35, "- Bú mẹ"),
        (44, 'Nói: "Chờ nhé."'),
        (60, "Rồi đi."),
    ]


def test_syllables_are_what_stands_between_spaces() -> None:
    assert syllables("- Bú mẹ, 2 đến 3 lần → nhé!") == 7


def test_numbers_keep_commas_and_dates_and_leave_tokens_out() -> None:
    found = [number for _, number in numbers("35,5 độ, ngày 05/12/2026, {so_1} và 3.")]
    assert found == ["35,5", "05/12/2026", "3"]


@pytest.mark.parametrize(
    "text", ["gọi 111", "115", "số 113.", "0912345678", "0912 345 678", "1900 969 680", "(114)"]
)
def test_phone_numbers_are_seen(text: str) -> None:
    assert [remark.offset for remark in phones(text)]


@pytest.mark.parametrize(
    "text", ["1115", "11,5 kg", "115,5", "110 cm", "05/12/2026", "15 đến 20", "1 900", "{so_115}"]
)
def test_other_numbers_are_no_phone_numbers(text: str) -> None:
    assert not list(phones(text))


def test_phone_numbers_of_a_line() -> None:
    assert phone_like("Gọi 115, 113 hoặc 1900 969 680 nhé, dưới 1 tuổi 5 cái") == [
        "115",
        "113",
        "1900 969 680",
    ]


@pytest.mark.parametrize("word", ["hòa", "khỏe", "thúy", "quý", "hoàn", "thuyền", "loài", "quỳ"])
def test_the_old_tone_style_passes(word: str) -> None:
    assert not list(tones(word))


@pytest.mark.parametrize("word", ["hoà", "khoẻ", "thuý", "tuỳ", "hòan", "tòan", "thúyên"])
def test_the_new_tone_style_and_slips_do_not(word: str) -> None:
    assert [remark for remark in tones(f"xin {word} nhé") if word in remark.message]


@pytest.mark.parametrize(
    "words",
    [
        "gì giếng quốc quyển quỳnh khuya khuỷu ngoằn ngoèo thuở xoong nghiêng ươm ỷ huýt Đặng",
        "yên quý quyết kỹ Nguyễn thuyền tuýp xoáy loay hoay Việt rượu hươu",
        "nguyen duong khuya quyet dac gieng",
    ],
)
def test_vietnamese_syllables(words: str) -> None:
    assert [word for word in words.split() if not is_syllable(word)] == []


def test_other_words() -> None:
    words = "tips baby check stop update đuơc ngyễn trưòờng ck"
    assert [word for word in words.split() if is_syllable(word)] == []


@pytest.mark.parametrize(
    "text",
    [
        "{Be} ngủ. {Be} bú.",
        "- {Be} ngủ",
        "Nói: {Be} hay {be}",
        'Dặn: "{Goi} ơi"',
        "**{Be}** ngủ",
        "Gọi {be}",
        "{% if a %}{Be}{% else %}Hai bé{% endif %} ngủ",
    ],
)
def test_capitals_in_place(text: str) -> None:
    assert not list(capitals(visible(text)))


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("{be} ngủ", 0),
        ("Ngủ. {be} bú", 5),
        ("- {be}", 2),
        ("Cho {Be} bú", 4),
        ("{tram} mở", 0),
        ("Vâng. {nut} này cũ", 6),
    ],
)
def test_capitals_out_of_place(text: str, at: int) -> None:
    assert [remark.offset for remark in capitals(text)] == [at]


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("Mẹ bấm một nút nhé.", 3),
        ("Vâng. Bấm nút dưới đây.", 6),
        ("Mẹ {bam} một nút nhé.", 3),
        ("Mẹ bấm {nut} nhé.", 3),
        ('Xong thì bấm "Đã tiêm".', 9),
    ],
)
def test_who_has_no_buttons_is_not_told_to_press_one(text: str, at: int) -> None:
    assert [remark.offset for remark in buttons(text)] == [at]


@pytest.mark.parametrize(
    "text",
    [
        "Mẹ {bam} một {nut}, hoặc gõ chữ.",
        '{Bam} "Đã tiêm". {Nut} này cũ rồi.',
        "Co giật: nằm nghiêng, bấm giờ. Túi buộc nút rồi bỏ.",
        "Chủ hộ mở VNeID, bấm đồng ý.",
    ],
)
def test_words_for_both_kinds_and_other_pressing_pass(text: str) -> None:
    assert not list(buttons(text))


def test_only_our_marks() -> None:
    assert not list(marks('- **Bỏ bú**, "ngủ" → (nhé)!\n\nThế thôi…'))
    for text in ("*a*", "[a](b)", "`a`", "a & b", "a|b", "-a", " a", "☎ a", "<i>a</i>"):
        assert list(marks(text)), text


def test_a_sentence_that_lost_its_accents() -> None:
    assert [r.offset for r in accents_lost("Bé ngủ. Cho be bu me khi be doi.")] == [8]
    assert not list(accents_lost("Cho con ăn ngon khi con vui. Xem tranh. UBND, BHYT."))
