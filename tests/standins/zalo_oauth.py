"""The consent and the tokens of a stand-in Official Account."""

import base64
import hashlib
import itertools
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

CODE_LIVES = timedelta(minutes=10)
ACCESS_LIVES = timedelta(hours=25)
REFRESH_LIVES = timedelta(days=90)
REFUSED = {"error_name": "refused", "error_description": "refused"}


@dataclass(frozen=True)
class Tokens:
    access: str
    refresh: str
    at: datetime


class OAuth:
    """A code works once within 10 minutes, a refresh token once; a new pair kills the old one."""

    def __init__(
        self, app_id: str, app_secret: str, oa_id: str, now: Callable[[], datetime]
    ) -> None:
        self.app_id, self.app_secret, self.oa_id = app_id, app_secret, oa_id
        self.now = now
        self.current: Tokens | None = None
        self.renewals = 0
        self._codes: dict[str, tuple[str, datetime]] = {}
        self._numbers = itertools.count(1)

    def permission(self, query: dict[str, str]) -> str | None:
        """Where the administrator who agrees is sent; None for a wrong request."""
        if query.get("app_id") != self.app_id or not query.get("redirect_uri"):
            return None
        code = f"canary-code-{next(self._numbers)}"
        self._codes[code] = (query.get("code_challenge", ""), self.now() + CODE_LIVES)
        back = {"code": code, "oa_id": self.oa_id, "state": query.get("state", "")}
        return f"{query['redirect_uri']}?{urlencode(back)}"

    def token(self, secret: str, form: dict[str, str]) -> dict[str, Any]:
        if secret != self.app_secret or form.get("app_id") != self.app_id:
            return {"error": -14003, **REFUSED}
        if form.get("grant_type") == "authorization_code" and self._takes_code(form):
            return self.issued()
        if form.get("grant_type") == "refresh_token" and self._takes_refresh(form):
            self.renewals += 1
            return self.issued()
        return {"error": -14014, **REFUSED}

    def issued(self) -> dict[str, str]:
        number = next(self._numbers)
        self.current = Tokens(f"canary-access-{number}", f"canary-refresh-{number}", self.now())
        return {
            "access_token": self.current.access,
            "refresh_token": self.current.refresh,
            "expires_in": "90000",
        }

    def accepts(self, access: str) -> bool:
        current = self.current
        fresh = current is not None and self.now() - current.at < ACCESS_LIVES
        return fresh and current is not None and access == current.access

    def _takes_code(self, form: dict[str, str]) -> bool:
        challenge, until = self._codes.pop(form.get("code", ""), ("", self.now()))
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        proof = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        return self.now() < until and proof == challenge

    def _takes_refresh(self, form: dict[str, str]) -> bool:
        current = self.current
        if current is None or self.now() - current.at >= REFRESH_LIVES:
            return False
        return form.get("refresh_token") == current.refresh
