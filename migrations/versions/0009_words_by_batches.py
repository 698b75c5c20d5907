"""New words are indexed many at a time, not by a trigger; no search asks for an organization's.

Revision ID: 0009
Revises: 0008
"""

from alembic import op

revision = "0009"
down_revision = "0008"

INDEX = "ix_bookmark_words_organization_id_number"


def upgrade() -> None:
    op.drop_index(INDEX, "bookmark_words")
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER bookmark_words_added")


def downgrade() -> None:
    op.create_index(INDEX, "bookmark_words", ["organization_id", "number"])
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            """
            CREATE TRIGGER bookmark_words_added AFTER INSERT ON bookmark_words BEGIN
                INSERT INTO bookmark_search (rowid, title, address, notes, places)
                VALUES (new.number, new.title, new.address, new.notes, new.places);
            END
            """
        )
