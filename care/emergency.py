"""Recognising a cry for help in what people type. Decides only that the numbers are shown.

Kept small and without any file, because it must work when everything else is broken. Phrases are
without accents, except where the accent tells the danger from an everyday word.
"""

from care.folding import fold

_FOLDED = (
    "111",
    "113",
    "114",
    "115",
    "cap cuu",
    "khan cap",
    "goi cong an",
    "sos",
    "khong tho",
    "ngung tho",
    "ngung tim",
    "tim tai",
    "tim moi",
    "co giat",
    "giat kinh phong",
    "bat tinh",
    "hon me",
    "hoc di vat",
    "hoc xuong",
    "bi hoc",
    "hoc hat",
    "hoc sua",
    "hoc dong xu",
    "duoi nuoc",
    "chet duoi",
    "roi xuong nuoc",
    "roi xuong ao",
    "uong nham",
    "uong phai",
    "uong thuoc sau",
    "ngo doc",
    "chay mau nhieu",
    "chay mau khong cam",
    "mau chay nhieu",
    "bang huyet",
    "dien giat",
    "bi bong",
    "ran can",
    "nga tu tren cao",
    "chay nha",
    "muon chet",
    "tu tu",
    "tu sat",
    "khong muon song",
    "chet quach",
    "giet con",
    "giet toi",
    "doi giet",
    "dang danh con",
    "dang danh toi",
    "bi hiep",
    "hiep dam",
    "xam hai",
    "bat coc",
    "cuu voi",
    "cuu toi",
    "cuu con",
    "cuu em",
)
_ACCENTED = ("hóc", "đuối", "bỏng nặng", "tím tái", "hiếp", "giết", "bóp cổ")
# Everyday phrases that share letters with a cry for help.
_HARMLESS = ("tu tu thoi", "cu tu tu", "tu tu roi", "tu tu da", "hoc hat mua", "hoc hat hay")


def is_emergency(text: str) -> bool:
    """True when the text may be a cry for help; a wrong True costs one message with numbers."""
    typed = f" {fold(text)} "
    if any(f" {phrase} " in typed for phrase in _HARMLESS):
        return False
    if any(f" {phrase} " in typed for phrase in _FOLDED):
        return True
    lowered = text[:8000].lower()
    return any(word in lowered for word in _ACCENTED)
