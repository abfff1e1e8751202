"""Weights and heights in the many ways they are typed; what is unclear is left unread."""

from datetime import date

import pytest

from care.dates_vi import DateProblem
from care.growth import Measure, Sizes
from care.sizes_vi import read_sizes

TODAY = date(2026, 11, 24)
WEIGHT, HEIGHT = Measure.WEIGHT, Measure.HEIGHT


def read(text: str, asked: Measure | None = None) -> tuple[Sizes, ...]:
    return read_sizes(text, asked, TODAY).readings


@pytest.mark.parametrize(
    ("text", "grams"),
    [
        ("7kg2", 7200),
        ("7 kg 2", 7200),
        ("7.2 kg", 7200),
        ("7,2kg", 7200),
        ("7KG25", 7250),
        ("3kg05", 3050),
        ("3kg050", 3050),
        ("12 kg 500", 12_500),
        ("7 ký 2", 7200),
        ("7 kí 2", 7200),
        ("7ky2", 7200),
        ("7k2", 7200),
        ("7 cân 2", 7200),
        ("7 cân rưỡi", 7500),
        ("7kg rưỡi", 7500),
        ("8 cân 8 lạng", 8800),
        ("1kg 900gr", 1900),
        ("bảy cân hai", 7200),
        ("mười hai ký rưỡi", 12_500),
        ("7 ký mốt", 7100),
        ("năm cân", 5000),
        ("7200g", 7200),
        ("7.200 g", 7200),
        ("900 gam", 900),
        ("nặng 7.2", 7200),
        ("nang 7,2", 7200),
        ("cân nặng: 7,2", 7200),
        ("Bà cân 7kg2", 7200),
        ("ba can 7kg2", 7200),
        ("cháu nặng khoảng 7kg2 ạ", 7200),
        ("bé 6 tháng nặng 7kg2", 7200),
        ("72 kg", 72_000),
    ],
)
def test_weights(text: str, grams: int) -> None:
    assert read(text) == (Sizes(grams),)


@pytest.mark.parametrize(
    ("text", "millimetres"),
    [
        ("72 cm", 720),
        ("72cm", 720),
        ("72,5 cm", 725),
        ("72cm5", 725),
        ("72 phân", 720),
        ("720mm", 720),
        ("1m05", 1050),
        ("1 mét 05", 1050),
        ("1m 5cm", 1050),
        ("1,05m", 1050),
        ("0,72m", 720),
        ("cao 68", 680),
        ("dài 68,5", 685),
        ("chiều cao 1,05", 1050),
        ("7,2 m", 7200),
    ],
)
def test_heights(text: str, millimetres: int) -> None:
    assert read(text) == (Sizes(None, millimetres),)


def test_one_metre_five_may_mean_two_heights() -> None:
    assert read("1m5") == (Sizes(None, 1500), Sizes(None, 1050))


@pytest.mark.parametrize(
    "text",
    [
        "7kg2 68cm",
        "7,2 kg 68 cm",
        "nang 7.2 cao 68",
        "cao 68 nặng 7,2",
        "7kg2, cao 68",
        "7kg2 68",
        "7 cân 2, dài 68 phân",
        "cân nặng 7,2kg chiều cao 68cm",
    ],
)
def test_both_at_once(text: str) -> None:
    assert read(text) == (Sizes(7200, 680),)


@pytest.mark.parametrize(
    ("text", "asked", "sizes"),
    [
        ("7,2", WEIGHT, Sizes(7200)),
        ("7.25", WEIGHT, Sizes(7250)),
        ("7", WEIGHT, Sizes(7000)),
        ("72", WEIGHT, Sizes(72_000)),
        ("7200", WEIGHT, Sizes(7200)),
        ("7.200", WEIGHT, Sizes(7200)),
        ("7,2 68", WEIGHT, Sizes(7200, 680)),
        ("68", HEIGHT, Sizes(None, 680)),
        ("68,5", HEIGHT, Sizes(None, 685)),
        ("1,05", HEIGHT, Sizes(None, 1050)),
        ("0,72", HEIGHT, Sizes(None, 720)),
        ("105", HEIGHT, Sizes(None, 1050)),
        ("680", HEIGHT, Sizes(None, 680)),
        ("68 cm", WEIGHT, Sizes(None, 680)),
        ("7kg2", HEIGHT, Sizes(7200)),
    ],
)
def test_a_bare_number_is_what_was_asked(text: str, asked: Measure, sizes: Sizes) -> None:
    assert read(text, asked) == (sizes,)


@pytest.mark.parametrize("text", ["7,2", "72", "hôm nay 7", "bé 6 tháng"])
def test_a_bare_number_means_nothing_where_nothing_was_asked(text: str) -> None:
    assert read(text) == ()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "abc",
        "-7",
        "-7,2 kg",
        "7-8 kg",
        "7 hoặc 8 kg",
        "7 kg 8 kg",
        "68 cm 70 cm",
        "10 cân kém 2 lạng",
        "7.2.3",
        "1.000.000",
        "số 0912345678",
        "lúc 3 tháng nặng 5kg",
        "9" * 500,
        "7kg2 " * 50,
    ],
)
@pytest.mark.parametrize("asked", [WEIGHT, HEIGHT, None])
def test_what_is_unclear_is_left_unread(text: str, asked: Measure | None) -> None:
    assert read(text, asked) == ()


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("7kg2", None),
        ("7kg2 hôm nay", TODAY),
        ("hôm qua 7kg2", date(2026, 11, 23)),
        ("7kg2 hôm kia", date(2026, 11, 22)),
        ("7kg2 3 ngày trước", date(2026, 11, 21)),
        ("7kg2 ngày 12/10", date(2026, 10, 12)),
        ("12/10 7kg2", date(2026, 10, 12)),
        ("12/10/2026 7,2 kg cao 65", date(2026, 10, 12)),
        ("ngày 20-10-2026 nặng 7kg2", date(2026, 10, 20)),
        ("7kg2 ngày 12 tháng 10", date(2026, 10, 12)),
        ("7kg2 ngày 31/2", DateProblem.IMPOSSIBLE),
        ("7kg2 ngày mai", date(2026, 11, 25)),
        ("7kg2 ngày 1/1/2027", date(2027, 1, 1)),
    ],
)
def test_the_day_stands_beside_the_number(text: str, when: date | DateProblem | None) -> None:
    found = read_sizes(text, None, TODAY)
    assert found.when == when
    assert [sizes.weight_g for sizes in found.readings] == [7200]


@pytest.mark.parametrize(
    ("text", "lying"),
    [("68 cm", None), ("đo nằm 68 cm", True), ("do nam 68cm", True), ("đo đứng 88 cm", False)],
)
def test_how_the_height_was_measured(text: str, lying: bool | None) -> None:
    assert [sizes.lying for sizes in read(text)] == [lying]


@pytest.mark.parametrize(
    ("text", "only"),
    [
        ("bé nặng 7kg2", True),
        ("Hôm nay bé nặng 7,2 kg, cao 68 cm ạ", True),
        ("bé nặng 7kg2 có nhẹ cân không", False),
        ("chợ bán 7kg2 gạo", False),
        ("bé nặng", False),
    ],
)
def test_whether_anything_else_was_said(text: str, only: bool) -> None:
    assert read_sizes(text, None, TODAY).only is only
