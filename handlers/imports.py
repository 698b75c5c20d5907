"""Tag: Imports."""

from db import reading, transaction
from domain.sharing import library
from domain.transfers import imports
from domain.transfers.import_batches import Options
from handlers import etags, import_shapes
from security.principal import Principal


def create_import(
    body: bytes,
    user: Principal,
    on_duplicate: str,
    dry_run: bool,
    format: str | None = None,
    folder_id: str | None = None,
) -> etags.Answer:
    with transaction() as session:
        options = Options(on_duplicate, folder_id, dry_run)
        job = imports.begin(session, user, body, options, format)
        location = {"Location": f"/api/imports/{job.id}"}
        return etags.answer(import_shapes.shown(job), status=202, headers=location)


def list_imports(user: Principal, limit: int, cursor: str | None = None) -> etags.Answer:
    with reading() as session:
        jobs, after = imports.page(session, user, cursor, limit)
        items = [import_shapes.shown(job) for job in jobs]
    return etags.answer({"items": items, "next_cursor": after})


def get_import(id: str, user: Principal) -> etags.Answer:
    with reading() as session:
        return etags.answer(import_shapes.shown(library.import_to_read(session, user, id)))


def list_import_rows(
    id: str,
    user: Principal,
    limit: int,
    outcome: str | None = None,
    cursor: str | None = None,
) -> etags.Answer:
    with reading() as session:
        rows, after = imports.rows(session, user, id, outcome, cursor, limit)
    return etags.answer({"items": [import_shapes.row(row) for row in rows], "next_cursor": after})


def cancel_import(id: str, user: Principal) -> etags.Answer:
    with transaction() as session:
        return etags.answer(import_shapes.shown(imports.cancel(session, user, id)))
