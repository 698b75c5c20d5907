"""Servers of the outside world, on this machine."""

import json
import threading
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Web:
    """Answers each path as it was told to, and remembers what it was asked."""

    def __init__(self):
        self.asked = []
        self.answers = {}

    def says(self, path, body, *, status=200, kind="text/html", wait=None, **headers):
        content = body if isinstance(body, bytes) else body.encode()
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        self.answers[path] = (status, {"Content-Type": kind, **names}, content, wait)

    def completes(self, proposal, **more):
        """As OpenAI's API answers a chat."""
        content = proposal if isinstance(proposal, str) else json.dumps(proposal)
        message = {"role": "assistant", "content": content}
        choice = {"index": 0, "finish_reason": "stop", "message": message}
        body = {
            "id": "chatcmpl-1",
            "object": "chat.completion",
            "created": 1,
            "model": "gpt-4o-mini",
            "choices": [choice],
        }
        self.says("/v1/chat/completions", json.dumps(body), kind="application/json", **more)

    def answer(self, handler):
        size = int(handler.headers.get("Content-Length", 0))
        self.asked.append(
            (
                handler.path,
                {name.lower(): value for name, value in handler.headers.items()},
                handler.rfile.read(size),
            )
        )
        status, headers, content, wait = self.answers.get(handler.path, (404, {}, b"", None))
        if wait is not None:
            wait.wait(20)
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(content)


@contextmanager
def serving():
    """A `Web` and the address of its server."""
    web = Web()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            with suppress(ConnectionError):  # who asked may have gone
                web.answer(self)

        do_POST = do_GET

        def log_message(self, *_):
            """Nobody reads it."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.block_on_close = False
    thread = threading.Thread(target=server.serve_forever, args=[0.01], daemon=True)
    thread.start()
    try:
        yield web, f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
