"""A network that loses the answer to the first unsafe request, then asks for patience once."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx

from contract.current import document

PASSED_ON = ("authorization", "content-type", "accept", "idempotency-key")
TOO_MANY = document().spec["components"]["schemas"]["RateLimitError"]["example"]


class LossyLine:
    """Between a client and the server while the block runs."""

    def __init__(self, base_url):
        self.tries = []  # the key of each POST
        self._upstream = httpx.Client(base_url=base_url)
        line = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                line.pass_on(self)

            do_DELETE = do_GET

            def do_POST(self):
                line.tries.append(self.headers["Idempotency-Key"])
                if len(line.tries) == 2:
                    line.ask_for_patience(self)
                else:
                    line.pass_on(self, lose=len(line.tries) == 1)

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.base_url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self):
        threading.Thread(target=self._server.serve_forever, args=[0.05], daemon=True).start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()
        self._upstream.close()

    def pass_on(self, request, *, lose=False):
        body = request.rfile.read(int(request.headers.get("Content-Length", 0)))
        answer = self._upstream.request(
            request.command,
            request.path,
            content=body,
            headers={name: request.headers[name] for name in PASSED_ON if name in request.headers},
        )
        if not lose:
            self._answer(request, answer.status_code, answer.headers.multi_items(), answer.content)

    def ask_for_patience(self, request):
        request.rfile.read(int(request.headers["Content-Length"]))
        headers = [("Content-Type", "application/json"), ("Retry-After", "1")]
        self._answer(request, 429, headers, json.dumps(TOO_MANY).encode())

    def _answer(self, request, status, headers, body):
        request.send_response(status)
        for name, value in headers:
            if name.lower() not in ("content-length", "transfer-encoding", "connection", "date"):
                request.send_header(name, value)
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)
