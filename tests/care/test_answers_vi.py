import pytest

from care import parsing


def listed(answers: str) -> list[str]:
    return answers.split("|")


@pytest.mark.parametrize(
    ("typed", "clock"),
    [
        ("19:00", "19:00"),
        ("19h", "19:00"),
        ("7h", "07:00"),
        ("7h30", "07:30"),
        ("7g30", "07:30"),
        ("7.30", "07:30"),
        ("7 giờ 5 phút", "07:05"),
        ("7 giờ tối", "19:00"),
        ("7 gio toi", "19:00"),
        ("tối 7h", "19:00"),
        ("buổi tối lúc 7 giờ", "19:00"),
        ("11 rưỡi trưa", "11:30"),
        ("1h trưa", "13:00"),
        ("12h trưa", "12:00"),
        ("7 sang", "07:00"),
        ("mười một giờ rưỡi trưa", "11:30"),
        ("bảy giờ", "07:00"),
        ("bay gio toi", "19:00"),
        ("8 giờ kém 15", "07:45"),
        ("8 giờ kém mười tối", "19:50"),
        ("3 giờ chiều", "15:00"),
        ("7:30pm", "19:30"),
        ("12h đêm", "00:00"),
        ("0h", "00:00"),
        ("24h", "00:00"),
        ("19h tối", "19:00"),
        ("tôi muốn 7h", "07:00"),
        ("đổi sang 12h", "12:00"),
        ("lúc 19 nhé", "19:00"),
        ("７ｈ３０", "07:30"),
    ],
)
def test_an_hour_is_read_in_minutes(typed: str, clock: str) -> None:
    hour, minute = clock.split(":")
    assert parsing.parse_hour(typed) == 60 * int(hour) + int(minute)


@pytest.mark.parametrize(
    "typed",
    listed("|tối|25h|7h75|7h hay 8h|2 bé|12/3/2026|bây giờ|bay gio|99|24:30"),
)
def test_what_is_no_hour_is_not_guessed(typed: str) -> None:
    assert parsing.parse_hour(typed) is None


@pytest.mark.parametrize(
    "typed",
    listed(
        "có|Có ạ|co|CO|ừ|uh|ok|OK em 👍|đúng|dung roi|đúng rồi ạ|vâng|vâng ạ|dạ|da|dạ vâng"
        "|dạ có|dạ đúng rồi|có em|đồng ý|có chứ|Vâng, có ạ|có bị ho|rồi|u\u031b\u0300"
        "|phải"
    ),
)
def test_yes_is_heard(typed: str) -> None:
    assert parsing.parse_yes_no(typed) is True


@pytest.mark.parametrize(
    "typed",
    listed(
        "không|Không ạ|khong|ko|k|hông|hem|sai|sai rồi|chưa|chua|dạ không|dạ chưa ạ"
        "|không có|không phải đâu|không đúng|không đồng ý|ko co|vâng không ạ"
    ),
)
def test_no_is_heard(typed: str) -> None:
    assert parsing.parse_yes_no(typed) is False


@pytest.mark.parametrize(
    "typed",
    listed(
        "|cô|cô ơi|co oi|cỏ|có không|có phải không ạ|không biết|chưa rõ|có lẽ|có đâu"
        "|có thể|đừng gửi nữa|dừng|dung gui nua|da bị đỏ|da bi do|không sao|đúng không"
        "|có một chuyện em muốn hỏi|bé có ho|không thể nào chịu nổi nữa|12/3|😀"
    ),
)
def test_neither_yes_nor_no_is_guessed(typed: str) -> None:
    assert parsing.parse_yes_no(typed) is None


@pytest.mark.parametrize(
    ("typed", "choice"),
    [
        ("2", 2),
        ("2.", 2),
        ("2)", 2),
        ("2️⃣", 2),
        ("②", 2),
        ("２", 2),
        ("số 2", 2),
        ("so 2 a", 2),
        ("hai", 2),
        ("chọn 2", 2),
        ("chọn số hai ạ", 2),
        ("em chọn câu 2 nhé", 2),
        ("cái thứ hai", 2),
        ("12", 12),
        ("mười", 10),
        ("sáu", 6),
        ("0", None),
        ("", None),
        ("1 2", None),
        ("2 tuổi", None),
        ("2/3", None),
        ("nam", None),
        ("bà", None),
        ("sau", None),
        ("123", None),
        ("một bé", None),
    ],
)
def test_a_choice_is_the_only_number_said(typed: str, choice: int | None) -> None:
    assert parsing.parse_choice_number(typed) == choice
