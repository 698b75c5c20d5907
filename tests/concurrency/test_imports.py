"""Several jobs at the same imports, and others who write meanwhile."""

from concurrent.futures import ThreadPoolExecutor
from itertools import count
from threading import Thread

import pytest
from sqlalchemy import select

import db
from domain.transfers import import_runs, imports
from domain.transfers.import_batches import Options
from jobs import run_imports
from models import Bookmark, Folder, ImportJob, ImportRow, Tag
from security.principal import Principal
from tests.stored import rows

ROWS, WORKERS = 60, 4


@pytest.mark.usefixtures("database")
def test_no_import_is_done_twice_and_what_they_share_is_made_once(make, monkeypatch):
    monkeypatch.setattr(run_imports, "BATCH", 7)
    owner = make.user()
    user = Principal(owner.id, make.organization(owner).id)
    for number in range(imports.MOST_OPEN):
        with db.transaction() as session:
            imports.begin(session, user, file(number).encode(), Options("allow"), "csv")
    names = count()

    def work(_):
        worker = f"worker {next(names)}"
        return sum(iter(lambda: run_imports.run_next(worker), False))

    with ThreadPoolExecutor(WORKERS) as pool:
        done = sum(pool.map(work, range(WORKERS)))

    assert done == imports.MOST_OPEN
    for job in rows(select(ImportJob)):
        assert (job.status, job.created) == ("done", ROWS)
        numbers = select(ImportRow.number).where(ImportRow.import_id == job.id)
        assert rows(numbers.order_by(ImportRow.number)) == [*range(1, ROWS + 1)]
    assert len(rows(select(Bookmark.id))) == ROWS * imports.MOST_OPEN
    assert sorted(rows(select(Folder.name))) == ["A", "B"]
    assert rows(select(Tag.name)) == ["t"]


@pytest.fixture
def transactions(database, make, monkeypatch):
    """How many write the three batches of an import; `then` is called after each batch."""
    monkeypatch.setattr(run_imports, "BATCH", ROWS // 3)
    write = import_runs.write

    def transactions(then=lambda session: None):
        used = []

        def noted(session, *rest):
            write(session, *rest)
            used.append(session)
            then(session)

        monkeypatch.setattr(import_runs, "write", noted)
        owner = make.user()
        user = Principal(owner.id, make.organization(owner).id)
        with db.transaction() as session:
            imports.begin(session, user, file(1).encode(), Options("allow"), "csv")
        assert run_imports.run_next("worker")
        assert len(used) == 3
        return len({id(session) for session in used})

    return transactions


def test_batches_are_committed_together_where_nobody_waits(transactions):
    assert transactions() == (1 if db.engine().dialect.name == "sqlite" else 3)


def test_who_waits_to_write_waits_for_one_batch(transactions):
    writers = []

    def write():
        with db.transaction() as session:
            session.scalars(select(Bookmark.id)).all()

    def begin(session):
        writers.append(Thread(target=write))
        writers[-1].start()
        while not db.is_awaited(session):
            pass

    assert transactions(begin) == 3
    for writer in writers:
        writer.join()


def file(number):
    lines = [f"https://example.com/{number}/{row},A/B,t" for row in range(ROWS)]
    return "\n".join(["url,folder,tags", *lines])
