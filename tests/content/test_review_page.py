"""The pages that clinicians print, read and sign."""

import html
import re
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

import pytest

from bot.__main__ import write_pages
from content.library import LANGUAGE, RETIRED, ROOT, build
from content.review_page import STAGES, TITLES, pages
from content.schema import Entry
from content.timing import when
from content.tree import Tree, read_tree
from tests.content.site import Site

QUIZ = """\
- id: qz-a1
  kind: quiz
  version: 1
  component: early_learning
  schedule:
    anchor: birth
    at: P190D
    expires: P214D
    basis: chronological
    tier: C
    priority: P6
  audience: {roles: [all]}
  sensitivity: general
  facts:
    - {claim: "trẻ học khi chơi", source: WHO-A}
  sources: [WHO-A]
  review: {status: draft_unreviewed, next_review: 2027-11-22}
"""
QUIZ_TEXT = """\
---
version: 1
---
# Đố vui

Ba câu nhỏ, không chấm điểm.

"""
QUESTION = """\
## question-{n}
Câu {n} hỏi gì?
- Sai rồi
+ Đúng rồi

Vì sao đúng.

"""


def of(root: Path) -> dict[str, str]:
    tree = read_tree(root, LANGUAGE)
    return pages(build(tree), tree)


def articles(page: str) -> dict[str, str]:
    """The part of a page about each item."""
    found = re.finditer(r'<article id="(.+?)">.*?</article>', page, re.DOTALL)
    return {match[1]: match.group() for match in found}


def article(page: str, id_: str) -> str:
    return articles(page)[id_]


