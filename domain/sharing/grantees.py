"""With whom bookmarks and folders are shared themselves: the teams and people of each."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import and_, bindparam, select
from sqlalchemy.orm import Session, aliased

import clock
from domain.sharing import visibility
from domain.sharing.sharing import Item, is_of
from models import Share, Team, User
from prepared import AnySelect, Prepared, Reader, one_of


class Grantees(NamedTuple):
    teams: list[Any]
    """Rows with the columns of Team."""
    users: list[Any]
    """Rows of id, name and email."""


def _statements(item: Any) -> tuple[Prepared, Prepared]:
    shared = (
        Share.organization_id == bindparam("organization_id"),
        one_of(item, "ids"),
        visibility.is_live(),
    )
    teams = (
        select(item.label("item_id"), *Team.__table__.columns)
        .join(Team, and_(Team.organization_id == Share.organization_id, Team.id == Share.team_id))
        .where(*shared)
        .order_by(Team.name, Team.id)
    )
    users = (
        select(item.label("item_id"), User.id, User.name, User.email)
        .join(User, User.id == Share.user_id)
        .where(*shared)
        .order_by(User.name, User.id)
    )
    return Prepared(teams), Prepared(users)


_BOOKMARK_TEAMS, _BOOKMARK_USERS = _statements(Share.bookmark_id)
_FOLDER_TEAMS, _FOLDER_USERS = _statements(Share.folder_id)


def of_bookmarks(
    read: Reader, organization_id: str, ids: Collection[str]
) -> Mapping[str, Grantees]:
    return _of(read, _BOOKMARK_TEAMS, _BOOKMARK_USERS, organization_id, ids)


def of_folders(read: Reader, organization_id: str, ids: Collection[str]) -> Mapping[str, Grantees]:
    return _of(read, _FOLDER_TEAMS, _FOLDER_USERS, organization_id, ids)


def _of(
    read: Reader, teams: Prepared, users: Prepared, organization_id: str, ids: Collection[str]
) -> Mapping[str, Grantees]:
    values = {"organization_id": organization_id, "ids": ids, "now": clock.now()}
    found = {each: Grantees([], []) for each in ids}
    for row in read.rows(teams, **values):
        found[row.item_id].teams.append(row)
    for row in read.rows(users, **values):
        found[row.item_id].users.append(row)
    return found


def shares(session: Session, item: Item) -> Sequence[Any]:
    """The shares of the item itself, the oldest first."""
    return session.execute(_shares(item)).all()


def share(session: Session, item: Item, share_id: str) -> Any:
    return session.execute(_shares(item).where(Share.id == share_id)).one()


def _shares(item: Item) -> AnySelect:
    giver = aliased(User)
    return (
        select(
            *Share.__table__.columns,
            Team.name.label("team_name"),
            User.name.label("user_name"),
            User.email.label("user_email"),
            giver.name.label("giver_name"),
            giver.email.label("giver_email"),
        )
        .where(is_of(item), visibility.is_live())
        .outerjoin(
            Team, and_(Team.organization_id == Share.organization_id, Team.id == Share.team_id)
        )
        .outerjoin(User, User.id == Share.user_id)
        .outerjoin(giver, giver.id == Share.shared_by)
        .order_by(Share.created_at, Share.id)
    )
