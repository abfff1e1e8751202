"""Families in the web chat of a real `donghanh run`, from the first word to the last."""

import re
from collections.abc import Iterator
from datetime import date

import pytest

from care.people import Child, ChildState
from care.programme import open_on
from content.library import Library
from tests.stories.families import Family, days_ago, today, typed
from tests.stories.running import Programme

MOST_ANSWERS = 6
ANSWERS_TO_A_CHILD = 4


@pytest.fixture
def family(programme: Programme) -> Iterator[Family]:
    with Family(programme.url) as one:
        yield one


@pytest.fixture
def other(programme: Programme) -> Iterator[Family]:
    """A second browser."""
    with Family(programme.url) as one:
        yield one


def tip_of(
    library: Library, born: date | None = None, *, due: date | None = None, weeks: int | None = None
) -> str:
    """What the programme says is today's item for a child with these dates."""
    state = ChildState.BORN if born else ChildState.EXPECTED
    child = Child(1, state, None, born, "day", due, weeks, today())
    live = open_on(library.openings, child, today())
    kinds = ("tip", "danger")
    return next(o.item.id for kind in kinds for o in live if o.item.kind == kind)


def test_sign_up_takes_six_answers_and_ends_with_the_tip_of_today(
    family: Family, library: Library
) -> None:
    born = days_ago(100)
    family.says("/start", "start/welcome")
    family.taps("consent.yes", "registration/ask-role")
    family.taps("registration.mother", "registration/ask-date")
    family.says(typed(born), "registration/confirm-birth")
    family.taps("registration.term", "registration/ask-nickname")
    family.says("Bống", "place/ask")
    family.taps("place.skip", "registration/done")
    family.sees(tip_of(library, born))
    assert family.answers <= MOST_ANSWERS


def test_child_exists_after_four_answers_even_if_nothing_more_is_answered(family: Family) -> None:
    family.says("/start", "start/welcome")
    family.says("đồng ý", "registration/ask-role")
    family.says("bố", "registration/ask-date")
    family.says("8 tháng", "registration/confirm-birth")
    family.says("đủ tháng", "registration/ask-nickname")
    assert family.answers <= ANSWERS_TO_A_CHILD
    family.says("menu", "menu/home")
    family.taps("menu.children", "children/list")


def test_pregnant_woman_gets_the_tip_of_her_week(family: Family, library: Library) -> None:
    due = days_ago(-100)
    family.says("/start", "start/welcome")
    family.taps("consent.yes")
    family.taps("registration.mother", "registration/ask-date")
    family.taps("registration.pregnant", "registration/ask-due")
    family.says(typed(due), "registration/confirm-due")
    family.taps("registration.due-yes", "registration/ask-nickname")
    family.taps("registration.no-name", "place/ask")
    family.taps("place.skip", "registration/done")
    family.sees(tip_of(library, due=due))
    assert family.answers <= MOST_ANSWERS + 1  # one tap more, to say that the child is not born


def test_due_date_typed_at_once_saves_the_pregnant_woman_a_tap(family: Family) -> None:
    family.says("/start", "start/welcome")
    family.taps("consent.yes")
    family.taps("registration.mother")
    family.says("thai 20 tuần", "registration/confirm-due")
    family.taps("registration.due-yes", "registration/ask-nickname")
    assert family.answers <= ANSWERS_TO_A_CHILD


def test_preterm_child_gets_the_tip_of_the_corrected_age(family: Family, library: Library) -> None:
    born = days_ago(180)
    family.says("/start", "start/welcome")
    family.taps("consent.yes")
    family.taps("registration.mother")
    family.says(typed(born), "registration/confirm-birth")
    family.taps("registration.early", "registration/ask-weeks")
    family.says("28 tuần", "registration/ask-nickname")
    family.taps("registration.no-name", "place/ask")
    family.taps("place.skip", "registration/done")
    early = tip_of(library, born, weeks=28)
    assert early != tip_of(library, born)
    family.sees(early)


