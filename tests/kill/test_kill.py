"""Short versions of `python -m tests.kill.full`."""

from pathlib import Path

import pytest

from tests.kill import campaign, cases, inbound, outbound

pytestmark = pytest.mark.kill
SLOW = 0.02  # seconds on the way: four messages are always under way


async def test_a_killed_broadcast_loses_nothing_and_repeats_only_what_was_under_way(
    tmp_path: Path,
) -> None:
    verdict = await outbound.experiment(tmp_path, 600, 8)
    assert verdict.kept, str(verdict)


async def test_the_same_holds_on_a_slow_network(tmp_path: Path) -> None:
    verdict = await outbound.experiment(tmp_path, 100, 3, on_the_way=SLOW)
    assert verdict.kept, str(verdict)


async def test_marking_before_sending_would_be_noticed(tmp_path: Path) -> None:
    verdict = await outbound.experiment(tmp_path, 240, 10, on_the_way=SLOW, broken="mark_first")
    assert verdict.lost > 0


async def test_a_killed_campaign_reaches_everybody_and_its_sums_add_up(tmp_path: Path) -> None:
    found = await campaign.experiment(tmp_path, 200, 3)
    assert found.kept, str(found)
    assert found.early


async def test_a_cursor_before_its_rows_would_be_noticed(tmp_path: Path) -> None:
    found = await campaign.experiment(tmp_path, 200, 3, broken="cursor_first")
    assert found.verdict.lost > 0


async def test_every_acknowledged_message_has_its_effect_once(tmp_path: Path) -> None:
    verdict = await inbound.experiment(tmp_path, 5)
    assert verdict.kept, str(verdict)


async def test_acknowledging_before_storing_would_be_noticed(tmp_path: Path) -> None:
    verdict = await inbound.experiment(tmp_path, 3, broken="ack_first")
    assert verdict.missing > 0


async def test_no_read_and_no_change_of_a_case_is_without_its_line(tmp_path: Path) -> None:
    verdict = await cases.experiment(tmp_path, 12)
    assert verdict.kept, str(verdict)


async def test_a_line_in_a_second_transaction_would_be_noticed(tmp_path: Path) -> None:
    verdict = await cases.experiment(tmp_path, 10, broken="line_after")
    assert verdict.torn > 0
