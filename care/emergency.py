"""Recognising a cry for help in what people type. Decides only that the numbers are shown.

Kept small and without any file, because it must work when everything else is broken. Words are
compared without accents, so that every way of typing is found; an accent in the tables below is
one that tells the danger from an everyday word: "tự tử" from "từ từ", "hóc" from "học".
"""

import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache

from care.folding import accented, fold

Word = tuple[str, str]  # without accents, and its accents
Phrase = list[Word]

_NUMBERS = ("111", "113", "114", "115")
# Found with the accents below, with a wrong one beside a right one, and without any.
_DANGER = (
    "cap cuu|khan cap|goi cong an|sos|cứu voi|cứu toi|cứu con|cứu em|cứu be|cứu me|cứu chau",
    "khong thở|kho thở|thở khong|ngung thở|ngat tho|ngung tim|tím tai|tím moi|moi tím|tim lim",
    "co giật|con giật|bi giật|sot giật|giật kinh|bat tinh|hon me|ngất xiu|bi ngất|lịm di",
    "goi khong tỉnh|lay khong tỉnh|khong tỉnh day|khong tỉnh lai|goi khong day|mac nghẹn",
    "bi hóc|hóc di vat|hóc xuong|hóc hat|hóc sua|hóc dong|hóc keo|hóc thach|sac sua tim",
    "đuối nuoc|chet đuối|ngat nuoc|ngat khi|roi xuong nuoc|roi xuong ao|roi xuong gieng",
    "uong nham|uong phai|an nham|thuoc tru sau|uong thuoc sau|thuoc diet co|thuoc diet chuot",
    "ngo doc|dien giật|chay mau nhieu|chay mau khong|mau chay nhieu|bang huyet|bi bỏng|bi phỏng",
    "ran can|cháy nha|nga tu tren cao|nga lầu|nhay lầu|muon chet|khong muon song",
    "khong thiet song|chet quach|chet cho xong|tự tử|tự sát|rạch tay|rach len tay|cat co tay",
    "giet con|giet toi|giet em|giet me|giet chau|giet bé|giet cả|giet hai|giet vo|giet nguoi",
    "doi giet|doa giet|bop cổ|cam dao duoi|dang danh con|dang danh toi|dang danh em|dang danh me",
    "bi hiếp|hiếp dam|xam hai|bat coc",
)
# Found only when written exactly so: without these accents they are everyday words.
_WRITTEN = ("hóc|đuối|hiếp|giết|nghẹt thở|bỏng nặng|tự vẫn|thuốc sâu",)
# Everyday phrases, written so or without accents. They hide their own words only, not another cry
# in the same message.
_EVERYDAY = (
    "hóc búa|hóc môn|hóc hiểm|học hát múa|học hát hay|yếu đuối|cá đuối|đuối sức|đuối lý",
    "tìm tài liệu|tìm tài khoản|tìm mọi cách|ngừng tìm kiếm|con giật mình|bị giật mình",
    "con giật đồ|con giật tóc|bị giật đồ|cười muốn chết|muốn chết cười|phòng chống xâm hại",
    "phòng tránh xâm hại|giết con gà|giết con vịt|giết con muỗi|giết con kiến|giết con gián",
    "giết gà|giết vịt|giết muỗi|giết kiến|giết gián|giết chuột|giết thời gian|giết vi khuẩn",
    "giết con chuột|thuốc sau ăn|thuốc sau khi|thuốc sau bữa|thuốc sau sinh|thuốc sau tiêm",
)
_UNITS = ("cm", "kg", "g", "gam", "gram", "ml", "mm", "lit", "nghin", "ngan", "dong", "ngay")
_NOT = dict.fromkeys(("k", "ko", "hok", "hong", "hem"), "khong")
_SHORT = {**_NOT, "mun": "muon", "bj": "bi"}
HIDDEN = ("", "")


def is_emergency(text: str) -> bool:
    """True when the text may be a cry for help; a wrong True costs one message with numbers."""
    typed = [_word(word) for word in accented(text).split()]
    for start, phrase in list(_found(typed, EVERYDAY)):
        here = slice(start, start + len(phrase))
        if all(got in ("", want) for want, got in _accents(phrase, typed[here])):
            typed[here] = [HIDDEN] * len(phrase)
    if any(phrase == typed[i : i + len(phrase)] for i, phrase in _found(typed, WRITTEN)):
        return True
    return any(_meant(phrase, typed[i : i + len(phrase)]) for i, phrase in _found(typed, DANGER))


def _meant(phrase: Phrase, typed: Phrase) -> bool:
    """Not an everyday word: no deciding accent was written, or one as the danger has it."""
    written = [want == got for want, got in _accents(phrase, typed) if want and got]
    return not written or any(written)


def _accents(phrase: Phrase, typed: Phrase) -> list[tuple[str, str]]:
    return [(want, got) for (_, want), (_, got) in zip(phrase, typed, strict=True)]


def _found(typed: Phrase, table: dict[str, list[Phrase]]) -> Iterator[tuple[int, Phrase]]:
    """Where a phrase stands, whatever its accents."""
    for start, (first, _) in enumerate(typed):
        for phrase in table.get(first, ()):
            here = typed[start : start + len(phrase)]
            if [bare for bare, _ in here] == [bare for bare, _ in phrase]:
                yield start, phrase


@lru_cache(maxsize=4_096)
def _word(word: str) -> Word:
    bare = fold(word)
    marks = filter(unicodedata.combining, unicodedata.normalize("NFD", word))
    return (_SHORT[bare], "") if bare in _SHORT else (bare, "".join(sorted(marks)))


def _table(lines: Iterable[str]) -> dict[str, list[Phrase]]:
    """The phrases by their first word."""
    table: dict[str, list[Phrase]] = {}
    for line in "|".join(lines).split("|"):
        phrase = [_word(word) for word in line.split()]
        table.setdefault(phrase[0][0], []).append(phrase)
    return table


DANGER = _table((*_DANGER, *_NUMBERS))
WRITTEN = _table(_WRITTEN)
EVERYDAY = _table((*_EVERYDAY, *(f"{n} {unit}" for n in _NUMBERS for unit in _UNITS)))
