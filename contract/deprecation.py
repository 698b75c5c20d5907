"""Operations that will go: what the document says of them, and the headers that tell callers."""

from datetime import UTC, datetime
from email.utils import format_datetime

from contract.spec import Json


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
