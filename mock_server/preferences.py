"""`Prefer: status=403` or `code=TEAM_SEAT_LIMIT` (RFC 7240): which answer a caller wants to see."""

import re
from contextvars import ContextVar

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

import errors
from contract.failures import detail
from mock_server.examples import Example

_preferred: ContextVar[str] = ContextVar("preferred", default="")
PREFERENCE = re.compile(r'\s*(status|code|example)\s*=\s*"?([^",;\s]+)"?\s*')


class Preferences:
    """Keeps the header where the handler finds it, which is given arguments only."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            _preferred.set(",".join(Headers(scope=scope).getlist("prefer")))
        await self.app(scope, receive, send)


def preferred(examples: list[Example]) -> Example:
    """The first that fits; without a preference, a success."""
    wanted = _wanted(_preferred.get())
    for example in examples:
        if all(str(_told(example, name)) == value for name, value in wanted.items()):
            return example
    raise errors.Invalid(details=[_choice(name, examples) for name in wanted])


def _wanted(header: str) -> dict[str, str]:
    """Unknown preferences are ignored, as RFC 7240 says."""
    found = (PREFERENCE.fullmatch(part) for part in re.split("[,;]", header))
    wanted = {match[1]: match[2] for match in found if match}
    if wanted.get("code", "").isdigit():
        wanted["status"] = wanted.pop("code")  # what Prism calls it
    return wanted


def _told(example: Example, name: str) -> object:
    return {"status": example.status, "code": example.code, "example": example.name}[name]


def _choice(name: str, examples: list[Example]) -> dict[str, str]:
    shown = dict.fromkeys(str(value) for one in examples if (value := _told(one, name)))
    return detail("/header/Prefer", f"{name} can be {', '.join(shown) or 'nothing'}")
