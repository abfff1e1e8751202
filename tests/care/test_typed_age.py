import pytest

from care.typed_age import OLDEST_MONTHS, months_in


@pytest.mark.parametrize(
    ("typed", "months"),
    [
        ("bé 6 tháng ăn gì", 6),
        ("be 6 thang an gi", 6),
        ("BÉ 6 THÁNG", 6),
        ("con 6th", 6),
        ("con 6 thg", 6),
        ("con 6m", 6),
        ("bé 4 tháng rưỡi", 4),
        ("bé 18 tháng", 18),
        ("2 tuổi", 24),
        ("con 2t", 24),
        ("2t rưỡi", 30),
        ("bé 2 tuổi rưỡi", 30),
        ("2 tuổi 3 tháng", 27),
        ("2t3m", 27),
        ("2t3th", 27),
        ("con 10 ngày tuổi", 0),
        ("con 45 ngày tuổi", 1),
        ("bé 6 tuần tuổi", 1),
        ("bé 9 tuần tuổi", 2),
        ("trẻ sơ sinh tắm thế nào", 0),
        ("be so sinh", 0),
    ],
)
def test_an_age_is_read_in_completed_months(typed: str, months: int) -> None:
    assert months_in(typed) == months


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "bé ăn dặm thế nào",
        "sốt 39 độ",
        "3 lần một ngày",
        "sinh ngày 12/3 tháng trước",
        "uống 6 mg",
        "nặng 6,5 kg",
        "cao 60 cm",
        "mang thai 20 tuần",  # weeks of pregnancy are no age
        "sốt 3 ngày rồi",
        "2,5 tháng",  # half of a number is no number
        "4 tiếng bú một lần",
        "ăn 6 muỗng",
        "tháng 6",
    ],
)
def test_other_numbers_are_no_age(typed: str) -> None:
    assert months_in(typed) is None


def test_years_go_before_months() -> None:
    assert months_in("bé 3 tuổi, hồi 6 tháng hay ốm") == 36
    assert months_in("hồi 6 tháng hay ốm, giờ bé 3 tuổi") == 36


def test_who_is_too_old_for_the_programme_has_no_age() -> None:
    assert months_in("con 8 tuổi 11 tháng") == OLDEST_MONTHS
    assert months_in("con 9 tuổi") is None