def test_twins_get_one_message_with_both_names(family: Family, library: Library) -> None:
    born = days_ago(100)
    family.says("/start", "start/welcome")
    family.taps("consent.yes")
    family.taps("registration.father")
    family.says(typed(born), "registration/confirm-birth")
    family.taps("registration.twins", "registration/ask-weeks")
    family.taps("registration.full", "registration/ask-nickname")
    family.says("An và Bình", "place/ask")
    family.taps("place.skip", "registration/done")
    item = tip_of(library, born)
    family.sees(item)
    assert family.seen.count(item) == 1
    listed = family.taps("menu.home") and family.taps("menu.children", "children/list")
    labels = [button["label"] for button in listed["buttons"]]
    assert {"An", "Bình"} <= set(labels)


def test_grandparent_signs_up_for_a_child_of_four(family: Family, library: Library) -> None:
    born = days_ago(4 * 365 + 60)
    family.says("/start", "start/welcome")
    family.taps("consent.both")
    family.says("bà nội", "registration/ask-date")
    family.says(typed(born), "registration/confirm-birth")
    family.taps("registration.right", "registration/ask-nickname")
    family.says("Tí", "place/ask")
    family.taps("place.skip", "registration/done")
    family.sees(tip_of(library, born))
    assert family.answers <= MOST_ANSWERS


def test_commune_is_found_as_it_is_typed(family: Family) -> None:
    family.says("/start", "start/welcome")
    family.taps("consent.yes")
    family.taps("registration.mother")
    family.says("8 tháng")
    family.taps("registration.term")
    family.taps("registration.no-name", "place/ask")
    family.says("dong tam", "place/pick")
    family.taps("place.pick", "registration/done")
    family.sees("place/saved")


def invited(family: Family, other: Family) -> None:
    """`other` joins the family with its code and is told which child it is about."""
    line = family.says("mời", "family/invite")
    code = re.search(r"\*{0,2}\b([A-HJKMNP-Z2-9]{6})\b", line["text"])
    assert code
    other.says(f"/start g{code[1]}", "start/welcome")
    other.taps("consent.yes", "registration/ask-role")
    other.taps("registration.grandparent", "family/joined")
    other.taps("place.skip", "registration/done")


def test_second_caregiver_joins_with_the_code_of_the_family(
    family: Family, other: Family, library: Library
) -> None:
    born = days_ago(100)
    family.signs_up(born)
    invited(family, other)
    other.sees(tip_of(library, born))
    other.taps("menu.home", "menu/home")
    other.taps("menu.children", "children/list")


def test_code_of_a_family_works_once(family: Family, other: Family, programme: Programme) -> None:
    family.signs_up(days_ago(100))
    code = re.search(r"THAM GIA (\w{6})", family.says("mời", "family/invite")["text"])
    assert code
    with Family(programme.url) as late:
        for person, answer in ((other, "family/joined"), (late, "family/bad-code")):
            person.says(f"tham gia {code[1]}", "start/welcome")
            person.taps("consent.yes", "registration/ask-role")
            person.taps("registration.kin", answer)


def test_one_tap_on_loss_silences_the_child_for_both_caregivers(
    family: Family, other: Family
) -> None:
    family.signs_up(days_ago(100))
    invited(family, other)
    family.says("con của tôi", "children/list")
    family.taps("children.open", "children/one")
    family.taps("loss.report", "loss/sorry")
    assert other.says("con của tôi", "children/none")
    assert other.says("tin hôm nay", "tips/no-child")
    assert family.says("cảm ơn", "menu/thanks")  # no question follows, nothing is asked
    assert family.says("tin hôm nay", "tips/no-child")


def test_corrected_date_tells_nothing_twice(family: Family) -> None:
    family.signs_up(days_ago(100))
    family.says("con của tôi", "children/list")
    family.taps("children.open", "children/one")
    family.taps("children.date", "children/ask-date")
    family.says(typed(days_ago(95)), "children/confirm")
    family.taps("children.save", "children/saved")
    family.says("menu", "menu/home")
    told = [message for message in family.seen if message.startswith(("tip-", "dg-"))]
    assert len(told) == len(set(told))


