"""The server as an operator starts it: `slugbase serve` in processes of its own."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx

import config

COMMAND = Path(sys.executable).with_name("slugbase")
ROOT = Path(__file__).parent.parent
SCRAPED = 'operation="get_metrics"'
METRICS_SECRET = "metrics-secret-of-the-processes"


class Served:
    """Started and ended as often as a test wants, always on the same port and database."""

    def __init__(self, folder, database_url, **settings):
        self._output = folder / "output"
        self._workers = int(settings.get("WORKERS", 1))
        self.port = free_port()
        self.base_url = f"http://127.0.0.1:{self.port}"
        self._environment = {
            **os.environ,
            "DATA_DIR": str(folder),
            "DATABASE_URL": database_url,
            "PORT": str(self.port),
            # What the factories sign, these processes accept.
            "JWT_SECRETS": ",".join(config.settings().signing_keys()),
            "RATE_LIMITS_ENABLED": "false",
            "RUN_JOBS": "false",
            "PASSWORD_HASH_CHEAP": "true",
            "ACCESS_LOG": "false",
            "METRICS_SECRET": METRICS_SECRET,
            **settings,
        }
        self._process = None

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.stop()

    def start(self):
        with self._output.open("ab") as output:
            self._process = subprocess.Popen(
                [COMMAND, "serve"],
                cwd=ROOT,
                env=self._environment,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        self._wait_until_ready()

    def _wait_until_ready(self):
        """Every worker counts for itself, so each is met by a first scrape of its own."""
        deadline, met = time.monotonic() + 90, 0
        while met < self._workers:
            assert self._process.poll() is None, self.output
            assert time.monotonic() < deadline, self.output
            met += SCRAPED not in self._scraped()
            time.sleep(0.02)

    def _scraped(self):
        authorization = {"Authorization": f"Bearer {METRICS_SECRET}"}
        try:
            return httpx.get(f"{self.base_url}/metrics", headers=authorization, timeout=30).text
        except httpx.TransportError:
            return SCRAPED  # not met

    def stop(self):
        self._process.terminate()
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self):
        """The whole process group at once, as when the machine loses its power."""
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def run(self, *arguments):
        """Another command of `slugbase` over the same settings."""
        return subprocess.run(
            [COMMAND, *arguments],
            cwd=ROOT,
            env=self._environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    @property
    def output(self):
        return self._output.read_text()


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]
