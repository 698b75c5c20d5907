"""Library: bookmarks, folders, tags, shares, revisions.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

from models.base import UtcTime

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "bookmarks",
        sa.Column("organization_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("title", sa.String(length=500), nullable=False),
        sa.Column(
            "title_key",
            sa.String(length=255).with_variant(sa.String(length=255, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("url", sa.String(length=2048), nullable=False),
        sa.Column("url_hash", sa.String(length=64), nullable=False),
        sa.Column("slug", sa.String(length=255)),
        sa.Column("forwarding_enabled", sa.Boolean(), nullable=False),
        sa.Column("pinned", sa.Boolean(), nullable=False),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.Column("access_count", sa.Integer(), nullable=False),
        sa.Column("last_accessed_at", UtcTime(), nullable=False),
        sa.Column("updated_at", UtcTime(), nullable=False),
        sa.Column("updated_by", sa.String(length=36)),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("deleted_at", UtcTime()),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("fk_bookmarks_organization_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["updated_by"], ["users.id"], name=op.f("fk_bookmarks_updated_by"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_bookmarks_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("pk_bookmarks")),
    )
    op.create_index(
        "ix_bookmarks_by_title",
        "bookmarks",
        ["organization_id", "user_id", "title_key", "id"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_bookmarks_last_opened",
        "bookmarks",
        ["organization_id", "user_id", "last_accessed_at", "created_at", "id"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_bookmarks_most_used",
        "bookmarks",
        ["organization_id", "user_id", "access_count", "created_at", "id"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_bookmarks_newest",
        "bookmarks",
        ["organization_id", "user_id", "created_at", "id"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_bookmarks_pinned",
        "bookmarks",
        ["organization_id", "user_id", "created_at", "id"],
        unique=False,
        sqlite_where=sa.text("pinned AND deleted_at IS NULL"),
        postgresql_where=sa.text("pinned AND deleted_at IS NULL"),
    )
    op.create_index(
        "ix_bookmarks_trash",
        "bookmarks",
        ["organization_id", "user_id", "deleted_at", "id"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NOT NULL"),
        postgresql_where=sa.text("deleted_at IS NOT NULL"),
    )
    op.create_index(
        "ix_bookmarks_url", "bookmarks", ["organization_id", "url_hash", "user_id"], unique=False
    )
    op.create_index("ix_bookmarks_user_id", "bookmarks", ["user_id"], unique=False)
    op.create_table(
        "folders",
        sa.Column("organization_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("parent_id", sa.String(length=36)),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column(
            "name_key",
            sa.String(length=255).with_variant(sa.String(length=255, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("icon", sa.String(length=50)),
        sa.Column("updated_at", UtcTime(), nullable=False),
        sa.Column("updated_by", sa.String(length=36)),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("deleted_at", UtcTime()),
        sa.Column("deleted_with", sa.String(length=36)),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id", "parent_id"],
            ["folders.organization_id", "folders.id"],
            name=op.f("fk_folders_organization_id_parent_id"),
            ondelete="CASCADE",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("fk_folders_organization_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["updated_by"], ["users.id"], name=op.f("fk_folders_updated_by"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_folders_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("pk_folders")),
    )
    op.create_index(
        op.f("ix_folders_organization_id_parent_id"),
        "folders",
        ["organization_id", "parent_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_folders_organization_id_user_id_name_key"),
        "folders",
        ["organization_id", "user_id", "name_key"],
        unique=False,
    )
    op.create_index(op.f("ix_folders_user_id"), "folders", ["user_id"], unique=False)
    op.create_index(
        "uq_folders_name_at_top",
        "folders",
        ["organization_id", "user_id", "name"],
        unique=True,
        sqlite_where=sa.text("parent_id IS NULL AND deleted_at IS NULL"),
        postgresql_where=sa.text("parent_id IS NULL AND deleted_at IS NULL"),
    )
    op.create_index(
        "uq_folders_name_within",
        "folders",
        ["organization_id", "parent_id", "name"],
        unique=True,
        sqlite_where=sa.text("parent_id IS NOT NULL AND deleted_at IS NULL"),
        postgresql_where=sa.text("parent_id IS NOT NULL AND deleted_at IS NULL"),
    )
    op.create_table(
        "library_sizes",
        sa.Column("organization_id", sa.String(length=36), nullable=False),
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("bookmarks", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("fk_library_sizes_organization_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_library_sizes_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("organization_id", "user_id", name=op.f("pk_library_sizes")),
    )
    op.create_index(op.f("ix_library_sizes_user_id"), "library_sizes", ["user_id"], unique=False)
    op.create_table(
        "revisions",
        sa.Column("organization_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("item_id", sa.String(length=36), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("state", sa.JSON(), nullable=False),
        sa.Column("made_at", UtcTime(), nullable=False),
        sa.Column("made_by", sa.String(length=36)),
        sa.CheckConstraint("kind IN ('bookmark', 'folder')", name=op.f("ck_revisions_kind")),
        sa.ForeignKeyConstraint(
            ["made_by"], ["users.id"], name=op.f("fk_revisions_made_by"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("fk_revisions_organization_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "organization_id", "kind", "item_id", "version", name=op.f("pk_revisions")
        ),
    )
    op.create_index(op.f("ix_revisions_made_by"), "revisions", ["made_by"], unique=False)
    op.create_table(
        "tags",
        sa.Column("organization_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column(
            "name_key",
            sa.String(length=255).with_variant(sa.String(length=255, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("fk_tags_organization_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_tags_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("pk_tags")),
        sa.UniqueConstraint(
            "organization_id", "user_id", "name", name=op.f("uq_tags_organization_id_user_id_name")
        ),
    )
    op.create_index(
        op.f("ix_tags_organization_id_user_id_name_key"),
        "tags",
        ["organization_id", "user_id", "name_key"],
        unique=False,
    )
    op.create_index(op.f("ix_tags_user_id"), "tags", ["user_id"], unique=False)
    op.create_table(
        "bookmark_folders",
        sa.Column("organization_id", sa.String(length=36), nullable=False),
        sa.Column("bookmark_id", sa.String(length=36), nullable=False),
        sa.Column("folder_id", sa.String(length=36), nullable=False),
        sa.Column("bookmark_created_at", UtcTime(), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id", "bookmark_id"],
            ["bookmarks.organization_id", "bookmarks.id"],
            name=op.f("fk_bookmark_folders_organization_id_bookmark_id"),
            ondelete="CASCADE",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "folder_id"],
            ["folders.organization_id", "folders.id"],
            name=op.f("fk_bookmark_folders_organization_id_folder_id"),
            ondelete="CASCADE",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint(
            "organization_id", "bookmark_id", "folder_id", name=op.f("pk_bookmark_folders")
        ),
    )
    op.create_index(
        "ix_bookmark_folders_newest",
        "bookmark_folders",
        ["organization_id", "folder_id", "bookmark_created_at", "bookmark_id"],
        unique=False,
    )
    op.create_table(
        "bookmark_tags",
        sa.Column("organization_id", sa.String(length=36), nullable=False),
        sa.Column("bookmark_id", sa.String(length=36), nullable=False),
        sa.Column("tag_id", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id", "bookmark_id"],
            ["bookmarks.organization_id", "bookmarks.id"],
            name=op.f("fk_bookmark_tags_organization_id_bookmark_id"),
            ondelete="CASCADE",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "tag_id"],
            ["tags.organization_id", "tags.id"],
            name=op.f("fk_bookmark_tags_organization_id_tag_id"),
            ondelete="CASCADE",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint(
            "organization_id", "bookmark_id", "tag_id", name=op.f("pk_bookmark_tags")
        ),
    )
    op.create_index(
        op.f("ix_bookmark_tags_organization_id_tag_id_bookmark_id"),
        "bookmark_tags",
        ["organization_id", "tag_id", "bookmark_id"],
        unique=False,
    )
    op.create_table(
        "folder_ancestors",
        sa.Column("organization_id", sa.String(length=36), nullable=False),
        sa.Column("descendant_id", sa.String(length=36), nullable=False),
        sa.Column("ancestor_id", sa.String(length=36), nullable=False),
        sa.Column("distance", sa.Integer(), nullable=False),
        sa.CheckConstraint("distance BETWEEN 0 AND 9", name=op.f("ck_folder_ancestors_depth")),
        sa.ForeignKeyConstraint(
            ["organization_id", "ancestor_id"],
            ["folders.organization_id", "folders.id"],
            name=op.f("fk_folder_ancestors_organization_id_ancestor_id"),
            ondelete="CASCADE",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "descendant_id"],
            ["folders.organization_id", "folders.id"],
            name=op.f("fk_folder_ancestors_organization_id_descendant_id"),
            ondelete="CASCADE",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint(
            "organization_id", "descendant_id", "ancestor_id", name=op.f("pk_folder_ancestors")
        ),
    )
    op.create_index(
        op.f("ix_folder_ancestors_organization_id_ancestor_id_descendant_id"),
        "folder_ancestors",
        ["organization_id", "ancestor_id", "descendant_id"],
        unique=False,
    )
    op.create_table(
        "shares",
        sa.Column("organization_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("bookmark_id", sa.String(length=36)),
        sa.Column("folder_id", sa.String(length=36)),
        sa.Column("user_id", sa.String(length=36)),
        sa.Column("team_id", sa.String(length=36)),
        sa.Column("access", sa.String(length=255), nullable=False),
        sa.Column("expires_at", UtcTime()),
        sa.Column("shared_by", sa.String(length=36)),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.CheckConstraint("access IN ('read', 'write')", name=op.f("ck_shares_access")),
        sa.CheckConstraint(
            "(bookmark_id IS NULL) <> (folder_id IS NULL)", name=op.f("ck_shares_item")
        ),
        sa.CheckConstraint(
            "(user_id IS NULL) <> (team_id IS NULL)", name=op.f("ck_shares_grantee")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "bookmark_id"],
            ["bookmarks.organization_id", "bookmarks.id"],
            name=op.f("fk_shares_organization_id_bookmark_id"),
            ondelete="CASCADE",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "folder_id"],
            ["folders.organization_id", "folders.id"],
            name=op.f("fk_shares_organization_id_folder_id"),
            ondelete="CASCADE",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "team_id"],
            ["teams.organization_id", "teams.id"],
            name=op.f("fk_shares_organization_id_team_id"),
            ondelete="CASCADE",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "user_id"],
            ["memberships.organization_id", "memberships.user_id"],
            name=op.f("fk_shares_organization_id_user_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["shared_by"], ["users.id"], name=op.f("fk_shares_shared_by"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("pk_shares")),
    )
    op.create_index(
        op.f("ix_shares_organization_id_bookmark_id"),
        "shares",
        ["organization_id", "bookmark_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_shares_organization_id_folder_id"),
        "shares",
        ["organization_id", "folder_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_shares_organization_id_shared_by"),
        "shares",
        ["organization_id", "shared_by"],
        unique=False,
    )
    op.create_index(op.f("ix_shares_shared_by"), "shares", ["shared_by"], unique=False)
    op.create_index(
        "uq_shares_team_id_bookmark_id",
        "shares",
        ["organization_id", "team_id", "bookmark_id"],
        unique=True,
        sqlite_where=sa.text("team_id IS NOT NULL AND bookmark_id IS NOT NULL"),
        postgresql_where=sa.text("team_id IS NOT NULL AND bookmark_id IS NOT NULL"),
    )
    op.create_index(
        "uq_shares_team_id_folder_id",
        "shares",
        ["organization_id", "team_id", "folder_id"],
        unique=True,
        sqlite_where=sa.text("team_id IS NOT NULL AND folder_id IS NOT NULL"),
        postgresql_where=sa.text("team_id IS NOT NULL AND folder_id IS NOT NULL"),
    )
    op.create_index(
        "uq_shares_user_id_bookmark_id",
        "shares",
        ["organization_id", "user_id", "bookmark_id"],
        unique=True,
        sqlite_where=sa.text("user_id IS NOT NULL AND bookmark_id IS NOT NULL"),
        postgresql_where=sa.text("user_id IS NOT NULL AND bookmark_id IS NOT NULL"),
    )
    op.create_index(
        "uq_shares_user_id_folder_id",
        "shares",
        ["organization_id", "user_id", "folder_id"],
        unique=True,
        sqlite_where=sa.text("user_id IS NOT NULL AND folder_id IS NOT NULL"),
        postgresql_where=sa.text("user_id IS NOT NULL AND folder_id IS NOT NULL"),
    )
    op.create_table(
        "slug_preferences",
        sa.Column("organization_id", sa.String(length=36), nullable=False),
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("slug", sa.String(length=255), nullable=False),
        sa.Column("bookmark_id", sa.String(length=36), nullable=False),
        sa.Column("updated_at", UtcTime(), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id", "bookmark_id"],
            ["bookmarks.organization_id", "bookmarks.id"],
            name=op.f("fk_slug_preferences_organization_id_bookmark_id"),
            ondelete="CASCADE",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_slug_preferences_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint(
            "organization_id", "user_id", "slug", name=op.f("pk_slug_preferences")
        ),
    )
    op.create_index(
        op.f("ix_slug_preferences_organization_id_bookmark_id"),
        "slug_preferences",
        ["organization_id", "bookmark_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_slug_preferences_user_id"), "slug_preferences", ["user_id"], unique=False
    )
    op.create_table(
        "slugs",
        sa.Column("organization_id", sa.String(length=36), nullable=False),
        sa.Column("slug", sa.String(length=255), nullable=False),
        sa.Column(
            "folded",
            sa.String(length=255).with_variant(sa.String(length=255, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("bookmark_id", sa.String(length=36), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id", "bookmark_id"],
            ["bookmarks.organization_id", "bookmarks.id"],
            name=op.f("fk_slugs_organization_id_bookmark_id"),
            ondelete="CASCADE",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("organization_id", "slug", name=op.f("pk_slugs")),
    )
    op.create_index(
        op.f("ix_slugs_organization_id_bookmark_id"),
        "slugs",
        ["organization_id", "bookmark_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_slugs_organization_id_folded"),
        "slugs",
        ["organization_id", "folded"],
        unique=False,
    )


def downgrade() -> None:
    op.drop_table("slugs")
    op.drop_table("slug_preferences")
    op.drop_table("shares")
    op.drop_table("folder_ancestors")
    op.drop_table("bookmark_tags")
    op.drop_table("bookmark_folders")
    op.drop_table("tags")
    op.drop_table("revisions")
    op.drop_table("library_sizes")
    op.drop_table("folders")
    op.drop_table("bookmarks")
