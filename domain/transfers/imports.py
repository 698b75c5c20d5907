"""Imports of files: asked for, looked at and cancelled; `import_runs` carries them out."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

import clock
from domain import access
from domain.cursors import Order
from domain.sharing import library
from domain.transfers.import_batches import Options
from domain.transfers.import_places import Folders
from errors import Conflict, Invalid
from formats import files, text
from formats.entries import Unreadable
from models import ImportJob, ImportPiece, ImportRow
from security.principal import Principal

MOST_OPEN = 5
PIECE = 1 << 20
# What a file is taken for when nobody says which product wrote it.
_USUAL = {"html": "netscape", "json": "json", "csv": "csv"}
_NEWEST_FIRST = Order(ImportJob.created_at, ImportJob.id, descending=True)
_BY_NUMBER = Order(ImportRow.number)


class ImportUnreadable(Invalid):
    code = "IMPORT_UNREADABLE"
    message = "Send a file of the format, as it was exported."

    def __init__(self, reason: Unreadable) -> None:
        super().__init__(details=[{"pointer": "", "reason": str(reason)}])
        self.error = f"The file cannot be read. {reason}"


class TooManyImports(Conflict):
    code = "IMPORT_LIMIT"
    error = f"You have {MOST_OPEN} imports that have not ended."
    message = "Wait until one of them has, or cancel one."


def begin(
    session: Session, user: Principal, content: bytes, options: Options, format: str | None
) -> ImportJob:
    """Keep the file for the job, if it begins as the format does."""
    syntax, encoding = _recognized(content, format)
    # With the organization locked nobody counts with us.
    organization, _ = access.organization_for(
        session, user, access.current_organization_id(user), "read", lock=True
    )
    _require_few(session, user)
    if options.folder_id is not None:
        Folders(session, user, options.folder_id)  # refuses one that is not the person's own
    job = ImportJob(
        organization_id=organization.id,
        user_id=user.user_id,
        format=format or _USUAL[syntax],
        syntax=syntax,
        encoding=encoding,
        on_duplicate=options.on_duplicate,
        folder_id=options.folder_id,
        dry_run=options.dry_run,
        size=len(content),
    )
    session.add(job)
    session.flush()  # its id goes into the pieces
    _keep(session, job, content)
    return job


def page(
    session: Session, user: Principal, cursor: str | None, limit: int
) -> tuple[Sequence[Any], str | None]:
    """The person's own, the newest first, and the next cursor."""
    after = _NEWEST_FIRST.after(cursor)
    query = _NEWEST_FIRST.page(select(ImportJob).where(*_mine(user)), after, limit)
    return _NEWEST_FIRST.cut(session.scalars(query).all(), limit)


def rows(
    session: Session,
    user: Principal,
    import_id: str,
    outcome: str | None,
    cursor: str | None,
    limit: int,
) -> tuple[Sequence[Any], str | None]:
    job = library.import_to_read(session, user, import_id)
    query = select(
        ImportRow.number, ImportRow.url, ImportRow.outcome, ImportRow.reason, ImportRow.bookmark_id
    ).where(ImportRow.organization_id == job.organization_id, ImportRow.import_id == job.id)
    if outcome is not None:
        query = query.where(ImportRow.outcome == outcome)
    found = session.execute(_BY_NUMBER.page(query, _BY_NUMBER.after(cursor), limit))
    return _BY_NUMBER.cut(found.all(), limit)


def cancel(session: Session, user: Principal, import_id: str) -> ImportJob:
    """What has ended stays as it is. A batch that is being written is waited for."""
    job = library.import_to_own(session, user, import_id)
    if job.finished_at is None:
        job.cancelled = True
        end(session, job)
    return job


def end(session: Session, job: ImportJob) -> None:
    job.finished_at = clock.now()
    job.claimed_by = job.claimed_until = None
    here = {"organization_id": job.organization_id, "import_id": job.id}
    session.execute(delete(ImportPiece).filter_by(**here))


def _recognized(content: bytes, format: str | None) -> tuple[str, str]:
    encoding = text.encoding(_pieces(content))
    try:
        return files.syntax_of(_pieces(content), encoding, format), encoding
    except Unreadable as reason:
        raise ImportUnreadable(reason) from None


def _pieces(content: bytes) -> Iterator[bytes]:
    return (content[start : start + PIECE] for start in range(0, len(content), PIECE))


def _require_few(session: Session, user: Principal) -> None:
    open_ones = select(func.count()).where(*_mine(user), ImportJob.finished_at.is_(None))
    if session.scalars(open_ones).one() >= MOST_OPEN:
        raise TooManyImports


def _keep(session: Session, job: ImportJob, content: bytes) -> None:
    here = {"organization_id": job.organization_id, "import_id": job.id}
    for position, piece in enumerate(_pieces(content)):  # one at a time takes the least memory
        session.execute(insert(ImportPiece).values(**here, position=position, content=piece))


def _mine(user: Principal) -> tuple[Any, ...]:
    return (
        ImportJob.organization_id == access.current_organization_id(user),
        ImportJob.user_id == user.user_id,
    )
