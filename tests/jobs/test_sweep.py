"""What the sweep deletes, and what it leaves alone."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

import clock
import db
from jobs.sweep import sweep
from models import (
    EmailToken,
    IdempotencyKey,
    Organization,
    OutboxMessage,
    Suggestion,
    User,
    UserSession,
)

pytestmark = pytest.mark.usefixtures("database")


def store(*rows):
    with db.transaction() as session:
        user = session.scalar(select(User))
        if user is None:
            user = User(email="ada@example.com", name="Ada", user_key="ada")
            session.add(user)
            session.flush()  # for the id
        for row in rows:
            if hasattr(row, "user_id"):
                row.user_id = user.id
            session.add(row)


def count(model):
    with db.transaction() as session:
        return session.scalar(select(func.count()).select_from(model))


def answer(key, **age):
    return IdempotencyKey(
        caller="c",
        key_hash=key,
        request_hash="r",
        claim="c",
        claimed_until=clock.now(),
        created_at=clock.now() - timedelta(**age),
    )


def signed_in(**times):
    now = clock.now()
    times = {"expires_at": now + timedelta(days=1), **times}
    return UserSession(signed_in_at=now - timedelta(days=60), **times)


def link(name, **times):
    return EmailToken(token_hash=name, **{"expires_at": clock.now(), **times})


def letter(**times):
    return OutboxMessage(
        kind="k",
        recipient="r",
        facts={},
        message_id="<m>",
        next_attempt_at=clock.now() - timedelta(days=90),
        **times,
    )


def test_answers_are_kept_for_a_day():
    store(answer("new", hours=23), answer("old", hours=25))

    assert sweep() == 1
    assert count(IdempotencyKey) == 1


def test_sessions_that_are_over_go():
    now = clock.now()
    store(
        signed_in(),
        signed_in(expires_at=now - timedelta(seconds=1)),
        signed_in(ended_at=now - timedelta(seconds=1)),
    )

    assert sweep() == 2
    assert count(UserSession) == 1


def test_links_go_a_month_after_their_end():
    now = clock.now()
    store(
        link("open", expires_at=now + timedelta(days=1)),
        link("just expired"),
        link("just used", used_at=now),
        link("long expired", expires_at=now - timedelta(days=31)),
        link("long used", used_at=now - timedelta(days=31)),
    )

    assert sweep() == 2
    assert count(EmailToken) == 3


def test_mails_go_a_month_after_they_were_sent_or_given_up():
    now = clock.now()
    store(
        letter(),
        letter(sent_at=now),
        letter(sent_at=now - timedelta(days=31)),
        letter(failed_at=now - timedelta(days=31)),
    )

    assert sweep() == 2
    assert count(OutboxMessage) == 2


def test_suggestions_are_kept_for_a_week():
    home = Organization(name="Home", plan="personal", included_seats=1, extra_seats=0)
    store(home)
    for url_hash, days in (("new", 6), ("old", 8)):
        made_at = clock.now() - timedelta(days=days)
        kept = {"organization_id": home.id, "url_hash": url_hash, "language": "en", "answer": {}}
        store(Suggestion(created_at=made_at, **kept))

    assert sweep() == 1
    assert count(Suggestion) == 1
