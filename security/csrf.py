"""Double submit: a site that rides on the browser's cookies cannot read one to repeat it."""

import hmac
import re
import secrets

from errors import Forbidden

COOKIE, HEADER = "_csrf", "X-CSRF-Token"
_TOKEN = re.compile(r"[0-9a-f]{64}")


class CsrfFailed(Forbidden):
    code = "CSRF_FAILED"
    error = "The CSRF token is missing or wrong."
    message = "Get one from /api/csrf-token and send it as `X-CSRF-Token`."


def token_for(cookie: str | None) -> str:
    """The browser's own token while it has one: a second tab must not spoil the first."""
    if cookie and _TOKEN.fullmatch(cookie):
        return cookie
    return secrets.token_hex(32)


def require_match(cookie: str | None, header: str | None) -> None:
    if not (cookie and header and hmac.compare_digest(cookie.encode(), header.encode())):
        raise CsrfFailed
