"""A small campaign under load keeps what `donghanh bench campaign` shows at full size."""

from dataclasses import replace
from typing import Any

import pytest

from bench import campaign
from bench.campaign import QUICK, Seen
from bench.result import percentile
from bench.sending import LIMIT
from content.library import Library
from storage import campaign_results
from storage.campaign_results import Progress


@pytest.fixture(scope="module")
def seen(library: Library) -> Seen:
    return campaign.measure(library, *QUICK)


def test_nearly_all_of_the_limit_is_used_and_nothing_refused(seen: Seen) -> None:
    assert seen.used >= 0.9
    assert seen.refused == 0


def test_replies_do_not_wait_for_it(seen: Seen) -> None:
    assert len(seen.replies) > 50
    assert seen.unanswered == 0
    assert percentile(seen.replies, 0.95) <= 2


def test_everybody_is_in_one_of_the_sums_at_every_moment(seen: Seen) -> None:
    assert seen.looks > 20
    assert seen.wrong == 0
    assert (seen.lost, seen.twice) == (0, 0)
    assert seen.sent + seen.failed + seen.cancelled == seen.people
    assert seen.failed
    assert seen.cancelled


def test_a_sender_that_is_too_quick_would_be_noticed(library: Library) -> None:
    """The control."""
    assert campaign.measure(library, 120, 5, rate=2 * LIMIT).refused > 0


def test_a_wrong_sum_would_be_noticed(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: what is under way is in no number."""
    real = campaign_results.progress

    def progress(*args: Any) -> Progress:
        told = real(*args)
        return replace(told, waiting=max(0, told.waiting - 1))

    monkeypatch.setattr(campaign_results, "progress", progress)
    assert campaign.measure(library, 120, 5).wrong > 0
