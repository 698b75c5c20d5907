"""Migrations against the models, in databases of their own."""

from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import MetaData, Table, create_engine, inspect, select, text

import db
from migrations import applied
from models import Base, BookmarkFolder, BookmarkTag, search

MADE = datetime(2026, 1, 2, tzinfo=UTC)


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
    with migrating(engine) as alembic:
        command.downgrade(alembic, "base")


@contextmanager
def migrating(engine):
    with engine.begin() as connection:
        alembic = Config(applied.CONFIG)
        alembic.attributes["connection"] = connection
        yield alembic


def store(engine, table, **values):
    """A row of a table as it is now; what it must have beside these values is made up."""
    with engine.begin() as connection:
        columns = Table(table, MetaData(), autoload_with=connection)
        made_up = {str: "x", int: 1, bool: False, datetime: MADE}
        row = {
            column.name: values.get(column.name, made_up.get(column.type.python_type))
            for column in columns.c
            if column.name in values or not column.nullable
        }
        connection.execute(columns.insert(), row)


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


def test_links_learn_when_their_bookmarks_were_made(empty_engine):
    with migrating(empty_engine) as alembic:
        command.upgrade(alembic, "0009")
    here, link = {"organization_id": "o"}, {"organization_id": "o", "bookmark_id": "b"}
    store(empty_engine, "organizations", id="o", plan="free")
    store(empty_engine, "users", id="u")
    store(empty_engine, "bookmarks", **here, id="b", user_id="u")
    store(empty_engine, "tags", **here, id="t", user_id="u")
    store(empty_engine, "folders", **here, id="f", user_id="u")
    store(empty_engine, "bookmark_tags", **link, tag_id="t")
    store(empty_engine, "bookmark_folders", **link, folder_id="f", bookmark_created_at=MADE)

    applied.upgrade(empty_engine)

    with empty_engine.connect() as connection:
        assert connection.scalars(select(BookmarkTag.bookmark_created_at)).all() == [MADE]
        assert connection.scalars(select(BookmarkFolder.bookmark_created_at)).all() == [MADE]
    downgrade(empty_engine)


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
