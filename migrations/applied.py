"""Which migrations there are, and which the database has."""

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

import db
from migrations import statistics

CONFIG = Path(__file__).parent.parent / "alembic.ini"


@cache
def newest() -> str:
    head = ScriptDirectory.from_config(Config(CONFIG)).get_current_head()
    assert head is not None
    return head


def revision() -> str | None:
    """None as well when the database does not answer."""
    try:
        with db.peek() as connection:
            return MigrationContext.configure(connection).get_current_revision()
    except SQLAlchemyError:
        return None


def upgrade(engine: Engine) -> None:
    """Bring the database to the newest migration; processes starting together take turns."""
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7355608)")
        alembic = Config(CONFIG)
        alembic.attributes["connection"] = connection
        command.upgrade(alembic, "head")
        if engine.dialect.name == "sqlite":
            statistics.estimate(connection)
