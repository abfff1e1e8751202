"""The timelines of six families, with days worked out by hand from the content."""

import json
from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta

import pytest

from bot.timeline import Entry, Life, entries
from care.age import add_months
from care.choosing import Reason
from care.people import Frequency
from care.programme import Opening, openings
from content.library import Library
from tests.care.families import born, expected, item

DAY = timedelta(days=1)
NORMAL = Frequency.NORMAL
DUE = date(2026, 3, 1)  # day 0 of the pregnancy: 25/05/2025
WEEK8 = date(2025, 7, 20)
LEAP = date(2024, 2, 29)
AUGUST = date(2025, 8, 31)
EARLY = date(2025, 1, 1)  # due on 26/02, eight weeks later: born in week 32
JOINED_500 = date(2026, 5, 16)  # 500 days after 01/01/2025

LIVES = {
    "pregnant": Life(None, DUE, None, WEEK8, NORMAL),
    "leap day": Life(LEAP, None, None, LEAP, NORMAL),
    "31 August": Life(AUGUST, None, None, AUGUST, NORMAL),
    "preterm": Life(EARLY, EARLY + 56 * DAY, None, date(2024, 8, 1), NORMAL),
    "twins": Life(AUGUST, None, None, AUGUST, NORMAL, children=2),
    "late": Life(EARLY, None, None, JOINED_500, NORMAL),
    "few": Life(AUGUST, None, None, AUGUST, Frequency.FEW),
}


def end(life: Life) -> date:
    return add_months(life.born_on, 96) if life.born_on else DUE + 14 * DAY


def days(library: Library, life: Life, *items: str) -> list[tuple[str, str, str]]:
    """(day and month, item, what became of it) with nothing but these items in the way."""
    only = [o for o in library.openings if o.item.id in items]
    assert {o.item.id for o in only} == set(items)
    return said(entries(only, life, end(life)))


def said(found: Sequence[Entry]) -> list[tuple[str, str, str]]:
    return [(f"{e.on:%d/%m/%y}", _name(e.opening), e.reason or e.state) for e in found]


def _name(opening: Opening) -> str:
    return opening.item.id + (f"/{opening.slot}" if opening.slot else "")


def test_a_pregnancy_followed_from_week_8(library: Library) -> None:
    items = ("dg-preg1", "dg-preg2", "tip-p04b", "tip-p12a", "tip-p25b", "tip-p28a")
    assert days(library, LIVES["pregnant"], *items) == [
        ("20/07/25", "dg-preg1", "sent"),  # open since week 4, shown at once
        ("20/07/25", "tip-p04b", "joined_late"),
        ("18/08/25", "tip-p12a", "sent"),  # W12D1, day 85
        ("26/10/25", "dg-preg2", "sent"),  # W22D0, day 154
        ("20/11/25", "tip-p25b", "same_topic"),  # day 179, 25 days after the card
        ("08/12/25", "tip-p28a", "sent"),  # W28D1, day 197
    ]


def test_a_child_of_29_february(library: Library) -> None:
    items = ("tip-d0000", "dg-nb", "rm-birthcert", "rm-bhyt", "tip-d0386")
    found = days(library, LIVES["leap day"], *items)
    assert found[:10] == [
        ("29/02/24", "tip-d0000", "sent"),
        ("02/03/24", "dg-nb", "sent"),  # opened with it, so two days later
        ("07/03/24", "rm-birthcert", "sent"),  # P7D
        ("30/03/24", "rm-birthcert/1", "sent"),  # P30D
        ("06/04/24", "rm-bhyt", "sent"),  # P31D, a week after the last reminder
        ("13/04/24", "rm-bhyt/1", "sent"),  # P38D is 07/04
        ("20/04/24", "rm-birthcert/2", "sent"),  # P50D is 19/04
        ("27/04/24", "rm-birthcert/3", "sent"),  # P58D
        ("04/05/24", "rm-birthcert/4", "sent"),  # P65D, and every week
        ("11/05/24", "rm-birthcert/5", "sent"),
    ]
    assert ("21/03/25", "tip-d0386", "sent") in found


def test_a_child_of_31_august(library: Library) -> None:
    assert days(library, LIVES["31 August"], "tip-d0012", "tip-d0176", "tip-d0190") == [
        ("12/09/25", "tip-d0012", "sent"),
        ("23/02/26", "tip-d0176", "sent"),
        ("09/03/26", "tip-d0190", "sent"),
    ]
    six_months = openings([item("rm-a", "P6M", "P7M")])
    assert said(entries(six_months, LIVES["31 August"], date(2026, 4, 1))) == [
        ("28/02/26", "rm-a", "sent")
    ]


def test_a_child_born_eight_weeks_early(library: Library) -> None:
    found = days(library, LIVES["preterm"], "tip-d0176", "tip-d0190", "tip-p28a", "tip-p39a")
    assert found == [
        ("05/12/24", "tip-p28a", "sent"),  # day 197 of the pregnancy, from 22/05/2024
        ("01/01/25", "tip-p39a", "date_changed"),  # week 39 never came
        ("10/07/25", "tip-d0190", "sent"),  # safety, by real age
        ("21/08/25", "tip-d0176", "sent"),  # food, by corrected age: 56 days later
    ]


