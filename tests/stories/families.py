"""A family in the web chat, over HTTP alone: what anyone's client sees and may do."""

import itertools
import time
from datetime import date, timedelta
from typing import Any

import httpx

from bot.clock import utc_now
from care.clock import local_day

PATIENCE = 20.0
Line = dict[str, Any]


def today() -> date:
    return local_day(utc_now())


def days_ago(days: int) -> date:
    return today() - timedelta(days=days)


def typed(on: date) -> str:
    """A date as a family types it."""
    return f"{on.day}/{on.month}/{on.year}"


class Family:
    """One browser. `answers` counts what the person had to do after the first message."""

    def __init__(self, url: str, session: str | None = None) -> None:
        self._client = httpx.Client(base_url=url, trust_env=False, timeout=PATIENCE)
        self.session = session or self._open()
        self._client.headers["Authorization"] = f"Bearer {self.session}"
        self._ids = itertools.count(1)
        self._after = 0
        self.lines: list[Line] = []
        self.answers = 0

    def __enter__(self) -> "Family":
        return self

    def __exit__(self, *error: object) -> None:
        self._client.close()

    def _open(self) -> str:
        answer = self._client.post("/api/chat/sessions")
        assert answer.status_code == 201, answer.text
        token: str = answer.json()["session"]
        return token

    # --- doing ---

    def says(self, text: str, expect: str | None = None) -> Line:
        """Types `text` and returns the answer, whose message id must be `expect` if given."""
        return self._does({"text": text}, expect)

    def taps(self, action: str, expect: str | None = None) -> Line:
        """Taps the newest button of that action."""
        return self._does({"action": self.button(action)}, expect)

    def post(self, body: dict[str, Any]) -> httpx.Response:
        return self._client.post("/api/chat/messages", json=body)

    def new_id(self) -> str:
        return f"{time.monotonic_ns()}-{next(self._ids)}"

    def _does(self, what: dict[str, str], expect: str | None) -> Line:
        known = len(self._of_bot)
        answer = self.post({"id": self.new_id(), **what})
        assert answer.status_code == 202, answer.text
        if what.get("text") != "/start":
            self.answers += 1
        return self._wait(known, expect)

    # --- seeing ---

    def sees(self, message: str) -> Line:
        """The newest line of that id, waiting for it if it is not there yet."""
        until = time.monotonic() + PATIENCE
        while True:
            found = next((x for x in reversed(self._of_bot) if x["message"] == message), None)
            if found:
                return found
            assert time.monotonic() < until, f"no {message}, but {self.seen}"
            self._read(1)

    def _wait(self, known: int, expect: str | None) -> Line:
        until = time.monotonic() + PATIENCE
        while True:
            fresh = self._of_bot[known:]
            found = next((x for x in fresh if expect in (None, x["message"])), None)
            if found:
                return found
            got = [x["message"] for x in fresh]
            assert time.monotonic() < until, f"expected {expect}, got {got}"
            self._read(1)

    def _read(self, wait: int) -> None:
        answer = self._client.get(f"/api/chat/messages?after={self._after}&wait={wait}")
        assert answer.status_code == 200, answer.text
        for line in answer.json()["messages"]:
            self.lines.append(line)
            self._after = max(self._after, line["n"])

    def history(self) -> list[Line]:
        """Everything the server would show this browser after a reload."""
        answer = self._client.get("/api/chat/messages?after=0")
        found: list[Line] = answer.json()["messages"]
        return found

    @property
    def _of_bot(self) -> list[Line]:
        return [line for line in self.lines if line["from"] == "bot"]

    @property
    def seen(self) -> list[str]:
        """The message ids so far, in order."""
        return [line["message"] for line in self._of_bot]

    def button(self, action: str) -> str:
        """The whole id of the newest button of that action, waiting for it if need be."""
        until = time.monotonic() + PATIENCE
        while True:
            for line in reversed(self._of_bot):
                for button in line["buttons"]:
                    if _is(button["id"], action):
                        found: str = button["id"]
                        return found
            assert time.monotonic() < until, f"no button {action} under {self.seen}"
            self._read(1)

    def offers(self, action: str) -> bool:
        """The last message has a button of that action."""
        return any(
            plain(button["id"]).partition(":")[0] == action
            for button in self._of_bot[-1]["buttons"]
        )

    # --- a usual beginning ---

    def signs_up(self, born: date, role: str = "mother") -> None:
        """From /start to today's tip, in six answers."""
        self.says("/start", "start/welcome")
        self.taps("consent.yes", "registration/ask-role")
        self.taps(f"registration.{role}", "registration/ask-date")
        self.says(typed(born), "registration/confirm-birth")
        old = (today() - born).days > 2 * 366
        self.taps("registration.right" if old else "registration.term")
        self.taps("registration.no-name", "place/ask")
        self.taps("place.skip", "registration/done")


def _is(button_id: str, action: str) -> bool:
    return plain(button_id) == action or plain(button_id).startswith(f"{action}:")


def plain(button_id: str) -> str:
    """Without the number that makes old buttons stale."""
    return button_id.partition("~")[0]
