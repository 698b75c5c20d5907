"""Rows for tests: one method for each model, arguments only for what the test is about."""

from datetime import timedelta
from itertools import count

import clock
import db
from domain import sessions
from domain.signup import LINK_LIFETIME
from models import (
    ApiToken,
    EmailToken,
    Invitation,
    Membership,
    Organization,
    Team,
    TeamMember,
    User,
    UserSession,
)
from security import access_tokens
from security.passwords import hash_password
from security.tokens import new_secret

PASSWORD = "Correct-Horse-7"


class Make:
    def __init__(self):
        self._numbers = count(1)

    def _saved(self, *rows):
        with db.transaction() as session:
            session.add_all(rows)
        return rows[0]

    def user(self, email=None, *, verified=True, password=None, admin=False):
        number = next(self._numbers)
        person = User(
            email=email or f"person{number}@example.com",
            name=f"Person {number}",
            user_key=f"key{number}",
            password_hash=hash_password(password) if password else None,
            email_verified_at=clock.now() if verified else None,
            is_admin=admin,
        )
        return self._saved(person)

    def organization(self, owner=None, *, plan="team", seats=5, name="Analytical Engines"):
        """An organization and its owner; `seats` is their total."""
        organization = self._saved(
            Organization(name=name, plan=plan, included_seats=1, extra_seats=seats - 1)
        )
        self.member(organization, owner, role="owner")
        return organization

    def member(self, organization, user=None, *, role="member"):
        user = user or self.user()
        self._saved(
            Membership(
                organization_id=organization.id,
                user_id=user.id,
                role=role,
                joined_at=clock.now(),
            )
        )
        return user

    def token(self, user, organization, *, scopes=None, organization_only=False, **fields):
        """The secret of a new API token."""
        secret, token_hash = new_secret("sb_")
        self._saved(
            ApiToken(
                organization_id=organization.id,
                user_id=user.id,
                slot=fields.pop("slot", None),
                name="token",
                token_hash=fields.pop("token_hash", token_hash),
                scopes=None if scopes is None else " ".join(scopes),
                organization_only=organization_only,
                **fields,
            )
        )
        return secret

    def session(self, user, *, organization=None, signed_in_at=None):
        """The access token of a new session."""
        now = clock.now()
        started = self._saved(
            UserSession(
                user_id=user.id,
                organization_id=organization.id if organization else None,
                signed_in_at=signed_in_at or now,
                expires_at=now + sessions.LIFETIME,
            )
        )
        return access_tokens.sign(user.id, started.id, started.expires_at)

    def verification(self, user, *, expires_at=None, used_at=None):
        """The secret of a mailed link that proves the address."""
        secret, token_hash = new_secret()
        until = expires_at or clock.now() + LINK_LIFETIME
        self._saved(
            EmailToken(user_id=user.id, token_hash=token_hash, expires_at=until, used_at=used_at)
        )
        return secret

    def invitation(self, organization, email=None, *, days=7, role="member", **fields):
        """An invitation and its token, as attributes of the row: `row.token`."""
        token, token_hash = new_secret()
        now = clock.now()
        sent_at = fields.pop("sent_at", now)
        row = Invitation(
            organization_id=organization.id,
            email=email or f"guest{next(self._numbers)}@example.com",
            role=role,
            token_hash=token_hash,
            lifetime_days=days,
            sent_at=sent_at,
            expires_at=fields.pop("expires_at", sent_at + timedelta(days=days)),
            **fields,
        )
        self._saved(row)
        row.token = token
        return row

    def team(self, organization, name="Platform"):
        return self._saved(Team(organization_id=organization.id, name=name))

    def team_member(self, team, user):
        self._saved(
            TeamMember(organization_id=team.organization_id, team_id=team.id, user_id=user.id)
        )
