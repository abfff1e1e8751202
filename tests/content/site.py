"""A small content folder without a fault, to break one thing at a time."""

import shutil
from datetime import date
from pathlib import Path

from content.check import check
from content.coverage import Band
from content.library import ROOT, Library, load

TODAY = date(2026, 11, 24)

ITEMS = """\
- id: tip-a1
  kind: tip
  version: 1
  component: health
  tags: [must_know]
  schedule:
    anchor: birth
    at: P183D
    expires: P244D
    basis: corrected
    tier: A
    priority: P4
    prefer: weekend
    late_join: once_if_window_open
    dedupe_key: bowl4
  audience: {roles: [all]}
  sensitivity: general
  urgency: none
  facts:
    - {claim: "ăn dặm từ 6 tháng, mỗi bữa 2 đến 3 thìa", source: WHO-A}
  sources: [WHO-A]
  review: {status: draft_unreviewed, next_review: 2027-11-22}

- id: dg-a1
  kind: danger
  version: 1
  component: safety_security
  tags: [must_know, danger]
  schedule:
    anchor: birth
    at: P0D
    expires: P59D
    basis: chronological
    tier: A
    priority: P2
    push: false
  audience: {roles: [all]}
  sensitivity: clinical_urgent
  urgency: now
  call: [cap_cuu]
  red_flags: [dg-b1]
  facts:
    - {claim: "nóng từ 38 độ thì đi viện ngay", source: WHO-A}
  sources: [WHO-A]
  review: {status: draft_unreviewed, next_review: 2027-05-22}

- id: dg-b1
  kind: danger
  version: 1
  component: safety_security
  tags: [danger]
  schedule:
    anchor: due
    at: W4D0
    expires: W22D0
    basis: gestational
    tier: A
    priority: P2
    push: false
  audience: {roles: [mother, father]}
  sensitivity: clinical_urgent
  urgency: now
  call: [cap_cuu]
  facts:
    - {claim: "ra máu nhiều thì gọi cấp cứu", source: WHO-B}
  sources: [WHO-B]
  review: {status: draft_unreviewed, next_review: 2027-05-22}
"""

REMINDERS = """\
- id: rm-a1
  kind: reminder
  version: 2
  component: safety_security
  tags: [law]
  schedule:
    anchor: birth
    at: P7D
    repeat: [P7D, P30D]
    then_every: P7D
    due: P60D
    expires: P365D
    basis: chronological
    tier: A
    priority: P1
    done: birth_registered
  audience: {roles: [mother, father]}
  sensitivity: law
  urgency: soon
  facts:
    - {claim: "khai sinh trong 60 ngày", source: WHO-A}
  sources: [WHO-A]
  review: {status: approved, next_review: 2027-05-22}
  valid_from: 2016-01-01
  valid_to: 2027-02-28
  checked_on: 2026-11-22
"""

TIP = """\
---
version: 1
---
# Bát bột đầu tiên

{Be} ăn dặm được rồi, và vẫn bú mẹ nhé. {Goi} cho {be} ăn 2 đến 3 thìa bột.

Sau 6 tháng, {be} cần thêm món khác.

## action
Hôm nay thêm một món {be} chưa từng ăn.

## sms
Be 6 thang: van bu me, an them 2 den 3 thia bot. Lo cho be: hoi tram y te.

## grandparent
Cháu ăn dặm được rồi. Ông bà cho cháu ăn 2 đến 3 thìa bột.
"""

DANGER = """\
---
version: 1
---
# Bé nhỏ: khi nào đi viện ngay

{Be} tím hay co giật: gọi {so_cap_cuu} ngay. Có một dấu hiệu dưới đây thì đi viện.

## signs
- Bỏ bú
- Nóng từ 38 độ

## do
- Ôm {be} da kề da.

## dont
- Không chờ sáng mai.

## sms
Be nong tu 38 do: di vien ngay. Tim, co giat: goi {so_cap_cuu}.

## loudspeaker
Bé tím hay co giật, gọi {so_cap_cuu} ngay. Nóng từ 38 độ thì đi viện.
"""

