"""What officers said of the words of an item counts for exactly those words."""

from sqlalchemy.engine import Connection

from storage import areas, officers, reviews
from storage.reviews import APPROVED, SENT_BACK
from tests.storage.families import DAY, NOW
from tests.storage.test_tasks import ROWS

TIP, OTHER = "tip-a", "tip-b"
OLD, NEW = "a" * 64, "b" * 64


def judge(
    conn: Connection, message: str, words: str, status: str, note: str = "", later: int = 0
) -> None:
    reviews.put(conn, message, words, status, note, 7, NOW + later * DAY)


def test_a_verdict_is_about_exactly_these_words(conn: Connection) -> None:
    judge(conn, TIP, OLD, APPROVED)
    assert reviews.verdict(conn, TIP, OLD) == APPROVED
    assert reviews.verdict(conn, TIP, NEW) is None
    assert reviews.verdict(conn, OTHER, OLD) is None
    assert set(reviews.current(conn, {TIP: OLD, OTHER: OLD})) == {TIP}
    assert reviews.current(conn, {TIP: NEW}) == {}


def test_the_newest_word_on_a_text_counts(conn: Connection) -> None:
    judge(conn, TIP, OLD, APPROVED)
    judge(conn, TIP, OLD, SENT_BACK, "sai ngày", later=1)
    assert reviews.verdict(conn, TIP, OLD) == SENT_BACK
    assert [(one.status, one.note) for one in reviews.of_message(conn, TIP)] == [
        (SENT_BACK, "sai ngày")
    ]
    judge(conn, TIP, OLD, APPROVED, later=2)
    assert [(one.status, one.note) for one in reviews.of_message(conn, TIP)] == [(APPROVED, None)]


def test_only_what_was_sent_back_with_these_words_is_held(conn: Connection) -> None:
    judge(conn, TIP, OLD, SENT_BACK, "sai")
    judge(conn, OTHER, OLD, APPROVED)
    assert reviews.sent_back(conn, {TIP: OLD, OTHER: OLD}) == {TIP}
    assert reviews.sent_back(conn, {TIP: NEW, OTHER: OLD}) == frozenset()  # mended
    assert reviews.sent_back(conn, {}) == frozenset()


def test_what_was_said_of_earlier_words_stays_readable(conn: Connection) -> None:
    areas.import_rows(conn, ROWS, NOW)
    area = areas.by_code(conn, "20")
    assert area is not None
    officer = officers.add(
        conn,
        login="bsly",
        name="Bs. Lý",
        role="lead",
        area_id=area.id,
        password_hash="x",
        now=NOW,
    )
    assert officer is not None
    reviews.put(conn, TIP, OLD, SENT_BACK, "dài quá", officer, NOW)
    judge(conn, TIP, NEW, APPROVED, later=1)  # by somebody whose account is gone
    assert [(one.text_hash, one.officer) for one in reviews.of_message(conn, TIP)] == [
        (NEW, None),
        (OLD, "Bs. Lý"),
    ]
