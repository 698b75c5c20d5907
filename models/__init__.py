"""What is stored. Importing this package knows every table."""

from models.api_token import ApiToken
from models.base import Base
from models.idempotency import IdempotencyKey
from models.invitation import Invitation, InvitationTeam
from models.organization import Membership, Organization
from models.outbox import OutboxMessage
from models.team import Team, TeamMember
from models.user import EmailToken, Installation, User, UserSession

__all__ = [
    "ApiToken",
    "Base",
    "EmailToken",
    "IdempotencyKey",
    "Installation",
    "Invitation",
    "InvitationTeam",
    "Membership",
    "Organization",
    "OutboxMessage",
    "Team",
    "TeamMember",
    "User",
    "UserSession",
]
