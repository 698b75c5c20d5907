"""Several jobs at the same imports."""

from concurrent.futures import ThreadPoolExecutor
from itertools import count

import pytest
from sqlalchemy import select

import db
from domain.transfers import imports
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


def file(number):
    lines = [f"https://example.com/{number}/{row},A/B,t" for row in range(ROWS)]
    return "\n".join(["url,folder,tags", *lines])
