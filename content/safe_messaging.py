"""The rules for words about harm and despair, each as a check (docs/write-content.md).

What a text cannot show stands in tests/handlers/test_safe_messaging.py: that the question for a
safe phone comes first, that every question can be skipped, and that a guess can be put right.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

from care.discreet import CARDS, is_discreet
from care.folding import fold
from content import lint, readings
from content.files import Problem
from content.library import Library
from content.render import Reader, RenderError, render
from content.tree import Tree, Words
from content.wordlists import Wordlists

GLANCE = 60  # characters a notice shows
FIRST = ("tre_em", "cong_an", "cap_cuu")
WITHIN = 2  # lines after the neutral one
PLAIN = frozenset({"harm/no"})  # it was something else: no number
LOOKED_AT = ("harm/", "report/", "guidance/")  # begin with a neutral line
DESPAIR = frozenset({"harm/despair", "harm/young", "guidance/tired", "guidance/young", "dg-mh"})
QUESTIONS_MOST = 5
INTAKE = "report/ask-"
DISCREET_LABELS = ("harm.", "report.", "guidance.", "discreet.", "command.")
NOT_THAT = "harm.no"  # the button under every guess
READER = Reader("", (), "", None)


class Rule(NamedTuple):
    """Words that may not stand; `denied`: unless the same clause says no before them."""

    why: str
    pattern: re.Pattern[str]
    denied: bool = True


def _rule(why: str, pattern: str, *, denied: bool = True) -> Rule:
    return Rule(why, re.compile(rf"(?<!\w)(?:{pattern})(?!\w)", re.IGNORECASE), denied)


_PERSON = r"(?:người (?:đó|ấy|kia|bị nghi|làm|gây|đánh)|kẻ|hắn)"
RULES = (
    _rule("asks why", r"vì sao|tại sao|(?<!có )sao (?:bạn|con|em|lại|không)|làm sao mà"),
    _rule("blames", r"lỗi (?:của|tại|do) (?:bạn|con|em|trẻ|mẹ|bố)|đáng lẽ|lẽ ra|đáng đời"),
    _rule("promises secrecy", r"giữ kín|(?:giữ )?bí mật|bảo mật|ẩn danh"),
    _rule(
        "promises secrecy",
        r"không (?:một )?ai (?:biết|thấy|đọc)|chỉ (?:mình|bạn|con|hai ta) (?:biết|thấy|đọc)",
        denied=False,
    ),
    _rule(
        "promises an outcome",
        r"sẽ (?:ổn|được cứu|được bảo vệ|an toàn|hết)|chắc chắn (?:sẽ|có)|hứa|cam đoan|bảo đảm",
    ),
    _rule("names a culprit", r"thủ phạm|hung thủ|kẻ (?:xấu|ác|thủ ác|bạo hành|xâm hại)"),
    _rule(
        "leads",
        r"(?:phải|đúng) không(?=\s*\?)|có phải[^.!?\n]*\?|"
        r"(?:ai|người nào) (?:đã )?(?:đánh|làm|gây|sờ|chạm)[^.!?\n]*\?",
        denied=False,
    ),
    _rule(
        "demands details or proof",
        r"kể (?:rõ|hết|chi tiết|lại)|bằng chứng|chứng cứ|bắt buộc|phải (?:kể|nói|trả lời|gửi|có)",
    ),
    _rule(
        "asks for pictures or sound",
        r"(?:gửi|chụp|quay|kèm|đưa)[^,.;:!?\n]{0,24}(?:ảnh|(?<!màn )hình|video|clip|phim)|"
        r"ghi âm|tin thoại",
    ),
    _rule(
        "sends somebody to the person",
        rf"(?:gặp|hỏi|nói chuyện với|khuyên|nói thẳng với) {_PERSON}|đối chất|dàn xếp|hòa giải",
    ),
    _rule(
        "gathers proof in secret",
        r"thu thập|theo dõi|(?:lén|ngầm|trộm) \w+|(?:ghi|quay|chụp|xem) (?:lén|trộm|ngầm)",
    ),
)
OF_DESPAIR = (
    _rule(
        "names a method",
        r"thuốc (?:ngủ|sâu|chuột|diệt)|uống thuốc|treo|thắt cổ|nhảy|cắt|dao|dây|súng|lao vào",
        denied=False,
    ),
    _rule(
        "names an illness", r"trầm cảm|tâm thần|rối loạn|hoang tưởng|bệnh (?!viện)\w+", denied=False
    ),
)
_STAYS = re.compile(r"(?:đừng|không)[^.\n]{0,16} một mình|ở bên", re.IGNORECASE)
_PEOPLE = re.compile(r"người (?:thân|thật|lớn|nhà)|cán bộ|bác sĩ", re.IGNORECASE)
_DENIES = re.compile(r"(?<!\w)(?:không|chưa|đừng|chẳng|chớ)(?!\w)", re.IGNORECASE)
_CLAUSE = re.compile(r"[,.;:!?\n]")
# What these must say: who reads, who keeps a copy, what the exit cannot do.
MUST_SAY = {
    "guidance/bot": ("máy", "cán bộ", "luật", "telegram", "zalo"),
    "guidance/exit": ("thông báo", "máy khác"),
    "report/review": ("cán bộ", "luật", "telegram", "zalo"),
}


def check(
    tree: Tree, library: Library, lists: Wordlists, today: date | None, *, render: bool
) -> Iterator[Problem]:
    yield from _neutral(lists)
    found = {m: words for m, words in tree.flows.items() if is_discreet(m)}
    for message, words in found.items():
        yield from _said(message, words)
        if render and message.startswith(LOOKED_AT):
            yield from _first_lines(message, words, library, lists)
    for card in sorted(CARDS & tree.texts.keys()):
        yield from _said(card, tree.texts[card])
    yield from _intake(tree)
    yield from _labels(tree, lists)
    yield from readings.check(tree, found, today)


def _neutral(lists: Wordlists) -> Iterator[Problem]:
    for line in lists.neutral:
        sensitive = [word for word in lists.sensitive if _holds(line, word)]
        if len(line) < GLANCE or "?" in line or sensitive:
            yield Problem("content/wordlists.yaml", 1, f"not a neutral first line: {line!r}")


def _holds(text: str, word: str) -> bool:
    return f" {fold(word)} " in f" {fold(text)} "


def _said(message: str, words: Words) -> Iterator[Problem]:
    page = words.page
    rules = (*RULES, *(OF_DESPAIR if message in DESPAIR else ()))
    whole = "\n".join(part.text for part in page.parts.values())
    for part in page.parts.values():
        for offset, why in remarks(part.text, rules):
            yield Problem(page.path, part.line_at(offset), why)
    missing = [word for word in MUST_SAY.get(message, ()) if word not in whole.lower()]
    if missing:
        yield Problem(page.path, 1, f"must speak of: {', '.join(missing)}")
    if message in DESPAIR:
        if not _STAYS.search(whole):
            yield Problem(page.path, 1, "must say: stay, not alone")
        if not _PEOPLE.search(whole):
            yield Problem(page.path, 1, "must offer a person")


def remarks(text: str, rules: Sequence[Rule]) -> Iterator[tuple[int, str]]:
    """What breaks a rule, with its place."""
    seen = lint.visible(text)
    for rule in rules:
        for match in rule.pattern.finditer(seen):
            clause = _CLAUSE.split(seen[: match.start()])[-1]
            if not (rule.denied and _DENIES.search(clause)):
                yield match.start(), f"{match.group()[:40]!r} {rule.why}"


def _first_lines(
    message: str, words: Words, library: Library, lists: Wordlists
) -> Iterator[Problem]:
    """A neutral line, then the numbers, before any question; whatever the switches of the text."""
    params = words.front.params
    switches = [key for key, value in params.items() if isinstance(value, bool)]
    found: set[Problem] = set()
    for given in (params, *({**params, key: not params[key]} for key in switches)):
        try:
            text = render(library, message, given, READER, draft_note=False).text
        except RenderError:
            return  # told by check_flows
        found.update(_begins(message, words.page.path, text, library, lists))
    yield from sorted(found)


def _begins(
    message: str, path: str, text: str, library: Library, lists: Wordlists
) -> Iterator[Problem]:
    lines = [line for line in text.splitlines() if line.strip()]
    if lines[0] not in lists.neutral:
        yield Problem(path, 1, "the first line must be one of neutral in wordlists.yaml")
    if message in PLAIN:
        return
    head = "\n".join(lines[1 : 1 + WITHIN])
    for key in FIRST:
        number = library.numbers.get(key)
        before, shown_there, _ = head.partition(number.number if number else "?")
        if not shown_there or "?" in before:
            said = f"{{so_{key}}} must stand in the two lines after the first, before a question"
            yield Problem(path, 1, said)


def _intake(tree: Tree) -> Iterator[Problem]:
    asked = sorted(message for message in tree.flows if message.startswith(INTAKE))
    for message in asked[QUESTIONS_MOST:]:
        said = f"a question too many: at most {QUESTIONS_MOST}"
        yield Problem(tree.flows[message].page.path, 1, said)


def _labels(tree: Tree, lists: Wordlists) -> Iterator[Problem]:
    file = tree.labels_file
    if file is None:
        return
    for key, label in tree.labels.items():
        if key.startswith(DISCREET_LABELS):
            for word in lists.sensitive:
                if _holds(label, word):
                    yield file.problem((key,), f"{key}: {word!r} shows what it is about")
    if any(message.startswith("harm/") for message in tree.flows) and NOT_THAT not in tree.labels:
        yield file.problem((), f"the label {NOT_THAT} is missing: a guess can be wrong")
