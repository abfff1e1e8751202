"""Every benchmark runs and reports in the agreed shape; what it measures here means nothing."""

import json

import pytest

from bench import registry
from bench.result import percentile

FIELDS = {"name", "value", "unit", "floor", "ratio", "detail"}


@pytest.mark.parametrize("name", registry.NAMES)
def test_a_benchmark_reports_in_the_agreed_shape(name: str) -> None:
    results = list(registry.run([name], quick=True))
    assert results
    for result in results:
        assert set(result) == FIELDS
        assert result["name"].partition("/")[0] == name
        assert result["value"] > 0
        assert result["floor"] > 0
        assert json.loads(json.dumps(result)) == result
        assert registry.line(result).startswith(result["name"])


def test_percentiles() -> None:
    assert percentile([3, 1, 2], 0.5) == 2
    assert percentile(list(range(100)), 0.95) == 95
    assert percentile([], 0.95) == 0
