"""Many clients at the same moment, against two server processes."""

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from itertools import count
from threading import Barrier

import pytest

from contract.current import document
from tests.client import Client
from tests.processes import Served

CLIENTS = 50


@pytest.fixture(scope="package")
def served(installation, tmp_path_factory):
    folder = tmp_path_factory.mktemp("served")
    with Served(folder, installation, WORKERS="2") as served:
        yield served


@pytest.fixture
def crowd(served, database):
    """A refusal is fine, a defect is not: nothing may be logged by the processes."""
    logged = len(served.output)
    with Crowd(served.base_url) as crowd:
        yield crowd
    assert served.output[logged:] == ""


class Crowd:
    def __init__(self, base_url):
        self._base_url = base_url
        self._stack = ExitStack()
        self.seconds = []

    def __enter__(self):
        self._clients = [
            self._stack.enter_context(Client(self._base_url, document().spec))
            for _ in range(CLIENTS)
        ]
        self._threads = self._stack.enter_context(ThreadPoolExecutor(CLIENTS))
        return self

    def __exit__(self, *_):
        self._stack.close()

    def at_once(self, *calls):
        """The answers, in the order of `calls`: each a function of the client that calls."""
        clients = min(CLIENTS, len(calls))
        start, order = Barrier(clients), count()
        answers = [None] * len(calls)

        def work(client):
            client.call("get_health")  # each has its connection before the race begins
            start.wait(60)
            while (number := next(order)) < len(calls):
                begun = time.perf_counter()
                answers[number] = calls[number](client)
                self.seconds.append(time.perf_counter() - begun)

        for _ in self._threads.map(work, self._clients[:clients]):
            pass
        return answers

    def each(self, times, call):
        return self.at_once(*[call] * times)


def statuses(answers):
    return sorted(answer.status_code for answer in answers)
