"""API tokens: what a program signs in with."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

import clock
from domain import access
from errors import Forbidden, Invalid, NotFound
from models import ApiToken, Membership
from models.api_token import SLOTS
from security.principal import Principal
from security.tokens import new_secret


class TokenLimit(Invalid):
    code = "TOKEN_LIMIT"
    error = f"You already have {SLOTS} API tokens in this organization."
    message = "Revoke one first."


class ScopeExceeded(Forbidden):
    code = "SCOPE_EXCEEDED"
    error = "A token cannot make one that may do more, or lives longer, than itself."
    message = "Ask for less, or sign in."


def live(session: Session, user: Principal) -> Sequence[ApiToken]:
    organization, _ = access.current_organization(session, user)
    return session.scalars(
        select(ApiToken)
        .where(
            ApiToken.organization_id == organization.id,
            ApiToken.user_id == user.user_id,
            ApiToken.slot.is_not(None),
            (ApiToken.expires_at.is_(None)) | (ApiToken.expires_at > clock.now()),
        )
        .order_by(ApiToken.id.desc())
    ).all()


def create(
    session: Session,
    user: Principal,
    name: str,
    scopes: Sequence[str] | None,
    expires_in_days: int | None,
    organization_only: bool,
) -> tuple[ApiToken, str]:
    """The token and its secret, which is nowhere else."""
    # One at a time looks for a free slot.
    organization, membership = access.current_organization(session, user, lock=True)
    now = clock.now()
    secret, token_hash = new_secret("sb_")
    token = ApiToken(
        organization_id=organization.id,
        user_id=user.user_id,
        name=name.strip(),
        token_hash=token_hash,
        scopes=None if scopes is None else " ".join(sorted(scopes)),
        organization_only=organization_only,
        expires_at=None if expires_in_days is None else now + timedelta(days=expires_in_days),
        created_at=now,
    )
    _require_within(user, token)
    token.slot = _free_slot(session, membership)
    session.add(token)
    session.flush()  # the caller shows the id
    return token, secret


def revoke(session: Session, user: Principal, token_id: str) -> None:
    token = session.get(ApiToken, token_id)
    if token is None or token.user_id != user.user_id:
        raise NotFound
    if user.organization_only and token.organization_id != user.organization_id:
        raise NotFound
    if token.revoked_at is None:
        token.revoked_at = clock.now()
        token.slot = None


def _require_within(user: Principal, token: ApiToken) -> None:
    wanted = None if token.scopes is None else set(token.scopes.split())
    wider = user.scopes is not None and (wanted is None or not wanted <= user.scopes)
    unbound = user.organization_only and not token.organization_only
    longer = user.token_expires_at is not None and (
        token.expires_at is None or token.expires_at > user.token_expires_at
    )
    if wider or unbound or longer:
        raise ScopeExceeded


def _free_slot(session: Session, membership: Membership) -> int:
    """The limit holds in the database; here we find out before it would refuse."""
    held = session.scalars(
        select(ApiToken).where(
            ApiToken.organization_id == membership.organization_id,
            ApiToken.user_id == membership.user_id,
            ApiToken.slot.is_not(None),
        )
    ).all()
    now = clock.now()
    for token in held:
        if token.expires_at is not None and token.expires_at <= now:
            token.slot = None
    session.flush()  # slots of expired tokens are free before one is taken again
    free = set(range(1, SLOTS + 1)) - {token.slot for token in held}
    if not free:
        raise TokenLimit
    return min(free)
