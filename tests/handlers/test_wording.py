"""Short words that are made, not written."""

from handlers.wording import LONGEST_LABEL, cut


def test_label_is_cut_between_words() -> None:
    assert cut("Sốt mà co giật: làm gì trước") == "Sốt mà co giật: làm gì trước"
    assert (
        cut("Bé dưới 1 tuổi bị hóc: vỗ lưng 5, ấn ngực 5")
        == "Bé dưới 1 tuổi bị hóc: vỗ lưng 5, ấn…"
    )
    assert cut("a" * 39 + " b") == "a" * 39 + "…"
    assert cut("x" * 50) == "x" * (LONGEST_LABEL - 1) + "…"
