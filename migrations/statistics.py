"""What SQLite is told of the tables, so that it plans for large organizations from the start.

Every index of the library begins with `organization_id`. Without statistics SQLite takes that for
nearly unique and reads all of an organization where it should look for one bookmark.
"""

from collections.abc import Iterator

from sqlalchemy import Connection

_ROWS = {
    "bookmark_folders": 1_000_000,
    "bookmark_tags": 1_000_000,
    "bookmarks": 1_000_000,
    "revisions": 1_000_000,
    "shares": 1_000_000,
    "slugs": 1_000_000,
}
_OTHERS = 100_000
# How many different ones there are in an organization; of what is not named, no two are equal.
_DIFFERENT = {
    "organization_id": 1,
    "shared_by": 1_000,
    "user_id": 1_000,
    "folder_id": 10_000,
    "tag_id": 10_000,
    "team_id": 1_000,
}
# What is not of the library is spread over organizations.
_OF_OTHERS = {"organization_id": 1_000}
# A table that is its own index is known by its own name.
_INDEXES = """
    SELECT tables.name, indexes.name, coalesce(named.name, tables.name)
    FROM sqlite_schema AS tables, pragma_index_list(tables.name) AS indexes
    LEFT JOIN sqlite_schema AS named ON named.name = indexes.name
    WHERE tables.type = 'table'
"""


def estimate(connection: Connection) -> None:
    """In place of whatever was counted before: plans should not depend on the day of a count."""
    connection.exec_driver_sql("ANALYZE sqlite_schema")  # makes the table, where there is none
    connection.exec_driver_sql("DELETE FROM sqlite_stat1")
    for table, index, known_as in connection.exec_driver_sql(_INDEXES).all():
        columns = connection.exec_driver_sql("SELECT name FROM pragma_index_info(?)", (index,))
        rows = _ROWS.get(table, _OTHERS)
        different = _DIFFERENT if table in _ROWS else _DIFFERENT | _OF_OTHERS
        numbers = [rows, *_averages(rows, columns.scalars().all(), different)]
        connection.exec_driver_sql(
            "INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES (?, ?, ?)",
            (table, known_as, " ".join(map(str, numbers))),
        )
    connection.exec_driver_sql("ANALYZE sqlite_schema")  # reads them


def _averages(rows: int, columns: list[str], different: dict[str, int]) -> Iterator[int]:
    """How many rows are left when the first columns are known."""
    for column in columns:
        rows = max(1, rows // different.get(column, rows))
        yield rows
