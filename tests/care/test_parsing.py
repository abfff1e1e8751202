import re
from datetime import date, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from care import parsing
from care.parsing import DateProblem, When

TODAY = date(2026, 11, 24)
MARCH_12 = date(2026, 3, 12)

DAYS = [
    ("12/3/2026", MARCH_12),
    ("12-3-26", MARCH_12),
    ("12.3", MARCH_12),
    ("12/3", MARCH_12),
    ("12-03", MARCH_12),
    ("12 3", MARCH_12),
    ("12 3 2026", MARCH_12),
    ("12 3 26", MARCH_12),
    ("12,3,2026", MARCH_12),
    ("12 / 3 / 2026", MARCH_12),
    ("12 - 3 - 2026", MARCH_12),
    ("12. 3. 2026", MARCH_12),
    ("12–3–2026", MARCH_12),
    ("12\\3\\2026", MARCH_12),
    ("12/3-2026", MARCH_12),
    ("120326", MARCH_12),
    ("12032026", MARCH_12),
    ("20260312", MARCH_12),
    ("2026-03-12", MARCH_12),
    ("2026/3/12", MARCH_12),
    ("2026-03-12T07:30:00Z", MARCH_12),
    ("１２／３／２０２６", MARCH_12),
    ("👶 12/3/2026 🎉", MARCH_12),
    ("1️⃣2️⃣/3/2026", MARCH_12),
    ("12/\u200b3/2026", MARCH_12),
    ("ngày 12 tháng 3 năm 2026", MARCH_12),
    ("NGÀY 12 THÁNG 3 NĂM 2026", MARCH_12),
    ("ngay 12 thang 3", MARCH_12),
    ("ngày 12, tháng 3, năm 2026", MARCH_12),
    ("Ngày: 12, Tháng: 3, Năm: 2026", MARCH_12),
    ("ngày 12/tháng 3/năm 2026", MARCH_12),
    ("12 tháng 3/2026", MARCH_12),
    ("12 tháng 3, 2026", MARCH_12),
    ("12 tháng 3 26", MARCH_12),
    ("12 thg 3 2026", MARCH_12),
    ("12 thg3, 2026", MARCH_12),
    ("12thang3nam2026", MARCH_12),
    ("12/3 năm 2026", MARCH_12),
    ("12/3/năm 2026", MARCH_12),
    ("12/3 năm nay", MARCH_12),
    ("tháng 3 ngày 12", MARCH_12),
    ("năm 2026 tháng 3 ngày 12", MARCH_12),
    ("ngày mười hai tháng ba", MARCH_12),
    ("ngay muoi hai thang ba nam nay", MARCH_12),
    ("mùng ba tháng tư", date(2026, 4, 3)),
    ("mùng 8 tháng 3", date(2026, 3, 8)),
    ("ngày 5 tháng năm năm ngoái", date(2025, 5, 5)),
    ("ngày năm tháng năm năm nay", date(2026, 5, 5)),
    ("12 tháng 3 năm ngoái", date(2025, 3, 12)),
    ("12 thang 3 nam ngoai", date(2025, 3, 12)),
    ("12/3 năm kia", date(2024, 3, 12)),
    ("12/3 năm trước", date(2025, 3, 12)),
    ("ngày hai mươi mốt tháng mười hai", date(2025, 12, 21)),
    ("25/12", date(2025, 12, 25)),
    ("24/11", TODAY),
    ("25/11", date(2025, 11, 25)),
    ("24/11/2026", TODAY),
    ("29/2", date(2024, 2, 29)),
    ("29/2/2024", date(2024, 2, 29)),
    ("3/25/2026", date(2026, 3, 25)),
    ("25/11/2018", date(2018, 11, 25)),
    ("31.12.19", date(2019, 12, 31)),
    ("bé nhà em sinh ngày 12/3/2026 ạ", MARCH_12),
    ("cháu sinh 12/3/26 nhé", MARCH_12),
    ("con e sn 12.3.2026 a", MARCH_12),
    ("Bé trai, 12/3/2026, 3,2kg", MARCH_12),
    ("bé nặng 3kg2 sinh 12/3/2026 lúc 7h30", MARCH_12),
    ("7h30 ngày 12/3/2026", MARCH_12),
    ("7h 12/3/2026", MARCH_12),
    ("7:30 12/3/2026", MARCH_12),
    ("12/3/2026 cân nặng 3200g dài 50 cm", MARCH_12),
    ("5 giờ 20 phút sáng ngày 12 tháng 3", MARCH_12),
    ("thứ 5 ngày 12/3/2026", MARCH_12),
    ("thứ năm, 12 tháng 3", MARCH_12),
    ("bé nam 12/3/2026", MARCH_12),
    ("bé nam 2026-03-12", MARCH_12),
    ("12/3/2026, bé được 8 tháng", MARCH_12),
    ("bé 8 tháng, sinh 12/3/2026", MARCH_12),
    ("bé 8 tháng, sinh 12/3", MARCH_12),
    ("12/3/2026 tức là 12 tháng 3", MARCH_12),
    ("12/3/2026 dương lịch", MARCH_12),
    ("mẹ 28 tuổi, bé sinh 12/3/2026", MARCH_12),
    ("0905123456, sinh 12/3/2026", MARCH_12),
    ("hôm nay", TODAY),
    ("hom nay", TODAY),
    ("sáng nay bé chào đời", TODAY),
    ("mới sinh hôm qua", date(2026, 11, 23)),
    ("bữa qua", date(2026, 11, 23)),
    ("7h30 tối qua", date(2026, 11, 23)),
    ("hôm kia", date(2026, 11, 22)),
    ("ngày 12 tháng này", date(2026, 11, 12)),
    ("ngày 12 tháng trước", date(2026, 10, 12)),
]

