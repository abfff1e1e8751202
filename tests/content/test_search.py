"""Finding items by their words."""

import pytest

from content.library import Library
from content.search import Index

TEXTS = {
    "tip-bowl": ("Bát bột đầu tiên", "Bé ăn dặm vài thìa, mẹ vẫn cho bú."),
    "tip-nap": ("Giấc ngủ ngày", "Bé ngủ trưa, mẹ cũng nghỉ. Ăn dặm xong thì chơi."),
    "tip-walk": ("Ra ngoài dạo", "Đi dạo buổi sáng."),
    "tip-feed": ("Ăn dặm cùng nhà", "Cả nhà cùng ăn."),
}


@pytest.fixture
def index() -> Index:
    return Index(TEXTS)


@pytest.mark.parametrize("typed", ["ăn dặm", "an dam", "ĂN DẶM", "  ăn   dặm?! ", "a\u0306n dặm"])
def test_accents_and_capitals_do_not_matter(index: Index, typed: str) -> None:
    assert index.search(typed)[0] == "tip-feed"
    assert set(index.search(typed)) == {"tip-feed", "tip-bowl", "tip-nap"}


def test_a_title_goes_before_a_text(index: Index) -> None:
    assert index.search("ngủ") == ["tip-nap"]
    assert index.search("dạo") == ["tip-walk"]
    assert index.search("ăn dặm")[0] == "tip-feed"


def test_words_side_by_side_go_before_the_same_words_apart() -> None:
    apart = {"tip-a": ("", "bột ăn mãi rồi đến dặm"), "tip-b": ("", "ăn dặm bột rồi đến mãi")}
    assert Index(apart).search("ăn dặm") == ["tip-b", "tip-a"]


def test_a_seldom_word_says_more_than_a_frequent_one() -> None:
    texts = {f"tip-{n}": ("", "cơm canh") for n in range(9)} | {"tip-x": ("", "gấc")}
    assert Index(texts).search("canh gấc")[0] == "tip-x"


def test_words_that_stand_everywhere_find_nothing(index: Index) -> None:
    for typed in ("bé", "mẹ thì sao", "con có gì không ạ", "", "  ", "?!", "🙂"):
        assert set(index.search(typed)) <= {"tip-bowl", "tip-nap"}
    assert index.search("bé con có gì không ạ") == []


def test_unknown_words_find_nothing(index: Index) -> None:
    assert index.search("tàu vũ trụ") == []
    assert Index({}).search("ăn dặm") == []


def test_what_is_as_good_comes_by_id_and_no_more_than_wanted() -> None:
    index = Index({f"tip-{n}": ("Tắm nắng", "") for n in (3, 1, 2)})
    assert index.search("tắm nắng") == ["tip-1", "tip-2", "tip-3"]
    assert index.search("tắm nắng", most=2) == ["tip-1", "tip-2"]


def test_a_word_typed_twice_counts_once(index: Index) -> None:
    once, twice = index.search("dạo ăn dặm"), index.search("dạo dạo dạo ăn dặm")
    assert set(once) == set(twice)


@pytest.mark.parametrize(
    ("typed", "item"),
    [
        ("khai sinh", "faq-birth-certificate"),
        ("mat ong", "faq-honey"),
        ("tẩy giun", "faq-deworm"),
        ("bỏng", "dg-burn"),
        ("mũ bảo hiểm", "faq-helmet"),
    ],
)
def test_the_real_content_is_found(library: Library, typed: str, item: str) -> None:
    assert item in library.index.search(typed)[:5]


def test_every_item_is_found_by_its_own_title(library: Library) -> None:
    """Among the first five, as many as are shown, for nearly all."""
    titles = {item: library.meta[item].title for item in library.items}
    missed = [i for i, title in titles.items() if i not in library.index.search(title)[:5]]
    assert len(missed) <= len(titles) // 20, missed
