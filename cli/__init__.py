"""The command line, `slugbase`: what an operator does."""

import sys

import typer
from sqlalchemy.exc import DBAPIError

import config
from cli import demo_data, doctor, mail, organizations, server, tokens, users
from contract.document import BrokenContract

app = typer.Typer(
    name="slugbase",
    help="Bookmarks and go-links for organizations.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
users.add_to(app)
organizations.add_to(app)
tokens.add_to(app)
mail.add_to(app)
server.add_to(app)
doctor.add_to(app)
demo_data.add_to(app)


def main() -> None:
    """Exit codes: 0 done, 1 refused, 2 wrong usage, 3 wrong settings."""
    try:
        app()
    except config.BadSettings as refused:
        _end("The settings are wrong:", str(refused), code=3)
    except DBAPIError as failed:
        _end("The database refuses; `slugbase doctor` says more:", str(failed.orig), code=1)
    except BrokenContract as broken:
        _end("openapi.yaml and the handlers do not fit:", "\n".join(broken.problems), code=1)


def _end(what: str, why: str, *, code: int) -> None:
    typer.secho(what, fg="red", err=True)
    typer.echo(why, err=True)
    sys.exit(code)
