"""Imports that are interrupted, taken over, given up, or no longer allowed."""

from threading import Event

import pytest
from sqlalchemy import select, update

import clock
import db
from domain.transfers import import_runs
from domain.transfers.import_batches import Decided
from jobs import run_imports
from jobs.sweep import sweep
from models import Folder, ImportJob, ImportRow
from tests.imports import bookmarks, counts, page
from tests.stored import rows


def claimed(worker="one"):
    with db.transaction() as session:
        return import_runs.claim(session, worker)


def test_a_limited_plan_is_asked_once_for_all_batches(make, ada, imported, monkeypatch):
    monkeypatch.setattr(run_imports, "BATCH", 10)
    token = make.token(ada, make.organization(ada, plan="free", seats=1))

    refused = imported([page(number) for number in range(51)], token)

    assert (refused["status"], counts(refused), bookmarks()) == ("failed", {}, 0)


def test_cancelling_takes_effect_at_the_next_batch(client, token, send_file, read_import):
    made = send_file([page(1), page(2)]).json()
    job = claimed()
    first, second = import_runs.items(db.reading, job)
    with db.transaction() as session:
        import_runs.note_total(session, job, 2)
        import_runs.write(session, job, [first], Decided())
    assert (read_import(made["id"])["status"], read_import(made["id"])["rows_processed"]) == (
        "running",
        1,
    )

    client.call("cancel_import", made["id"], token=token)

    with pytest.raises(import_runs.Lost), db.transaction() as session:
        import_runs.write(session, job, [second], Decided())
    assert (read_import(made["id"])["status"], bookmarks()) == ("cancelled", 1)


def test_who_goes_on_goes_on_behind_the_last_batch(
    send_file, read_import, import_rows, monkeypatch
):
    monkeypatch.setattr(run_imports, "BATCH", 2)
    folder = "<DT><H3>{}</H3><DL><p>{}</DL>"
    links = [f'<DT><A HREF="https://example.com/{n}">{n}</A>' for n in range(5)]
    file = folder.format("A", "".join(links[:2])) + folder.format("B", "".join(links[2:]))
    made = send_file(file.encode()).json()
    dead = claimed("dead")
    batch = list(import_runs.items(db.reading, dead))[:2]  # a folder and a link
    with db.transaction() as session:
        import_runs.write(session, dead, batch, Decided())
    assert not run_imports.run_next("another")  # it may still be at work
    let_the_lease_end()

    assert run_imports.run_next("another")

    with pytest.raises(import_runs.Lost), db.transaction() as session:
        import_runs.write(session, dead, batch, Decided())
    assert (read_import(made["id"])["status"], counts(read_import(made["id"]))) == (
        "done",
        {"created": 5},
    )
    assert [row["number"] for row in import_rows(made["id"])["items"]] == [1, 2, 3, 4, 5]
    assert (bookmarks(), sorted(rows(select(Folder.name)))) == (5, ["A", "B"])


def test_a_dry_run_that_was_interrupted_begins_anew(send_file, read_import):
    made = send_file([page(1), page(1)], dry_run="true").json()
    dead = claimed("dead")
    first, _ = import_runs.items(db.reading, dead)
    with db.transaction() as session:
        import_runs.write(session, dead, [first], Decided())
    let_the_lease_end()

    assert run_imports.run_next("another")

    assert counts(read_import(made["id"])) == {"created": 1, "skipped": 1}


def let_the_lease_end():
    with db.transaction() as session:
        session.execute(update(ImportJob).values(claimed_until=clock.now()))


def test_who_is_told_to_stop_leaves_it_to_the_next_at_once(send_file, read_import):
    made = send_file([page()]).json()
    stop = Event()
    stop.set()

    assert run_imports.run_next("one", stop)
    assert read_import(made["id"])["status"] == "running"
    assert run_imports.run_next("another")
    assert read_import(made["id"])["status"] == "done"


def test_what_fails_again_and_again_is_given_up(send_file, read_import):
    made = send_file([page()]).json()

    for _ in range(import_runs.MOST_ATTEMPTS):
        assert claimed("dies")
        let_the_lease_end()

    assert claimed("gives up") is None
    given_up = read_import(made["id"])
    assert (given_up["status"], given_up["error"]["code"]) == ("failed", "INTERNAL_ERROR")


def test_who_was_removed_meanwhile_imports_nothing_more(make, client, organization, ada, send_file):
    member = make.member(organization)
    answer = send_file([page()], make.token(member, organization))
    path, owners = (organization.id, member.id), make.session(ada, organization=organization)
    assert client.call("remove_member", *path, token=owners).status_code == 200

    assert run_imports.run_next("tests")

    [job] = rows(select(ImportJob).where(ImportJob.id == answer.json()["id"]))
    assert (job.status, job.error_code, bookmarks()) == ("failed", "NOT_FOUND", 0)


def test_a_month_after_its_end_an_import_is_gone(client, token, imported, send_file, later):
    done = imported([page()])
    waiting = send_file([page()]).json()

    later(days=31)
    sweep()

    assert client.call("get_import", done["id"], token=token).status_code == 404
    assert client.call("get_import", waiting["id"], token=token).status_code == 200
    assert len(rows(select(ImportRow.number))) == 0
