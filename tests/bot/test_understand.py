"""`understand`: one message a line in, what each is about out."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from bot.__main__ import FAILED, app
from bot.understanding import line
from care.understanding import Model, understand
from content.library import Library
from tests.care import tiny_model
from tests.care.clear_messages import CLEAR, QUESTIONS

KEYS = ("text", "route", "intent", "imminence", "score", "unsure")
Run = Callable[..., Result]


@pytest.fixture
def run(library: Library, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The command with the real content, loaded once."""
    monkeypatch.setattr("bot.__main__.library_or_exit", lambda: library)
    runner = CliRunner()

    def invoke(typed: str, *words: str) -> Result:
        return runner.invoke(app, ["understand", *words], input=typed, catch_exceptions=False)

    return invoke


def told(result: Result) -> list[dict[str, Any]]:
    assert result.exit_code == 0
    return [json.loads(one) for one in result.stdout.splitlines()]


def test_every_message_is_one_line_of_json_with_the_same_keys(run: Run, library: Library) -> None:
    texts = [CLEAR[route][0] for route in CLEAR] + list(QUESTIONS)[:2]
    found = told(run("\n".join(texts) + "\n", "--json"))
    assert [tuple(one) for one in found] == [KEYS] * len(texts)
    assert [one["text"] for one in found] == texts
    assert library.model is not None
    for one in found:
        reading = understand(one["text"], library.model)
        assert (one["route"], one["intent"]) == (reading.route, reading.intent)
        assert (one["imminence"], one["unsure"]) == (reading.imminence, reading.unsure)
        assert one["score"] == pytest.approx(reading.score, abs=0.001)


def test_accents_and_quotes_come_out_as_they_went_in(run: Run) -> None:
    text = 'con em nói "không" 🙂 \\ hết'
    result = run(f"{text}\n", "--json")
    assert told(result)[0]["text"] == text
    assert "không" in result.stdout


def test_an_empty_line_is_a_message_too(run: Run) -> None:
    found = told(run("\nxin chào\n\n", "--json"))
    assert [one["text"] for one in found] == ["", "xin chào", ""]
    assert found[0]["route"] == "unknown"


def test_no_message_is_no_line(run: Run) -> None:
    assert told(run("", "--json")) == []


def test_the_last_line_needs_no_end(run: Run) -> None:
    assert len(told(run("xin chào", "--json"))) == 1


def test_why_names_words_and_their_weights(run: Run) -> None:
    text = CLEAR["dv_support"][0]
    (found,) = told(run(f"{text}\n", "--json", "--why"))
    assert tuple(found) == (*KEYS, "why")
    weights = [weight for _, weight in found["why"]]
    assert weights
    assert weights == sorted(weights, reverse=True)


def test_people_get_a_line_they_can_read(run: Run) -> None:
    text = CLEAR["dv_support"][0]
    shown = run(f"{text}\n")
    assert shown.stdout.startswith("dv_support")
    assert shown.stdout.rstrip().endswith(text)
    assert len(run(f"{text}\n", "--why").stdout.splitlines()) == 2


def test_without_a_model_it_says_what_to_do(
    run: Run, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.__main__.library_or_exit", lambda: replace(library, model=None))
    ended = run("xin chào\n")
    assert ended.exit_code == FAILED
    assert "make model" in ended.stderr


@pytest.fixture
def tiny() -> Model:
    return tiny_model.model()


@pytest.mark.parametrize(
    ("text", "named"),
    [("hurt", "w:hurt"), ("fever", "w:fever"), ("spoon", "w:spoon"), ("gone", "w:gone")],
)
def test_why_speaks_of_the_route_that_was_taken(tiny: Model, text: str, named: str) -> None:
    found = json.loads(line(f"{text} x y z", tiny, as_json=True, why=True))
    assert found["why"][0][0] == named


def test_where_nothing_was_decided_there_is_no_why(tiny: Model) -> None:
    assert json.loads(line("clouds x y z", tiny, as_json=True, why=True))["why"] == []
