"""The database: one engine per process, and the ways to read and to write."""

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from contextvars import ContextVar
from pathlib import Path
from time import monotonic
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.orm import Session, sessionmaker

from prepared import Reader

# As many connections as worker threads, so that a thread never waits for one: on PostgreSQL only as
# far as the server lets all processes in, which is 100 connections unless it was told otherwise.
THREADS = 40
POSTGRESQL_CONNECTIONS = 90
BUSY_SECONDS = 60
# A connection that worked a moment ago still works; one that lay longer is asked first.
TRUSTED_SECONDS = 0.5
# cache_size in KiB: with SQLite's own 2 MB a large import waits for the disk most of its time.
PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=NORMAL",
    "foreign_keys=ON",
    "cache_size=-16384",
    "cache_spill=OFF",
    "wal_autocheckpoint=8000",
)

# A read needs no transaction: on SQLite it must not take the writer's place, on PostgreSQL
# BEGIN and ROLLBACK would be two more round trips.
READING: dict[str, dict[str, Any]] = {
    "sqlite": {"reads_only": True},
    "postgresql": {"isolation_level": "AUTOCOMMIT"},
}

Handler = TypeVar("Handler", bound=Callable[..., Any])

_engine: Engine | None = None
_readers: Engine
_sessions: sessionmaker[Session]
_local = threading.local()
_held: ContextVar["Held | None"] = ContextVar("held", default=None)


def connect(url: str, processes: int = 1) -> Engine:
    """Make the engine of this process, one of so many over the same database."""
    global _engine, _readers, _sessions
    if _engine is not None:
        _engine.dispose()
    _engine = make_engine(url, processes)
    _readers = _engine.execution_options(**READING[_engine.dialect.name])
    _sessions = sessionmaker(_engine, expire_on_commit=False)
    return _engine


def engine() -> Engine:
    assert _engine is not None, "db.connect() comes first"
    return _engine


def make_engine(url: str, processes: int = 1) -> Engine:
    if make_url(url).get_backend_name() == "sqlite":
        return _sqlite(url)
    return _postgresql(url, processes)


