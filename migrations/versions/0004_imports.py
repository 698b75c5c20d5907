"""Imports of files.

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

from models.base import UtcTime

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "imports",
        sa.Column("organization_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("format", sa.String(length=20), nullable=False),
        sa.Column("syntax", sa.String(length=20), nullable=False),
        sa.Column("encoding", sa.String(length=50), nullable=False),
        sa.Column("on_duplicate", sa.String(length=20), nullable=False),
        sa.Column("folder_id", sa.String(length=36)),
        sa.Column("dry_run", sa.Boolean(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("rows_total", sa.Integer()),
        sa.Column("items_taken", sa.Integer(), nullable=False),
        sa.Column("created", sa.Integer(), nullable=False),
        sa.Column("merged", sa.Integer(), nullable=False),
        sa.Column("skipped", sa.Integer(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("started_at", UtcTime()),
        sa.Column("finished_at", UtcTime()),
        sa.Column("cancelled", sa.Boolean(), nullable=False),
        sa.Column("error_code", sa.String(length=255)),
        sa.Column("error", sa.String(length=500)),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("claimed_by", sa.String(length=255)),
        sa.Column("claimed_until", UtcTime()),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("fk_imports_organization_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_imports_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("pk_imports")),
    )
    op.create_index(
        op.f("ix_imports_finished_at_created_at"),
        "imports",
        ["finished_at", "created_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_imports_organization_id_user_id_created_at_id"),
        "imports",
        ["organization_id", "user_id", "created_at", "id"],
        unique=False,
    )
    op.create_index(op.f("ix_imports_user_id"), "imports", ["user_id"], unique=False)
    op.create_table(
        "import_pieces",
        sa.Column("organization_id", sa.String(length=36), nullable=False),
        sa.Column("import_id", sa.String(length=36), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id", "import_id"],
            ["imports.organization_id", "imports.id"],
            name=op.f("fk_import_pieces_organization_id_import_id"),
            ondelete="CASCADE",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint(
            "organization_id", "import_id", "position", name=op.f("pk_import_pieces")
        ),
    )
    op.create_table(
        "import_rows",
        sa.Column("organization_id", sa.String(length=36), nullable=False),
        sa.Column("import_id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("url", sa.String(length=255), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=255)),
        sa.Column("bookmark_id", sa.String(length=36)),
        sa.ForeignKeyConstraint(
            ["organization_id", "import_id"],
            ["imports.organization_id", "imports.id"],
            name=op.f("fk_import_rows_organization_id_import_id"),
            ondelete="CASCADE",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint(
            "organization_id", "import_id", "number", name=op.f("pk_import_rows")
        ),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("import_rows")
    op.drop_table("import_pieces")
    op.drop_table("imports")
