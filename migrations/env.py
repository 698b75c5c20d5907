"""Alembic's entry: migrate the connection it is handed, or the one the settings name."""

from alembic import context

import config
import db
from models import Base, search


def migrate(connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        include_name=lambda name, *_: search.is_mapped(name),
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    migrate(given)
else:
    with db.make_engine(config.settings().database).begin() as own:
        migrate(own)
