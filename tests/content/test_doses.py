"""doses.yaml: what stands in it becomes rules of care, what cannot be is named with its line."""

from datetime import date

import pytest

from care.age import Offset
from care.immunisation import Dose, State, plan
from content.doses import read_doses
from content.library import LANGUAGE, Library
from content.tree import read_tree
from tests.content.site import LABELS, Site

PATH = "programme/doses.yaml"
TWO = """\
checked_on: 2026-11-22
doses:
  - id: opv1
    antigen: bOPV
    dose_no: 1
    due: P2M
    earliest: P2M
    valid_from: 2026-02-15
    valid_to: null
    confirm: true
    source: "TT 1"
  - id: opv2
    antigen: bOPV
    dose_no: 2
    due: P3M
    after: opv1
    gap: 28
    spacing: 30
    valid_from: 2026-02-15
    valid_to: null
    confirm: true
    source: "TT 1"
mothers:
  - id: ttm1
    antigen: tetanus
    dose_no: 1
    valid_from: 2026-02-15
    valid_to: null
    confirm: true
    source: "TT 1"
"""
SECOND_VERSION = """\
  - id: opv1
    antigen: bOPV
    dose_no: 1
    due: P3M
    earliest: P3M
    valid_from: 2027-07-01
    valid_to: null
    confirm: true
    source: "TT 2"
mothers:
"""
NAMES = "".join(f'dose.{id_}: "Mũi {id_}"\n' for id_ in ("opv1", "opv2", "ttm1"))


@pytest.fixture
def doses_site(site: Site) -> Site:
    site.write(PATH, TWO)
    site.write("text/vi/labels.yaml", LABELS + NAMES)
    return site


def said(site: Site) -> list[str]:
    return [told for _, told in site.problems() if PATH in told]


def read(site: Site) -> dict[str, Dose]:
    return read_doses(read_tree(site.root, LANGUAGE))


def test_doses_become_rules_in_the_order_of_the_file(doses_site: Site) -> None:
    assert said(doses_site) == []
    doses = read(doses_site)
    assert list(doses) == ["opv1", "opv2"]
    one, two = doses.values()
    assert (one.antigen, one.dose_no, one.confirm, one.source) == ("bOPV", 1, True, "TT 1")
    assert (one.due, one.earliest, one.after) == (Offset(months=2), Offset(months=2), None)
    assert (two.after, two.gap, two.spacing, two.earliest) == ("opv1", 28, 30, None)
    assert (one.valid_from, one.valid_to, one.later) == (date(2026, 2, 15), None, None)


def test_two_entries_of_one_id_are_two_versions(doses_site: Site) -> None:
    doses_site.edit(PATH, "valid_to: null", "valid_to: 2027-06-30")
    doses_site.edit(PATH, "mothers:\n", SECOND_VERSION)
    assert said(doses_site) == []
    doses = read(doses_site)
    assert list(doses) == ["opv1", "opv2"]
    assert [rule.source for rule in doses["opv1"].versions()] == ["TT 1", "TT 2"]
    before, after = (plan(doses, date(2027, 4, 20), {}, date(2027, n, 1))["opv1"] for n in (6, 7))
    assert (before.earliest, after.earliest) == (date(2027, 6, 20), date(2027, 7, 20))


