"""The security functions openapi.yaml names: from a credential to the Principal."""

import hmac
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from types import MappingProxyType
from typing import Any

from sqlalchemy import bindparam, or_, select, update

import clock
import config
import db
from contract.current import document
from contract.document import Operation
from contract.workers import Workers
from errors import Forbidden, Unauthorized
from models import ApiToken, Membership, UserSession
from prepared import Prepared
from security import access_tokens, caller, csrf
from security.principal import Principal
from security.tokens import hash_secret

USED_RESOLUTION = timedelta(minutes=1)
DELETE_COOKIE = "token=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax"

# The session, and where it works: the organization chosen in it, else the oldest membership.
_SESSION = Prepared(
    select(UserSession.user_id, UserSession.signed_in_at, Membership.organization_id)
    .outerjoin(Membership, Membership.user_id == UserSession.user_id)
    .where(
        UserSession.id == bindparam("id"),
        UserSession.user_id == bindparam("user_id"),
        UserSession.ended_at.is_(None),
        UserSession.expires_at > bindparam("now"),
    )
    .order_by(
        (Membership.organization_id == UserSession.organization_id).desc().nulls_last(),
        Membership.joined_at,
        Membership.organization_id,
    )
    .limit(1)
)
_TOKEN = Prepared(
    select(
        ApiToken.id,
        ApiToken.user_id,
        ApiToken.organization_id,
        ApiToken.scopes,
        ApiToken.organization_only,
        ApiToken.expires_at,
        ApiToken.last_used_at,
    ).where(
        ApiToken.token_hash == bindparam("hash"),
        ApiToken.revoked_at.is_(None),
        or_(ApiToken.expires_at.is_(None), ApiToken.expires_at > bindparam("now")),
    )
)

# Few: each asks one short question.
_workers = Workers(8)


class CookieInvalid(Unauthorized):
    code = "COOKIE_INVALID"
    error = "The cookie `token` is not valid any more."
    message = "The cookie has been deleted; sign in again, or send the Bearer token alone."
    headers = MappingProxyType({**Unauthorized.headers, "Set-Cookie": DELETE_COOKIE})


class ScopeMissing(Forbidden):
    code = "SCOPE_MISSING"
    error = "This token does not carry the scope the operation needs."
    message = "Make a token with the scope named in `scope`."


async def bearer(token: str) -> dict[str, Principal]:
    if token.startswith("sb_"):
        principal = await _of_api_token(token)
        _require_scope(principal, _operation())
    else:
        principal = await _of_access_token(token)
    beside = caller.cookie("token")
    if beside and beside != token and not _operation().anonymous:
        await _of_cookie(beside)
    return {"sub": principal}


async def cookie(token: str) -> dict[str, Principal]:
    principal = await _of_cookie(token)
    if (caller.header("authorization") or "").lower().startswith("bearer "):
        raise Unauthorized  # a Bearer token is tried before the cookie, so it was refused
    if _operation().csrf:
        csrf.require_match(caller.cookie(csrf.COOKIE), caller.header(csrf.HEADER))
    return {"sub": principal}


async def metrics(token: str) -> dict[str, None]:
    secret = config.settings().metrics_secret.get_secret_value()
    if not secret or not hmac.compare_digest(secret.encode(), token.encode()):
        raise Unauthorized
    return {"sub": None}


def _operation() -> Operation:
    return document().of(caller.handler_path())


def _require_scope(principal: Principal, operation: Operation) -> None:
    wanted = operation.scope
    if wanted != "none" and principal.scopes is not None and wanted not in principal.scopes:
        raise ScopeMissing(scope=wanted)


async def _of_cookie(token: str) -> Principal:
    try:
        return await _of_access_token(token)
    except Unauthorized:
        raise CookieInvalid from None


async def _of_access_token(token: str) -> Principal:
    claims = access_tokens.verify(token)
    principal: Principal = await _look_up(_live_session, claims)
    return principal


async def _of_api_token(token: str) -> Principal:
    found = await _look_up(_live_api_token, hash_secret(token))
    if found.last_used_at is None or found.last_used_at <= clock.now() - USED_RESOLUTION:
        await _workers.run(partial(_note_use, found.id))
    return Principal(
        found.user_id,
        found.organization_id,
        scopes=None if found.scopes is None else frozenset(found.scopes.split()),
        organization_only=found.organization_only,
        token_expires_at=found.expires_at,
    )


async def _look_up(read: Callable[[Any], Any], key: Any) -> Any:
    """Connexion calls us on the event loop. One indexed read of SQLite is shorter than the way to
    a thread and back; a round trip to PostgreSQL would hold up every other request.
    """
    if db.engine().dialect.name == "sqlite":
        return read(key)
    return await _workers.run(partial(read, key))


def _live_session(claims: access_tokens.Claims) -> Principal:
    with db.quick() as read:
        found = read.row(_SESSION, id=claims.session_id, user_id=claims.user_id, now=clock.now())
    if found is None:
        raise Unauthorized
    return Principal(found.user_id, found.organization_id, claims.session_id, found.signed_in_at)


def _live_api_token(token_hash: str) -> Any:
    with db.quick() as read:
        found = read.row(_TOKEN, hash=token_hash, now=clock.now())
    if found is None:
        raise Unauthorized
    return found


def _note_use(token_id: str) -> None:
    """In its own transaction: it stands whatever becomes of the request."""
    now = clock.now()
    stale = or_(ApiToken.last_used_at.is_(None), ApiToken.last_used_at <= now - USED_RESOLUTION)
    with db.transaction() as session:
        session.execute(
            update(ApiToken).where(ApiToken.id == token_id, stale).values(last_used_at=now)
        )
