"""slugbase user …"""

from typing import Annotated

import typer
from sqlalchemy.exc import IntegrityError

import clock
from cli import database
from domain import signup
from security.passwords import hash_password

commands = typer.Typer(help="People.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    app.add_typer(commands, name="user")


@commands.command()
def create(
    email: str,
    name: Annotated[str, typer.Option(help="The person's name.")],
    password: Annotated[str, typer.Option(prompt=True, confirmation_prompt=True, hide_input=True)],
    admin: Annotated[bool, typer.Option(help="Make an instance administrator.")] = False,
) -> None:
    """Make an account whose address needs no verification."""
    try:
        with database.transaction() as session:
            signup.require_strong(password)
            person = signup.add_person(session, email, name, hash_password(password))
            person.email_verified_at, person.is_admin = clock.now(), admin
    except IntegrityError:
        database.refuse(f"{email} already has an account.")
    typer.echo(f"{person.id}  {person.email}")
