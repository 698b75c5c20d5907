"""How many live bookmarks have each tag.

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

COUNT = """
    UPDATE tags SET bookmarks = (
        SELECT count(*) FROM bookmark_tags
        JOIN bookmarks ON bookmarks.organization_id = bookmark_tags.organization_id
            AND bookmarks.id = bookmark_tags.bookmark_id
        WHERE bookmark_tags.organization_id = tags.organization_id
            AND bookmark_tags.tag_id = tags.id AND bookmarks.deleted_at IS NULL
    )
"""


def upgrade() -> None:
    op.add_column("tags", sa.Column("bookmarks", sa.Integer(), nullable=False, server_default="0"))
    op.execute(COUNT)


def downgrade() -> None:
    op.drop_column("tags", "bookmarks")
