"""Short versions of `python -m tests.kill.tokens`."""

from pathlib import Path

import pytest

from tests.kill import tokens

pytestmark = pytest.mark.kill


async def test_a_killed_renewal_leaves_tokens_that_work_or_an_alarm(tmp_path: Path) -> None:
    verdict = await tokens.experiment(tmp_path, 4)
    assert verdict.kept, str(verdict)


async def test_a_pair_used_before_it_is_stored_would_be_noticed(tmp_path: Path) -> None:
    verdict = await tokens.experiment(tmp_path, 2, broken="every_second", seed=4)
    assert verdict.gone > 1, str(verdict)


async def test_a_refusal_nobody_hears_of_would_be_noticed(tmp_path: Path) -> None:
    verdict = await tokens.experiment(tmp_path, 1, broken="forgets")
    assert verdict.silent > 0, str(verdict)
