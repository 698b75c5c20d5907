"""Migrations against the models, in databases of their own."""

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect, text

import db
from migrations import applied
from models import Base, search


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_engine(request, tmp_path):
    """A database without a single table."""
    if request.param == "sqlite":
        engine = db.make_engine(f"sqlite:///{tmp_path / 'empty.db'}")
        yield engine
        engine.dispose()
        return
    server = request.getfixturevalue("postgres").replace("://", "+psycopg://", 1)
    whole = create_engine(server, isolation_level="AUTOCOMMIT")
    with whole.connect() as connection:
        connection.execute(text("CREATE DATABASE migrations_alone"))
    engine = create_engine(whole.url.set(database="migrations_alone"))
    yield engine
    engine.dispose()
    with whole.connect() as connection:
        connection.execute(text("DROP DATABASE migrations_alone WITH (FORCE)"))
    whole.dispose()


def downgrade(engine):
    with engine.begin() as connection:
        alembic = Config(applied.CONFIG)
        alembic.attributes["connection"] = connection
        command.downgrade(alembic, "base")


def layout(engine):
    """Every table with its columns, keys, indexes and constraints, as the database tells it."""
    found, without_rowid = inspect(engine), ()
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            query = "SELECT name FROM pragma_table_list WHERE wr"
            without_rowid = connection.exec_driver_sql(query).scalars().all()
    return {
        table: {
            "columns": {
                column["name"]: (str(column["type"]), column["nullable"])
                for column in found.get_columns(table)
            },
            "primary key": found.get_pk_constraint(table),
            "foreign keys": _sorted(found.get_foreign_keys(table)),
            "unique": _sorted(found.get_unique_constraints(table)),
            "checks": _sorted(found.get_check_constraints(table)),
            "indexes": _sorted(found.get_indexes(table)),
            "is its own index": table in without_rowid,
        }
        for table in found.get_table_names()
        if table != "alembic_version"
    }


def _sorted(found):
    return sorted(repr(_plain(each)) for each in found)


def _plain(found):
    """Conditions of indexes are objects; their text can be compared."""
    if isinstance(found, dict):
        return {key: _plain(value) for key, value in found.items()}
    return str(found)


def test_up_is_what_the_models_say(empty_engine):
    applied.upgrade(empty_engine)

    with empty_engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={"compare_type": True, "include_name": lambda name, *_: search.is_mapped(name)},
        )
        assert compare_metadata(context, Base.metadata) == []
        assert context.get_current_revision() == applied.newest()


def test_up_makes_what_the_models_would_make_to_the_last_constraint(empty_engine):
    applied.upgrade(empty_engine)
    migrated = layout(empty_engine)
    downgrade(empty_engine)
    Base.metadata.create_all(empty_engine)

    assert migrated == layout(empty_engine)


def test_down_leaves_nothing_and_up_works_again(empty_engine):
    applied.upgrade(empty_engine)
    downgrade(empty_engine)

    assert layout(empty_engine) == {}
    applied.upgrade(empty_engine)
    assert set(filter(search.is_mapped, layout(empty_engine))) == Base.metadata.tables.keys()


@pytest.mark.parametrize("empty_engine", ["postgresql"], indirect=True)
def test_up_needs_no_right_to_add_an_extension(empty_engine):
    with empty_engine.begin() as connection:
        connection.execute(text("CREATE ROLE humble LOGIN"))
        connection.execute(text("GRANT ALL ON SCHEMA public TO humble"))
    humble = create_engine(empty_engine.url.set(username="humble"))
    applied.upgrade(humble)

    indexes = {index["name"] for index in inspect(humble).get_indexes("bookmarks")}
    humble.dispose()
    assert "ix_bookmarks_newest" in indexes
    assert "bookmarks_plain_words" not in indexes
    with empty_engine.begin() as connection:
        connection.execute(text("DROP OWNED BY humble"))
        connection.execute(text("DROP ROLE humble"))


def test_up_twice_changes_nothing(empty_engine):
    applied.upgrade(empty_engine)
    once = layout(empty_engine)
    applied.upgrade(empty_engine)

    assert layout(empty_engine) == once


def test_there_is_one_line_of_migrations():
    assert len(ScriptDirectory.from_config(Config(applied.CONFIG)).get_heads()) == 1