def shown(markup: str) -> str:
    """What is read, without marks and gaps."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", markup)).split())


def pieces(text: str) -> Iterator[str]:
    """The words of a Markdown text between its marks and tokens."""
    for line in text.splitlines():
        bare = re.sub(r"^[-+] (?:[a-z]+\d+: )?", "", line)
        yield from (" ".join(piece.split()) for piece in re.split(r"\{\w+\}|\*\*", bare))


@pytest.fixture(scope="module")
def tree() -> Tree:
    return read_tree(ROOT, LANGUAGE)


@pytest.fixture(scope="module")
def released(tree: Tree) -> Mapping[str, str]:
    return pages(build(tree), tree)


# --- all of the content --------------------------------------------------------------------------


def test_every_item_in_use_stands_on_one_page(tree: Tree, released: Mapping[str, str]) -> None:
    found = [id_ for page in released.values() for id_ in articles(page)]
    used = [id_ for id_, p in tree.items.items() if p.entry.review.status != RETIRED]
    assert sorted(found) == sorted(used)


def test_no_page_is_empty_and_the_index_links_to_all(released: Mapping[str, str]) -> None:
    linked = set(re.findall(r'href="(.+?\.html)"', released["index.html"]))
    assert linked == {f"{slug}.html" for slug in TITLES} == released.keys() - {"index.html"}
    assert all(articles(released[name]) for name in linked)


def test_every_word_of_an_item_is_printed(tree: Tree, released: Mapping[str, str]) -> None:
    for id_, markup in articles("".join(released.values())).items():
        printed, page = shown(markup), tree.texts[id_].page
        for part in page.parts.values():
            assert all(piece in printed for piece in pieces(part.text)), page.path


def test_pages_fetch_nothing_and_run_nothing(released: Mapping[str, str]) -> None:
    for page in released.values():
        assert "<script" not in page
        assert not re.search(r'(?:src|srcset)="(?!data:)|<link|@import|url\(', page)


def test_every_item_has_its_boxes(released: Mapping[str, str]) -> None:
    for page in released.values():
        for box in ("Language ·", "Date ·", "Remarks ·"):
            assert page.count(box) == page.count("<article")


def test_tips_of_an_age_stand_in_its_stage(tree: Tree, released: Mapping[str, str]) -> None:
    """The pages carry the names of the files a change goes to."""
    for stage in STAGES:
        for id_ in articles(released[f"{stage.slug}.html"]):
            assert Path(tree.items[id_].file.path).stem == stage.slug


def test_the_command_writes_them_into_a_new_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], released: Mapping[str, str]
) -> None:
    write_pages(tmp_path / "print")
    assert {path.name for path in (tmp_path / "print").iterdir()} == released.keys()
    assert str(tmp_path / "print" / "index.html") in capsys.readouterr().out


# --- one item ------------------------------------------------------------------------------------


def test_tokens_are_filled_and_marked(site: Site) -> None:
    tip = article(of(site.root)["months-06-11.html"], "tip-a1")
    assert '<span class="token" title="{Be}">Bé</span> ăn dặm được rồi' in tip
    card = article(of(site.root)["danger.html"], "dg-a1")
    assert '<span class="token" title="{so_cap_cuu}">115</span>' in card
    reminder = article(of(site.root)["reminders.html"], "rm-a1")
    assert '<span class="token" title="{han}">dd/mm/yyyy</span>' in reminder


def test_an_item_tells_its_time_facts_sources_and_review(site: Site) -> None:
    tip = shown(article(of(site.root)["months-06-11.html"], "tip-a1"))
    assert "day 183 to 244 (about 6 to 8 months), corrected age, tier A" in tip
    assert "ăn dặm từ 6 tháng, mỗi bữa 2 đến 3 thìa WHO-A" in tip
    assert "WHO-A Một · opened" in tip
    assert "Review: draft unreviewed , version 1, next review 22/11/2027" in tip
    assert "instead, for grandparents" in tip


def test_a_source_nobody_opened_is_marked(site: Site) -> None:
    found = of(site.root)
    assert "WHO-B Hai · not opened yet" in shown(article(found["danger.html"], "dg-b1"))
    assert "WHO-B Hai 1" in shown(found["index.html"])


def test_red_flags_and_numbers_stand_with_their_names(site: Site) -> None:
    card = shown(article(of(site.root)["danger.html"], "dg-a1"))
    assert "dg-b1 Mang thai: ra máu thì đi khám" in card
    assert "115 Tên" in card


def test_the_right_answer_of_a_quiz_is_marked(site: Site) -> None:
    site.write("programme/quizzes.yaml", QUIZ)
    questions = "".join(QUESTION.replace("{n}", str(n)) for n in (1, 2, 3))
    site.write("text/vi/quizzes/qz-a1.md", QUIZ_TEXT + questions)
    quiz = article(of(site.root)["quizzes.html"], "qz-a1")
    assert quiz.count('<li class="right">Đúng rồi') == 3
    assert quiz.count("<li>Sai rồi") == 3
    assert "Vì sao đúng." in quiz


def test_a_picture_travels_with_the_page(site: Site) -> None:
    site.write("media/bowl.png", "picture")
    site.edit("text/vi/tips/tip-a1.md", "version: 1", 'version: 1\nimage: bowl.png\nalt: "Bát bột"')
    tip = article(of(site.root)["months-06-11.html"], "tip-a1")
    assert '<img src="data:image/png;base64,cGljdHVyZQ==" alt="Bát bột">' in tip


def test_words_cannot_become_markup(site: Site) -> None:
    site.edit("text/vi/tips/tip-a1.md", "vẫn bú mẹ", "<b>vẫn</b> **bú** mẹ & em")
    tip = article(of(site.root)["months-06-11.html"], "tip-a1")
    assert "&lt;b&gt;vẫn&lt;/b&gt; <b>bú</b> mẹ &amp; em" in tip


def test_retired_items_need_no_review(site: Site) -> None:
    site.edit("programme/items.yaml", "draft_unreviewed", "retired")
    assert "tip-a1" not in of(site.root)["months-06-11.html"]


@pytest.mark.parametrize(
    ("id_", "expert"),
    [("tip-a1", "Clinician"), ("rm-a1", "Child-protection officer")],
)
def test_the_expert_follows_from_the_subject(site: Site, id_: str, expert: str) -> None:
    whole = "".join(of(site.root).values())
    assert f"<div>{expert} ·" in article(whole, id_)


# --- when ----------------------------------------------------------------------------------------

BIRTH = {"anchor": "birth", "basis": "chronological", "tier": "A", "priority": "P4"}
PREGNANCY = {"anchor": "due", "basis": "gestational", "tier": "B", "priority": "P5"}
EVENT = BIRTH | {"anchor": "event", "push": False}


def entry(kind: str, plan: Mapping[str, object] | None, **more: object) -> Entry:
    prefix = {"tip": "tip", "reminder": "rm", "season": "ss", "special": "pre", "faq": "faq"}[kind]
    return Entry.model_validate(
        {
            "id": f"{prefix}-x",
            "kind": kind,
            "version": 1,
            "component": "health",
            "schedule": plan,
            "audience": {"roles": ["all"]},
            "sensitivity": "general",
            "facts": [{"claim": "x", "source": "X"}],
            "sources": ["X"],
            "review": {"status": "draft_unreviewed", "next_review": date(2027, 1, 1)},
            **more,
        }
    )


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (entry("tip", BIRTH | {"at": "P3D", "expires": "P13D"}), "day 3 to 13, real age, tier A"),
        (
            entry("tip", BIRTH | {"at": "P7D", "expires": "P365D"}),
            "day 7 to 365 (birth to about 12 months), real age, tier A",
        ),
        (
            entry("tip", BIRTH | {"at": "P1096D", "expires": "P1216D", "basis": "corrected"}),
            "day 1096 to 1216 (about 3 years to 3 years 4 months), real age, tier A",
        ),
        (
            entry("tip", BIRTH | {"at": "P6M", "expires": "P212D", "prefer": "weekend"}),
            "6 months to day 212 (about 7 months), real age, tier A, on a Saturday if possible",
        ),
        (
            entry("tip", PREGNANCY | {"at": "W28D4", "expires": "W30D0"}),
            "28+4 to 30+0 weeks of pregnancy, tier B",
        ),
        (
            entry(
                "tip",
                BIRTH
                | {"at": "P1931D", "expires": "P1991D", "on_day": {"day": "--04-15", "turns": 6}},
            ),
            "from 15/04 of the year in which the child turns 6, for 60 days, real age, tier A",
        ),
        (
            entry(
                "reminder",
                BIRTH
                | {
                    "at": "P7D",
                    "expires": "P40D",
                    "repeat": ["P7D", "P30D"],
                    "then_every": "P7D",
                    "due": "P35D",
                    "done": "x",
                },
            ),
            "day 7 to 40, real age, tier A, again at day 30, then every 7 days, "
            "deadline at day 35, until it is marked as done",
        ),
        (
            entry(
                "season",
                EVENT | {"at": "P180D", "expires": "P1826D"},
                seasons=[
                    {"from": "--06-01", "to": "--11-30", "regions": ["north", "central"]},
                    {"from": "--01-01", "to": "--12-31", "regions": ["south"]},
                ],
            ),
            "every year 01/06 to 30/11 (north, central); every year 01/01 to 31/12 (south), "
            "for day 180 to 1826 (about 6 months to 5 years), real age, tier A, "
            "never sent by itself",
        ),
        (
            entry("special", EVENT | {"at": "P0D", "expires": "P9D"}, needs="preconception"),
            "counted from no date, track preconception, tier A, never sent by itself",
        ),
        (entry("faq", None, intent="bath"), "when a family asks (bath)"),
    ],
    ids=lambda value: value if isinstance(value, str) else value.kind,
)
def test_the_time_is_told_in_words(found: Entry, said: str) -> None:
    assert when(found) == said
