"""slugbase org …"""

from enum import StrEnum
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Column, Table
from rich.text import Text
from sqlalchemy import func, select
from sqlalchemy.orm import Session

import clock
from cli import database
from domain import plans, seats
from models import Membership, Organization

commands = typer.Typer(help="Organizations.", no_args_is_help=True)

PlanName = StrEnum("PlanName", list(plans.PLANS))


def add_to(app: typer.Typer) -> None:
    app.add_typer(commands, name="org")


@commands.command("list")
def list_all(
    limit: Annotated[int, typer.Option(help="At most this many.", min=1)] = 100,
    ids: Annotated[bool, typer.Option("--ids", help="Only the ids, one a line.")] = False,
) -> None:
    """List organizations, newest first."""
    with database.transaction() as session:
        if ids:
            newest = select(Organization.id).order_by(Organization.id.desc()).limit(limit)
            for each in session.scalars(newest):
                typer.echo(each)
        else:
            Console().print(_table(session, limit))


def _table(session: Session, limit: int) -> Table:
    # An id is there to be copied: where room is short, the name is folded.
    whole = [Column(title, no_wrap=True) for title in ("id", "plan", "seats", "members")]
    table = Table(*whole, "name")
    members = (
        select(func.count()).where(Membership.organization_id == Organization.id).scalar_subquery()
    )
    for each, count in session.execute(
        select(Organization, members).order_by(Organization.id.desc()).limit(limit)
    ):
        total = each.included_seats + each.extra_seats
        name = Text(each.name)  # as it is: square brackets in it are not markup
        table.add_row(each.id, each.plan, str(total), str(count), name)
    return table


@commands.command()
def set_plan(
    organization_id: str,
    plan: PlanName,
    extra_seats: Annotated[
        int | None, typer.Option(min=0, max=100_000, help="Seats beyond the included ones.")
    ] = None,
) -> None:
    """Move an organization to another plan. Nobody is removed by it."""
    if extra_seats and not plans.PLANS[plan.value].has_teams:
        raise typer.BadParameter("Only the Team plan has extra seats.", param_hint="--extra-seats")
    with database.transaction() as session:
        organization = session.get(Organization, organization_id, with_for_update=True)
        if organization is None:
            database.refuse(f"There is no organization {organization_id}; see `slugbase org list`.")
        plans.change(organization, plan.value)
        if extra_seats is not None:
            organization.extra_seats = extra_seats
        session.flush()  # the count below reads it
        counted = seats.count(session, organization, clock.now())
        typer.echo(
            f"{organization.name}: {plan.value}, {counted.seats_total} seats, "
            f"{counted.seats_used} used, {counted.pending_invitations} promised"
        )