def test_twins(library: Library) -> None:
    assert days(library, LIVES["twins"], "tip-d0000", "rm-bhyt", "tip-d0386") == [
        ("31/08/25", "tip-d0000", "sent"),
        ("31/08/25", "tip-d0000", "same_message"),
        ("01/10/25", "rm-bhyt", "sent"),
        ("01/10/25", "rm-bhyt", "same_message"),
        ("08/10/25", "rm-bhyt/1", "sent"),
        ("08/10/25", "rm-bhyt/1", "same_message"),
        ("21/09/26", "tip-d0386", "sent"),
        ("21/09/26", "tip-d0386", "same_message"),
    ]


def test_a_family_that_joins_after_500_days(library: Library) -> None:
    items = ("tip-d0365", "tip-d0484", "tip-d0512", "dg-child", "rm-bhyt")
    assert days(library, LIVES["late"], *items) == [
        ("16/05/26", "tip-d0484", "sent"),  # today's item
        ("16/05/26", "dg-child", "joined_late"),  # the cards are in the menu
        ("16/05/26", "rm-bhyt", "joined_late"),
        ("16/05/26", "rm-bhyt/1", "joined_late"),
        ("16/05/26", "tip-d0365", "joined_late"),
        ("28/05/26", "tip-d0512", "sent"),
    ]


# Everything there is


@pytest.fixture(params=LIVES)
def lived(request: pytest.FixtureRequest, library: Library) -> tuple[Life, list[Entry]]:
    life = LIVES[request.param]
    return life, entries(library.openings, life, end(life))


def test_never_two_a_day(lived: tuple[Life, list[Entry]]) -> None:
    sent = Counter(entry.on for entry in lived[1] if entry.state == "sent")
    assert sent
    assert max(sent.values()) == 1


def test_a_reason_for_everything_not_sent(lived: tuple[Life, list[Entry]]) -> None:
    for entry in lived[1]:
        assert (entry.reason is None) == (entry.state == "sent")
        assert entry.reason is None or entry.reason in set(Reason)
        assert entry.state in {"sent", "merged", "skipped", "expired", "waiting"}


def test_every_opening_has_one_end_for_each_child(
    lived: tuple[Life, list[Entry]], library: Library
) -> None:
    life, found = lived
    counted = Counter((entry.opening.item.id, entry.opening.slot) for entry in found)
    wanted: Counter[tuple[str, int]] = Counter()
    for opening in library.openings:
        key = (opening.item.id, opening.slot)
        if life.due_on is not None:
            opens = opening.opens_on(expected(life.due_on))
            wanted[key] += int(opens is not None and opens <= end(life))
        if life.born_on is not None:
            weeks = 32 if life.due_on else None
            opens = opening.opens_on(born(life.born_on, weeks))
            if opens is not None and opens <= end(life):
                wanted[key] += life.children
    assert counted == +wanted


def test_the_days_come_in_order(lived: tuple[Life, list[Entry]]) -> None:
    life, found = lived
    assert found == sorted(found, key=lambda e: (e.on, e.state != "sent", e.opening.item.id))
    assert all(life.joined <= entry.on <= end(life) for entry in found)


def test_few_means_tier_a_only(library: Library) -> None:
    found = entries(library.openings, LIVES["few"], end(LIVES["few"]))
    assert {e.opening.item.tier for e in found if e.state == "sent"} == {"A"}
    left_out = {e.opening.item.tier for e in found if e.reason == "frequency"}
    assert left_out <= {"B", "C"}


def test_what_still_waits_on_the_last_day_says_so() -> None:
    both = openings([item("tip-a", "P10D", "P90D"), item("tip-b", "P10D", "P90D")])
    found = entries(both, LIVES["31 August"], AUGUST + 10 * DAY)
    assert said(found) == [("10/09/25", "tip-a", "sent"), ("10/09/25", "tip-b", "budget")]
    assert [e.state for e in found] == ["sent", "waiting"]


def test_what_was_told_before_the_birth_is_not_told_again_after_it() -> None:
    life = Life(AUGUST, AUGUST, None, AUGUST - 40 * DAY, NORMAL)
    milk = [
        item("tip-a", "W39D0", "W41D0", dedupe_key="milk"),
        item("tip-b", "P9D", "P40D", dedupe_key="milk"),
        item("tip-c", "P8D", "P40D"),
    ]
    assert said(entries(openings(milk), life, AUGUST + 60 * DAY)) == [
        ("24/08/25", "tip-a", "sent"),
        ("08/09/25", "tip-c", "sent"),
        ("09/09/25", "tip-b", "same_topic"),
    ]


def test_the_json_of_an_entry(library: Library) -> None:
    titles = {"tip-d0000": "Bú sớm"}
    found = entries(library.openings, LIVES["31 August"], AUGUST + 30 * DAY)
    rows = [entry.as_json(titles) for entry in found]
    assert json.loads(json.dumps(rows)) == rows
    assert rows[0] == {
        "on": "2025-08-31",
        "item": "tip-d0000",
        "kind": "tip",
        "state": "sent",
        "reason": None,
        "title": "Bú sớm",
    }
    assert all(row["title"] == row["item"] for row in rows if row["item"] != "tip-d0000")
