"""Imports of files: what was asked, how far it has come, the file itself, and what became of it."""

from datetime import datetime

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Created, Id, new_id, of_tenant


class ImportJob(Created, Base):
    __tablename__ = "imports"
    __table_args__ = (
        ForeignKeyConstraint(["organization_id"], ["organizations.id"], ondelete="CASCADE"),
        Index(None, "organization_id", "user_id", "created_at", "id"),
        Index(None, "user_id"),
        # Those to be done, and those to be swept.
        Index(None, "finished_at", "created_at"),
    )

    organization_id: Mapped[str] = mapped_column(Id, primary_key=True)
    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    format: Mapped[str] = mapped_column(String(20))
    syntax: Mapped[str] = mapped_column(String(20))
    encoding: Mapped[str] = mapped_column(String(50))
    on_duplicate: Mapped[str] = mapped_column(String(20))
    folder_id: Mapped[str | None] = mapped_column(Id)
    dry_run: Mapped[bool]
    size: Mapped[int]  # bytes
    rows_total: Mapped[int | None]  # None until they are counted
    items_taken: Mapped[int] = mapped_column(default=0)  # rows, and folders told of between them
    created: Mapped[int] = mapped_column(default=0)
    merged: Mapped[int] = mapped_column(default=0)
    skipped: Mapped[int] = mapped_column(default=0)
    failed: Mapped[int] = mapped_column(default=0)
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    cancelled: Mapped[bool] = mapped_column(default=False)
    error_code: Mapped[str | None]
    error: Mapped[str | None] = mapped_column(String(500))
    attempts: Mapped[int] = mapped_column(default=0)  # since it last came further
    claimed_by: Mapped[str | None]
    claimed_until: Mapped[datetime | None]

    @property
    def rows_processed(self) -> int:
        return self.created + self.merged + self.skipped + self.failed

    @property
    def status(self) -> str:
        if self.finished_at is None:
            return "waiting" if self.started_at is None else "running"
        if self.cancelled:
            return "cancelled"
        return "done" if self.error_code is None else "failed"


class ImportPiece(Base):
    """A part of the file, kept until the import has ended."""

    __tablename__ = "import_pieces"
    __table_args__ = (of_tenant("import_id", "imports"),)

    organization_id: Mapped[str] = mapped_column(Id, primary_key=True)
    import_id: Mapped[str] = mapped_column(Id, primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    content: Mapped[bytes] = mapped_column(LargeBinary)


class ImportRow(Base):
    """What became of a row of the file."""

    __tablename__ = "import_rows"
    __table_args__ = (of_tenant("import_id", "imports"), {"sqlite_with_rowid": False})

    organization_id: Mapped[str] = mapped_column(Id, primary_key=True)
    import_id: Mapped[str] = mapped_column(Id, primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    url: Mapped[str]
    outcome: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str | None]
    bookmark_id: Mapped[str | None] = mapped_column(Id)
