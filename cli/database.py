"""The database as commands use it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

import typer
from sqlalchemy.orm import Session

import config
import db
from errors import Refusal
from migrations import applied


def migrated() -> None:
    """Connect, and bring the database to the newest migration if it is not there."""
    db.connect(config.settings().database)
    if applied.revision() != applied.newest():
        applied.upgrade(db.engine())


@contextmanager
def transaction() -> Iterator[Session]:
    """One transaction; a refusal is told in words and ends the command with 1."""
    migrated()
    try:
        with db.transaction() as session:
            yield session
    except Refusal as refusal:
        refuse(f"{refusal.error} {refusal.message}")


def refuse(why: str) -> NoReturn:
    typer.secho(why, fg="red", err=True)
    raise typer.Exit(1)
