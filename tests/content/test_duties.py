"""duties.yaml: what stands in it becomes rules of care, what cannot be is named with its line."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from care.age import Offset
from care.duties import Duty
from care.local import SWITCHES
from care.yearly import YearDay
from content.duties import read_duties
from content.library import LANGUAGE, ROOT, Library
from content.tree import read_tree
from handlers.duties import how
from tests.content.site import LABELS, Site

PATH = "programme/duties.yaml"
FOUR = """\
- {id: birth_registered, group: papers, opens: P0D, due: P60D, sources: [WHO-A]}
- {id: card, group: papers, opens: P0D, due: P30D, closes: P72M, after: [birth_registered],
   sources: [WHO-A]}
- {id: vx2m, group: doses, opens: P2M, due: P3M, doses: [penta1, opv1], sources: [WHO-B]}
- id: drops
  group: checkups
  opens: P6M
  due: P59M
  rounds: {days: ["--06-01", "--12-01"], months: [6, 35]}
  renews: P120D
  only_where: deworming
  valid_from: 2026-01-01
  valid_to: null
  sources: [WHO-A, WHO-B]
- {id: tetanus2, group: pregnancy, anchor: due, opens: W10D0, due: W34D0, closes: W36D0,
   after: [card], gap: P28D, sources: [WHO-A]}
- {id: school, group: school, opens: P1931D, due: P2038D,
   on_day: {day: "--04-15", turns: 6}, sources: [WHO-A]}
