"""Parts of titles, URLs and slugs are found by their trigrams, where PostgreSQL has pg_trgm.

Revision ID: 0011
Revises: 0010
"""

from alembic import op

revision = "0011"
down_revision = "0010"

# Without the extension, or the right to use it, lists are only slower.
TRIGRAMS = """
    DO $$ BEGIN
        CREATE EXTENSION IF NOT EXISTS pg_trgm;
        CREATE INDEX bookmarks_plain_words ON bookmarks USING gin (
            title_key gin_trgm_ops,
            lower((title || ' ' || url || ' ' || coalesce(slug, '')) COLLATE "C") gin_trgm_ops
        ) WHERE deleted_at IS NULL;
    EXCEPTION WHEN undefined_file OR feature_not_supported OR insufficient_privilege THEN
        RAISE NOTICE 'No pg_trgm: parts of words are looked for in one bookmark after the other.';
    END $$
"""


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(TRIGRAMS)


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP INDEX IF EXISTS bookmarks_plain_words")
