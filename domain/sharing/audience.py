"""Who sees a bookmark or a folder, and in which ways."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import and_, select
from sqlalchemy.orm import Session, aliased

from domain.sharing import library, visibility
from domain.sharing.sharing import Item, is_of
from models import BookmarkFolder, Folder, FolderAncestor, Share, Team, TeamMember, User
from prepared import AnySelect
from security.principal import Principal

WIDTH = {"read": 1, "write": 2, "own": 3}


class Named(NamedTuple):
    id: str
    name: str


class Way(NamedTuple):
    access: str
    share_id: str | None = None  # none: by owning the item, or the folder
    team: Named | None = None
    folder: Named | None = None  # which is around the item, and shared
    expires_at: datetime | None = None


class Grant(NamedTuple):
    """A share with somebody, or the ownership of a shared folder."""

    user_id: str | None
    team_id: str | None
    way: Way


@dataclass(frozen=True)
class Viewer:
    person: Any  # a row of id, name and email
    ways: list[Way]

    @property
    def access(self) -> str:
        return max((way.access for way in self.ways), key=WIDTH.__getitem__)


def of(session: Session, user: Principal, item: Item) -> list[Viewer]:
    """By name; in four statements, however many they are. Only its owner may know."""
    library.require_owner(user, item)
    grants = [*dict.fromkeys(_grants(session, item))]
    ways: dict[str, list[Way]] = defaultdict(list)
    ways[item.user_id].append(Way("own"))
    for grant in grants:
        if grant.user_id:
            ways[grant.user_id].append(grant.way)
    teams = {grant.team_id for grant in grants if grant.team_id}
    for member in session.execute(_members(item.organization_id, teams)):
        team = Named(member.team_id, member.name)
        for grant in grants:
            if grant.team_id == team.id:
                ways[member.user_id].append(grant.way._replace(team=team))
    people = select(User.id, User.name, User.email).where(User.id.in_(ways))
    people = people.order_by(User.name, User.id)
    return [Viewer(person, ways[person.id]) for person in session.execute(people)]


def _grants(session: Session, item: Item) -> Iterator[Grant]:
    for share in session.execute(_shares().where(is_of(item))):
        yield Grant(share.user_id, share.team_id, _way(share))
    for share in session.execute(_shares_around(item)):
        folder = Named(share.folder_id, share.folder_name)
        if share.owner_id != item.user_id:
            yield Grant(share.owner_id, None, Way("write", folder=folder))
        if share.user_id != item.user_id:
            yield Grant(share.user_id, share.team_id, _way(share)._replace(folder=folder))


def _way(share: Any) -> Way:
    return Way(share.access, share.id, expires_at=share.expires_at)


def _shares() -> AnySelect:
    columns = (Share.id, Share.access, Share.expires_at, Share.user_id, Share.team_id)
    return select(*columns).where(visibility.is_live()).order_by(Share.created_at, Share.id)


def _shares_around(item: Item) -> AnySelect:
    shared = aliased(Folder)
    return (
        _shares()
        .add_columns(
            shared.id.label("folder_id"),
            shared.name.label("folder_name"),
            shared.user_id.label("owner_id"),
        )
        .where(
            Share.organization_id == item.organization_id,
            Share.folder_id.in_(_folders_around(item)),
        )
        .join(
            shared,
            and_(shared.organization_id == Share.organization_id, shared.id == Share.folder_id),
        )
    )


def _folders_around(item: Item) -> AnySelect:
    above = select(FolderAncestor.ancestor_id).where(
        FolderAncestor.organization_id == item.organization_id
    )
    if isinstance(item, Folder):
        return above.where(FolderAncestor.descendant_id == item.id, FolderAncestor.distance > 0)
    inside = (
        select(BookmarkFolder.folder_id)
        .join(
            Folder,
            and_(
                Folder.organization_id == BookmarkFolder.organization_id,
                Folder.id == BookmarkFolder.folder_id,
            ),
        )
        .where(
            BookmarkFolder.organization_id == item.organization_id,
            BookmarkFolder.bookmark_id == item.id,
            Folder.deleted_at.is_(None),
        )
    )
    return above.where(FolderAncestor.descendant_id.in_(inside))


def _members(organization_id: str, team_ids: set[str]) -> AnySelect:
    return (
        select(TeamMember.user_id, TeamMember.team_id, Team.name)
        .join(
            Team,
            and_(Team.organization_id == TeamMember.organization_id, Team.id == TeamMember.team_id),
        )
        .where(TeamMember.organization_id == organization_id, TeamMember.team_id.in_(team_ids))
        .order_by(Team.name, Team.id)
    )
