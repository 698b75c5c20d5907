"""The outbox over a real mail server: sent once, tried again, given up, never leaking a link."""

import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier, Event

import pytest

import db
from adapters.mailer import SmtpMailer, mailer
from domain import outbox
from jobs.send_mail import BATCH, send_due
from tests.jobs.conftest import LINK, links


def deliver(settings, worker="one", stop=None):
    return send_due(settings, mailer(settings), worker, stop)


def test_a_mail_arrives_as_text_and_html(invite, inbox, settings, row):
    id = invite()

    assert deliver(settings) == 1

    [mail] = inbox.messages
    assert mail["Subject"] == "Ada invites you to Käsereien on SlugBase"
    assert mail["To"] == "guest@example.com"
    assert mail["From"] == "SlügBase <noreply@slugbase.example>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Message-ID"] == row(id).message_id
    assert mail["Date"].datetime.tzinfo
    for form in ("plain", "html"):
        text = mail.get_body((form,)).get_content()
        assert "Käsereien" in text
        assert set(links(text)) == {LINK}


def test_a_path_becomes_a_link_to_this_server(invite, inbox, settings):
    invite(link="/app/invitations#token=secret")

    deliver(settings.model_copy(update={"public_url": "https://go.example"}))

    text = inbox.messages[0].get_body(("plain",)).get_content()
    assert links(text) == ["https://go.example/app/invitations#token=secret"]


def test_the_link_is_erased_once_the_mail_is_sent(invite, settings, row):
    id = invite()

    deliver(settings)

    assert row(id).sent_at
    assert row(id).facts == {}
    assert row(id).claimed_by is None


def test_a_mail_of_a_transaction_that_was_rolled_back_is_never_sent(database, inbox, settings):
    with db.transaction() as session:
        outbox.mail(session, "account_exists", "a@example.com", name="A", link=LINK)
        session.flush()  # so that there is something to roll back
        session.rollback()

    assert deliver(settings) == 0
    assert inbox.messages == []


def test_a_batch_goes_over_one_connection(invite, inbox, settings):
    for _ in range(BATCH + 1):
        invite()

    assert deliver(settings) == BATCH
    assert inbox.connections == 1
    assert deliver(settings) == 1
    assert inbox.connections == 2


@pytest.mark.parametrize("where", ["recipient_answers", "data_answers"])
def test_a_mail_refused_for_now_is_tried_again_under_the_same_id(
    where, invite, inbox, settings, row, hands
):
    setattr(inbox, where, ["451 Try again later"])
    id = invite()

    deliver(settings)

    waiting = row(id)
    assert waiting.sent_at is None
    assert "451" in waiting.last_error
    assert waiting.facts["link"] == LINK
    assert timedelta(seconds=20) < waiting.next_attempt_at - hands.time <= timedelta(seconds=30)
    assert deliver(settings) == 0  # not due yet

    hands.forward(seconds=30)
    deliver(settings)

    [mail] = inbox.messages
    assert mail["Message-ID"] == waiting.message_id
    assert row(id).attempts == 2
    assert row(id).last_error is None


def test_one_refused_mail_does_not_hold_up_the_next(invite, inbox, settings):
    inbox.recipient_answers = ["451 Greylisted", "550 Unknown"]
    for name in ("first", "second", "third"):
        invite(f"{name}@example.com")

    deliver(settings)

    assert [mail["To"] for mail in inbox.messages] == ["third@example.com"]
    assert inbox.connections == 1


@pytest.mark.parametrize("refused", ["guest@example.com", "gäst@example.com"])
def test_an_address_refused_for_good_is_given_up_at_once(refused, invite, inbox, settings, row):
    inbox.recipient_answers = ["550 5.1.1 No such user"]
    id = invite(refused)

    deliver(settings)

    assert row(id).failed_at
    assert row(id).attempts == 1
    assert row(id).facts == {}
    assert "PermanentRefusal" in row(id).last_error
    assert deliver(settings) == 0


def test_a_mail_is_given_up_after_ten_attempts(invite, inbox, settings, row, hands):
    inbox.data_answers = ["451 Not now"] * outbox.ATTEMPTS
    id, begun = invite(), hands.time

    for _ in range(outbox.ATTEMPTS):
        assert row(id).failed_at is None
        hands.time = row(id).next_attempt_at
        assert deliver(settings) == 1

    assert row(id).failed_at
    assert row(id).facts == {}
    assert timedelta(hours=16) < row(id).failed_at - begun < timedelta(hours=22)


