"""What may be answered in a report, and where it goes."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from care.cases import FIELD_MOST
from care.scope import Role
from storage import officers
from storage.areas import AreaRow, by_code, import_rows
from storage.crypto import Cipher
from tests.handlers import families, reporting
from tests.handlers.conversation import Conversation
from tests.handlers.reporting import ANSWERS


@pytest.fixture
def engine(database_url: str, cipher: Cipher, tmp_path: Path) -> Iterator[Engine]:
    yield from reporting.engines(database_url, cipher, tmp_path)


@pytest.mark.parametrize(
    ("answer", "code", "ranks"),
    [("yes", "06001", (1, 1)), ("unsure", "06001", (2, 2)), ("no", "06001", (2, 2))],
)
def test_who_it_concerns_decides_who_sees_it(
    chat: Conversation, answer: str, code: str, ranks: tuple[int, int]
) -> None:
    families.has(chat)
    reporting.lives_in(chat, code)
    reporting.to_questions(chat)
    for question in ("told", "child", "place"):
        chat.taps(f"report.skip:{question}")
    chat.taps(f"report.officer:{answer}")
    chat.taps("report.skip:contact")
    assert ("Tỉnh".lower() + " Lạng Sơn" in chat.last) is (answer == "yes")
    reporting.sends(chat)
    case, _ = reporting.only(chat.engine)
    assert (case.lowest, case.highest) == ranks


@pytest.mark.parametrize(
    ("typed", "lowest"),
    [
        ("có", 1),
        ("khong", 2),
        ("không rõ", 2),
        ("dượng nó làm công an xã", 1),  # words that are neither: rather too high
    ],
)
def test_who_it_concerns_may_be_typed(chat: Conversation, typed: str, lowest: int) -> None:
    families.has(chat)
    reporting.lives_in(chat)
    reporting.to_questions(chat)
    for question in ("told", "child", "place"):
        chat.taps(f"report.skip:{question}")
    chat.says(typed)
    chat.sees("report/ask-contact")
    chat.taps("report.skip:contact")
    reporting.sends(chat)
    case, facts = reporting.only(chat.engine)
    assert case.lowest == lowest
    assert facts.get("notes") == (typed if len(typed) > 10 else None)


def test_a_cry_for_help_gets_the_numbers_first_and_is_an_answer_too(chat: Conversation) -> None:
    families.has(chat)
    reporting.to_questions(chat)
    chat.says("cứu với, bố nó đang đánh nó, chảy máu nhiều")
    chat.sees("emergency/numbers", "report/ask-child")
    assert chat.said[-1].edit is None  # below the numbers, not above them
    chat.taps("report.review")
    reporting.sends(chat)
    case, facts = reporting.only(chat.engine)
    assert case.urgent
    assert "chảy máu" in facts["told"]


@pytest.mark.parametrize("kind", ["photo", "voice", "video", "sticker", "file"])
def test_no_media_is_taken_and_the_question_stays(chat: Conversation, kind: str) -> None:
    families.has(chat)
    reporting.to_questions(chat)
    chat.sends(kind)
    chat.sees("report/media")
    chat.taps("report.back")
    chat.sees("report/ask-told")
    chat.sends(kind)
    chat.says(ANSWERS["told"])
    chat.sees("report/ask-child")


@pytest.mark.parametrize("text", ["😢" * 3000, "a" * 200_000, "{{ 7*7 }} {be} %s", "-" * 5000])
def test_any_text_is_an_answer(chat: Conversation, text: str) -> None:
    families.has(chat)
    reporting.to_questions(chat)
    chat.says(text)
    chat.sees("report/ask-child")
    chat.taps("report.review")
    assert len(chat.last) < 2000
    reporting.sends(chat)
    _, facts = reporting.only(chat.engine)
    assert facts["told"] == text[:FIELD_MOST].strip()


def test_a_child_is_asked_less_in_short_words(chat: Conversation) -> None:
    chat.says("con cần người giúp")
    chat.taps("report.safe:yes")
    chat.taps("report.now:no")
    assert "Con không có lỗi" in chat.last
    chat.says("con sợ")
    chat.says("12 tuổi")
    chat.says("nhà bà, xã Ba Đình")
    chat.taps("report.officer:no")
    chat.sees("report/review")
    reporting.sends(chat)
    assert "người lớn con tin" in chat.last
    _, facts = reporting.only(chat.engine)
    assert set(facts) == {"told", "child", "place", "notes"}


def test_the_button_turns_the_same_screen_into_short_words(chat: Conversation) -> None:
    families.has(chat)
    reporting.to_questions(chat)
    chat.taps("report.young")
    chat.sees("report/ask-told")
    assert "Con không có lỗi" in chat.last


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("xa Dong Mo", "06002"),
        ("Đồng Mỏ", "06002"),
        ("thôn 3 xã đồng mỏ tỉnh lạng sơn", "06002"),
        ("phường Ba Đình, ở với bà", "06004"),
        ("xã Đồng Tâm", "06001"),  # there are two: where the family lives
        ("phường Đồng Tâm Hà Nội", "06003"),
        ("không rõ, ở xa lắm", "06001"),
        ("xã Đồng Mỏ hoặc phường Ba Đình", "06001"),
        ("", "06001"),
    ],
)
def test_the_place_is_the_one_that_is_named_exactly(
    chat: Conversation, text: str, code: str
) -> None:
    families.has(chat)
    reporting.lives_in(chat)
    reporting.to_questions(chat)
    chat.taps("report.skip:told")
    chat.taps("report.skip:child")
    chat.says(text or "😢")
    chat.taps("report.review") if "report.review" in chat.buttons else None
    reporting.sends(chat)
    assert reporting.only(chat.engine)[0].area_id == reporting.area(chat.engine, code)


@pytest.mark.parametrize(
    ("root", "text", "code"),
    [
        ("06001", "xã Đồng Mỏ", "06001"),
        ("20", "xã Đồng Mỏ", "06002"),
        ("20", "xã Đồng Tâm", "06001"),  # the other one is not ours
        ("20", "phường Ba Đình", "20"),
        ("VN", "phường Ba Đình", "06004"),
    ],
)
def test_only_places_below_where_we_work_count(
    chat: Conversation, root: str, text: str, code: str
) -> None:
    with chat.engine.connect() as conn:
        chat.root = by_code(conn, root)
    reporting.to_questions(chat)
    chat.taps("report.skip:told")
    chat.taps("report.skip:child")
    chat.says(text)
    chat.taps("report.review")
    reporting.sends(chat)
    assert reporting.only(chat.engine)[0].area_id == reporting.area(chat.engine, code)


def test_a_hamlet_counts_as_its_commune(chat: Conversation) -> None:
    families.has(chat)
    home = reporting.lives_in(chat)
    with chat.engine.connect() as conn, conn.begin():
        row = AreaRow("06001h1", "06001", "hamlet", "Thôn", "Nà Lùng", ())
        import_rows(conn, [row], chat.now)
    reporting.lives_in(chat, "06001h1")
    reporting.skips_all(chat)
    assert "xã Đồng Tâm" in chat.last
    reporting.sends(chat)
    assert reporting.only(chat.engine)[0].area_id == home


def test_a_cry_is_no_answer_to_whom_it_concerns(chat: Conversation) -> None:
    families.has(chat)
    reporting.lives_in(chat)
    reporting.to_questions(chat)
    for question in ("told", "child", "place"):
        chat.taps(f"report.skip:{question}")
    chat.says("cứu với, cháu bất tỉnh rồi")
    chat.sees("emergency/numbers", "report/ask-officer")
    chat.taps("report.officer:no")
    chat.taps("report.skip:contact")
    reporting.sends(chat)
    case, facts = reporting.only(chat.engine)
    assert (case.lowest, case.urgent) == (2, True)
    assert "bất tỉnh" in facts["told"]


def keeps_cases(chat: Conversation, *codes: str) -> None:
    with chat.engine.connect() as conn, conn.begin():
        for code in codes:
            where = by_code(conn, code)
            assert where is not None
            made = officers.add(
                conn,
                login=f"keeper-{code}",
                name="Cán bộ",
                role=Role.PROTECTION,
                area_id=where.id,
                password_hash="x",
                now=chat.now,
            )
            assert made is not None
            officers.change(conn, made, state=officers.ACTIVE)


@pytest.mark.parametrize(
    ("keepers", "code"),
    [
        ((), "20"),
        (("06002",), "06002"),  # the only ones who could open it
        (("06001", "06002"), "20"),
        (("20", "06002"), "20"),
        (("VN", "06002"), "20"),
        (("06003",), "20"),  # not ours
    ],
)
def test_without_a_place_it_goes_where_somebody_can_open_it(
    chat: Conversation, keepers: tuple[str, ...], code: str
) -> None:
    with chat.engine.connect() as conn:
        chat.root = by_code(conn, "20")
    keeps_cases(chat, *keepers)
    reporting.skips_all(chat)
    reporting.sends(chat)
    assert reporting.only(chat.engine)[0].area_id == reporting.area(chat.engine, code)
