"""slugbase serve, mock, migrate, openapi."""

import os
import sys
import warnings
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
import uvicorn

import config
import db
from adapters.mailer import mailer
from cli import database
from contract.current import document
from contract.document import load
from drift import gate
from drift.documents import compare
from migrations import applied

# Connexion imports a test client that it does not use here; nobody who runs a server can act on it.
warnings.filterwarnings("ignore", "Using `httpx` with `starlette.testclient`")


class Format(StrEnum):
    yaml = "yaml"
    json = "json"


def add_to(app: typer.Typer) -> None:
    app.command()(serve)
    app.command()(mock)
    app.command()(migrate)
    app.command()(openapi)


def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.", min=0, max=65535)] = None,
    workers: Annotated[int | None, typer.Option(help="Server processes.", min=1, max=64)] = None,
) -> None:
    """Migrate the database and serve until stopped."""
    for name, value in (("HOST", host), ("PORT", port), ("WORKERS", workers)):
        if value is not None:
            os.environ[name] = str(value)  # worker processes read their settings anew
    settings = config.settings()
    document()  # a broken contract is told before anything listens,
    mailer(settings)  # and so is a mail server that cannot be
    database.migrated()
    db.engine().dispose()
    typer.echo(f"SlugBase on http://{settings.host}:{settings.port} ({_where()})", err=True)
    uvicorn.run(
        "app:serve",
        factory=True,
        host=settings.host,
        port=settings.port,
        workers=settings.workers,
        loop="uvloop",
        http="httptools",
        lifespan="on",
        access_log=False,
        server_header=False,
        log_level="warning",
        proxy_headers=True,
        forwarded_allow_ips=settings.trusted_proxies,
        timeout_graceful_shutdown=30,
    )


def mock(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.", min=0, max=65535)] = 4010,
) -> None:
    """Answer by the examples of the contract, without a database."""
    document()
    typer.echo(f"Examples of the contract on http://{host}:{port}", err=True)
    uvicorn.run(
        "app:serve_mock",
        factory=True,
        host=host,
        port=port,
        access_log=False,
        server_header=False,
        log_level="warning",
    )


def migrate() -> None:
    """Bring the database to the newest migration."""
    db.connect(config.settings().database)
    before = applied.revision()
    applied.upgrade(db.engine())
    after = applied.revision()
    typer.echo(f"{_where()}: {before or 'empty'} → {after}" if before != after else "Up to date.")


def openapi(
    output: Annotated[Format, typer.Option("--format", help="How to write it.")] = Format.yaml,
    diff: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="Say what changed since OLD.")
    ] = None,
) -> None:
    """Print the contract this server runs by, or what changed since another one."""
    if diff is not None:
        typer.echo(gate.report(compare(load(diff).spec, document().spec)))
        return
    text = document().text if output is Format.yaml else document().json + b"\n"
    sys.stdout.buffer.write(text)


def _where() -> str:
    return str(db.engine().url.render_as_string(hide_password=True))
