"""When two URLs lead to the same page, as far as one can tell without going there."""

import hashlib
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit, urlunsplit

# Says where a visitor came from, not what is shown.
_TRACKING = {"fbclid", "gclid", "dclid", "msclkid", "mc_cid", "mc_eid", "igshid", "yclid", "_ga"}
_PORTS = {"http": 80, "https": 443}


def normalized(url: str) -> str:
    """https for http, the host in lower case, no default port, no tracking, no trailing slash.

    A fragment stays where it is a path of its own, as in `#/inbox` and `#!inbox`.
    """
    parts = urlsplit(url.strip())
    host = (parts.hostname or "").removeprefix("www.").rstrip(".")
    port = "" if parts.port in (None, _PORTS.get(parts.scheme.lower())) else f":{parts.port}"
    path = quote(unquote(parts.path), safe="/:@!$&'()*+,;=~-._").rstrip("/")
    query = urlencode([pair for pair in parse_qsl(parts.query, True) if not _is_tracking(pair[0])])
    fragment = parts.fragment if parts.fragment.startswith(("/", "!")) else ""
    return urlunsplit(("https", host + port, path, query, fragment))


def fingerprint(url: str) -> str:
    """SHA-256 of the normalised URL, in hexadecimal."""
    return hashlib.sha256(normalized(url).encode()).hexdigest()


def _is_tracking(name: str) -> bool:
    return name.lower().startswith("utm_") or name.lower() in _TRACKING
