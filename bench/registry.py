"""Every benchmark by name."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from bench import broadcast, campaign, plan, reply, startup, turn
from bench.result import Result

Benchmark = Callable[..., Iterator[Result]]

_ALL: Mapping[str, Benchmark] = {
    "broadcast": broadcast.run,
    "campaign": campaign.run,
    "reply": reply.run,
    "turn": turn.run,
    "plan": plan.run,
    "startup": startup.run,
}
NAMES = tuple(_ALL)


def run(names: Sequence[str], *, quick: bool = False) -> Iterator[Result]:
    """Measures one after the other. `quick` shows that it works; its numbers mean nothing."""
    for name in names:
        yield from _ALL[name](quick=quick)


def line(result: Result) -> str:
    """A result for people."""
    detail = ", ".join(f"{key} {value}" for key, value in result["detail"].items())
    return (
        f"{result['name']:<16} {result['value']:>10.5g} {result['unit']}"
        f"  floor {result['floor']:.5g}  ratio {result['ratio']:.3g}\n    {detail}"
    )
