"""Forms: fields of text, and files, as the properties of one object."""

from collections.abc import Mapping
from io import BytesIO
from typing import Any
from urllib.parse import parse_qsl

from python_multipart.exceptions import FormParserError
from starlette.datastructures import FormData, Headers, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

import errors
from contract.failures import detail, pointer_to
from contract.parameters import converters, first_fit
from contract.schemas import Schemas
from contract.spec import Json

URLENCODED, MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"
MEDIA = (URLENCODED, MULTIPART)
MOST_FIELDS = 200
MOST_FILES = 10
MOST_BYTES = 16 << 20


class InvalidForm(errors.Invalid):
    error = "The request body is not a valid form."
    message = "Send the fields as the media type in `Content-Type` lays down."


class Form:
    """The form that one schema describes."""

    def __init__(self, schema: Json, schemas: Schemas) -> None:
        self._schemas = schemas
        self._properties = {
            name: schemas.resolve(inner) for name, inner in schema.get("properties", {}).items()
        }

    async def decode(
        self, raw: bytes, media: str, parameters: Mapping[str, str]
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """The object, and the same with a text in place of each file, for its schema."""
        pairs = _fields(raw) if media == URLENCODED else await _parts(raw, parameters)
        given: dict[str, list[Any]] = {}
        for name, value in pairs:
            given.setdefault(name, []).append(value)
        if any("\0" in text for texts in given.items() for text in _texts(texts)):
            raise InvalidForm
        value = {name: self._value(name, values) for name, values in given.items()}
        return value, {name: _shown(member) for name, member in value.items()}

    def files(self, value: dict[str, Any]) -> dict[str, Any]:
        return {name: member for name, member in value.items() if _has_file(member)}

    def _value(self, name: str, given: list[Any]) -> Any:
        schema = self._properties.get(name, {})
        is_array = schema.get("type") == "array"
        single = self._schemas.resolve(schema.get("items", {})) if is_array else schema
        if not is_array and len(given) > 1:
            raise _unfit(name, "must not be repeated")
        if any(isinstance(value, UploadFile) != _is_file(single) for value in given):
            raise _unfit(name, "must be a file" if _is_file(single) else "must not be a file")
        if not _is_file(single):
            fitting = converters(single, self._schemas)
            given = [first_fit(text, fitting) for text in given]
        return given if is_array else given[0]


def _fields(raw: bytes) -> list[tuple[str, Any]]:
    try:
        return parse_qsl(
            raw.decode(), keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS
        )
    except ValueError:
        raise InvalidForm from None


async def _parts(raw: bytes, parameters: Mapping[str, str]) -> list[tuple[str, Any]]:
    boundary = parameters.get("boundary", "")
    if not boundary or f"--{boundary}--".encode("latin-1") not in raw:
        raise InvalidForm

    async def stream() -> Any:
        yield raw

    headers = Headers({"content-type": f'{MULTIPART}; boundary="{boundary}"'})
    parser = MultiPartParser(
        headers,
        stream(),
        max_files=MOST_FILES,
        max_fields=MOST_FIELDS,
        max_part_size=MOST_BYTES,
    )
    try:
        form: FormData = await parser.parse()
    except (MultiPartException, FormParserError, KeyError, ValueError):
        raise InvalidForm from None
    return [(name, _kept(value)) for name, value in form.multi_items()]


def _kept(value: Any) -> Any:
    """The body is in memory anyway; a file there needs no closing."""
    if not isinstance(value, UploadFile):
        return value
    content = BytesIO(value.file.read())
    value.file.close()
    return UploadFile(content, size=value.size, filename=value.filename, headers=value.headers)


def _is_file(schema: Json) -> bool:
    return schema.get("format") == "binary"


def _has_file(member: Any) -> bool:
    members = member if isinstance(member, list) else [member]
    return any(isinstance(each, UploadFile) for each in members)


def _shown(member: Any) -> Any:
    if isinstance(member, list):
        return [_shown(each) for each in member]
    return "" if isinstance(member, UploadFile) else member


def _texts(given: tuple[str, list[Any]]) -> list[str]:
    name, values = given
    return [name, *(value for value in values if isinstance(value, str))]


def _unfit(name: str, reason: str) -> errors.Invalid:
    return errors.Invalid(details=[detail(pointer_to("", name), reason)])
