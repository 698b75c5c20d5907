"""JSON as we take it: what would be lost, guessed or refused further in is refused here."""

import json
from typing import Any

import orjson

import errors

DEEPEST = 64
MOST_DIGITS = 19
SMALLEST, LARGEST = -(2**63), 2**63 - 1


class InvalidJson(errors.Invalid):
    code = "INVALID_JSON"
    error = "The request body is not valid JSON."
    message = (
        "Send UTF-8 JSON without NUL characters, duplicate keys or integers beyond 64 bits, "
        "nested at most 64 deep."
    )


def decode(raw: bytes) -> Any:
    """orjson holds the text to the grammar and to UTF-8; what it lets pass is checked after."""
    try:
        value = orjson.loads(raw)
        # A text with this few brackets cannot be too deep, and most are.
        if raw.count(b"[") + raw.count(b"{") > DEEPEST and _is_deeper(value, DEEPEST):
            raise InvalidJson
        if b"\\u0000" in raw and _has_nul(value):
            raise InvalidJson
        _decode_again(raw.decode())
    except ValueError:
        raise InvalidJson from None
    return value


def _unique(pairs: list[tuple[str, Any]]) -> None:
    if len(dict(pairs)) != len(pairs):
        raise ValueError("a key stands twice")


def _whole_number(digits: str) -> None:
    if len(digits) >= MOST_DIGITS and not (
        len(digits) <= MOST_DIGITS + 1 and SMALLEST <= int(digits) <= LARGEST
    ):
        raise ValueError("an integer beyond 64 bits")


# orjson keeps the last of two keys and makes a float of a large integer; json can be asked.
_decode_again = json.JSONDecoder(object_pairs_hook=_unique, parse_int=_whole_number).decode


def _is_deeper(value: Any, left: int) -> bool:
    if isinstance(value, dict):
        value = value.values()
    elif not isinstance(value, list):
        return False
    return left == 0 or any(_is_deeper(item, left - 1) for item in value)


def _has_nul(value: Any) -> bool:
    if isinstance(value, str):
        return "\0" in value
    if isinstance(value, dict):
        return any(_has_nul(item) for pair in value.items() for item in pair)
    return isinstance(value, list) and any(map(_has_nul, value))
