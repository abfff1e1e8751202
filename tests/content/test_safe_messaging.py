"""The rules for words about harm and despair: a bad text for each, and one that keeps them all."""

from datetime import date

import pytest

from content.check import check
from content.files import Level
from content.library import ROOT
from content.readings import words_of
from content.safe_messaging import MUST_SAY, RULES, remarks
from content.tree import read_tree
from tests.content.site import Site

LOOK = "Mình đây, mình nghe bạn. Bạn đọc hai dòng dưới đây trước giúp mình nhé."
NUMBERS = "Lo cho trẻ: {so_tre_em}. Công an {so_cong_an}.\nCấp cứu {so_cap_cuu}."
GOOD = (
    f"{LOOK}\n{NUMBERS}\n\nBạn không có lỗi. Chưa cần ảnh, chưa cần bằng chứng, không hỏi vì sao.\n"
)
STAY = "Đừng ở một mình, gọi người thân đến."
READINGS = (
    "harm: {version: 1, status: draft_unreviewed, next_review: 2027-05-22, sources: [WHO-A]}\n"
)
ROWS = READINGS + "".join(READINGS.replace("harm", name) for name in ("report", "guidance"))


@pytest.fixture
def site(site: Site) -> Site:
    site.write("text/vi/flows/harm/child.md", GOOD)
    site.write("readings.yaml", ROWS)
    labels = (site.root / "text/vi/labels.yaml").read_text("utf-8")
    site.write("text/vi/labels.yaml", labels + 'harm.no: "Không phải vậy"\n')
    assert site.problems() == []
    return site


def said(site: Site, text: str, message: str = "harm/child") -> list[str]:
    """What is wrong with this text, without the place."""
    site.write(f"text/vi/flows/{message}.md", text)
    return [told.partition(".md:")[2].partition(": ")[2] for _, told in site.problems()]


def test_the_first_line_is_neutral(site: Site) -> None:
    lost = GOOD.removeprefix(f"{LOOK}\n")
    for text in (lost, f"# Trẻ bị đau\n\n{GOOD}", GOOD.replace("Mình đây", "Trẻ đây")):
        assert "the first line must be one of neutral in wordlists.yaml" in said(site, text)


@pytest.mark.parametrize("key", ["tre_em", "cong_an", "cap_cuu"])
def test_the_numbers_come_next(site: Site, key: str) -> None:
    wanted = f"{{so_{key}}} must stand in the two lines after the first, before a question"
    assert said(site, GOOD.replace(f"{{so_{key}}}", "trạm")) == [wanted]
    later = GOOD.replace(f"{{so_{key}}}", "trạm") + f"\nGọi {{so_{key}}}.\n"
    assert said(site, later) == [wanted]


def test_nothing_is_asked_before_the_numbers(site: Site) -> None:
    asked = GOOD.replace("Cấp cứu", "Bạn có sao không? Cấp cứu")
    assert said(site, asked) == [
        "{so_cap_cuu} must stand in the two lines after the first, before a question"
    ]


def test_both_sides_of_a_switch_are_read(site: Site) -> None:
    switched = f"{LOOK}\n{NUMBERS}\n\n{{% if young %}}Con.{{% else %}}Bạn.{{% endif %}}\n"
    front = "---\nparams: {young: false}\n---\n"
    assert said(site, front + switched) == []
    hidden = switched.replace(LOOK, f"{{% if young %}}Trẻ đây.{{% else %}}{LOOK}{{% endif %}}\n")
    assert said(site, front + hidden) == ["the first line must be one of neutral in wordlists.yaml"]


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        ("Vì sao bạn chưa gọi?", "asks why"),
        ("Tại sao bạn để thế?", "asks why"),
        ("Một phần là lỗi của bạn.", "blames"),
        ("Lẽ ra bạn nói sớm.", "blames"),
        ("Mình giữ kín chuyện này.", "promises secrecy"),
        ("Không ai biết đâu, bạn cứ kể.", "promises secrecy"),
        ("Chỉ bạn thấy tin này.", "promises secrecy"),
        ("Mình hứa trẻ được giúp.", "promises an outcome"),
        ("Rồi mọi việc sẽ ổn.", "promises an outcome"),
        ("Kẻ xấu ở ngay bên.", "names a culprit"),
        ("Bố cháu làm, phải không?", "leads"),
        ("Ai đánh cháu thế?", "leads"),
        ("Bạn kể rõ từng việc.", "demands details or proof"),
        ("Bạn cần có bằng chứng.", "demands details or proof"),
        ("Bạn gửi cho mình tấm ảnh.", "asks for pictures or sound"),
        ("Bạn bật ghi âm nhé.", "asks for pictures or sound"),
        ("Bạn nói chuyện với người đó.", "sends somebody to the person"),
        ("Hai nhà dàn xếp với nhau.", "sends somebody to the person"),
        ("Bạn ghi lén vài lời.", "gathers proof in secret"),
        ("Bạn theo dõi thêm đã.", "gathers proof in secret"),
    ],
)
def test_every_rule_finds_its_bad_text(site: Site, bad: str, why: str) -> None:
    found = said(site, f"{GOOD}\n{bad}\n")
    assert len(found) == 1, found
    assert found[0].endswith(why)


