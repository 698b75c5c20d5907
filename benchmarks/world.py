"""The rows the benchmarks need: one organization of 50 people with endless seats."""

from datetime import timedelta
from typing import NamedTuple

from sqlalchemy import delete

import clock
import config
import db
from domain.bookmarks import loading
from domain.bookmarks.loading import Loaded
from domain.sessions import LIFETIME
from migrations import applied
from models import (
    ApiToken,
    Invitation,
    Membership,
    Organization,
    OutboxMessage,
    User,
    UserSession,
)
from models.base import new_id
from security import access_tokens
from security.tokens import new_secret


class World(NamedTuple):
    organization_id: str
    api_token: str
    access_token: str


def build() -> World:
    engine = db.connect(config.load().database)
    applied.upgrade(engine)
    with db.transaction() as session:
        people = [_person(number) for number in range(50)]
        organization = Organization(
            id=new_id(), name="Benchmark", plan="team", included_seats=5, extra_seats=10_000_000
        )
        session.add_all([organization, *people])
        session.flush()
        now = clock.now()
        for number, person in enumerate(people):
            session.add(
                Membership(
                    organization_id=organization.id,
                    user_id=person.id,
                    role="member" if number else "owner",
                    joined_at=now + timedelta(milliseconds=number),
                )
            )
        secret, token_hash = new_secret("sb_")
        session.add(
            ApiToken(
                organization_id=organization.id,
                user_id=people[0].id,
                slot=1,
                name="benchmark",
                token_hash=token_hash,
            )
        )
        started = UserSession(user_id=people[0].id, signed_in_at=now, expires_at=now + LIFETIME)
        session.add(started)
        session.flush()
        access = access_tokens.sign(people[0].id, started.id, started.expires_at)
        link = Loaded(
            "Issues", "https://jira.example.com/{*|}", now, slug="jira", forwarding_enabled=True
        )
        loading.load(session, organization.id, people[0].id, [link])
    return World(organization.id, secret, access)


def forget_invitations() -> None:
    """Each run begins with as many pending ones: none."""
    with db.transaction() as session:
        session.execute(delete(Invitation))
        session.execute(delete(OutboxMessage))


def _person(number: int) -> User:
    return User(
        id=new_id(),
        email=f"person{number}@example.com",
        name=f"Person {number}",
        user_key=f"key{number}",
        email_verified_at=clock.now(),
    )
