"""Operations that will go: what the document must say of them, and what that tells callers."""

from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import format_datetime

from contract.spec import Json, resolve

OURS = {"Deprecation", "Sunset"}
# The request headers are too large: nobody has looked which operation was meant.
BEFORE_ROUTING = "431"


def day(text: str) -> datetime:
    """A date of the document: the moment it begins, in UTC."""
    return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)


def sunset_of(operation: Json) -> datetime | None:
    """When a deprecated operation may go, once it was announced."""
    is_announced = operation.get("deprecated") and "x-sunset" in operation
    return day(operation["x-sunset"]) if is_announced else None


def headers_of(operation: Json) -> dict[str, str]:
    """RFC 9745 and RFC 8594; a link says more where the document has one."""
    if not operation.get("deprecated"):
        return {}
    headers = {"Deprecation": f"@{int(day(operation['x-deprecated-at']).timestamp())}"}
    if sunset := sunset_of(operation):
        headers["Sunset"] = format_datetime(sunset, usegmt=True)
    if "externalDocs" in operation:
        headers["Link"] = f'<{operation["externalDocs"]["url"]}>; rel="deprecation"'
    return headers


def problems(spec: Json, place: str, operation: Json) -> Iterator[str]:
    """What is told must be stated with every answer, and nothing be stated that is not told."""
    is_deprecated = operation.get("deprecated", False)
    dates = {key: operation[key] for key in ("x-deprecated-at", "x-sunset") if key in operation}
    if is_deprecated != ("x-deprecated-at" in dates) or (dates and not is_deprecated):
        yield f"{place}: `deprecated: true` and x-deprecated-at belong together"
    if any(not _is_day(text) for text in dates.values()):
        yield f"{place}: x-deprecated-at and x-sunset are days, such as 2027-01-31"
    elif dates.get("x-sunset", "9") < dates.get("x-deprecated-at", ""):
        yield f"{place} must not end before it is deprecated"
    else:
        yield from _headers_left_out(spec, place, operation)


def _headers_left_out(spec: Json, place: str, operation: Json) -> Iterator[str]:
    sent = headers_of(operation)
    for status, response in operation.get("responses", {}).items():
        stated = resolve(spec, response).get("headers", {})
        told = sent if status != BEFORE_ROUTING else {}
        for name in told.keys() - stated.keys():
            yield f"{place}: the {status} answer must state {name}, which it has while deprecated"
        for name in OURS & stated.keys() - told.keys():
            yield f"{place}: the {status} answer states {name}, which it never has"


def _is_day(text: object) -> bool:
    try:
        return day(str(text)) is not None
    except ValueError:
        return False