MONTHS = [
    ("tháng 3 năm nay", date(2026, 3, 15)),
    ("tháng 3", date(2026, 3, 15)),
    ("thang 3", date(2026, 3, 15)),
    ("tháng 3/2025", date(2025, 3, 15)),
    ("tháng 3/25", date(2025, 3, 15)),
    ("tháng 3-2025", date(2025, 3, 15)),
    ("tháng 3 2025", date(2025, 3, 15)),
    ("tháng 03 năm 2025", date(2025, 3, 15)),
    ("T3/2025", date(2025, 3, 15)),
    ("th3/2025", date(2025, 3, 15)),
    ("3/2026", date(2026, 3, 15)),
    ("03.2026", date(2026, 3, 15)),
    ("sinh vào 3/2026 ạ", date(2026, 3, 15)),
    ("thang ba nam ngoai", date(2025, 3, 15)),
    ("tháng giêng", date(2026, 1, 15)),
    ("tháng chạp năm ngoái", date(2025, 12, 15)),
    ("tháng mười năm ngoái", date(2025, 10, 15)),
    ("tháng mười một năm ngoái", date(2025, 11, 15)),
    ("tháng mười hai", date(2025, 12, 15)),
    ("tháng tư", date(2026, 4, 15)),
    ("tháng năm năm ngoái", date(2025, 5, 15)),
    ("thang nam nam nay", date(2026, 5, 15)),
    ("tháng sáu", date(2026, 6, 15)),
    ("thang sau nam ngoai", date(2025, 6, 15)),
    ("tháng bảy", date(2026, 7, 15)),
    ("bé sinh cuối tháng 3", date(2026, 3, 15)),
    ("sinh nam thang 3/2026", date(2026, 3, 15)),
    ("từ tháng 3", date(2026, 3, 15)),
    ("tháng 11", date(2026, 11, 15)),
    ("tháng này", date(2026, 11, 15)),
    ("tháng trước", date(2026, 10, 15)),
    ("tháng rồi", date(2026, 10, 15)),
    ("tháng 12", date(2025, 12, 15)),
]

