"""Sends the mails that are due."""

import logging
import re
from datetime import timedelta
from email.message import EmailMessage
from threading import Event
from typing import Any

import clock
import db
from adapters import letters
from adapters.mailer import Mailer, PermanentRefusal
from config import Settings
from domain import outbox
from models.outbox import OutboxMessage

BATCH = 20

log = logging.getLogger(__name__)


def send_due(settings: Settings, mailer: Mailer, worker: str, stop: Event | None = None) -> int:
    """Try up to one batch of mails; returns how many. `stop` ends it after the mail in hand."""
    tried = 0
    try:
        while tried < BATCH and not (stop and stop.is_set()):
            message = _claim(settings, worker)
            if message is None:
                break
            _attempt(settings, mailer, message)
            tried += 1
    finally:
        mailer.close()
    return tried


def _claim(settings: Settings, worker: str) -> OutboxMessage | None:
    """The next mail, committed as ours."""
    with db.reading() as session:
        if not outbox.is_work_waiting(session):
            return None
    with db.transaction() as session:
        return outbox.claim(session, worker, timedelta(seconds=settings.mail_lease_seconds))


def _attempt(settings: Settings, mailer: Mailer, message: OutboxMessage) -> None:
    try:
        mailer.send(_letter(settings, message))
    except Exception as error:
        _note_failure(message, error)
        return
    with db.transaction() as session:
        is_ours = outbox.sent(session, message)
    if is_ours:
        log.info("Mail %s sent (%s)", message.message_id, message.kind)
    else:
        log.warning("Mail %s outlived its lease and may arrive twice", message.message_id)


def _letter(settings: Settings, message: OutboxMessage) -> EmailMessage:
    return letters.write(
        message.kind,
        message.recipient,
        _with_whole_link(message.facts, settings.public_url),
        settings.mail_from,
        message.message_id,
        clock.now(),
    )


def _with_whole_link(facts: dict[str, Any], public_url: str) -> dict[str, Any]:
    """Rules name a place on this server by its path; only the settings know where that is."""
    link = str(facts.get("link", ""))
    return {**facts, "link": public_url + link} if link.startswith("/") else facts


def _note_failure(message: OutboxMessage, error: Exception) -> None:
    told = _without_links(f"{type(error).__name__}: {error}")
    with db.transaction() as session:
        outbox.failed(session, message, told, final=isinstance(error, PermanentRefusal))
    log.warning(
        "Mail %s not sent (%s, attempt %d): %s",
        message.message_id,
        message.kind,
        message.attempts,
        told,
    )


def _without_links(text: str) -> str:
    """Mail servers like to quote the link they object to; ours carry secrets."""
    return re.sub(r"\S*://\S*", "[link]", text)
