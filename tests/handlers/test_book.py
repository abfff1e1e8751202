"""The child's book in the chat: one tap to every part, and links to its page and file."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from care.duties import Record, Told
from care.growth import Sizes
from care.local import NOWHERE
from care.milestones import Answers, Seen
from care.people import ChildState
from handlers.book import LIVES, book_of
from storage import book_links, children, duties, measurements, milestones
from storage.family_tables import book_links as table
from tests.handlers import families
from tests.handlers.conversation import Conversation

Another = Callable[[str], Conversation]
LIST = "ms-06m"  # of a child of eight months


@pytest.fixture
def child(chat: Conversation) -> int:
    return families.has(chat)


def urls(chat: Conversation) -> dict[str, str | None]:
    """Of the last message, by the id of the button."""
    return {b.id.partition("~")[0]: b.url for b in chat.said[-1].buttons if b.url}


def token(chat: Conversation) -> str:
    return (urls(chat)["book.page"] or "").removeprefix("/book/")


def is_open(chat: Conversation, which: str, later: timedelta = timedelta()) -> bool:
    with chat.engine.connect() as conn:
        return book_links.find(conn, which, chat.now + later) is not None


def test_one_tap_shows_the_book_of_the_only_child(chat: Conversation, child: int) -> None:
    chat.taps_exactly("book.open")
    chat.sees("book/open")
    assert "Bống" in chat.last
    assert "12/03/2026" in chat.last
    assert chat.buttons == [
        f"duties.open:{child}",
        f"doses.open:{child}",
        f"growth.open:{child}",
        f"milestones.start:{LIST}:{child}",
        f"book.print:{child}",
        f"book.json:{child}",
        "menu.home",
    ]


@pytest.mark.parametrize("words", ["sổ của bé", "So cua con", "xem sổ"])
def test_words_open_it_too(chat: Conversation, child: int, words: str) -> None:
    chat.says(words)
    chat.sees("book/open")


def test_every_button_leads_somewhere(chat: Conversation, child: int) -> None:
    for part in ("duties.open", "doses.open", "growth.open", "milestones.start"):
        chat.taps_exactly("book.open")
        chat.taps(part)
        assert chat.seen[0].startswith(f"{part.partition('.')[0]}/")
        chat.taps_exactly("menu.home")


def test_of_several_children_one_is_chosen(chat: Conversation, child: int) -> None:
    second = families.has(chat, "Tí")
    chat.taps_exactly("book.open")
    chat.sees("book/which")
    chat.taps_exactly(f"book.open:{second}")
    chat.sees("book/open")
    assert "Tí" in chat.last
    assert "Bống" not in chat.last


def test_without_a_child_there_is_no_book(chat: Conversation) -> None:
    families.joins(chat)
    chat.taps_exactly("book.open")
    chat.sees("children/none")


def test_before_birth_it_holds_what_a_pregnancy_has(chat: Conversation) -> None:
    expected = families.expects(chat)
    chat.taps_exactly("book.open")
    chat.sees("book/open")
    assert "10/12/2026" in chat.last
    assert f"duties.open:{expected}" in chat.buttons
    assert not any(b.startswith(("doses", "growth", "milestones")) for b in chat.buttons)


def test_the_last_weighing_is_told_and_drawn(chat: Conversation, child: int) -> None:
    with chat.engine.begin() as conn:
        sizes = Sizes(8200, 700)
        measurements.put(conn, child, date(2026, 11, 5), sizes, 1, chat.now)
    chat.taps_exactly("book.open")
    assert "8,2 kg, 70 cm" in chat.last
    assert chat.said[-1].picture is None  # which curve is not known
    kid = families.child(chat, child)
    assert kid is not None
    with chat.engine.begin() as conn:
        children.change(conn, kid, sex="boy")
    chat.taps_exactly("book.open")
    assert (chat.said[-1].picture or b"").startswith(b"\x89PNG")


def test_what_comes_next_is_named_and_what_may_be_done_long_ago_is_not(
    chat: Conversation, child: int
) -> None:
    chat.taps_exactly("book.open")
    assert "Tiêm mốc 9 tháng: từ 12/12/2026" in chat.last
    assert "Khai sinh" not in chat.last


def test_somebody_elses_child_is_not_shown(chat: Conversation, another: Another) -> None:
    theirs = families.has(another("chat-2"), "Tí")
    families.has(chat)
    for action in ("book.open", "book.print", "book.json"):
        chat.taps_exactly(f"{action}:{theirs}")
        assert "Tí" not in chat.last
    with chat.engine.connect() as conn:
        assert conn.execute(select(func.count()).select_from(table)).scalar_one() == 0


@pytest.mark.parametrize(("action", "first"), [("print", "book.page"), ("json", "book.file")])
def test_a_link_leads_to_the_page_and_the_file(
    chat: Conversation, child: int, action: str, first: str
) -> None:
    chat.taps_exactly(f"book.{action}:{child}")
    chat.sees(f"book/{action}")
    key = token(chat)
    assert urls(chat) == {"book.page": f"/book/{key}", "book.file": f"/book/{key}.json"}
    assert chat.buttons[0] == first
    assert len(key) == 40
    assert is_open(chat, key, LIVES - timedelta(seconds=10))
    assert not is_open(chat, key, LIVES)
    assert timedelta(hours=24) == LIVES


def test_a_new_link_closes_the_old_one(chat: Conversation, child: int) -> None:
    chat.taps_exactly(f"book.print:{child}")
    first = token(chat)
    chat.taps_exactly(f"book.json:{child}")
    assert token(chat) != first
    assert not is_open(chat, first)
    assert is_open(chat, token(chat))


def test_the_other_parent_has_a_link_of_their_own(
    chat: Conversation, another: Another, child: int
) -> None:
    father = another("chat-2")
    father._chance.seed(8)
    families.shares(chat, father, child)
    chat.taps_exactly(f"book.print:{child}")
    father.taps_exactly(f"book.print:{child}")
    assert is_open(chat, token(chat))
    assert is_open(chat, token(father))


def test_links_go_with_the_child(chat: Conversation, child: int) -> None:
    chat.taps_exactly(f"book.print:{child}")
    key = token(chat)
    me = families.me(chat).caregiver.id
    with chat.engine.begin() as conn:
        children.unlink(conn, child, me)
    assert not is_open(chat, key)


def test_a_running_question_is_left_alone(chat: Conversation, child: int) -> None:
    chat.taps_exactly("settings.hour")
    chat.taps_exactly(f"book.open:{child}")
    chat.says("20 giờ")
    assert chat.seen != ["fallback/unknown"]


def test_the_book_holds_what_was_told(chat: Conversation, child: int) -> None:
    on = date(2026, 5, 12)
    me = families.me(chat).caregiver.id
    with chat.engine.begin() as conn:
        duties.put(conn, child, "birth_registered", Record(Told.DONE, on), me, chat.now)
        duties.put(conn, child, "penta1", Record(Told.DONE, on), me, chat.now)
        duties.put(conn, child, "rota1", Record(Told.UNKNOWN), me, chat.now)
        answers = Answers({"social1": Seen.SEEN, "social2": Seen.NOT_YET})
        milestones.put(conn, child, LIST, answers, me, chat.now)
        kid = children.get(conn, child)
        assert kid is not None
        book = book_of(conn, chat.library, kid, families.TODAY, NOWHERE)
    papers = {line.id: line.done_on for line in book.papers}
    assert papers["birth_registered"] == on
    doses = {line.id: line for line in book.doses}
    assert (doses["penta1"].known, doses["penta1"].given_on) == ("given", on)
    assert doses["rota1"].known == "unknown"
    assert doses["penta2"].known == "due"
    assert (doses["penta3"].known, doses["penta3"].earliest) == ("next", None)
    assert (doses["meas1"].known, doses["meas1"].earliest) == ("next", date(2026, 12, 12))
    assert [(one.checklist, one.on, one.seen) for one in book.looked] == [
        (LIST, families.TODAY, ("social1",))
    ]
    assert book.child.state is ChildState.BORN
