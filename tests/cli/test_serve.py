import os
import signal
import socket
import subprocess
import time
from contextlib import contextmanager

import httpx
import pytest

from tests.cli.conftest import SLUGBASE


@pytest.fixture
def port():
    with socket.create_server(("127.0.0.1", 0)) as found:
        return found.getsockname()[1]


@pytest.fixture
def serving(folder, port):
    """The server as `make run` starts it; the process and its address."""
    with started("serve", port) as found:
        yield found


@contextmanager
def started(command, port):
    process = subprocess.Popen(
        [SLUGBASE, command, "--port", str(port)],
        env={**os.environ, "RUN_JOBS": "true"},
        stderr=subprocess.PIPE,
        text=True,
    )
    url = f"http://127.0.0.1:{port}"
    try:
        wait_until_ready(process, url)
        yield process, url
    finally:
        process.kill()
        process.wait()
        process.stderr.close()


def wait_until_ready(process, url):
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        assert process.poll() is None, process.stderr.read()
        try:
            if httpx.get(f"{url}/api/health/ready").status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.05)
    raise AssertionError("the server was not ready in time")


def test_it_starts_on_nothing_serves_a_token_made_beside_it_and_stops_when_told(
    serving, slugbase, ada, folder
):
    process, url = serving
    secret = slugbase("token", "create", "ada@example.com").out.strip()

    me = httpx.get(f"{url}/api/auth/me", headers={"Authorization": f"Bearer {secret}"})

    assert me.json()["email"] == "ada@example.com"
    assert (folder / "secrets").stat().st_mode & 0o777 == 0o600
    process.send_signal(signal.SIGTERM)
    assert process.wait(30) == -signal.SIGTERM  # ended by the signal, after it cleaned up
    assert process.stderr.read().splitlines() == [
        f"SlugBase on {url} (sqlite:///{folder / 'slugbase.db'})"
    ]
    with pytest.raises(httpx.ConnectError):
        httpx.get(url)


def test_the_mock_needs_no_database(folder, port):
    with started("mock", port) as (_, url):
        shown = httpx.get(f"{url}/api/auth/me", headers={"Authorization": "Bearer anything"})

    assert shown.json()["email"] == "ada@example.com"
    assert not (folder / "slugbase.db").exists()


def test_a_port_in_use_is_said_in_one_line(slugbase, port):
    with socket.create_server(("127.0.0.1", port)):
        refused = subprocess.run(
            [SLUGBASE, "serve", "--port", str(port)], capture_output=True, text=True, timeout=60
        )

    assert refused.returncode != 0
    assert "address already in use" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_mail_server_that_cannot_be_read_is_told_before_anything_listens(slugbase, folder):
    refused = slugbase("serve", SMTP_URL="ftp://mail.example", PORT="1")

    assert refused.code == 3
    assert "SMTP_URL" in refused.err
    assert not (folder / "slugbase.db").exists()
