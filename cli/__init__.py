"""The command line, `slugbase`: what an operator does."""

import sys

import typer

import config
from cli import doctor, mail, organizations, server, tokens, users

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


def main() -> None:
    """Exit codes: 0 done, 1 refused, 2 wrong usage, 3 wrong settings."""
    try:
        app()
    except config.BadSettings as refused:
        typer.secho("The settings are wrong:", fg="red", err=True)
        typer.echo(str(refused), err=True)
        sys.exit(3)
