"""One fault planted in a faultless folder: that problem is reported, on its line, and no other."""

from datetime import date
from typing import NamedTuple

import pytest

from content.files import Level
from tests.content.site import Site

ITEMS = "programme/items.yaml"
PAPERS = "programme/reminders/papers.yaml"
TIP_TEXT = "text/vi/tips/tip-a1.md"
DANGER_TEXT = "text/vi/danger/dg-a1.md"
REMINDER_TEXT = "text/vi/reminders/rm-a1.md"


class Fault(NamedTuple):
    path: str
    old: str
    new: str
    at: str  # the first line of the edited file that holds this is the one reported
    said: str
    level: Level = Level.ERROR


LONG = " ".join(["ở"] * 21)

FAULTS = [
    # 1 schema
    Fault(ITEMS, "kind: tip", "kind: tip\n  knd: tip", "knd: tip", "knd: unknown key"),
    Fault(ITEMS, "    tier: A\n", "    tier: D\n", "tier: D", "schedule.tier: Input should be"),
    Fault(ITEMS, "at: P183D", "at: 183", "at: 183", "schedule.at: Input should be"),
    Fault(ITEMS, "at: P183D", "at: P6W", "at: P6W", "schedule.at: not an offset: 'P6W'"),
    Fault(ITEMS, "expires: P244D", "expires: P100D", "schedule:", "expires must come after at"),
    Fault(ITEMS, "basis: corrected", "basis: gestational", "schedule:", "and basis gestational go"),
    Fault(
        ITEMS,
        "kind: tip\n",
        "version: 1\n  kind: tip\n",
        "  version: 1\n  comp",
        "the key 'version' stands",
    ),
    Fault(ITEMS, "kind: tip", "kind: danger", "- id: tip-a1", "the id of a danger begins with dg-"),
    Fault(ITEMS, "    tier: A\n", "    tier: A\n    push: 3\n", "push: 3", "schedule.push: Input"),
    Fault(PAPERS, "repeat: [P7D, P30D]", "repeat: [P9D, P30D]", "schedule:", "begin with at"),
    Fault(PAPERS, "then_every: P7D", "then_every: P1M", "schedule:", "then_every must be days"),
    Fault("sources.yaml", "seen: read", "seen: some", "WHO-A", "WHO-A.seen: Input"),
    Fault("places.yaml", '"115"', "115", "number: 115", "numbers.cap_cuu.number: Input should"),
    Fault(
        "places.yaml",
        "free: true",
        "free: true\n    fre: 1",
        "fre: 1",
        "numbers.tre_em.fre: unknown",
    ),
    # 1 the words of an item
    Fault(TIP_TEXT, "## action", "## aktion", "## aktion", "no such heading here: ## aktion"),
    Fault(
        TIP_TEXT, "## grandparent", "## action", "## action\nCháu", "## action stands here twice"
    ),
    Fault(TIP_TEXT, "## sms", "## voice\n\n## sms", "## voice", "nothing stands under ## voice"),
    Fault(TIP_TEXT, "version: 1", "version: 2", "version: 2", "words are version 2, the item"),
    Fault(TIP_TEXT, "version: 1", "versio: 1", "versio: 1", "versio: unknown key"),
    Fault(TIP_TEXT, "# Bát bột đầu tiên\n", "", "---", "has no # title"),
    Fault(TIP_TEXT, "version: 1", "", "\n---", "words are version None"),
    # 2 lengths
    Fault(TIP_TEXT, "# Bát bột đầu tiên", f"# Bát {'bột ' * 15}", "# Bát", "title: 63 characters"),
    Fault(
        TIP_TEXT,
        "Hôm nay thêm một món {be} chưa từng ăn.",
        "Hôm nay thêm một món. {Goi} cho {be} ăn cùng cả nhà ở bàn, thêm một món {be} chưa ăn.",
        "Hôm nay thêm một món.",
        "action: 104 characters with the longest names (at most 90)",
    ),
    Fault(
        TIP_TEXT,
        "Sau 6 tháng, {be} cần thêm món khác.",
        (" ".join(["Nghiêng"] * 12) + ". ") * 4,
        "{Be} ăn dặm",
        "body: 483 characters with the longest names (at most 450)",
    ),
    Fault(DANGER_TEXT, "- Bỏ bú", "- Bỏ bú, bỏ ăn\n" * 94, "{Be} tím", "the card: 1557 characters"),
    Fault(TIP_TEXT, "an them", f"an them {'an ' * 30}", "Be 6 thang", "sms: 165 characters"),
    Fault(TIP_TEXT, "van bu me", "vẫn bu me", "vẫn bu me", "sms: letters with accents"),
    Fault(
        DANGER_TEXT, "gọi {so_cap_cuu} ngay. Nóng", "Gọi. " * 251 + "Nóng", "Bé tím hay", "263 syll"
    ),
    # 3 tokens
    Fault(TIP_TEXT, "vẫn bú mẹ nhé", "vẫn bú {me} nhé", "{me}", "unknown token {me}"),
    Fault(TIP_TEXT, "{Be} ăn dặm", "{be} ăn dặm", "{be} ăn dặm", "write {Be} at the start"),
    Fault(TIP_TEXT, ", {be} cần", ", {Be} cần", "Sau 6", "write {be} inside a sentence"),
    Fault(TIP_TEXT, "Sau 6 tháng,", "{tram} hay 6 tháng,", "{tram}", "{tram} has no capital form"),
    Fault(TIP_TEXT, "# Bát bột", "# Bát {con} bột", "# Bát", "no {con} in a title"),
    Fault(DANGER_TEXT, "# Bé nhỏ", "# {Be} nhỏ", "# {Be}", "so no token in the title: {Be}"),
    Fault(
        DANGER_TEXT, "Bé tím hay", "{Be} tím hay", "{Be} tím hay co giật,", "no token but numbers"
    ),
    Fault(TIP_TEXT, "ăn dặm được", "ăn dặm {han}", "ăn dặm {han}", "{han} needs schedule.due"),
    Fault(TIP_TEXT, "vẫn bú mẹ", "{% if be %}bú{% endif %}", "{% if", "items hold {tokens} only"),
    Fault(TIP_TEXT, "vẫn bú mẹ", "vẫn bú {mẹ", "{mẹ", "not a template: "),
    # 4 sentences
    Fault(TIP_TEXT, "Hôm nay thêm", f"{LONG}. Thêm", "ở ở", "a sentence of 21 syllables"),
    Fault(
        TIP_TEXT,
        "Cháu ăn dặm được rồi. Ông bà cho",
        "Cháu ăn dặm được rồi, ông bà nhé, và cho",
        "Cháu ăn dặm",
        "grandparent: 17.0 syllables a sentence (aim for 12)",
        Level.WARNING,
    ),
    Fault(TIP_TEXT, "Cháu ăn dặm", "Ăn. Ăn. Ăn. Ăn. Ăn. Cháu ăn dặm", "Ăn. Ăn.", "7 sentences"),
    # 5 words
    Fault(TIP_TEXT, "vẫn bú mẹ", "mẹ phải cho bú", "mẹ phải", "'mẹ phải' is not for families"),
    Fault(TIP_TEXT, "vẫn bú", "nếu không {be} sẽ đói", "sẽ đói", "is not for families (threatens)"),
    Fault(TIP_TEXT, "2 đến 3 thìa bột.\n\nSau", "2-3 thìa bột.\n\nSau", "2-3", "a range is spoken"),
    Fault(TIP_TEXT, "vẫn bú mẹ", "bấm nút này", "bấm nút", "write {bam} and {nut}, some mess"),
    Fault(TIP_TEXT, "6 tháng, {be}", "6% tháng, {be}", "6%", "'6%' is not for families"),
    Fault(TIP_TEXT, "2 đến 3 thìa bột.\n\nSau", "2 đến 3 mg.\n\nSau", "mg", "(a dose)"),
    # 6 facts
    Fault(TIP_TEXT, "Sau 6", "Sau 5", "Sau 5", "body: no fact claims the number 5"),
    Fault(TIP_TEXT, "Be 6 thang", "Be 7 thang", "Be 7", "sms: no fact claims the number 7"),
    Fault(DANGER_TEXT, "- Nóng từ 38 độ", "- Nóng từ 38,5 độ", "38,5", "signs: no fact claims"),
    Fault(
        ITEMS,
        "source: WHO-A}\n  sources: [WHO-A]",
        "source: WHO-B}\n  sources: [WHO-A]",
        "WHO-B",
        "the source WHO-B",
    ),
    Fault(ITEMS, "sources: [WHO-A]", "sources: [WHO-A, WHO-C]", "WHO-C", "unknown source WHO-C"),
    Fault(PAPERS, "sources: [WHO-A]", "sources: [WHO-A, WHO-B]", "WHO-B", "was never opened"),
    # 7 ranges
    Fault(DANGER_TEXT, "- Nóng từ 38 độ", "- Nóng 38 giờ", "38 giờ", "hours 38 is outside 1 to 24"),
    # 8 reassurance
    Fault(TIP_TEXT, "vẫn bú mẹ", "nôn cũng hay gặp", "hay gặp", "'hay gặp' calms, so red_flags"),
    Fault(
        ITEMS, "red_flags: [dg-b1]", "red_flags: [tip-a1]", "red_flags", "not another danger card"
    ),
    Fault(
        ITEMS, "red_flags: [dg-b1]", "red_flags: [dg-a1]", "red_flags", "not another danger card"
    ),
    # 9 whom to call
    Fault(ITEMS, "  call: [cap_cuu]\n", "", "- id: dg-a1", "name a number in call"),
    Fault(ITEMS, "call: [cap_cuu]", "call: [cap]", "call: [cap]", "cap is not a number of places"),
    Fault(
        DANGER_TEXT, "gọi {so_cap_cuu}", "gọi {so_tre_em}", "{Be} tím", "the first sentence must"
    ),
    Fault(TIP_TEXT, "vẫn bú mẹ", "gọi 115 mẹ", "gọi 115", "a phone number is never typed: 115"),
    Fault(ITEMS, "ăn dặm từ", "gọi 111, ăn từ", "gọi 111", "a phone number is never typed: 111"),
    Fault(TIP_TEXT, "vẫn bú mẹ", "gọi 0912 345 678", "0912", "never typed: 0912 345 678"),
    Fault(TIP_TEXT, "vẫn bú mẹ", "gọi 1900 969 680", "1900", "never typed: 1900 969 680"),
    # 10 dates
    Fault(PAPERS, "  checked_on: 2026-11-22\n", "", "- id: rm-a1", "items need checked_on"),
    Fault(PAPERS, "  valid_from: 2016-01-01\n", "", "- id: rm-a1", "items need valid_from"),
    Fault(
        ITEMS,
        "tags: [must_know]",
        "tags: [vaccine]",
        "- id: tip-a1",
        "need valid_from and checked_on",
    ),
    Fault(PAPERS, "2027-02-28", "2026-11-23", "valid_to", "no longer valid since 23/11/2026"),
    # 15 letters
    Fault(TIP_TEXT, "vẫn bú mẹ", "vẫn khoẻ mẹ", "khoẻ", "tone mark as in hòa, thúy, khỏe: khoẻ"),
    Fault(TIP_TEXT, "vẫn bú mẹ", "tòan bú mẹ", "tòan", "tone mark on the wrong letter: tòan"),
    Fault(TIP_TEXT, "vẫn bú mẹ", "check bú mẹ", "check", "'check' is no Vietnamese syllable"),
    Fault(TIP_TEXT, "vẫn bú mẹ", "<b>vẫn bú", "<b>", "no HTML: <b>"),
    Fault(TIP_TEXT, "vẫn bú mẹ", "_vẫn bú_", "_vẫn", "this mark is not allowed: '_'"),
    Fault(TIP_TEXT, "Sau 6", "* Sau 6", "* Sau", "this mark is not allowed: '*'"),
    Fault(TIP_TEXT, "Sau 6", "  Sau 6", "  Sau", "a line begins with its first letter"),
    Fault(TIP_TEXT, "vẫn bú mẹ", "vẫn bú me\u0323", "me\u0323", "not in Unicode form NFC"),
    Fault(
        TIP_TEXT, "Cháu ăn dặm được rồi.", "Cho con an khi con ngoan va vui.", "Cho con", "accents"
    ),
    # 17 reviews
    Fault(ITEMS, "2027-11-22", "2026-11-23", "2026-11-23", "its review is overdue", Level.WARNING),
]


def line_of(text: str, marker: str) -> int:
    return text[: text.index(marker)].count("\n") + 1


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.said)
def test_a_planted_fault_is_the_only_one_reported(site: Site, fault: Fault) -> None:
    site.edit(fault.path, fault.old, fault.new)
    text = (site.root / fault.path).read_text("utf-8")
    ((level, said),) = site.problems()
    assert said.startswith(f"content/{fault.path}:{line_of(text, fault.at)}: ")
    assert fault.said in said
    assert level == fault.level


def test_a_faultless_folder_has_no_problem(site: Site) -> None:
    assert site.problems() == []


def test_without_a_day_nothing_is_out_of_date(site: Site) -> None:
    site.edit(PAPERS, "2027-02-28", "2020-01-01")
    assert site.problems(today=None) == []
    assert [said[:7] for _, said in site.problems(today=date(2030, 1, 1))] == ["content"] * 5
