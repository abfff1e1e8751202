"""Whether a commune's list of who helps is whole."""

from dataclasses import replace
from datetime import date

import pytest

from care.services import Field, Service, is_fresh, missing

TODAY = date(2026, 11, 24)
OWN, ABOVE, BESIDE = 1, 2, 3
ONE = Service(1, OWN, Field.HEALTH, "Trạm", "0205 000 115", "", "", TODAY, 7, None)


def whole(area_id: int = OWN) -> list[Service]:
    return [replace(ONE, field=field, area_id=area_id) for field in Field]


@pytest.mark.parametrize(
    ("checked", "today", "fresh"),
    [
        (date(2025, 11, 24), TODAY, True),
        (date(2025, 11, 23), TODAY, False),
        (date(2024, 2, 29), date(2025, 2, 28), True),
        (date(2024, 2, 29), date(2025, 3, 1), False),
        (None, TODAY, False),
    ],
)
def test_a_check_lasts_twelve_months(checked: date | None, today: date, fresh: bool) -> None:
    assert is_fresh(replace(ONE, checked_on=checked), today) is fresh


def test_six_fields_make_it_whole_own_or_from_above() -> None:
    assert missing(whole(), {OWN}, TODAY) == []
    mixed = [*whole()[:3], *whole(ABOVE)[3:]]
    assert missing(mixed, {OWN, ABOVE}, TODAY) == []
    assert missing(mixed, {OWN}, TODAY) == list(Field)[3:]
    assert missing(whole(BESIDE), {OWN, ABOVE}, TODAY) == list(Field)


@pytest.mark.parametrize("field", Field)
def test_what_is_closed_or_was_never_checked_does_not_count(field: Field) -> None:
    for wrong in ({"closed_on": TODAY}, {"checked_on": None}):
        spoilt = [replace(one, **wrong) if one.field is field else one for one in whole()]
        assert missing(spoilt, {OWN}, TODAY) == [field]
