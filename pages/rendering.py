"""Pages from the templates: everything put into them is escaped, and nothing in them runs."""

import base64
import hashlib
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

FOLDER = Path(__file__).resolve().parent / "templates"
STYLE = (FOLDER / "style.css").read_text()
MEDIA_TYPE = "text/html; charset=utf-8"

_digest = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
CONTENT_SECURITY_POLICY = (
    f"default-src 'none'; style-src 'sha256-{_digest}'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "content-type": MEDIA_TYPE,
    "content-security-policy": CONTENT_SECURITY_POLICY,
    "vary": "Accept",
}

_environment = Environment(
    loader=FileSystemLoader(FOLDER), autoescape=True, undefined=StrictUndefined
)
_environment.globals["style"] = STYLE


def page(name: str, **facts: Any) -> str:
    return filled(f"{name}.html", **facts)


def filled(file: str, **facts: Any) -> str:
    return _environment.get_template(file).render(facts)


def is_wanted(accept: str | None) -> bool:
    """Browsers name text/html; whoever names JSON too is a program."""
    named = (accept or "").lower()
    return "text/html" in named and "json" not in named
