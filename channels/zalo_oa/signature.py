"""The signature of a webhook: sha256 over the raw body, which is not read before it is proven."""

import hashlib
import hmac
import logging
import re
from collections.abc import Mapping

from channels.errors import Forged

HEADER = "x-zevent-signature"
PREFIX = "mac="
MOST_TIMES = 4
_TIME = re.compile(rb'"timestamp"\s*:\s*"?([0-9]{1,20})\b')
log = logging.getLogger(__name__)


class Signature:
    """Texts disagree about the first term, so both are tried; which one fits is logged once."""

    def __init__(self, app_id: str, oa_id: str, secret_key: str) -> None:
        self._terms = {"app id": app_id.encode(), "oa id": oa_id.encode()}
        self._key = secret_key.encode()
        self._seen: set[str] = set()

    def check(self, headers: Mapping[str, str], raw: bytes) -> None:
        given = [value for key, value in headers.items() if key.lower() == HEADER]
        if not self._key or len(given) != 1:
            raise Forged("no signature")
        mac = given[0].removeprefix(PREFIX).encode("utf-8", "surrogatepass")
        times = [*list(dict.fromkeys(_TIME.findall(raw)))[-MOST_TIMES:], b""]
        for name, term in self._terms.items():
            for time in times:
                digest = hashlib.sha256(term + raw + time + self._key).hexdigest()
                if hmac.compare_digest(digest.encode(), mac):
                    self._note(name)
                    return
        raise Forged("wrong signature")

    def _note(self, name: str) -> None:
        if name not in self._seen:
            self._seen.add(name)
            log.info("zalo-oa: signatures begin with the %s", name)
