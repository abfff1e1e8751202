"""Sealed fields, the blind index and the key file."""

import base64
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.crypto import Cipher, KeyProblem, make_key, read_key

ONE = Cipher(bytes(range(32)))
OTHER = Cipher(bytes(range(1, 33)))
PLACE = "children.nickname"


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_what_was_sealed_opens(text: str) -> None:
    assert ONE.open(PLACE, ONE.seal(PLACE, text)) == text


def test_the_same_text_is_never_sealed_the_same_way_twice() -> None:
    assert ONE.seal(PLACE, "Bống") != ONE.seal(PLACE, "Bống")


def test_the_text_is_not_in_the_seal() -> None:
    sealed = ONE.seal(PLACE, "Bống " * 20)
    assert "Bống".encode() not in sealed
    assert len(sealed) == len(("Bống " * 20).encode()) + 29


def test_half_a_character_does_not_stop_a_message() -> None:
    assert ONE.open(PLACE, ONE.seal(PLACE, "a\ud83d")) == "a?"


def test_another_key_does_not_open() -> None:
    with pytest.raises(KeyProblem):
        OTHER.open(PLACE, ONE.seal(PLACE, "Bống"))


def test_a_value_moved_to_another_column_does_not_open() -> None:
    with pytest.raises(KeyProblem, match=r"addresses\.chat"):
        ONE.open("addresses.chat", ONE.seal(PLACE, "Bống"))


@pytest.mark.parametrize("position", [1, 13, -1])
def test_a_changed_byte_does_not_open(position: int) -> None:
    sealed = bytearray(ONE.seal(PLACE, "Bống"))
    sealed[position] ^= 1
    with pytest.raises(KeyProblem):
        ONE.open(PLACE, bytes(sealed))


def test_a_value_cut_short_anywhere_does_not_open() -> None:
    sealed = ONE.seal(PLACE, "Bống")
    for length in range(len(sealed)):
        with pytest.raises(KeyProblem):
            ONE.open(PLACE, sealed[:length])


def test_a_value_of_another_version_does_not_open() -> None:
    with pytest.raises(KeyProblem):
        ONE.open(PLACE, b"\x02" + ONE.seal(PLACE, "Bống")[1:])


def test_the_blind_index_depends_on_key_and_parts() -> None:
    found = ONE.blind("telegram", "main", "1001")
    assert found == ONE.blind("telegram", "main", "1001")
    assert len(found) == 32
    assert int(found, 16) >= 0
    different = [
        OTHER.blind("telegram", "main", "1001"),
        ONE.blind("telegram", "main", "1002"),
        ONE.blind("telegrammain", "1001"),
        ONE.blind("telegram", "main1001"),
    ]
    assert len({found, *different}) == 5


def test_the_key_file_is_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "secret" / "key"
    made = make_key(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert len(base64.b64decode(path.read_text())) == 32
    assert read_key(path).blind("x") == made.blind("x")
    assert [entry.name for entry in path.parent.iterdir()] == ["key"]


def test_a_key_file_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "key"
    make_key(path)
    before = path.read_bytes()
    with pytest.raises(FileExistsError):
        make_key(path)
    assert path.read_bytes() == before
    assert [entry.name for entry in tmp_path.iterdir()] == ["key"]


def test_two_keys_are_different(tmp_path: Path) -> None:
    assert make_key(tmp_path / "a").blind("x") != make_key(tmp_path / "b").blind("x")


@pytest.mark.parametrize(
    "content", [b"", b"short\n", b"\xff\xfe\x00", b"*" * 44, base64.b64encode(bytes(31))]
)
def test_a_bad_key_file_is_one_plain_line(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "key"
    path.write_bytes(content)
    with pytest.raises(KeyProblem) as caught:
        read_key(path)
    assert "\n" not in str(caught.value)
    assert "key" in str(caught.value)


def test_a_missing_key_file_is_one_plain_line(tmp_path: Path) -> None:
    with pytest.raises(KeyProblem, match=r"^key file key is missing; put the saved copy back$"):
        read_key(tmp_path / "key")


def test_a_folder_in_place_of_the_key_is_one_plain_line(tmp_path: Path) -> None:
    with pytest.raises(KeyProblem, match="cannot be read"):
        read_key(tmp_path)
