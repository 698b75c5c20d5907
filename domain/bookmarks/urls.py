"""When two URLs lead to the same page, as far as one can tell without going there."""

import hashlib
import re
import unicodedata
from urllib.parse import parse_qsl, quote, unquote_to_bytes, urlencode, urlsplit, urlunsplit

# Say where a visitor came from, not what is shown.
_TRACKING = {
    "_ga",
    "_gl",
    "_hsenc",
    "_hsmi",
    "dclid",
    "fbclid",
    "gbraid",
    "gclid",
    "gclsrc",
    "igsh",
    "igshid",
    "li_fat_id",
    "mc_cid",
    "mc_eid",
    "mkt_tok",
    "msclkid",
    "oly_anon_id",
    "oly_enc_id",
    "srsltid",
    "ttclid",
    "twclid",
    "vero_id",
    "wbraid",
    "yclid",
}
_NEVER_IN_A_HOST = re.compile(r'[\s\\<>^`|"]')
# What most URLs are, and nothing has to be done to.
_PLAIN = re.compile(r"https?://(?:www\.)?+([a-z0-9-]+(?:\.[a-z0-9-]+)+(?:/[A-Za-z0-9._~-]+)*)/*")
_PORTS = {"http": 80, "https": 443}
_UNQUOTED = ":@!$&'()*+,;=~-._"
_BYTES = "surrogateescape"  # keeps apart what is no UTF-8


def normalized(url: str) -> str:
    """https for http, the host in lower case, no default port, no tracking, no trailing slash, and
    the parameters by name; those of one name keep their order.

    A fragment stays where it is a path of its own, as in `#/inbox` and `#!inbox`. A ValueError says
    that no browser goes there.
    """
    if plain := _PLAIN.fullmatch(url):
        return f"https://{plain[1]}"
    parts = urlsplit(url.strip())
    if _NEVER_IN_A_HOST.search(parts.netloc):
        raise ValueError(url)
    port = "" if parts.port in (None, _PORTS.get(parts.scheme.lower())) else f":{parts.port}"
    # A slash that is written as %2F parts nothing.
    steps = (quote(unquote_to_bytes(step), safe=_UNQUOTED) for step in parts.path.split("/"))
    fragment = parts.fragment if parts.fragment.startswith(("/", "!")) else ""
    host, path = _host(parts.hostname or ""), "/".join(steps).rstrip("/")
    return urlunsplit(("https", host + port, path, _query(parts.query), fragment))


def fingerprint(url: str) -> str:
    """SHA-256 of the normalised URL, in hexadecimal."""
    return hashlib.sha256(normalized(url).encode()).hexdigest()


def _host(name: str) -> str:
    """As it stands in the DNS."""
    labels = unicodedata.normalize("NFKC", name).removeprefix("www.").rstrip(".").split(".")
    return ".".join(
        label if label.isascii() else "xn--" + label.encode("punycode").decode() for label in labels
    )


def _query(given: str) -> str:
    pairs = parse_qsl(given, keep_blank_values=True, errors=_BYTES)
    told = [pair for pair in pairs if not _is_tracking(pair[0])]
    return urlencode(sorted(told, key=lambda pair: pair[0]), errors=_BYTES)


def _is_tracking(name: str) -> bool:
    return name.lower().startswith("utm_") or name.lower() in _TRACKING
