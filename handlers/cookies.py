"""The cookies we set."""

import config
from domain.sessions import LIFETIME


def token(access_token: str) -> dict[str, str]:
    """Lax: a go-link clicked in a mail or a chat must arrive signed in."""
    return _set("token", access_token, int(LIFETIME.total_seconds()), "HttpOnly; SameSite=Lax")


def no_token() -> dict[str, str]:
    return _set("token", "", 0, "HttpOnly; SameSite=Lax")


def csrf(csrf_token: str) -> dict[str, str]:
    return _set("_csrf", csrf_token, 24 * 60 * 60, "HttpOnly; SameSite=Strict")


def _set(name: str, value: str, seconds: int, attributes: str) -> dict[str, str]:
    secure = "; Secure" if config.settings().is_https else ""
    return {"Set-Cookie": f"{name}={value}; Path=/; Max-Age={seconds}; {attributes}{secure}"}
