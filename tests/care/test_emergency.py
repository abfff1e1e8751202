import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from care.emergency import DANGER, WRITTEN, is_emergency
from care.folding import FOLD_LIMIT, accented, fold

CRIES = [
    "em muốn tự tử",
    "con bị hóc hạt nhãn không thở được",
    "bé đuối nước",
    "con co giật, sùi bọt mép",
    "cháu uống nhầm thuốc diệt chuột",
    "bé bị bỏng nước sôi",
    "con tím tái rồi",
    "nó đang đánh con em",
    "gọi mãi bé không tỉnh dậy",
    "cứu với",
    "anh ấy dọa giết cả hai mẹ con",
]


def spellings(cry: str) -> list[str]:
    bare = fold(cry)
    return [
        cry,
        cry.upper(),
        unicodedata.normalize("NFD", cry),
        bare,
        bare.upper(),
        "!!! " + cry.replace(" ", "   ") + "...",
        cry.replace(" ", "-"),
        ". ".join(cry.split()),
        "\u200b".join(cry),
        "".join(c + "\u00ad" for c in bare),
        "\n".join(cry.split()),
    ]


@pytest.mark.parametrize("cry", CRIES)
def test_a_cry_for_help_is_seen_in_every_spelling(cry: str) -> None:
    missed = [typed for typed in spellings(cry) if not is_emergency(typed)]
    assert missed == []


@pytest.mark.parametrize(
    "typed",
    [
        "T.Ự T.Ử",
        "t.ự t·ử",
        "tu tu",
        "tự tu",
        "tu tử",
        "ｔự ｔử",
        "chắc em tự tử thôi",
        "tự tử rồi",
        "S.O.S",
        "115",
        "goi 113 giup em",
        "e k mún sống nữa",
        "ko thở dc",
        "bj hóc xương",
        "bé duối nước",  # d for đ
        "hoć xương",  # the accent on the wrong letter
        "bị phỏng nước sôi",
        "em tím tái, liệu có sao không",
        "con co giật mình phải làm sao",  # "mình": I
    ],
)
def test_sloppy_typing_is_seen(typed: str) -> None:
    assert is_emergency(typed)


@pytest.mark.parametrize(
    "typed",
    [
        "học bài",
        "bé bị học quá sức",
        "từ từ thôi",
        "cứ từ từ",
        "sản phẩm từ tự nhiên",
        "biện pháp tu từ",
        "câu này hóc búa quá",
        "Hóc Môn",
        "chết cười",
        "cười muốn chết",
        "buon ngu chet di duoc",
        "chơi dưới nước",
        "bé yếu đuối",
        "cá đuối",
        "tủ sắt",
        "tư vấn giúp em",
        "em can tu van",
        "tìm tài liệu",
        "tìm mọi cách",
        "nuôi cừu con",
        "bé hay bị giật mình",
        "giặt đồ, có giặt riêng không",
        "khổ thơ này hay",
        "giết gà nấu cháo",
        "diệt muỗi, giết con gián",
        "uống thuốc sau ăn",
        "bé cao 115 cm",
        "chạy nhà này sang nhà kia",
        "cô Hiệp",
        "phòng chống xâm hại trẻ em",
        "con mấy tháng thì ăn dặm",
        "",
    ],
)
def test_everyday_words_are_no_cry_for_help(typed: str) -> None:
    assert not is_emergency(typed)


def test_an_everyday_phrase_hides_no_cry_beside_it() -> None:
    assert is_emergency("từ từ thôi, con không thở nữa")
    assert is_emergency("bài này hóc búa mà bé thì bị hóc xương")
    assert is_emergency("giết con gián xong thì bé co giật")


@pytest.mark.parametrize("phrase", [p for ps in DANGER.values() for p in ps], ids=str)
def test_every_phrase_is_found_without_accents(phrase: list[tuple[str, str]]) -> None:
    bare = " ".join(word for word, _ in phrase)
    assert is_emergency(f"con em {bare} roi")
    assert is_emergency(f"({bare.upper()})")


def test_no_phrase_is_empty() -> None:
    assert all(
        word for table in (DANGER, WRITTEN) for ps in table.values() for p in ps for word, _ in p
    )


@settings(derandomize=True, deadline=None)
@given(st.text(st.characters(codec=None)))
def test_nothing_typed_is_too_strange(typed: str) -> None:
    is_emergency(typed)


@settings(derandomize=True, deadline=None)
@given(st.text(max_size=200), st.sampled_from(CRIES), st.text(max_size=200))
def test_words_around_do_not_hide_a_cry(before: str, cry: str, after: str) -> None:
    assert is_emergency(f"{before}\n{cry}\n{after}")


def test_a_very_long_text_is_read_to_its_limit() -> None:
    assert is_emergency("a " * 3_000 + "không thở")
    assert not is_emergency("ba " * 100_000 + "không thở")


@settings(derandomize=True, deadline=None)
@given(st.text(st.characters(codec=None), max_size=FOLD_LIMIT // 20))
def test_words_with_their_accents_are_the_words_compared(typed: str) -> None:
    assert fold(accented(typed)) == fold(typed)
    assert accented("Bé  HÓC x.ư.ơ.n.g!") == "bé hóc xương"
