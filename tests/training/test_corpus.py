"""The labelled messages, and that training twice is the same model."""

from collections import Counter

import pytest

from care.folding import fold
from care.understanding import (
    EMERGENCY,
    FAQ,
    HARM,
    MEDICAL,
    NO_TOPIC,
    dump,
    load,
    understand,
)
from content.library import Library
from training import corpus, everyday
from training.corpus import ASIDE, FOLDER, Message, read
from training.fit import fit

FILES = sorted(path.name for path in FOLDER.glob("*.csv"))
REGISTERS_MOST = 20
LEAST = 4_000
SOME = 300


@pytest.fixture(scope="module")
def training() -> list[Message]:
    return corpus.training()


def known_intents(library: Library) -> set[str]:
    commands = {name for name in _labels(library) if name.startswith("bot_")}
    return {*library.answers, *MEDICAL, *NO_TOPIC, *commands}


def _labels(library: Library) -> tuple[str, ...]:
    assert library.model is not None
    return library.model.heads["intent"].labels


@pytest.mark.parametrize("name", FILES)
def test_every_row_has_known_labels(library: Library, name: str) -> None:
    messages = read(FOLDER / name)  # an unknown route raises
    assert messages
    known = known_intents(library)
    wrong = [m for m in messages if m.route not in HARM and m.intent not in known]
    assert wrong == []
    assert {m.route for m in messages} <= set(corpus.ROUTES.values())
    assert all(m.text.strip() for m in messages)
    assert all(m.register for m in messages)


@pytest.mark.parametrize("name", FILES)
def test_only_danger_happens_now(name: str) -> None:
    wrong = [m for m in read(FOLDER / name) if m.now and m.route not in (*HARM, EMERGENCY)]
    assert wrong == []


@pytest.mark.parametrize("name", FILES)
def test_what_only_looks_like_danger_is_none(name: str) -> None:
    wrong = [m for m in read(FOLDER / name) if m.lookalike and m.route in HARM]
    assert wrong == []


def test_nothing_kept_aside_is_trained_on(training: list[Message]) -> None:
    aside = {fold(message.text) for message in read(FOLDER / ASIDE)}
    assert len(aside) > 500
    assert not aside & {fold(message.text) for message in training}


def test_nothing_is_trained_on_twice(training: list[Message]) -> None:
    texts = Counter(fold(message.text) for message in training)
    assert texts.most_common(1)[0][1] == 1


def test_there_is_enough_of_everything(training: list[Message]) -> None:
    assert len(training) >= LEAST
    routes = Counter(message.route for message in training)
    assert set(routes) == set(corpus.ROUTES.values())
    assert min(routes.values()) >= 50
    assert 1 < len({message.register for message in training}) <= REGISTERS_MOST


def test_every_answer_has_its_questions(training: list[Message], library: Library) -> None:
    asked = {message.intent for message in training}
    assert set(library.answers) <= asked
    assert set(library.answers) <= set(_labels(library))


def test_words_that_mean_the_same_are_folded_and_lead_to_one() -> None:
    same = corpus.same_words()
    assert same["ko"] == "khong"
    for spelling, word in same.items():
        assert fold(spelling) == spelling
        assert fold(word) == word


def test_harmless_words_are_no_harm(library: Library) -> None:
    messages = everyday.messages(library)
    assert len(messages) > 500
    assert {message.route for message in messages} <= {FAQ, "unknown"}
    assert all("{" not in message.text for message in messages)


@pytest.fixture(scope="module")
def some(training: list[Message]) -> list[Message]:
    """A few hundred, spread over all files."""
    return training[:: len(training) // SOME]


def test_training_twice_is_the_same_model(some: list[Message]) -> None:
    assert {*HARM} <= {message.route for message in some}
    same = corpus.same_words()
    first, second = fit(some, same), fit(some, same)
    assert dump(first) == dump(second)


def test_a_trained_model_has_learnt_and_is_read_back(some: list[Message]) -> None:
    model = fit(some, corpus.same_words())
    again = load(dump(model))
    right = 0
    for message in some:
        found = understand(message.text, model)
        assert understand(message.text, again).route == found.route
        right += (message.route in HARM) == (found.route in HARM)
    assert right > 0.9 * len(some)
