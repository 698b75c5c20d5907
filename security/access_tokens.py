"""The access token: a signed statement of which session a request belongs to."""

import hashlib
from datetime import datetime
from functools import cache, lru_cache
from typing import Any, NamedTuple

import jwt

import clock
import config
from errors import Unauthorized

ALGORITHM = "HS256"
ISSUER = AUDIENCE = "slugbase"


class Claims(NamedTuple):
    user_id: str
    session_id: str


@cache
def _keys() -> dict[str, str]:
    """By key id, newest first: the first signs, all verify, so a key can be rotated out."""
    keys = config.settings().signing_keys()
    return {hashlib.sha256(key.encode()).hexdigest()[:16]: key for key in keys}


def sign(user_id: str, session_id: str, expires_at: datetime) -> str:
    key_id, key = next(iter(_keys().items()))
    claims = {
        "sub": user_id,
        "sid": session_id,
        "iat": int(clock.now().timestamp()),
        "exp": int(expires_at.timestamp()),
        "iss": ISSUER,
        "aud": AUDIENCE,
    }
    return jwt.encode(claims, key, ALGORITHM, headers={"kid": key_id})


def verify(token: str) -> Claims:
    """Whose token this is, or `Unauthorized`."""
    try:
        claims = _signed_claims(token)
    except jwt.PyJWTError:
        raise Unauthorized from None
    if claims["exp"] <= clock.now().timestamp():
        raise Unauthorized
    return Claims(claims["sub"], claims["sid"])


@lru_cache(maxsize=4096)
def _signed_claims(token: str) -> dict[str, Any]:
    """What a token says never changes, so its signature is checked once; its expiry every time."""
    key = _keys().get(jwt.get_unverified_header(token).get("kid", ""))
    if key is None:
        raise jwt.InvalidKeyError("unknown key id")
    claims: dict[str, Any] = jwt.decode(
        token,
        key,
        [ALGORITHM],
        audience=AUDIENCE,
        issuer=ISSUER,
        options={
            "require": ["sub", "sid", "iat", "exp", "iss", "aud"],
            "verify_exp": False,
            "verify_iat": False,
        },
    )
    if not (isinstance(claims["exp"], int) and isinstance(claims["sid"], str)):
        raise jwt.InvalidTokenError("claims of the wrong type")
    return claims
