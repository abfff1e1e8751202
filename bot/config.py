"""Settings: read once from DONGHANH_*, DONGHANH_*_FILE or .env; wrong ones stop the start."""

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PREFIX = "DONGHANH_"
_PUBLIC_KEY = re.compile(r"age1[a-z0-9]{58}")
_HOST = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")


class BadSettings(Exception):
    """Every problem with the settings, one line each."""


@dataclass(frozen=True, slots=True)
class Setting:
    name: str
    read: Callable[[str], Any]
    default: str
    help: str
    secret: bool = False


def _one_of(*allowed: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in allowed:
            raise ValueError(f"must be one of {', '.join(allowed)}")
        return text

    return read


def _port(text: str) -> int:
    port = int(text)
    if not 0 <= port <= 65535:
        raise ValueError("must be 0 to 65535")
    return port


def _rate(text: str) -> float:
    rate = float(text)
    if not 1 <= rate <= 1000:
        raise ValueError("must be 1 to 1000")
    return rate


def _url(text: str) -> str:
    if text and not text.startswith(("http://", "https://")):
        raise ValueError("must begin with http:// or https://")
    return text.rstrip("/")


def _number(least: int, most: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        number = int(text)
        if not least <= number <= most:
            raise ValueError(f"must be {least} to {most}")
        return number

    return read


def _hosts(text: str) -> tuple[str, ...]:
    hosts = tuple(host for host in text.lower().replace(",", " ").split() if host != "none")
    if any(not _HOST.fullmatch(host) for host in hosts):
        raise ValueError("must be names of hosts, such as gov.vn, or none")
    return hosts


def _recipients(text: str) -> tuple[str, ...]:
    keys = tuple(text.replace(",", " ").split())
    if any(not _PUBLIC_KEY.fullmatch(key) for key in keys):
        raise ValueError("must be public keys of age, such as `donghanh backup-key FILE` prints")
    return keys


def _database(text: str) -> str:
    if not text.startswith(("sqlite:///", "postgresql://")):
        raise ValueError("must begin with sqlite:/// or postgresql://")
    return text


SETTINGS = (
    Setting("DATA_DIR", Path, "var", "Folder of the SQLite file, the key and the lock."),
    Setting(
        "DATABASE_URL", _database, "sqlite:///{data}/donghanh.db", "SQLite file or PostgreSQL."
    ),
    Setting("KEY_FILE", Path, "{data}/key", "The key of the sealed fields; made on first start."),
    Setting("BACKUP_RECIPIENT", _recipients, "", "Who can open copies: public keys of age."),
    Setting("HOST", str, "127.0.0.1", "Address to listen on."),
    Setting("PORT", _port, "8000", "Port to listen on; 0 picks a free one."),
    Setting("PUBLIC_URL", _url, "", "How families reach this server, for links and webhooks."),
    Setting("ROOT_AREA", str, "", "Code of the province or commune this installation serves."),
    Setting("LANGUAGE", _one_of("vi", "en"), "vi", "What the bot speaks, as far as translated."),
    Setting(
        "DRAFTS",
        _one_of("show", "refuse"),
        "show",
        "Items no officer approved: show with a visible note, or refuse to push them.",
    ),
    Setting(
        "ALONE_MOST",
        _number(0, 100_000),
        "50",
        "People an officer may write to without a second one.",
    ),
    Setting("LINK_HOSTS", _hosts, "gov.vn", "Where links of officers may lead, and below."),
    Setting("TELEGRAM_TOKEN", str, "", "Token of the Telegram bot; empty: no Telegram.", True),
    Setting("TELEGRAM_API_URL", _url, "https://api.telegram.org", "Where the Bot API is reached."),
    Setting("TELEGRAM_MODE", _one_of("polling", "webhook"), "polling", "How updates come in."),
    Setting(
        "TELEGRAM_WEBHOOK_SECRET", str, "", "Secret of the webhook; needed with webhook.", True
    ),
    Setting("TELEGRAM_RATE", _rate, "25", "Messages a second for the whole bot."),
    Setting("ZALO_BOT_TOKEN", str, "", "Token of the Zalo bot; empty: no Zalo bot.", True),
    Setting(
        "ZALO_BOT_API_URL",
        _url,
        "https://bot-api.zaloplatforms.com",
        "Where the Zalo Bot API is reached.",
    ),
    Setting("ZALO_BOT_MODE", _one_of("polling", "webhook"), "polling", "How its events come in."),
    Setting(
        "ZALO_BOT_WEBHOOK_SECRET", str, "", "Secret of its webhook; needed with webhook.", True
    ),
    Setting("ZALO_OA_ID", str, "", "Id of the Zalo Official Account; empty: none."),
    Setting("ZALO_OA_APP_ID", str, "", "Id of the app that the account agreed to."),
    Setting("ZALO_OA_APP_SECRET", str, "", "Secret of the app, for tokens.", True),
    Setting("ZALO_OA_SECRET_KEY", str, "", "Secret of the account, for its webhook.", True),
    Setting("ZALO_OA_API_URL", _url, "https://openapi.zalo.me", "Where the account's API is."),
    Setting("ZALO_OA_OAUTH_URL", _url, "https://oauth.zaloapp.com", "Where its tokens come from."),
    Setting("ZALO_OA_API", _one_of("auto", "v3", "v2"), "auto", "Which message API it may use."),
    Setting("ZALO_OA_A_MINUTE", _number(1, 4000), "100", "Requests a minute of its package."),
    Setting("ZALO_OA_PAID", _number(0, 1_000_000), "500", "Paid messages a month of its package."),
    Setting(
        "ZALO_OA_RESERVE",
        _number(0, 1_000_000),
        "200",
        "Of these at least so many are kept for deadlines of the law.",
    ),
    Setting("ZALO_OA_TEMPLATES", _number(0, 1_000_000), "0", "Template messages a month to pay."),
    Setting(
        "LOG_LEVEL", _one_of("DEBUG", "INFO", "WARNING", "ERROR"), "INFO", "How much is logged."
    ),
)


@dataclass(frozen=True, slots=True)
class Settings:
    """One field per setting, in lower case."""

    data_dir: Path
    database_url: str
    key_file: Path
    backup_recipient: tuple[str, ...]
    host: str
    port: int
    public_url: str
    root_area: str
    language: str
    drafts: str
    alone_most: int
    link_hosts: tuple[str, ...]
    telegram_token: str
    telegram_api_url: str
    telegram_mode: str
    telegram_webhook_secret: str
    telegram_rate: float
    zalo_bot_token: str
    zalo_bot_api_url: str
    zalo_bot_mode: str
    zalo_bot_webhook_secret: str
    zalo_oa_id: str
    zalo_oa_app_id: str
    zalo_oa_app_secret: str
    zalo_oa_secret_key: str
    zalo_oa_api_url: str
    zalo_oa_oauth_url: str
    zalo_oa_api: str
    zalo_oa_a_minute: int
    zalo_oa_paid: int
    zalo_oa_reserve: int
    zalo_oa_templates: int
    log_level: str


def load(environ: Mapping[str, str] | None = None, dotenv: Path = Path(".env")) -> Settings:
    """Raises BadSettings naming every wrong or unknown setting at once."""
    given = {**_read_dotenv(dotenv), **(os.environ if environ is None else environ)}
    problems = _unknown(given)
    values: dict[str, Any] = {}
    for setting in SETTINGS:
        try:
            text = _text_of(setting, given).replace("{data}", str(values.get("data_dir", "")))
            values[setting.name.lower()] = setting.read(text)
        except (ValueError, OSError) as error:
            problems.append(f"{PREFIX}{setting.name}: {error}")
    if not problems:
        problems += _missing(values)
    if problems:
        raise BadSettings("\n".join(problems))
    return Settings(**values)


def _missing(values: Mapping[str, Any]) -> list[str]:
    """What a messenger needs besides its token."""
    problems = []
    for name in ("TELEGRAM", "ZALO_BOT"):
        if values[f"{name.lower()}_token"] and values[f"{name.lower()}_mode"] == "webhook":
            both = (f"{name}_WEBHOOK_SECRET", "PUBLIC_URL")
            problems += [_needed(n, f"{name}_MODE is webhook", values) for n in both]
    if values["zalo_oa_id"]:
        needed = ("ZALO_OA_APP_ID", "ZALO_OA_APP_SECRET", "ZALO_OA_SECRET_KEY", "PUBLIC_URL")
        problems += [_needed(n, "ZALO_OA_ID is set", values) for n in needed]
    return [problem for problem in problems if problem]


def _needed(name: str, when: str, values: Mapping[str, Any]) -> str:
    return "" if values[name.lower()] else f"{PREFIX}{name}: needed when {when}"


def _text_of(setting: Setting, given: Mapping[str, str]) -> str:
    name = PREFIX + setting.name
    if f"{name}_FILE" in given:
        return Path(given[f"{name}_FILE"]).read_text(encoding="utf-8").strip()
    return given.get(name, "").strip() or setting.default


def _unknown(given: Mapping[str, str]) -> list[str]:
    known = {PREFIX + s.name for s in SETTINGS}
    return [
        f"{name}: there is no such setting"
        for name in sorted(given)
        if name.startswith(PREFIX) and name not in known and name.removesuffix("_FILE") not in known
    ]


def _read_dotenv(path: Path) -> dict[str, str]:
    if not path.is_file():
        return {}
    found = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        name, mark, value = line.partition("=")
        if not mark:
            raise BadSettings(f"{path}:{number}: write NAME=value")
        found[name.strip()] = value.strip().strip("\"'")
    return found


def secrets_of(settings: Settings) -> list[str]:
    """What must never stand in a log; of a token also the part behind its number."""
    given = [getattr(settings, setting.name.lower()) for setting in SETTINGS if setting.secret]
    parts = [text.partition(":")[2] for text in given]
    return [text for text in (*given, *parts) if text]
