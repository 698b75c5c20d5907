"""What all tables share: names of constraints, ids, and times in UTC."""

from datetime import UTC, datetime
from typing import Any, ClassVar

import uuid_utils
from sqlalchemy import DateTime, Dialect, ForeignKeyConstraint, MetaData, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

import clock

Id = String(36)
ShortText = String(255)


class UtcTime(TypeDecorator[datetime]):
    """An aware UTC datetime on both databases; SQLite itself knows no time zones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Any:
        """For SQLite the text that SQLAlchemy would make of it, in a third of the time."""
        return _written if dialect.name == "sqlite" else super().bind_processor(dialect)

    def result_processor(self, dialect: Dialect, coltype: object) -> Any:
        """Of the same text, in a fifth of the time."""
        return _read if dialect.name == "sqlite" else _in_utc


def _written(value: datetime | None) -> str | None:
    if value is None:
        return None
    utc = value if value.tzinfo is UTC else value.astimezone(UTC)
    return utc.isoformat(" ", "microseconds")[:26]


def _read(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(f"{text}+00:00")


def _in_utc(value: datetime | None) -> datetime | None:
    return None if value is None else value.astimezone(UTC)


def new_id() -> str:
    """UUIDv7: ids of one table grow with time, so new rows lie together in its index."""
    return str(uuid_utils.uuid7())


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {datetime: UtcTime, str: ShortText}


class Created:
    """Mixed into every table: when the row came to be."""

    created_at: Mapped[datetime] = mapped_column(default=lambda: clock.now())


def of_tenant(column: str, table: str) -> ForeignKeyConstraint:
    """A reference to a row of the same organization.

    Checked when the transaction ends, so that a person's rows can move to another organization one
    table after the other.
    """
    return ForeignKeyConstraint(
        ["organization_id", column],
        [f"{table}.organization_id", f"{table}.id"],
        ondelete="CASCADE",
        deferrable=True,
        initially="DEFERRED",
    )