def test_papers_of_twins_are_done_together(family: Family) -> None:
    family.says("/start", "start/welcome")
    family.taps("consent.yes")
    family.taps("registration.mother")
    family.says(typed(days_ago(20)), "registration/confirm-birth")
    family.taps("registration.twins", "registration/ask-weeks")
    family.taps("registration.full", "registration/ask-nickname")
    family.says("An và Bình", "place/ask")
    family.taps("place.skip", "registration/done")
    family.says("đã làm khai sinh", "papers/done")
    family.says("đã làm khai sinh", "papers/none-open")


def test_danger_card_does_not_speak_of_all_children(family: Family, library: Library) -> None:
    family.signs_up(days_ago(400))
    family.says("thêm con", "registration/ask-date")
    family.says(typed(days_ago(800)), "registration/confirm-birth")
    family.taps("registration.right", "registration/ask-nickname")
    family.taps("registration.no-name", "registration/done")
    family.says("nguy hiểm", "danger/list")
    card = family.taps("danger.open:dg-burn", "dg-burn")
    assert library.label("be.two") not in card["text"].lower()


def test_loss_can_be_taken_back(family: Family) -> None:
    family.signs_up(days_ago(100))
    family.says("con của tôi", "children/list")
    family.taps("children.open", "children/one")
    family.taps("loss.report", "loss/sorry")
    family.taps("loss.undo", "loss/undone")
    family.says("con của tôi", "children/list")


def test_stop_is_understood_at_once_and_taken_back(family: Family) -> None:
    family.signs_up(days_ago(100))
    family.says("DỪNG", "settings/stopped")
    family.says("cài đặt", "settings/home")
    assert family.offers("settings.resume")
    assert not family.offers("settings.stop")
    family.says("BẬT", "settings/resumed")
    family.says("cài đặt", "settings/home")
    assert family.offers("settings.stop")


def test_delete_me_leaves_no_word_behind(family: Family) -> None:
    family.signs_up(days_ago(100))
    family.says("con của tôi", "children/list")
    family.says("xóa hết", "privacy/confirm-delete")
    family.taps("privacy.delete-yes", "privacy/deleted")
    assert [line["message"] for line in family.history()] == ["privacy/deleted"]
    family.says("chào", "start/welcome")


def test_danger_cards_and_numbers_are_open_before_consent(family: Family) -> None:
    family.says("/start", "start/welcome")
    line = family.says("cháu bị hóc, cứu với", "emergency/numbers")
    assert [b["url"] for b in line["buttons"] if b.get("url")][:2] == ["tel:115", "tel:111"]
    family.taps("menu.danger", "danger/list")
    family.taps("danger.open")
    family.taps("consent.yes", "registration/ask-role")  # the question was still waiting


def test_same_message_twice_is_one_message(family: Family) -> None:
    family.says("/start", "start/welcome")
    body = {"id": family.new_id(), "text": "tôi đồng ý"}
    for _ in range(3):
        assert family.post(body).status_code == 202
    family.sees("registration/ask-role")
    family.taps("registration.mother", "registration/ask-date")
    assert family.seen.count("registration/ask-role") == 1
    assert [line["text"] for line in family.history()].count("tôi đồng ý") == 1


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"text": "x"}, 400),
        ({"id": "a b", "text": "x"}, 400),
        ({"id": "1", "text": "  "}, 400),
        ({"id": "1", "action": ""}, 400),
        ({"id": "1", "text": "x" * 5000}, 413),
    ],
)
def test_bad_message_is_refused_with_a_reason(
    family: Family, body: dict[str, str], status: int
) -> None:
    answer = family.post(body)
    assert answer.status_code == status
    assert answer.json()["error"]
    assert family.history() == []


def test_strangers_token_opens_nothing(programme: Programme) -> None:
    with Family(programme.url, session="x" * 43) as stranger:
        assert stranger.post({"id": "1", "text": "chào"}).status_code == 401


def test_flood_is_asked_to_wait_and_nothing_accepted_is_lost(family: Family) -> None:
    answers = [family.post({"id": str(n), "text": f"câu {n}"}) for n in range(50)]
    accepted = [n for n, answer in enumerate(answers) if answer.status_code == 202]
    assert {answer.status_code for answer in answers} == {202, 429}
    assert all(a.json()["error"] for a in answers if a.status_code == 429)
    kept = [line["text"] for line in family.history() if line["from"] == "me"]
    assert kept == [f"câu {n}" for n in accepted]
