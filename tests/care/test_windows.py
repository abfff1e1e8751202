"""How an unasked message may go after the person's last action."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from care.messages import Kind
from care.windows import Purse, Waiting, Way, Windows, greeting, others_left, way

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
PURSE = Purse(paid_left=10, others_left=5, templates_left=3)


def _way(
    silent: timedelta | None,
    *,
    legal: bool = False,
    urgent: bool = False,
    purse: Purse = PURSE,
    template: bool = False,
    elsewhere: bool = False,
) -> Way:
    heard = NOW - silent if silent is not None else None
    return way(
        Windows(),
        heard,
        NOW,
        legal=legal,
        urgent=urgent,
        purse=purse,
        template=template,
        elsewhere=elsewhere,
    )


def test_without_windows_everything_is_free() -> None:
    args = {"legal": False, "urgent": False, "template": False, "elsewhere": True}
    assert way(None, None, NOW, purse=Purse(0), **args) is Way.FREE


def test_in_the_first_48_hours_it_is_free_even_with_an_empty_purse() -> None:
    assert _way(47 * HOUR, purse=Purse(0)) is Way.FREE
    assert _way(48 * HOUR, purse=Purse(0)) is Way.WAIT


def test_another_open_messenger_is_taken_before_anything_is_paid() -> None:
    assert _way(50 * HOUR, elsewhere=True) is Way.ELSEWHERE
    assert _way(20 * HOUR, elsewhere=True) is Way.FREE


def test_up_to_seven_days_it_is_paid_as_long_as_the_purse_lasts() -> None:
    assert _way(7 * 24 * HOUR - HOUR) is Way.PAID
    assert _way(7 * 24 * HOUR) is Way.WAIT


def test_what_is_kept_back_is_for_deadlines_of_the_law_and_alerts() -> None:
    low = replace(PURSE, others_left=0)
    assert _way(50 * HOUR, purse=low) is Way.WAIT
    assert _way(50 * HOUR, purse=low, legal=True) is Way.PAID
    assert _way(50 * HOUR, purse=low, urgent=True) is Way.PAID
    assert _way(50 * HOUR, purse=replace(PURSE, paid_left=0), legal=True) is Way.WAIT


def test_others_get_a_share_of_the_month_a_day_beside_what_is_kept_for_the_law() -> None:
    left = [others_left(500, 200, 0, 0, date(2026, 11, day)) for day in (1, 15, 30)]
    assert left == [10, 150, 300]
    assert others_left(500, 200, 0, 10, date(2026, 11, 1)) == 0
    assert others_left(500, 200, 0, 120, date(2026, 11, 15)) == 30


def test_what_the_law_will_need_is_kept_for_it() -> None:
    middle, last = date(2026, 11, 15), date(2026, 11, 30)
    assert others_left(500, 200, 150, 0, middle) == 100  # 300 till the month's end
    assert others_left(500, 200, 250, 0, middle) == 0
    assert others_left(500, 200, 300, 0, last) == 200
    assert others_left(500, 600, 0, 0, last) == 0
    assert others_left(500, 0, 300, 250, last) == 0


def test_after_seven_days_only_a_template_and_only_for_what_is_vital() -> None:
    assert _way(8 * 24 * HOUR, legal=True, template=True) is Way.TEMPLATE
    assert _way(8 * 24 * HOUR, legal=True) is Way.WAIT
    assert _way(8 * 24 * HOUR, template=True) is Way.WAIT
    spent = replace(PURSE, templates_left=0)
    assert _way(8 * 24 * HOUR, legal=True, template=True, purse=spent) is Way.WAIT


def test_who_was_never_heard_there_is_not_written_to_for_free() -> None:
    assert _way(None) is Way.WAIT
    assert _way(None, legal=True, template=True) is Way.TEMPLATE


def _waits(n: int, kind: Kind = Kind.TIP, legal: bool = False) -> Waiting:
    return Waiting(n, kind, legal)


def test_who_writes_again_gets_what_matters_and_no_flood() -> None:
    waiting = [
        _waits(1),
        _waits(2, Kind.REMINDER),
        _waits(3, Kind.REMINDER, legal=True),
        _waits(4),
        _waits(5, Kind.CAMPAIGN),
        _waits(6, Kind.REMINDER),
    ]
    assert greeting(waiting) == [3, 6, 2]
    assert greeting([_waits(n) for n in range(9)]) == [8]
    assert greeting([]) == []


def test_an_alert_comes_right_after_the_deadlines_of_the_law() -> None:
    waiting = [_waits(1, Kind.REMINDER), _waits(2, Kind.ALERT), _waits(3, Kind.NOTICE)]
    assert greeting([*waiting, _waits(4, Kind.REMINDER, legal=True)]) == [4, 2, 3]