AGES = [
    ("bé 3 tháng", date(2026, 8, 24)),
    ("3 tháng tuổi", date(2026, 8, 24)),
    ("3 thang", date(2026, 8, 24)),
    ("3thang", date(2026, 8, 24)),
    ("3 thg", date(2026, 8, 24)),
    ("BÉ ĐƯỢC 3 THÁNG RỒI Ạ", date(2026, 8, 24)),
    ("ba tháng", date(2026, 8, 24)),
    ("năm tháng", date(2026, 6, 24)),
    ("bé nam 3 tháng", date(2026, 8, 24)),
    ("hôm nay bé tròn 3 tháng", date(2026, 8, 24)),
    ("con thứ 2, 3 tháng tuổi", date(2026, 8, 24)),
    ("3 tháng trước", date(2026, 8, 24)),
    ("hơn 3 tháng một chút", date(2026, 8, 24)),
    ("12 tháng", date(2025, 11, 24)),
    ("18 tháng tuổi", date(2025, 5, 24)),
    ("được 10 ngày", date(2026, 11, 14)),
    ("mười ngày tuổi", date(2026, 11, 14)),
    ("2 tuần tuổi", date(2026, 11, 10)),
    ("3 tuần sau sinh", date(2026, 11, 3)),
    ("3 tháng sau sinh", date(2026, 8, 24)),
    ("3 thang sau sinh", date(2026, 8, 24)),
    ("nửa tháng", date(2026, 11, 9)),
    ("tháng rưỡi", date(2026, 10, 9)),
    ("2 tuổi", date(2024, 11, 24)),
    ("hai tuổi", date(2024, 11, 24)),
    ("2 năm", date(2024, 11, 24)),
    ("2 tuổi rưỡi", date(2024, 5, 24)),
    ("2,5 tuổi", date(2024, 5, 24)),
    ("hai tuoi ruoi", date(2024, 5, 24)),
    ("1 tuổi 3 tháng", date(2025, 8, 24)),
    ("1 tuổi và 3 tháng", date(2025, 8, 24)),
    ("6 tháng rưỡi", date(2026, 5, 9)),
    ("bé 3 tháng 10 ngày", date(2026, 8, 14)),
    ("3 tháng mười ngày", date(2026, 8, 14)),
    ("hai tháng 10 ngày", date(2026, 9, 14)),
    ("3 tháng 4 ngày", date(2026, 8, 20)),
    ("2 tháng 1 tuần", date(2026, 9, 17)),
    ("7 tuổi 11 tháng", date(2018, 12, 24)),
    ("0 tháng", TODAY),
    ("mẹ 28 tuổi, bé 3 tháng", date(2026, 8, 24)),
]

