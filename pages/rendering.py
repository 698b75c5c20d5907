"""Pages from the templates: what is put into them is escaped, and only a script of ours runs."""

import base64
import hashlib
import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from jinja2 import Environment, FileSystemLoader, StrictUndefined

FOLDER = Path(__file__).resolve().parent / "templates"
STYLE = (FOLDER / "style.css").read_text()
SCRIPT = (FOLDER / "forms.js").read_text()
MEDIA_TYPE = "text/html; charset=utf-8"
# Browsers take a backslash for a slash, and drop tabs and line ends before they look.
OWN_PATH = re.compile(r"/(?![/\\])[!-\[\]-~]*")


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _headers(*allowed: str) -> dict[str, str]:
    policy = ["default-src 'none'", f"style-src {_digest(STYLE)}", *allowed]
    policy += ["base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"]
    return {
        "content-type": MEDIA_TYPE,
        "content-security-policy": "; ".join(policy),
        "vary": "Accept",
    }


HEADERS = _headers()
HEADERS_WITH_FORM = _headers(f"script-src {_digest(SCRIPT)}", "connect-src 'self'")

_environment = Environment(
    loader=FileSystemLoader(FOLDER), autoescape=True, undefined=StrictUndefined
)
_environment.globals.update(style=STYLE, script=SCRIPT)


def page(name: str, **facts: Any) -> str:
    return filled(f"{name}.html", **facts)


def filled(file: str, **facts: Any) -> str:
    return _environment.get_template(file).render(facts)


def is_wanted(accept: str | None) -> bool:
    """Browsers name text/html; whoever names JSON too is a program."""
    named = (accept or "").lower()
    return "text/html" in named and "json" not in named


def own_path(address: str | None) -> str | None:
    """The address, if it cannot lead to another site.

    Nor to the one GET that changes something: the browser would say that our page asked for it.
    """
    if not address or not OWN_PATH.fullmatch(address):
        return None
    return None if "remember" in unquote(address.partition("?")[0]).split("/") else address
