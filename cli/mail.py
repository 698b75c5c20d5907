"""slugbase mail …"""

import typer
from rich.progress import Progress
from sqlalchemy import func, select

import config
import db
from adapters.mailer import mailer
from cli import database
from jobs.loop import worker_name
from jobs.send_mail import send_due
from models import OutboxMessage

commands = typer.Typer(help="Mail.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    app.add_typer(commands, name="mail")


@commands.callback()
def _group() -> None:
    pass


@commands.command()
def send_pending() -> None:
    """Send every mail that is due now; exit 1 if some are left waiting."""
    database.migrated()
    settings = config.settings()
    out, worker = mailer(settings), worker_name()
    with Progress() as progress:
        task = progress.add_task("Sending", total=_waiting())
        while tried := send_due(settings, out, worker):
            progress.advance(task, tried)
    left = _waiting()
    typer.echo(f"{left} waiting" if left else "All sent.")
    raise typer.Exit(1 if left else 0)


def _waiting() -> int:
    with db.reading() as session:
        return session.scalars(
            select(func.count()).where(
                OutboxMessage.sent_at.is_(None), OutboxMessage.failed_at.is_(None)
            )
        ).one()