"""
IDS = ("card", "vx2m", "drops", "tetanus2", "school")
NAMES = "".join(f'duty.{id_}: "Việc {id_}"\n' for id_ in IDS)


@pytest.fixture
def duties_site(site: Site) -> Site:
    site.write(PATH, FOUR)
    site.write("text/vi/labels.yaml", LABELS + NAMES)
    return site


def said(site: Site) -> list[str]:
    return [told for _, told in site.problems() if PATH in told]


def read(site: Site) -> dict[str, Duty]:
    return read_duties(read_tree(site.root, LANGUAGE))


def test_duties_become_rules_in_the_order_of_the_file(duties_site: Site) -> None:
    assert duties_site.problems() == []
    duties = read(duties_site)
    assert list(duties) == ["birth_registered", *IDS]
    assert duties["card"] == Duty(
        "card",
        "papers",
        Offset(),
        Offset(days=30),
        Offset(months=72),
        after=("birth_registered",),
    )
    assert duties["vx2m"].doses == ("penta1", "opv1")
    drops = duties["drops"]
    assert (drops.renews, drops.months, drops.only_where) == (120, (6, 35), "deworming")
    assert drops.rounds[0] == YearDay(6, 1, 0)
    assert {day.turns for day in drops.rounds} == {0, 1, 2, 3}  # 35 months reach into the third
    assert (drops.valid_from, drops.valid_to) == (date(2026, 1, 1), None)
    tetanus = duties["tetanus2"]
    assert (tetanus.pregnancy, tetanus.gap, tetanus.opens) == (True, 28, Offset(days=70))
    assert duties["school"].opens_on == YearDay(4, 15, 6)


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("due: P60D, sources: [WHO-A]", "due: P60D, sources: [WHO-Z]", 1,
         "birth_registered: no source WHO-Z in sources.yaml"),
        ("sources: [WHO-A, WHO-B]", "sources: [WHO-A, WHO-C]", 14, "drops: no source WHO-C"),
        ("after: [birth_registered]", "after: [birth]", 2, "card: no duty birth"),
        ("only_where: deworming", "only_where: moon", 11, "drops: no setting moon of an area"),
        ("id: card", "id: birth_registered", 2, "birth_registered stands here twice"),
        ("id: vx2m", "id: opv1", 4, "opv1: a dose has this name"),
        ("due: P60D", "due: P60D, closes: P59D", 1, "opens, due and closes must rise"),
        ("opens: P2M, due: P3M", "opens: P3M, due: P2M", 4, "opens, due and closes must rise"),
        (", gap: P28D", ", gap: four", 16, "not an offset"),
        ("after: [card], gap: P28D", "gap: P28D", 15, "gap goes with after"),
        ("group: doses", "group: shots", 4, "group: Input should be"),
        ("opens: P0D, ", "", 1, "opens: is missing"),
        ("sources: [WHO-B]", "sources: []", 4, "sources: List should have at least 1"),
        ("sources: [WHO-B]", "source: WHO-B", 4, "source: unknown key"),
        ('"--06-01"', '"--02-29"', 9, "29 February does not come every year"),
        ('["--06-01", "--12-01"]', '["--12-01", "--06-01"]', 9, "days and months must rise"),
        ("months: [6, 35]", "months: [35, 6]", 9, "days and months must rise"),
        ("turns: 6", "turns: 9", 18, "on_day.turns"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_named_with_its_line(
    duties_site: Site, old: str, new: str, line: int, message: str
) -> None:
    duties_site.edit(PATH, old, new)
    told = said(duties_site)
    wanted = [t for t in told if t.startswith(f"content/{PATH}:{line}: ") and message in t]
    assert wanted, told


def test_a_duty_needs_a_name_for_families(duties_site: Site) -> None:
    duties_site.write("text/vi/labels.yaml", LABELS + NAMES.replace("duty.vx2m", "duty.vx9m"))
    assert said(duties_site) == [f"content/{PATH}:4: vx2m: the label duty.vx2m is missing"]


def test_a_reminder_needs_the_duty_that_ends_it(duties_site: Site) -> None:
    duties_site.edit("programme/reminders/papers.yaml", "done: birth_registered", "done: birth")
    found = [told for _, told in duties_site.problems()]
    path = "content/programme/reminders/papers.yaml:16"
    assert found == [f"{path}: no duty birth in duties.yaml"]


@pytest.mark.parametrize("text", ["duties: []\n", "none\n", "7\n"])
def test_the_file_is_a_list(duties_site: Site, text: str) -> None:
    duties_site.write(PATH, text)
    assert f"content/{PATH}:1: must be a list of duties" in said(duties_site)


def test_without_the_file_nothing_starts(duties_site: Site) -> None:
    (duties_site.root / PATH).unlink()
    assert f"content/{PATH}:1: the file is missing" in said(duties_site)


# The real ones


def test_every_reminder_that_ends_ends_with_a_known_duty(library: Library) -> None:
    ended = {item.done for item in library.items.values() if item.done}
    assert ended <= set(library.duties)
    assert all(item.done for item in library.items.values() if item.kind == "reminder")


def test_every_duty_has_a_name_and_says_how_it_is_done(library: Library) -> None:
    for id_, duty in library.duties.items():
        assert library.label(f"duty.{id_}")
        explained = how(library, id_)
        assert explained is not None, id_
        assert explained in library.messages
        if duty.doses:
            assert explained == "duties/how-doses"
            assert library.label(f"visit.{id_}")


def test_no_explanation_is_without_a_duty(library: Library) -> None:
    written = {message for message in library.messages if message.startswith("duties/how-")}
    assert written == {how(library, id_) for id_ in library.duties}


def test_what_comes_first_is_a_duty_and_never_itself(library: Library) -> None:
    for id_, duty in library.duties.items():
        assert set(duty.after) <= set(library.duties) - {id_}
        assert duty.only_where is None or duty.only_where in SWITCHES
        assert id_ not in library.doses


def test_visits_stand_in_the_order_of_their_ages(library: Library) -> None:
    """What was given up to a visit is read from the order of the file."""
    visits = [duty.opens.about_days for duty in library.duties.values() if duty.doses]
    assert visits == sorted(visits)
    doses = [dose for duty in library.duties.values() for dose in duty.doses]
    assert len(doses) == len(set(doses))
    assert set(doses) == set(library.doses)


def test_a_broken_copy_of_the_real_file_is_told(tmp_path: Path) -> None:
    copy = tmp_path / "content"
    skip = shutil.ignore_patterns("*.py", "__pycache__", "media", "drawings", "en")
    shutil.copytree(ROOT, copy, ignore=skip)
    file = copy / PATH
    text = file.read_text("utf-8")
    for old, new in (
        ("[VN-HT]}", "[VN-HTX]}"),
        ("after: [tetanus_pregnancy]", "after: [tetanus_pregnancy9]"),
        ("opens: P4M, due: P7M, closes: P7M", "opens: P4M, due: P7M, closes: P6M"),
        ("id: eye_check", "id: eyes_check"),
    ):
        assert old in text
        text = text.replace(old, new, 1)
    file.write_text(text, "utf-8")
    tree = read_tree(copy, LANGUAGE)
    before = len(tree.problems)
    read_duties(tree)
    found = "\n".join(str(problem) for problem in tree.problems[before:])
    for message in (
        "birth_registered: no source VN-HTX in sources.yaml",
        "tetanus_pregnancy2: no duty tetanus_pregnancy9",
        "opens, due and closes must rise",
        "eyes_check: the label duty.eyes_check is missing",
        "no duty eye_check in duties.yaml",
        "no duty ck46 in duties.yaml",
    ):
        assert message in found
