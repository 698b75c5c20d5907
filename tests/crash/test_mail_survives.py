"""The promise of the outbox: a mail whose invitation was stored leaves, whatever dies on the way.

Twice is the price of never losing one: a process that dies after the mail server took a mail and
before that is noted leaves the next one no way to know.
"""

import asyncio
import random
import time
from collections import Counter
from contextlib import contextmanager
from email import message_from_bytes
from threading import Event, Thread

import httpx
import pytest
from sqlalchemy import func, select

import db
from models import Invitation, OutboxMessage
from tests.jobs.conftest import MailServer
from tests.processes import Served

INVITATIONS = 100
KILLS = 5
# Takes its time, so that a process is often killed between a mail's acceptance and the mark.
ACCEPTING_SECONDS = 0.01
# About as fast as the mails leave, so that every death meets both.
INVITING_SECONDS = 0.02


class Ledger:
    """A mail server's handler that counts what it accepted, by Message-ID."""

    def __init__(self):
        self.accepted = Counter()

    async def handle_DATA(self, server, session, envelope):
        self.accepted[message_from_bytes(envelope.content)["Message-ID"]] += 1
        await asyncio.sleep(ACCEPTING_SECONDS)
        return "250 OK"


class Inviter:
    """A client that insists: it sends each invitation until it has an answer."""

    def __init__(self, base_url, organization, token):
        self._url = f"{base_url}/api/organizations/{organization.id}/invitations"
        self._headers = {"Authorization": f"Bearer {token}"}
        self.created, self.answers = {}, Counter()
        self._stop = Event()

    def run(self):
        with httpx.Client(headers=self._headers, timeout=30) as http:
            for number in range(INVITATIONS):
                self._insist(http, f"guest{number}@example.com")
                self._stop.wait(INVITING_SECONDS)

    def _insist(self, http, email):
        while not self._stop.is_set():
            try:
                answer = http.post(self._url, json={"email": email})
            except httpx.TransportError:
                self._stop.wait(0.05)
                continue
            self.answers[answer.status_code] += 1
            if answer.status_code == 201:
                self.created[email] = answer.json()["id"]
            return

    @contextmanager
    def at_work(self):
        thread = Thread(target=self.run)
        thread.start()
        try:
            yield thread
        finally:
            self._stop.set()
            thread.join()


@pytest.fixture
def ledger():
    return Ledger()


@pytest.fixture
def mail_url(ledger):
    with MailServer(ledger) as server:
        yield f"smtp://127.0.0.1:{server.port}"


@pytest.fixture
def served(installation, database, tmp_path, mail_url):
    jobs = {"RUN_JOBS": "true", "SMTP_URL": mail_url, "MAIL_LEASE_SECONDS": "1"}
    with Served(tmp_path, installation, **jobs) as served:
        yield served


@pytest.fixture
def inviter(make, served):
    owner = make.user()
    organization = make.organization(owner, seats=INVITATIONS + 1)
    return Inviter(served.base_url, organization, make.token(owner, organization))


def stored(statement):
    with db.reading() as session:
        return session.scalars(statement).all()


def progress():
    [sent] = stored(select(func.count(OutboxMessage.sent_at)))
    return sent


def kill_at_random_moments(served, chance, ledger):
    """Each time somewhere in the next few mails."""
    for _ in range(KILLS):
        mark = ledger.accepted.total() + chance.randint(3, 10)
        wait_until(lambda mark=mark: ledger.accepted.total() >= mark)
        time.sleep(chance.uniform(0, 0.03))
        served.kill()
        served.start()


def wait_until(is_true, seconds=60):
    deadline = time.monotonic() + seconds
    while not is_true():
        assert time.monotonic() < deadline
        time.sleep(0.001)


@pytest.mark.parametrize("seed", [1])
def test_no_mail_is_lost_however_often_the_server_dies(served, inviter, ledger, seed):
    with inviter.at_work() as client:
        kill_at_random_moments(served, random.Random(seed), ledger)
        client.join(60)
    wait_until(lambda: progress() == INVITATIONS)

    assert set(inviter.answers) <= {201, 409}  # 409: stored, but the answer died with the server
    invitations = {row.email: row.id for row in stored(select(Invitation))}
    assert len(invitations) == INVITATIONS
    assert inviter.created.items() <= invitations.items()
    check_mails(ledger)


def check_mails(ledger):
    rows = stored(select(OutboxMessage))
    assert {row.message_id for row in rows} == set(ledger.accepted)
    assert len(rows) == INVITATIONS
    for row in rows:
        assert row.sent_at is not None
        assert row.failed_at is None
        assert row.facts == {}
        assert 1 <= ledger.accepted[row.message_id] <= row.attempts
    assert ledger.accepted.total() - len(rows) <= KILLS  # at most the one mail that was in hand


def test_what_a_dead_server_left_goes_out_by_command(served, inviter, ledger):
    with inviter.at_work():
        wait_until(lambda: ledger.accepted.total() >= 5)
        served.kill()
    time.sleep(1)  # the lease of the mail that was in hand
    left = [row.id for row in stored(select(OutboxMessage)) if row.sent_at is None]
    assert left

    done = served.run("mail", "send-pending")

    assert done.returncode == 0, done.stderr
    assert done.stdout.endswith("All sent.\n")
    rows = stored(select(OutboxMessage))
    assert {row.message_id for row in rows} == set(ledger.accepted)
    assert all(row.sent_at and row.facts == {} for row in rows)
    assert ledger.accepted.total() - len(rows) <= 1
