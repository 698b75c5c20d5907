"""How rows look on the wire: one function for each schema of the contract that shows a row."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import clock
from domain import invitation_views, plans, roles
from domain.seats import Seats
from models import ApiToken, Membership, Organization, Team, User, UserSession

Json = dict[str, Any]


def time(value: datetime) -> str:
    """Takes UTC, as every time from the database is (models.base.UtcTime)."""
    return value.isoformat(timespec="milliseconds")[:23] + "Z"


def time_or_null(value: datetime | None) -> str | None:
    return None if value is None else time(value)


def _user(person: User) -> Json:
    return {
        "id": person.id,
        "email": person.email,
        "name": person.name,
        "user_key": person.user_key,
        "is_admin": person.is_admin,
        "language": person.language,
        "theme": person.theme,
        "email_verified": person.email_verified_at is not None,
    }


def signed_in(person: User, session: UserSession, access_token: str) -> Json:
    return {
        **_user(person),
        "access_token": access_token,
        "expires_at": time(session.expires_at),
    }


def _account(person: User) -> Json:
    return {
        **_user(person),
        "ai_suggestions_enabled": person.ai_suggestions_enabled,
        "mfa_enabled": person.mfa_enrolled_at is not None,
        "has_password": person.password_hash is not None,
        "oidc_provider": person.oidc_provider,
        "oidc_sub": person.oidc_sub,
    }


def current_user(person: Any, organization_id: str, role: str) -> Json:
    """Takes a row with the columns of User."""
    return {
        **_account(person),
        "workspace_admin": roles.is_administrator(role),
        "organization_id": organization_id,
    }


def profile(person: User) -> Json:
    return {**_account(person), "email_pending": person.email_pending}


def user_session(session: UserSession, current: str | None) -> Json:
    return {
        "id": session.id,
        "current": session.id == current,
        "signed_in_at": time(session.signed_in_at),
        "expires_at": time(session.expires_at),
        "user_agent": session.user_agent,
    }


def _api_token(token: ApiToken) -> Json:
    return {
        "id": token.id,
        "name": token.name,
        "scopes": None if token.scopes is None else token.scopes.split(),
        "organization_only": token.organization_only,
        "expires_at": time_or_null(token.expires_at),
        "created_at": time(token.created_at),
    }


def api_token(token: ApiToken) -> Json:
    return {**_api_token(token), "last_used_at": time_or_null(token.last_used_at)}


def created_api_token(token: ApiToken, secret: str) -> Json:
    return {"token": secret, **_api_token(token)}


def _organization(organization: Organization, role: str) -> Json:
    return {
        "id": organization.id,
        "name": organization.name,
        "plan": organization.plan,
        "included_seats": organization.included_seats,
        "extra_seats": organization.extra_seats,
        "created_at": time(organization.created_at),
        "role": role,
    }


def organization(row: Organization, membership: Membership) -> Json:
    return {**_organization(row, membership.role), "stripe_customer_id": row.stripe_customer_id}


def membership(row: Organization, own: Membership) -> Json:
    return {**_organization(row, own.role), "joined_at": time(own.joined_at)}


def member(row: Any) -> Json:
    """Takes a row with user_id, role, joined_at, email and name."""
    return {
        "user_id": row.user_id,
        "role": row.role,
        "joined_at": time(row.joined_at),
        "email": row.email,
        "name": row.name,
    }


def invitation(row: Any, teams: list[Any]) -> Json:
    """Takes a row of domain.invitation_views.page and its teams."""
    inviter = row.invited_by and {
        "id": row.invited_by,
        "name": row.inviter_name,
        "email": row.inviter_email,
    }
    return {
        "id": row.id,
        "organization_id": row.organization_id,
        "email": row.email,
        "role": row.role,
        "state": invitation_views.state(row, clock.now()),
        "invited_by": inviter,
        "created_at": time(row.created_at),
        "sent_at": time(row.sent_at),
        "expires_at": time(row.expires_at),
        "accepted_at": time_or_null(row.accepted_at),
        "declined_at": time_or_null(row.declined_at),
        "revoked_at": time_or_null(row.revoked_at),
        "teams": [{"id": team.id, "name": team.name} for team in teams],
    }


def invitation_preview(row: Any) -> Json:
    return {
        "organization_name": row.organization_name,
        "inviter_name": row.inviter_name,
        "email": row.email,
        "state": invitation_views.state(row, clock.now()),
    }


def received_invitation(row: Any) -> Json:
    return {
        "id": row.id,
        "organization_id": row.organization_id,
        "organization_name": row.organization_name,
        "inviter_name": row.inviter_name,
        "role": row.role,
        "created_at": time(row.created_at),
        "expires_at": time(row.expires_at),
    }


def team(row: Any) -> Json:
    """Takes a row with the columns of Team."""
    return {
        "id": row.id,
        "name": row.name,
        "description": row.description,
        "created_at": time(row.created_at),
        "tenant_id": row.organization_id,
    }


def counted_team(row: Any) -> Json:
    return {**team(row), "member_count": row.member_count}


def team_with_members(row: Team, members: Sequence[Any]) -> Json:
    shown = [
        {"id": each.id, "email": each.email, "name": each.name, "is_admin": each.is_admin}
        for each in members
    ]
    return {**team(row), "members": shown}


def seats(organization: Organization, counted: Seats) -> Json:
    return {
        "organization_id": organization.id,
        "plan": organization.plan,
        **counted.facts(),
        "seats_free": counted.seats_free,
    }


def current_plan(organization: Organization, *, mail_is_on: bool) -> Json:
    included = plans.of(organization)
    return {
        "plan": organization.plan,
        "bookmarkLimit": included.bookmark_limit,
        "canShareWithTeams": included.has_teams,
        "ai_available": included.has_ai,
        "audit_log_available": included.has_teams,
        "email_invites_available": included.has_teams and mail_is_on,
    }


def billing_overview(organization: Organization, counted: Seats) -> Json:
    return {
        "organization_id": organization.id,
        "plan": organization.plan,
        "subscription_status": None,  # no payment provider is connected yet
        "current_period_end": None,
        "bookmark_limit": plans.of(organization).bookmark_limit,
        "seats": seats(organization, counted),
    }
