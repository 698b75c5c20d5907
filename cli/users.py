"""slugbase user …"""

from typing import Annotated

import typer
from sqlalchemy.exc import IntegrityError

import clock
from cli import database
from contract.current import document
from contract.schemas import Schemas
from domain import signup
from security.passwords import hash_password

SCHEMAS = "#/components/schemas"

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
    _require_valid({"email": email, "name": name, "password": password})
    try:
        with database.transaction() as session:
            signup.require_strong(password)
            person = signup.add_person(session, email, name, hash_password(password))
            person.email_verified_at, person.is_admin = clock.now(), admin
    except IntegrityError:
        database.refuse(f"{email} already has an account.")
    typer.echo(f"{person.id}  {person.email}")


def _require_valid(account: dict[str, str]) -> None:
    """The contract says what an account may look like, here as over HTTP."""
    schema = Schemas(document().spec, "request").compile({"$ref": f"{SCHEMAS}/NewAccount"})
    for failure in schema.failures(account):
        raise typer.BadParameter(f"{failure['pointer'].removeprefix('/')} {failure['reason']}")
