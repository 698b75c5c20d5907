"""Where a go-link leads: its URL, with the arguments of the request put in their places.

`{1}` to `{9}` stand for one argument each, `{*}` or `%s` for all that are left; `{1|open}` says
what stands there when the argument is missing. Arguments that no place takes are appended to the
path, and the query of the request goes into the query of the URL.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import SplitResult, quote, unquote, unquote_plus, urlsplit, urlunsplit

from errors import Invalid

PLACE = re.compile(r"%s|\{([1-9]|\*)(?:\|([^{}?#]*))?\}")
LONGEST = 8192
# What a URL may hold as it is; everything else is percent-encoded, line breaks included.
PLAIN = "%!$&'()*+,;=:@/?#[]~-._"


class TargetInvalid(Invalid):
    code = "TARGET_INVALID"
    error = "The URL of this link cannot be gone to."
    message = "It must begin with http:// or https://, and arguments must stand behind the host."


class ArgumentMissing(Invalid):
    code = "ARGUMENT_MISSING"
    error = "This link needs an argument."
    message = "Call it as `pattern` shows."


class ArgumentInvalid(Invalid):
    code = "ARGUMENT_INVALID"
    error = "This link cannot be followed with these arguments."
    message = "An argument may not be `.` or `..`, and the whole URL has at most 8192 characters."


def require_sound(url: str) -> None:
    """Refuse a URL whose arguments could change where it leads to, or that is not of the web."""
    _split(url)


def pattern(slug: str, url: str) -> str:
    """How the link is called: `jira/{1}/{2|open}`."""
    places = sorted({(found[1] or "*", found[0]) for found in PLACE.finditer(url)}, key=_last_star)
    names = {number: text.replace("%s", "{*}") for number, text in places}
    return "/".join([slug, *names.values()])


# To build a URL takes as long as to find the link, and popular ones are followed over and over.
@lru_cache(maxsize=1024)
def filled(url: str, slug: str, arguments: tuple[str, ...], query: str = "") -> str:
    """The URL to go to. `query` as it was sent; a name in it replaces the same name in the URL."""
    parts = _split(url)
    if arguments or PLACE.search(url):
        parts = _with_arguments(parts, _Arguments(slug, url, arguments))
    if query:
        parts = parts._replace(query=_merged(parts.query, query))
    location = quote(urlunsplit(parts), safe=PLAIN)
    if len(location) > LONGEST:
        raise ArgumentInvalid
    return location


@dataclass(frozen=True, slots=True)
class _Arguments:
    slug: str
    url: str
    given: Sequence[str]

    def taken(self) -> int:
        """How many the numbered places take; what follows is left for `{*}`."""
        return max((int(found[1]) for found in _numbered(self.url)), default=0)

    def at(self, found: re.Match[str]) -> list[str]:
        if found[1] in (None, "*"):
            values = [*self.given[self.taken() :]]
        else:
            values = [*self.given[int(found[1]) - 1 : int(found[1])]]
        if values and values != [""]:
            return values
        if found[2] is None:
            raise ArgumentMissing(pattern=pattern(self.slug, self.url))
        return unquote(found[2]).split("/")

    def left(self) -> list[str]:
        """What no place takes."""
        takes_all = any(found[1] in (None, "*") for found in PLACE.finditer(self.url))
        return [] if takes_all else [*self.given[self.taken() :]]


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        is_of_the_web = parts.scheme in ("http", "https") and bool(parts.hostname)
        host = parts.netloc if parts.netloc.isascii() else parts.netloc.encode("idna").decode()
    except ValueError:
        raise TargetInvalid from None
    if not is_of_the_web or PLACE.search(host) or re.search(r"[\\\s{}]", host):
        raise TargetInvalid
    return parts._replace(netloc=host)


def _with_arguments(parts: SplitResult, arguments: _Arguments) -> SplitResult:
    path = PLACE.sub(_by(arguments, _as_path), parts.path)
    if left := arguments.left():
        path = f"{path.rstrip('/')}/{_as_path(left)}"
    if {".", ".."} & {*re.split(r"[/\\]", unquote(path))}:
        raise ArgumentInvalid
    return parts._replace(
        path=path,
        query=PLACE.sub(_by(arguments, _as_value), parts.query),
        fragment=PLACE.sub(_by(arguments, _as_path), parts.fragment),
    )


def _by(arguments: _Arguments, write: Callable[[list[str]], str]) -> Callable[[re.Match[str]], str]:
    return lambda found: write(arguments.at(found))


def _as_path(values: list[str]) -> str:
    return "/".join(quote(value, safe="") for value in values)


def _as_value(values: list[str]) -> str:
    return quote("/".join(values), safe="")


def _merged(own: str, given: str) -> str:
    names = {_name(pair) for pair in given.split("&")}
    kept = [pair for pair in own.split("&") if pair and _name(pair) not in names]
    return "&".join([*kept, given])


def _name(pair: str) -> str:
    return unquote_plus(pair.partition("=")[0])


def _numbered(url: str) -> list[re.Match[str]]:
    return [found for found in PLACE.finditer(url) if found[1] not in (None, "*")]


def _last_star(place: tuple[str, str]) -> tuple[bool, str, bool]:
    """Numbers in order, and of two forms of one number that without a default last."""
    return place[0] == "*", place[0], "|" not in place[1]
