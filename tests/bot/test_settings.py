"""Settings: where they come from, what is refused, and that the documents tell the same."""

import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import NamedTuple

import pytest

from bot.config import PREFIX, SETTINGS, BadSettings, Setting, Settings, load

ROOT = Path(__file__).parents[2]
SECRET = "not-to-be-printed"
WEBHOOK = {"DONGHANH_TELEGRAM_TOKEN": f"1:{SECRET}", "DONGHANH_TELEGRAM_MODE": "webhook"}
SECRETS = [setting.name for setting in SETTINGS if setting.secret]

_ROW = re.compile(r"\| `(DONGHANH_\w+)` \| (.+?) \| (.+?) \| `(.+?)` \|")
_LINE = re.compile(r"# (DONGHANH_\w+)=(.*)")


class Row(NamedTuple):
    """One setting as a document tells it."""

    name: str
    meaning: str
    default: str


def expected() -> list[Row]:
    return [Row(PREFIX + s.name, s.help, s.default) for s in SETTINGS]


def documented() -> Iterator[tuple[Row, str]]:
    for line in (ROOT / "docs" / "settings.md").read_text(encoding="utf-8").splitlines():
        if found := _ROW.fullmatch(line):
            name, meaning, default, example = found.groups()
            yield Row(name, meaning, "" if default == "empty" else default.strip("`")), example


def example_lines() -> Iterator[Row]:
    before = ""
    for line in (ROOT / ".env.example").read_text(encoding="utf-8").splitlines():
        if found := _LINE.fullmatch(line):
            yield Row(found[1], before.removeprefix("# "), found[2])
        before = line


@pytest.fixture
def dotenv(tmp_path: Path) -> Path:
    return tmp_path / ".env"


def problems(environ: dict[str, str], dotenv: Path) -> list[str]:
    with pytest.raises(BadSettings) as caught:
        load(environ, dotenv)
    return str(caught.value).splitlines()


def test_the_page_tells_every_setting_and_no_other() -> None:
    assert [row for row, _ in documented()] == expected()


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda s: s.name)
def test_the_example_of_the_page_is_accepted(setting: Setting) -> None:
    examples = {row.name: example for row, example in documented()}
    example = examples[PREFIX + setting.name]
    assert setting.read(example) is not None
    assert example != setting.default


def test_the_page_names_the_secrets() -> None:
    page = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    named = re.findall(r"`DONGHANH_(\w+)`", page.partition("\nSecrets: ")[2])
    assert named == SECRETS


def test_the_example_file_tells_every_setting_and_no_other() -> None:
    assert list(example_lines()) == expected()


def test_the_example_file_changes_nothing(dotenv: Path) -> None:
    text = (ROOT / ".env.example").read_text(encoding="utf-8")
    dotenv.write_text(text.replace("# DONGHANH_", "DONGHANH_"), encoding="utf-8")
    assert load({}, dotenv) == load({}, dotenv.with_name("missing"))


def test_every_setting_is_a_field() -> None:
    assert [f.name for f in fields(Settings)] == [s.name.lower() for s in SETTINGS]


def test_it_runs_without_any_setting(dotenv: Path) -> None:
    found = load({}, dotenv)
    assert found.data_dir == Path("var")
    assert found.database_url == "sqlite:///var/donghanh.db"
    assert found.key_file == Path("var/key")
    assert found.port == 8000
    assert not found.telegram_token


def test_the_data_folder_moves_database_and_key(dotenv: Path) -> None:
    found = load({"DONGHANH_DATA_DIR": "elsewhere"}, dotenv)
    assert found.database_url == "sqlite:///elsewhere/donghanh.db"
    assert found.key_file == Path("elsewhere/key")


def test_environment_wins_over_dotenv_and_dotenv_over_the_default(dotenv: Path) -> None:
    dotenv.write_text("DONGHANH_PORT=1\nDONGHANH_HOST=dotenv\n", encoding="utf-8")
    found = load({"DONGHANH_PORT": "2"}, dotenv)
    assert (found.port, found.host, found.log_level) == (2, "dotenv", "INFO")


def test_an_empty_value_is_the_default(dotenv: Path) -> None:
    assert load({"DONGHANH_PORT": " "}, dotenv).port == 8000


