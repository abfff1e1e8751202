"""Pages from templates, and the few answers that every module of the console gives."""

from pathlib import Path
from typing import Any

import jinja2
from starlette.responses import HTMLResponse, RedirectResponse, Response

from care.clock import local_time
from console import pictures

HERE = Path(__file__).parent
CSP = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cache-Control": "no-store",
}


_templates = jinja2.Environment(
    loader=jinja2.FileSystemLoader(HERE / "pages"),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


_templates.filters["ngay"] = lambda day: f"{day:%d/%m/%Y}"
_templates.filters["luc"] = lambda at: f"{local_time(at):%H:%M %d/%m/%Y}"
_templates.filters["so"] = pictures.told
_templates.globals.update(bars=pictures.bars, line=pictures.line)


def shared_values(**values: Any) -> None:
    """What every page may use besides its own values."""
    _templates.globals.update(values)


def render(name: str, status: int = 200, **values: Any) -> Response:
    return HTMLResponse(_templates.get_template(name).render(values), status)


def said(name: str, what: str) -> Any:
    """Words that stand in a template, for what leaves as a file instead of a page."""
    return getattr(_templates.get_template(name).module, what)


def redirect(path: str) -> Response:
    """Only to pages of the console, whatever a form or a link asks for."""
    inside = path if path == "/console" or path.startswith(("/console/", "/console?")) else ""
    return RedirectResponse(inside or "/console", 303)


def not_found() -> Response:
    return render("missing.html", 404)


def refused(status: int = 403) -> Response:
    return render("refused.html", status)
