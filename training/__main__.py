"""`python -m training fit` writes the model, `report` prints how well it understands."""

import sys
from functools import partial
from pathlib import Path

from care.understanding import Model, dump, load
from content.library import load as load_library
from training import corpus, everyday, report
from training.fit import fit

MODEL = Path(__file__).parent.parent / "content" / "understanding" / "vi.bin"
FOLDS = 5


def main(what: str) -> int:
    same = corpus.same_words()
    messages = [*corpus.training(), *everyday.messages(load_library())]
    if what == "fit":
        MODEL.parent.mkdir(exist_ok=True)
        MODEL.write_bytes(dump(fit(messages, same)))
        print(f"{MODEL.name}: {MODEL.stat().st_size / 1e6:.1f} MB from {len(messages)} messages")
        return 0
    print(f"## {FOLDS}-fold, every message read by a model that has not seen it")
    train = partial(_fit, same=same)
    show(report.across(messages, FOLDS, train))
    print("\n## the first messages alone, from the same folds")
    first = corpus.first()
    rest = [message for message in messages if message.hand != corpus.FIRST]
    seen = []
    for part in range(FOLDS):
        others = [m for n, m in enumerate(first) if n % FOLDS != part]
        here = [m for n, m in enumerate(first) if n % FOLDS == part]
        seen += report.read_all(here, fit([*rest, *others], same))
    show(seen)
    print("\n## kept aside: other hands, never trained on")
    show(report.read_all(corpus.aside(), load(MODEL.read_bytes())))
    return 0


def _fit(messages: list[corpus.Message], same: dict[str, str]) -> Model:
    return fit(messages, same)


def show(seen: list[report.Seen]) -> None:
    for lines in (report.table(seen), report.routes(seen), report.worst(seen)):
        print("\n".join(lines), end="\n\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "report"))
