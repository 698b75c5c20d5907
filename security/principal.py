"""Who is calling, as far as a credential says it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Principal:
    """Handlers pass it on; only domain/access.py and domain/roles.py look inside."""

    user_id: str
    organization_id: str | None  # the one worked in; None only without any membership
    session_id: str | None = None  # None when an API token was sent
    signed_in_at: datetime | None = None
    scopes: frozenset[str] | None = None  # None: everything
    organization_only: bool = False
    token_expires_at: datetime | None = None
