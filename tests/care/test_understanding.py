"""What a message is about, with a tiny model whose every weight is known, and with the real one."""

import json
import struct
import time
import zlib

import pytest

from care.understanding import (
    BEREAVEMENT,
    COMMAND,
    EMERGENCY,
    FAQ,
    HARM,
    MAGIC,
    UNKNOWN,
    WORDS_MOST,
    Model,
    Reading,
    dump,
    features,
    load,
    understand,
    why,
)
from content.library import Library
from tests.care.clear_messages import CLEAR, QUESTIONS
from tests.care.tiny_model import QUIET, model


def read(text: str, **borders: float) -> Reading:
    return understand(text, model(**borders))


# --- the order -----------------------------------------------------------------------------------


def test_harm_goes_before_illness_and_illness_before_questions() -> None:
    assert read("hurt fever gone stop spoon").route == "child_protection"
    assert read("fever gone stop spoon").route == EMERGENCY
    assert read("gone stop spoon").route == BEREAVEMENT
    assert read("stop spoon").route == COMMAND
    assert read("spoon").route == FAQ
    assert read("clouds").route == UNKNOWN


def test_illness_that_is_said_more_clearly_than_harm_is_illness() -> None:
    assert read("maybe fever").route == EMERGENCY


def test_despair_goes_before_what_is_as_likely() -> None:
    assert read("hurt despair").route == "self_harm_adult"
    assert read("hurt").intent == "child_protection"


def test_danger_now_is_told_from_danger() -> None:
    assert read("hurt").imminence == "unclear"
    assert read("hurt tonight").imminence == "now"
    assert read("tonight").imminence == ""
    assert read("fever").imminence == "now"


def test_illness_names_what_to_do_at_once() -> None:
    assert read("fever spoon").intent == "fever_young"
    assert read("fainted spoon").intents == ("medical_other",)


def test_a_question_names_its_topic_and_its_neighbours() -> None:
    found = read("spoon cloth")
    assert (found.intent, found.intents[:2]) == ("solids_when", ("solids_when", "swaddle"))
    assert "other" not in found.intents


def test_a_question_that_nobody_wrote_an_answer_for_is_open() -> None:
    found = read("clouds cloth")
    assert (found.route, found.intent, found.intents) == (UNKNOWN, "swaddle", ("swaddle",))
    assert read("clouds cloth", other=100).route == FAQ  # "none of them" must be likelier by far


# --- doubt ---------------------------------------------------------------------------------------


def test_harm_close_to_its_border_is_unsure() -> None:
    found = read("maybe spoon", harm=-0.5)
    assert (found.route, found.unsure) == ("child_protection", True)
    assert found.intents[0] == "solids_when"
    clear = read("hurt spoon")
    assert (clear.unsure, clear.intents) == (False, ())


def test_what_may_be_harm_is_asked_about_once_more() -> None:
    assert read("maybe spoon", harm=10.0, ask=-10.0).unsure
    assert read("maybe clouds", harm=10.0, ask=-10.0).unsure
    assert not read("spoon", harm=10.0).unsure
    assert not read("clouds", harm=10.0).unsure


def test_a_clear_question_calms() -> None:
    assert read("hurt spoon").route == "child_protection"
    assert read("hurt spoon", pull=2.0).route == FAQ
    assert read("hurt", pull=2.0).route == "child_protection"  # no question beside it


@pytest.mark.parametrize(
    ("word", "route"),
    [
        ("hurt", "child_protection"),
        ("fever", EMERGENCY),
        ("gone", BEREAVEMENT),
        ("stop", COMMAND),
    ],
)
def test_three_words_say_too_little_to_be_sure(word: str, route: str) -> None:
    assert read(word).route == route
    for short in (word, f"{word} x", f"{word} x y"):
        assert read(short, little=99.0).route != route
    assert read(f"{word} x y z", little=99.0).route == route


@pytest.mark.parametrize("text", ["", "   ", "?!...", "🙂", "\u200b\n"])
def test_an_empty_text_is_nothing(text: str) -> None:
    assert read(text) == Reading(UNKNOWN, "", "", 0.0, False, ())
    assert features(text, {}) == []
    assert why(text, model(), "danger", "harm") == []


# --- what is read --------------------------------------------------------------------------------


def test_words_that_mean_the_same_are_one() -> None:
    assert read("hrt").route == "child_protection"
    assert "w:hurt" in features("Hrt!", {"hrt": "hurt"})


def test_accents_add_to_the_words_without_them() -> None:
    bare, typed = features("danh con", {}), features("Đánh con", {})
    assert set(bare) < set(typed)
    assert {"A:đánh", "A:con", "B:đánh con"} == set(typed) - set(bare)
    assert {"w:danh", "b:danh con", "c: dan", "c:danh", "c: danh"} <= set(bare)


