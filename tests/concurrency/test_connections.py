import pytest
from sqlalchemy import text

import db

# What PostgreSQL lets in by default, less the three it keeps for its administrator.
ALLOWED = 97


@pytest.mark.parametrize("processes", [1, 2, 3, 4, 8, 16, 64])
def test_all_processes_together_find_room_in_postgresql(processes):
    pool = db.make_engine("postgresql+psycopg://nowhere/slugbase", processes).pool
    most = pool.size() + pool._max_overflow

    assert 0 < most <= db.THREADS
    assert most * processes <= ALLOWED


@pytest.fixture
def engine(postgres):
    engine = db.make_engine(postgres.replace("://", "+psycopg://", 1))
    yield engine
    engine.dispose()


def backend(engine):
    with engine.connect() as connection:
        return connection.scalar(text("SELECT pg_backend_pid()"))


def test_connections_that_died_while_nobody_used_them_are_replaced(engine, monkeypatch):
    with engine.connect() as other:
        first = backend(engine)
        other.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": first})

    monkeypatch.setattr(db, "TRUSTED_SECONDS", 0)

    assert backend(engine) != first


def test_a_connection_that_has_just_worked_is_not_asked_whether_it_does(engine, monkeypatch):
    first = backend(engine)
    monkeypatch.setattr(engine.dialect, "do_ping", None)

    assert backend(engine) == first
