"""Turns a kind of mail and its facts into a message, by the templates in mail/."""

from datetime import UTC, datetime
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from adapters.mailer import PermanentRefusal

TEMPLATES = Path(__file__).resolve().parent.parent / "mail"
# 7bit: every mail server takes it, also those that never announced 8BITMIME.
POLICY = SMTP.clone(cte_type="7bit")
# The only fact that people write as a text of several lines.
FREE_TEXT = "message"


def write(
    kind: str,
    recipient: str,
    facts: dict[str, Any],
    sender: str,
    message_id: str,
    date: datetime,
) -> EmailMessage:
    known = {name: _tidy(name, value) for name, value in facts.items()}
    message = EmailMessage(policy=POLICY)
    message["Subject"] = one_line(_filled(f"{kind}.subject.txt", known))
    message["From"] = sender
    message["To"] = _address(recipient)
    message["Date"] = format_datetime(date)
    message["Message-ID"] = message_id
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(_filled(f"{kind}.txt", known))
    message.add_alternative(_filled(f"{kind}.html", known), subtype="html")
    return message


def _address(recipient: str) -> Address:
    """Exactly one address; a domain with letters beyond ASCII in the form every server takes."""
    local, _, domain = recipient.rpartition("@")
    try:
        return Address(addr_spec=f"{local}@{domain.encode('idna').decode()}")
    except (ValueError, HeaderParseError):
        raise PermanentRefusal("not an address that mail can be sent to") from None


def one_line(text: str) -> str:
    """Names are user input: none may begin a header, or a paragraph that looks like ours."""
    return " ".join("".join(each if each.isprintable() else " " for each in text).split())


def _tidy(name: str, value: Any) -> Any:
    return one_line(value) if isinstance(value, str) and name != FREE_TEXT else value


def _filled(template: str, facts: dict[str, Any]) -> str:
    return _templates.get_template(template).render(facts)


def _when(iso: str) -> str:
    return f"{datetime.fromisoformat(iso).astimezone(UTC):%d %B %Y, %H:%M} UTC"


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.splitlines())


_templates = Environment(
    loader=FileSystemLoader(TEMPLATES),
    autoescape=select_autoescape(["html"]),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_templates.filters.update(when=_when, quoted=_quoted)
