"""People, the sessions they are signed in with, and the links mailed to them."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Created, Id, new_id


class User(Created, Base):
    __tablename__ = "users"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    email: Mapped[str] = mapped_column(unique=True)  # lower case
    name: Mapped[str]
    user_key: Mapped[str] = mapped_column(unique=True)
    password_hash: Mapped[str | None]
    is_admin: Mapped[bool] = mapped_column(default=False)
    email_verified_at: Mapped[datetime | None]
    language: Mapped[str] = mapped_column(default="en")
    theme: Mapped[str] = mapped_column(default="auto")
    ai_suggestions_enabled: Mapped[bool] = mapped_column(default=True)
    mfa_enrolled_at: Mapped[datetime | None]
    email_pending: Mapped[str | None]
    oidc_provider: Mapped[str | None]
    oidc_sub: Mapped[str | None]


class UserSession(Created, Base):
    """One sign-in. Read on every request, so that ending it takes effect at once."""

    __tablename__ = "sessions"
    __table_args__ = (Index(None, "user_id"), Index(None, "expires_at"))

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    organization_id: Mapped[str | None] = mapped_column(
        ForeignKey("organizations.id", ondelete="SET NULL")
    )
    signed_in_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    user_agent: Mapped[str | None]


class EmailToken(Created, Base):
    """A link mailed to prove that an address is the person's own. Only its hash is kept."""

    __tablename__ = "email_tokens"
    __table_args__ = (Index(None, "user_id"), Index(None, "expires_at"))

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    token_hash: Mapped[str] = mapped_column(unique=True)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Installation(Created, Base):
    """At most one row: this installation has had its first account, so setup is over for good."""

    __tablename__ = "installations"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=1)
