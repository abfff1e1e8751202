"""Hours, yes or no, and the number of a choice, as families type them."""

import re

from care.folding import fold
from care.milestones import Seen
from care.typed_vi import COUNT, accented, number, tidy

LONGEST_ANSWER_WORDS = 4
LONGEST_SIGHT_WORDS = 6


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


# "tôi" is I and "bây giờ" is now; without accents they are evening and seven o'clock.
_NOT_HOURS = re.compile(r"\b(?:tôi|tới|bây giờ|(?:chuyển|đổi) sang)\b")
_SEVEN = re.compile(r"\b(?:bảy|bẩy)(?= giờ)")
_NOW = re.compile(r"\bbay gio\b(?! (?:ruoi|sang|toi|kem))|\b(?:chuyen|doi) sang\b")
_HOUR_WORDS = re.compile(rf"\b({COUNT})(?= (?:gio|h|ruoi)\b)|(?<=kem )({COUNT})\b")
_PART = "sang|trua|chieu|toi|dem|khuya"
_HOUR = re.compile(
    rf"(?:\b(?P<early>{_PART}) (?:luc )?)?(?<![0-9])(?<![0-9][/.:,\-])(?P<hour>[0-9]{{1,2}})"
    r"(?P<mark> ?(?:h|gio|g)\b(?: ?(?P<minute>[0-9]{1,2})(?![0-9]))?"
    r"|[:.](?P<clock>[0-9]{2})(?![0-9:]))?"
    r"(?: ?(?:phut|p)\b)?(?P<half> ruoi\b)?(?: kem (?P<less>[0-9]{1,2})\b(?: phut)?)?"
    rf"(?: (?:buoi )?(?P<part>{_PART}|am|pm)\b)?(?![0-9]|[/.\-][0-9])"
)
_AROUND_A_BARE_HOUR = {"luc", "khoang", "vao", "tam", "a", "nhe", "nha", "di", "em", "chi", "da"}
_AFTERNOON = {"trua": range(1, 4), "chieu": range(1, 12), "pm": range(1, 12),
              "toi": range(4, 12), "dem": range(6, 12), "khuya": range(9, 12)}  # fmt: skip
_MIDNIGHT = {"sang", "am", "toi", "dem", "khuya"}

_AGREE = re.compile(r"\b(?:đồng ý|dong y)\b")
_WORD = re.compile(r"[^\W_]+")
# With accents only the right ones count: "cô" is an aunt, "đừng" is do not, "bà" is not three.
_YES = _set("có ừ ừa ừm ờ đúng đung rồi phải được vâng")
_YES_BARE = _set("co u uh uhm um ua ok oke okie oki okay okey yes vang vg dung phai duoc roi")
_NO = _set("không hông hổng hổn khum sai chưa chẳng chả")
_NO_BARE = _set("khong ko k kg kh hong hok hem hong khum hk no sai chua")
# Said before any answer out of respect, or alone as a yes.
_POLITE = {"dạ", "da", "vâng", "vang", "ừ", "ờ"}
# Without accents these are also other words: "da" is skin, "dung" is do not.
_ONLY_ALONE = {"da", "dung", "roi", "u", "um", "ua", "phai", "duoc", "vg"}
_FILLERS = _set(
    "a ah da nhe nha nhé nhá ạ á dạ em chi chị anh oi ơi roi rồi chu chứ vay vậy that thật lam lắm"
    " the thế day đấy đó do ma mà luon luôn la là bac bác co cô bạn ban"
)
_CALLED = {"oi", "ơi", "giao", "giáo"}
_UNSURE = _set("biết biet chắc chac rõ ro nhớ nho hiểu hieu sao lẽ le thể")
# "có đâu", "có phải...": a yes turned round or into a question; after a no they change nothing.
_TURNING = _set("hay đâu dau phải phai nào nao")

_CHOICE_WORDS = {
    "một": 1, "mot": 1, "hai": 2, "ba": 3, "bốn": 4, "bon": 4, "tư": 4, "năm": 5, "sáu": 6,
    "bảy": 7, "bẩy": 7, "bay": 7, "tám": 8, "tam": 8, "chín": 9, "chin": 9, "mười": 10, "muoi": 10,
}  # fmt: skip
_AROUND_A_CHOICE = _set(
    "chon so cau cai y muc thu dong phim bam nhan lua dap an la em chi anh minh a nhe nha da xin"
    " cho vang option"
)

