"""What is stored. Importing this package knows every table."""

from models.api_token import ApiToken
from models.base import Base
from models.bookmark import Bookmark, LibrarySize, Slug, SlugPreference
from models.folder import BookmarkFolder, Folder, FolderAncestor
from models.idempotency import IdempotencyKey
from models.import_job import ImportJob, ImportPiece, ImportRow
from models.invitation import Invitation, InvitationTeam
from models.organization import Membership, Organization
from models.outbox import OutboxMessage
from models.revision import Revision
from models.search import BookmarkWords
from models.share import Share
from models.suggestion import Suggestion
from models.tag import BookmarkTag, Tag
from models.team import Team, TeamMember
from models.user import EmailToken, Installation, User, UserSession

__all__ = [
    "ApiToken",
    "Base",
    "Bookmark",
    "BookmarkFolder",
    "BookmarkTag",
    "BookmarkWords",
    "EmailToken",
    "Folder",
    "FolderAncestor",
    "IdempotencyKey",
    "ImportJob",
    "ImportPiece",
    "ImportRow",
    "Installation",
    "Invitation",
    "InvitationTeam",
    "LibrarySize",
    "Membership",
    "Organization",
    "OutboxMessage",
    "Revision",
    "Share",
    "Slug",
    "SlugPreference",
    "Suggestion",
    "Tag",
    "Team",
    "TeamMember",
    "User",
    "UserSession",
]