PROBLEMS = [
    ("30/2", DateProblem.IMPOSSIBLE),
    ("30/2/2026", DateProblem.IMPOSSIBLE),
    ("29/2/2026", DateProblem.IMPOSSIBLE),
    ("29/2 năm ngoái", DateProblem.IMPOSSIBLE),
    ("31 tháng 4", DateProblem.IMPOSSIBLE),
    ("0/3/2026", DateProblem.IMPOSSIBLE),
    ("12/0/2026", DateProblem.IMPOSSIBLE),
    ("32/13/2026", DateProblem.IMPOSSIBLE),
    ("tháng 13", DateProblem.IMPOSSIBLE),
    ("13/2025", DateProblem.IMPOSSIBLE),
    ("300226", DateProblem.IMPOSSIBLE),
    ("12/3/0001", DateProblem.IMPOSSIBLE),
    ("12/3/9999", DateProblem.IMPOSSIBLE),
    ("12/3/2569", DateProblem.IMPOSSIBLE),
    ("0000-00-00", DateProblem.IMPOSSIBLE),
    ("25/11/2026", DateProblem.FUTURE),
    ("tháng 12 năm nay", DateProblem.FUTURE),
    ("12/3/27", DateProblem.FUTURE),
    ("12/3 sang năm", DateProblem.FUTURE),
    ("ngày mai", DateProblem.FUTURE),
    ("3 tuần nữa", DateProblem.FUTURE),
    ("em chưa sinh, dự sinh 12/3", DateProblem.FUTURE),
    ("24/11/2018", DateProblem.TOO_OLD),
    ("12/3/1995", DateProblem.TOO_OLD),
    ("12/3/95", DateProblem.TOO_OLD),
    ("8 tuổi", DateProblem.TOO_OLD),
    ("30 tuổi", DateProblem.TOO_OLD),
    ("9999 tuổi", DateProblem.TOO_OLD),
    ("9999 tuần", DateProblem.TOO_OLD),
    ("", DateProblem.UNREADABLE),
    ("chào em", DateProblem.UNREADABLE),
    ("12", DateProblem.UNREADABLE),
    ("ngày 12", DateProblem.UNREADABLE),
    ("ngày 12 tháng", DateProblem.UNREADABLE),
    ("năm 2025", DateProblem.UNREADABLE),
    ("2025", DateProblem.UNREADABLE),
    ("12 tháng này", DateProblem.UNREADABLE),
    ("3/26", DateProblem.UNREADABLE),
    ("12/3/026", DateProblem.UNREADABLE),
    ("12/3/20266", DateProblem.UNREADABLE),
    ("12-15/3/2026", DateProblem.UNREADABLE),
    ("3-4 tháng", DateProblem.UNREADABLE),
    ("3 hoặc 4 tháng", DateProblem.UNREADABLE),
    ("12/3 hoặc 13/3", DateProblem.UNREADABLE),
    ("1/2/3/4/5", DateProblem.UNREADABLE),
    ("9" * 150, DateProblem.UNREADABLE),
    ("0905123456", DateProblem.UNREADABLE),
    ("ngày 12 tháng 3 âm lịch", DateProblem.UNREADABLE),
    ("12/3/2026 AL", DateProblem.UNREADABLE),
    ("12/3 (âm)", DateProblem.UNREADABLE),
    ("rằm tháng 3", DateProblem.UNREADABLE),
    ("12/3 năm hai nghìn không trăm hai mươi sáu", DateProblem.UNREADABLE),
    ("mấy ngày qua", DateProblem.UNREADABLE),
    ("ngày này năm ngoái", DateProblem.UNREADABLE),
]


@pytest.mark.parametrize(("typed", "born_on"), DAYS)
def test_a_birth_date_is_read_as_typed(typed: str, born_on: date) -> None:
    assert parsing.parse_birth(typed, TODAY) == When(born_on, "day")


@pytest.mark.parametrize(("typed", "born_on"), MONTHS)
def test_a_month_of_birth_is_read_as_its_middle(typed: str, born_on: date) -> None:
    assert parsing.parse_birth(typed, TODAY) == When(born_on, "month")


@pytest.mark.parametrize(("typed", "born_on"), AGES)
def test_an_age_is_counted_back_from_today(typed: str, born_on: date) -> None:
    assert parsing.parse_birth(typed, TODAY) == When(born_on, "about")


@pytest.mark.parametrize(("typed", "problem"), PROBLEMS)
def test_what_cannot_be_a_birth_date_is_named(typed: str, problem: DateProblem) -> None:
    assert parsing.parse_birth(typed, TODAY) is problem


def test_an_age_from_the_last_of_a_month_ends_on_a_day_that_exists() -> None:
    assert parsing.parse_birth("1 tháng", date(2026, 3, 31)) == When(date(2026, 2, 28), "about")


def test_the_current_month_is_never_read_as_a_day_to_come() -> None:
    assert parsing.parse_birth("tháng 3", date(2026, 3, 4)) == When(date(2026, 3, 4), "month")