def test_of_a_long_text_the_beginning_and_the_end_are_read() -> None:
    padding = " ".join(f"n{n}" for n in range(WORDS_MOST))
    assert "w:hurt" in features(f"hurt {padding}", {})
    assert "w:hurt" in features(f"{padding} hurt", {})
    assert "w:hurt" not in features(f"{padding} hurt {padding}", {})


def test_a_word_without_end_costs_no_more_than_a_long_word() -> None:
    assert len(features("x" * 100_000, {})) < 100


def test_the_same_text_is_read_the_same() -> None:
    for text in ("hurt fever spoon", "maybe clouds cloth", ""):
        assert read(text) == read(text)
    assert features("một hai ba", {}) == features("một hai ba", {})


# --- why -----------------------------------------------------------------------------------------


def test_the_heaviest_words_are_named() -> None:
    found = why("hurt maybe spoon", model(), "danger", "harm")
    assert [feature for feature, _ in found] == ["w:hurt", "w:maybe"]
    assert found[0][1] > found[1][1] > 0
    assert len(why("hurt maybe spoon", model(), "danger", "harm", most=1)) == 1
    assert why("spoon", model(), "danger", "harm") == []
    with pytest.raises(ValueError, match="not in"):
        why("hurt", model(), "danger", "weather")


def test_the_words_named_add_up_to_the_score() -> None:
    text = "hurt maybe spoon"
    weights = sum(weight for _, weight in why(text, model(), "danger", "harm"))
    assert read(text).score == pytest.approx(weights + QUIET, abs=0.01)


# --- the file ------------------------------------------------------------------------------------


def packed(told: object, rest: bytes = b"") -> bytes:
    words = json.dumps(told).encode()
    return MAGIC + zlib.compress(struct.pack("<I", len(words)) + words + rest)


def test_a_model_is_loaded_as_it_was_dumped() -> None:
    made = model(unsure=0.25)
    loaded = load(dump(made))
    assert loaded.heads == dict(made.heads)
    assert (loaded.borders, loaded.same) == (made.borders, made.same)
    assert dump(loaded) == dump(made)
    for text in ("hurt", "fever spoon", "hrt", "clouds"):
        assert understand(text, loaded) == understand(text, made)


RAW = dump(model())
ONE = {"labels": ["x"], "buckets": 4, "scales": [1.0], "biases": [0.0]}


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"hello",
        MAGIC,
        RAW[1:],
        RAW[:-20],
        RAW[: len(RAW) // 2],
        MAGIC + b"\x00" * 40,
        MAGIC + zlib.compress(b""),
        MAGIC + zlib.compress(b"\xff\xff\xff\xff{}"),
        MAGIC + zlib.compress(struct.pack("<I", 2) + b"{]"),
        packed([]),
        packed({}),
        packed({"heads": {"danger": {}}, "borders": {}, "same": {}}),
        packed({"heads": {"danger": ONE}, "borders": {}, "same": {}}, b"\x01" * 7),
    ],
)
def test_a_damaged_file_is_no_model(raw: bytes) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        load(raw)


def test_the_whole_of_such_a_file_is_a_model() -> None:
    """The control of the one that was cut off."""
    whole = packed({"heads": {"danger": ONE}, "borders": {}, "same": {}}, b"\x01" * 8)
    assert load(whole).heads["danger"].labels == ("x",)


# --- the real model ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def trained(library: Library) -> Model:
    assert library.model is not None
    return library.model


@pytest.mark.parametrize("route", CLEAR)
def test_clear_messages_go_their_way(trained: Model, route: str) -> None:
    read_as = {text: understand(text, trained).route for text in CLEAR[route]}
    assert len(read_as) >= 12
    assert read_as == dict.fromkeys(CLEAR[route], route)


def test_clear_questions_find_their_answer(trained: Model) -> None:
    found = {text: understand(text, trained) for text in QUESTIONS}
    assert {text: reading.intent for text, reading in found.items()} == QUESTIONS
    assert {reading.route for reading in found.values()} == {FAQ}


def test_every_route_has_its_clear_messages() -> None:
    assert {*CLEAR, FAQ} == {*HARM, EMERGENCY, BEREAVEMENT, COMMAND, UNKNOWN, FAQ}


def test_the_real_model_says_why(trained: Model) -> None:
    for route in HARM:
        named = why(CLEAR[route][0], trained, "danger", route)
        assert named
        assert named == sorted(named, key=lambda pair: (-pair[1], pair[0]))


def test_reading_is_quick(trained: Model, capsys: pytest.CaptureFixture[str]) -> None:
    """Only printed: a busy machine is no fault of the model."""
    texts = [text for texts in CLEAR.values() for text in texts]
    began = time.perf_counter()
    for text in texts:
        understand(text, trained)
    each = (time.perf_counter() - began) / len(texts)
    with capsys.disabled():
        print(f"\none message takes {each / 0.005:.2f} of the 5 ms it may take")  # noqa: T201 - a figure
