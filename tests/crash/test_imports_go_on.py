"""The promise of an import: every row of the file is stored once, whoever dies on the way."""

import pytest
from sqlalchemy import func, select, update

import clock
import db
from jobs.run_imports import BATCH, MOST_TOGETHER
from models import Bookmark, ImportJob, ImportRow, LibrarySize
from tests.client import Client
from tests.contract.requests import SPEC
from tests.crash.test_mail_survives import wait_until
from tests.imports import FILE
from tests.processes import Served
from tests.stored import rows

KILLS = 2


@pytest.fixture
def served(installation, database, tmp_path):
    with Served(tmp_path, installation, RUN_JOBS="true") as served:
        yield served


def test_an_import_goes_on_behind_the_last_batch(served, make):
    owner = make.user()
    token = make.token(owner, make.organization(owner))
    together = MOST_TOGETHER if db.engine().dialect.name == "sqlite" else 1
    number_of_rows = BATCH * (together * KILLS + 1)
    lines = (f"https://example.com/{number}\n" for number in range(number_of_rows))
    content = "url\n" + "".join(lines)
    with Client(served.base_url, SPEC) as client:
        sent = client.call("create_import", token=token, content=content.encode(), headers=FILE)
    assert sent.status_code == 202

    for _ in range(KILLS):
        mark = taken()
        wait_until(lambda mark=mark: taken() > mark)
        served.kill()
        assert 0 < taken() < number_of_rows
        let_the_lease_end()
        served.start()
    wait_until(lambda: rows(select(ImportJob.finished_at)) != [None])

    [job] = rows(select(ImportJob))
    assert (job.status, job.rows_total, job.created) == ("done", number_of_rows, number_of_rows)
    assert rows(select(ImportRow.number).order_by(ImportRow.number)) == [
        *range(1, number_of_rows + 1)
    ]
    assert rows(select(func.count(Bookmark.url.distinct()))) == [number_of_rows]
    assert rows(select(LibrarySize.bookmarks)) == [number_of_rows]


def taken():
    [items] = rows(select(ImportJob.items_taken))
    return items


def let_the_lease_end():
    with db.transaction() as session:
        session.execute(update(ImportJob).values(claimed_until=clock.now()))
