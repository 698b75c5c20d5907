"""Makes docs/errors.md of the contract: each error code, what it means, and who answers it."""

import json
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

from contract.codes import codes, general
from contract.document import parse
from contract.spec import Json, operations, resolve

ROOT = Path(__file__).parent.parent
PATH = ROOT / "docs" / "errors.md"
HEAD = """# Errors

Made of [`openapi.yaml`](../openapi.yaml) by `make contract`; every body below is one that the
server gave to a test. Go by `code`, which stays; the sentences are for people and may change, and
there may be new codes. Each refusal has `error` (what is wrong), `message` (what to do next),
`status` and `request_id` (by which the operator finds it in the log); facts stand beside them. Who
accepts `application/problem+json` gets the same content as RFC 9457.

An operation refuses with what its `x-errors` names, and with what follows from the rest of it.
"""
ALWAYS = {"error", "code", "message", "status", "request_id"}
# Who answers the codes that follow from what an operation is.
FOLLOWS = {
    "INVALID_REQUEST": "every operation",
    "INVALID_JSON": "every operation with a body",
    "UNAUTHORIZED": "every operation that needs somebody signed in",
    "COOKIE_INVALID": "every operation that takes the cookie and needs somebody signed in",
    "SCOPE_MISSING": "every operation with a scope (`x-scope`), to API tokens",
    "CSRF_FAILED": "every operation with `x-csrf: true`, to requests that the cookie signs in",
    "PLAN_REQUIRES_TEAM": "every operation with `x-plan: team`",
    "NOT_FOUND": "every operation with an id, and every path that is none",
    "METHOD_NOT_ALLOWED": "every path, to methods it does not have",
    "IDEMPOTENCY_KEY_IN_USE": "every POST, when it is sent with `Idempotency-Key`",
    "IDEMPOTENCY_KEY_REUSED": "every POST, when it is sent with `Idempotency-Key`",
    "PRECONDITION_FAILED": "every operation with `If-Match`",
    "PAYLOAD_TOO_LARGE": "every operation with a body",
    "UNSUPPORTED_MEDIA_TYPE": "every operation with a body",
    "RATE_LIMITED": "every operation with `x-rate-limit` other than `none`",
    "HEADERS_TOO_LARGE": "every operation",
    "INTERNAL_ERROR": "every operation",
}


def page(spec: Json) -> str:
    examples = spec["components"].get("examples", {})
    shown = {
        code: examples[code]["value"]
        for code in spec["components"]["schemas"]["ErrorCode"]["enum"]
        if code in examples
    }
    by_status = sorted(shown, key=lambda code: _status(shown[code]))
    parts = [HEAD]
    for status, group in groupby(by_status, lambda code: _status(shown[code])):
        parts.append(f"## {status}\n")
        parts += ["\n".join(_entry(spec, code, shown[code])) for code in group]
    return "\n".join(parts)


def _entry(spec: Json, code: str, value: Json) -> Iterator[str]:
    told = _refusal(value, code)
    yield f"### {code}\n"
    yield f"{told['error']} {told['message']}\n"
    if facts := [name for name in told if name not in ALWAYS]:
        yield f"Facts: {_listed(facts)}.\n"
    yield f"Answered by {'; '.join(_answering(spec, code))}.\n"
    if schema := _schema(spec, code, _status(value)):
        yield f"Schema: `{schema}`.\n"
    yield f"```json\n{json.dumps(value, indent=2, ensure_ascii=False)}\n```\n"


def _answering(spec: Json, code: str) -> Iterator[str]:
    if code in FOLLOWS:
        yield FOLLOWS[code]
    named = [
        operation["operationId"]
        for _, _, operation in operations(spec)
        if code in codes(spec, operation)
        and not (code in FOLLOWS and code in general(spec, operation))
    ]
    if named:
        yield _listed(named)


def _schema(spec: Json, code: str, status: str) -> str:
    """Of the first operation that answers it."""
    for _, _, operation in operations(spec):
        if code in codes(spec, operation) and status in operation["responses"]:
            content = resolve(spec, operation["responses"][status])["content"]
            reference: str = next(iter(content.values()))["schema"]["$ref"]
            return reference.rpartition("/")[2]
    return ""


def _status(value: Json) -> str:
    """A refusal inside a batch has the status of its item."""
    items = [item["status"] for item in value.get("results", ()) if "refusal" in item]
    return str(value.get("status", *items[:1]))


def _refusal(value: Json, code: str) -> Json:
    refused = [item["refusal"] for item in value.get("results", ()) if "refusal" in item]
    return next((one for one in refused if one["code"] == code), value)


def _listed(names: list[Any]) -> str:
    return ", ".join(f"`{name}`" for name in names)


if __name__ == "__main__":
    PATH.write_text(page(parse((ROOT / "openapi.yaml").read_bytes())))
