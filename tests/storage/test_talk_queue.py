"""Which officers see a talk, in which order, and how soon families are answered."""

from datetime import timedelta

import pytest
from sqlalchemy.engine import Connection

from storage import areas, talk_queue, talks
from storage.talk_queue import View
from storage.talks import Talk
from tests.storage.families import DAY, MINUTE, NOW
from tests.storage.talking import LAN, MAI, again, asked, grown


@pytest.fixture
def tree(conn: Connection) -> dict[str, int]:
    return grown(conn)


def sees(conn: Connection, talk: Talk, view: View) -> bool:
    found = talk_queue.get(conn, view, talk.id) is not None
    listed = talk.id in [t.id for t in talk_queue.open_ones(conn, view)]
    assert found == listed == (talk_queue.to_answer(conn, view) == 1)
    return found


def test_a_talk_is_seen_in_its_commune_and_higher_up_as_it_climbs(
    conn: Connection, tree: dict[str, int]
) -> None:
    talk = asked(conn, tree["20a"])
    commune, beside = View(LAN, tree["20a"]), View(LAN, tree["20b"])
    province, other = View(LAN, tree["20"]), View(LAN, tree["46"])
    country = View(LAN, tree["VN"], everywhere=True)
    seen = []
    for level in (0, 1, 2):
        if level:
            assert talks.climb(conn, again(conn, talk), level, NOW)
        seen.append([sees(conn, talk, v) for v in (commune, province, country, beside, other)])
    assert seen == [
        [True, False, False, False, False],
        [True, True, False, False, False],
        [True, True, True, False, False],
    ]


def test_who_answers_goes_on_seeing_it(conn: Connection, tree: dict[str, int]) -> None:
    talk = asked(conn, tree["20a"])
    talks.climb(conn, talk, 1, NOW)
    talks.claim(conn, talk.id, LAN, NOW)
    talks.answer(conn, talk.id, LAN, "chào", NOW)
    assert talk_queue.get(conn, View(LAN, tree["20"]), talk.id) is not None
    assert talk_queue.get(conn, View(MAI, tree["20"]), talk.id) is None
    assert talk_queue.get(conn, View(LAN, tree["46"]), talk.id) is None  # moved away


def test_families_of_no_area_are_the_countrys(conn: Connection, tree: dict[str, int]) -> None:
    talk = asked(conn)
    assert sees(conn, talk, View(LAN, tree["VN"], everywhere=True))
    assert not sees(conn, talk, View(LAN, tree["20"]))
    assert areas.above(conn, None) == [tree["VN"]]
    assert areas.above(conn, tree["20a"]) == [tree["20a"], tree["20"], tree["VN"]]


def test_the_longest_wait_comes_first(conn: Connection, tree: dict[str, int]) -> None:
    home = tree["20a"]
    one = asked(conn, home, "1", NOW + MINUTE)
    two = asked(conn, home, "2", NOW)
    done = asked(conn, home, "3", NOW - DAY)
    talks.claim(conn, done.id, MAI, NOW)
    talks.answer(conn, done.id, MAI, "chào", NOW)
    view = View(LAN, home)
    assert [t.id for t in talk_queue.open_ones(conn, view)] == [two.id, one.id, done.id]
    assert talk_queue.to_answer(conn, view) == 2
    talks.claim(conn, one.id, LAN, NOW)
    assert talk_queue.to_answer(conn, view) == 2
    assert talk_queue.to_answer(conn, View(MAI, home)) == 1
    talks.leave(conn, two.id, NOW)
    assert [t.id for t in talk_queue.closed_ones(conn, view, 5)] == [two.id]


def test_how_soon_families_are_answered(conn: Connection, tree: dict[str, int]) -> None:
    view = View(LAN, tree["20a"])
    assert talk_queue.speed(conn, view, NOW - DAY).median is None
    for chat, minutes in (("1", 5), ("2", 60), ("3", 20)):
        talk = asked(conn, tree["20a"], chat)
        talks.claim(conn, talk.id, LAN, NOW)
        talks.answer(conn, talk.id, LAN, "chào", NOW + minutes * MINUTE)
    old = asked(conn, tree["20a"], "4", NOW - 2 * DAY)
    elsewhere = asked(conn, tree["20b"], "5", NOW - 3 * DAY)
    speed = talk_queue.speed(conn, view, NOW - DAY)
    assert (speed.answered, speed.median) == (3, timedelta(minutes=20))
    assert (speed.waiting, speed.oldest) == (1, old.waiting_since)
    assert elsewhere.waiting_since != speed.oldest
