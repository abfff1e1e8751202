"""Logging to standard error: ids and fixed words only; secrets are removed whatever happens."""

import logging
import sys
from collections.abc import Iterable

QUIET = ("httpx", "httpcore", "telegram", "apscheduler", "aiosqlite", "alembic", "uvicorn")


class Scrub(logging.Filter):
    """Replaces known secrets in finished lines."""

    def __init__(self, secrets: Iterable[str]) -> None:
        super().__init__()
        self._secrets = [s for s in secrets if len(s) >= 6]

    def filter(self, record: logging.LogRecord) -> bool:
        text = record.getMessage()
        if record.name == "asyncio":  # the lines that follow show the exception with its words
            text = text.partition("\n")[0]
        for secret in self._secrets:
            text = text.replace(secret, "***")
        record.msg, record.args = text, None
        return True


class Plain(logging.Formatter):
    """One line a record; of an exception only its type and where it was raised.

    The text of an exception may carry what a family wrote, so it is never printed.
    """

    def formatException(self, ei: object) -> str:  # noqa: N802 - the name logging calls
        if not isinstance(ei, tuple) or ei[0] is None:
            return ""
        lines = [ei[0].__name__]
        trace = ei[2]
        while trace is not None:
            code = trace.tb_frame.f_code
            lines.append(
                f"  {code.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno} {code.co_name}"
            )
            trace = trace.tb_next
        return "\n".join(lines)


def set_up(level: str, secrets: Iterable[str] = ()) -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Plain("%(asctime)s %(levelname)s %(name)s %(message)s"))
    handler.addFilter(Scrub(secrets))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
