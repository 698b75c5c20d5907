"""An installation of our own for each test, and the command line in this process."""

import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

import cli
import config
import db

SLUGBASE = str(Path(sys.executable).parent / "slugbase")


@dataclass
class Outcome:
    code: int
    out: str
    err: str


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The data folder of an installation on SQLite that is not there yet."""
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("DATABASE_URL", "")
    monkeypatch.delenv("JWT_SECRETS")  # it makes its own
    for name in ("_engine", "_readers", "_sessions"):
        monkeypatch.setattr(db, name, None, raising=False)
    config.settings.cache_clear()
    yield tmp_path / "data"
    if db._engine is not None:
        db._engine.dispose()
    monkeypatch.undo()
    config.settings.cache_clear()


@pytest.fixture
def slugbase(folder, monkeypatch, capsys):
    """Runs one command as a shell would; settings are read anew each time."""

    def slugbase(*words, **settings):
        for name, value in settings.items():
            monkeypatch.setenv(name, value)
        config.settings.cache_clear()
        monkeypatch.setattr(sys, "argv", ["slugbase", *map(str, words)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            cli.main()
        written = capsys.readouterr()
        return Outcome(ended.value.code or 0, written.out, written.err)

    return slugbase


@pytest.fixture
def ada(slugbase):
    """Somebody with an account and an organization; the id of the latter."""
    made = slugbase(
        "user", "create", "ada@example.com", "--name", "Ada", "--password", "Correct-Horse-7"
    )
    assert made.code == 0, made.err
    return slugbase("org", "list", "--ids").out.strip()