def test_a_long_message_is_read_up_to_a_whole_word() -> None:
    start = "12/3/2026 " + "a" * 180
    assert parsing.parse_birth(start + " " + "b" * 5_000, TODAY) == When(MARCH_12, "day")
    halved = "a" * 192 + " 12/3/2026"
    assert parsing.parse_birth(halved, TODAY) is DateProblem.UNREADABLE


@given(st.dates(date(2018, 11, 25), TODAY))
@example(date(2024, 2, 29))
@example(TODAY)
def test_every_date_of_eight_years_is_read_back_in_every_notation(born: date) -> None:
    d, m, y = born.day, born.month, born.year
    for typed in (
        f"{d}/{m}/{y}",
        f"{d:02}-{m:02}-{y % 100:02}",
        f"{d}.{m}.{y}",
        f"{d} {m} {y}",
        f"{d:02}{m:02}{y % 100:02}",
        f"{d:02}{m:02}{y}",
        born.isoformat(),
        f"ngày {d} tháng {m} năm {y}",
        f"be sinh {d} thang {m} nam {y} a",
    ):
        assert parsing.parse_birth(typed, TODAY) == When(born, "day"), typed


def test_every_single_date_of_eight_years_is_read_back() -> None:
    born = date(2018, 11, 25)
    while born <= TODAY:
        for typed in (f"{born:%d%m%y}", f"{born:%d/%m/%Y}", f"{born.day} tháng {born:%m %Y}"):
            assert parsing.parse_birth(typed, TODAY) == When(born, "day"), typed
        born += timedelta(days=1)


PIECES = re.findall(
    r"\S+",
    "ngày tháng năm tuần tuổi rưỡi nữa trước sau ba tư sáu mười hai hôm nay qua kia ngoái còn bé "
    "thai sinh sớm kinh cuối kỳ giờ tối không dạ có thứ nửa 0 1 2 3 12 29 31 99 2026 9999 / - . :",
)
anything = st.one_of(
    st.text(st.characters(codec=None)),
    st.text("0123456789/.-, thangymua", max_size=40),
    st.lists(st.sampled_from(PIECES), max_size=12).map(" ".join),
    st.lists(st.sampled_from(PIECES), max_size=12).map("".join),
)


@given(anything, st.dates())
def test_no_text_on_any_day_breaks_the_reading(typed: str, today: date) -> None:
    for parse in (parsing.parse_birth, parsing.parse_due, parsing.parse_last_period):
        assert isinstance(parse(typed, today), When | DateProblem)
    for parse_answer in (
        parsing.parse_gestation_weeks,
        parsing.parse_hour,
        parsing.parse_yes_no,
        parsing.parse_choice_number,
        parsing.looks_like_last_period,
    ):
        parse_answer(typed)


@given(anything, st.dates())
def test_a_birth_is_never_ahead_nor_eight_years_ago(typed: str, today: date) -> None:
    when = parsing.parse_birth(typed, today)
    if isinstance(when, When):
        assert when.on <= today
        assert (today - when.on).days <= 8 * 365 + 2


@given(anything, st.dates())
def test_a_due_date_is_within_the_reach_of_a_pregnancy(typed: str, today: date) -> None:
    for when in (parsing.parse_due(typed, today), parsing.parse_last_period(typed, today)):
        if isinstance(when, When):
            assert -14 <= (when.on - today).days <= 294


@pytest.mark.parametrize(
    "piece", ["1", "1/", "12 tháng ", "3 ngày ", "a ", "muoi ", ".", "1.", " "]
)
def test_hostile_text_is_read_up_to_its_limit(piece: str) -> None:
    huge = piece * 500_000
    assert isinstance(parsing.parse_birth(huge, TODAY), When | DateProblem)
    assert isinstance(parsing.parse_due(huge, TODAY), When | DateProblem)
    assert parsing.parse_yes_no(huge) is None