@pytest.mark.parametrize("ends", ["null", "2027-07-01"])
def test_versions_may_not_overlap(doses_site: Site, ends: str) -> None:
    doses_site.edit(PATH, "valid_to: null", f"valid_to: {ends}")
    doses_site.edit(PATH, "mothers:\n", SECOND_VERSION)
    (told,) = said(doses_site)
    assert told.startswith(f"content/{PATH}:28: opv1: the version above is still in force")


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("after: opv1", "after: opv3", 16, "opv2: no dose opv3 stands above"),
        ("after: opv1", "after: opv2", 16, "opv2: no dose opv2 stands above"),
        ("dose_no: 1", "dose_no: 1\n    only_where: moon", 6, "opv1: no setting moon of an area"),
        ("earliest: P2M", "early: P2M", 7, "doses.0.early: unknown key"),
        ("    after: opv1\n", "", 12, "doses.1: gap and spacing go with after"),
        ("spacing: 30", "spacing: 20", 12, "doses.1: spacing is shorter than gap"),
        ("earliest: P2M", "earliest: P3M", 3, "must rise"),
        ("earliest: P2M", "latest: P1M", 3, "nothing keeps it back"),
        ("earliest: P2M", "earliest: P2M\n    latest: P1M", 3, "must rise"),
        ("earliest: P2M", "earliest: P2M\n    alone: true", 3, "alone goes with after"),
        ("earliest: P2M", "earliest: P2M\n    catch_up: P9M", 3, "catch_up goes with target"),
        ("earliest: P2M", "earliest: P2M\n    latest: P6M\n    target: P3M", 3, "exclude"),
        ("valid_to: null", "valid_to: 2026-01-01", 3, "valid_to is before valid_from"),
        ("due: P2M", "due: 2 months", 6, "not an offset"),
        ("gap: 28", "gap: 0", 17, "doses.1.gap"),
        ("    confirm: true\n", "", 3, "doses.0.confirm: is missing"),
        ("id: ttm1", "id: TTm1", 24, "mothers.0.id"),
    ],
)
def test_what_cannot_be_is_named_with_its_line(
    doses_site: Site, old: str, new: str, line: int, message: str
) -> None:
    doses_site.edit(PATH, old, new)
    told = [t for t in said(doses_site) if t.startswith(f"content/{PATH}:{line}: ")]
    assert any(message in t for t in told), said(doses_site)


def test_every_dose_has_a_name_for_families(doses_site: Site) -> None:
    doses_site.write("text/vi/labels.yaml", LABELS + NAMES.replace("dose.opv2", "dose.opv9"))
    assert said(doses_site) == [f"content/{PATH}:12: opv2: the label dose.opv2 is missing"]
    doses_site.write("text/vi/labels.yaml", LABELS + NAMES.replace("dose.ttm1", "dose.ttm9"))
    assert said(doses_site) == [f"content/{PATH}:24: ttm1: the label dose.ttm1 is missing"]


def test_the_programme_of_doses_is_whole(library: Library) -> None:
    doses = library.doses
    assert set(doses) == {
        "hepb0", "bcg1", "penta1", "penta2", "penta3", "dpt4", "td5", "opv1", "opv2", "opv3",
        "ipv1", "ipv2", "rota1", "rota2", "meas1", "mr2", "je1", "je2", "je3", "pcv1", "pcv2",
        "pcv3",
    }  # fmt: skip
    assert {id_ for id_, dose in doses.items() if dose.latest} == {"rota1", "rota2"}
    assert {id_ for id_, dose in doses.items() if dose.only_where} == {"pcv1", "pcv2", "pcv3"}
    unread = {id_ for id_, dose in doses.items() if dose.after and dose.gap is None}
    assert unread == {"ipv2", "pcv3", "dpt4", "td5"}
    for id_, dose in doses.items():
        assert dose.confirm
        assert dose.valid_to is None
        assert library.label(f"dose.{id_}")
    assert all(library.label(f"dose.ttm{n}") for n in range(1, 6))


def test_the_doses_of_the_visits_are_all_known(library: Library) -> None:
    visited = [dose for duty in library.duties.values() for dose in duty.doses]
    assert sorted(visited) == sorted(library.doses)


def test_the_real_rules_answer_for_a_child_of_today(library: Library) -> None:
    shots = plan(library.doses, date(2026, 9, 20), {}, date(2026, 11, 22))
    assert shots["penta1"].state is State.DUE
    assert shots["pcv1"].state is State.NOT_HERE