def test_dotenv_may_hold_comments_quotes_and_names_of_others(dotenv: Path) -> None:
    dotenv.write_text('# a note\n\nOTHER=1\n DONGHANH_HOST = "here"\n', encoding="utf-8")
    assert load({}, dotenv).host == "here"


def test_a_line_of_dotenv_without_a_value_is_named(dotenv: Path) -> None:
    dotenv.write_text(f"\n{SECRET}\n", encoding="utf-8")
    assert problems({}, dotenv) == [f"{dotenv}:2: write NAME=value"]


def test_a_value_may_come_from_a_file(dotenv: Path, tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("1:abc\n", encoding="utf-8")
    environ = {"DONGHANH_TELEGRAM_TOKEN_FILE": str(file), "DONGHANH_TELEGRAM_TOKEN": "2:no"}
    assert load(environ, dotenv).telegram_token == "1:abc"


def test_a_missing_file_stops_the_start(dotenv: Path, tmp_path: Path) -> None:
    environ = {"DONGHANH_TELEGRAM_TOKEN_FILE": str(tmp_path / "gone")}
    assert problems(environ, dotenv)[0].startswith("DONGHANH_TELEGRAM_TOKEN: ")


@pytest.mark.parametrize("name", ["DONGHANH_TELEGRAM_TOKNE", "DONGHANH_FILE", "DONGHANH_X_FILE"])
def test_an_unknown_name_is_refused(name: str, dotenv: Path) -> None:
    assert problems({name: SECRET}, dotenv) == [f"{name}: there is no such setting"]


def test_an_unknown_name_in_dotenv_is_refused(dotenv: Path) -> None:
    dotenv.write_text("DONGHANH_PROT=1\n", encoding="utf-8")
    assert problems({}, dotenv) == ["DONGHANH_PROT: there is no such setting"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "mysql://somewhere"),
        ("PORT", "70000"),
        ("PORT", "many"),
        ("PUBLIC_URL", "chat.example"),
        ("DRAFTS", "hide"),
        ("TELEGRAM_MODE", "pigeon"),
        ("TELEGRAM_RATE", "0"),
        ("LOG_LEVEL", "LOUD"),
    ],
)
def test_a_wrong_value_is_named(name: str, value: str, dotenv: Path) -> None:
    found = problems({PREFIX + name: value}, dotenv)
    assert len(found) == 1
    assert found[0].startswith(f"{PREFIX}{name}: ")


def test_all_problems_are_told_at_once(dotenv: Path) -> None:
    environ = {"DONGHANH_PORT": "x", "DONGHANH_DRAFTS": "x", "DONGHANH_NOPE": "x"}
    names = {line.partition(":")[0] for line in problems(environ, dotenv)}
    assert names == environ.keys()


def test_the_end_of_an_address_is_tidied(dotenv: Path) -> None:
    assert load({"DONGHANH_PUBLIC_URL": "https://chat.example/"}, dotenv).public_url == (
        "https://chat.example"
    )


def test_a_webhook_needs_a_secret_and_an_address(dotenv: Path) -> None:
    assert problems(WEBHOOK, dotenv) == [
        "DONGHANH_TELEGRAM_WEBHOOK_SECRET: needed when TELEGRAM_MODE is webhook",
        "DONGHANH_PUBLIC_URL: needed when TELEGRAM_MODE is webhook",
    ]
    whole = {
        **WEBHOOK,
        "DONGHANH_TELEGRAM_WEBHOOK_SECRET": "s",
        "DONGHANH_PUBLIC_URL": "https://chat.example",
    }
    assert load(whole, dotenv).telegram_mode == "webhook"


def test_webhook_without_a_token_needs_nothing(dotenv: Path) -> None:
    assert load({"DONGHANH_TELEGRAM_MODE": "webhook"}, dotenv).telegram_token == ""


@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_never_stands_in_an_error(name: str, dotenv: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    broken.write_bytes(b"\xff" + SECRET.encode())
    dotenv.write_text(f"{PREFIX}{name}_OLD={SECRET}\n", encoding="utf-8")
    wrong = {PREFIX + "PORT": "x", **WEBHOOK}
    for value in ({PREFIX + name: SECRET}, {f"{PREFIX}{name}_FILE": str(broken)}):
        assert SECRET not in "\n".join(problems({**wrong, **value}, dotenv))
