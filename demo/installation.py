"""A server of our own, as `make run` starts it, in a folder that is gone afterwards."""

import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from tempfile import TemporaryDirectory

SLUGBASE = str(Path(sys.executable).parent / "slugbase")
START_SECONDS = 30
MAIL_SECONDS = 15
STOP_SECONDS = 40


@dataclass(frozen=True)
class Installation:
    url: str
    folder: Path
    environment: dict[str, str]

    def command(self, *words: str) -> str:
        """What an operator types at the server; its output."""
        return subprocess.run(
            [SLUGBASE, *words], env=self.environment, check=True, capture_output=True, text=True
        ).stdout.strip()

    def mail_to(self, address: str, page: str) -> EmailMessage:
        """The mail whose link leads to `page`; it leaves after the answer, so it is waited for."""
        deadline = time.monotonic() + MAIL_SECONDS
        while time.monotonic() < deadline:
            for path in (self.folder / "mail").glob("[!.]*.eml"):
                mail = message_from_bytes(path.read_bytes(), policy=policy.default)
                if mail["To"] == address and page in text_of(mail):
                    return mail
            time.sleep(0.05)
        raise AssertionError(f"no {page} mail to {address} within {MAIL_SECONDS} seconds")


def text_of(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None, "the mail has no text"
    return str(part.get_content()).strip()


def token_in(mail: EmailMessage) -> str:
    found = re.search(r"#token=([\w-]+)", text_of(mail))
    assert found, "the mail has no link"
    return found[1]


@contextmanager
def running() -> Iterator[Installation]:
    """On SQLite, or on the PostgreSQL that DATABASE_URL names."""
    with TemporaryDirectory(prefix="slugbase-demo-") as folder:
        port = _free_port()
        installation = Installation(
            f"http://127.0.0.1:{port}", Path(folder), _environment(folder, port)
        )
        process = subprocess.Popen([SLUGBASE, "serve"], env=installation.environment)
        try:
            _wait_until_ready(installation.url, process)
            yield installation
        finally:
            process.terminate()
            process.wait(STOP_SECONDS)


def _environment(folder: str, port: int) -> dict[str, str]:
    return {
        **os.environ,
        "DATA_DIR": folder,
        "DATABASE_URL": os.environ.get("DATABASE_URL", ""),
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "REGISTRATIONS_ENABLED": "true",
        "RUN_JOBS": "true",
        "SMTP_URL": "",
        "ACCESS_LOG": "false",
    }


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


def _wait_until_ready(url: str, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        assert process.poll() is None, "the server ended before it was ready"
        try:
            with urllib.request.urlopen(f"{url}/api/health/ready"):
                return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.05)
    raise AssertionError(f"the server was not ready within {START_SECONDS} seconds")
