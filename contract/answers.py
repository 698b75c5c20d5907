"""What a handler returns, as status, headers and bytes."""

from typing import Any

import orjson
from connexion.operations import AbstractOperation
from starlette.responses import Response

from contract.schemas import Schema, Schemas
from contract.spec import Json, is_json, operation_at, resolve

JSON = "application/json"
Headers = list[tuple[bytes, bytes]]


class AnswerBreaksContract(Exception):
    """Our own answer is not what the document promises."""


class Answers:
    """The answers of one operation.

    A handler returns data, `(data, status)` or `(data, status, headers)`; for anything else, such
    as two headers of one name, it returns a Starlette response. Without a status it is the lowest
    success the operation declares.
    """

    def __init__(self, spec: Json, operation: AbstractOperation, schemas: Schemas | None) -> None:
        written = operation_at(spec, operation.path, operation.method)["responses"]
        responses = {status: resolve(spec, response) for status, response in written.items()}
        self._operation_id: str = operation.operation_id
        self._statuses = frozenset(responses)
        successes = [status for status in self._statuses if status.startswith("2")]
        self._default = int(min(successes, default="200"))
        self._media = {
            int(status): next(iter(response["content"]))
            for status, response in responses.items()
            if response.get("content") and status.isdigit()
        }
        self._schemas = _compiled(responses, schemas) if schemas else None

    def write(self, returned: Any) -> tuple[int, Headers, bytes]:
        status, headers = self._default, None
        if type(returned) is tuple:
            if len(returned) == 2:
                returned, status = returned
            else:
                returned, status, headers = returned
        media = self._media.get(status, JSON)
        body = _encoded(returned, media)
        written: Headers = []
        if status not in (204, 304):
            written.append((b"content-length", b"%d" % len(body)))
            if returned is not None:
                written.append((b"content-type", media.encode()))
        if headers:
            written = _replaced(written, headers)
        if self._schemas is not None:
            self._check(status, body)
        return status, written, body

    def check_response(self, response: Response) -> None:
        """What is streamed is not there yet; it is let through, and so is what is no plain JSON."""
        if self._schemas is not None and _is_plain_json(response):
            self._check(response.status_code, getattr(response, "body", None))

    def _check(self, status: int, body: bytes | None) -> None:
        if str(status) not in self._statuses and "default" not in self._statuses:
            raise AnswerBreaksContract(f"{self._operation_id} does not declare {status}.")
        schema = (self._schemas or {}).get(str(status))
        if schema is None or body is None:
            return
        value = orjson.loads(body) if body else None
        if not schema.accepts(value):
            message = schema.first_message(value)
            raise AnswerBreaksContract(f"{self._operation_id} answered {status}: {message}")


def _is_plain_json(response: Response) -> bool:
    headers = response.headers
    return "content-encoding" not in headers and is_json(headers.get("content-type", JSON))


def _compiled(responses: Json, schemas: Schemas) -> dict[str, Schema]:
    return {
        status: schemas.compile(content["schema"])
        for status, response in responses.items()
        for media, content in response.get("content", {}).items()
        if is_json(media) and "schema" in content
    }


def _encoded(data: Any, media: str) -> bytes:
    if data is None:
        return b""
    if is_json(media):
        return orjson.dumps(data)
    return data.encode() if isinstance(data, str) else data


def _replaced(written: Headers, headers: dict[str, str]) -> Headers:
    own = [
        (name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()
    ]
    named = {name for name, _ in own}
    return [*(header for header in written if header[0] not in named), *own]
