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


class FromElsewhere(CsrfFailed):
    error = "This may only be followed from a page of SlugBase."
    message = "Send `POST /api/go/preferences` instead."


def token_for(cookie: str | None) -> str:
    """The browser's own token while it has one: a second tab must not spoil the first."""
    if cookie and _TOKEN.fullmatch(cookie):
        return cookie
    return secrets.token_hex(32)


def require_match(cookie: str | None, header: str | None) -> None:
    if not (cookie and header and hmac.compare_digest(cookie.encode(), header.encode())):
        raise CsrfFailed


def require_own_page(authorization: str | None, fetch_site: str | None) -> None:
    """For a GET that changes something: a link on another site must not do it.

    Browsers say where a request comes from (Fetch Metadata), and pages cannot change that.
    """
    if authorization is None and fetch_site not in ("same-origin", "none"):
        raise FromElsewhere
