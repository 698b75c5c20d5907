"""slugbase token …"""

from typing import Annotated

import typer
from sqlalchemy import select

from cli import database
from contract.current import document
from domain import api_tokens
from models import Membership, User
from security.principal import Principal

commands = typer.Typer(help="API tokens.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    app.add_typer(commands, name="token")


@commands.callback()
def _group() -> None:
    pass


@commands.command()
def create(
    email: str,
    name: Annotated[str, typer.Option(help="What it is for.")] = "command line",
    organization: Annotated[
        str | None, typer.Option(help="Its organization; else the person's oldest.")
    ] = None,
    scope: Annotated[list[str] | None, typer.Option(help="Repeatable; else everything.")] = None,
    days: Annotated[int | None, typer.Option(min=1, max=3650, help="Days to live.")] = None,
) -> None:
    """Make an API token for a person and print its secret, once."""
    known = document().spec["components"]["schemas"]["Scope"]["enum"]
    for each in scope or []:
        if each not in known:
            raise typer.BadParameter(f"{each}: use one of {', '.join(known)}", param_hint="--scope")
    with database.transaction() as session:
        person = session.scalar(select(User).where(User.email == email.lower()))
        if person is None:
            database.refuse(f"{email} has no account; see `slugbase user create`.")
        if organization and not session.get(Membership, (organization, person.id)):
            database.refuse(f"{email} does not belong to an organization {organization}.")
        owner = Principal(person.id, organization)
        _, secret = api_tokens.create(session, owner, name, scope, days, False)
    typer.echo(secret)
