"""The kinds of refusal, and the body each becomes. A rule raises; contract/refusals.py answers."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any


class Refusal(Exception):
    """Something the caller may not have. Subclasses are named after the reason.

    `error` is one sentence for people, `message` says what to do next, and `facts` stand beside
    them in the body under the names the contract gives them.
    """

    status: int
    code: str
    error: str
    message: str
    headers: Mapping[str, str] = MappingProxyType({})

    def __init__(self, *, headers: Mapping[str, str] | None = None, **facts: Any) -> None:
        super().__init__(self.code)
        self.facts = facts
        self.headers = {**type(self).headers, **(headers or {})}

    def body(self, request_id: str) -> dict[str, Any]:
        """The schema `Error` of the contract."""
        return {
            "error": self.error,
            "code": self.code,
            "message": self.message,
            "status": self.status,
            "request_id": request_id,
            **self.facts,
        }


class Invalid(Refusal):
    """The request cannot be understood, or its sense does not fit."""

    status, code = 400, "INVALID_REQUEST"
    error = "The request is not valid."
    message = "Correct the fields listed in `details` and send it again."


class Unauthorized(Refusal):
    status, code = 401, "UNAUTHORIZED"
    error = "You are not signed in."
    message = "Send `Authorization: Bearer` with an access token or an `sb_` API token, or sign in."
    headers = MappingProxyType({"WWW-Authenticate": "Bearer"})


class Forbidden(Refusal):
    status, code = 403, "FORBIDDEN"
    error = "You may not do this."
    message = "Ask an owner or an administrator of the organization."


class NotFound(Refusal):
    """Also the answer for what exists but is not the caller's to see."""

    status, code = 404, "NOT_FOUND"
    error = "Not found."
    message = "Check the address and the ids in it."


class MethodNotAllowed(Refusal):
    status, code = 405, "METHOD_NOT_ALLOWED"
    error = "This method is not available here."
    message = "Use one of the methods in the `Allow` header."


class TimedOut(Refusal):
    status = 408


class Conflict(Refusal):
    status = 409


class Gone(Refusal):
    status = 410


class PreconditionFailed(Refusal):
    status, code = 412, "PRECONDITION_FAILED"
    error = "It has changed since you last read it."
    message = "Read it again, then send your change with the new `ETag` in `If-Match`."


class TooLarge(Refusal):
    status, code = 413, "PAYLOAD_TOO_LARGE"
    error = "The request body is too large."
    message = "Send at most `limit_bytes` bytes."


class UnsupportedMediaType(Refusal):
    status, code = 415, "UNSUPPORTED_MEDIA_TYPE"
    error = "This kind of body is not accepted here."
    message = "Send the body as `application/json`."


class Unprocessable(Refusal):
    status = 422


class TooManyRequests(Refusal):
    status, code = 429, "RATE_LIMITED"
    error = "Too many requests."
    message = "Wait for the number of seconds in `Retry-After`, then try again."


class HeadersTooLarge(Refusal):
    status, code = 431, "HEADERS_TOO_LARGE"
    error = "The request headers are too large."
    message = "Send at most 8192 bytes of headers."


class Broken(Refusal):
    """A defect of ours; what happened stands in the log under the request id, never here."""

    status, code = 500, "INTERNAL_ERROR"
    error = "Something went wrong on our side."
    message = "Try again; if it stays, tell the operator the `request_id`."


class Unavailable(Refusal):
    status, code = 503, "UNAVAILABLE"
