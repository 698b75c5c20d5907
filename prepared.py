"""Statements of the hot paths: compiled once, then given to the driver as they are.

SQLAlchemy spends several times as long on a small select as the database does. What is written with
it, checked by it and named by it is here asked of the driver directly.
"""

import json
from collections import namedtuple
from collections.abc import Callable, Collection, Sequence
from functools import cache
from typing import Any

from sqlalchemy import ARRAY, ColumnElement, Dialect, Select, Table, Text, bindparam, insert
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator, TypeEngine

Values = dict[str, Any]
Convert = Callable[[Any], Any]
AnySelect = Select[*tuple[Any, ...]]


class _Texts(TypeDecorator[Collection[str]]):
    """Any number of texts as one parameter."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return ARRAY(Text()) if dialect.name == "postgresql" else Text()

    def process_bind_param(self, value: Collection[str] | None, dialect: Dialect) -> Any:
        texts = list(value or ())
        return texts if dialect.name == "postgresql" else json.dumps(texts)


class _Listed(FunctionElement[str]):
    """The rows of a parameter of texts."""

    inherit_cache = True
    type = Text()


@compiles(_Listed, "postgresql")
def _unnested(element: _Listed, compiler: Any, **options: Any) -> str:
    return f"(SELECT unnest({compiler.process(element.clauses, **options)}))"


@compiles(_Listed, "sqlite")
def _from_json(element: _Listed, compiler: Any, **options: Any) -> str:
    # Values without a type would be compared in a way that no index of texts is for.
    texts = compiler.process(element.clauses, **options)
    return f"(SELECT CAST(value AS TEXT) FROM json_each({texts}))"


def one_of(column: Any, name: str) -> ColumnElement[bool]:
    """Is the column one of the texts in this parameter, however many they are?"""
    listed = _Listed(bindparam(name, type_=_Texts()))
    found: ColumnElement[bool] = column.op("IN", is_comparison=True)(listed)
    return found


class Prepared:
    """A select without expanding lists in it (see one_of); its rows are named tuples."""

    def __init__(self, statement: AnySelect, *, planned_anew: bool = False) -> None:
        """PostgreSQL plans it for the very values it is asked with, when `planned_anew`."""
        self._statement = statement
        self._planned_anew = planned_anew
        names: Any = [column.key for column in statement.selected_columns]
        make_type: Any = namedtuple
        self.row: Convert = make_type("Row", names)._make
        self._forms: dict[Dialect, Form] = {}

    def form(self, dialect: Dialect) -> "Form":
        if dialect not in self._forms:
            self._forms[dialect] = Form(self._statement, dialect, self._planned_anew)
        return self._forms[dialect]


class Form:
    """One statement in the words of one database."""

    def __init__(self, statement: AnySelect, dialect: Dialect, planned_anew: bool = False) -> None:
        compiled = statement.compile(dialect=dialect)
        # Otherwise psycopg lets the server keep one plan for all values.
        is_kept = dialect.name != "postgresql" or not planned_anew
        self.options: dict[str, bool] = {} if is_kept else {"prepare": False}
        self.text = str(compiled)
        self._fixed = dict(compiled.params)
        self._positions: Sequence[str] | None = getattr(compiled, "positiontup", None)
        processors: Any = compiled._bind_processors
        self._convert: list[tuple[str, Convert]] = list(processors.items())
        self._readers: list[tuple[int, Convert]] = [
            (position, reader)
            for position, column in enumerate(statement.selected_columns)
            if (reader := column.type.dialect_impl(dialect).result_processor(dialect, None))
        ]

    def parameters(self, values: Values) -> Any:
        given = self._fixed | values
        for name, convert in self._convert:
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
        self.database = dialect.name

    def rows(self, prepared: Prepared, **values: Any) -> list[Any]:
        form = prepared.form(self._dialect)
        found = self._ask(form, values).fetchall()
        make, read = prepared.row, form.read
        return [make(read(row)) for row in found]

    def row(self, prepared: Prepared, **values: Any) -> Any:
        """The first row, or None."""
        form = prepared.form(self._dialect)
        found = self._ask(form, values).fetchone()
        return None if found is None else prepared.row(form.read(found))

    def _ask(self, form: Form, values: Values) -> Any:
        return self._connection.execute(form.text, form.parameters(values), **form.options)


def within(session: Session) -> Reader:
    """Asks inside the session's transaction; what it has not flushed yet is not seen."""
    connection = session.connection()
    return Reader(connection.connection.dbapi_connection, connection.dialect)


def add_rows(session: Session, model: Any, rows: Sequence[Values]) -> None:
    """New rows of a model, each with the same columns; none is filled in for them.

    On PostgreSQL SQLAlchemy is quick at it, for it sends many rows in one statement.
    """
    if not rows:
        return
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        session.execute(insert(model.__table__), rows)
        return
    text, converts = _insertion(model.__table__, tuple(rows[0]), connection.dialect)
    columns = [
        [row[name] for row in rows] if convert is None else [convert(row[name]) for row in rows]
        for name, convert in converts
    ]
    driver: Any = connection.connection.dbapi_connection
    driver.executemany(text, zip(*columns, strict=True))


@cache
def _insertion(
    table: Table, names: tuple[str, ...], dialect: Dialect
) -> tuple[str, list[tuple[str, Convert | None]]]:
    places = ", ".join("?" * len(names))
    text = f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({places})"
    converts: list[tuple[str, Convert | None]] = [
        (name, table.c[name].type.dialect_impl(dialect).bind_processor(dialect)) for name in names
    ]
    return text, converts
