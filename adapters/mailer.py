"""The way out for mail: an SMTP server, or a folder of .eml files."""

import logging
import os
import smtplib
import ssl
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path
from typing import Protocol
from urllib.parse import SplitResult, unquote, urlsplit

import clock
from config import BadSettings, Settings

PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
TIMEOUT_SECONDS = 20

log = logging.getLogger(__name__)


class PermanentRefusal(Exception):
    """The recipient's address was refused for good; sending again would not help."""


class Mailer(Protocol):
    def send(self, message: EmailMessage) -> None: ...

    def close(self) -> None:
        """A batch is over; the next `send` begins another."""


def mailer(settings: Settings) -> Mailer:
    url = settings.smtp_url.get_secret_value()
    return SmtpMailer(url) if url else FolderMailer(settings.data_dir / "mail")


class SmtpMailer:
    """Sends over one connection, kept from the first mail of a batch to `close`."""

    def __init__(self, url: str) -> None:
        self._open = opener(url)
        self._connection: smtplib.SMTP | None = None

    def send(self, message: EmailMessage) -> None:
        connection = self._connected()
        try:
            connection.send_message(message)
        except smtplib.SMTPRecipientsRefused as refused:
            [(code, answer)] = refused.recipients.values()
            told = f"{code} {answer.decode(errors='replace')}"
            raise (PermanentRefusal if code >= 500 else smtplib.SMTPException)(told) from None
        except Exception:
            self.close()
            raise

    def _connected(self) -> smtplib.SMTP:
        if self._connection and not _is_alive(self._connection):
            self.close()
        if not self._connection:
            self._connection = self._open()
        return self._connection

    def close(self) -> None:
        if self._connection:
            try:
                self._connection.quit()
            except (OSError, smtplib.SMTPException):
                self._connection.close()
            self._connection = None


def _is_alive(connection: smtplib.SMTP) -> bool:
    # Asked before the mail is on its way: afterwards nobody knows whether it arrived.
    try:
        return connection.noop()[0] == 250
    except (OSError, smtplib.SMTPException):
        return False


def opener(url: str) -> Callable[[], smtplib.SMTP]:
    """What connects, encrypts and signs in as the URL says."""
    parts, port = _parsed(url)
    host = parts.hostname or ""

    def connect() -> smtplib.SMTP:
        if parts.scheme == "smtps":
            tls = ssl.create_default_context()
            return smtplib.SMTP_SSL(host, port, timeout=TIMEOUT_SECONDS, context=tls)
        return smtplib.SMTP(host, port, timeout=TIMEOUT_SECONDS)

    def opened() -> smtplib.SMTP:
        connection = connect()
        try:
            if parts.scheme == "smtp+starttls":
                connection.starttls(context=ssl.create_default_context())
            if parts.username:
                connection.login(unquote(parts.username), unquote(parts.password or ""))
        except BaseException:
            connection.close()
            raise
        return connection

    return opened


def _parsed(url: str) -> tuple[SplitResult, int]:
    try:
        parts = urlsplit(url)
        port = parts.port or PORTS[parts.scheme]
        if parts.scheme in PORTS and parts.hostname:
            return parts, port
    except (KeyError, ValueError):
        pass
    # The address itself may hold a password, so it is not repeated.
    raise BadSettings(
        "SMTP_URL: must be smtp://, smtp+starttls:// or smtps://user:password@host:port"
    ) from None


class FolderMailer:
    """Writes each mail to a file that a mail program can open."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, message: EmailMessage) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        name = f"{clock.now():%Y%m%dT%H%M%SZ}-{message['Message-ID'].strip('<>')}.eml"
        draft = self._folder / f".{name}.{os.getpid()}"
        # A mail may carry a link that signs somebody in: only the owner of the file reads it.
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(bytes(message))
        draft.replace(self._folder / name)
        log.info("Mail written to %s", self._folder / name)

    def close(self) -> None:
        """A folder has nothing to close."""
