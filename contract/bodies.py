"""Request bodies: read once, within a limit, and held against the schema of their media type."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from starlette.types import Receive, Scope

import errors
from contract import forms, strict_json
from contract.defaults import filler
from contract.failures import Detail, detail, pointer_to
from contract.schemas import Schemas
from contract.spec import Json, is_json

MOST_BYTES = 1 << 20
MOST_DRAINED = 16 << 20
# In the scope, once the body was asked for.
TAKEN = "slugbase.body_taken"


class ContentType(NamedTuple):
    media: str
    parameters: Mapping[str, str]


@lru_cache(maxsize=256)
def content_type(header: bytes) -> ContentType:
    media, *written = header.decode("latin-1").split(";")
    pairs = (pair.partition("=") for pair in written)
    parameters = {name.strip().lower(): value.strip().strip('"') for name, _, value in pairs}
    return ContentType(media.strip().lower(), parameters)


class Incomplete(errors.Invalid):
    error = "The request ended before its body did."
    message = "Send it again."


class Media:
    """One media type an operation takes."""

    def __init__(self, name: str, schema: Json, schemas: Schemas) -> None:
        whole = schemas.resolve(schema)
        self._is_json = is_json(name)
        self._form = forms.Form(whole, schemas) if name in forms.MEDIA else None
        self._schema = schemas.compile(schema) if self._is_json or self._form else None
        self._fill = filler(schema, schemas) if self._schema else None
        self.required_fields = schemas.required_of(whole)

    async def decode(self, raw: bytes, content: ContentType) -> Any:
        if self._is_json:
            value = checked = strict_json.decode(raw)
        elif self._form:
            value, checked = await self._form.decode(raw, content.media, content.parameters)
        else:
            return raw
        if self._schema:
            if not self._schema.accepts(checked):
                raise errors.Invalid(details=self._schema.failures(checked))
            if self._fill:
                self._fill(value)
        return value

    def files(self, value: Any) -> dict[str, Any]:
        """Connexion hands files over as arguments of their own, beside the body."""
        return self._form.files(value) if self._form else {}


class Body:
    """The body of one operation."""

    def __init__(self, operation: Json, schemas: Schemas) -> None:
        declared = schemas.resolve(operation["requestBody"])
        self.required: bool = declared.get("required", False)
        self._limit: int = operation.get("x-max-body", MOST_BYTES)
        self._media = {
            name.lower(): Media(name.lower(), content.get("schema", {}), schemas)
            for name, content in declared["content"].items()
        }
        self._expected = " or ".join(f"`{name}`" for name in self._media)

    async def read(self, scope: Scope, receive: Receive) -> dict[str, Any]:
        """The arguments that the body gives the handler."""
        types = [value for name, value in scope["headers"] if name == b"content-type"]
        if len(types) > 1:
            raise self._unsupported()
        raw = await read_bytes(scope, receive, self._limit)
        if not raw:
            if self.required:
                raise errors.Invalid(details=self._all_missing())
            return {}
        content = content_type(types[0]) if types else ContentType("", {})
        media = self._media.get(content.media)
        if media is None or content.parameters.get("charset", "utf-8").lower() != "utf-8":
            raise self._unsupported()
        body = await media.decode(raw, content)
        return {"body": body, **media.files(body)}

    def _all_missing(self) -> list[Detail]:
        fields = next(iter(self._media.values())).required_fields
        missing = [detail(pointer_to("", name), "is required") for name in fields]
        return missing or [detail("", "is required")]

    def _unsupported(self) -> errors.UnsupportedMediaType:
        refusal = errors.UnsupportedMediaType()
        refusal.message = f"Send the body as {self._expected}, in UTF-8."
        return refusal


async def drain(scope: Scope, receive: Receive) -> None:
    """Before a refusal that came first: let the client send what nobody will read.

    A server that stops reading resets the connection, and the client never sees why.
    """
    announced, size = _announced(scope), 0
    more = TAKEN not in scope and (announced > 0 or _is_chunked(scope))
    while more and max(size, announced) <= MOST_DRAINED:
        message = await receive()
        more = message.get("more_body", False)
        size += len(message.get("body", b""))


async def read_bytes(scope: Scope, receive: Receive, limit: int) -> bytes:
    scope[TAKEN] = True
    announced = _announced(scope)
    message = await receive()
    body: bytes = message.get("body", b"")
    if not message.get("more_body", False) and len(body) <= limit:
        if message["type"] == "http.disconnect":
            raise Incomplete
        return body
    kept, size = bytearray(body), len(body)  # it grows in place: a list to join takes twice as much
    while message.get("more_body", False) and max(size, announced) <= limit + MOST_DRAINED:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Incomplete
        size += len(message.get("body", b""))
        # What is too large is drained like what is refused, and not kept.
        if size <= limit:
            kept += message.get("body", b"")
    if max(size, announced) > limit:
        raise errors.TooLarge(limit_bytes=limit)
    return kept


def _announced(scope: Scope) -> int:
    for name, value in scope["headers"]:
        if name == b"content-length":
            return int(value) if value.isdigit() and len(value) < 19 else 0
    return 0


def _is_chunked(scope: Scope) -> bool:
    return any(name == b"transfer-encoding" for name, _ in scope["headers"])
