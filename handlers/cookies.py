"""The cookies we set."""

from typing import Any

import config
from domain.sessions import LIFETIME
from handlers import shapes
from models import User, UserSession
from security import access_tokens


def token(access_token: str) -> dict[str, str]:
    """Lax: a go-link clicked in a mail or a chat must arrive signed in."""
    return _set("token", access_token, int(LIFETIME.total_seconds()), "HttpOnly; SameSite=Lax")


def sign_in(person: User, session: UserSession) -> tuple[dict[str, Any], int, dict[str, str]]:
    """The answer to whoever has just been signed in, with the cookie that keeps them so."""
    access_token = access_tokens.sign(person.id, session.id, session.expires_at)
    return shapes.signed_in(person, session, access_token), 200, token(access_token)


def no_token() -> dict[str, str]:
    return _set("token", "", 0, "HttpOnly; SameSite=Lax")


def csrf(csrf_token: str) -> dict[str, str]:
    return _set("_csrf", csrf_token, 24 * 60 * 60, "HttpOnly; SameSite=Strict")


def _set(name: str, value: str, seconds: int, attributes: str) -> dict[str, str]:
    secure = "; Secure" if config.settings().is_https else ""
    return {"Set-Cookie": f"{name}={value}; Path=/; Max-Age={seconds}; {attributes}{secure}"}