def test_a_mail_server_that_is_away_costs_an_attempt_only(invite, inbox, settings, row):
    id = invite()
    away = settings.model_copy(update={"smtp_url": type(settings.smtp_url)("smtp://127.0.0.1:1")})

    assert deliver(away) == 1

    assert "ConnectionRefusedError" in row(id).last_error
    assert row(id).facts["link"] == LINK


def test_a_template_that_lacks_a_fact_is_noted_and_tried_again(database, settings, row):
    with db.transaction() as session:
        message = outbox.mail(session, "account_exists", "a@example.com", name="A")

    deliver(settings)

    assert "'link' is undefined" in row(message.id).last_error
    assert row(message.id).failed_at is None


def test_two_workers_never_send_one_mail_twice(invite, inbox, settings):
    ids = {invite() for _ in range(30)}
    start = Barrier(4)

    def work(name):
        start.wait()
        tried = 0
        while done := deliver(settings, name):
            tried += done
        return tried

    with ThreadPoolExecutor(4) as pool:
        tried = list(pool.map(work, ["one", "two", "three", "four"]))

    # A worker that finds another one's claim in its way may stop early; the mails do not wait.
    tried.append(deliver(settings))
    assert sum(tried) == len(ids)
    assert len({mail["Message-ID"] for mail in inbox.messages}) == len(inbox.messages) == len(ids)


def test_a_claimed_mail_of_a_dead_worker_is_taken_after_the_lease(
    invite, inbox, settings, row, hands
):
    id = invite()
    with db.transaction() as session:
        assert outbox.claim(session, "dead", timedelta(seconds=60))

    hands.forward(seconds=59)
    assert deliver(settings) == 0
    hands.forward(seconds=1)
    assert deliver(settings) == 1

    assert len(inbox.messages) == 1
    assert row(id).attempts == 2


@pytest.mark.parametrize("same_worker", [True, False])
def test_a_worker_that_lost_its_claim_marks_nothing(same_worker, invite, row, hands):
    id = invite()
    lease = timedelta(seconds=60)
    with db.transaction() as session:
        late = outbox.claim(session, "late", lease)
    hands.forward(seconds=61)
    with db.transaction() as session:
        assert outbox.claim(session, "late" if same_worker else "next", lease)

    with db.transaction() as session:
        assert not outbox.failed(session, late, "too late", final=True)
        assert not outbox.sent(session, late)

    assert row(id).failed_at is None
    assert row(id).sent_at is None
    assert row(id).facts["link"] == LINK


def test_a_mail_is_marked_once(invite, row):
    id = invite()
    with db.transaction() as session:
        message = outbox.claim(session, "one", timedelta(seconds=60))

    with db.transaction() as session:
        assert outbox.sent(session, message)
        assert not outbox.failed(session, message, "after all", final=True)

    assert row(id).failed_at is None


def test_a_mail_that_outlived_its_lease_is_told_in_the_log(
    invite, inbox, settings, row, hands, caplog
):
    id = invite()

    class Slow(SmtpMailer):
        def send(self, message):
            hands.forward(seconds=61)
            with db.transaction() as session:
                assert outbox.claim(session, "next", timedelta(seconds=60))
            super().send(message)

    send_due(settings, Slow(inbox.url), "slow")

    assert "may arrive twice" in caplog.text
    assert row(id).sent_at is None
    assert row(id).claimed_by == "next"


def test_a_stop_lets_the_mail_in_hand_finish_and_claims_no_other(invite, inbox, settings, row):
    first, second = invite(), invite()
    stop = Event()

    class Stopped(SmtpMailer):
        def send(self, message):
            stop.set()
            super().send(message)

    assert send_due(settings, Stopped(inbox.url), "one", stop) == 1

    assert row(first).sent_at
    assert (row(second).attempts, row(second).claimed_by) == (0, None)


def test_a_server_that_quotes_the_link_does_not_put_it_into_log_or_row(
    invite, inbox, settings, row, caplog
):
    caplog.set_level(logging.DEBUG, logger="jobs")
    inbox.data_answers = [f"554 Spam: {LINK} is listed"]
    id = invite()

    deliver(settings)
    deliver(settings)

    assert "554" in row(id).last_error
    assert "very-secret" not in row(id).last_error + caplog.text
    assert "guest@example.com" not in caplog.text
