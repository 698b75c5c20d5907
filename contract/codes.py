"""Which error codes an operation can answer: those of every operation like it, and its own."""

from typing import Any

from contract.spec import Json, is_json, resolve

BY_STATUS = {
    "400": "INVALID_REQUEST",
    "404": "NOT_FOUND",
    "405": "METHOD_NOT_ALLOWED",
    "412": "PRECONDITION_FAILED",
    "413": "PAYLOAD_TOO_LARGE",
    "415": "UNSUPPORTED_MEDIA_TYPE",
    "422": "IDEMPOTENCY_KEY_REUSED",
    "429": "RATE_LIMITED",
    "431": "HEADERS_TOO_LARGE",
    "500": "INTERNAL_ERROR",
}


def codes(spec: Json, operation: Json) -> list[str]:
    return sorted({*general(spec, operation), *operation.get("x-errors", ())})


def general(spec: Json, operation: Json) -> set[str]:
    """What follows from the rest of the operation, and is therefore not repeated in `x-errors`."""
    security: Any = operation.get("security", spec["security"])
    needs_credential = bool(security) and {} not in security
    takes_cookie = any("cookieAuth" in requirement for requirement in security)
    body = resolve(spec, operation.get("requestBody", {}))
    follows = {
        "INVALID_JSON": any(map(is_json, body.get("content", ()))),
        "UNAUTHORIZED": needs_credential,
        "COOKIE_INVALID": needs_credential and takes_cookie,
        "SCOPE_MISSING": operation.get("x-scope", "none") != "none",
        "CSRF_FAILED": operation.get("x-csrf", False),
        "PLAN_REQUIRES_TEAM": operation.get("x-plan") == "team",
        "IDEMPOTENCY_KEY_IN_USE": "422" in operation["responses"],
    }
    by_status = {BY_STATUS[status] for status in operation["responses"] if status in BY_STATUS}
    return by_status | {code for code, does_follow in follows.items() if does_follow}
