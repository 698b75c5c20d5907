"""The newest bookmarks of a tag without reading all of them; on SQLite links are their own index.

Revision ID: 0010
Revises: 0009
"""

import sqlalchemy as sa
from alembic import op

from models.base import UtcTime

revision = "0010"
down_revision = "0009"

BY_TAG = "ix_bookmark_tags_organization_id_tag_id_bookmark_id"
NEWEST = "ix_bookmark_tags_newest"
FILL = """
    UPDATE {table} SET {column} = (
        SELECT created_at FROM bookmarks
        WHERE bookmarks.organization_id = {table}.organization_id
        AND bookmarks.id = {table}.bookmark_id
    )
"""


def upgrade() -> None:
    _add("bookmark_tags", "bookmark_created_at", {"sqlite_with_rowid": False})
    op.drop_index(BY_TAG, "bookmark_tags")
    columns = ["organization_id", "tag_id", "bookmark_created_at", "bookmark_id"]
    op.create_index(NEWEST, "bookmark_tags", columns)
    kind = {"sqlite_with_rowid": False}
    with op.batch_alter_table("bookmark_folders", table_kwargs=kind) as batch:
        batch.drop_column("created_at")


def downgrade() -> None:
    _add("bookmark_folders", "created_at", {"sqlite_with_rowid": True})
    op.drop_index(NEWEST, "bookmark_tags")
    kind = {"sqlite_with_rowid": True}
    with op.batch_alter_table("bookmark_tags", table_kwargs=kind) as batch:
        batch.drop_column("bookmark_created_at")
    op.create_index(BY_TAG, "bookmark_tags", ["organization_id", "tag_id", "bookmark_id"])


def _add(table: str, column: str, kind: dict[str, bool]) -> None:
    op.add_column(table, sa.Column(column, UtcTime(), nullable=True))
    op.execute(FILL.format(table=table, column=column))
    with op.batch_alter_table(table, table_kwargs=kind) as batch:
        batch.alter_column(column, existing_type=UtcTime(), nullable=False)
