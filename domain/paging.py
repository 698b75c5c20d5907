"""Lists that are shown whole or by pages, as the caller asks."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, func, select

from domain.cursors import Order, Page
from prepared import AnySelect, Prepared, Reader

USUAL = 50  # items, where only a cursor is given


@dataclass(frozen=True)
class Span:
    """Which part of a list; without a limit and a cursor, all of it."""

    limit: int | None = None
    offset: int = 0
    cursor: str | None = None


class Paged:
    def __init__(self, listed: AnySelect, order: Order) -> None:
        query = listed.order_by(*order.by())
        page = query.limit(bindparam("limit")).offset(bindparam("offset"))
        self._order = order
        self._every = Prepared(query)
        self._first, self._next = Prepared(page), Prepared(page.where(order.follows()))
        self._count = Prepared(select(func.count().label("number")).select_from(listed.subquery()))

    def of(self, read: Reader, span: Span, **values: Any) -> Sequence[Any] | Page:
        if span.limit is None and span.cursor is None:
            return read.rows(self._every, **values)
        total = read.row(self._count, **values).number
        limit, statement = span.limit or USUAL, self._first
        if span.cursor is not None:
            statement, values = self._next, values | self._order.after(span.cursor)
        rows = read.rows(statement, **values, limit=limit + 1, offset=span.offset)
        shown, next_cursor = self._order.cut(rows, limit)
        return Page(list(shown), total, next_cursor)
