"""Speaks plain ASGI, so that nothing between a test and the application repairs a request."""

import asyncio
from urllib.parse import unquote

import orjson


class Answer:
    def __init__(self, messages):
        start, *bodies = messages
        assert start["type"] == "http.response.start"
        self.messages = messages
        self.status = start["status"]
        self.header_list = [(name.decode(), value.decode()) for name, value in start["headers"]]
        self.headers = dict(self.header_list)
        self.body = b"".join(message.get("body", b"") for message in bodies)

    @property
    def json(self):
        return orjson.loads(self.body)

    @property
    def details(self):
        return {one["pointer"]: one["reason"] for one in self.json["details"]}


def call(app, method, target, *, headers=(), json=None, body=b"", chunks=None, **scope):
    """`chunks` is the body in several messages; `left` on the answer counts what was not read."""
    pairs = list(headers.items()) if isinstance(headers, dict) else list(headers)
    if json is not None:
        body = orjson.dumps(json)
        pairs.append(("content-type", "application/json"))
    raw, _, query = target.encode().partition(b"?")
    parts = list(chunks) if chunks is not None else [body]
    if chunks is None and body and "content-length" not in dict(pairs):
        pairs.append(("content-length", str(len(body))))
    whole_scope = {
        "type": "http",
        "method": method,
        "path": unquote(raw.decode()),
        "raw_path": raw,
        "query_string": query,
        "headers": [(name.encode(), value.encode("latin-1")) for name, value in pairs],
        "http_version": "1.1",
        "scheme": "http",
        "server": ("testserver", 80),
        "client": ("127.0.0.1", 1234),
        "root_path": "",
        **scope,
    }
    sent = []

    async def receive():
        if not parts:
            return {"type": "http.disconnect"}
        part = parts.pop(0)
        if part is None:
            return {"type": "http.disconnect"}
        return {"type": "http.request", "body": part, "more_body": bool(parts)}

    async def send(message):
        sent.append(message)

    asyncio.run(app(whole_scope, receive, send))
    answer = Answer(sent)
    answer.left = len(parts)
    answer.scope = whole_scope
    return answer
