"""Statements of the hot paths: compiled once, then given to the driver as they are.

SQLAlchemy spends several times as long on a small select as the database does. What is written with
it, checked by it and named by it is here asked of the driver directly.
"""

from collections import namedtuple
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Dialect, Select

Values = dict[str, Any]
Convert = Callable[[Any], Any]


class Prepared:
    """A select without lists of values in it; its rows are named tuples."""

    def __init__(self, statement: Select[Any]) -> None:
        self._statement = statement
        self.row_type: Any = namedtuple(
            "Row", [column.key for column in statement.selected_columns]
        )
        self.form = lru_cache(maxsize=None)(self._form)

    def _form(self, dialect: Dialect) -> "Form":
        return Form(self._statement, dialect)


class Form:
    """One statement in the words of one database."""

    def __init__(self, statement: Select[Any], dialect: Dialect) -> None:
        compiled = statement.compile(dialect=dialect)
        self.text = str(compiled)
        self._fixed = dict(compiled.params)
        self._positions: Sequence[str] | None = getattr(compiled, "positiontup", None)
        self._convert: dict[str, Convert] = dict(compiled._bind_processors)
        self._readers: list[tuple[int, Convert]] = [
            (position, reader)
            for position, column in enumerate(statement.selected_columns)
            if (reader := column.type.dialect_impl(dialect).result_processor(dialect, None))
        ]

    def parameters(self, values: Values) -> Any:
        given = {**self._fixed, **values}
        for name, convert in self._convert.items():
            given[name] = convert(given[name])
        if self._positions is None:
            return given
        return [given[name] for name in self._positions]

    def read(self, row: Sequence[Any]) -> Sequence[Any]:
        if not self._readers:
            return row
        values = list(row)
        for position, reader in self._readers:
            values[position] = reader(values[position])
        return values


class Reader:
    """Asks one connection; every statement sees what is committed, nothing is locked."""

    def __init__(self, connection: Any, dialect: Dialect) -> None:
        self._connection = connection
        self._dialect = dialect

    def rows(self, prepared: Prepared, **values: Any) -> list[Any]:
        form = prepared.form(self._dialect)
        found = self._connection.execute(form.text, form.parameters(values)).fetchall()
        make, read = prepared.row_type._make, form.read
        return [make(read(row)) for row in found]

    def row(self, prepared: Prepared, **values: Any) -> Any:
        """The first row, or None."""
        form = prepared.form(self._dialect)
        found = self._connection.execute(form.text, form.parameters(values)).fetchone()
        return None if found is None else prepared.row_type._make(form.read(found))