def test_every_rule_has_a_bad_text() -> None:
    marks = test_every_rule_finds_its_bad_text.pytestmark  # type: ignore[attr-defined]  # pytest's
    tried = {why for _, why in marks[0].args[1]}
    assert tried == {rule.why for rule in RULES}


@pytest.mark.parametrize(
    "fine",
    [
        "Không hỏi vì sao.",
        "Mình không hứa giữ kín.",
        "Đừng gửi ảnh hay video.",
        "Không tự gặp người bị nghi, không tự dàn xếp.",
        "Không phải lỗi của bạn.",
    ],
)
def test_what_is_denied_may_stand(fine: str) -> None:
    assert list(remarks(fine, RULES)) == []
    bare = fine.replace("Không ", "").replace("không ", "").replace("Đừng ", "")
    assert list(remarks(bare, RULES)) != []


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        (f"{STAY} Cất thuốc ngủ đi.", "'thuốc ngủ' names a method"),
        (f"{STAY} Có thể là trầm cảm.", "'trầm cảm' names an illness"),
        ("Gọi người thân đến.", "must say: stay, not alone"),
        ("Đừng ở một mình.", "must offer a person"),
    ],
)
def test_despair_has_rules_of_its_own(site: Site, bad: str, why: str) -> None:
    assert said(site, f"{LOOK}\n{NUMBERS}\n\n{STAY}\n", "harm/despair") == []
    assert said(site, f"{LOOK}\n{NUMBERS}\n\n{bad}\n", "harm/despair") == [why]


def test_the_intake_asks_at_most_five_times(site: Site) -> None:
    for number in range(1, 6):
        assert said(site, GOOD, f"report/ask-{number}") == []
    assert said(site, GOOD, "report/ask-6") == ["a question too many: at most 5"]


@pytest.mark.parametrize("message", MUST_SAY)
def test_who_reads_and_what_the_exit_cannot_do_is_said(site: Site, message: str) -> None:
    whole = "Mình là máy. Cán bộ đọc, luật có thể đòi chuyển. Telegram, Zalo giữ bản sao. "
    whole += "Thông báo còn đó, máy khác còn hiện."
    assert said(site, f"{GOOD}\n{whole}\n", message) == []
    (told,) = said(site, GOOD, message)
    assert told.startswith("must speak of: ")


def test_a_guess_can_be_put_right(site: Site) -> None:
    site.edit("text/vi/labels.yaml", 'harm.no: "Không phải vậy"\n', "")
    ((_, told),) = site.problems()
    assert told.endswith("the label harm.no is missing: a guess can be wrong")


def test_labels_and_first_lines_show_nothing(site: Site) -> None:
    lists = (site.root / "wordlists.yaml").read_text("utf-8")
    lists = lists.partition("\nsensitive:")[0]
    site.write("wordlists.yaml", f'{lists}\nsensitive: ["đánh", "báo cáo"]\n')
    assert site.problems() == []
    site.edit("text/vi/labels.yaml", "Không phải vậy", "Bị đánh")
    ((_, told),) = site.problems()
    assert told.endswith("harm.no: 'đánh' shows what it is about")
    site.edit("text/vi/labels.yaml", "Bị đánh", "Răng")
    line = "Báo cáo của bạn đây, bạn đọc lúc nào tiện, ở chỗ nào yên tĩnh cũng được nhé."
    site.edit("wordlists.yaml", "neutral:\n", f'neutral:\n  - "Ngắn."\n  - "{line}"\n')
    assert len(site.problems()) == 2


def test_every_conversation_says_who_read_it(site: Site) -> None:
    site.write("readings.yaml", ROWS.replace("harm:", "other:"))
    assert "harm: says nowhere who read it" in site.problems()[0][1]
    (site.root / "readings.yaml").unlink()
    assert site.problems() == [("E", "content/readings.yaml:1: is missing")]


def test_what_was_approved_keeps_the_words_that_were_read(site: Site) -> None:
    approved = READINGS.replace("draft_unreviewed", "approved")
    site.write("readings.yaml", approved)
    assert "by whom, on which day and which words" in site.problems()[0][1]
    now = words_of(read_tree(site.root, "vi"), "harm")
    signed = approved.replace(
        "sources", f'by: "Phòng Y tế", read_on: 2026-11-24, words: "{now}", sources'
    )
    site.write("readings.yaml", signed)
    assert site.problems() == []
    site.edit("text/vi/flows/harm/child.md", "Bạn không có lỗi", "Bạn làm đúng rồi")
    ((_, told),) = site.problems()
    assert "the words are not those that were read" in told


def test_a_reading_grows_old_and_names_real_sources(site: Site) -> None:
    for day, overdue in ((date(2027, 5, 22), 0), (date(2027, 5, 23), 1)):
        assert len([told for _, told in site.problems(day) if "readings" in told]) == overdue
    site.write("readings.yaml", ROWS.replace("WHO-A", "WHO-ZZ", 1))
    assert site.problems()[0][1].endswith("unknown source WHO-ZZ")


def test_the_real_texts_keep_every_rule() -> None:
    assert [str(problem) for problem in check(ROOT) if problem.level is Level.ERROR] == []
