"""slugbase doctor: is everything as it should be, and what to do if not."""

import smtplib
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import typer
from rich.console import Console
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

import clock
import config
import db
from adapters.mailer import opener
from contract.current import document
from migrations import applied

CLOCK_TOLERANCE_SECONDS = 5


class Finding(Exception):
    """What is wrong, and what to do."""


def add_to(app: typer.Typer) -> None:
    app.command()(doctor)


def doctor() -> None:
    """Check settings, contract, database, migrations, clock and mail; exit 1 on a problem."""
    console, problems = Console(), 0
    for name, check in CHECKS.items():
        try:
            console.print(f"[green]ok[/]       {name}: {check()}", highlight=False)
        except Finding as finding:
            problems += 1
            console.print(f"[red]problem[/]  {name}: {finding}", highlight=False)
    raise typer.Exit(1 if problems else 0)


def _settings() -> str:
    settings = config.load()
    if not settings.is_https and settings.mode == "cloud":
        raise Finding("PUBLIC_URL is not https; cookies would travel in clear text.")
    return settings.public_url


def _contract() -> str:
    return f"{len(document().operations)} operations"


def _database() -> str:
    engine = db.connect(config.settings().database)
    _ask("SELECT 1")
    return str(engine.url.render_as_string(hide_password=True))


def _ask(sql: str) -> Any:
    try:
        with db.peek() as connection:
            return connection.execute(text(sql)).scalar_one()
    except SQLAlchemyError as error:
        raise Finding(f"{type(error).__name__}: check DATABASE_URL and that it runs.") from None


def _migrations() -> str:
    _ask("SELECT 1")
    found, newest = applied.revision(), applied.newest()
    if found != newest:
        raise Finding(f"at {found or 'nothing'}, needs {newest}: run `slugbase migrate`.")
    return newest


def _clock() -> str:
    """Sessions and invitations end by the server's clock; the database's tells if it is off."""
    told = _ask("SELECT CURRENT_TIMESTAMP")
    theirs = told if isinstance(told, datetime) else datetime.fromisoformat(told)
    theirs = theirs if theirs.tzinfo else theirs.replace(tzinfo=UTC)
    off = abs((clock.now() - theirs).total_seconds())
    if off > CLOCK_TOLERANCE_SECONDS:
        raise Finding(f"{off:.0f} s away from the database's: synchronize both (NTP).")
    return f"{off:.1f} s away from the database's"


def _mail() -> str:
    settings = config.settings()
    url = settings.smtp_url.get_secret_value()
    if not url:
        return f"written to {settings.data_dir / 'mail'} (SMTP_URL is not set)"
    try:
        with opener(url)() as server:
            server.noop()
    except (OSError, smtplib.SMTPException) as error:
        raise Finding(f"{type(error).__name__}: no mail leaves; check SMTP_URL.") from None
    return f"{urlsplit(url).hostname} answers"


CHECKS: dict[str, Callable[[], str]] = {
    "settings": _settings,
    "contract": _contract,
    "database": _database,
    "migrations": _migrations,
    "clock": _clock,
    "mail": _mail,
}
