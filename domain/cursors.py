"""The order of a list, and cursors: where the next page begins, whatever came or went meanwhile."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, bindparam, tuple_
from sqlalchemy.orm import InstrumentedAttribute

from errors import Invalid
from models.base import UtcTime
from prepared import AnySelect

Column = InstrumentedAttribute[Any]
Query = TypeVar("Query", bound=AnySelect)


@dataclass(frozen=True)
class Page:
    items: list[Any]
    total: int  # on all pages
    next_cursor: str | None  # None on the last one


class CursorInvalid(Invalid):
    """Only what a page before gave as `next_cursor`, of the same order, leads on."""


class Order:
    """By these columns, of which the last is an id; all of them up, or all of them down."""

    def __init__(self, *columns: Column, descending: bool = False) -> None:
        self._columns = columns
        self._descending = descending
        self._of = str(columns[0])  # such as `Tag.name_key`

    def by(self) -> Sequence[ColumnElement[Any]]:
        return [column.desc() if self._descending else column.asc() for column in self._columns]

    def follows(self) -> ColumnElement[bool]:
        """Stands after the row that a cursor names; takes the parameters of `after`."""
        here: Any = tuple_(*self._columns)
        last: Any = tuple_(*(bindparam(_name(each), type_=each.type) for each in self._columns))
        follows: ColumnElement[bool] = here < last if self._descending else here > last
        return follows

    def page(self, query: Query, after: dict[str, Any], limit: int) -> Query:
        """In this order, and with one row more than are shown, by which `cut` sees what follows."""
        query = query.order_by(*self.by()).limit(limit + 1)
        return query.where(self.follows()).params(after) if after else query

    def cut(self, rows: Sequence[Any], limit: int) -> tuple[Sequence[Any], str | None]:
        """Of up to `limit` + 1 rows those to show, and the cursor if there are more."""
        if len(rows) <= limit:
            return rows, None
        return rows[:limit], self._cursor(rows[limit - 1])

    def after(self, cursor: str | None) -> dict[str, Any]:
        """The parameters of `follows`; none without a cursor."""
        if cursor is None:
            return {}
        try:
            name, *values = json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
            if name != self._of:
                raise ValueError(name)
            return {
                _name(column): _read(column, value)
                for column, value in zip(self._columns, values, strict=True)
            }
        except (ValueError, TypeError, OverflowError, RecursionError):
            details = [{"pointer": "/query/cursor", "reason": "is not of this list"}]
            raise CursorInvalid(details=details) from None

    def _cursor(self, row: Any) -> str:
        values = [self._of, *(getattr(row, column.key) for column in self._columns)]
        text = json.dumps(values, default=datetime.isoformat, separators=(",", ":"))
        return urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _name(column: Column) -> str:
    return f"after_{column.key}"


def _read(column: Column, value: Any) -> Any:
    """Anybody can write a cursor: what comes out of it must not trouble the database."""
    if isinstance(column.type, UtcTime):
        time = datetime.fromisoformat(value)
        if time.tzinfo is None:
            raise ValueError(value)
        return time.astimezone(UTC)
    if type(value) is not column.type.python_type:
        raise TypeError(value)
    if isinstance(value, str) and b"\0" in value.encode():
        raise ValueError(value)
    if isinstance(value, int) and not -(1 << 31) <= value < 1 << 31:
        raise ValueError(value)
    return value
