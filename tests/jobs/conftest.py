"""A mail server of our own, and the outbox to fill."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import select

import clock
import db
from config import Settings
from domain import outbox
from models import OutboxMessage

LINK = "https://slugbase.example/invitations/accept?token=very-secret"


class Inbox:
    """Takes mail over real SMTP; `answers` are given once each, then mail is accepted."""

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []
        self.recipient_answers: list[str] = []
        self.data_answers: list[str] = []
        self.connections = 0
        self.url = ""

    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_RCPT(self, server, session, envelope, address, options):
        if self.recipient_answers:
            return self.recipient_answers.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if self.data_answers:
            return self.data_answers.pop(0)
        self.messages.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"


class MailServer(Controller):
    """Listens on a port that the system chose."""

    def __init__(self, handler: object, **options: object) -> None:
        super().__init__(handler, hostname="127.0.0.1", port=0, **options)

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()

    def __enter__(self) -> "MailServer":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    inbox = Inbox()
    with MailServer(inbox) as server:
        inbox.url = f"smtp://127.0.0.1:{server.port}"
        inbox.connections = 0  # the server calls itself once to see that it is up
        yield inbox


@pytest.fixture
def settings(inbox: Inbox, tmp_path: Path) -> Settings:
    return Settings(
        _env_file=None,
        data_dir=tmp_path,
        smtp_url=inbox.url,
        mail_from="SlügBase <noreply@slugbase.example>",
    )


class Hands:
    """The time, moved by hand."""

    def __init__(self) -> None:
        self.time = datetime(2026, 3, 1, 12, tzinfo=UTC)

    def now(self) -> datetime:
        return self.time

    def forward(self, **delta: float) -> None:
        self.time += timedelta(**delta)


@pytest.fixture
def hands(monkeypatch: pytest.MonkeyPatch) -> Hands:
    hands = Hands()
    monkeypatch.setattr(clock, "now", hands.now)
    return hands


@pytest.fixture
def invite(database: object) -> Callable[..., str]:
    """Put an invitation into the outbox; the answer is the row's id."""

    def invite(recipient: str = "guest@example.com", **facts: str) -> str:
        with db.transaction() as session:
            message = outbox.mail(
                session,
                "invitation",
                recipient,
                **{
                    "organization": "Käsereien",
                    "inviter": "Ada",
                    "role": "member",
                    "link": LINK,
                    "expires_at": "2026-03-08T12:00:00+00:00",
                    **facts,
                },
            )
            session.flush()  # for the id
            return message.id

    return invite


@pytest.fixture
def row(database: object) -> Callable[[str], OutboxMessage]:
    def row(id: str) -> OutboxMessage:
        with db.transaction() as session:
            return session.scalars(select(OutboxMessage).where(OutboxMessage.id == id)).one()

    return row


def links(text: str) -> list[str]:
    return re.findall(r"https?://[^\s\"<]+", text)