def _postgresql(url: str, processes: int) -> Engine:
    made = create_engine(
        url,
        pool_size=max(1, min(THREADS, POSTGRESQL_CONNECTIONS // processes)),
        max_overflow=0,
        pool_timeout=BUSY_SECONDS,
    )

    @event.listens_for(made, "connect")
    @event.listens_for(made, "checkin")
    def _note(_: Any, record: Any) -> None:
        record.info["worked_at"] = monotonic()

    @event.listens_for(made, "checkout")
    def _ask_whether_it_lives(connection: Any, record: Any, _: Any) -> None:
        # The pool's own pre-ping asks every time: a third of what a look-up of a session costs.
        if monotonic() - record.info["worked_at"] < TRUSTED_SECONDS:
            return
        if not made.dialect._do_ping_w_event(connection):
            raise InvalidatePoolError

    return made


def _sqlite(url: str) -> Engine:
    path = make_url(url).database
    if path:
        with suppress(OSError):  # SQLite itself says best that it cannot open the file
            Path(path).parent.mkdir(parents=True, exist_ok=True)
    made = create_engine(
        url,
        pool_size=THREADS,
        max_overflow=8,
        connect_args={"check_same_thread": False, "timeout": BUSY_SECONDS},
    )
    turns = _Turns()

    @event.listens_for(made, "connect")
    def _prepare(connection: Any, _: Any) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(made, "begin")
    def _begin(connection: Connection) -> None:
        if connection.get_execution_options().get("reads_only"):
            return
        # SQLite has one writer. Threads of this process queue on a lock that wakes the next one at
        # once; only other processes meet SQLite's own busy handler, which sleeps and polls.
        turns.take()
        connection.info["turns"] = turns
        try:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        except BaseException:
            _release(connection)
            raise

    def _release(connection: Connection) -> None:
        if connection.info.pop("turns", None):
            turns.end()

    @event.listens_for(made, "commit")
    def _commit(connection: Connection) -> None:
        # "commit" fires before the driver commits; with isolation_level None the driver's own
        # commit then finds nothing left to do.
        try:
            if not connection.get_execution_options().get("reads_only"):
                connection.exec_driver_sql("COMMIT")
        finally:
            _release(connection)

    @event.listens_for(made, "rollback")
    def _rollback(connection: Connection) -> None:
        try:
            driver: Any = connection.connection.dbapi_connection
            if driver.in_transaction:
                connection.exec_driver_sql("ROLLBACK")
        finally:
            _release(connection)

    return made


class _Turns:
    """One writer at a time."""

    def __init__(self) -> None:
        self._lock, self._counting = threading.Lock(), threading.Lock()
        self.waiting = 0

    def take(self) -> None:
        if self._lock.acquire(blocking=False):
            return
        self._count(1)
        try:
            self._lock.acquire()
        finally:
            self._count(-1)

    def end(self) -> None:
        self._lock.release()

    def _count(self, by: int) -> None:
        with self._counting:
            self.waiting += by


def is_awaited(session: Session) -> bool:
    """May a writer be waiting for this transaction to end? Only SQLite's threads tell."""
    turns: _Turns | None = session.connection().info.get("turns")
    return turns is None or turns.waiting > 0


@contextmanager
def transaction() -> Iterator[Session]:
    """Commit when the block ends, roll back when it raises.

    Inside `held()` the block joins the transaction that is already there.
    """
    held = _held.get()
    if held is not None:
        yield held.session()
        return
    with _sessions.begin() as session:
        yield session


@contextmanager
def reading() -> Iterator[Session]:
    """For reads only: every statement sees what is committed, nothing is locked."""
    with Session(_readers, expire_on_commit=False) as session:
        yield session


def quick() -> AbstractContextManager[Reader]:
    """As `reading`, without SQLAlchemy in between, for prepared statements.

    On SQLite each thread keeps a connection for it: to take one from the pool and put it back costs
    as much as a small select.
    """
    made = engine()
    return nullcontext(_own(made)) if made.dialect.name == "sqlite" else _from_pool(made)


def _own(made: Engine) -> Reader:
    if getattr(_local, "engine", None) is not made:
        _local.engine, _local.connection = made, made.raw_connection()
        _local.connection.detach()
        _local.reader = Reader(_local.connection.dbapi_connection, made.dialect)
    reader: Reader = _local.reader
    return reader


@contextmanager
def _from_pool(made: Engine) -> Iterator[Reader]:
    connection = made.pool.connect()
    try:
        connection.dbapi_connection.autocommit = True  # type: ignore[union-attr]
        yield Reader(connection.dbapi_connection, made.dialect)
    finally:
        connection.dbapi_connection.autocommit = False  # type: ignore[union-attr]
        connection.close()


@contextmanager
def peek() -> Iterator[Connection]:
    """As `reading`, without a session around it."""
    with _readers.connect() as connection:
        yield connection


class Held:
    """A transaction that a handler's `transaction()` opens and whoever holds it ends."""

    def __init__(self) -> None:
        self._session: Session | None = None

    def session(self) -> Session:
        if self._session is None:
            self._session = _sessions()
        return self._session

    def commit(self) -> None:
        if self._session is not None:
            self._session.commit()

    def close(self) -> None:
        if self._session is not None:
            self._session.close()


@contextmanager
def held() -> Iterator[Held]:
    """Hold the next `transaction()` open; unless this block commits it, it is rolled back."""
    mine = Held()
    token = _held.set(mine)
    try:
        yield mine
    finally:
        _held.reset(token)
        mine.close()


def short_read(handler: Handler) -> Handler:
    """Marks a handler whose reads on SQLite are shorter than the way to a thread and back."""
    handler.is_short_read = True  # type: ignore[attr-defined]
    return handler


def runs_on_loop(handler: Any) -> bool:
    return engine().dialect.name == "sqlite" and getattr(handler, "is_short_read", False)
