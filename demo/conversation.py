"""Requests and answers over HTTP, printed for people to read."""

import json
import re
import textwrap
import urllib.error
import urllib.request
from http import HTTPStatus
from typing import Any

# A demonstration is copied into mails and tickets: what would sign somebody in is cut short.
SECRET_FIELDS = {"password", "token", "access_token"}
SECRET_TEXT = re.compile(r"(sb_|eyJ|token=)[\w.-]{8,}")

Json = dict[str, Any]


class Conversation:
    """With one server; every answer has the status the story expects, or the story ends."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._steps = 0

    def step(self, title: str) -> None:
        self._steps += 1
        print(f"\n{self._steps}. {title}", flush=True)

    def post(self, path: str, body: Json, *, expect: int, token: str = "") -> Json:
        return self._exchange("POST", path, body, expect, token)

    def delete(self, path: str, *, expect: int, token: str) -> Json:
        return self._exchange("DELETE", path, None, expect, token)

    def show(self, text: str) -> None:
        print(textwrap.indent(_without_secrets(text), "   "), flush=True)

    def _exchange(self, method: str, path: str, body: Json | None, expect: int, token: str) -> Json:
        self.show(f"→ {method} {path}")
        if token:
            self.show(f"  Authorization: Bearer {token}")
        if body is not None:
            self.show(_pretty(body))
        status, answer = self._send(method, path, body, token)
        self.show(f"← {status} {HTTPStatus(status).phrase}")
        self.show(_pretty(answer))
        assert status == expect, f"{method} {path} answered {status}, not {expect}"
        return answer

    def _send(self, method: str, path: str, body: Json | None, token: str) -> tuple[int, Json]:
        request = urllib.request.Request(self._url + path, method=method)
        if body is not None:
            request.data = json.dumps(body).encode()
            request.add_header("Content-Type", "application/json")
        if token:
            request.add_header("Authorization", f"Bearer {token}")
        try:
            with urllib.request.urlopen(request) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as refused:
            with refused:
                return refused.code, json.load(refused)


def _pretty(value: Json) -> str:
    shown = {
        name: _shortened(part) if name in SECRET_FIELDS and isinstance(part, str) else part
        for name, part in value.items()
    }
    return textwrap.indent(json.dumps(shown, indent=2, ensure_ascii=False), "  ")


def _without_secrets(text: str) -> str:
    return SECRET_TEXT.sub(lambda found: _shortened(found[0], len(found[1]) + 4), text)


def _shortened(secret: str, kept: int = 7) -> str:
    return f"{secret[:kept]}…"
