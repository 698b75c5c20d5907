"""ETags: what a caller has seen already is not sent again, and not overwritten unseen.

The tag of a single resource is `"<version>.<hash>"`. A change is compared by the version alone: a
click that only counts is no edit.
"""

import hashlib
from typing import Any

import orjson

from errors import PreconditionFailed
from security import caller

Json = Any
Answer = tuple[Json, int, dict[str, str]]


def answer(
    body: Json, version: int | None = None, status: int = 200, headers: dict[str, str] | None = None
) -> Answer:
    """The body with its tag; 304 without it to a GET that names the tag."""
    tag = _tag(body, version)
    if status == 200 and is_seen(tag):
        return None, 304, {"ETag": tag}
    return body, status, {**(headers or {}), "ETag": tag}


def is_seen(tag: str) -> bool:
    """Does the caller keep this very answer?"""
    given = caller.header("if-none-match")
    if given is None or caller.method() not in ("GET", "HEAD"):
        return False
    seen = [each.strip().removeprefix("W/") for each in given.split(",")]
    return tag.removeprefix("W/") in seen or seen == ["*"]


def require_match(version: int) -> None:
    """For a change: refused when `If-Match` names another version than the present one."""
    given = caller.header("if-match")
    if given is None or given.strip() == "*":
        return
    if str(version) not in {tag.strip('"').partition(".")[0] for tag in _strong(given)}:
        raise PreconditionFailed


def _tag(body: Json, version: int | None) -> str:
    digest = hashlib.blake2b(orjson.dumps(body), digest_size=12).hexdigest()
    return f'"{digest}"' if version is None else f'"{version}.{digest}"'


def _strong(given: str) -> list[str]:
    """A weak tag promises too little for a change."""
    tags = [each.strip() for each in given.split(",")]
    return [tag for tag in tags if tag.startswith('"')]