# What a child does: "thấy rồi", "có", "chưa làm được", "lúc có lúc không". "Không biết" is the
# caregiver who cannot say; "bé không biết" is the child.
_DOES = _set("thấy rồi có được biết làm lâu")
_DOES_BARE = _set("thay roi co duoc biet lam lau")
_AROUND_WHAT_IT_DOES = _set("đã da dạ em chị anh bé be con cháu chau mình minh nó nhé nhe nha ạ a")
_HALF = re.compile(
    r"\b(?:(?:chua|khong|ko|k|kg) (?:ro|chac|nho)|quen"
    r"|(?<!be )(?<!con )(?<!chau )(?<!no )(?:khong|ko|k|kg) biet"
    r"|thinh thoang|doi khi|hoa hoan|luc (?:co )?luc khong|phan van)\b"
)


def parse_hour(text: str) -> int | None:
    """Minutes after midnight; None also for two hours in one text."""
    typed = _NOW.sub(" ", tidy(_NOT_HOURS.sub(" ", _SEVEN.sub("7", accented(text)))))
    typed = _HOUR_WORDS.sub(lambda match: str(number(match[1] or match[2])), typed)
    found = list(_HOUR.finditer(typed))
    if len(found) != 1:
        return None
    parts = found[0].groupdict()
    rest = (typed[: found[0].start()] + " " + typed[found[0].end() :]).replace(",", " ")
    if any(char.isdigit() for char in rest):
        return None
    named = [parts[key] for key in ("mark", "half", "less", "part", "early") if parts[key]]
    if not named and not {word.strip(".") for word in rest.split()} <= _AROUND_A_BARE_HOUR:
        return None
    minute = int(parts["minute"] or parts["clock"] or (30 if parts["half"] else 0))
    hour = _on_the_day(int(parts["hour"]), parts["part"] or parts["early"])
    less = int(parts["less"] or 0)
    if hour > 24 or minute > 59 or less > 59 or (hour == 24 and minute):
        return None
    return (60 * hour + minute - less) % (24 * 60)


def parse_yes_no(text: str) -> bool | None:
    """None when unsure: "không biết" and "có không?" are no answers."""
    tokens = _WORD.findall(_AGREE.sub("ok", accented(text)))
    return _yes_no(tokens) if 0 < len(tokens) <= LONGEST_ANSWER_WORDS else None


def parse_seen(text: str) -> Seen | None:
    """The answer to "have you seen the child do this?"; sometimes counts as unsure."""
    tokens = _WORD.findall(accented(text))
    said = [word for word in tokens if word not in _AROUND_WHAT_IT_DOES]
    if len(said) > LONGEST_SIGHT_WORDS:
        return None
    if _HALF.search(fold(text)):
        return Seen.UNSURE
    if said and (said[0] in _NO or said[0] in _NO_BARE):
        return Seen.NOT_YET
    if said and all(word in _DOES or word in _DOES_BARE for word in said):
        return Seen.SEEN
    agrees = parse_yes_no(text)
    return None if agrees is None else Seen.SEEN if agrees else Seen.NOT_YET


def parse_choice_number(text: str) -> int | None:
    """The only number of an answer that says nothing else."""
    numbers: list[int] = []
    for token in _WORD.findall(accented(text)):
        folded = fold(token)
        if folded.isdecimal() and len(folded) <= 2:
            numbers.append(int(folded))
        elif token in _CHOICE_WORDS:
            numbers.append(_CHOICE_WORDS[token])
        elif folded and folded not in _AROUND_A_CHOICE:
            return None
    return numbers[0] if len(numbers) == 1 and numbers[0] > 0 else None


def _on_the_day(hour: int, part: str | None) -> int:
    if part in _MIDNIGHT and hour == 12:
        return 0
    return hour + 12 if part and hour in _AFTERNOON.get(part, ()) else hour


def _yes_no(tokens: list[str]) -> bool | None:
    first, rest = tokens[0], tokens[1:]
    turned = (_UNSURE | _TURNING | _NO | _NO_BARE | _CALLED) & set(rest)
    courteous = all(word in _FILLERS for word in rest) and not _CALLED & set(rest[:1])
    if first in _POLITE and rest and not courteous:
        return _yes_no(rest)
    if first in _NO or first in _NO_BARE:
        return None if _UNSURE & set(rest) else False
    if first not in _YES and first not in _YES_BARE and first not in _POLITE:
        return None
    if courteous:
        return True
    return None if first in _ONLY_ALONE or turned else True