OTHER_CARD = """\
---
version: 1
---
# Mang thai: ra máu thì đi khám

Ra máu nhiều: gọi {so_cap_cuu} ngay. Mẹ nằm nghỉ, người nhà ở bên.

## signs
- Ra máu

## do
- Nằm nghỉ.

## dont
- Không tự đi xe.
"""

REMINDER = """\
---
version: 2
---
# Giấy khai sinh của bé

{Goi} đăng ký cho {be} đến hết ngày {han} là đúng hạn. Hạn là 60 ngày.

## overdue
Quá hạn vẫn đăng ký được. {Goi} đến nơi đăng ký, mang giấy chứng sinh.
"""

FLOW = """\
---
params: {minutes: 1140, twins: false}
---
# Xin chào

Chào {goi}, mình gửi tin lúc {minutes|gio}.
{% if twins %}
{Goi} có hai bé, vui quá.
{% endif %}
{Goi} chọn giúp mình nhé.
"""

LABELS = """\
item.action: "Việc hôm nay"
item.red_flag: "Xem thêm thẻ"
item.draft: "(Bản nháp, cán bộ y tế chưa duyệt.)"
danger.signs: "Dấu hiệu"
danger.do: "Nên làm"
danger.dont: "Không làm"
goi.default: "bạn"
con.default: "con"
be.one: "bé"
be.two: "hai bé"
be.three: "ba bé"
be.many: "các bé"
be.and: "và"
tram.default: "trạm y tế xã"
menu.home: "Bảng chọn"
duty.birth_registered: "Khai sinh"
bam.button: "bấm"
bam.number: "gõ"
nut.button: "nút"
nut.number: "số"
"""

DUTIES = """\
- {id: birth_registered, group: papers, opens: P0D, due: P60D, sources: [WHO-A]}
"""

TYPED = """\
commands:
  settings.stop: ["dừng", "stop"]
words:
  menu.today: ["tin hôm nay"]
"""

_NUMBER = """\
  {key}:
    number: "{number}"
    name: "Tên"
    when: "Khi cần"
    free: true
    hours: "24/7"
    source: WHO-A
    checked_on: 2026-11-22
"""
PLACES = "numbers:\n" + "".join(
    _NUMBER.format(key=key, number=number)
    for key, number in {
        "tre_em": "111",
        "cong_an": "113",
        "cuu_hoa": "114",
        "cap_cuu": "115",
        "bao_luc": "1900 969 680",
    }.items()
)

FILES = {
    "sources.yaml": 'WHO-A: {title: "Một", seen: read}\nWHO-B: {title: "Hai", seen: known}\n',
    "places.yaml": PLACES,
    "ids.txt": "# released\ntip-a1\ntip-old retired\ndg-a1\ndg-b1\nrm-a1\n",
    "emergency/vi.txt": "115 cấp cứu\n111 trẻ em\n113 công an\n114 cháy\n",
    "programme/duties.yaml": DUTIES,
    "programme/items.yaml": ITEMS,
    "programme/reminders/papers.yaml": REMINDERS,
    "text/vi/labels.yaml": LABELS,
    "text/vi/words.yaml": TYPED,
    "text/vi/tips/tip-a1.md": TIP,
    "text/vi/danger/dg-a1.md": DANGER,
    "text/vi/danger/dg-b1.md": OTHER_CARD,
    "text/vi/reminders/rm-a1.md": REMINDER,
    "text/vi/flows/start/welcome.md": FLOW,
}


class Site:
    """The folder on disk."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "content"
        for path, text in FILES.items():
            self.write(path, text)
        shutil.copy(ROOT / "wordlists.yaml", self.root / "wordlists.yaml")

    def write(self, path: str, text: str) -> None:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")

    def edit(self, path: str, old: str, new: str) -> None:
        """Replaces the first `old`, which must be there."""
        text = (self.root / path).read_text("utf-8")
        assert old in text, f"{old!r} is not in {path}"
        self.write(path, text.replace(old, new, 1))

    def problems(
        self, today: date | None = TODAY, bands: tuple[Band, ...] = ()
    ) -> list[tuple[str, str]]:
        """Level and printed form of every problem."""
        return [(p.level.value, str(p)) for p in check(self.root, today, bands=bands)]

    def load(self) -> Library:
        return load(self.root)
